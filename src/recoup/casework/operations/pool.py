"""Who may take work on a day, and how much each has on the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from recoup.book.rows import rows_of
from recoup.casework.models import TeamMember
from recoup.domain.team import Seat
from recoup.people.models import Absence, Role, Staff, StaffRole

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
    by_name: dict[tuple[str, int | None], int] = field(default_factory=dict)
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
        return cls(
            staff=staff,
            roles={staff_id: frozenset(found) for staff_id, found in roles.items()},
            away=frozenset(away),
            load=_load_on(day),
            by_code={person.username: person.pk for person in staff.values()},
            by_name={(person.name, person.branch_id): person.pk for person in staff.values()},
        )

    def named(self, code: str, branch_id: int | None) -> int | None:
        """Whom a debt names as its manager: by code, or by a name that somebody of the branch has."""
        return self.by_code.get(code) or self.by_name.get((code, branch_id))

    def has_room(self, staff_id: int) -> bool:
        """Whether somebody may take one more case."""
        return self.load[staff_id] < self.staff[staff_id].cases_max

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
                if staff_id not in taken and self.has_room(staff_id)
            ]
            if free:
                return min(free)[1]
        return None


def _load_on(day: date) -> Counter[int]:
    """Cases by person. Whoever leaves a case that goes on has room again on the next day: what a run gives must not
    depend on how often it was begun.
    """
    seats = TeamMember.objects.filter(left_on__isnull=True).values_list("staff_id")
    load = Counter(dict(seats.annotate(cases=Count("case", distinct=True))))
    load.update(row[0] for row in rows_of(_LEFT, [day]))
    return load


_LEFT = """SELECT DISTINCT m.staff_id, m.case_id FROM casework_teammember m
JOIN casework_case c ON c.id = m.case_id AND c.closed_on IS NULL
WHERE m.left_on = %s AND NOT EXISTS (SELECT 1 FROM casework_teammember stays
WHERE stays.case_id = m.case_id AND stays.staff_id = m.staff_id AND stays.left_on IS NULL)"""
