"""A draft tried on the book: it finds what a run does otherwise once the draft is published, and writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from recoup.book.models import DebtFacts
from recoup.book.operations import Treatment
from recoup.casework.models import Case, TeamMember, WorkItem
from recoup.casework.operations import dry_run, run_day
from recoup.casework.operations.dry_run import found, reading
from recoup.policy.models import RuleDraft
from recoup.policy.operations import adopt_shipped
from recoup.policy.queries import as_if_in_force
from tests.casework.contents import contents, differences, rows_here
from tests.casework.made_branch import build
from tests.casework.made_drafts import Edit, drafted, published
from tests.people_and_book import NOW, TODAY, House

pytestmark = [pytest.mark.django_db, pytest.mark.every_database]

TOMORROW = TODAY + timedelta(days=1)
DRAFTS: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "stages come earlier": ("house/stages", (("(30..60]", "(30..50]"), ("(60..180]", "(50..180]"))),
    "stages come later": ("house/stages", (("(0..7]", "(0..20]"), ("(7..30]", "(20..30]"))),
    "buckets": ("house/buckets", (("(30..60]", "(30..75]"), ("(60..90]", "(75..90]"))),
    "a bucket's name": ("house/buckets", (('"M2"', '"second"'),)),
    "squads": ("house/team", (("<text>&gt;= 4</text>", "<text>&gt;= 3</text>"),)),
    "roads": ("house/team", (("&lt;= 5000", "&lt;= 50000"),)),
    "held too long": ("house/team", (("<text>90</text>", "<text>3</text>"),)),
    "weights": ("house/priority", (("<text>500</text>", "<text>50</text>"),)),
    "order within a weight": ("house/priority", (("then 999999 else overdue", "then 999999 else 0"),)),
    "stops": ("house/holds", (('"dispute_open"', 1, "false"),)),
    "causes": ("house/causes", (('"OPS-2"', 4, "true"), ('"WIL-1"', 5, "1"), ('"WIL-1"', 7, '"gentle"'))),
}


class Stood(NamedTuple):
    """What a run left, by what it is of, then by reference."""

    bucket: dict[str, str]
    stage: dict[str, str]
    route: dict[str, str]
    lead: dict[str, str]
    seats: dict[str, frozenset[tuple[str, str]]]
    stopped: dict[str, str]
    reason: dict[str, str]
    priority: dict[str, int]


def stood(on: date) -> Stood:
    """The book after a run; cases by their debtor, whose name both sides know."""
    treatment = Treatment.read(on)
    debts = DebtFacts.objects.select_related("debt")
    cases = list(Case.objects.filter(closed_on__isnull=True).select_related("debtor", "lead"))
    seats: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for member in TeamMember.objects.filter(left_on__isnull=True).select_related("staff", "case__debtor"):
        seats[member.case.debtor.ref].add((member.role, member.staff.username))
    items = list(WorkItem.objects.filter(case__closed_on__isnull=True).select_related("case__debtor"))
    return Stood(
        {row.debt.ref: treatment.buckets(row.debt.creditor_id).steps[row.bucket_rank].name for row in debts},
        {case.debtor.ref: case.stage for case in cases},
        {case.debtor.ref: case.route for case in cases},
        {case.debtor.ref: case.lead.username if case.lead else "" for case in cases},
        {ref: frozenset(sat) for ref, sat in seats.items()},
        {item.case.debtor.ref: item.stopped_by for item in items},
        {item.case.debtor.ref: item.reason for item in items},
        {item.case.debtor.ref: item.priority for item in items},
    )


def after_run(on: date) -> Stood:
    """What the run of a day leaves; the book stays as it was."""
    with transaction.atomic():
        run_day(on, at=NOW)
        left = stood(on)
        transaction.set_rollback(True)
    return left


def changed(old: dict[str, Any], new: dict[str, Any], *, on_both: bool = True) -> dict[str, tuple[Any, Any]]:
    """What differs; of cases that both sides have, unless it is said otherwise."""
    refs = old.keys() & new.keys() if on_both else old.keys() | new.keys()
    return {ref: (old.get(ref, ""), new.get(ref, "")) for ref in refs if old.get(ref, "") != new.get(ref, "")}


def listed(figures: dict[str, Any], what: str) -> dict[str, tuple[str, str]]:
    """The lines of one kind, by debt for buckets, otherwise by debtor."""
    lines = [line for line in figures["list"] if line["what"] == what]
    return {line["debt"] or line["debtor"]: (line["old"], line["new"]) for line in lines}


@pytest.fixture
def people(db: None) -> House:
    """The branch of a few hundred debts, run five days ago, the house's rules published."""
    adopt_shipped(at=NOW)
    return build()


def tried(draft: RuleDraft, on: date) -> dict[str, Any]:
    return dry_run(draft.rulebook.name, as_if_in_force(draft), on)


