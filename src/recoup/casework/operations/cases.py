"""Cases open, climb, fall and are cured by the state of their debts, never by the equality of days.

Each order here takes at most CHUNK cases in one transaction and is repeated until it finds nothing: what is done is not
found again, so that a run which was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from recoup.book.models import Creditor
from recoup.book.operations import CHUNK, Treatment
from recoup.book.operations.bulk import change, insert
from recoup.book.rows import rows_in, rows_of
from recoup.casework.causes import UNKNOWN
from recoup.casework.models import Case, CaseStage, TeamMember, WorkItem
from recoup.domain.ageing import Clock, Pause, merged

OPENED, CLIMBED, FELL = "opened", "climbed", "fell"


class Late(NamedTuple):
    """One debt of a debtor as the day's facts have it."""

    debtor_id: int
    debt_id: int
    creditor_id: int
    branch_id: int | None
    kind: str
    stage_rank: int
    oldest_on: date


def open_cases(on: date, treatment: Treatment, *, after_id: int) -> int | None:
    """Opens a case for the next debtors (id above ``after_id``) with a delinquent debt and none open.

    Returns the last debtor looked at, None when there are no more.
    """
    found = rows_of(
        """SELECT f.debtor_id FROM book_debtfacts f
        LEFT JOIN casework_case c ON c.debtor_id = f.debtor_id AND c.closed_on IS NULL
        WHERE f.stage_rank > 0 AND f.debtor_id > %s AND c.id IS NULL
        GROUP BY f.debtor_id ORDER BY f.debtor_id LIMIT %s""",
        [after_id, CHUNK],
    )
    if not found:
        return None
    debts = _late_debts([row[0] for row in found])
    moves = [Move(0, worst_of(lines), 0, None) for _, lines in sorted(debts.items())]
    climbs = climbs_of(moves, on, treatment)
    numbers = _numbers({move.worst.creditor_id for move in moves})
    rows = [_new_case(climb, debts[climb.move.worst.debtor_id], on, numbers) for climb in climbs]
    insert("casework_case", _CASE, rows)
    for creditor_id, (_, number) in numbers.items():
        Creditor.objects.filter(pk=creditor_id).update(cases_opened=number)
    fresh = rows_in("SELECT debtor_id, id FROM casework_case WHERE closed_on IS NULL AND debtor_id IN", list(debts))
    ids = dict(fresh)
    opened = [climb._replace(move=climb.move._replace(case_id=ids[climb.move.worst.debtor_id])) for climb in climbs]
    _enter_stages(opened, on, OPENED, treatment)
    return int(found[-1][0])


def _late_debts(debtor_ids: Sequence[int]) -> dict[int, list[Late]]:
    lines: defaultdict[int, list[Late]] = defaultdict(list)
    rows = rows_in(_LATE, debtor_ids, " ORDER BY f.debt_id")
    for debtor_id, debt_id, creditor_id, branch_id, kind, rank, oldest_on in rows:
        late = Late(debtor_id, debt_id, creditor_id, branch_id, kind, rank, date.fromisoformat(oldest_on))
        lines[debtor_id].append(late)
    return lines


_LATE = """SELECT f.debtor_id, f.debt_id, d.creditor_id, d.branch_id, d.kind, f.stage_rank, CAST(f.oldest_on AS TEXT)
FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id WHERE f.stage_rank > 0 AND f.debtor_id IN"""
_CASE = (
    "ref",
    "creditor_id",
    "debtor_id",
    "branch_id",
    "opened_on",
    "closed_why",
    "stage",
    "stage_rank",
    "stage_since",
    "cause_code",
    "route",
    "team_for",
)


def worst_of(lines: Sequence[Late]) -> Late:
    """The debt whose stage its debtor's case is on."""
    return min(lines, key=lambda line: (-line.stage_rank, line.oldest_on, line.debt_id))


def _numbers(creditor_ids: set[int]) -> dict[int, tuple[str, int]]:
    locked = Creditor.objects.select_for_update().filter(pk__in=creditor_ids).order_by("pk")
    return {row.pk: (_prefix(row), row.cases_opened) for row in locked}


def _prefix(creditor: Creditor) -> str:
    """A slash would read as CREDITOR/REF; what stands for it must not make two creditors one."""
    return f"{creditor.code.replace('/', '-')}~{creditor.pk}" if "/" in creditor.code else creditor.code


