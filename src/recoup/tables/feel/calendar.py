"""Days beyond Python's calendar, offsets and zones, and instants in nanoseconds.

Source: OMG DMN 1.5, chapters 10.3.2.3.4 to 10.3.2.3.6; the proleptic Gregorian calendar of XML Schema, with a year 0.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from recoup.tables.feel.kinds import DAY_NANOS, NANOS, DateAndTime, Day, FarDate, FeelTime

#: Years that a date may have, both ways: those of XML Schema's nine digits.
YEAR_MAX = 999_999_999
#: The calendar repeats every 400 years, which are so many days.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")


def day_of(year: int, month: int, day: int) -> Day | None:
    """The day of that year, month and day; None when the calendar has none."""
    if MINYEAR <= year <= MAXYEAR:
        try:
            return date(year, month, day)
        except (ValueError, OverflowError):
            return None
    if abs(year) > YEAR_MAX or not 1 <= month <= 12 or not 1 <= day <= days_in(year, month):
        return None
    return FarDate(year, month, day)


def days_in(year: int, month: int) -> int:
    """How many days a month has, in any year."""
    return monthrange(_like(year), month)[1]


def _like(year: int) -> int:
    """A year of Python's calendar in which the days fall as in this one."""
    return 2000 + year % _CYCLE_YEARS


def ordinal_of(day: Day) -> int:
    """The number of a day, the first of January of the year 1 being 1, earlier days 0 and less."""
    if isinstance(day, date):
        return day.toordinal()
    like = _like(day.year)
    return date(like, day.month, day.day).toordinal() + (day.year - like) // _CYCLE_YEARS * _CYCLE_DAYS


def day_at(ordinal: int) -> Day | None:
    """The day of that number; None beyond the years that a date may have."""
    if 1 <= ordinal <= date.max.toordinal():
        return date.fromordinal(ordinal)
    cycles, rest = divmod(ordinal - 1, _CYCLE_DAYS)
    like = date.fromordinal(rest + 1)
    return day_of(like.year + cycles * _CYCLE_YEARS, like.month, like.day)


def weekday_of(day: Day) -> int:
    """1 for Monday to 7 for Sunday."""
    return (ordinal_of(day) - 1) % 7 + 1


def like_day(day: Day) -> date:
    """A day of Python's calendar in a year that runs the same: for the day's number and the week's."""
    return day if isinstance(day, date) else date(_like(day.year), day.month, day.day)


def day_months_later(day: Day, count: int) -> Day | None:
    """The same day of the month ``count`` months later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if abs(year) > YEAR_MAX:
        return None
    return day_of(year, month + 1, min(day.day, days_in(year, month + 1)))


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that IANA id; None when there is none."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def fixed_offset_of(time: FeelTime) -> int | None:
    """A time's offset from UTC in seconds; None when it has none, or one that depends on the day."""
    if time.zone is None:
        return time.offset
    zone = zone_of(time.zone)
    offset = None if zone is None else zone.utcoffset(None)
    return None if offset is None else int(offset.total_seconds())


def offset_of(moment: DateAndTime) -> int | None:
    """The offset from UTC in seconds that a day and time has, its zone's on that day; None when it has none."""
    if moment.time.zone is None:
        return moment.time.offset
    zone = zone_of(moment.time.zone)
    if zone is None:
        return None
    seconds, nanos = divmod(moment.time.nanos, NANOS)
    day = like_day(moment.day)
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=seconds, microseconds=nanos // 1000)
    offset = wall.utcoffset()
    return None if offset is None else int(offset.total_seconds())


def local_nanos(moment: DateAndTime) -> int:
    """Nanoseconds since the day 0 on the clock of the place."""
    return ordinal_of(moment.day) * DAY_NANOS + moment.time.nanos


def instant_of(moment: DateAndTime) -> tuple[bool, int]:
    """Whether a day and time stands in universal time, and its nanoseconds since the day 0, there or at its place."""
    offset = offset_of(moment)
    return offset is not None, local_nanos(moment) - (offset or 0) * NANOS


def moment_at(nanos: int, like: FeelTime) -> DateAndTime | None:
    """The day and time so many nanoseconds after the day 0 on the local clock, with the offset or zone of ``like``."""
    ordinal, rest = divmod(nanos, DAY_NANOS)
    day = day_at(ordinal)
    return None if day is None else DateAndTime(day, FeelTime(rest, like.offset, like.zone))


def utc_midnight(day: Day) -> DateAndTime:
    """A day as a day and time: midnight in universal time, as the standard converts it."""
    return DateAndTime(day, FeelTime(0, 0))
