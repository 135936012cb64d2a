"""Why this case and why now: every row of the house table, from the book to the sentence in three languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from recoup.book.models import Debt
from recoup.book.queries.rules import shipped
from recoup.casework.models import Case, WorkItem
from recoup.casework.operations import reassign_lead, record_cause, set_aside
from recoup.casework.reasons import reason_for, sentence, texts
from recoup.casework.rules import PRIORITY
from recoup.contact.models import Attempt, Stop
from recoup.people.models import AuditEntry, Role
from tests.casework.lateness import case_of, day, item_of, owes, pays, person, run
from tests.people_and_book import NOW, TODAY, House, hired, house

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans", "zh-hant")


@pytest.fixture
def people() -> House:
    return house()


def spoke(owed: Debt, offset: int, *, conversation: bool = True, at: datetime | None = None) -> None:
    """Somebody spoke with the debtor so many days after TODAY, at noon."""
    said = {"channel": "call", "direction": "out", "person": "debtor" if conversation else "nobody"}
    when = at or datetime.combine(day(offset), time(12), UTC)
    Attempt.objects.create(
        debtor=owed.debtor,
        debt=owed,
        at=when,
        recorded_at=when,
        key=f"A-{offset}-{owed.pk}",
        connected=conversation,
        conversation=conversation,
        **said,
    )


def late(people: House, days: int, ref: str = "HL-1") -> Debt:
    return owes(person(), ref, days, branch=people.riverside)


def listed(offset: int = 0) -> WorkItem:
    """The only item on the lists after the run of a day."""
    run(offset)
    return WorkItem.objects.get()


# Each makes a book in which one row of the table is the first to hold, and says for which day to run.


def stopped(people: House) -> int:
    Stop.objects.create(debtor=late(people, 5).debtor, reason="bankruptcy", starts_on=TODAY)
    return 0


def protected(people: House) -> int:
    owed = late(people, 5)
    run()
    record_cause(case_of(owed.debtor), code="PRT-1", evidence="a letter", by=people.lin, at=NOW)
    return 1


def first_contact(people: House) -> int:
    late(people, 3)
    return 0


def rolls_soon(people: House) -> int:
    spoke(late(people, 28), -1)
    return 0


def stage_entered(people: House) -> int:
    spoke(late(people, 8), -1)
    return 0


def part_paid(people: House) -> int:
    owed = late(people, 20)
    spoke(owed, -1)
    pays(owed, day(-7), 40_000)
    return 0


def new_lead(people: House) -> int:
    owed = late(people, 12)
    spoke(owed, -1)
    run()
    bo = hired("bo", "Bo", people.riverside, Role.COLLECTOR)
    reassign_lead(case_of(owed.debtor), staff=bo, by=people.mei, on=day(2), at=NOW)
    return 2


def never_touched(people: House) -> int:
    spoke(late(people, 12), -1, conversation=False)
    run()
    return 4


def untouched(people: House) -> int:
    spoke(late(people, 20), -7)
    return 0


def late_stage(people: House) -> int:
    spoke(late(people, 100), -1)
    return 0


def steady(people: House) -> int:
    spoke(late(people, 20), -6)
    return 0


SITUATIONS: dict[str, Callable[[House], int]] = {
    made.__name__: made
    for made in (
        stopped,
        protected,
        first_contact,
        rolls_soon,
        stage_entered,
        part_paid,
        new_lead,
        never_touched,
        untouched,
        late_stage,
        steady,
    )
}


@pytest.mark.parametrize("reason", [reason for reason, _ in texts(shipped(PRIORITY))])
def test_every_reason_of_the_table_arises_and_is_said_in_three_languages(reason: str, people: House) -> None:
    item = listed(SITUATIONS[reason](people))
    assert item.reason == reason
    said = {language: sentence(item.reason, item.reason_facts, language) for language in LANGUAGES}
    for text in said.values():
        assert text
        assert not set(text) & set("–{}"), "every fact is there"
        assert "None" not in text
    assert len(set(said.values())) == 3


def test_a_sentence_says_the_facts(people: House) -> None:
    item = listed(rolls_soon(people))
    said = sentence("rolls_soon", item.reason_facts, "en")
    assert said.startswith("Rolls to M2 in 3 days, on 26 Nov")
    assert "1,000.00" in said
    paid = {"paid_money": [40_000, "JPY"], "paid_on": "2026-11-16"}
    assert "40,000" in sentence("part_paid", paid, "en")
    assert "11月16日" in sentence("part_paid", paid, "zh-hans")


def test_the_reason_of_a_stop_is_said_in_the_readers_language_whatever_the_page(people: House) -> None:
    with translation.override("zh-hans"):
        assert "Bankruptcy" in sentence("stopped", {"stopped_name": "bankruptcy"}, "en")


def test_an_unknown_language_is_answered_in_english_and_an_unknown_reason_with_nothing() -> None:
    facts = {"days_open": 4}
    assert sentence("never_touched", facts, "fr") == sentence("never_touched", facts, "en")
    assert sentence("made_up", facts, "en") == ""


def test_a_fact_that_is_missing_is_shown_as_a_dash_never_as_an_error() -> None:
    assert "–" in sentence("never_touched", {}, "en")


BASE: dict[str, Any] = {
    "stopped": None,
    "cause": "UNK",
    "protected": False,
    "stage": "S2",
    "stage_rank": 2,
    "days_in_stage": 9,
    "days_open": 9,
    "days_past_due": 17,
    "days_to_roll": 14,
    "next_bucket": "M2",
    "days_since_paid": None,
    "paid_share": None,
    "paid": None,
    "days_since_touched": 3,
    "lead_changed_days": 9,
    "overdue": 100,
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "steady"),
        ({"days_to_roll": 4}, "steady"),
        ({"days_to_roll": 3}, "rolls_soon"),
        ({"days_to_roll": None}, "steady"),  # on the last bucket nothing rolls
        ({"days_in_stage": 1}, "stage_entered"),
        ({"days_in_stage": 2}, "steady"),
        ({"days_in_stage": 0, "stage_rank": 1}, "steady"),  # the first stage is not entered by growing
        ({"days_since_paid": 7, "paid_share": Decimal("0.5")}, "part_paid"),
        ({"days_since_paid": 8, "paid_share": Decimal("0.5")}, "steady"),
        ({"days_since_paid": 2, "paid_share": Decimal(1)}, "steady"),  # not a part
        ({"lead_changed_days": 1}, "new_lead"),
        ({"lead_changed_days": 2}, "steady"),
        ({"lead_changed_days": 0, "days_open": 1}, "steady"),  # everything about it is new
        ({"lead_changed_days": None}, "steady"),  # nobody leads it
        ({"days_since_touched": None}, "never_touched"),
        ({"days_since_touched": None, "days_open": 1}, "first_contact"),
        ({"days_since_touched": None, "days_open": 2}, "never_touched"),
        ({"days_since_touched": None, "days_open": 0, "days_to_roll": None}, "never_touched"),  # past the last bucket
        ({"days_since_touched": 6}, "steady"),
        ({"days_since_touched": 7}, "untouched"),
        ({"days_since_touched": 7, "stage_rank": 4}, "late_stage"),
        ({"stage_rank": 4}, "late_stage"),
        ({"protected": True}, "steady"),  # spoken with lately: leave them in peace
        ({"protected": True, "days_since_touched": 14}, "protected"),
        ({"protected": True, "days_since_touched": None}, "protected"),
        ({"protected": True, "days_since_touched": 20, "stopped": "death"}, "stopped"),
        ({"stopped": "bankruptcy", "days_to_roll": 1}, "stopped"),
    ],
)
def test_the_table_at_its_edges(change: dict[str, Any], reason: str) -> None:
    assert reason_for({**BASE, **change}).id == reason


@pytest.mark.parametrize("amount", [100, 40_000, 99_900])
def test_whatever_part_came_in_is_thanked_for(amount: int, people: House) -> None:
    owed = late(people, 20)
    spoke(owed, -1)
    pays(owed, day(-1), amount)
    assert listed().reason == "part_paid"


def test_a_stop_about_one_debt_leaves_the_other_to_ask_for(people: House) -> None:
    disputed = late(people, 5)
    other = owes(disputed.debtor, "HL-2", 9, branch=people.riverside)
    Stop.objects.create(debtor=disputed.debtor, debt=disputed, reason="dispute_open", starts_on=TODAY)
    assert listed().stopped_by == ""
    Stop.objects.create(debtor=disputed.debtor, debt=other, reason="dispute_open", starts_on=day(1))
    assert listed(1).stopped_by == "dispute_open"


@pytest.mark.parametrize(
    ("starts", "ends", "stops"), [(1, None, False), (0, None, True), (-3, 1, True), (-3, 0, False)]
)
def test_a_stop_holds_from_its_first_day_until_its_end(
    starts: int, ends: int | None, stops: bool, people: House
) -> None:
    ends_on = None if ends is None else day(ends)
    Stop.objects.create(debtor=late(people, 5).debtor, reason="moratorium", starts_on=day(starts), ends_on=ends_on)
    assert bool(listed().stopped_by) == stops


def test_what_happened_after_the_day_is_not_known_to_its_run(people: House) -> None:
    owed = late(people, 20)
    spoke(owed, 2)
    assert listed().reason_facts["days_since_touched"] is None
    assert listed(5).reason_facts["days_since_touched"] == 3


@pytest.mark.parametrize(("zone", "days"), [("Asia/Shanghai", 0), ("UTC", 1), ("America/New_York", 1)])
def test_the_day_of_a_contact_is_that_of_the_working_zone(zone: str, days: int, people: House, settings: Any) -> None:
    # Elsewhere contact hours are kept in UTC: a call in the morning counts for the day before.
    settings.TIME_ZONE = zone
    owed = late(people, 20)
    spoke(owed, 0, at=datetime.combine(day(-1), time(23, 30), UTC))
    assert listed().reason_facts["days_since_touched"] == days


def test_the_list_puts_the_weightier_reason_first_and_then_the_larger_sum(people: House) -> None:
    for number, (days, amount) in enumerate([(28, 10_000), (20, 900_000), (20, 100_000)]):
        owed = owes(person(f"D-{number}"), f"HL-{number}", days, branch=people.riverside, amount=amount)
        spoke(owed, -1)
    run()
    found = WorkItem.objects.order_by("-priority").values_list("reason", "overdue_minor")
    assert list(found) == [("rolls_soon", 10_000), ("steady", 900_000), ("steady", 100_000)]


def test_a_case_set_aside_stays_on_the_list_and_the_next_run_keeps_the_mark_of_its_day(people: House) -> None:
    item = listed(first_contact(people))
    set_aside(item, on=TODAY, by=people.lin, at=NOW)
    again = listed()
    assert (again.set_aside_on, Case.objects.count()) == (TODAY, 1)
    assert AuditEntry.objects.filter(action="set aside").count() == 1
    assert listed(1).set_aside_on == TODAY


def test_a_list_names_lead_branch_bucket_and_oldest_date(people: House) -> None:
    owed = late(people, 40)
    item = listed()
    assert (item.staff, item.branch, item.listed_on) == (people.lin, people.riverside, TODAY)
    assert (item.bucket, item.bucket_rank, item.oldest_on) == ("M2", 2, TODAY - timedelta(days=40))
    assert item_of(case_of(owed.debtor)) == item
