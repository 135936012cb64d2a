"""What the book already knows about the debts, debtors and lines that a chunk of rows names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from recoup.book.imports.tables import find, find_by
from recoup.portfolio.lines import DebtColumns, Instalment, SnapshotLine

day = lru_cache(maxsize=20_000)(date.fromisoformat)


@dataclass(slots=True)
class KnownDebtor:
    """A debtor, stored (with an id) or about to be; ``contacts`` in the order of DebtColumns."""

    creditor: str
    ref: str
    contacts: tuple[str, ...] = ("",) * 9
    phone_doubtful: bool = False
    id: int | None = None
    changed: bool = False

    def learn(self, said: DebtColumns) -> None:
        """Takes over contacts that a row brings; an empty cell says nothing."""
        before, brought = self.contacts, said.contacts
        if before == brought:
            return
        self.contacts = tuple(new or old for new, old in zip(brought, before, strict=True))
        self.changed |= self.contacts != before
        if said.phone:
            self.phone_doubtful = said.phone_doubtful


@dataclass(slots=True)
class KnownDebt:
    """A debt, stored (with an id) or about to be; ``details`` in the order of DebtColumns."""

    creditor: str
    ref: str
    debtor: KnownDebtor
    kind: str
    currency: str
    source: str
    details: tuple[Any, ...] = (None, None, "", "", "")
    particulars: dict[str, Any] = field(default_factory=dict)
    id: int | None = None
    changed: bool = False
    has_new_lines: bool = False
    guarantors: dict[str, str] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The code of its branch; empty without one."""
        return str(self.details[3])

    def learn(self, said: DebtColumns) -> None:
        """Takes over details that a row brings; an empty cell says nothing."""
        before, brought = self.details, said.details
        if before != brought:
            self.details = tuple(new or old for new, old in zip(brought, before, strict=True))
            self.changed |= self.details != before
        if said.particulars and not said.particulars.items() <= self.particulars.items():
            self.particulars |= said.particulars
            self.changed = True
        if said.guarantor_name:
            self.guarantors[said.guarantor_name] = said.guarantor_phone or self.guarantors.get(said.guarantor_name, "")

    def settle(self) -> None:
        """Everything learnt is written."""
        self.changed = self.has_new_lines = self.debtor.changed = False
        if self.guarantors:
            self.guarantors = {}


class KnownPosting(NamedTuple):
    """A stored line with a reference of its own, or one about to be stored (then without an id)."""

    debt_ref: str
    kind: str
    dated_on: date
    amount_minor: int
    method: str
    reverses_id: int | None = None
    id: int | None = None


#: Debts kept in mind from one chunk to the next; about 150 MB when full.
_DEBTS_MAX = 100_000
Key = tuple[str, str]


@dataclass(slots=True)
class Memory:
    """What an import keeps in mind from chunk to chunk: ids of creditors by code, and debts lately seen.

    In a file that is sorted by date each chunk names the debts of the chunk before; they need not be read again.
    """

    ids: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    debts: dict[Key, KnownDebt] = field(default_factory=dict)
    debtors: dict[Key, KnownDebtor] = field(default_factory=dict)

    def look_up(self, codes: Iterable[str]) -> None:
        """Finds the ids of these creditors, where they have one."""
        fresh = set(codes) - self.asked
        self.asked |= fresh
        for code, found in find_by("SELECT code, id FROM book_creditor WHERE code", fresh):
            self.ids[code] = found

    def keep(self, debts: Iterable[KnownDebt]) -> None:
        """Keeps debts that are written as they stand here."""
        if len(self.debts) > _DEBTS_MAX:
            self.debts.clear()
            self.debtors.clear()
        for debt in debts:
            debt.settle()
            self.debts[debt.creditor, debt.ref] = debt
            self.debtors[debt.creditor, debt.debtor.ref] = debt.debtor

    def forget(self) -> None:
        """Drops everything: a transaction that was undone may have made some of it."""
        for kept in (self.ids, self.asked, self.debts, self.debtors):
            kept.clear()


_DEBTOR = ("id", "creditor_id", "ref", "phone_doubtful", "name", "phone", "email", "address", "country", "region",
           "time_zone", "language", "id_number")  # fmt: skip
_DEBT = ("id", "creditor_id", "ref", "kind", "currency", "source", "CAST(t.opened_on AS TEXT)",
         "CAST(t.annual_rate AS TEXT)", "contract_ref", "branch_id", "relationship_manager", "particulars",
         "debtor_id")  # fmt: skip


def find_debtors(memory: Memory, keys: Iterable[Key]) -> dict[Key, KnownDebtor]:
    """The debtors with these creditors and references."""
    wanted = set(keys)
    found = {key: memory.debtors[key] for key in wanted & memory.debtors.keys()}
    codes = {number: code for code, number in memory.ids.items()}
    rows = find("book_debtor", _DEBTOR, ("creditor_id", "ref"), _numbered(memory, wanted - found.keys()))
    for debtor in (_debtor(row, codes) for row in rows):
        found[debtor.creditor, debtor.ref] = debtor
    return found


