"""Who is on which case: chosen by the house table from the people of the branch, by load, caps and absence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from recoup import rulebooks
from recoup.book.operations import CHUNK
from recoup.book.operations.bulk import change, insert, rows_in
from recoup.casework.causes import limit_of
from recoup.casework.models import CapacityAlert, Case, TeamMember
from recoup.domain.money import exponent
from recoup.domain.team import Seat, Team, team_on
from recoup.people.models import Absence, Role, Staff, StaffRole

BY_TABLE, HELD_TOO_LONG, ABSENT, BY_ORDER = "by_table", "held_too_long", "absent", "by_order"

#: Staff roles that serve every branch when they belong to none.
_HOUSE_ROLES = {Role.LEGAL, Role.COMPLIANCE, Role.RISK_MANAGER, Role.BRANCH_MANAGER}


#: Cases that lack somebody, by branch and role on the case.
Lacking = Counter[tuple[int | None, str]]


@dataclass(slots=True)
class Pool:
    """People who may take work on a day, with how much each has on the table. Loads change as seats are given."""

    staff: dict[int, Staff]
    roles: dict[int, frozenset[str]]
    away: frozenset[int]
    load: Counter[int]
    by_code: dict[str, int] = field(default_factory=dict)
    lacking: Lacking = field(default_factory=Counter)
    candidates: dict[tuple[str, int | None], list[int]] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date) -> Pool:
        """The pool of a day: four reads, however many cases there are."""
        staff = {person.pk: person for person in Staff.objects.filter(is_active=True)}
        roles: defaultdict[int, set[str]] = defaultdict(set)
        for staff_id, role in StaffRole.objects.filter(staff__is_active=True).values_list("staff_id", "role"):
            roles[staff_id].add(role)
        away = Absence.objects.filter(starts_on__lte=day, ends_on__gt=day).values_list("staff_id", flat=True)
        seats = TeamMember.objects.filter(left_on__isnull=True).values_list("staff_id").annotate(cases=Count("case"))
        codes = {person.username: person.pk for person in staff.values()}
        names = {person.name: person.pk for person in staff.values()}
        return cls(
            staff=staff,
            roles={staff_id: frozenset(found) for staff_id, found in roles.items()},
            away=frozenset(away),
            load=Counter(dict(seats)),
            by_code={**names, **codes},
        )

    def fitting(self, role: str, branch_id: int | None) -> list[int]:
        """Who is there today in this role for this branch: its own people, and those who serve the whole house."""
        key = (role, branch_id)
        if key not in self.candidates:
            self.candidates[key] = [
                staff_id
                for staff_id, person in sorted(self.staff.items())
                if role in self.roles.get(staff_id, ())
                and staff_id not in self.away
                and (person.branch_id == branch_id or (person.branch_id is None and role in _HOUSE_ROLES))
            ]
        return self.candidates[key]

    def may_sit(self, staff_id: int, seat: Seat, branch_id: int | None) -> bool:
        """Whether somebody may take this seat: there today, in a role that fills it, of the branch or of the house."""
        return any(staff_id in self.fitting(role, branch_id) for role in seat.filled_from)

    def least_loaded(self, seat: Seat, branch_id: int | None, taken: set[int]) -> int | None:
        """Who has most room for this seat; the preferred role first; None when nobody has."""
        for role in seat.filled_from:
            free = [
                (self.load[staff_id] / self.staff[staff_id].cases_max, staff_id)
                for staff_id in self.fitting(role, branch_id)
                if staff_id not in taken and self.load[staff_id] < self.staff[staff_id].cases_max
            ]
            if free:
                return min(free)[1]
        return None


@dataclass(frozen=True, slots=True)
class _Money:
    """What the team table asks of a case's debts."""

    kinds: frozenset[str]
    overdue_units: int
    relationship_manager: str


_SEAT = ("case_id", "staff_id", "role", "joined_on", "why")


def assign_teams(on: date, pool: Pool, *, after_id: int) -> int | None:
    """Gives the next cases that need it (at most CHUNK, with an id above ``after_id``) the team of their stage.

    Returns the last id looked at, None when there are no more.
    """
    cases = list(_needing(on, pool).filter(pk__gt=after_id).order_by("pk").select_for_update()[:CHUNK])
    if not cases:
        return None
    money = _money_of(cases)
    members: defaultdict[int, list[TeamMember]] = defaultdict(list)
    for member in TeamMember.objects.filter(case__in=cases, left_on__isnull=True).order_by("pk"):
        members[member.case_id].append(member)
    leaving: list[TeamMember] = []
    joining: list[tuple[Any, ...]] = []
    for case in cases:
        gone, come = _seat_case(case, members[case.pk], money[case.debtor_id], pool, on)
        leaving += gone
        joining += come
    if leaving:
        TeamMember.objects.filter(pk__in=[member.pk for member in leaving]).update(left_on=on)
    insert("casework_teammember", _SEAT, joining)
    seated = [(case.lead_id, case.lead_since, case.team_for, case.route, case.pk) for case in cases]
    change("casework_case", ("lead_id", "lead_since", "team_for", "route"), seated)
    return cases[-1].pk


def _needing(on: date, pool: Pool) -> QuerySet[Case]:
    """Open cases whose team is not that of their stage and cause, is incomplete, away, or has held them too long."""
    wanted = Concat(Cast("stage_rank", CharField()), Value(":"), F("cause_code"))
    absent = TeamMember.objects.filter(left_on__isnull=True).exclude(staff_id__in=set(pool.staff) - pool.away)
    held = Q()
    for stage, days in rulebooks.read("house/team")["held_too_long"]["days_by_stage"].items():
        limit = on - timedelta(days=days)
        held |= Q(stage=stage, lead_since__lte=limit) & (
            Q(last_touched_on__isnull=True) | Q(last_touched_on__lte=limit)
        )
    return (
        Case.objects.filter(closed_on__isnull=True)
        .annotate(team_wanted=wanted)
        .filter(~Q(team_for=F("team_wanted")) | Q(pk__in=absent.values("case")) | held)
    )


