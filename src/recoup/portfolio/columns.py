"""The columns of every file that Recoup imports, and which file a set of columns makes. Source: formats.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recoup.domain.particulars import PARTICULARS_COLUMNS
from recoup.portfolio.reasons import (
    AS_OF_MISSING,
    COLUMNS_MISSING,
    KIND_HAS_NO_IMPORT,
    UNKNOWN_FILE_KIND,
    FileRefused,
    because,
)

BOOK, PAYMENTS, PARTIES, COLLATERAL = "book", "payments", "parties", "collateral"

#: Columns of the debt and its debtor, the same on each of the debt's rows.
DEBT_REQUIRED = ("creditor", "debt_ref", "debtor_ref", "debtor_name", "kind", "currency")
DEBT_OPTIONAL = (
    "opened_on", "annual_rate", "phone", "email", "address", "country", "region", "time_zone", "language", "id_number",
    "branch", "relationship_manager", "guarantor_name", "guarantor_phone", "contract_ref",
)  # fmt: skip
DEBT_COLUMNS = (*DEBT_REQUIRED, *DEBT_OPTIONAL, *sorted(PARTICULARS_COLUMNS))
INSTALMENT_COLUMNS = ("due_on", "due_principal", "due_interest", "due_fees", "instalment_no")
SNAPSHOT_COLUMNS = (
    "as_of", "balance_principal", "balance_interest", "balance_fees", "days_overdue", "past_due", "next_due_on",
)  # fmt: skip
PAYMENT_COLUMNS = ("creditor", "debt_ref", "paid_on", "amount", "currency", "payment_ref", "method", "reverses")
PARTY_COLUMNS = ("creditor", "debt_ref", "role", "name", "phone", "email", "address", "id_number")
COLLATERAL_COLUMNS = ("creditor", "debt_ref", "kind", "value", "valued_on")

#: What a rejects file adds to the lender's own columns; ignored when it comes back.
REJECT_COLUMNS = ("reject_row", "reject_column", "reject_reason")

DATE_COLUMNS = frozenset({"due_on", "opened_on", "as_of", "next_due_on", "paid_on", "valued_on"})
AMOUNT_COLUMNS = frozenset({
    "due_principal", "due_interest", "due_fees", "balance_principal", "balance_interest", "balance_fees", "past_due",
    "amount", "value",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: the columns it may have and those it must have."""

    name: str
    columns: frozenset[str]
    required: tuple[str, ...]


FILE_KINDS = {
    BOOK: FileKind(BOOK, frozenset((*DEBT_COLUMNS, *INSTALMENT_COLUMNS, *SNAPSHOT_COLUMNS)), DEBT_REQUIRED),
    PAYMENTS: FileKind(
        PAYMENTS, frozenset(PAYMENT_COLUMNS), ("debt_ref", "paid_on", "amount", "currency", "payment_ref")
    ),
    PARTIES: FileKind(PARTIES, frozenset(PARTY_COLUMNS), ("debt_ref", "role", "name")),
    COLLATERAL: FileKind(COLLATERAL, frozenset(COLLATERAL_COLUMNS), ("debt_ref", "kind", "value", "valued_on")),
}


def file_kind_of(columns: Iterable[str], *, wanted: str = "", as_of_given: bool = False) -> FileKind:
    """The kind of file that these columns make, or the one wanted.

    Raises FileRefused when they make none, when the wanted kind is unknown, or when a column is missing.
    """
    names = {name for name in columns if name}
    if wanted and wanted not in FILE_KINDS:
        raise FileRefused(because(KIND_HAS_NO_IMPORT, kind=wanted))
    found = FILE_KINDS[wanted or _guessed_kind(names, as_of_given=as_of_given)]
    missing = [name for name in found.required if name not in names]
    if found.name == BOOK:
        missing += _missing_of_book(names, as_of_given=as_of_given)
    if missing:
        raise FileRefused(because(COLUMNS_MISSING, columns=", ".join(missing)))
    return found


def _guessed_kind(names: set[str], *, as_of_given: bool) -> str:
    if names & {"due_on", "as_of", "balance_principal", "due_principal"}:
        return BOOK
    if names & {"paid_on", "payment_ref"}:
        return PAYMENTS
    if "role" in names and "name" in names:
        return PARTIES
    if {"value", "valued_on"} <= names:
        return COLLATERAL
    if as_of_given or {"debt_ref", "debtor_ref"} <= names:
        return BOOK
    raise FileRefused(because(UNKNOWN_FILE_KIND))


def _missing_of_book(names: set[str], *, as_of_given: bool) -> list[str]:
    """A schedule needs its due columns, a snapshot its balance and date; a file may bring both, row by row."""
    snapshot = bool(names & {"as_of", "balance_principal"})
    schedule = "due_on" in names or "due_principal" in names or not snapshot
    missing = [name for name in ("due_on", "due_principal") if schedule and name not in names]
    if snapshot:
        missing += [name for name in ("balance_principal", "days_overdue") if name not in names]
        if "as_of" not in names and not as_of_given and not missing:
            raise FileRefused(because(AS_OF_MISSING))
    return missing
