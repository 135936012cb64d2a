"""A lender without a schedule states what is owed at the end of a day; the book goes on from there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.domain.ageing import days_past_due
from recoup.domain.posting import Posting, Replay, Snapshot, Terms, replay
from tests.generative import sampled

AS_OF = date(2005, 10, 1)


def stated(
    principal: int,
    interest: int = 0,
    fees: int = 0,
    *,
    days: int = 0,
    past_due: int | None = None,
    next_due_on: date | None = None,
    as_of: date = AS_OF,
) -> Snapshot:
    return Snapshot(as_of, principal, interest, fees, days, past_due, next_due_on)


def state(
    *snapshots: Snapshot, on: date = AS_OF, postings: tuple[Posting, ...] = (), terms: Terms | None = None
) -> Replay:
    return replay(postings, on=on, terms=terms, snapshots=snapshots)


def paid(on: date, amount: int, number: int = 1) -> Posting:
    return Posting(number, "payment", on, amount)


def days_late(found: Replay) -> int:
    return days_past_due(found.oldest_on, found.on)


@pytest.mark.parametrize(
    ("principal", "interest", "fees", "days", "late"),
    [
        (1_000, 0, 0, 30, 30),
        (1_000, 0, 0, 0, 0),  # owes, but nothing is late
        (0, 0, 0, 30, 0),  # who owes nothing is not overdue, whatever the lender says
        (-500, 0, 0, 60, 0),  # a credit is owed to the debtor
        (100, 0, -100, 30, 0),  # the parts cancel out
        (100, 0, -99, 30, 30),  # one cent is left
        (0, 50, 0, 30, 30),
        (0, 0, 50, 30, 0),  # late fees alone keep nothing unpaid
        (-50, 60, 0, 30, 30),
    ],
)
def test_the_lenders_days_are_believed_while_something_is_owed(
    principal: int, interest: int, fees: int, days: int, late: int
) -> None:
    found = state(stated(principal, interest, fees, days=days))
    assert days_late(found) == late
    assert found.owed_minor == principal + interest + fees


def test_days_go_on_after_the_statement() -> None:
    assert days_late(state(stated(1_000, days=30), on=AS_OF + timedelta(days=11))) == 41


def test_before_its_day_a_statement_says_nothing() -> None:
    found = state(stated(1_000, days=30), on=AS_OF - timedelta(days=1))
    assert (found.owed_minor, found.oldest_on) == (0, None)


def test_a_payment_on_or_before_the_statement_is_history() -> None:
    history = (paid(AS_OF - timedelta(days=20), 300, 1), paid(AS_OF, 400, 2))
    found = state(stated(1_000, days=30), postings=history)
    assert (found.owed_minor, found.paid_minor, found.last_paid_on) == (1_000, 700, AS_OF)


def test_a_payment_after_the_statement_reduces_it() -> None:
    later = AS_OF + timedelta(days=1)
    found = state(stated(1_000, days=30), on=later, postings=(paid(later, 1_000),))
    assert (found.owed_minor, found.oldest_on) == (0, None)


def test_only_the_part_past_due_is_overdue_and_it_is_covered_first() -> None:
    shot = stated(1_000, days=30, past_due=200, next_due_on=AS_OF + timedelta(days=15))
    found = state(shot)
    assert (found.past_due_minor, found.next_due_on) == (200, AS_OF + timedelta(days=15))
    later = AS_OF + timedelta(days=2)
    cured = state(shot, on=later, postings=(paid(later, 200),))
    assert (days_late(cured), cured.past_due_minor, cured.owed_minor) == (0, 0, 800)
    assert cured.oldest_on == AS_OF + timedelta(days=15)


def test_a_credit_within_the_balance_covers_what_is_not_due_before_what_the_lender_calls_past_due() -> None:
    found = state(stated(100, 0, -50, days=30, past_due=30))
    assert (found.owed_minor, found.past_due_minor, days_late(found)) == (50, 30, 30)
    less = state(stated(100, 0, -50, days=30, past_due=80))
    assert (less.owed_minor, less.past_due_minor) == (50, 50)


def test_no_more_can_be_past_due_than_is_owed() -> None:
    assert state(stated(100, days=30, past_due=500)).past_due_minor == 100


def test_a_next_due_date_behind_the_statement_makes_nobody_overdue() -> None:
    found = state(stated(1_000, days=0, next_due_on=AS_OF - timedelta(days=40)), on=AS_OF + timedelta(days=5))
    assert (days_late(found), found.past_due_minor) == (0, 0)


def test_a_later_statement_replaces_the_earlier_one() -> None:
    november = AS_OF + timedelta(days=31)
    first, second = stated(1_000, days=30), stated(400, days=5, as_of=november)
    between = paid(AS_OF + timedelta(days=3), 100)
    before = state(first, second, on=november - timedelta(days=1), postings=(between,))
    assert (before.owed_minor, days_late(before)) == (900, 60)
    after = state(second, first, on=november, postings=(between,))
    assert (after.owed_minor, days_late(after)) == (400, 5)
    assert after.marks[-1].since == november


def test_a_payment_of_the_statements_own_past_that_comes_back_is_owed_from_that_day() -> None:
    back_on = AS_OF + timedelta(days=10)
    lines = (paid(AS_OF - timedelta(days=5), 300, 7), Posting(8, "reversal", back_on, 300, reverses_id=7))
    found = state(stated(1_000), on=back_on + timedelta(days=2), postings=lines)
    assert (found.owed_minor, found.past_due_minor, days_late(found)) == (1_300, 300, 2)


def test_a_reversal_that_the_statement_knows_of_changes_nothing() -> None:
    lines = (paid(AS_OF - timedelta(days=5), 300, 7), Posting(8, "reversal", AS_OF, 300, reverses_id=7))
    assert state(stated(1_000), postings=lines, on=AS_OF + timedelta(days=9)).owed_minor == 1_000


PARTS = st.integers(-500, 500)


@sampled
@given(
    parts=st.tuples(PARTS, PARTS, PARTS),
    days=st.integers(0, 300),
    past_due=st.none() | st.integers(0, 800),
    payments=st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 400)), max_size=5),
    after=st.integers(0, 60),
)
def test_what_is_owed_is_the_statement_less_what_came_after_it(
    parts: tuple[int, int, int],
    days: int,
    past_due: int | None,
    payments: list[tuple[int, int]],
    after: int,
    examples: str,
) -> None:
    on = AS_OF + timedelta(days=after)
    lines = tuple(paid(AS_OF + timedelta(days=day), amount, place) for place, (day, amount) in enumerate(payments, 1))
    found = state(stated(*parts, days=days, past_due=past_due), on=on, postings=lines)
    assert found.owed_minor == sum(parts) - sum(amount for day, amount in payments if 0 < day <= after)
    assert 0 <= found.past_due_minor <= max(found.owed_minor, 0)
    if found.owed_minor <= 0 or not days:
        assert days_late(found) == 0
