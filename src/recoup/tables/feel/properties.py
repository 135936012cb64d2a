"""``value.part``: properties of days, times, durations and ranges, components of contexts.

Source: OMG DMN 1.5, chapter 10.3.2.15, table 65.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from recoup.tables.feel.calendar import fixed_offset_of, offset_of, weekday_of
from recoup.tables.feel.kinds import (
    NANOS,
    DateAndTime,
    Day,
    FarDate,
    FeelRange,
    FeelTime,
    LongDuration,
    Months,
    Value,
    nanos_of,
)

Reader = Callable[[Any], Any]


def _cut(count: int, size: int) -> int:
    """Whole sizes in a count, towards zero."""
    return -(-count // size) if count < 0 else count // size


def _rest(count: int, size: int) -> int:
    return -(-count % size) if count < 0 else count % size


def _seconds(nanos: int) -> int | Decimal:
    whole, rest = _cut(nanos, NANOS), _rest(nanos, NANOS)
    return whole if not rest else Decimal(nanos) / NANOS


def _offset(value: FeelTime | DateAndTime) -> timedelta | None:
    offset = offset_of(value) if isinstance(value, DateAndTime) else fixed_offset_of(value)
    return None if offset is None else timedelta(seconds=offset)


_DAY: dict[str, Reader] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": weekday_of,
}
_TIME: dict[str, Reader] = {
    "hour": lambda time: time.nanos // (3600 * NANOS),
    "minute": lambda time: time.nanos // (60 * NANOS) % 60,
    "second": lambda time: _seconds(time.nanos % (60 * NANOS)),
    "time offset": _offset,
    "timezone": lambda time: time.zone,
}


def _of_day(read: Reader) -> Reader:
    return lambda moment: read(moment.day)


def _of_time(read: Reader) -> Reader:
    return lambda moment: read(moment.time)


_MOMENT: dict[str, Reader] = (
    {name: _of_day(read) for name, read in _DAY.items()}
    | {name: _of_time(read) for name, read in _TIME.items()}
    | {"time offset": _offset}
)
_DURATION: dict[str, Reader] = {
    "days": lambda duration: _cut(nanos_of(duration), 86_400 * NANOS),
    "hours": lambda duration: _rest(_cut(nanos_of(duration), 3600 * NANOS), 24),
    "minutes": lambda duration: _rest(_cut(nanos_of(duration), 60 * NANOS), 60),
    "seconds": lambda duration: _seconds(_rest(nanos_of(duration), 60 * NANOS)),
}
_MONTHS: dict[str, Reader] = {
    "years": lambda duration: _cut(duration.count, 12),
    "months": lambda duration: _rest(duration.count, 12),
}
_RANGE: dict[str, Reader] = {
    "start": lambda found: found.low,
    "end": lambda found: found.high,
    "start included": lambda found: found.low_included,
    "end included": lambda found: found.high_included,
}
_READERS: dict[type, dict[str, Reader]] = {
    date: _DAY,
    FarDate: _DAY,
    FeelTime: _TIME,
    DateAndTime: _MOMENT,
    timedelta: _DURATION,
    LongDuration: _DURATION,
    Months: _MONTHS,
    FeelRange: _RANGE,
}
#: Every property of the standard that has a space in its name.
SPACED = frozenset({"time offset", "start included", "end included"})


def part_of(value: object, part: str) -> Value | Day:
    """``value.part``, of each item where the value is a list; null where there is no such part."""
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list | tuple):
        return [part_of(item, part) for item in value]
    read = _READERS.get(type(value), {}).get(part)
    return None if read is None else read(value)
