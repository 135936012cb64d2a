"""Reads for the command line and the jobs: open cases one a line, and which days are run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from recoup.book.models import Debt, DebtFacts
from recoup.casework.models import Case, DayRun, TeamMember
from recoup.people.models import Staff

_PAGE = 1000


def day_is_run(on: date) -> bool:
    """Whether the run of this day, or of a later one, is through."""
    return DayRun.objects.filter(on__gte=on, finished_at__isnull=False).exists()


def open_case_lines(stage: str | None = None) -> Iterator[dict[str, Any]]:
    """Every open case in order of opening: its reference, people, stage, overdue debts and team."""
    after_id = 0
    while True:
        cases = Case.objects.filter(closed_on__isnull=True, pk__gt=after_id).select_related("debtor", "creditor")
        if stage is not None:
            cases = cases.filter(stage=stage)
        page = list(cases.order_by("pk")[:_PAGE])
        if not page:
            return
        yield from _lines(page)
        after_id = page[-1].pk


def _lines(page: Sequence[Case]) -> Iterator[dict[str, Any]]:
    debts: defaultdict[int, list[str]] = defaultdict(list)
    rows = DebtFacts.objects.filter(debtor__in=[case.debtor_id for case in page], bucket_rank__gt=0)
    for debtor_id, ref in rows.order_by("debt_id").values_list("debtor_id", "debt__ref"):
        debts[debtor_id].append(ref)
    team: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    seats = TeamMember.objects.filter(case__in=page, left_on__isnull=True).select_related("staff").order_by("pk")
    for seat in seats:
        team[seat.case_id].append({"staff": seat.staff.username, "role": seat.role})
    for case in page:
        yield {
            "case_ref": case.ref,
            "debtor_ref": case.debtor.ref,
            "creditor": case.creditor.code,
            "stage": case.stage,
            "debts": debts[case.debtor_id],
            "team": team[case.pk],
        }


def debts_named(ref: str) -> list[Debt]:
    """The debts that a reference names: ``REF``, or ``CREDITOR/REF`` where several creditors use it."""
    debts = Debt.objects.select_related("creditor", "debtor")
    found = list(debts.filter(ref=ref))
    creditor, slash, rest = ref.partition("/")
    while slash and not found:
        found = list(debts.filter(creditor__code=creditor, ref=rest))
        more, slash, rest = rest.partition("/")
        creditor = f"{creditor}/{more}"
    return found


def any_debt() -> bool:
    """Whether the book holds anything yet."""
    return Debt.objects.exists()


def any_staff() -> bool:
    """Whether anybody may sign in yet."""
    return Staff.objects.exists()
