"""``=``, ``<`` and the rest, and logic in three values. Source: OMG DMN 1.5, chapter 10.3.2.13."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recoup.tables.feel.calendar import fixed_offset_of, instant_of
from recoup.tables.feel.kinds import (
    KINDS,
    NANOS,
    ORDERINGS,
    PLAINLY_ORDERED,
    DateAndTime,
    FeelRange,
    FeelTime,
    kind_of,
    nanos_of,
)

#: Most items that one comparison of lists and contexts looks at, those inside others included.
_DEEP_MAX = 1_000_000
_PLAIN = PLAINLY_ORDERED | {"boolean"}


def equal(left: object, right: object) -> bool | None:
    """``left = right``: null equals only null, different kinds give null."""
    if left is None or right is None:
        return left is right
    kind = KINDS.get(type(left))
    if kind in _PLAIN:
        return left == right if kind == KINDS.get(type(right)) else None
    kind = kind_of(left)
    if kind is None or kind != kind_of(right):
        return None
    return _equal_rare(kind, left, right)


def _equal_rare(kind: str, left: Any, right: Any) -> bool | None:
    if kind in ("list", "context", "range"):
        try:
            return _Deep().equal(left, right)
        except _TooDeep:
            return None
    if kind == "function":
        return left is right
    one, other = place_of(left), place_of(right)
    return one == other


class _TooDeep(Exception):
    """A comparison that looks at more than it may."""


class _Deep:
    """Compares what holds other values, counting what it looks at."""

    def __init__(self) -> None:
        self._left = _DEEP_MAX

    def equal(self, left: Any, right: Any) -> bool:
        self._left -= 1
        if self._left < 0:
            raise _TooDeep
        kind = kind_of(left)
        if kind == "list" and kind_of(right) == "list":
            return self._lists(left, right)
        if kind == "context" and kind_of(right) == "context":
            return self._contexts(left, right)
        if kind == "range" and kind_of(right) == "range":
            return self._ranges(left, right)
        return equal(left, right) is True

    def _lists(self, left: Sequence[object], right: Sequence[object]) -> bool:
        return len(left) == len(right) and all(self.equal(a, b) for a, b in zip(left, right, strict=True))

    def _contexts(self, left: Mapping[str, object], right: Mapping[str, object]) -> bool:
        return left.keys() == right.keys() and all(self.equal(left[key], right[key]) for key in left)

    def _ranges(self, left: FeelRange, right: FeelRange) -> bool:
        return (
            (left.low_included, left.high_included) == (right.low_included, right.high_included)
            and self.equal(left.low, right.low)
            and self.equal(left.high, right.high)
        )


def place_of(value: Any) -> tuple[object, int]:
    """Where a time, a day and time or a duration of days stands in its order.

    Values are comparable when the first parts are equal: local times are not comparable with those that have an offset.
    """
    if isinstance(value, DateAndTime):
        return instant_of(value)
    if isinstance(value, FeelTime):
        offset = fixed_offset_of(value)
        if offset is not None:
            return True, value.nanos - offset * NANOS
        return value.zone or False, value.nanos
    return True, nanos_of(value)


def ordered(symbol: str, left: object, right: object) -> bool | None:
    """``left < right`` and its like: null unless both are of one kind that has an order."""
    kind = KINDS.get(type(left))
    if kind is None or kind != KINDS.get(type(right)):
        return None
    if kind in PLAINLY_ORDERED:
        return ORDERINGS[symbol](left, right)
    if kind in ("time", "date and time", "days duration"):
        one, other = place_of(left), place_of(right)
        return ORDERINGS[symbol](one[1], other[1]) if one[0] == other[0] else None
    return None


def same(left: object, right: object) -> bool | None:
    """``is(left, right)``: one and the same value, an offset that is written otherwise included."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, DateAndTime | FeelTime):
        return left == right
    return equal(left, right)


def in_range(value: object, found: FeelRange) -> bool | None:
    """Whether a value lies in a range, in three values."""
    above = True if found.low is None else ordered(">=" if found.low_included else ">", value, found.low)
    below = True if found.high is None else ordered("<=" if found.high_included else "<", value, found.high)
    return both(above, below)


def among(value: object, wanted: object) -> bool | None:
    """Whether a value passes another as a test: is equal to it, or is in it where that is a list or a range."""
    if isinstance(wanted, FeelRange):
        return equal(value, wanted) if isinstance(value, FeelRange) else in_range(value, wanted)
    if isinstance(wanted, list | tuple):
        return any(_fits(value, each) for each in wanted) or (isinstance(value, list | tuple) and equal(value, wanted))
    return equal(value, wanted)


def _fits(value: object, wanted: object) -> bool:
    if isinstance(wanted, FeelRange) and not isinstance(value, FeelRange):
        return in_range(value, wanted) is True
    return equal(value, wanted) is True


def both(left: object, right: object) -> bool | None:
    """``left and right`` in three values; what is no boolean counts as unknown."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: object, right: object) -> bool | None:
    """``left or right`` in three values; what is no boolean counts as unknown."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negated(value: object) -> bool | None:
    """``not(value)``: null for all that is no boolean."""
    return (not value) if isinstance(value, bool) else None