def _new_case(climb: Climb, lines: list[Late], on: date, numbers: dict[int, tuple[str, int]]) -> tuple[Any, ...]:
    worst = climb.move.worst
    code, number = numbers[worst.creditor_id]
    numbers[worst.creditor_id] = (code, number + 1)
    ids = (f"{code}-{number + 1:05d}", worst.creditor_id, worst.debtor_id, branch_of(lines))
    return (*ids, on, "", climb.names[-1], worst.stage_rank, climb.dates[-1], UNKNOWN, "team", "")


def branch_of(lines: Sequence[Late]) -> int | None:
    """The branch of a new case: that of its most delinquent debt which has one."""
    ordered = sorted(lines, key=lambda line: -line.stage_rank)
    return next((line.branch_id for line in ordered if line.branch_id), None)


def name_stages(treatment: Treatment) -> None:
    """Gives open cases the present names of their stages, where a ladder was saved with other names since."""
    held = rows_of("SELECT DISTINCT creditor_id, stage_rank, stage FROM casework_case WHERE closed_on IS NULL")
    for creditor_id, rank, name in held:
        steps = treatment.stages(creditor_id).steps
        if rank < len(steps) and steps[rank].name != name:
            named = {"creditor_id": creditor_id, "stage_rank": rank, "stage": name, "closed_on__isnull": True}
            cases = Case.objects.filter(**named)
            open_rows = CaseStage.objects.filter(case__in=cases.values("pk"), left_on__isnull=True)
            version_id = treatment.version_of("stage", creditor_id)
            open_rows.update(stage=steps[rank].name, policy_version_id=version_id)
            cases.update(stage=steps[rank].name)


def move_cases(on: date, treatment: Treatment, *, after_id: int) -> int | None:
    """Moves the next open cases (id above ``after_id``) to the stage of their most delinquent debt, up or down.

    Returns the last case moved, None when there are no more.
    """
    found = rows_of(
        """SELECT c.id, c.debtor_id, c.stage_rank, CAST(s.entered_on AS TEXT) FROM casework_case c
        LEFT JOIN casework_casestage s ON s.case_id = c.id AND s.left_on IS NULL
        WHERE c.closed_on IS NULL AND c.id > %s AND (SELECT MAX(f.stage_rank) FROM book_debtfacts f
        WHERE f.debtor_id = c.debtor_id AND f.stage_rank > 0) <> c.stage_rank ORDER BY c.id LIMIT %s""",
        [after_id, CHUNK],
    )
    if not found:
        return None
    debts = _late_debts([row[1] for row in found])
    moves = [
        Move(case_id, worst_of(debts[debtor_id]), rank, date.fromisoformat(since) if since else None)
        for case_id, debtor_id, rank, since in found
    ]
    climbs = climbs_of([move for move in moves if move.worst.stage_rank > move.rank_before], on, treatment)
    _leave_stages([(climb.dates[0], climb.move.case_id) for climb in climbs])
    _enter_stages(climbs, on, CLIMBED, treatment)
    moved = [(climb.names[-1], climb.move.worst.stage_rank, climb.dates[-1], climb.move.case_id) for climb in climbs]
    change("casework_case", ("stage", "stage_rank", "stage_since"), moved)
    _fall([move for move in moves if move.worst.stage_rank < move.rank_before], on, treatment)
    return int(found[-1][0])


class Move(NamedTuple):
    """A case on its way to the stage of its worst debt, from ``rank_before``, on which it has been since ``since``."""

    case_id: int
    worst: Late
    rank_before: int
    since: date | None


class Climb(NamedTuple):
    """A move upwards with the name of every stage on its way and the date on which each was reached."""

    move: Move
    names: list[str]
    dates: list[date]


def climbs_of(moves: Sequence[Move], on: date, treatment: Treatment) -> list[Climb]:
    """Every stage from the one above ``rank_before`` to the present: a missed night skips none of them."""
    pauses = _pauses_of([move.worst.debt_id for move in moves])
    return [
        Climb(
            move,
            [step.name for step in treatment.stages(move.worst.creditor_id).steps][
                move.rank_before + 1 : move.worst.stage_rank + 1
            ],
            _entry_dates(move, on, treatment, pauses.get(move.worst.debt_id, [])),
        )
        for move in moves
    ]


