"""Debts that are late by so many days, and what a case looks like to somebody who asks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from recoup.book.models import Debt, Debtor, Posting
from recoup.book.operations import mark_for_rebuild
from recoup.casework.models import Case, CaseStage, TeamMember, WorkItem
from recoup.casework.operations import run_day
from recoup.people.models import Branch, Role, Staff
from tests.people_and_book import NOW, TODAY, House, creditor, debt, debtor, hired, instalments, paid


def day(offset: int) -> date:
    """So many days after TODAY."""
    return TODAY + timedelta(days=offset)


def person(ref: str = "D-1", name: str = "Zhou", **fields: Any) -> Debtor:
    """Somebody who owes Harbour Bank."""
    return debtor(ref, name, creditor(), **fields)


def owes(
    owner: Debtor, ref: str, days: int, *, branch: Branch | None = None, amount: int = 100_000, **fields: Any
) -> Debt:
    """A debt of one instalment of 1,000.00 that on TODAY has been due for so many days."""
    owed = debt(owner, ref, branch=branch, **fields)
    instalments(owed, day(-days), 1, principal=amount)
    return owed


def pays(owed: Debt, on: date, amount: int = 100_000, ref: str = "") -> Posting:
    """Money that comes in by file: facts are rebuilt by the next run."""
    payment = paid(owed, amount, on, ref or f"{owed.ref}-{on}")
    mark_for_rebuild([owed.pk])
    return payment


def run(offset: int = 0) -> dict[str, Any]:
    """The run of a day, so many days after TODAY."""
    return run_day(day(offset), at=NOW + timedelta(days=offset))


def case_of(owner: Debtor) -> Case:
    """The debtor's open case."""
    return Case.objects.get(debtor=owner, closed_on=None)


def has_case(owner: Debtor) -> bool:
    """Whether the debtor has an open case."""
    return Case.objects.filter(debtor=owner, closed_on=None).exists()


def history(case: Case) -> list[tuple[str, int, int | None]]:
    """Stages with the days, counted from TODAY, on which they were entered and left."""
    rows = CaseStage.objects.filter(case=case).order_by("entered_on", "pk")
    return [
        (row.stage, (row.entered_on - TODAY).days, (row.left_on - TODAY).days if row.left_on else None) for row in rows
    ]


def team_of(case: Case) -> dict[str, str]:
    """Who sits on a case now, by role."""
    seats = TeamMember.objects.filter(case=case, left_on=None).select_related("staff").order_by("pk")
    return {seat.role: seat.staff.name for seat in seats}


def item_of(case: Case) -> WorkItem | None:
    """The case's place on a work list."""
    return WorkItem.objects.filter(case=case).first()


#: The roles of a squad on stage 4.
SQUAD = {"lead_voice", "second_voice", "numbers", "recorder", "safety_and_law"}


def bo(branch: Branch | None, *, cases_max: int = 80, name: str = "Bo") -> Staff:
    """One more collector."""
    staff = hired(name.lower(), name, branch, Role.COLLECTOR)
    Staff.objects.filter(pk=staff.pk).update(cases_max=cases_max)
    return staff


def room(staff: Staff, cases_max: int) -> None:
    """Lets somebody have so many cases."""
    Staff.objects.filter(pk=staff.pk).update(cases_max=cases_max)


def zhous_case(people: House, days: int, **fields: Any) -> Case:
    """The case of Zhou, who since today is so many days late in Riverside."""
    zhou = person()
    owes(zhou, "HL-1", days, branch=people.riverside, **fields)
    run()
    return case_of(zhou)


def lead_after(case: Case, offset: int) -> str:
    """Who leads a case after the run of a day."""
    run(offset)
    case.refresh_from_db()
    assert case.lead is not None
    return case.lead.name
