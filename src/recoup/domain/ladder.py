"""Ladders of days: buckets over days past due, stages over days delinquent. Gaps are refused; the last step is open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: A century: no step begins later and no grace lasts longer, so that dates stay dates.
DAYS_MAX = 36_500


class LadderError(ValueError):
    """Steps that do not cover every number of days exactly once; the message is fit to show."""


@dataclass(frozen=True, slots=True)
class Step:
    """One range of days, both ends included; ``days_max`` is None for the last, open one."""

    name: str
    days_min: int
    days_max: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in order of days. Step 0 stands for day 0 and nothing else: nobody on it is late."""

    steps: tuple[Step, ...]
    _mins: tuple[int, ...]

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Ladder:
        """The ladder of these steps in any order.

        Raises LadderError for a gap, an overlap, a repeated name, a closed last step or a first step other than 0 to 0.
        """
        ordered = tuple(sorted(steps, key=lambda step: step.days_min))
        _refuse_bad_ends(ordered)
        _refuse_bad_joints(ordered)
        return cls(ordered, tuple(step.days_min for step in ordered))

    def rank_on(self, days: int) -> int:
        """Position of the step that holds this many days; negative days count as 0."""
        return bisect_right(self._mins, days) - 1 if days > 0 else 0

    def step_on(self, days: int) -> Step:
        """The step that holds this many days."""
        return self.steps[self.rank_on(days)]

    def rank_of(self, name: str) -> int:
        """Position of the step with this name. Raises LadderError when there is none."""
        for rank, step in enumerate(self.steps):
            if step.name == name:
                return rank
        raise LadderError(f"no step is named {name!r}")


def _refuse_bad_ends(ordered: tuple[Step, ...]) -> None:
    if not ordered:
        raise LadderError("a ladder needs steps")
    if (ordered[0].days_min, ordered[0].days_max) != (0, 0):
        raise LadderError(f"the first step, {ordered[0].name!r}, must hold day 0 alone")
    if len(ordered) < 2 or ordered[-1].days_max is not None:
        raise LadderError(f"the last step, {ordered[-1].name!r}, must be open: days above it would have no step")
    if ordered[-1].days_min > DAYS_MAX:
        raise LadderError(f"the last step, {ordered[-1].name!r}, begins after day {DAYS_MAX}")
    if len({step.name for step in ordered}) != len(ordered):
        raise LadderError("two steps have the same name")
    if not all(step.name.strip() for step in ordered):
        raise LadderError("a step has no name")


def _refuse_bad_joints(ordered: tuple[Step, ...]) -> None:
    for lower, upper in pairwise(ordered):
        if lower.days_max is None:
            raise LadderError(f"{lower.name!r} is open but {upper.name!r} follows it")
        if lower.days_max < lower.days_min:
            raise LadderError(f"{lower.name!r} ends before it begins")
        if upper.days_min > lower.days_max + 1:
            raise LadderError(f"no step holds day {lower.days_max + 1}: gap between {lower.name!r} and {upper.name!r}")
        if upper.days_min <= lower.days_max:
            raise LadderError(f"{lower.name!r} and {upper.name!r} both hold day {upper.days_min}")