def _fall(moves: Sequence[Move], on: date, treatment: Treatment) -> None:
    _leave_stages([(on, move.case_id) for move in moves])
    names = {move.case_id: treatment.stages(move.worst.creditor_id).steps[move.worst.stage_rank].name for move in moves}
    falls = [Climb(move._replace(rank_before=move.worst.stage_rank - 1), [names[move.case_id]], [on]) for move in moves]
    _enter_stages(falls, on, FELL, treatment)
    moved = [(names[move.case_id], move.worst.stage_rank, on, move.case_id) for move in moves]
    change("casework_case", ("stage", "stage_rank", "stage_since"), moved)


def _entry_dates(move: Move, on: date, treatment: Treatment, pauses: list[Pause]) -> list[date]:
    """When each stage was reached, counted from what is unpaid now, but never before the stage that went before it.

    A case that stands on a stage already is moved by other rules only from the day from which they hold.
    """
    worst = move.worst
    grace_days = treatment.terms_for(worst.creditor_id, worst.kind).grace_days
    clock = Clock(treatment.stages(worst.creditor_id), grace_days, merged(pauses))
    reached = dict(clock.entries(worst.oldest_on))
    rules_since = treatment.since_of("stage", worst.creditor_id) if move.since is not None else None
    dates: list[date] = []
    for rank in range(move.rank_before + 1, worst.stage_rank + 1):
        day = min(max(reached.get(rank, on), rules_since or date.min), on)
        floor = dates[-1] if dates else move.since
        dates.append(day if floor is None or day >= floor else (floor if dates else on))
    return dates


_PAUSES = "SELECT debt_id, CAST(starts_on AS TEXT), CAST(ends_on AS TEXT) FROM book_pause WHERE debt_id IN"


def _pauses_of(debt_ids: Sequence[int]) -> dict[int, list[Pause]]:
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    for debt_id, starts_on, ends_on in rows_in(_PAUSES, debt_ids):
        ends = date.fromisoformat(ends_on) if ends_on else None
        found[debt_id].append(Pause(date.fromisoformat(starts_on), ends))
    return found


def _leave_stages(leaves: Sequence[tuple[date, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE casework_casestage SET left_on = %s WHERE case_id = %s AND left_on IS NULL", leaves)


_STAGE = ("case_id", "rank", "stage", "entered_on", "left_on", "why", "run_on", "policy_version_id")


def _enter_stages(climbs: Sequence[Climb], on: date, why: str, treatment: Treatment) -> None:
    """Writes the stages; one that is reached again on the date on which it was reached before is taken up again."""
    rows = [
        (climb.move.case_id, rank, name, day, left_on, why, on, version_id)
        for climb in climbs
        for version_id in (treatment.version_of("stage", climb.move.worst.creditor_id),)
        for rank, (name, day, left_on) in enumerate(
            zip(climb.names, climb.dates, [*climb.dates[1:], None], strict=True), start=climb.move.rank_before + 1
        )
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO casework_casestage ({', '.join(_STAGE)}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
            " ON CONFLICT (case_id, entered_on, rank) DO UPDATE"
            " SET left_on = excluded.left_on, why = excluded.why, run_on = excluded.run_on,"
            " policy_version_id = excluded.policy_version_id",
            rows,
        )


def cure_cases(on: date, *, after_id: int) -> int | None:
    """Closes the next open cases (id above ``after_id``) none of whose debts is delinquent any more.

    Returns the last case closed, None when there are no more.
    """
    found = rows_of(
        """SELECT c.id FROM casework_case c WHERE c.closed_on IS NULL AND c.id > %s AND NOT EXISTS
        (SELECT 1 FROM book_debtfacts f WHERE f.debtor_id = c.debtor_id AND f.stage_rank > 0) ORDER BY c.id LIMIT %s""",
        [after_id, CHUNK],
    )
    if not found:
        return None
    case_ids = [row[0] for row in found]
    WorkItem.objects.filter(case_id__in=case_ids).delete()
    _leave_stages([(on, case_id) for case_id in case_ids])
    TeamMember.objects.filter(case_id__in=case_ids, left_on__isnull=True).update(left_on=on)
    Case.objects.filter(pk__in=case_ids).update(closed_on=on, closed_why="cured")
    return int(case_ids[-1])


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
