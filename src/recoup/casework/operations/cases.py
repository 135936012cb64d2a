"""Cases open, climb, fall and are cured by the state of their debts, never by the equality of days.

Each order here takes at most CHUNK cases in one transaction and is repeated until it finds nothing: what is done is not
found again, so that a run which was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from recoup.book.models import AgeingSpell, Creditor, DebtFacts
from recoup.book.operations import CHUNK, Treatment
from recoup.book.operations.bulk import rows_of
from recoup.casework.models import Case, CaseStage, TeamMember, WorkItem

OPENED, CLIMBED, FELL = "opened", "climbed", "fell"


class _Late(NamedTuple):
    """One debt of a debtor as the day's facts have it."""

    debtor_id: int
    debt_id: int
    creditor_id: int
    branch_id: int | None
    stage_rank: int
    oldest_on: date


def open_cases(on: date, treatment: Treatment) -> int:
    """Opens a case for debtors with a delinquent debt and none open. Returns how many were opened."""
    found = rows_of(
        """SELECT f.debtor_id FROM book_debtfacts f
        LEFT JOIN casework_case c ON c.debtor_id = f.debtor_id AND c.closed_on IS NULL
        WHERE f.stage_rank > 0 AND c.id IS NULL GROUP BY f.debtor_id ORDER BY f.debtor_id LIMIT %s""",
        [CHUNK],
    )
    debts = _late_debts([row[0] for row in found])
    numbers = _numbers({lines[0].creditor_id: 0 for lines in debts.values()})
    cases = [_new_case(lines, on, treatment, numbers) for _, lines in sorted(debts.items())]
    for creditor_id, (_, number) in numbers.items():
        Creditor.objects.filter(pk=creditor_id).update(cases_opened=number)
    Case.objects.bulk_create(cases, batch_size=CHUNK)
    worst = {case.debtor_id: _worst(debts[case.debtor_id]) for case in cases}
    _enter_stages([(case, worst[case.debtor_id], 0) for case in cases], on, treatment, OPENED)
    return len(cases)


def _late_debts(debtor_ids: Sequence[int]) -> dict[int, list[_Late]]:
    lines: defaultdict[int, list[_Late]] = defaultdict(list)
    rows = DebtFacts.objects.filter(debtor_id__in=debtor_ids, stage_rank__gt=0).order_by("debt_id")
    for row in rows.values_list(
        "debtor_id", "debt_id", "debt__creditor_id", "debt__branch_id", "stage_rank", "oldest_on"
    ):
        debtor_id, debt_id, creditor_id, branch_id, rank, oldest_on = row
        if oldest_on is not None:
            lines[debtor_id].append(_Late(debtor_id, debt_id, creditor_id, branch_id, rank, oldest_on))
    return lines


def _worst(lines: Sequence[_Late]) -> _Late:
    return min(lines, key=lambda line: (-line.stage_rank, line.oldest_on, line.debt_id))


def _numbers(creditors: dict[int, int]) -> dict[int, tuple[str, int]]:
    locked = Creditor.objects.select_for_update().filter(pk__in=creditors)
    return {row.pk: (row.code.replace("/", "-"), row.cases_opened) for row in locked}


def _new_case(lines: list[_Late], on: date, treatment: Treatment, numbers: dict[int, tuple[str, int]]) -> Case:
    worst = _worst(lines)
    code, number = numbers[worst.creditor_id]
    numbers[worst.creditor_id] = (code, number + 1)
    branches = [line.branch_id for line in sorted(lines, key=lambda line: -line.stage_rank) if line.branch_id]
    return Case(
        ref=f"{code}-{number + 1:05d}",
        creditor_id=worst.creditor_id,
        debtor_id=worst.debtor_id,
        branch_id=branches[0] if branches else None,
        opened_on=on,
        stage=treatment.stages(worst.creditor_id).steps[worst.stage_rank].name,
        stage_rank=worst.stage_rank,
        stage_since=on,
    )


def move_cases(on: date, treatment: Treatment) -> int:
    """Moves open cases to the stage of their most delinquent debt, up or down. Returns how many were moved."""
    found = rows_of(
        """SELECT c.id, MAX(f.stage_rank) FROM casework_case c JOIN book_debtfacts f ON f.debtor_id = c.debtor_id
        WHERE c.closed_on IS NULL GROUP BY c.id, c.stage_rank
        HAVING MAX(f.stage_rank) <> c.stage_rank AND MAX(f.stage_rank) > 0 ORDER BY c.id LIMIT %s""",
        [CHUNK],
    )
    cases = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=[row[0] for row in found])}
    debts = _late_debts([case.debtor_id for case in cases.values()])
    moves = [
        (cases[case_id], _worst(debts[cases[case_id].debtor_id]), cases[case_id].stage_rank) for case_id, _ in found
    ]
    for case, worst, _ in moves:
        case.stage_rank = worst.stage_rank
        case.stage = treatment.stages(case.creditor_id).steps[worst.stage_rank].name
        case.stage_since = on
    climbs = [move for move in moves if move[1].stage_rank > move[2]]
    falls = [move for move in moves if move[1].stage_rank < move[2]]
    _leave_stages([case.pk for case, *_ in falls], on)
    _enter_stages(climbs, on, treatment, CLIMBED)
    _enter_stages([(case, worst, worst.stage_rank - 1) for case, worst, _ in falls], on, treatment, FELL)
    Case.objects.bulk_update(cases.values(), ["stage", "stage_rank", "stage_since"], batch_size=500)
    return len(moves)


