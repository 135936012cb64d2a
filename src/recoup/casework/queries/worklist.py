"""Reads of one person's or one branch's work list, page by page, and of its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from recoup.book.queries import paid_between
from recoup.casework.models import TeamMember, WorkItem

PAGE = 40
#: Columns of a version that no list needs.
LONG_TEXTS = ("dmn", "dry_run_figures", "acknowledged", "why")
ROLL_DAYS = 7

#: Lowest day of each step by position, for the house (None) and for creditors with buckets of their own.
Edges = Mapping[int | None, Sequence[int]]


class Filter(StrEnum):
    """Which part of a list is shown."""

    ALL = "all"
    NEW = "new"
    ROLLING = "rolling"
    BLOCKED = "blocked"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose list: somebody's own, or a branch's (None: cases of no branch)."""

    staff_id: int | None = None
    branch_id: int | None = None

    def items(self) -> QuerySet[WorkItem]:
        """The list, unordered."""
        if self.staff_id is not None:
            return WorkItem.objects.filter(staff=self.staff_id)
        if self.branch_id is None:
            return WorkItem.objects.filter(branch__isnull=True)
        return WorkItem.objects.filter(branch=self.branch_id)


class WorkPage(NamedTuple):
    """Some rows of a list and where the next ones start: ``after`` is a key, empty on the last page."""

    items: list[WorkItem]
    after: str


class ListFigures(NamedTuple):
    """What one list holds in one currency."""

    currency: str
    cases: int
    overdue_minor: int
    new: int
    rolling: int
    rolling_minor: int
    blocked: int
    aside: int


def rolling(edges: Edges, on: date, days: int = ROLL_DAYS) -> Q:
    """Items whose oldest debt reaches its next bucket within so many days, today not counted."""
    own = [creditor for creditor in edges if creditor is not None]
    wanted = Q(pk__in=[])
    for creditor, mins in edges.items():
        whose = Q(case__creditor=creditor) if creditor is not None else (~Q(case__creditor__in=own) if own else Q())
        for rank, day_min in enumerate(mins[1:]):
            lately = Q(oldest_on__lte=on - timedelta(days=day_min - days), oldest_on__gt=on - timedelta(days=day_min))
            wanted |= whose & Q(bucket_rank=rank) & lately
    return wanted


def chosen(which: Filter, on: date, edges: Edges) -> Q:
    """The items that a filter keeps. What was set aside today is only under ``aside``."""
    if which == Filter.ASIDE:
        return Q(set_aside_on=on)
    waiting = Q(set_aside_on__isnull=True) | ~Q(set_aside_on=on)
    return (
        waiting
        & {
            Filter.ALL: Q(),
            Filter.NEW: Q(case__opened_on__gte=on),
            Filter.ROLLING: rolling(edges, on) & Q(stopped_by=""),
            Filter.BLOCKED: ~Q(stopped_by=""),
        }[which]
    )


def with_version(items: QuerySet[WorkItem], *beside: str) -> QuerySet[WorkItem]:
    """Work items with what stands beside them and with the version that gave their reason, without its long texts."""
    return items.select_related("policy_version", *beside).defer(*(f"policy_version__{name}" for name in LONG_TEXTS))


def work_page(place: Place, which: Filter, on: date, edges: Edges, after: str = "") -> WorkPage:
    """The next PAGE rows in order of priority, each with its case and debtor. ``after`` comes from the page before."""
    found = with_version(place.items().filter(chosen(which, on, edges)), "case__debtor", "case__creditor")
    if after:
        priority, _, case_id = after.partition(".")
        last = int(priority), int(case_id)
        found = found.filter(priority__lte=last[0]).filter(Q(priority__lt=last[0]) | Q(case__gt=last[1]))
    rows = list(found.order_by("-priority", "case")[: PAGE + 1])
    more = f"{rows[PAGE - 1].priority}.{rows[PAGE - 1].case_id}" if len(rows) > PAGE else ""
    return WorkPage(rows[:PAGE], more)


def figures_of_list(place: Place, on: date, edges: Edges) -> list[ListFigures]:
    """The list's figures by currency, the largest number of cases first. One list, never a whole table."""
    aside, soon = Q(set_aside_on=on), rolling(edges, on) & Q(stopped_by="")
    rows: Any = (
        place.items()
        .order_by()
        .values("currency")
        .annotate(
            cases=Count("pk"),
            overdue=Sum("overdue_minor"),
            new=Count("pk", filter=Q(case__opened_on__gte=on)),
            soon=Count("pk", filter=soon),
            soon_minor=Sum("overdue_minor", filter=soon, default=0),
            blocked=Count("pk", filter=~Q(stopped_by="")),
            aside=Count("pk", filter=aside),
        )
    )
    names = ("currency", "cases", "overdue", "new", "soon", "soon_minor", "blocked", "aside")
    found = [ListFigures(*(row[name] for name in names)) for row in rows]
    return sorted(found, key=lambda figures: (-figures.cases, figures.currency))


def paid_on_list(place: Place, on: date) -> list[tuple[str, int]]:
    """Sums of payments dated yesterday or today on the debts of a list's cases, by currency."""
    debtors = place.items().values("case__debtor")
    return paid_between(debtors, on - timedelta(days=1), on)


def team_of(case_ids: Sequence[int]) -> dict[int, list[TeamMember]]:
    """Who is on these cases now, by case."""
    found: defaultdict[int, list[TeamMember]] = defaultdict(list)
    rows = TeamMember.objects.filter(case__in=case_ids, left_on__isnull=True).select_related("staff")
    for member in rows.order_by("pk"):
        found[member.case_id].append(member)
    return found