def find_debts(memory: Memory, keys: Iterable[Key], branches: dict[int, str]) -> dict[Key, KnownDebt]:
    """The debts with these creditors and references, with their debtors. ``branches`` are codes by id."""
    wanted = set(keys)
    found = {key: memory.debts[key] for key in wanted & memory.debts.keys()}
    codes = {number: code for code, number in memory.ids.items()}
    rows = find("book_debt", _DEBT, ("creditor_id", "ref"), _numbered(memory, wanted - found.keys()))
    query = f"SELECT {', '.join(_DEBTOR)} FROM book_debtor WHERE id"  # noqa: S608  # names are constants
    read = (_debtor(row, codes) for row in find_by(query, {row[12] for row in rows}))
    debtors = {debtor.id: memory.debtors.get((debtor.creditor, debtor.ref), debtor) for debtor in read}
    for row in rows:
        found[codes[row[1]], row[2]] = _debt(row, codes, debtors[row[12]], branches)
    return found


def _numbered(memory: Memory, keys: Iterable[Key]) -> list[tuple[int, str]]:
    return [(memory.ids[code], ref) for code, ref in keys if code in memory.ids]


def _debtor(row: Any, codes: dict[int, str]) -> KnownDebtor:
    return KnownDebtor(codes[row[1]], row[2], row[4:13], bool(row[3]), row[0])


def _debt(row: Any, codes: dict[int, str], debtor: KnownDebtor, branches: dict[int, str]) -> KnownDebt:
    opened_on, rate, contract_ref, branch_id, relationship_manager, kept = row[6:12]
    details = (
        day(opened_on) if opened_on else None,
        None if rate is None else _rate(str(rate)),
        contract_ref,
        branches.get(branch_id, ""),
        relationship_manager,
    )
    # Most kinds of debt have no particulars; reading a million empty objects would cost more than reading the debts.
    particulars = {} if kept == "{}" else json.loads(kept) if isinstance(kept, str) else kept
    return KnownDebt(codes[row[1]], row[2], debtor, row[3], row[4], row[5], details, particulars, row[0])


@lru_cache(maxsize=2_000)
def _rate(written: str) -> str:
    return format(Decimal(written), ".6f")


_DUE = ("debt_id", "instalment_no", "CAST(t.dated_on AS TEXT)", "principal_minor", "interest_minor", "fees_minor")
_SNAPSHOT = ("debt_id", "CAST(t.as_of AS TEXT)", "balance_principal_minor", "balance_interest_minor",
             "balance_fees_minor", "days_overdue", "past_due_minor", "CAST(t.next_due_on AS TEXT)")  # fmt: skip
_REFERRED = (
    "creditor_id",
    "ref",
    "(SELECT d.ref FROM book_debt d WHERE d.id = t.debt_id)",
    "kind",
    "CAST(t.dated_on AS TEXT)",
    "amount_minor",
    "method",
    "reverses_id",
    "id",
)


def find_instalments(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Instalment]:
    """Stored instalments by debt id and number."""
    rows = find("book_posting", _DUE, ("debt_id", "instalment_no"), wanted, having="t.kind = 'due'")
    return {(row[0], row[1]): Instalment(day(row[2]), row[3], row[4], row[5], row[1]) for row in rows}


def find_snapshots(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], SnapshotLine]:
    """Stored snapshots by debt id and date."""
    rows = find("book_snapshot", _SNAPSHOT, ("debt_id", "as_of"), wanted, dated=True)
    return {
        (row[0], row[1]): SnapshotLine(
            day(row[1]), row[2], row[3], row[4], row[5], row[6], day(row[7]) if row[7] else None
        )
        for row in rows
    }


def find_referred(memory: Memory, keys: Iterable[Key]) -> dict[Key, KnownPosting]:
    """Stored lines by creditor and their own reference."""
    codes = {number: code for code, number in memory.ids.items()}
    wanted = _numbered(memory, keys)
    rows = find("book_posting", _REFERRED, ("creditor_id", "ref"), wanted, having="NOT (t.ref = '')")
    return {(codes[row[0]], row[1]): KnownPosting(row[2], row[3], day(row[4]), *row[5:9]) for row in rows}


def find_same_ref(refs: Iterable[str]) -> list[tuple[str, str]]:
    """Debts with one of these references, whoever the creditor: reference and creditor's code."""
    return find_by(
        "SELECT d.ref, c.code FROM book_debt d JOIN book_creditor c ON c.id = d.creditor_id WHERE d.ref", refs
    )


def find_reversals(payment_ids: Iterable[int]) -> set[int]:
    """Those of these payments that are undone already."""
    query = "SELECT reverses_id FROM book_posting WHERE reverses_id IS NOT NULL AND reverses_id"
    return {row[0] for row in find_by(query, payment_ids)}