def _leave_stages(case_ids: Sequence[int], on: date) -> None:
    CaseStage.objects.filter(case_id__in=case_ids, left_on__isnull=True).update(left_on=on)


def _enter_stages(moves: Sequence[tuple[Case, _Late, int]], on: date, treatment: Treatment, why: str) -> None:
    """Writes every stage from the one above ``rank_before`` to the present: a missed night skips none of them."""
    entered = _entry_dates([worst.debt_id for _, worst, _ in moves]) if why != FELL else {}
    last = dict(
        CaseStage.objects.filter(case__in=[case for case, *_ in moves], left_on__isnull=True).values_list(
            "case_id", "entered_on"
        )
    )
    rows: list[CaseStage] = []
    leaves: list[tuple[int, date]] = []
    for case, worst, rank_before in moves:
        steps = treatment.stages(case.creditor_id).steps
        dates = _in_order(
            entered.get(worst.debt_id, {}), range(rank_before + 1, worst.stage_rank + 1), steps, last.get(case.pk), on
        )
        ends: list[date | None] = [*dates[1:], None]
        if case.pk in last:
            leaves.append((case.pk, dates[0]))
        case.stage_since = dates[-1]
        for rank, day, end in zip(range(rank_before + 1, worst.stage_rank + 1), dates, ends, strict=True):
            rows.append(
                CaseStage(case=case, stage=steps[rank].name, rank=rank, entered_on=day, left_on=end, why=why, run_on=on)
            )
    _close_and_add(leaves, rows)
    if why != FELL:
        Case.objects.bulk_update([case for case, *_ in moves], ["stage_since"], batch_size=500)


def _in_order(entered: dict[str, date], ranks: range, steps: Sequence[Any], after: date | None, on: date) -> list[date]:
    """When each stage was reached: as the ageing says, but never before the stage that went before it."""
    dates: list[date] = []
    for rank in ranks:
        day = entered.get(steps[rank].name, dates[-1] if dates else on)
        floor = dates[-1] if dates else after
        dates.append(day if floor is None or day >= floor else (on if not dates else floor))
    return dates


def _entry_dates(debt_ids: Sequence[int]) -> dict[int, dict[str, date]]:
    """The latest date on which each of these debts entered each stage."""
    found: defaultdict[int, dict[str, date]] = defaultdict(dict)
    rows = AgeingSpell.objects.filter(debt_id__in=debt_ids, clock="stage").order_by("debt_id", "entered_on")
    for debt_id, step, entered_on in rows.values_list("debt_id", "step", "entered_on"):
        found[debt_id][step] = entered_on
    return found


def _close_and_add(leaves: Sequence[tuple[int, date]], rows: Sequence[CaseStage]) -> None:
    by_date: defaultdict[date, list[int]] = defaultdict(list)
    for case_id, day in leaves:
        by_date[day].append(case_id)
    for day, case_ids in by_date.items():
        CaseStage.objects.filter(case_id__in=case_ids, left_on__isnull=True).update(left_on=day)
    # A stage that is reached again on the date on which it was reached before is taken up again.
    CaseStage.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["case", "entered_on", "rank"],
        update_fields=["left_on", "why", "run_on"],
    )


def cure_cases(on: date) -> int:
    """Closes open cases none of whose debts is delinquent any more. Returns how many were closed."""
    found = rows_of(
        """SELECT c.id FROM casework_case c WHERE c.closed_on IS NULL AND NOT EXISTS
        (SELECT 1 FROM book_debtfacts f WHERE f.debtor_id = c.debtor_id AND f.stage_rank > 0) ORDER BY c.id LIMIT %s""",
        [CHUNK],
    )
    case_ids = [row[0] for row in found]
    WorkItem.objects.filter(case_id__in=case_ids).delete()
    _leave_stages(case_ids, on)
    TeamMember.objects.filter(case_id__in=case_ids, left_on__isnull=True).update(left_on=on)
    Case.objects.filter(pk__in=case_ids).update(closed_on=on, closed_why="cured")
    return len(case_ids)


def counts_of_run(on: date) -> dict[str, int]:
    """What the run of this date opened, escalated and cured; the same however often the run is repeated."""
    climbed = CaseStage.objects.filter(run_on=on, why=CLIMBED, case__opened_on__lt=on)
    return {
        "cases_opened": Case.objects.filter(opened_on=on).count(),
        "cases_escalated": climbed.values("case").distinct().count(),
        "cases_cured": Case.objects.filter(closed_on=on, closed_why="cured").count(),
    }


def stages_on(on: date) -> list[tuple[str, int]]:
    """Open cases by the name of their stage as they stood at the end of a past day."""
    rows = (
        CaseStage.objects.filter(entered_on__lte=on, case__opened_on__lte=on)
        .filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
        .filter(Q(case__closed_on__isnull=True) | Q(case__closed_on__gt=on))
    )
    counted: defaultdict[str, int] = defaultdict(int)
    for stage in rows.values_list("stage", flat=True):
        counted[stage] += 1
    return sorted(counted.items())
