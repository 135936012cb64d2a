"""Writes what a chunk of rows decided, inside the chunk's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from recoup.book.imports.book_rows import Chunk
from recoup.book.imports.known import KnownDebt, KnownDebtor, Memory
from recoup.book.imports.tables import change_by_ids, find, find_by, insert, instant
from recoup.book.models import REBUILD_ON
from recoup.book.operations.bulk import change
from recoup.book.rows import rows_of
from recoup.portfolio.lines import Instalment, PaymentLine, SnapshotLine

_REBUILD = REBUILD_ON.isoformat()
_DEBTOR_CONTACTS = (
    "name", "phone", "email", "address", "country", "region", "time_zone", "language", "id_number", "phone_doubtful",
)  # fmt: skip
_DEBTOR = ("creditor_id", "ref", "is_firm", *_DEBTOR_CONTACTS)
_DEBT_DETAILS = ("opened_on", "annual_rate", "contract_ref", "branch_id", "relationship_manager", "particulars")
_DEBT = ("creditor_id", "ref", "debtor_id", "kind", "currency", "source", *_DEBT_DETAILS)
_FACTS = ("debt_id", "debtor_id", "owed_minor", "past_due_minor", "bucket_rank", "stage_rank", "last_paid_minor",
          "written_off", "next_change_on")  # fmt: skip
_POSTING = (
    "creditor_id", "debt_id", "kind", "dated_on", "amount_minor", "principal_minor", "interest_minor", "fees_minor",
    "instalment_no", "ref", "reverses_id", "method", "rule", "period", "reason", "recorded_at", "recorded_by_id",
)  # fmt: skip
_SNAPSHOT = (
    "debt_id", "as_of", "balance_principal_minor", "balance_interest_minor", "balance_fees_minor", "days_overdue",
    "past_due_minor", "next_due_on", "recorded_at",
)  # fmt: skip


@dataclass(slots=True)
class Ink:
    """Who writes when, and the ids that rows need: creditors, debts and branches."""

    at: datetime
    by_id: int | None
    memory: Memory = field(default_factory=Memory)
    branches: dict[str, int] = field(default_factory=dict)

    def read_branches(self) -> None:
        """Reads the branches anew."""
        self.branches = dict(rows_of("SELECT code, id FROM people_branch"))


def write_chunk(chunk: Chunk, ink: Ink) -> None:
    """Writes debtors, debts and their lines, and marks the facts of touched debts to be rebuilt."""
    _write_creditors({debt.creditor for debt in chunk.touched}, ink.memory)
    _write_branches({debt.branch for debt in chunk.touched} - {""}, ink)
    _write_debtors({id(debt.debtor): debt.debtor for debt in chunk.touched}.values(), ink.memory)
    _write_debts(chunk.touched, ink)
    _write_guarantors(debt for debt in chunk.touched if debt.guarantors)
    insert("book_posting", _POSTING, [*_dues(chunk, ink), *_payments(chunk, ink), *_reversals(chunk, ink)])
    insert("book_snapshot", _SNAPSHOT, [_snapshot_row(debt, line, ink) for debt, line in chunk.snapshots])
    ink.memory.keep(chunk.touched)


def _write_creditors(codes: Iterable[str], memory: Memory) -> None:
    memory.look_up(codes)
    fresh = sorted(set(codes) - set(memory.ids))
    insert(
        "book_creditor", ("code", "name", "country", "time_zone", "cases_opened"), [(c, c, "", "", 0) for c in fresh]
    )
    memory.asked -= set(fresh)
    memory.look_up(fresh)


def _write_branches(codes: Iterable[str], ink: Ink) -> None:
    fresh = sorted(set(codes) - set(ink.branches))
    if fresh:
        insert("people_branch", ("code", "name"), [(code, code) for code in fresh])
        ink.read_branches()


def _write_debtors(debtors: Iterable[KnownDebtor], memory: Memory) -> None:
    everybody = list(debtors)
    fresh = [debtor for debtor in everybody if debtor.id is None]
    changed = [debtor for debtor in everybody if debtor.id is not None and debtor.changed]
    insert(
        "book_debtor",
        _DEBTOR,
        [(memory.ids[debtor.creditor], debtor.ref, False, *_contacts(debtor)) for debtor in fresh],
    )
    _learn_ids("book_debtor", fresh, memory)
    change("book_debtor", _DEBTOR_CONTACTS, [(*_contacts(debtor), debtor.id) for debtor in changed])


def _contacts(debtor: KnownDebtor) -> tuple[Any, ...]:
    return (*debtor.contacts, debtor.phone_doubtful)


def _learn_ids(table: str, fresh: list[Any], memory: Memory) -> None:
    """Gives rows just added the ids that the database gave them."""
    by_key = {(memory.ids[each.creditor], each.ref): each for each in fresh}
    for row_id, creditor_id, ref in find(table, ("id", "creditor_id", "ref"), ("creditor_id", "ref"), by_key):
        by_key[creditor_id, ref].id = row_id


def _write_debts(debts: list[KnownDebt], ink: Ink) -> None:
    fresh = [debt for debt in debts if debt.id is None]
    ids = ink.memory.ids
    insert(
        "book_debt",
        _DEBT,
        [
            (ids[debt.creditor], debt.ref, debt.debtor.id, debt.kind, debt.currency, debt.source, *_details(debt, ink))
            for debt in fresh
        ],
    )
    known = [debt for debt in debts if debt.id is not None]
    _learn_ids("book_debt", fresh, ink.memory)
    insert("book_debtfacts", _FACTS, [(debt.id, debt.debtor.id, 0, 0, 0, 0, 0, False, _REBUILD) for debt in fresh])
    change("book_debt", _DEBT_DETAILS, [(*_details(debt, ink), debt.id) for debt in known if debt.changed])
    change_by_ids(
        f"UPDATE book_debtfacts SET next_change_on = '{_REBUILD}' WHERE debt_id",  # noqa: S608  # a constant
        [debt.id for debt in known if debt.has_new_lines and debt.id is not None],
    )


def _details(debt: KnownDebt, ink: Ink) -> tuple[Any, ...]:
    opened_on, rate, contract_ref, branch, relationship_manager = debt.details
    particulars = json.dumps(debt.particulars, ensure_ascii=False) if debt.particulars else "{}"
    return _text(opened_on), rate, contract_ref, ink.branches.get(branch), relationship_manager, particulars


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _write_guarantors(debts: Iterable[KnownDebt]) -> None:
    by_id = {debt.id: debt for debt in debts if debt.id is not None}
    query = "SELECT id, debt_id, name, phone FROM book_party WHERE role = 'guarantor' AND debt_id"
    known = {(debt_id, name): (row_id, phone) for row_id, debt_id, name, phone in find_by(query, by_id)}
    wanted = [(debt_id, name, phone) for debt_id, debt in by_id.items() for name, phone in debt.guarantors.items()]
    insert(
        "book_party",
        ("debt_id", "role", "name", "phone", "email", "address", "id_number"),
        [
            (debt_id, "guarantor", name, phone, "", "", "")
            for debt_id, name, phone in wanted
            if (debt_id, name) not in known
        ],
    )
    change(
        "book_party",
        ("phone",),
        [
            (phone, known[debt_id, name][0])
            for debt_id, name, phone in wanted
            if phone and (debt_id, name) in known and known[debt_id, name][1] != phone
        ],
    )


def _dues(chunk: Chunk, ink: Ink) -> list[tuple[Any, ...]]:
    at, by_id, ids = instant(ink.at), ink.by_id, ink.memory.ids
    return [_due_row(ids[debt.creditor], debt.id, line, at, by_id) for debt, line in chunk.instalments]


def _due_row(creditor_id: int, debt_id: int | None, line: Instalment, at: Any, by_id: int | None) -> tuple[Any, ...]:
    due_on, principal, interest, fees, number = line
    total = principal + interest + fees
    return (
        creditor_id, debt_id, "due", due_on.isoformat(), total, principal, interest, fees,
        number, "", None, "", "", "", "", at, by_id,
    )  # fmt: skip


def _payments(chunk: Chunk, ink: Ink) -> list[tuple[Any, ...]]:
    return [_money_row(debt, line, "payment", line.amount_minor or 0, None, ink) for debt, line in chunk.paid]


def _reversals(chunk: Chunk, ink: Ink) -> list[tuple[Any, ...]]:
    return [
        _money_row(debt, line, "reversal", wanted.amount_minor, wanted.reverses_id, ink)
        for debt, line, wanted in chunk.undone
    ]


def _money_row(
    debt: KnownDebt, line: PaymentLine, kind: str, amount_minor: int, reverses_id: int | None, ink: Ink
) -> tuple[Any, ...]:
    return (
        ink.memory.ids[debt.creditor], debt.id, kind, line.paid_on.isoformat(), amount_minor, 0, 0, 0,
        "", line.ref, reverses_id, line.method, "", "", "", instant(ink.at), ink.by_id,
    )  # fmt: skip


def _snapshot_row(debt: KnownDebt, line: SnapshotLine, ink: Ink) -> tuple[Any, ...]:
    return (
        debt.id,
        line.as_of.isoformat(),
        line.principal_minor,
        line.interest_minor,
        line.fees_minor,
        line.days_overdue,
        line.past_due_minor,
        _text(line.next_due_on),
        instant(ink.at),
    )
