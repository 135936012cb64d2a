"""``+ - * / **`` and the sign. Source: OMG DMN 1.5, chapter 10.3.2.13, tables 56 to 60."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from recoup.tables.feel.calendar import (
    day_at,
    day_months_later,
    fixed_offset_of,
    instant_of,
    local_nanos,
    moment_at,
    offset_of,
    ordinal_of,
    utc_midnight,
)
from recoup.tables.feel.kinds import (
    DAY_NANOS,
    DAY_TYPES,
    DURATION_TYPES,
    EXACT,
    NANOS,
    NUMBER_TYPES,
    TEXT_RESULT_MAX,
    DateAndTime,
    FeelTime,
    Months,
    Value,
    duration_of,
    exactly,
    nanos_of,
)
from recoup.tables.feel.written import MONTHS_MAX

_EXACT_ADD, _EXACT_SUBTRACT, _EXACT_MULTIPLY = EXACT.add, EXACT.subtract, EXACT.multiply


def add(left: Any, right: Any) -> Value:
    """``left + right``: numbers, strings, days and times with durations, durations; null for anything else."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return exactly(_EXACT_ADD, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right if len(left) + len(right) <= TEXT_RESULT_MAX else None
    if _is_duration(right):
        return _joined(left, right, 1) if _is_duration(left) else _moved(left, right, 1)
    return _moved(right, left, 1) if _is_duration(left) else None


def subtract(left: Any, right: Any) -> Value:
    """``left - right``: numbers, two days or times (the time between), either less a duration, durations; else null."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return exactly(_EXACT_SUBTRACT, left, right)
    if _is_duration(right):
        return _joined(left, right, -1) if _is_duration(left) else _moved(left, right, -1)
    return _between(left, right)


def _is_duration(value: object) -> bool:
    return type(value) in DURATION_TYPES or type(value) is Months


def _joined(left: Any, right: Any, sign: int) -> Value:
    if type(left) is Months and type(right) is Months:
        return _months(left.count + sign * right.count)
    if type(left) is Months or type(right) is Months:
        return None
    return duration_of(nanos_of(left) + sign * nanos_of(right))


def _months(count: int) -> Months | None:
    return Months(count) if abs(count) <= MONTHS_MAX else None


def _moved(value: Any, duration: Any, sign: int) -> Value:
    if type(value) in DAY_TYPES:
        if type(duration) is Months:
            return day_months_later(value, sign * duration.count)
        # A day is its midnight: an hour later is the same day, an hour earlier the day before.
        return day_at((ordinal_of(value) * DAY_NANOS + sign * nanos_of(duration)) // DAY_NANOS)
    if isinstance(value, DateAndTime):
        return _moved_moment(value, duration, sign)
    if isinstance(value, FeelTime) and type(duration) is not Months:
        return FeelTime((value.nanos + sign * nanos_of(duration)) % DAY_NANOS, value.offset, value.zone)
    return None


def _moved_moment(moment: DateAndTime, duration: Any, sign: int) -> DateAndTime | None:
    if type(duration) is Months:
        day = day_months_later(moment.day, sign * duration.count)
        return None if day is None else DateAndTime(day, moment.time)
    moved = moment_at(local_nanos(moment) + sign * nanos_of(duration), moment.time)
    if moved is None or moment.time.zone is None:
        return moved
    # The clock of a zone may have been put forward or back in between.
    change = (offset_of(moved) or 0) - (offset_of(moment) or 0)
    return moment_at(local_nanos(moved) + change * NANOS, moment.time) if change else moved


def _between(left: Any, right: Any) -> Value:
    if type(left) in DAY_TYPES and type(right) in DAY_TYPES:
        return duration_of((ordinal_of(left) - ordinal_of(right)) * DAY_NANOS)
    if isinstance(left, FeelTime) and isinstance(right, FeelTime):
        return _between_times(left, right)
    one, other = _moment(left), _moment(right)
    if one is None or other is None:
        return None
    (universal, first), (also, second) = instant_of(one), instant_of(other)
    return duration_of(first - second) if universal == also else None


def _moment(value: Any) -> DateAndTime | None:
    if type(value) in DAY_TYPES:
        return utc_midnight(value)
    return value if isinstance(value, DateAndTime) else None


def _between_times(left: FeelTime, right: FeelTime) -> Value:
    if (left.offset, left.zone) == (right.offset, right.zone):
        return duration_of(left.nanos - right.nanos)
    one, other = fixed_offset_of(left), fixed_offset_of(right)
    if one is None or other is None:
        return None
    return duration_of(left.nanos - right.nanos - (one - other) * NANOS)


def multiply(left: Any, right: Any) -> Value:
    """``left * right``: numbers, or a duration and a number; else null."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return exactly(_EXACT_MULTIPLY, left, right)
    if type(right) in NUMBER_TYPES:
        return _scaled(left, right, EXACT.multiply)
    return _scaled(right, left, EXACT.multiply) if type(left) in NUMBER_TYPES else None


def divide(left: Any, right: Any) -> Value:
    """``left / right``: numbers, a duration by a number, two durations of one kind; null when the divisor is 0."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return exactly(EXACT.divide, left, right)
    if type(right) in NUMBER_TYPES:
        return _scaled(left, right, EXACT.divide)
    if type(left) in DURATION_TYPES and type(right) in DURATION_TYPES:
        return exactly(EXACT.divide, Decimal(nanos_of(left)), Decimal(nanos_of(right)))
    if type(left) is Months and type(right) is Months:
        return exactly(EXACT.divide, left.count, right.count)
    return None


def _scaled(duration: Any, number: Any, operation: Callable[..., Decimal]) -> Value:
    """A duration times or by a number, cut to whole months or nanoseconds."""
    if type(duration) is Months:
        found = exactly(operation, Decimal(duration.count), number)
        return None if found is None or found.adjusted() > 15 else _months(int(found))
    if type(duration) not in DURATION_TYPES:
        return None
    found = exactly(operation, Decimal(nanos_of(duration)), number)
    return None if found is None or found.adjusted() > 30 else duration_of(int(found))


def power(left: Any, right: Any) -> Value:
    """``left ** right`` of two numbers; null for anything else and for what does not fit. ``0 ** 0`` is 1."""
    if type(left) not in NUMBER_TYPES or type(right) not in NUMBER_TYPES:
        return None
    found = Decimal(1) if right == 0 else exactly(EXACT.power, left, right)
    # Nought to a power below nought is infinite to decimal, and no error.
    return found if found is not None and found.is_finite() else None


def opposite(value: Any) -> Value:
    """``-value`` of a number or a duration; else null."""
    if type(value) in NUMBER_TYPES:
        return exactly(EXACT.subtract, 0, value)
    if type(value) in DURATION_TYPES:
        return duration_of(-nanos_of(value))
    return Months(-value.count) if type(value) is Months else None


ARITHMETIC: dict[str, Callable[[object, object], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
