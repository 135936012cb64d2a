"""Who is on which case: chosen by the house table from the people of the branch, by load, caps and absence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from recoup.book.models import DebtFacts
from recoup.book.operations import CHUNK
from recoup.book.operations.bulk import change, insert
from recoup.book.rows import rows_of
from recoup.casework.models import CapacityAlert, Case, TeamMember
from recoup.casework.operations.pool import Lacking, Pool
from recoup.casework.queries.facts import Money, money_of
from recoup.casework.seating import Seating
from recoup.domain.team import Seat, Team

BY_TABLE, HELD_TOO_LONG, ABSENT, BY_ORDER = "by_table", "held_too_long", "absent", "by_order"


@dataclass(frozen=True, slots=True)
class _Seated:
    """Who sits on a case in which role, and who does or did today."""

    by_role: dict[str, int]
    known: frozenset[int]


_SEAT = ("case_id", "staff_id", "role", "joined_on", "why", "policy_version_id")


def assign_teams(on: date, seating: Seating, pool: Pool, *, after_id: int) -> int | None:
    """Gives the next cases that need it (at most CHUNK, with an id above ``after_id``) the team of their stage.

    Returns the last id looked at, None when there are no more.
    """
    found = _needing(on, seating, pool).filter(pk__gt=after_id).order_by("pk")
    cases = list(found.select_for_update(of=("self",))[:CHUNK])
    if not cases:
        return None
    money = money_of([case.debtor_id for case in cases])
    members: defaultdict[int, list[TeamMember]] = defaultdict(list)
    today = Q(left_on__isnull=True) | Q(left_on=on)
    for member in TeamMember.objects.filter(today, case__in=cases).order_by("pk"):
        members[member.case_id].append(member)
    leaving: list[TeamMember] = []
    joining: list[tuple[Any, ...]] = []
    for case in cases:
        gone, come = seat_case(case, members[case.pk], money[case.debtor_id], seating, pool, on)
        leaving += gone
        joining += come
    if leaving:
        TeamMember.objects.filter(pk__in=[member.pk for member in leaving]).update(left_on=on)
    insert("casework_teammember", _SEAT, joining)
    version_id = seating.rules.team.version_id
    seated = [
        (case.lead_id, case.lead_since, case.team_for, case.route, version_id, case.team_rule, case.pk)
        for case in cases
    ]
    columns = ("lead_id", "lead_since", "team_for", "route", "team_version_id", "team_rule")
    change("casework_case", columns, seated)
    return cases[-1].pk


def stages_in_use() -> set[tuple[str, int]]:
    """Name and rank of every stage on which there is an open case."""
    return set(rows_of("SELECT DISTINCT stage, stage_rank FROM casework_case WHERE closed_on IS NULL"))


def _needing(on: date, seating: Seating, pool: Pool) -> QuerySet[Case]:
    """Open cases whose team is not that of their stage, their cause and the table in force, is incomplete, away, or
    has held them too long, and those whose debts moved at a stage where the table asks about debts.
    """
    wanted = Concat(Cast("stage_rank", CharField()), Value(":"), F("cause_code"), Value(f":{seating.key}"))
    absent = TeamMember.objects.filter(left_on__isnull=True, staff_id__in=gone_from(pool))
    held = Q()
    for stage, days in seating.held_days.items():
        limit = on - timedelta(days=days)
        held |= Q(stage=stage, lead_since__lte=limit) & (
            Q(last_touched_on__isnull=True) | Q(last_touched_on__lte=limit)
        )
    moved = DebtFacts.objects.filter(debtor=OuterRef("debtor"), derived_on__gte=OuterRef("work_item__listed_on"))
    return (
        Case.objects.filter(closed_on__isnull=True)
        .annotate(team_wanted=wanted)
        .filter(
            ~Q(team_for=F("team_wanted"))
            | Q(pk__in=absent.values("case"))
            | held
            | (Q(stage_rank__in=seating.asking) & Exists(moved))
        )
    )


def gone_from(pool: Pool) -> set[int]:
    """People who have cases but are away, or work here no more."""
    return set(pool.load) - (set(pool.staff) - pool.away)


def seat_case(
    case: Case, members: Sequence[TeamMember], money: Money, seating: Seating, pool: Pool, on: date
) -> tuple[list[TeamMember], list[tuple[Any, ...]]]:
    """Decides one case's seats; returns who leaves and who joins, and sets the case's lead and route.

    ``members`` are those of the case who sit or left today. Loads in the pool change; nothing is written.
    """
    team = seating.team(case.stage_rank, case.cause_code, kinds=money.kinds, late_units=money.late_units)
    here = [member for member in members if member.left_on is None]
    seated = _Seated({member.role: member.staff_id for member in here}, frozenset(each.staff_id for each in members))
    passed_on = case.lead_id if _held_too_long(case, money, seating, on) else None
    chosen = _choose(case, team, seated, money, pool, passed_on)
    leaving = [member for member in here if chosen.get(member.role) != member.staff_id]
    coming = {role: staff_id for role, staff_id in chosen.items() if seated.by_role.get(role) != staff_id}
    joining = [
        (case.pk, staff_id, role, on, _why(seated.by_role.get(role), passed_on, pool), seating.rules.team.version_id)
        for role, staff_id in coming.items()
    ]
    pool.load.update(set(coming.values()) - seated.known)
    _set_lead(case, team, chosen, seating, on)
    return leaving, joining


def _why(former: int | None, passed_on: int | None, pool: Pool) -> str:
    """Why somebody takes a seat, by whose it was."""
    if former is None:
        return BY_TABLE
    if former in pool.away:
        return ABSENT
    return HELD_TOO_LONG if former == passed_on else BY_TABLE


def _held_too_long(case: Case, money: Money, seating: Seating, on: date) -> bool:
    """Whether one person has led for so long on this stage without money or contact."""
    days = seating.held_days.get(case.stage)
    if days is None or case.lead_since is None:
        return False
    last = max(day for day in (case.lead_since, case.last_touched_on, money.last_paid_on) if day is not None)
    return last <= on - timedelta(days=days)


def _choose(case: Case, team: Team, seated: _Seated, money: Money, pool: Pool, passed_on: int | None) -> dict[str, int]:
    """Staff by role: who sits stays, then the debt's own manager and the former lead, then whoever has most room.

    The first seat goes to somebody other than ``passed_on``, who has held the case too long, if anybody has room.
    """
    roles = {seat.role for seat in team.seats}
    released = [staff_id for role, staff_id in seated.by_role.items() if role not in roles]
    chosen: dict[str, int] = {}
    for place, seat in enumerate(team.seats):
        taken, wishes, found = set(chosen.values()), [seated.by_role.get(seat.role)], None
        if place == 0:
            wishes += [case.lead_id, pool.named(money.relationship_manager, case.branch_id)]
            found = pool.least_loaded(seat, case.branch_id, {passed_on}) if passed_on is not None else None
        found = found or _first_fit([*wishes, *released], seat, case, pool, seated.known, taken)
        found = found or pool.least_loaded(seat, case.branch_id, taken)
        if found is None:
            pool.lacking[case.branch_id, seat.role] += 1
        else:
            chosen[seat.role] = found
    return chosen


def _first_fit(
    wishes: Sequence[int | None], seat: Seat, case: Case, pool: Pool, known: frozenset[int], taken: set[int]
) -> int | None:
    """The first who may sit; somebody new to the case needs room for it."""
    for staff_id in wishes:
        if staff_id is None or staff_id in taken or not pool.may_sit(staff_id, seat, case.branch_id):
            continue
        if staff_id in known or pool.has_room(staff_id):
            return staff_id
    return None


def _set_lead(case: Case, team: Team, chosen: dict[str, int], seating: Seating, on: date) -> None:
    lead_id = next((chosen[seat.role] for seat in team.seats if seat.role in chosen), None)
    if lead_id != case.lead_id:
        case.lead_id, case.lead_since = lead_id, on if lead_id is not None else None
    complete = len(chosen) == len(team.seats)
    # An incomplete team is looked at again by every run until somebody has room.
    case.team_for = seating.team_for(case.stage_rank, case.cause_code) if complete else ""
    case.route, case.team_rule = team.route, team.rule


def save_alerts(on: date, lacking: Lacking) -> None:
    """Replaces the day's alerts with the seats that nobody had room for, by branch and role."""
    CapacityAlert.objects.filter(on=on).delete()
    CapacityAlert.objects.bulk_create(
        CapacityAlert(branch_id=branch_id, role=role, on=on, cases=count)
        for (branch_id, role), count in sorted(lacking.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
    )
