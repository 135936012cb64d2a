"""Months late follow the measured chances."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import mean, median

import pytest

from recoup.demo.arrears import RISING, months_late_next, recovered_share, unpaid_after

DRAWS = 20_000


@pytest.mark.parametrize(
    ("state", "to", "chance"),
    [
        (0, 0, 0.939),  # stays current
        (0, RISING, 0.047),  # will be two months late next month
        (RISING, 2, 1.0),
        (2, 0, 0.253),  # cured
        (2, 2, 0.580),
        (2, 3, 0.063),
        (3, 4, 0.257),
        (4, 4, 0.645),  # recovery from four months on is rare
        (4, 0, 0.031),
        (9, 0, 0.031),  # more months are like four
    ],
)
def test_debts_roll_as_measured(state: int, to: int, chance: float) -> None:
    rng = Random(5)
    drawn = Counter(months_late_next(rng, state) for _ in range(DRAWS))
    assert drawn[to] / DRAWS == pytest.approx(chance, abs=0.012)


def test_charged_off_debts_bring_back_what_was_measured() -> None:
    rng = Random(5)
    shares = [recovered_share(rng) for _ in range(DRAWS)]
    assert mean(shares) == pytest.approx(0.128, abs=0.01)
    assert median(shares) == pytest.approx(0.102, abs=0.01)
    assert sum(share == 0 for share in shares) / DRAWS == pytest.approx(0.277, abs=0.012)


@pytest.mark.parametrize(
    ("state", "unpaid", "left"),
    [
        (0, 3, 0),  # pays everything
        (RISING, 1, 1),  # one month late, on the way to two
        (2, 3, 2),  # pays one of three
        (3, 2, 2),  # no more can be unpaid than there are
    ],
)
def test_the_state_says_how_many_instalments_stay_unpaid(state: int, unpaid: int, left: int) -> None:
    assert unpaid_after(Random(1), state, unpaid) == left
