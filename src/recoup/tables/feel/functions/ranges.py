"""Functions of ranges and points. Source: OMG DMN 1.5, chapter 10.3.4.9, after Allen's algebra of intervals."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from recoup.tables.feel.comparing import both, either, equal, in_range, negated, ordered
from recoup.tables.feel.functions.conversion import number_from
from recoup.tables.feel.functions.signatures import Builtin, builtin
from recoup.tables.feel.kinds import FeelRange, kind_of
from recoup.tables.feel.written import date_and_time_from, date_from, duration_from, time_from

Answer = bool | None


def _all(*parts: Answer) -> Answer:
    result: Answer = True
    for part in parts:
        result = both(result, part)
    return result


def _start_before(one: FeelRange, other: FeelRange) -> Answer:
    """Whether one range begins before another does."""
    if one.low is None or other.low is None:
        return one.low is None and other.low is not None
    ties = both(equal(one.low, other.low), one.low_included and not other.low_included)
    return either(ordered("<", one.low, other.low), ties)


def _start_equal(one: FeelRange, other: FeelRange) -> Answer:
    if one.low is None or other.low is None:
        return one.low is other.low
    return both(equal(one.low, other.low), one.low_included == other.low_included)


def _end_before(one: FeelRange, other: FeelRange) -> Answer:
    """Whether one range ends before another does."""
    if one.high is None or other.high is None:
        return one.high is not None and other.high is None
    ties = both(equal(one.high, other.high), not one.high_included and other.high_included)
    return either(ordered("<", one.high, other.high), ties)


def _end_equal(one: FeelRange, other: FeelRange) -> Answer:
    if one.high is None or other.high is None:
        return one.high is other.high
    return both(equal(one.high, other.high), one.high_included == other.high_included)


def _reaches(one: FeelRange, other: FeelRange) -> Answer:
    """Whether one range ends at or after the point where another begins, so that they share a point there."""
    if one.high is None or other.low is None:
        return True
    ties = both(equal(one.high, other.low), one.high_included and other.low_included)
    return either(ordered(">", one.high, other.low), ties)


def _comparable(one: FeelRange, other: FeelRange) -> bool:
    """Whether the ends of two ranges are of one kind; two ranges without any common kind of end are not comparable."""
    ends = [end for end in (one.low, one.high, other.low, other.high) if end is not None]
    return all(ordered("<=", ends[0], end) is not None for end in ends) if ends else False


def _of_ranges(compute: Callable[[FeelRange, FeelRange], Answer]) -> Callable[[FeelRange, FeelRange], Answer]:
    return lambda one, other: compute(one, other) if _comparable(one, other) else None


def _points_before(one: Any, other: Any) -> Answer:
    return ordered("<", one, other)


def _point_before(point: Any, found: FeelRange) -> Answer:
    if found.low is None:
        return _known(point, found) and False
    ties = both(equal(point, found.low), not found.low_included)
    return either(ordered("<", point, found.low), ties)


def _point_after(point: Any, found: FeelRange) -> Answer:
    if found.high is None:
        return _known(point, found) and False
    ties = both(equal(point, found.high), not found.high_included)
    return either(ordered(">", point, found.high), ties)


def _known(point: Any, found: FeelRange) -> Answer:
    """True when a point can be compared with a range, null when it cannot."""
    return None if in_range(point, found) is None else True


def _range_before(one: FeelRange, other: FeelRange) -> Answer:
    return negated(_reaches(one, other))


def _meets(one: FeelRange, other: FeelRange) -> Answer:
    if one.high is None or other.low is None:
        return False
    return both(equal(one.high, other.low), one.high_included and other.low_included)


def _overlaps(one: FeelRange, other: FeelRange) -> Answer:
    return both(_reaches(one, other), _reaches(other, one))


def _overlaps_before(one: FeelRange, other: FeelRange) -> Answer:
    ends = either(_end_before(one, other), _end_equal(one, other))
    return _all(_start_before(one, other), _reaches(one, other), ends)


def _overlaps_after(one: FeelRange, other: FeelRange) -> Answer:
    starts = _start_before(other, one)
    ends = either(_end_before(other, one), _end_equal(one, other))
    return _all(starts, _reaches(other, one), ends)


def _finishes(one: FeelRange, other: FeelRange) -> Answer:
    return both(_end_equal(one, other), either(_start_before(other, one), _start_equal(one, other)))


def _starts(one: FeelRange, other: FeelRange) -> Answer:
    return both(_start_equal(one, other), either(_end_before(one, other), _end_equal(one, other)))


def _includes(one: FeelRange, other: FeelRange) -> Answer:
    starts = either(_start_before(one, other), _start_equal(one, other))
    return both(starts, either(_end_before(other, one), _end_equal(one, other)))


def _coincides(one: FeelRange, other: FeelRange) -> Answer:
    return both(_start_equal(one, other), _end_equal(one, other))


def _point_finishes(point: Any, found: FeelRange) -> Answer:
    return _known(point, found) and found.high_included and equal(point, found.high)


def _point_starts(point: Any, found: FeelRange) -> Answer:
    return _known(point, found) and found.low_included and equal(point, found.low)


def _turned(compute: Callable[[Any, Any], Answer]) -> Callable[[Any, Any], Answer]:
    return lambda one, other: compute(other, one)


#: An end of a range in text: a number, a text, or a day, time or duration as a literal or as a call.
_END = r"""\s*(?:(?P<number{0}>-?[0-9.]+)|(?P<call{0}>@|[a-z ]+\()?\s*"(?P<text{0}>[^"\\]*)"\s*(?P<close{0}>\))?)?\s*"""
_WRITTEN = re.compile(r"\s*([\[\](])" + _END.format(1) + r"\.\." + _END.format(2) + r"([\[\])])\s*")
_READERS: dict[str, tuple[Callable[[str], Any], ...]] = {
    "": (str,),
    "@": (date_from, date_and_time_from, time_from, duration_from),
    "date(": (date_from,),
    "time(": (time_from,),
    "date and time(": (date_and_time_from,),
    "duration(": (duration_from,),
}


