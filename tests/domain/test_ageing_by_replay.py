"""Ageing by replay equals a naive reading of every day, whatever is posted, reversed, paused or backdated."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recoup.domain.ageing import Clock, Pause, Spell, clocks, days_delinquent, days_past_due, merged, spells, standing
from recoup.domain.ladder import Ladder, Step
from recoup.domain.posting import Posting, Terms, replay
from tests.domain.naive import clocks_on, left_on, oldest_on
from tests.generative import sampled

START = date(2026, 1, 1)
BUCKETS = Ladder.of([Step("current", 0, 0), Step("M1", 1, 30), Step("M2", 31, 60), Step("M3", 61)])
STAGES = Ladder.of([Step("S0", 0, 0), Step("S1", 1, 7), Step("S2", 8, 30), Step("S3", 31)])

ORDERS = st.sampled_from(
    [("fees", "interest", "principal"), ("principal", "interest", "fees"), ("interest", "principal", "fees")]
)
TERMS = st.builds(Terms, order=ORDERS, grace_days=st.integers(0, 5), tolerance_minor=st.sampled_from([0, 0, 3, 40]))
DAYS = st.integers(0, 150).map(lambda days: START + timedelta(days=days))


@st.composite
def pauses_of_a_debt(draw: st.DrawFn) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        starts_on = draw(DAYS)
        length = draw(st.one_of(st.none(), st.integers(1, 60)))
        found.append(Pause(starts_on, None if length is None else starts_on + timedelta(days=length)))
    return found


@st.composite
def postings_of_a_debt(draw: st.DrawFn) -> list[Posting]:
    parts = st.integers(0, 60)
    lines: list[Posting] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        principal, interest, fees = draw(parts), draw(parts), draw(parts)
        day = START + timedelta(days=30 * number - 20)
        lines.append(Posting(number, "due", day, principal + interest + fees, principal, interest, fees, str(number)))
    dues = len(lines)
    paid = range(100, 100 + draw(st.integers(0, 6)))
    lines += [Posting(number, "payment", draw(DAYS), draw(st.integers(1, 220))) for number in paid]
    for number in range(200, 200 + draw(st.integers(0, 2))):
        fee = draw(st.integers(1, 40))
        lines.append(Posting(number, "fee", draw(DAYS), fee, 0, 0, fee, str(draw(st.integers(1, dues)))))
    payments = [line for line in lines if line.kind == "payment"]
    for number, payment in enumerate(payments[: draw(st.integers(0, 2))], start=300):
        back_on = payment.dated_on + timedelta(days=draw(st.integers(0, 50)))
        lines.append(Posting(number, "reversal", back_on, payment.amount_minor, reverses_id=payment.id))
    return draw(st.permutations(lines))


@sampled
@given(postings_of_a_debt(), TERMS, pauses_of_a_debt(), st.integers(0, 170))
def test_both_clocks_and_what_is_left_equal_a_reading_day_by_day(
    examples: str, postings: list[Posting], terms: Terms, pauses: list[Pause], days: int
) -> None:
    on = START + timedelta(days=days)
    state = replay(postings, on=on, terms=terms)
    buckets, stages = clocks(BUCKETS, STAGES, terms, pauses)
    late = standing(state, buckets, stages)
    assert (late.days_past_due, late.days_delinquent) == clocks_on(postings, on, terms, pauses)
    assert state.oldest_on == oldest_on(postings, on, terms)
    left = {line.instalment_no: line.total_minor for line in state.unpaid}
    assert left == {line.number: line.total() for line in left_on(postings, on, terms) if line.total()}


@sampled
@given(postings_of_a_debt(), TERMS, pauses_of_a_debt())
def test_the_history_of_both_ladders_equals_the_steps_of_each_day(
    examples: str, postings: list[Posting], terms: Terms, pauses: list[Pause]
) -> None:
    end = START + timedelta(days=170)
    marks = replay(postings, on=end, terms=terms).marks
    buckets, stages = clocks(BUCKETS, STAGES, terms, pauses)
    found = {"bucket": spells(marks, buckets, end), "stage": spells(marks, stages, end)}
    for offset in range(0, 171, 3):
        day = START + timedelta(days=offset)
        past, delinquent = clocks_on(postings, day, terms, pauses)
        assert _step_on(found["bucket"], day) == (BUCKETS.step_on(past).name if past else None)
        assert _step_on(found["stage"], day) == (STAGES.step_on(delinquent).name if delinquent else None)


def _step_on(found: tuple[Spell, ...], day: date) -> str | None:
    held = [spell.step for spell in found if spell.entered_on <= day and (spell.left_on is None or day < spell.left_on)]
    assert len(held) <= 1, "a debt is on one step at a time"
    return held[0] if held else None


@sampled
@given(postings_of_a_debt(), TERMS, pauses_of_a_debt(), st.integers(0, 150))
def test_nothing_changes_before_the_day_that_the_facts_name(
    examples: str, postings: list[Posting], terms: Terms, pauses: list[Pause], days: int
) -> None:
    on = START + timedelta(days=days)
    later = min((p.dated_on for p in postings if p.dated_on > on and p.kind != "due"), default=None)
    buckets, stages = clocks(BUCKETS, STAGES, terms, pauses)
    late = standing(replay(postings, on=on, terms=terms), buckets, stages, next_posting_on=later)
    for offset in range(1, 40):
        day = on + timedelta(days=offset)
        again = standing(replay(postings, on=day, terms=terms), buckets, stages)
        same = (late.past_due_minor, late.bucket_rank, late.stage_rank, late.oldest_on) == (
            again.past_due_minor,
            again.bucket_rank,
            again.stage_rank,
            again.oldest_on,
        )
        if late.changes_on is None or day < late.changes_on:
            assert same
        else:
            break


def test_overlapping_nested_and_touching_pauses_count_each_day_once() -> None:
    # The defect seen elsewhere: an enclosing pause and one that ends with it gave 20 paused days for 15 real ones.
    due = date(2026, 3, 1)
    fifteen = Pause(date(2026, 3, 5), date(2026, 3, 20))
    inside = Pause(date(2026, 3, 10), date(2026, 3, 15))
    same_end = Pause(date(2026, 3, 12), date(2026, 3, 20))
    touching = Pause(date(2026, 3, 20), date(2026, 3, 22))
    on = date(2026, 3, 31)
    assert days_delinquent(due, on, pauses=merged([fifteen])) == 15
    assert days_delinquent(due, on, pauses=merged([fifteen, inside])) == 15
    assert days_delinquent(due, on, pauses=merged([inside, same_end, fifteen])) == 15
    assert days_delinquent(due, on, pauses=merged([fifteen, touching])) == 13


def test_a_debt_is_not_overdue_on_its_due_date() -> None:
    due = date(2026, 3, 1)
    boundaries = [
        (date(2026, 2, 28), 0),  # before it falls due
        (date(2026, 3, 1), 0),  # the due date itself
        (date(2026, 3, 2), 1),  # the first day late
        (date(2026, 4, 1), 31),
    ]
    for on, days in boundaries:
        assert days_past_due(due, on) == days


def test_a_pause_until_further_notice_holds_the_stage_but_not_the_bucket() -> None:
    due = Posting(1, "due", date(2026, 1, 1), 100, 100, 0, 0, "1")
    buckets, stages = clocks(BUCKETS, STAGES, Terms(), [Pause(date(2026, 1, 6), None)])
    late = standing(replay([due], on=date(2026, 3, 1), terms=Terms()), buckets, stages)
    assert (late.days_past_due, late.days_delinquent) == (59, 4)
    assert (BUCKETS.steps[late.bucket_rank].name, STAGES.steps[late.stage_rank].name) == ("M2", "S1")


def test_a_backdated_payment_rewrites_the_days_after_it() -> None:
    due = Posting(1, "due", date(2026, 1, 1), 100, 100, 0, 0, "1")
    clock = Clock(BUCKETS)
    late = spells(replay([due], on=date(2026, 3, 1)).marks, clock, date(2026, 3, 1))
    assert [spell.step for spell in late] == ["M1", "M2"]
    paid = [due, Posting(2, "payment", date(2026, 1, 10), 100)]
    after = spells(replay(paid, on=date(2026, 3, 1)).marks, clock, date(2026, 3, 1))
    assert after == (Spell("M1", date(2026, 1, 2), date(2026, 1, 10)),)


def test_a_payment_that_comes_back_counts_until_the_day_it_comes_back() -> None:
    lines = [
        Posting(1, "due", date(2026, 1, 1), 100, 100, 0, 0, "1"),
        Posting(2, "payment", date(2026, 1, 5), 100),
        Posting(3, "reversal", date(2026, 1, 20), 100, reverses_id=2),
    ]
    assert replay(lines, on=date(2026, 1, 19)).oldest_on is None
    back = replay(lines, on=date(2026, 1, 20))
    assert (back.oldest_on, back.owed_minor) == (date(2026, 1, 1), 100)
