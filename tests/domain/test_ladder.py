"""Buckets and stages cover every number of days exactly once: gaps are refused and the last step is open."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.book.queries.rules import shipped
from recoup.domain.ladder import DAYS_MAX, Ladder, LadderError, Step
from recoup.rulebooks.ladders import LADDERS, ladder_of
from tests.generative import sampled


def house(clock: str) -> Ladder:
    return ladder_of(shipped(LADDERS[clock]).model)


@pytest.mark.parametrize(
    ("days", "bucket", "stage"),
    [
        (-3, "current", "S0"),  # not due yet
        (0, "current", "S0"),  # due today
        (1, "M1", "S1"),
        (7, "M1", "S1"),
        (8, "M1", "S2"),
        (30, "M1", "S2"),
        (31, "M2", "S3"),
        (60, "M2", "S3"),
        (61, "M3", "S4"),
        (90, "M3", "S4"),
        (91, "M4", "S4"),
        (120, "M4", "S4"),
        (121, "M5", "S4"),
        (150, "M5", "S4"),
        (151, "M6", "S4"),
        (180, "M6", "S4"),
        (181, "M7", "S5"),
        (9_999, "M7", "S5"),  # elsewhere days above the last range had no bucket
    ],
)
def test_the_house_ladders_at_their_edges(days: int, bucket: str, stage: str) -> None:
    assert house("bucket").step_on(days).name == bucket
    assert house("stage").step_on(days).name == stage


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ([], "needs steps"),
        ([Step("current", 0, 0)], "must be open"),
        ([Step("current", 0, 0), Step("M1", 1, 30), Step("M2", 32)], "no step holds day 31"),  # a gap of one day
        ([Step("current", 0, 0), Step("M1", 1, 30), Step("M2", 30)], "both hold day 30"),  # an overlap of one
        ([Step("current", 0, 0), Step("M1", 1, 30), Step("M2", 1)], "both hold day 1"),
        ([Step("current", 0, 0), Step("M1", 1, 30), Step("M2", 31, 60)], "must be open"),  # day 61 has no bucket
        ([Step("current", 0, 0), Step("M1", 1), Step("M2", 31)], "'M1' is open but 'M2' follows"),
        ([Step("current", 0, 0), Step("M1", 1, 30), Step("M1", 31)], "same name"),
        ([Step("current", 0, 0), Step(" ", 1)], "no name"),
        ([Step("M1", 1)], "must hold day 0 alone"),
        ([Step("current", 0, 5), Step("M1", 6)], "must hold day 0 alone"),  # five days late is not current
        ([Step("current", 0, None)], "must hold day 0 alone"),
        ([Step("early", -5, -1), Step("current", 0, 0), Step("M1", 1)], "must hold day 0 alone"),
        ([Step("current", 0, 0), Step("M1", 1, 0), Step("M2", 1)], "ends before it begins"),
        ([Step("current", 0, 0), Step("M1", 1, DAYS_MAX), Step("M2", DAYS_MAX + 1)], "begins after day"),
    ],
)
def test_steps_that_leave_a_day_out_or_hold_it_twice_are_refused(steps: list[Step], complaint: str) -> None:
    with pytest.raises(LadderError, match=complaint):
        Ladder.of(steps)


def test_steps_may_be_given_in_any_order() -> None:
    steps = [Step("M2", 31), Step("current", 0, 0), Step("M1", 1, 30)]
    assert [step.name for step in Ladder.of(steps).steps] == ["current", "M1", "M2"]


def test_a_step_is_found_by_its_name_and_a_wrong_name_is_refused() -> None:
    assert house("bucket").rank_of("M7") == 7
    with pytest.raises(LadderError, match="M8"):
        house("bucket").rank_of("M8")


@sampled
@given(edges=st.sets(st.integers(2, 400), max_size=8), days=st.integers(-5, 500))
def test_every_day_is_on_exactly_the_one_step_that_holds_it(edges: set[int], days: int, examples: str) -> None:
    mins = [1, *sorted(edges)]
    closed = [Step(f"B{low}", low, high - 1) for low, high in pairwise(mins)]
    ladder = Ladder.of([Step("current", 0, 0), *closed, Step("last", mins[-1])])
    step = ladder.step_on(days)
    assert step.days_min <= max(days, 0) <= (DAYS_MAX if step.days_max is None else step.days_max)
    assert ladder.steps[ladder.rank_on(days)] == step
