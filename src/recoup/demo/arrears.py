"""How debtors fall behind and come back, month by month.

The chances are those measured on the Taiwan card book (30,000 cards, April to September 2005) over the states "months
late" 0, 2, 3 and 4 or more. What that book does not say is assumed and marked so.
"""

from __future__ import annotations

from random import Random

#: On the way from 0 to 2: a schedule cannot be two months late one month after it was current.
RISING = -1
#: Months late from which the last measured state, "4 or more", speaks.
LATE_MONTHS = 4

_MOVES: dict[int, tuple[tuple[int, float], ...]] = {
    0: ((0, 0.939), (1, 0.014), (RISING, 0.047)),
    RISING: ((2, 1.0),),
    # Assumed: month 1 is almost unused in the measured book.
    1: ((0, 0.78), (1, 0.14), (2, 0.08)),
    2: ((0, 0.253), (1, 0.103), (2, 0.580), (3, 0.063)),
    3: ((0, 0.159), (1, 0.098), (2, 0.327), (3, 0.159), (4, 0.257)),
    4: ((0, 0.031), (1, 0.056), (2, 0.217), (3, 0.051), (4, 0.645)),
}
#: Assumed: the share of those 4 or more months late, and staying so, who pay nothing that month.
_NOTHING_PAID = 0.75

#: Of loans charged off (LendingClub, 17,798 of them): share that never pays again; the rest pay a median near 17 % of
#: the balance, drawn so that mean 12.8 % and median 10.2 % of all come out.
NEVER_AGAIN = 0.277
_RECOVERY_SHAPE, _RECOVERY_SCALE = 2.0, 0.0885


def months_late_next(rng: Random, state: int) -> int:
    """The state a month later: RISING, or months late, where LATE_MONTHS stands for itself and all above."""
    moves = _MOVES[min(state, LATE_MONTHS)]
    return rng.choices([to for to, _ in moves], [chance for _, chance in moves])[0]


def unpaid_after(rng: Random, state: int, unpaid: int) -> int:
    """How many of ``unpaid`` instalments remain so at the end of a month that ends in this state."""
    if state == RISING:
        return min(1, unpaid)
    if state < LATE_MONTHS:
        return min(state, unpaid)
    # Drawn either way, so that what follows does not depend on how many there are.
    pays_one = rng.random() >= _NOTHING_PAID
    return max(LATE_MONTHS, unpaid - 1) if pays_one and unpaid > LATE_MONTHS else unpaid


def recovered_share(rng: Random) -> float:
    """Which share of a charged-off balance still comes in."""
    share, never = rng.gammavariate(_RECOVERY_SHAPE, _RECOVERY_SCALE), rng.random() < NEVER_AGAIN
    return 0.0 if never else min(share, 1.0)
