"""Rows of cells into typed rows, one reader for each kind of file. A fault names its column and its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, TypeAlias

from recoup.domain.particulars import PARTICULARS_COLUMNS, ParticularsError, parse_particulars
from recoup.portfolio import fields
from recoup.portfolio.columns import BOOK, COLLATERAL, DEBT_COLUMNS, PARTIES, PAYMENTS
from recoup.portfolio.fields import BadValue
from recoup.portfolio.lines import CollateralLine, DebtColumns, Instalment, PartyLine, PaymentLine, SnapshotLine
from recoup.portfolio.reasons import (
    DUE_AND_SNAPSHOT,
    NEITHER_DUE_NOR_SNAPSHOT,
    NOT_A_PARTICULAR,
    VALUE_MISSING,
    RowRefused,
    because,
)
from recoup.portfolio.remembered import Remembered

Reader: TypeAlias = Callable[[str], Any]

REF_CHARACTERS_MAX, NAME_CHARACTERS_MAX = 120, 200

#: How each column of the debt is read.
_DEBT_READERS: dict[str, Reader] = {
    "creditor": fields.needed_text_reader(160),
    "debt_ref": fields.needed_text_reader(REF_CHARACTERS_MAX),
    "debtor_ref": fields.needed_text_reader(REF_CHARACTERS_MAX),
    "debtor_name": fields.needed_text_reader(NAME_CHARACTERS_MAX),
    "kind": fields.one_of(fields.KINDS),
    "currency": fields.read_currency,
    "opened_on": fields.read_date_or_none,
    "annual_rate": fields.read_rate,
    "contract_ref": fields.text_reader(REF_CHARACTERS_MAX),
    "branch": fields.text_reader(80),
    "relationship_manager": fields.text_reader(80),
    "phone": fields.text_reader(60),
    "email": fields.text_reader(254),
    "address": fields.text_reader(500),
    "country": fields.read_country,
    "region": fields.text_reader(80),
    "time_zone": fields.read_time_zone,
    "language": fields.read_language,
    "id_number": fields.text_reader(60),
    "guarantor_name": fields.text_reader(NAME_CHARACTERS_MAX),
    "guarantor_phone": fields.text_reader(60),
}
# Columns whose texts repeat over many debts; references and names do not.
_REPEATING = frozenset({
    "creditor", "kind", "currency", "opened_on", "annual_rate", "branch", "relationship_manager", "country", "region",
    "time_zone", "language",
})  # fmt: skip


def read_cell(column: str, read: Reader, text: str) -> Any:
    """One cell read; its fault carries the column. Raises RowRefused."""
    try:
        return read(text)
    except BadValue as bad:
        raise RowRefused(column, bad.reason) from None


class Amounts:
    """Readers of amounts by currency, each remembering what it has read."""

    def __init__(self) -> None:
        self.dues: Remembered[Remembered[int]] = Remembered(
            lambda currency: Remembered(fields.or_nothing(fields.amount_reader(currency)))
        )
        self.needed_dues: Remembered[Remembered[int]] = Remembered(
            lambda currency: Remembered(fields.amount_reader(currency))
        )
        self.balances: Remembered[Remembered[int]] = Remembered(
            lambda currency: Remembered(fields.balance_reader(currency))
        )


class DebtReader:
    """Reads the debt's columns; a row that repeats those of the row before it costs nothing."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = [name for name in columns if name in DEBT_COLUMNS]
        self._texts = itemgetter(*[columns.index(name) for name in names])
        self._readers = [
            (place, DebtColumns._fields.index(name), name, Remembered(read).__getitem__ if name in _REPEATING else read)
            for place, name in enumerate(names)
            if (read := _DEBT_READERS.get(name)) is not None
        ]
        self._particulars = [(place, name) for place, name in enumerate(names) if name in PARTICULARS_COLUMNS]
        self._before: object = None
        self._debt: DebtColumns | None = None

    def __call__(self, cells: Sequence[str]) -> DebtColumns:
        """The debt that a row names. Raises RowRefused."""
        texts = self._texts(cells)
        if texts == self._before and self._debt is not None:
            return self._debt
        self._before, self._debt = texts, None
        self._debt = self._read(texts)
        return self._debt

    def _read(self, texts: Sequence[str]) -> DebtColumns:
        found: list[Any] = list(_EMPTY_DEBT)
        name = ""
        try:
            for place, at, name, read in self._readers:  # noqa: B007  # the name tells which cell failed
                found[at] = read(texts[place])
        except BadValue as bad:
            raise RowRefused(name, bad.reason) from None
        if found[_PHONE]:
            found[_PHONE_DOUBTFUL] = fields.phone_is_doubtful(found[_PHONE])
        if self._particulars:
            given = {name: texts[place] for place, name in self._particulars if texts[place]}
            found[_PARTICULARS] = _particulars(found[_KIND], given)
        return DebtColumns._make(found)


