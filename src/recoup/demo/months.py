"""Calendar steps of the demonstration book: everything is counted back from one day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta


def months_from(day: date, months: int) -> date:
    """The same day so many months later (negative: earlier), or the month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_ends_before(day: date, count: int) -> list[date]:
    """The last ``count`` month ends before a day, earliest first."""
    firsts = [months_from(day.replace(day=1), -back) for back in range(count)]
    return [first - timedelta(days=1) for first in reversed(firsts)]


def instant_on(day: date, *, hour: int = 2) -> datetime:
    """A moment of that day; hour 2 of the universal clock is working time in the branches of the demonstration."""
    return datetime.combine(day, time(hour), UTC)
