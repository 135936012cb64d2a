"""How the rows of one file become rows of the book: column by column as they stand, or through a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from recoup.portfolio.bindings import Binder, BoundColumns
from recoup.portfolio.columns import BOOK, PAYMENTS, REJECT_COLUMNS, FileKind, file_kind_of
from recoup.portfolio.lines import PaymentLine, ReadRow, Reject
from recoup.portfolio.mapping import Mapping, PaymentSection
from recoup.portfolio.reasons import LEFT_OVER, WRONG_WIDTH, Reason, RowRefused, because
from recoup.portfolio.rows import PaymentReader, reader_of
from recoup.portfolio.sources import Source
from recoup.tables.feel import Facts

RowReader: TypeAlias = Callable[[int, list[str]], ReadRow]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file holds and how its rows are read. ``unused`` are the source's columns that nothing reads."""

    file_kind: str
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    _read: RowReader

    def rows(self, source: Source) -> Iterator[ReadRow | Reject]:
        """Every row of the source, read or rejected, in the order of the file."""
        width, read = len(source.header), self._read
        for number, cells in source.rows():
            if len(cells) != width:
                yield Reject(number, cells, "", wrong_width(cells, width))
                continue
            try:
                yield read(number, cells)
            except RowRefused as refused:
                yield Reject(number, cells, refused.column, refused.reason)


def wrong_width(cells: list[str], width: int) -> Reason:
    """Why a row with too few or too many cells is rejected; what is over is told, for a rejects file has no place."""
    if len(cells) < width:
        return because(WRONG_WIDTH, found=len(cells), wanted=width)
    return because(LEFT_OVER, found=len(cells), wanted=width, cells=" | ".join(cells[width:]))


def layout_of(
    source: Source, mapping: Mapping | None = None, *, file_kind: str = "", as_of: date | None = None
) -> Layout:
    """The layout of a file. ``as_of`` is the date of snapshots that name none, and wins over a mapping's constant.

    Raises FileRefused when columns are missing or make no file that is known, MappingRefused for a mapping that does
    not fit the file.
    """
    if mapping is None:
        return _plain(source, file_kind, as_of)
    return _mapped(source, mapping, as_of)


def _plain(source: Source, wanted: str, as_of: date | None) -> Layout:
    names = [name.casefold() for name in source.columns]
    kind = file_kind_of(names, wanted=wanted, as_of_given=as_of is not None)
    own = [name if name in kind.columns else "" for name in names]
    read, is_book, is_payment = reader_of(kind.name, own, as_of=as_of), kind.name == BOOK, kind.name == PAYMENTS

    def read_row(number: int, cells: list[str]) -> ReadRow:
        found = read(cells)
        if is_book:
            return ReadRow(number, cells, found[0], found[1], ())
        if is_payment:
            return ReadRow(number, cells, None, None, (found,))
        return ReadRow(number, cells, None, found, ())

    unused = _unused(source, {place for place, name in enumerate(own) if name})
    return Layout(kind.name, tuple(filter(None, own)), unused, read_row)


def _unused(source: Source, used: set[int]) -> tuple[str, ...]:
    return tuple(
        name or f"(column {place + 1})"
        for place, name in enumerate(source.columns)
        if place not in used and name.casefold() not in REJECT_COLUMNS
    )


def _mapped(source: Source, mapping: Mapping, as_of: date | None) -> Layout:
    binder = Binder(source.columns, mapping.numbers)
    entries = dict(mapping.columns)
    if as_of is not None and "as_of" in entries and entries["as_of"].constant is not None:
        del entries["as_of"]
    main = BoundColumns(entries, binder, "columns")
    kind = file_kind_of(main.names, wanted=mapping.file_kind, as_of_given=as_of is not None)
    sections = [_Payments(section, mapping, binder, at) for at, section in enumerate(mapping.payments, start=1)]
    read_row = _mapped_reader(kind, main, sections, binder, as_of)
    return Layout(kind.name, main.names, _unused(source, binder.used), read_row)


def _mapped_reader(
    kind: FileKind, main: BoundColumns, sections: list[_Payments], binder: Binder, as_of: date | None
) -> RowReader:
    read = reader_of(kind.name, main.names, as_of=as_of)

    def read_row(number: int, cells: list[str]) -> ReadRow:
        facts = binder.facts(cells)
        texts = main.texts(cells, facts)
        try:
            found = read(texts)
        except RowRefused as refused:
            raise RowRefused(main.shown(refused.column), refused.reason) from None
        payments = tuple(filter(None, [section.read(cells, facts) for section in sections]))
        return _row(kind.name, number, cells, found, payments)

    return read_row


def _row(kind: str, number: int, cells: list[str], found: Any, payments: tuple[PaymentLine, ...]) -> ReadRow:
    if kind == BOOK:
        return ReadRow(number, cells, found[0], found[1], payments)
    return ReadRow(number, cells, None, None, (found,)) if kind == PAYMENTS else ReadRow(number, cells, None, found, ())


class _Payments:
    """One ``[[payments]]`` section, bound; what it leaves out it takes from the row's own debt."""

    def __init__(self, section: PaymentSection, mapping: Mapping, binder: Binder, at: int) -> None:
        shared = {name: mapping.columns[name] for name in ("creditor", "debt_ref", "currency")}
        where = f"payments {at}"
        self._columns = BoundColumns({**shared, **section.columns}, binder, where)
        self._when = binder.expression(section.when, f"{where}.when").evaluate if section.when else None
        self._read = PaymentReader(self._columns.names)

    def read(self, cells: Sequence[str], facts: Facts) -> PaymentLine | None:
        """The payment that this row makes; None when it makes none. Raises RowRefused."""
        if self._when is not None and self._when(facts) is not True:
            return None
        try:
            return self._read(self._columns.texts(cells, facts))
        except RowRefused as refused:
            raise RowRefused(self._columns.shown(refused.column), refused.reason) from None
