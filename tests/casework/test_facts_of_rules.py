"""What rulebooks are given of real cases: the same facts as the day's run decides by, one case or all in columns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from recoup.book.models import Pause
from recoup.casework.models import Case, WorkItem
from recoup.casework.operations import run_day
from recoup.casework.queries import facts_batches, facts_for_rules
from recoup.casework.rules import PRIORITY
from recoup.contact.models import Stop
from recoup.policy.operations import adopt_shipped
from recoup.policy.queries import in_force
from recoup.policy.shipped import shipped_texts
from recoup.portfolio.decide import decide_batches
from tests.casework.made_branch import build
from tests.people_and_book import NOW, TODAY, Book, book_of

pytestmark = [pytest.mark.django_db, pytest.mark.every_database]


@pytest.fixture
def branch(db: None) -> None:
    """The branch of a few hundred debts after the run of TODAY."""
    adopt_shipped(at=NOW)
    build()
    run_day(TODAY, at=NOW)


def decided(rulebook: str, decision: str, engine: str) -> list[dict[str, Any]]:
    """The rulebook in force over the whole book, in columns."""
    text = in_force(rulebook, TODAY).loaded.text
    batches = decide_batches(
        text.encode(), file=f"{rulebook}.dmn", decision=decision, facts=facts_batches(), engine=engine
    )
    rows: list[dict[str, Any]] = batches.read_all().to_pylist()
    return rows


@pytest.mark.parametrize("engine", ["duckdb", "row"])
def test_the_book_in_columns_has_the_priority_and_rule_that_the_run_wrote(branch: None, engine: str) -> None:
    rows = decided("house/priority", "Priority", engine)
    found = {row["case"]: (row["Priority"], row["Reason.id"], row["Reason.rule"]) for row in rows}
    items = WorkItem.objects.filter(case__closed_on__isnull=True).values_list("case__ref", "priority", "reason", "rule")
    assert found == {ref: (priority, reason, rule) for ref, priority, reason, rule in items}
    assert len({rule for _, _, rule in found.values()}) > 5


def test_the_book_in_columns_has_the_stage_and_the_road_that_the_run_wrote(branch: None) -> None:
    cases = {case.ref: case for case in Case.objects.filter(closed_on__isnull=True)}
    stages = {row["case"]: row["Stage.name"] for row in decided("house/stages", "Stage", "duckdb")}
    assert stages == {ref: cases[ref].stage for ref in stages}
    roads = {row["case"]: (row["Team.route"], row["Team.rule"]) for row in decided("house/team", "Team", "duckdb")}
    assert roads == {ref: (cases[ref].route, cases[ref].team_rule) for ref in roads}
    assert len(roads) > 50


def test_a_case_gives_the_facts_by_which_the_run_listed_it(branch: None) -> None:
    rules = in_force(PRIORITY, TODAY)
    for item in WorkItem.objects.filter(case__closed_on__isnull=True).select_related("case__debtor"):
        outcome = rules.compiled.decide(facts_for_rules(item.case, TODAY))
        assert (outcome.values["Priority"], outcome.fired["Reason"]) == (item.priority, (item.rule,))


def test_every_house_rulebook_is_given_facts_of_its_own_types(branch: None) -> None:
    cases = list(Case.objects.select_related("debtor"))
    for name in shipped_texts():
        rules = in_force(name, TODAY)
        for case in cases:
            facts = facts_for_rules(case, TODAY)
            assert not rules.compiled.decide(facts).complaints or _lacks(facts), (name, facts)


def _lacks(facts: Any) -> bool:
    """A case without a stop, a pause or a charge has no code to look up."""
    return any(facts.get(name, "") is None for name in ("charge", "stop_reason"))


def test_zhous_case_gives_what_a_reader_can_check_by_head(db: None) -> None:
    book: Book = book_of()
    case = book.zhous_case
    facts = facts_for_rules(case, TODAY)
    # Two instalments of 2,386.40 and two of 2,000.00, of which 800.00 came in; of the loan 15 instalments are open.
    expected: dict[str, object] = {
        "late_sum": 7972,
        "overdue": 7972,
        "days_past_due": 47,
        "days_delinquent": 47,
        "balance": 35796,
    }
    expected |= {"stage": "S3", "stage_rank": 3, "kinds": "card,loan", "protected": False, "head_count_max": None}
    expected |= {"cause": "UNK", "cause_group": "UNK", "stop_reason": None, "pause_days": None, "kind": "loan"}
    assert {name: facts[name] for name in expected} == expected
    asked = {fact.name for name in shipped_texts() for fact in in_force(name, TODAY).model.inputs}
    assert asked <= facts.keys()


def test_a_stop_and_a_pause_of_the_day_are_given_and_those_of_other_days_are_not(db: None) -> None:
    book = book_of()
    for starts, ends, reason in ((-9, -1, "death"), (0, 30, "dispute_open"), (1, None, "attorney")):
        ends_on = TODAY + timedelta(days=ends) if ends is not None else None
        starts_on = TODAY + timedelta(days=starts)
        Stop.objects.create(debtor=book.zhou, reason=reason, starts_on=starts_on, ends_on=ends_on)
        if ends_on:
            Pause.objects.create(debt=book.loan, starts_on=starts_on, ends_on=ends_on, reason="agreed")
    facts = facts_for_rules(book.zhous_case, TODAY)
    assert (facts["stop_reason"], facts["pause_days"], facts["stopped"]) == ("dispute_open", 30, "dispute_open")