_MONEY = """SELECT f.debtor_id, d.kind, f.past_due_minor, d.currency, d.relationship_manager
FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id WHERE f.stage_rank > 0 AND f.debtor_id IN"""


def _money_of(cases: Iterable[Case]) -> dict[int, _Money]:
    found: defaultdict[int, list[tuple[str, int, str]]] = defaultdict(list)
    rows = rows_in(_MONEY, [case.debtor_id for case in cases], " ORDER BY f.stage_rank DESC, f.debt_id")
    for debtor_id, kind, past_due, currency, code in rows:
        found[debtor_id].append((kind, past_due // 10 ** exponent(currency), code))
    empty = [("", 0, "")]
    return {
        case.debtor_id: _Money(
            kinds=frozenset(kind for kind, _, _ in found.get(case.debtor_id, empty)),
            overdue_units=sum(units for _, units, _ in found.get(case.debtor_id, empty)),
            relationship_manager=next((code for *_, code in found.get(case.debtor_id, empty) if code), ""),
        )
        for case in cases
    }


def _seat_case(
    case: Case, members: Sequence[TeamMember], money: _Money, pool: Pool, on: date
) -> tuple[list[TeamMember], list[tuple[Any, ...]]]:
    """Decides one case's seats; returns who leaves and who joins, and sets the case's lead and route."""
    team = team_on(
        rulebooks.read("house/team")["row"],
        stage_rank=case.stage_rank,
        kinds=money.kinds,
        overdue_units=money.overdue_units,
        cause=limit_of(case.cause_code),
    )
    too_long = _held_too_long(case, on)
    chosen = _choose(case, team, members, money, pool, case.lead_id if too_long else None)
    leaving = [member for member in members if chosen.get(member.role) != member.staff_id]
    staying = {member.role for member in members} - {member.role for member in leaving}
    why = HELD_TOO_LONG if too_long else BY_TABLE
    joining = [(case.pk, staff_id, role, on, why) for role, staff_id in chosen.items() if role not in staying]
    pool.load.subtract(member.staff_id for member in leaving)
    pool.load.update(seat[1] for seat in joining)
    _set_lead(case, team, chosen, on)
    return leaving, joining


def _held_too_long(case: Case, on: date) -> bool:
    days = rulebooks.read("house/team")["held_too_long"]["days_by_stage"].get(case.stage)
    if days is None or case.lead_since is None:
        return False
    return max(case.lead_since, case.last_touched_on or case.lead_since) <= on - timedelta(days=days)


def _choose(
    case: Case, team: Team, members: Sequence[TeamMember], money: _Money, pool: Pool, passed_on: int | None
) -> dict[str, int]:
    """Staff by role: who sits stays, then the debt's own manager and the former lead, then whoever has most room.

    The first seat goes to somebody other than ``passed_on``, who has held the case too long, if there is anybody.
    """
    sitting = {member.role: member.staff_id for member in members}
    chosen: dict[str, int] = {}
    for place, seat in enumerate(team.seats):
        taken = set(chosen.values())
        if place == 0 and passed_on is not None:
            found: int | None = pool.least_loaded(seat, case.branch_id, {passed_on}) or passed_on
        else:
            wishes = _wishes(case, seat, sitting, money, pool) if place == 0 else [sitting.get(seat.role)]
            wishes += [staff_id for role, staff_id in sitting.items() if role not in _roles(team)]
            found = _first_fit(wishes, seat, case, pool, taken) or pool.least_loaded(seat, case.branch_id, taken)
        if found is None:
            pool.lacking[case.branch_id, seat.role] += 1
        else:
            chosen[seat.role] = found
    return chosen


def _wishes(case: Case, seat: Seat, sitting: dict[str, int], money: _Money, pool: Pool) -> list[int | None]:
    """Who should lead: whoever does, else the manager whom the debt names."""
    return [sitting.get(seat.role), case.lead_id, pool.by_code.get(money.relationship_manager)]


def _roles(team: Team) -> set[str]:
    return {seat.role for seat in team.seats}


def _first_fit(wishes: Sequence[int | None], seat: Seat, case: Case, pool: Pool, taken: set[int]) -> int | None:
    for staff_id in wishes:
        if staff_id is not None and staff_id not in taken and pool.may_sit(staff_id, seat, case.branch_id):
            return staff_id
    return None


def _set_lead(case: Case, team: Team, chosen: dict[str, int], on: date) -> None:
    lead_id = next((chosen[seat.role] for seat in team.seats if seat.role in chosen), None)
    if lead_id != case.lead_id or _held_too_long(case, on):
        case.lead_id, case.lead_since = lead_id, on if lead_id is not None else None
    complete = len(chosen) == len(team.seats)
    # An incomplete team is looked at again by every run until somebody has room.
    case.team_for = f"{case.stage_rank}:{case.cause_code}" if complete else ""
    case.route = team.route


def save_alerts(on: date, lacking: Lacking) -> None:
    """Replaces the day's alerts with the seats that nobody had room for, by branch and role."""
    CapacityAlert.objects.filter(on=on).delete()
    CapacityAlert.objects.bulk_create(
        CapacityAlert(branch_id=branch_id, role=role, on=on, cases=count)
        for (branch_id, role), count in sorted(lacking.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
    )
