"""The demonstration in the database: imported by the product's own importer, then lived through day by day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import RequestFactory

from recoup.book.models import Creditor, Debt, DebtFacts, ImportRun, Pause, Posting, Snapshot
from recoup.casework.models import BranchDay, Case, CaseStage, DayRun, Note, TeamMember, WorkItem
from recoup.contact.models import Attempt, Stop
from recoup.demo import build
from recoup.demo.story import run_dates
from recoup.people.models import Absence, Staff
from tests.demo.books import NOW, SMALL, TODAY

pytestmark = pytest.mark.django_db


def build_small(home: Path, seed: int = 3) -> dict[str, Any]:
    home.mkdir(exist_ok=True)
    return build(home, seed=seed, today=TODAY, at=NOW, lenders=SMALL)


def everything() -> dict[str, list[Any]]:
    """What the database holds, without the numbers that it gives to rows."""
    debt, case = "debt__creditor__code", "case__ref"
    return {
        "debts": list(Debt.objects.order_by("creditor__code", "ref").values_list("ref", "debtor__ref", "particulars")),
        "postings": sorted(
            Posting.objects.values_list(
                "creditor__code", "debt__ref", "kind", "dated_on", "amount_minor", "ref", "rule"
            )
        ),
        "snapshots": sorted(Snapshot.objects.values_list("debt__ref", "as_of", "balance_principal_minor")),
        "facts": sorted(DebtFacts.objects.values_list(debt, "debt__ref", "owed_minor", "bucket_rank", "stage_rank")),
        "pauses": sorted(Pause.objects.values_list("debt__ref", "starts_on", "ends_on", "reason")),
        "stops": sorted(Stop.objects.values_list("debtor__ref", "starts_on", "reason")),
        "attempts": sorted(Attempt.objects.values_list("key", "at", "channel", "person", "said", "by__username")),
        "cases": sorted(
            Case.objects.values_list("ref", "debtor__ref", "stage", "cause_code", "lead__username", "opened_on")
        ),
        "stages": sorted(CaseStage.objects.values_list(case, "stage", "entered_on", "left_on"), key=str),
        "team": sorted(TeamMember.objects.values_list(case, "role", "staff__username", "joined_on")),
        "notes": sorted(Note.objects.values_list("key", "at", "text", "by__username")),
        "work": sorted(WorkItem.objects.values_list(case, "reason", "priority")),
        "days": sorted(BranchDay.objects.values_list("branch__code", "on", "currency"), key=str),
    }


def test_the_same_seed_builds_the_same_book_twice(tmp_path: Path) -> None:
    with transaction.atomic():
        build_small(tmp_path / "first")
        first = everything()
        transaction.set_rollback(True)
    assert not Debt.objects.exists()
    build_small(tmp_path / "second")
    assert everything() == first
    assert all(first.values())


def test_a_branch_is_at_work(tmp_path: Path) -> None:
    report = build_small(tmp_path)
    assert report["debts"] == sum(product.debts for lender in SMALL for product in lender.products)
    assert report["overdue"] > 0
    assert set(DayRun.objects.filter(finished_at__isnull=False).values_list("on", flat=True)) == set(run_dates(TODAY))
    assert Case.objects.filter(closed_on__isnull=True, lead__isnull=False).exists()
    assert Case.objects.filter(closed_why="cured").exists()
    assert WorkItem.objects.filter(listed_on=TODAY).count() == report["work_items"]
    assert Creditor.objects.get(code="CHENGHU").name == "澄湖银行"
    assert ImportRun.objects.filter(finished_at__isnull=False).count() > len(SMALL)


def test_postings_of_every_kind_stand_in_the_book(tmp_path: Path) -> None:
    build_small(tmp_path)
    kinds = set(Posting.objects.values_list("kind", flat=True))
    assert {"due", "payment", "interest", "fee"} <= kinds
    assert Snapshot.objects.exists()
    assert Debt.objects.exclude(particulars={}).count() == Debt.objects.count()


def test_everybody_in_the_file_beside_the_sign_in_page_can_sign_in(tmp_path: Path) -> None:
    build_small(tmp_path)
    written = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    assert (written["seed"], written["date"]) == (3, "2026-11-23")
    people = written["staff"]
    assert len(people) == Staff.objects.count()
    request = RequestFactory().post("/sign-in")
    for person in people[::5]:
        found = authenticate(request, username=person["username"], password=person["password"])
        assert found is not None
        assert sorted(role.role for role in found.roles.all()) == sorted(person["roles"])
    assert Absence.objects.filter(starts_on__lte=TODAY, ends_on__gt=TODAY).exists()


def test_contacts_and_notes_are_written_by_colleagues_of_the_branch(tmp_path: Path) -> None:
    build_small(tmp_path)
    assert Attempt.objects.exists()
    for attempt in Attempt.objects.select_related("by__branch", "debt__branch"):
        assert attempt.by is not None
        assert attempt.debt is not None
        assert attempt.by.branch == attempt.debt.branch