_EMPTY_DEBT = DebtColumns("", "", "", "", "", "")
_KIND, _PHONE, _PHONE_DOUBTFUL, _PARTICULARS = map(
    DebtColumns._fields.index, ("kind", "phone", "phone_doubtful", "particulars")
)


def _particulars(kind: str, texts: Mapping[str, str]) -> Mapping[str, str | int | bool]:
    for column, text in texts.items():
        read_cell(column, _PARTICULAR_TEXT, text)
    try:
        return parse_particulars(kind, texts)
    except ParticularsError as wrong:
        raise RowRefused(wrong.column, because(NOT_A_PARTICULAR, problem=wrong.reason)) from None


_PARTICULAR_TEXT = fields.text_reader(200)


class BookReader:
    """Reads rows of a book: a debt with one instalment or one snapshot."""

    def __init__(self, columns: Sequence[str], *, as_of: date | None = None) -> None:
        self._debt = DebtReader(columns)
        self._amounts = Amounts()
        at = {name: place for place, name in enumerate(columns) if name}
        self._due_on, self._due_principal = at.get("due_on", -1), at.get("due_principal", -1)
        self._due_interest, self._due_fees = at.get("due_interest", -1), at.get("due_fees", -1)
        self._number = at.get("instalment_no", -1)
        self._balance = at.get("balance_principal", -1)
        self._snapshot = SnapshotReader(at, self._amounts, as_of=as_of) if self._balance >= 0 else None
        self._dates = Remembered(fields.read_date)
        self._numbers = Remembered(fields.text_reader(40))

    def __call__(self, cells: Sequence[str]) -> tuple[DebtColumns, Instalment | SnapshotLine]:
        """The debt and the line that a row holds. Raises RowRefused."""
        debt = self._debt(cells)
        if self._snapshot is None or (self._due_on >= 0 and self._is_due(cells)):
            return debt, self._instalment(cells, debt.currency)
        return debt, self._snapshot(cells, debt.currency)

    def _is_due(self, cells: Sequence[str]) -> bool:
        """In a file with both sets of columns, which set this row fills."""
        due, snapshot = bool(cells[self._due_on].strip()), bool(cells[self._balance].strip())
        if due and snapshot:
            raise RowRefused("due_on", because(DUE_AND_SNAPSHOT))
        if not due and not snapshot:
            raise RowRefused("due_on", because(NEITHER_DUE_NOR_SNAPSHOT))
        return due

    def _instalment(self, cells: Sequence[str], currency: str) -> Instalment:
        column = "due_on"
        try:
            due_on = self._dates[cells[self._due_on]]
            column = "due_principal"
            principal = self._amounts.needed_dues[currency][cells[self._due_principal]]
            dues, interest, fees = self._amounts.dues[currency], 0, 0
            column = "due_interest"
            if self._due_interest >= 0:
                interest = dues[cells[self._due_interest]]
            column = "due_fees"
            if self._due_fees >= 0:
                fees = dues[cells[self._due_fees]]
            column = "instalment_no"
            number = self._numbers[cells[self._number]] if self._number >= 0 else ""
        except BadValue as bad:
            raise RowRefused(column, bad.reason) from None
        return Instalment(due_on, principal, interest, fees, number or due_on.isoformat())


class SnapshotReader:
    """Reads the snapshot columns of a row; ``as_of`` stands in where the row has none."""

    def __init__(self, at: Mapping[str, int], amounts: Amounts, *, as_of: date | None) -> None:
        self._at = at
        self._amounts = amounts
        self._as_of = as_of
        self._dates = Remembered(fields.read_date)
        self._days = Remembered(fields.whole_number_reader(fields.DAYS_OVERDUE_MAX))

    def __call__(self, cells: Sequence[str], currency: str) -> SnapshotLine:
        """The snapshot that a row holds. Raises RowRefused."""
        balances, dues = self._amounts.balances[currency], self._amounts.needed_dues[currency]
        past_due, next_due = self._text(cells, "past_due"), self._text(cells, "next_due_on")
        return SnapshotLine(
            self._date(cells),
            read_cell("balance_principal", balances.__getitem__, self._text(cells, "balance_principal")),
            read_cell("balance_interest", balances.__getitem__, self._text(cells, "balance_interest") or "0"),
            read_cell("balance_fees", balances.__getitem__, self._text(cells, "balance_fees") or "0"),
            read_cell("days_overdue", self._days.__getitem__, self._text(cells, "days_overdue")),
            read_cell("past_due", dues.__getitem__, past_due) if past_due else None,
            read_cell("next_due_on", self._dates.__getitem__, next_due) if next_due else None,
        )

    def _date(self, cells: Sequence[str]) -> date:
        written = self._text(cells, "as_of")
        if written:
            return read_cell("as_of", self._dates.__getitem__, written)  # type: ignore[no-any-return]
        if self._as_of is None:
            raise RowRefused("as_of", because(VALUE_MISSING))
        return self._as_of

    def _text(self, cells: Sequence[str], name: str) -> str:
        place = self._at.get(name, -1)
        return cells[place].strip() if place >= 0 else ""


