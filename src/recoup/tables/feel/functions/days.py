"""Functions of days. Source: OMG DMN 1.5, chapter 10.3.4.8."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from recoup.tables.feel.calendar import like_day, weekday_of
from recoup.tables.feel.functions.signatures import Builtin, builtin
from recoup.tables.feel.kinds import DateAndTime, Day, Value

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _of_day(name: str, compute: Callable[[Day], Value]) -> Builtin:
    def run(value: Any) -> Value:
        return compute(value.day if isinstance(value, DateAndTime) else value)

    return builtin(name, ("date: date or moment", run))


def _day_of_year(day: Day) -> int:
    like = like_day(day)
    return (like - date(like.year, 1, 1)).days + 1


FUNCTIONS = (
    _of_day("day of year", _day_of_year),
    _of_day("day of week", lambda day: _WEEKDAYS[weekday_of(day) - 1]),
    _of_day("month of year", lambda day: _MONTHS[day.month - 1]),
    _of_day("week of year", lambda day: like_day(day).isocalendar().week),
)
