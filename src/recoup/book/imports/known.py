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

#: Columns of a debtor that a later file may change, named as in the file.
CONTACTS = (
    "debtor_name", "phone", "email", "address", "country", "region", "time_zone", "language", "id_number",
)  # fmt: skip
#: Columns of a debt that a later file may change.
DETAILS = ("opened_on", "annual_rate", "contract_ref", "branch", "relationship_manager")

day = lru_cache(maxsize=20_000)(date.fromisoformat)


@dataclass(slots=True)
class KnownDebtor:
    """A debtor, stored (with an id) or about to be."""

    creditor: str
    ref: str
    contacts: dict[str, str]
    phone_doubtful: bool = False
    id: int | None = None
    changed: bool = False

    def learn(self, said: DebtColumns) -> None:
        """Takes over contacts that a row brings; an empty cell says nothing."""
        for name in CONTACTS:
            text = getattr(said, name)
            if text and text != self.contacts.get(name):
                self.contacts[name] = text
                self.changed = True
                if name == "phone":
                    self.phone_doubtful = said.phone_doubtful


@dataclass(slots=True)
class KnownDebt:
    """A debt, stored (with an id) or about to be."""

    creditor: str
    ref: str
    debtor: KnownDebtor
    kind: str
    currency: str
    source: str
    details: dict[str, Any] = field(default_factory=dict)
    particulars: dict[str, Any] = field(default_factory=dict)
    id: int | None = None
    changed: bool = False
    has_new_lines: bool = False
    guarantors: dict[str, str] = field(default_factory=dict)

    def learn(self, said: DebtColumns) -> None:
        """Takes over details that a row brings; an empty cell says nothing."""
        for name in DETAILS:
            value = getattr(said, name)
            if value and value != self.details.get(name):
                self.details[name] = value
                self.changed = True
        for name, particular in said.particulars.items():
            if self.particulars.get(name) != particular:
                self.particulars[name] = particular
                self.changed = True
        if said.guarantor_name:
            self.guarantors[said.guarantor_name] = said.guarantor_phone or self.guarantors.get(said.guarantor_name, "")


class KnownPosting(NamedTuple):
    """A stored line with a reference of its own, or one about to be stored (then without an id)."""

    debt_ref: str
    kind: str
    dated_on: date
    amount_minor: int
    method: str
    reverses_id: int | None = None
    id: int | None = None


@dataclass(slots=True)
class Creditors:
    """Creditors by code; those that no file has named before get their id when something of theirs is written."""

    ids: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def look_up(self, codes: Iterable[str]) -> None:
        """Finds the ids of these codes, where they have one."""
        fresh = set(codes) - self.asked
        self.asked |= fresh
        for code, found in find_by("SELECT code, id FROM book_creditor WHERE code", fresh):
            self.ids[code] = found

    def forget(self) -> None:
        """Drops what was found: a transaction that was undone may have made some of it."""
        self.ids.clear()
        self.asked.clear()


Key = tuple[str, str]

_DEBTOR = ("id", "creditor_id", "ref", "name", "phone", "email", "address", "country", "region", "time_zone",
           "language", "id_number", "phone_doubtful")  # fmt: skip
_DEBT = ("id", "creditor_id", "ref", "debtor_id", "kind", "currency", "source", "CAST(t.opened_on AS TEXT)",
         "CAST(t.annual_rate AS TEXT)", "contract_ref", "branch_id", "relationship_manager", "particulars")  # fmt: skip


def find_debtors(creditors: Creditors, keys: Iterable[Key]) -> dict[Key, KnownDebtor]:
    """The debtors with these creditors and references."""
    codes = {number: code for code, number in creditors.ids.items()}
    wanted = [(creditors.ids[code], ref) for code, ref in keys if code in creditors.ids]
    found = {}
    for row in find("book_debtor", _DEBTOR, ("creditor_id", "ref"), wanted):
        contacts = dict(zip(CONTACTS, row[3:12], strict=True))
        code = codes[row[1]]
        found[code, row[2]] = KnownDebtor(code, row[2], contacts, bool(row[12]), row[0])
    return found


def find_debts(creditors: Creditors, keys: Iterable[Key], branches: dict[int, str]) -> dict[Key, KnownDebt]:
    """The debts with these creditors and references, with their debtors. ``branches`` are codes by id."""
    codes = {number: code for code, number in creditors.ids.items()}
    wanted = [(creditors.ids[code], ref) for code, ref in keys if code in creditors.ids]
    rows = find("book_debt", _DEBT, ("creditor_id", "ref"), wanted)
    debtors = _debtors_by_id(codes, {row[3] for row in rows})
    return {(codes[row[1]], row[2]): _debt(row, codes[row[1]], debtors[row[3]], branches) for row in rows}


def _debtors_by_id(codes: dict[int, str], ids: set[int]) -> dict[int, KnownDebtor]:
    rows = find_by(f"SELECT {', '.join(_DEBTOR)} FROM book_debtor WHERE id", ids)  # noqa: S608
    return {
        row[0]: KnownDebtor(codes[row[1]], row[2], dict(zip(CONTACTS, row[3:12], strict=True)), bool(row[12]), row[0])
        for row in rows
    }


def _debt(row: Any, code: str, debtor: KnownDebtor, branches: dict[int, str]) -> KnownDebt:
    details = {
        "opened_on": day(row[7]) if row[7] else None,
        "annual_rate": format(Decimal(row[8]), ".6f") if row[8] is not None else None,
        "contract_ref": row[9],
        "branch": branches.get(row[10], ""),
        "relationship_manager": row[11],
    }
    particulars = json.loads(row[12]) if isinstance(row[12], str) else row[12]
    return KnownDebt(code, row[2], debtor, row[4], row[5], row[6], details, particulars, row[0])


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


def find_referred(creditors: Creditors, keys: Iterable[Key]) -> dict[Key, KnownPosting]:
    """Stored lines by creditor and their own reference."""
    codes = {number: code for code, number in creditors.ids.items()}
    wanted = [(creditors.ids[code], ref) for code, ref in keys if code in creditors.ids]
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