class PaymentReader:
    """Reads payments and reversals. ``creditor`` may stay empty: the debt's reference may tell."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._at = {name: place for place, name in enumerate(columns) if name}
        self._amounts = Amounts()
        self._dates = Remembered(fields.read_date)
        self._currencies = Remembered(fields.read_currency)
        self._creditors = Remembered(fields.text_reader(160))
        self._methods = Remembered(fields.text_reader(40))
        self._ref = fields.text_reader(REF_CHARACTERS_MAX)
        self._needed_ref = fields.needed_text_reader(REF_CHARACTERS_MAX)

    def __call__(self, cells: Sequence[str]) -> PaymentLine:
        """The payment that a row holds. Raises RowRefused."""
        at, column = self._at, "creditor"
        try:
            creditor = self._creditors[cells[at[column]]] if column in at else ""
            column = "debt_ref"
            debt_ref = self._needed_ref(cells[at[column]])
            column = "paid_on"
            paid_on = self._dates[cells[at[column]]]
            column = "currency"
            currency = self._currencies[cells[at[column]]]
            column = "payment_ref"
            ref = self._needed_ref(cells[at[column]])
            column = "method"
            method = self._methods[cells[at[column]]] if column in at else ""
            column = "reverses"
            reverses = self._ref(cells[at[column]]) if column in at else ""
            column = "amount"
            amount = self._amount(cells[at[column]], currency, reverses)
        except BadValue as bad:
            raise RowRefused(column, bad.reason) from None
        return PaymentLine(creditor, debt_ref, paid_on, amount, currency, ref, method, reverses)

    def _amount(self, text: str, currency: str, reverses: str) -> int | None:
        if reverses and not text.strip():
            return None
        return self._amounts.needed_dues[currency][text]


class TextsReader:
    """Reads rows whose columns are all read on their own: parties and collateral."""

    def __init__(self, columns: Sequence[str], readers: Mapping[str, Reader], row: Callable[..., Any]) -> None:
        self._readers = [(columns.index(name), name, read) for name, read in readers.items() if name in columns]
        self._row = row

    def __call__(self, cells: Sequence[str]) -> Any:
        """The row, typed. Raises RowRefused."""
        found = {name: read_cell(name, read, cells[place]) for place, name, read in self._readers}
        return self._row(**{"creditor": "", **found})


_PARTY_READERS: dict[str, Reader] = {
    "creditor": fields.text_reader(160),
    "debt_ref": fields.needed_text_reader(REF_CHARACTERS_MAX),
    "role": fields.one_of(fields.ROLES),
    "name": fields.needed_text_reader(NAME_CHARACTERS_MAX),
    "phone": fields.text_reader(60),
    "email": fields.text_reader(254),
    "address": fields.text_reader(500),
    "id_number": fields.text_reader(60),
}
_COLLATERAL_READERS: dict[str, Reader] = {
    "creditor": fields.text_reader(160),
    "debt_ref": fields.needed_text_reader(REF_CHARACTERS_MAX),
    "kind": fields.needed_text_reader(60),
    "value": fields.needed_text_reader(40),
    "valued_on": fields.read_date,
}


def reader_of(file_kind: str, columns: Sequence[str], *, as_of: date | None = None) -> Callable[[Sequence[str]], Any]:
    """The reader for a kind of file with its columns in this order (an empty name: not ours)."""
    if file_kind == BOOK:
        return BookReader(columns, as_of=as_of)
    if file_kind == PAYMENTS:
        return PaymentReader(columns)
    readers, row = {
        PARTIES: (_PARTY_READERS, PartyLine),
        COLLATERAL: (_COLLATERAL_READERS, CollateralLine),
    }[file_kind]
    return TextsReader(columns, readers, row)
