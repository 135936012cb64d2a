"""What money covers: the oldest instalment first, inside one by the product's order; and what corrections do."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.domain.ageing import Pause, clocks, days_past_due, standing
from recoup.domain.posting import Posting, Replay, Terms, replay
from tests.domain.test_ageing_by_replay import BUCKETS, DAYS, STAGES, START, TERMS, pauses_of_a_debt, postings_of_a_debt
from tests.generative import sampled

FIRST, SECOND = date(2026, 3, 1), date(2026, 4, 1)
ON = date(2026, 4, 15)


def due(on: date, principal: int, interest: int = 0, fees: int = 0, number: str = "1") -> Posting:
    return Posting(int(number), "due", on, principal + interest + fees, principal, interest, fees, number)


def paid(amount: int, on: date = ON, number: int = 50) -> Posting:
    return Posting(number, "payment", on, amount)


def adjusted(principal: int = 0, interest: int = 0, fees: int = 0, *, on: date = ON, instalment: str = "") -> Posting:
    return Posting(70, "adjustment", on, principal + interest + fees, principal, interest, fees, instalment)


def state(*postings: Posting, on: date = ON, terms: Terms | None = None) -> Replay:
    return replay(postings, on=on, terms=terms)


def left(found: Replay) -> list[tuple[str, int, int, int]]:
    return [(line.instalment_no, line.fees_minor, line.interest_minor, line.principal_minor) for line in found.unpaid]


@pytest.mark.parametrize(
    ("order", "amount", "remains"),
    [
        ("fees,interest,principal", 5, (5, 20, 100)),  # fees first
        ("fees,interest,principal", 25, (0, 5, 100)),
        ("fees,interest,principal", 129, (0, 0, 1)),
        ("principal,interest,fees", 100, (10, 20, 0)),  # principal first
        ("principal,interest,fees", 115, (10, 5, 0)),
        ("interest,principal,fees", 30, (10, 0, 90)),
    ],
)
def test_inside_one_instalment_money_follows_the_products_order(
    order: str, amount: int, remains: tuple[int, int, int]
) -> None:
    found = state(due(FIRST, 100, 20, 10), paid(amount), terms=Terms(tuple(order.split(","))))
    assert left(found) == [("1", *remains)]


def test_the_oldest_instalment_is_covered_before_the_next_begins() -> None:
    found = state(due(SECOND, 100, number="2"), due(FIRST, 100), paid(130))
    assert left(found) == [("2", 0, 0, 70)]
    assert found.oldest_on == SECOND


def test_money_paid_early_covers_instalments_to_come() -> None:
    found = state(due(FIRST, 100), due(SECOND, 100, number="2"), paid(150, FIRST - timedelta(days=9)), on=FIRST)
    assert (found.owed_minor, found.past_due_minor, found.next_due_on) == (50, 0, SECOND)


def test_money_over_everything_is_a_credit_that_covers_the_next_charge() -> None:
    found = state(due(FIRST, 100), paid(130))
    assert (found.owed_minor, found.credit_minor) == (-30, 30)
    charged = state(due(FIRST, 100), paid(130, FIRST), Posting(60, "fee", ON, 20, 0, 0, 20, "1"))
    assert (charged.owed_minor, charged.credit_minor, charged.unpaid) == (-10, 10, ())


@pytest.mark.parametrize(
    "order", [("principal", "interest"), ("principal", "principal", "fees"), ("fees", "interest", "principal", "tax")]
)
def test_an_order_names_each_part_once(order: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="once each"):
        Terms(order)


@pytest.mark.parametrize("wrong", [{"grace_days": -1}, {"grace_days": 40_000}, {"tolerance_minor": -1}])
def test_grace_and_tolerance_make_sense(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="grace"):
        Terms(**wrong)  # type: ignore[arg-type]  # one of two whole numbers


@pytest.mark.parametrize(
    ("amount", "tolerance", "late"),
    [
        (100, 0, 0),
        (99, 0, 45),  # one cent keeps it unpaid
        (99, 1, 0),  # unless the product bears it
        (98, 1, 45),
        (0, 100, 0),  # an instalment no larger than the tolerance is never late
    ],
)
def test_a_remainder_within_the_tolerance_counts_as_paid_for_ageing(amount: int, tolerance: int, late: int) -> None:
    payments = [paid(amount, FIRST)] if amount else []
    found = state(due(FIRST, 100), *payments, terms=Terms(tolerance_minor=tolerance))
    assert days_past_due(found.oldest_on, ON) == late
    assert found.owed_minor == 100 - amount, "it is owed all the same"


def test_late_fees_alone_never_keep_an_instalment_unpaid() -> None:
    fee = Posting(60, "fee", date(2026, 3, 7), 30, 0, 0, 30, "1")
    found = state(due(FIRST, 100, 20, 10), fee, paid(120), terms=Terms(("principal", "interest", "fees")))
    assert (found.oldest_on, found.past_due_minor) == (None, 40)


def test_a_charge_off_leaves_the_claim_and_the_clock_as_they_were() -> None:
    written_off = Posting(90, "write_off", date(2026, 4, 10), 100)
    before, after = state(due(FIRST, 100)), state(due(FIRST, 100), written_off)
    assert (after.owed_minor, after.oldest_on, after.written_off) == (100, FIRST, True)
    assert (before.owed_minor, before.oldest_on, before.written_off) == (100, FIRST, False)
    assert state(due(FIRST, 100), written_off, on=date(2026, 4, 9)).written_off is False


def test_a_disbursement_is_not_owed_before_its_instalments_are() -> None:
    assert state(Posting(9, "disbursement", FIRST, 500), due(SECOND, 100)).owed_minor == 100


@pytest.mark.parametrize(
    ("correction", "owed", "oldest_on"),
    [
        (adjusted(principal=-100, instalment="1"), 100, SECOND),  # the first was not owed
        (adjusted(principal=-100, instalment="2"), 100, FIRST),
        (adjusted(principal=-40), 160, FIRST),  # without a number: the oldest that is open
        (adjusted(principal=50, instalment="2"), 250, FIRST),
        (adjusted(principal=-150, instalment="1"), 50, SECOND),  # what is over covers the next
        (adjusted(principal=-500, instalment="1"), -300, None),
    ],
)
def test_a_correction_changes_the_instalment_that_it_names(
    correction: Posting, owed: int, oldest_on: date | None
) -> None:
    found = state(due(FIRST, 100), due(SECOND, 100, number="2"), correction)
    assert (found.owed_minor, found.oldest_on) == (owed, oldest_on)


def test_a_correction_of_what_was_paid_already_gives_the_money_to_the_next() -> None:
    found = state(
        due(FIRST, 100), due(SECOND, 100, number="2"), paid(100, FIRST), adjusted(principal=-60, instalment="1")
    )
    assert left(found) == [("2", 0, 0, 40)]


def test_a_charge_before_anything_falls_due_is_due_on_its_own_day() -> None:
    found = state(due(date(2026, 6, 1), 100), Posting(60, "fee", FIRST, 25, 0, 0, 25))
    assert (found.past_due_minor, found.owed_minor, found.oldest_on) == (25, 125, date(2026, 6, 1))


def test_what_is_charged_and_paid_on_one_day_is_paid() -> None:
    fee = Posting(60, "fee", ON, 20, 0, 0, 20, "1")
    for lines in permutations([due(FIRST, 100), fee, paid(120)]):
        assert state(*lines).unpaid == ()


def test_a_reversal_uncovers_what_the_payment_had_covered() -> None:
    lines = [due(FIRST, 100), due(SECOND, 100, number="2"), paid(100, FIRST, 51), paid(60, date(2026, 4, 2), 52)]
    back = Posting(61, "reversal", date(2026, 4, 10), 100, reverses_id=51)
    assert left(state(*lines, back)) == [("1", 0, 0, 40), ("2", 0, 0, 100)]
    assert state(*lines, back, on=date(2026, 4, 9)).oldest_on == SECOND


@sampled
@given(postings=postings_of_a_debt(), terms=TERMS, on=DAYS)
def test_the_quick_reading_equals_the_walk_through_every_day(
    postings: list[Posting], terms: Terms, on: date, examples: str
) -> None:
    found = replay(postings, on=on, terms=terms)
    assert found.marks[-1].oldest_on == found.oldest_on
    plain = [line for line in postings if line.kind in ("due", "payment")]
    # A line that changes nothing takes the long way round.
    walked = [*plain, Posting(999, "reversal", on, 0, reverses_id=998)]
    quick, slow = replay(plain, on=on, terms=terms), replay(walked, on=on, terms=terms)
    assert (quick.unpaid, quick.owed_minor, quick.past_due_minor) == (slow.unpaid, slow.owed_minor, slow.past_due_minor)
    assert (quick.oldest_on, quick.next_due_on, quick.marks) == (slow.oldest_on, slow.next_due_on, slow.marks)


@sampled
@given(postings=postings_of_a_debt(), terms=TERMS, on=DAYS, data=st.data())
def test_the_order_in_which_postings_are_read_does_not_matter(
    postings: list[Posting], terms: Terms, on: date, data: st.DataObject, examples: str
) -> None:
    again = data.draw(st.permutations(postings))
    one, other = replay(postings, on=on, terms=terms), replay(again, on=on, terms=terms)
    assert (one.unpaid, one.owed_minor, one.marks) == (other.unpaid, other.owed_minor, other.marks)


@sampled
@given(postings=postings_of_a_debt(), terms=TERMS, on=DAYS)
def test_no_money_is_lost_or_made(postings: list[Posting], terms: Terms, on: date, examples: str) -> None:
    found = replay(postings, on=on, terms=terms)
    undone = {line.reverses_id for line in postings if line.kind == "reversal" and line.dated_on <= on}
    charged = sum(
        line.amount_minor for line in postings if line.kind == "due" or (line.kind == "fee" and line.dated_on <= on)
    )
    money = sum(
        line.amount_minor
        for line in postings
        if line.kind == "payment" and line.dated_on <= on and line.id not in undone
    )
    assert found.owed_minor == charged - money
    assert found.paid_minor == money
    assert sum(line.total_minor for line in found.unpaid) - found.credit_minor == found.owed_minor


@sampled
@given(
    postings=postings_of_a_debt(),
    terms=TERMS,
    pauses=pauses_of_a_debt(),
    back=st.integers(0, 160),
    amount=st.integers(1, 200),
)
def test_a_backdated_payment_leaves_the_debt_as_if_it_had_been_known_in_time(
    postings: list[Posting], terms: Terms, pauses: list[Pause], back: int, amount: int, examples: str
) -> None:
    late = Posting(500, "payment", START + timedelta(days=back), amount)
    in_time = Posting(99, "payment", late.dated_on, amount)
    buckets, stages = clocks(BUCKETS, STAGES, terms, pauses)
    for offset in (back, back + 1, back + 40, 170):
        on = START + timedelta(days=offset)
        one, other = (replay([*postings, line], on=on, terms=terms) for line in (late, in_time))
        assert standing(one, buckets, stages) == standing(other, buckets, stages)
