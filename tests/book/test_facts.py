"""Facts follow from postings: whichever way they were reached, they are what a replay of that day says."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recoup.book.models import REBUILD_ON, Debt, DebtFacts, Posting
from recoup.book.operations import derive_facts, mark_for_rebuild, record_payment, settle_facts, state_of
from recoup.casework.operations import run_day
from recoup.domain.posting import Terms
from tests.book.random_books import TERMS, Draft, day, drafts, set_terms_of, undone, write
from tests.flush import close_all
from tests.generative import sampled_in_database
from tests.people_and_book import NOW, TODAY, debt, debtor, house, instalments, paid

pytestmark = pytest.mark.django_db

in_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
CHARGES = st.sampled_from([[], [], ["late_fee_fixed"], ["late_fee_share", "overdue_interest_daily"]])


def facts_of(*debts: Debt) -> list[dict[str, Any]]:
    """What is known of debts, without when it was derived and until when it holds."""
    rows = DebtFacts.objects.filter(debt__in=debts).order_by("debt").values()
    return [
        {name: value for name, value in row.items() if name not in ("derived_on", "next_change_on")} for row in rows
    ]


@sampled_in_database
@in_one_database
@given(
    books=st.lists(drafts(), min_size=1, max_size=3),
    terms=TERMS,
    charges=CHARGES,
    days=st.sets(st.integers(0, 200), min_size=1, max_size=3),
)
def test_settled_and_run_or_derived_at_once_the_facts_are_the_same(
    books: list[Draft], terms: Terms, charges: list[str], days: set[int], examples: str
) -> None:
    with undone():
        debts = [write(draft, number) for number, draft in enumerate(books)]
        for owed in debts:
            set_terms_of(owed, terms, charges)
        while settle_facts():
            pass
        for offset in sorted(days):
            run_day(day(offset), at=NOW)
            after_run = facts_of(*debts)
            derive_facts([owed.pk for owed in debts], day(offset), at=NOW)
            assert after_run == facts_of(*debts)


@sampled_in_database
@in_one_database
@given(draft=drafts(), terms=TERMS, on=st.integers(0, 200))
def test_facts_say_what_a_replay_of_the_day_says(draft: Draft, terms: Terms, on: int, examples: str) -> None:
    with undone():
        owed = write(draft, 1)
        set_terms_of(owed, terms, [])
        derive_facts([owed.pk], day(on), at=NOW)
        late = state_of(owed, day(on)).standing
        facts = DebtFacts.objects.get(debt=owed)
        assert (facts.owed_minor, facts.past_due_minor) == (late.owed_minor, late.past_due_minor)
        assert (facts.bucket_rank, facts.stage_rank) == (late.bucket_rank, late.stage_rank)
        assert facts.oldest_on == (late.oldest_on if late.oldest_on != date.max else None)
        assert facts.next_change_on is None or facts.next_change_on > day(on), "else the day's run would never end"


def test_deriving_twice_changes_nothing() -> None:
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    instalments(owed, TODAY - timedelta(days=20), 2, principal=100_000)
    set_terms_of(owed, Terms(), ["late_fee_fixed"])
    assert derive_facts([owed.pk], TODAY, at=NOW) == 1
    once = DebtFacts.objects.values().get(debt=owed), Posting.objects.count()
    assert derive_facts([owed.pk], TODAY, at=NOW) == 1
    assert (DebtFacts.objects.values().get(debt=owed), Posting.objects.count()) == once


def test_settling_leaves_nothing_marked_and_charges_nothing() -> None:
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    instalments(owed, TODAY - timedelta(days=20), 2, principal=100_000)
    paid(owed, 50_000, TODAY - timedelta(days=15), "P-1")
    set_terms_of(owed, Terms(), ["late_fee_fixed"])
    assert (settle_facts(), settle_facts()) == (1, 0)
    facts = DebtFacts.objects.get(debt=owed)
    assert (facts.derived_on, facts.last_paid_minor) == (TODAY - timedelta(days=15), 50_000)
    assert not Posting.objects.filter(kind="fee").exists()


@pytest.mark.parametrize("paid_after", [0, 10, 20])
def test_a_charge_that_arose_before_the_import_is_posted_by_the_first_run(paid_after: int) -> None:
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    instalments(owed, TODAY - timedelta(days=20), 1, principal=100_000)
    paid(owed, 100_000, TODAY - timedelta(days=20 - paid_after), "P-1")
    set_terms_of(owed, Terms(), ["late_fee_fixed"])
    assert (settle_facts(), settle_facts()) == (1, 0)
    run_day(TODAY, at=NOW)
    assert Posting.objects.filter(kind="fee").count() == (1 if paid_after > 5 else 0)


def test_a_marked_debt_is_rebuilt_by_the_next_run_whatever_its_date() -> None:
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    instalments(owed, TODAY + timedelta(days=200), 1, principal=100_000)
    run_day(TODAY, at=NOW)
    DebtFacts.objects.filter(debt=owed).update(owed_minor=1)
    run_day(TODAY + timedelta(days=1), at=NOW)
    assert DebtFacts.objects.get(debt=owed).owed_minor == 1, "nothing called for it"
    mark_for_rebuild([owed.pk])
    assert DebtFacts.objects.get(debt=owed).next_change_on == REBUILD_ON
    run_day(TODAY + timedelta(days=1), at=NOW)
    assert DebtFacts.objects.get(debt=owed).owed_minor == 100_000


def test_a_late_fee_never_doubles_while_two_look_at_once() -> None:
    """The database itself holds the key of debt, rule and period."""
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    line = {
        "creditor": owed.creditor,
        "debt": owed,
        "kind": "fee",
        "dated_on": TODAY,
        "amount_minor": 1,
        "recorded_at": NOW,
    }
    Posting.objects.create(rule="late_fee_fixed", period="1", **line)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        Posting.objects.create(rule="late_fee_fixed", period="1", **line)


@pytest.mark.django_db(transaction=True)
def test_a_payment_entered_while_the_book_is_aged_is_never_forgotten() -> None:
    people = house()
    owed = debt(debtor("D-1", "Zhou"), "HL-1")
    instalments(owed, TODAY - timedelta(days=20), 1, principal=100_000)
    reading, written = threading.Event(), threading.Event()

    def pay() -> None:
        reading.wait(10)
        record_payment(
            owed, amount_minor=100_000, paid_on=TODAY, ref="P-1", method="cash", by=people.mei, at=NOW, on=TODAY
        )
        written.set()
        close_all()

    clerk = threading.Thread(target=pay)
    clerk.start()
    # What a run does with a chunk of debts, with time for somebody to enter money in the middle of it.
    with transaction.atomic(), connection.execute_wrapper(_after_the_first_read(reading, written)):
        derive_facts([owed.pk], TODAY, at=NOW)
    clerk.join(20)
    assert DebtFacts.objects.get(debt=owed).owed_minor == 0
    close_all()


def _after_the_first_read(reading: threading.Event, written: threading.Event) -> Any:
    """Lets the other go ahead once postings are read, and waits a moment for it as long as nothing holds it back."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if "FROM book_posting" in sql:
            reading.set()
            written.wait(0.5)
        return found

    return wrapper
