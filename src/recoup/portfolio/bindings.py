"""A mapping bound to the columns of one file: closures that make cells of the book of cells of the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from recoup.portfolio.date_formats import DateFormat
from recoup.portfolio.fields import BadValue
from recoup.portfolio.mapping import Entry, MappingRefused
from recoup.portfolio.reasons import (
    COLUMNS_MISSING,
    NO_TRANSLATION,
    NO_VALUE_FROM_MAPPING,
    NOT_A_NUMBER,
    FileRefused,
    RowRefused,
    because,
)
from recoup.portfolio.remembered import Remembered
from recoup.tables.feel import Expression, Facts, FeelError, compile_expression
from recoup.tables.feel.functions import number_from, string_from
from recoup.tables.feel.values import FeelRange

#: Makes one cell of the book of the source's cells and of what the expressions see.
Cell: TypeAlias = Callable[[Sequence[str], Facts], str]


class Binder:
    """Finds the source's columns by name, and remembers which of them anything reads."""

    def __init__(self, columns: Sequence[str], numbers: Mapping[str, Entry]) -> None:
        """Raises FileRefused when a column of ``numbers`` is missing."""
        self._places = {name.casefold(): place for place, name in enumerate(columns) if name}
        self._columns = columns
        self._numbers = {self.place(name): _number_reader(entry) for name, entry in numbers.items()}
        self._facts: dict[str, tuple[int, Callable[[str], object]]] = {}
        self.used: set[int] = set()

    def place(self, column: str) -> int:
        """The place of a source column. Raises FileRefused when the file has none of that name."""
        place = self._places.get(column.strip().casefold())
        if place is None:
            raise FileRefused(because(COLUMNS_MISSING, columns=column))
        return place

    def cell(self, entry: Entry, where: str) -> Cell:
        """What makes one cell. Raises MappingRefused for a broken expression."""
        if entry.constant is not None:
            constant = entry.constant
            return lambda _cells, _facts: constant
        if entry.feel:
            evaluate = self.expression(entry.feel, where).evaluate
            return lambda _cells, facts: _plain_text(evaluate(facts))
        place = self.place(entry.column)
        self.used.add(place)
        read = _column_reader(entry)
        if read is None:
            return lambda cells, _facts: cells[place]
        remembered = Remembered(read)
        return lambda cells, _facts: remembered[cells[place]]

    def expression(self, text: str, where: str) -> Expression:
        """An expression over the source's columns. Raises MappingRefused with its place in the mapping."""
        try:
            expression = compile_expression(text, [name for name in self._columns if name], strict=True)
        except FeelError as error:
            raise MappingRefused(f"{where}: {error}, in {text!r}") from None
        for name in expression.names:
            place = self.place(name)
            self.used.add(place)
            self._facts[name] = (place, self._numbers.get(place, _text_or_null))
        return expression

    def facts(self, cells: Sequence[str]) -> Facts:
        """What the expressions see of a row: only the columns that some expression reads. Raises RowRefused."""
        name = ""
        try:
            found: dict[str, object] = {}
            for name, (place, read) in self._facts.items():
                found[name] = read(cells[place])
        except BadValue as bad:
            raise RowRefused(name, bad.reason) from None
        return found


class BoundColumns:
    """Some columns of the book, each with what makes its cell."""

    def __init__(self, entries: Mapping[str, Entry], binder: Binder, where: str) -> None:
        self.names = tuple(entries)
        self._cells = [(name, binder.cell(entry, f"{where}.{name}")) for name, entry in entries.items()]
        prefix = "" if where == "columns" else f"{where}: "
        self._shown = {name: entry.column or prefix + name for name, entry in entries.items()}

    def texts(self, cells: Sequence[str], facts: Facts) -> list[str]:
        """The cells of the book for one row of the source. Raises RowRefused."""
        name = ""
        try:
            texts = []
            for name, cell in self._cells:  # noqa: B007  # the name tells which cell failed
                texts.append(cell(cells, facts))
        except BadValue as bad:
            raise RowRefused(self.shown(name), bad.reason) from None
        return texts

    def shown(self, column: str) -> str:
        """The column by which the reader of the file knows this one: its own, where it is read as it stands."""
        return self._shown.get(column, column)


def _column_reader(entry: Entry) -> Callable[[str], str] | None:
    """What turns a source cell into the book's notation; None where it stays as it is."""
    if entry.values:
        return lambda text: _translated(text, entry.values)
    if entry.date_format:
        read_date = DateFormat(entry.date_format).read
        return lambda text: read_date(text).isoformat() if text.strip() else ""
    if entry.decimal != "." or entry.grouping:
        return lambda text: _plain_amount(text, entry)
    return None


def _translated(text: str, values: Mapping[str, str]) -> str:
    written = text.strip()
    if written not in values:
        raise BadValue(because(NO_TRANSLATION, value=written))
    return values[written]


def _plain_amount(text: str, entry: Entry) -> str:
    """``1.234,50`` as ``1234.50``; a full stop that is not the decimal mark stays, and is refused further on."""
    written = text.strip()
    if entry.grouping:
        written = written.replace(entry.grouping, "")
    if entry.decimal == ",":
        written = "?" + written if "." in written else written.replace(",", ".")
    return written


def _number_reader(entry: Entry) -> Callable[[str], object]:
    def read(text: str) -> Decimal | None:
        if not text.strip():
            return None
        number = number_from(_plain_amount(text, entry))
        if number is None:
            raise BadValue(because(NOT_A_NUMBER, value=text.strip()))
        return number

    return Remembered(read).__getitem__


def _text_or_null(text: str) -> str | None:
    return text.strip() or None


def _plain_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    # What holds other values has a text in FEEL, and none in a cell of the book.
    text = None if isinstance(value, list | tuple | dict | FeelRange) else string_from(value)
    if text is None:
        raise BadValue(because(NO_VALUE_FROM_MAPPING))
    return text
