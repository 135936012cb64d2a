"""Reads of a branch's figures: day by day from BranchDay, now from work lists, never from the whole book."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from recoup.casework.models import BranchDay, CapacityAlert, TeamMember, WorkItem
from recoup.casework.queries.worklist import Edges, Place, rolling, with_version
from recoup.people.models import Staff
from recoup.people.queries import absent_on

MONTHS_SHOWN = 6


class Load(NamedTuple):
    """How much one person has on the table, against what they may have."""

    staff: Staff
    cases: int
    leading: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One branch on one day: lines by month end and by day of the month, in each currency."""

    on: date
    currencies: tuple[str, ...]
    today: dict[str, dict[str, Any]]
    month_ends: dict[str, list[tuple[date, dict[str, Any]]]]
    days: dict[str, list[tuple[date, dict[str, Any]]]]


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month of a day."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_ends(on: date) -> list[date]:
    ends: list[date] = []
    first = on.replace(day=1)
    while len(ends) < MONTHS_SHOWN - 1:
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def board_of(branch_id: int | None, on: date) -> Board:
    """The branch's lines of this month and of the month ends before it, in one read."""
    ends = _month_ends(on)
    wanted = Q(on__range=(on.replace(day=1), on)) | Q(on__in=ends)
    rows = list(
        BranchDay.objects.filter(wanted, branch=branch_id).order_by("on").values_list("on", "currency", "figures")
    )
    today = {currency: figures for day, currency, figures in rows if day == on}
    currencies = sorted({currency for _, currency, _ in rows}, key=lambda code: (-_weight(today.get(code, {})), code))
    by = {code: [(day, figures) for day, currency, figures in rows if currency == code] for code in currencies}
    return Board(
        on=on,
        currencies=tuple(currencies),
        today=today,
        month_ends={code: [line for line in lines if line[0] in ends or line[0] == on] for code, lines in by.items()},
        days={code: [line for line in lines if line[0] >= on.replace(day=1)] for code, lines in by.items()},
    )


def _weight(figures: dict[str, Any]) -> int:
    return int(figures.get("overdue_debts", 0))


def rolling_cases(
    branch_id: int | None, on: date, edges: Edges, currency: str, limit: int = 8
) -> tuple[list[WorkItem], list[dict[str, Any]]]:
    """The largest cases of a branch in a currency that roll within a week; number and sum of all, by currency."""
    found = Place(branch_id=branch_id).items().filter(rolling(edges, on), stopped_by="")
    own = with_version(found.filter(currency=currency), "case__debtor")
    sums: Any = found.order_by().values("currency").annotate(cases=Count("pk"), total=Sum("overdue_minor"))
    rows = sorted(sums, key=lambda row: (row["currency"] != currency, -row["cases"]))
    return list(own.order_by("-overdue_minor", "case")[:limit]), rows


def staff_load(branch_id: int | None, on: date) -> list[Load]:
    """Everybody active in a branch with the cases they are on and those they lead."""
    people = Staff.objects.filter(is_active=True, branch=branch_id)
    found: QuerySet[Any] = people.annotate(
        away=Exists(absent_on(on).filter(staff=OuterRef("pk"))),
        on_cases=_count(TeamMember.objects.filter(staff=OuterRef("pk"), left_on__isnull=True)),
        leading=_count(WorkItem.objects.filter(staff=OuterRef("pk"))),
    )
    return [Load(one, one.on_cases, one.leading, one.away) for one in found.order_by("name", "pk")]


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values("staff").annotate(cases=Count("pk")).values("cases")
    return Coalesce(Subquery(counted), 0)


def alerts_on(branch_id: int | None, on: date) -> list[CapacityAlert]:
    """What the day's run found nobody for."""
    return list(CapacityAlert.objects.filter(branch=branch_id, on=on).order_by("role"))