def _range_from(text: str) -> FeelRange | None:
    """``range("[1..5)")``; an end that is left out is no bound on that side. Null for what is no range."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    ends = []
    for place in ("1", "2"):
        given = found[f"number{place}"] is not None or found[f"text{place}"] is not None
        end = _end_from(found[f"number{place}"], found[f"call{place}"], found[f"text{place}"], found[f"close{place}"])
        if given and end is None:
            return None
        ends.append(end)
    low, high = ends
    if (low is None and high is None) or (low is not None and high is not None and kind_of(low) != kind_of(high)):
        return None
    return FeelRange(
        low,
        high,
        low is not None and found[1] == "[",
        high is not None and found[found.re.groups] == "]",
    )


def _end_from(number: str | None, call: str | None, text: str | None, close: str | None) -> Any:
    if number is not None:
        return number_from(number)
    call = (call or "").strip()
    if text is None or call not in _READERS or call.endswith("(") != (close is not None):
        return None
    return next((value for read in _READERS[call] if (value := read(text)) is not None), None)


_RANGES = "range1: range, range2: range"
_POINT, _RANGE = "point: point, range: range", "range: range, point: point"


def _two(name: str, compute: Callable[[FeelRange, FeelRange], Answer]) -> Builtin:
    return builtin(name, (_RANGES, _of_ranges(compute)))


FUNCTIONS = (
    builtin("range", ("from: string", _range_from)),
    builtin(
        "before",
        ("point1: point, point2: point", _points_before),
        (_POINT, _point_before),
        (_RANGE, _turned(_point_after)),
        (_RANGES, _of_ranges(_range_before)),
    ),
    builtin(
        "after",
        ("point1: point, point2: point", _turned(_points_before)),
        (_POINT, _point_after),
        (_RANGE, _turned(_point_before)),
        (_RANGES, _of_ranges(_turned(_range_before))),
    ),
    _two("meets", _meets),
    _two("met by", _turned(_meets)),
    _two("overlaps", _overlaps),
    _two("overlaps before", _overlaps_before),
    _two("overlaps after", _overlaps_after),
    builtin("finishes", (_POINT, _point_finishes), (_RANGES, _of_ranges(_finishes))),
    builtin("finished by", (_RANGE, _turned(_point_finishes)), (_RANGES, _of_ranges(_turned(_finishes)))),
    builtin("includes", (_RANGE, _turned(in_range)), (_RANGES, _of_ranges(_includes))),
    builtin("during", (_POINT, in_range), (_RANGES, _of_ranges(_turned(_includes)))),
    builtin("starts", (_POINT, _point_starts), (_RANGES, _of_ranges(_starts))),
    builtin("started by", (_RANGE, _turned(_point_starts)), (_RANGES, _of_ranges(_turned(_starts)))),
    builtin("coincides", ("point1: point, point2: point", partial(equal)), (_RANGES, _of_ranges(_coincides))),
)
