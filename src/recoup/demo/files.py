"""The demonstration book as the files that a lender would send: book, snapshots and payments (formats.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from recoup.demo.drafts import DraftDebt, Paid
from recoup.domain.money import decimal_text
from recoup.domain.particulars import PARTICULARS_COLUMNS
from recoup.domain.posting import Snapshot

Row = dict[str, str]

_DEBT_COLUMNS = [
    *("creditor", "debt_ref", "debtor_ref", "debtor_name", "kind", "currency", "opened_on", "annual_rate"),
    *("phone", "email", "address", "country", "region", "time_zone", "language", "id_number"),
    *("branch", "relationship_manager", "guarantor_name", "guarantor_phone", "contract_ref"),
]
_DUE_COLUMNS = ["instalment_no", "due_on", "due_principal", "due_interest"]
_SNAPSHOT_COLUMNS = ["as_of", "balance_principal", "balance_interest", "balance_fees", "days_overdue", "past_due"]
BOOK_COLUMNS = [*_DEBT_COLUMNS, *_DUE_COLUMNS, *sorted(PARTICULARS_COLUMNS)]
SNAPSHOT_COLUMNS = [*_DEBT_COLUMNS, *_SNAPSHOT_COLUMNS, *sorted(PARTICULARS_COLUMNS)]
PAYMENT_COLUMNS = ["creditor", "debt_ref", "paid_on", "amount", "currency", "payment_ref", "method", "reverses"]


def debt_columns(debt: DraftDebt) -> Row:
    """What is said of a debt and its debtor, the same on each of its rows."""
    debtor, contact = debt.debtor, debt.debtor.contact
    guarantor = debt.guarantor or ("", "")
    return {
        "creditor": debt.lender.code,
        "debt_ref": debt.ref,
        "debtor_ref": debtor.ref,
        "debtor_name": debtor.name.written,
        "kind": debt.product.kind,
        "currency": debt.product.currency,
        "opened_on": debt.opened_on.isoformat(),
        "annual_rate": debt.annual_rate,
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "country": contact.place.country,
        "region": contact.place.region,
        "time_zone": contact.place.time_zone,
        "language": debtor.language,
        "id_number": debtor.id_number,
        "branch": debt.lender.branch,
        "relationship_manager": debt.relationship_manager,
        "guarantor_name": guarantor[0],
        "guarantor_phone": guarantor[1],
        "contract_ref": debt.contract_ref,
        **debt.particulars,
    }


def book_rows(debts: Iterable[DraftDebt]) -> Iterator[Row]:
    """One row an instalment."""
    for debt in debts:
        same, currency = debt_columns(debt), debt.product.currency
        for due in debt.dues:
            yield {
                **same,
                "instalment_no": due.number,
                "due_on": due.due_on.isoformat(),
                "due_principal": decimal_text(due.principal_minor, currency),
                "due_interest": decimal_text(due.interest_minor, currency),
            }


def snapshot_rows(debts: Iterable[DraftDebt], as_of: date) -> Iterator[Row]:
    """One row a debt that has a statement of this day."""
    for debt in debts:
        for shot in debt.statements:
            if shot.as_of == as_of:
                yield {**debt_columns(debt), **_balance_columns(shot, debt.product.currency)}


def _balance_columns(shot: Snapshot, currency: str) -> Row:
    return {
        "as_of": shot.as_of.isoformat(),
        "balance_principal": decimal_text(shot.balance_principal_minor, currency),
        "balance_interest": decimal_text(shot.balance_interest_minor, currency),
        "balance_fees": decimal_text(shot.balance_fees_minor, currency),
        "days_overdue": str(shot.days_overdue),
        "past_due": "" if shot.past_due_minor is None else decimal_text(shot.past_due_minor, currency),
    }


def payment_rows(debts: Iterable[DraftDebt]) -> Iterator[Row]:
    """One row a payment, and one for each that the bank took back."""
    for debt in debts:
        for place, paid in enumerate(debt.paid):
            ref = debt.payment_ref(place)
            yield _payment(debt, paid, paid.paid_on, ref)
            if paid.bounced_on is not None:
                yield {**_payment(debt, paid, paid.bounced_on, f"{ref}-R"), "reverses": ref}


def _payment(debt: DraftDebt, paid: Paid, on: date, ref: str) -> Row:
    return {
        "creditor": debt.lender.code,
        "debt_ref": debt.ref,
        "paid_on": on.isoformat(),
        "amount": decimal_text(paid.amount_minor, debt.product.currency),
        "currency": debt.product.currency,
        "payment_ref": ref,
        "method": paid.method,
        "reverses": "",
    }


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Path:
    """Writes the rows as CSV in UTF-8, leaving out columns that are empty throughout. Returns the path."""
    kept = list(rows)
    used = [column for column in columns if any(row.get(column) for row in kept)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, used, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)
    return path
