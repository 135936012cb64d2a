"""The book as a trial reads it: debts as the day's run would derive them, cases as the last run left them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q

from recoup.book.operations import CHUNK, DebtState, Treatment, states_when_charged
from recoup.book.rows import rows_in, rows_of
from recoup.casework.models import Case, CaseStage, TeamMember, WorkItem
from recoup.domain.ageing import Pause, merged

_day = lru_cache(maxsize=20_000)(date.fromisoformat)


class Owed(NamedTuple):
    """A debt on a day before any ladder looks at it: what is unpaid since when. ``holds`` is False where its facts
    have to be derived anew by that day.
    """

    debtor_id: int
    debt_id: int
    ref: str
    creditor_id: int
    branch_id: int | None
    kind: str
    currency: str
    relationship_manager: str
    past_due_minor: int
    oldest_on: date | None
    last_paid_on: str | None
    last_paid_minor: int
    derived_on: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """An open case as the last run left it."""

    case: Case
    members: tuple[TeamMember, ...]
    listed_on: date | None
    entered_on: date | None


_OWED = """SELECT f.debtor_id, f.debt_id, d.ref, d.creditor_id, d.branch_id, d.kind, d.currency, d.relationship_manager,
f.past_due_minor, CAST(f.oldest_on AS TEXT), CAST(f.last_paid_on AS TEXT), f.last_paid_minor,
CAST(f.derived_on AS TEXT), CAST(f.next_change_on AS TEXT) FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id
WHERE f.debtor_id IN"""
_WITHOUT_CASE = """SELECT f.debtor_id FROM book_debtfacts f
LEFT JOIN casework_case c ON c.debtor_id = f.debtor_id AND c.closed_on IS NULL
WHERE f.debtor_id > %s AND c.id IS NULL
AND (f.oldest_on < %s OR f.next_change_on <= %s OR f.derived_on > %s)
GROUP BY f.debtor_id ORDER BY f.debtor_id LIMIT %s"""
_PAUSES = "SELECT debt_id, CAST(starts_on AS TEXT), CAST(ends_on AS TEXT) FROM book_pause WHERE debt_id IN"


def cases_by_chunk(on: date) -> Iterator[list[Seen]]:
    """All open cases, at most CHUNK at a time, in order of id."""
    after_id = 0
    while cases := list(Case.objects.filter(closed_on__isnull=True, pk__gt=after_id).order_by("pk")[:CHUNK]):
        yield _seen(cases, on)
        after_id = cases[-1].pk


def _seen(cases: Sequence[Case], on: date) -> list[Seen]:
    case_ids = [case.pk for case in cases]
    members: defaultdict[int, list[TeamMember]] = defaultdict(list)
    today = Q(left_on__isnull=True) | Q(left_on=on)
    for member in TeamMember.objects.filter(today, case__in=case_ids).order_by("pk"):
        members[member.case_id].append(member)
    listed = dict(WorkItem.objects.filter(case__in=case_ids).values_list("case_id", "listed_on"))
    stages = CaseStage.objects.filter(case__in=case_ids, left_on__isnull=True)
    entered = dict(stages.values_list("case_id", "entered_on"))
    return [Seen(case, tuple(members[case.pk]), listed.get(case.pk), entered.get(case.pk)) for case in cases]


def debtors_by_chunk(on: date, late_by: date) -> Iterator[list[int]]:
    """Debtors without an open case who may be late on the day, or will be by ``late_by`` if nothing is paid, at most
    CHUNK at a time, in order of id.
    """
    after_id = 0
    while found := rows_of(_WITHOUT_CASE, [after_id, late_by, on, on, CHUNK]):
        yield [row[0] for row in found]
        after_id = found[-1][0]


def owed_by(debtor_ids: Sequence[int], on: date, treatment: Treatment) -> dict[int, list[Owed]]:
    """The debts of these debtors on the day, by debtor and in order of id, charged as the treatment wants."""
    rows = [_owed(row, on) for row in rows_in(_OWED, debtor_ids, " ORDER BY f.debt_id")]
    renewed = _renewed([owed.debt_id for owed in rows if not owed.holds], on, treatment)
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for owed in rows:
        found[owed.debtor_id].append(_as_derived(owed, renewed[owed.debt_id]) if owed.debt_id in renewed else owed)
    return found


def _owed(row: Sequence[Any], on: date) -> Owed:
    *known, derived_on, next_change_on = row
    known[9] = _day(known[9]) if known[9] else None
    today = on.isoformat()
    holds = (next_change_on is None or next_change_on > today) and (derived_on is None or derived_on <= today)
    return Owed._make([*known, derived_on, holds])


def _renewed(debt_ids: Sequence[int], on: date, treatment: Treatment) -> dict[int, DebtState]:
    found: dict[int, DebtState] = {}
    for start in range(0, len(debt_ids), CHUNK):
        states = states_when_charged(debt_ids[start : start + CHUNK], on, treatment)
        found.update((state.lines.debt_id, state) for state in states)
    return found


def _as_derived(owed: Owed, state: DebtState) -> Owed:
    oldest_on, paid_on = state.standing.oldest_on, state.replay.last_paid_on
    return owed._replace(
        past_due_minor=state.standing.past_due_minor,
        oldest_on=oldest_on if oldest_on != date.max else None,
        last_paid_on=paid_on.isoformat() if paid_on is not None else None,
        last_paid_minor=state.replay.last_paid_minor,
        derived_on=state.standing.on.isoformat(),
    )


def pauses_of(owed: Sequence[Owed]) -> dict[int, tuple[Pause, ...]]:
    """The pauses of these debts, merged, by debt."""
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    debt_ids = [each.debt_id for each in owed if each.oldest_on is not None]
    for start in range(0, len(debt_ids), CHUNK):
        for debt_id, starts_on, ends_on in rows_in(_PAUSES, debt_ids[start : start + CHUNK]):
            found[debt_id].append(Pause(_day(starts_on), _day(ends_on) if ends_on else None))
    return {debt_id: merged(pauses) for debt_id, pauses in found.items()}