def check(people: House, on: date, name: str, *edits: Edit) -> dict[str, Any]:
    """The dry run's figures, held against what the run does without and with the draft."""
    draft = drafted(people, name, *edits)
    figures = tried(draft, on)
    old = after_run(on)
    published(people, draft, on)
    new = after_run(on)
    assert figures["lines"] == len(figures["list"]), "the list is whole, so it can be compared"
    assert listed(figures, "bucket") == changed(old.bucket, new.bucket)
    assert listed(figures, "stage") == changed(old.stage, new.stage, on_both=False)
    for what in ("route", "lead", "stopped", "reason"):
        assert listed(figures, what) == changed(getattr(old, what), getattr(new, what)), what
    moved = listed(figures, "weight").keys() | listed(figures, "place").keys()
    assert moved == changed(old.priority, new.priority).keys()
    both = old.stage.keys() & new.stage.keys()
    seated = {ref for ref in changed(old.seats, new.seats, on_both=False) if ref in both}
    people_of = listed(figures, "lead").keys() | listed(figures, "people").keys()
    assert people_of <= seated <= people_of | listed(figures, "team").keys()
    return figures


@pytest.mark.parametrize("ahead", [0, 1], ids=["the day of the last run", "the next day"])
@pytest.mark.parametrize(("name", "edits"), DRAFTS.values(), ids=DRAFTS.keys())
def test_a_dry_run_lists_what_the_run_does_otherwise_after_publication(
    people: House, name: str, edits: tuple[Edit, ...], ahead: int
) -> None:
    run_day(TODAY, at=NOW)
    figures = check(people, TODAY + timedelta(days=ahead), name, *edits)
    assert figures["otherwise"] or not ahead


def test_a_dry_run_writes_nothing(people: House) -> None:
    draft = drafted(people, *_of("stages come earlier"))
    before = contents(rows_here)
    assert tried(draft, TODAY)["otherwise"]
    assert differences(before, contents(rows_here)) == {}


def test_the_list_ends_somewhere_and_the_counts_are_of_all(people: House, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(people, *_of("stages come later"))
    whole = tried(draft, TODAY)
    monkeypatch.setattr(found, "LISTED_MAX", 5)
    short = tried(draft, TODAY)
    assert short["list"] == whole["list"][:5]
    assert {**short, "list": []} == {**whole, "list": []}
    assert whole["lines"] == len(whole["list"]) > 5
    for kind in whole["changes"]:
        lines = [(line["old"], line["new"]) for line in whole["list"] if line["what"] == kind["what"]]
        assert kind["count"] == len(lines) == sum(count for _, _, count in kind["moves"])
        assert {(old, new): count for old, new, count in kind["moves"]} == Counter(lines)


def test_chunks_do_not_show(people: House, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(people, *_of("squads"))
    whole = tried(draft, TOMORROW)
    monkeypatch.setattr(reading, "CHUNK", 7)
    assert tried(draft, TOMORROW) == whole


def test_rules_that_say_the_same_change_nothing(people: House) -> None:
    figures = tried(drafted(people, "house/team", ("<text>90</text>", "<text> 90 </text>")), TOMORROW)
    assert (figures["otherwise"], figures["changes"], figures["list"]) == (0, [], [])
    assert figures["cases"] >= Case.objects.filter(closed_on__isnull=True).count()


def test_a_rulebook_that_nothing_asks_says_so(people: House) -> None:
    figures = tried(drafted(people, "house/offers", ("&lt;= 50000", "&lt;= 60000")), TODAY)
    assert (figures["unused"], figures["otherwise"], figures["list"]) == (True, 0, [])


def test_charges_are_looked_for_in_the_month_ahead(people: House) -> None:
    run_day(TODAY, at=NOW)
    figures = tried(drafted(people, "house/charges", ("60.00", "80.00")), TODAY)
    assert figures["until"] == "2026-12-24"
    moves = {(old, new) for kind in figures["changes"] if kind["what"] == "charge" for old, new, _ in kind["moves"]}
    assert ("late_fee_fixed 60.00 CNY", "late_fee_fixed 80.00 CNY") in moves
    assert all(line["debt"] for line in figures["list"] if line["what"] == "charge")


def test_other_charges_change_the_order_of_the_list_as_the_run_does(people: House) -> None:
    run_day(TODAY, at=NOW)
    for days in range(1, 9):
        figures = check(
            people, TODAY + timedelta(days=days), "house/charges", ('"late_fee_fixed"', 4, f"{900 + days}.00")
        )
        if {"weight", "place", "reason"} & {kind["what"] for kind in figures["changes"]}:
            return
    pytest.fail("no charge fell on these days: choose other ones")


def _of(which: str) -> tuple[Any, ...]:
    name, edits = DRAFTS[which]
    return name, *edits
