"""From text and to text. Source: OMG DMN 1.5, chapter 10.3.4.1."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from recoup.tables.feel.calendar import day_of, utc_midnight
from recoup.tables.feel.functions.signatures import builtin
from recoup.tables.feel.kinds import (
    DAY_TYPES,
    DURATION_TYPES,
    EXACT,
    NANOS,
    NUMBER_TYPES,
    TEXT_RESULT_MAX,
    DateAndTime,
    Day,
    FeelRange,
    FeelTime,
    LongDuration,
    Months,
    Value,
    exactly,
    kind_of,
    nanos_of,
    plain_number,
    whole,
)
from recoup.tables.feel.written import (
    date_and_time_from,
    date_from,
    date_text,
    duration_from,
    duration_text,
    moment_text,
    time_from,
    time_text,
)

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_OFFSET_MAX = 14 * 3600


def number_from(text: object, grouping: object = None, decimal: object = None) -> Decimal | None:
    """``number(text, grouping, decimal)``; the separators may be left out or null."""
    if type(text) in NUMBER_TYPES:
        return Decimal(text)  # type: ignore[arg-type]
    if not isinstance(text, str) or grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        return None
    if grouping is not None and grouping == decimal:
        return None
    written = text.strip()
    if isinstance(grouping, str):
        written = written.replace(grouping, "")
    if isinstance(decimal, str):
        written = "?" if decimal == "," and "." in written else written.replace(decimal, ".")
    return exactly(EXACT.create_decimal, written) if _NUMBER.fullmatch(written) else None


def string_from(value: Any) -> str | None:
    """``string(value)``: how a value is written, numbers without exponent; null and functions stay null."""
    if isinstance(value, str):
        return value
    room = [TEXT_RESULT_MAX]
    text = _written(value, room)
    return text if room[0] >= 0 else None


def _written(value: Any, room: list[int]) -> str | None:
    """The text of a value; ``room`` is how much more may be written, and falls below 0 when that is too little."""
    room[0] -= 1
    if room[0] < 0:
        return None
    kind = kind_of(value)
    if kind == "list":
        parts = [_inside(item, room) for item in value]
        return None if None in parts else "[" + ", ".join(filter(None, parts)) + "]"
    if kind == "context":
        parts = [_inside(part, room) for part in value.values()]
        if None in parts:
            return None
        return "{" + ", ".join(f"{name}: {part}" for name, part in zip(value, parts, strict=True)) + "}"
    if kind == "range":
        return _range_text(value, room)
    return _plainly_written(value)


def _inside(value: Any, room: list[int]) -> str | None:
    if value is None:
        return "null"
    if isinstance(value, str):
        room[0] -= len(value)
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _written(value, room)


def _range_text(found: FeelRange, room: list[int]) -> str | None:
    if found.low is None or found.high is None:
        end = found.high if found.low is None else found.low
        sign = "<" if found.low is None else ">"
        text = _inside(end, room)
        closed = found.high_included if found.low is None else found.low_included
        return None if text is None else f"({sign}{'=' if closed else ''} {text})"
    low, high = _inside(found.low, room), _inside(found.high, room)
    if low is None or high is None:
        return None
    return f"{'[' if found.low_included else '('}{low}..{high}{']' if found.high_included else ')'}"


def _plainly_written(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) in NUMBER_TYPES:
        return plain_number(value)
    if type(value) in DAY_TYPES:
        return date_text(value)
    if isinstance(value, DateAndTime):
        return moment_text(value)
    if isinstance(value, FeelTime):
        return time_text(value)
    return duration_text(value) if isinstance(value, timedelta | LongDuration | Months) else None


def _date_of_parts(year: Any, month: Any, day: Any) -> Day | None:
    parts = whole(year), whole(month), whole(day)
    return None if None in parts else day_of(*parts)  # type: ignore[arg-type]


def _time_of_parts(hour: Any, minute: Any, second: Any, offset: Any = None) -> FeelTime | None:
    hours, minutes = whole(hour), whole(minute)
    if hours is None or minutes is None or not 0 <= hours <= 23 or not 0 <= minutes <= 59 or not 0 <= second < 60:
        return None
    nanos = (hours * 3600 + minutes * 60) * NANOS + int(EXACT.multiply(Decimal(second), Decimal(NANOS)))
    if offset is None:
        return FeelTime(nanos)
    seconds, rest = divmod(nanos_of(offset), NANOS)
    return None if rest or abs(seconds) > _OFFSET_MAX else FeelTime(nanos, seconds)


def _date_and_time(day: Any, time: FeelTime) -> DateAndTime:
    return DateAndTime(day.day if isinstance(day, DateAndTime) else day, time)


def months_between(start: Any, end: Any) -> Months:
    """``years and months duration(from, to)``: whole months from one day, with or without time, to another."""
    if _key(end) < _key(start):
        return Months(-months_between(end, start).count)
    first, last = _day(start), _day(end)
    count = (last.year - first.year) * 12 + last.month - first.month
    return Months(count - (_key(end)[2:] < _key(start)[2:]))


def _day(value: Any) -> Day:
    return value.day if isinstance(value, DateAndTime) else value


def _key(value: Any) -> tuple[int, int, int, int]:
    day = _day(value)
    return day.year, day.month, day.day, value.time.nanos if isinstance(value, DateAndTime) else 0


def _same(value: Value) -> Value:
    return value


def _duration(value: Any) -> Value:
    return value if type(value) in DURATION_TYPES or isinstance(value, Months) else None


FUNCTIONS = (
    builtin(
        "date",
        ("from: string", date_from),
        ("from: date", _same),
        ("from: moment", lambda moment: moment.day),
        ("year: number, month: number, day: number", _date_of_parts),
    ),
    builtin(
        "time",
        ("from: string", time_from),
        ("from: time", _same),
        ("from: moment", lambda moment: moment.time),
        ("from: date", lambda day: utc_midnight(day).time),
        ("hour: number, minute: number, second: number, offset?: days duration or null", _time_of_parts),
    ),
    builtin(
        "date and time",
        ("from: string", date_and_time_from),
        ("from: moment", _same),
        ("from: date", utc_midnight),
        ("date: date or moment, time: time", _date_and_time),
    ),
    builtin(
        "number",
        ("from: string, grouping separator?: string or null, decimal separator?: string or null", number_from),
        ("from: number", _same),
    ),
    builtin("string", ("from: any", string_from)),
    builtin("duration", ("from: string", duration_from), ("from: duration", _duration)),
    builtin("years and months duration", ("from: date or moment, to: date or moment", months_between)),
)
