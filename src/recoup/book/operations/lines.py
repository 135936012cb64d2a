"""Reads of many debts at once, as the plain values that the domain works on. Rows come straight from the cursor:
a whole book is replayed through here, and model objects would cost more than the replay itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from recoup.book.rows import rows_in
from recoup.domain.accrual import Charged
from recoup.domain.ageing import Pause
from recoup.domain.posting import Posting, Snapshot

_posting = partial(tuple.__new__, Posting)
_day = lru_cache(maxsize=20_000)(date.fromisoformat)


@dataclass(frozen=True, slots=True)
class DebtLines:
    """Everything that a debt's state is computed from."""

    debt_id: int
    debtor_id: int
    creditor_id: int
    kind: str
    currency: str
    postings: list[Posting] = field(default_factory=list)
    charged: list[Charged] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)

    def last_line_on(self) -> date:
        """Date of the last payment, charge or snapshot that is known; the first of all days when there is none."""
        lines = [line.dated_on for line in self.postings if line.kind != "due"]
        return max(lines + [shot.as_of for shot in self.snapshots], default=date.min)

    def next_line_on(self, on: date) -> date | None:
        """Date of the first payment, charge or snapshot that is known but lies after ``on``."""
        later = [line.dated_on for line in self.postings if line.dated_on > on and line.kind != "due"]
        later += [shot.as_of for shot in self.snapshots if shot.as_of > on]
        return min(later, default=None)


def read_lines(debt_ids: Sequence[int]) -> list[DebtLines]:
    """The lines of these debts (at most CHUNK of them), in order of id; ids that do not exist are left out."""
    found = {
        row[0]: DebtLines(*row)
        for row in rows_in("SELECT id, debtor_id, creditor_id, kind, currency FROM book_debt WHERE id IN", debt_ids)
    }
    _add_postings(found, debt_ids)
    for debt_id, as_of, principal, interest, fees, days, past_due, next_due in rows_in(_SNAPSHOTS, debt_ids):
        next_on = _day(next_due) if next_due else None
        shot = Snapshot(_day(as_of), principal, interest, fees, days, past_due, next_on)
        found[debt_id].snapshots.append(shot)
    for debt_id, starts_on, ends_on in rows_in(_PAUSES, debt_ids):
        found[debt_id].pauses.append(Pause(_day(starts_on), _day(ends_on) if ends_on else None))
    return [found[debt_id] for debt_id in sorted(found)]


# Dates come as text: SQLite's own conversion calls back into Python for every value.
_POSTINGS = """SELECT debt_id, id, kind, CAST(dated_on AS TEXT), amount_minor, principal_minor, interest_minor,
fees_minor, instalment_no, reverses_id FROM book_posting WHERE debt_id IN"""
_CHARGED = """SELECT debt_id, rule, period, amount_minor, CAST(dated_on AS TEXT) FROM book_posting
WHERE rule <> '' AND debt_id IN"""
_SNAPSHOTS = """SELECT debt_id, CAST(as_of AS TEXT), balance_principal_minor, balance_interest_minor,
balance_fees_minor, days_overdue, past_due_minor, CAST(next_due_on AS TEXT) FROM book_snapshot WHERE debt_id IN"""
_PAUSES = "SELECT debt_id, CAST(starts_on AS TEXT), CAST(ends_on AS TEXT) FROM book_pause WHERE debt_id IN"


def _add_postings(found: dict[int, DebtLines], debt_ids: Sequence[int]) -> None:
    postings = {debt_id: lines.postings for debt_id, lines in found.items()}
    for debt_id, at, kind, dated_on, amount, principal, interest, fees, number, reverses in rows_in(
        _POSTINGS, debt_ids
    ):
        line = (at, kind, _day(dated_on), amount, principal, interest, fees, number, reverses)
        postings[debt_id].append(_posting(line))
    for debt_id, rule, period, amount, dated_on in rows_in(_CHARGED, debt_ids):
        found[debt_id].charged.append(Charged(rule, period, amount, _day(dated_on)))
