"""Days, times and durations from text and back. Source: XML Schema 2, as OMG DMN 1.5, chapter 10.3.4.1 prescribes."""

from __future__ import annotations

import re
from datetime import timedelta

from recoup.tables.feel.calendar import day_of, zone_of
from recoup.tables.feel.kinds import (
    NANOS,
    DateAndTime,
    Day,
    FeelTime,
    LongDuration,
    Months,
    duration_of,
    nanos_of,
)

_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@(.+))?",
    re.ASCII,
)
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})D)?"
    r"(?:T(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,9}))?S)?)?",
    re.ASCII,
)
#: Longest duration of months: the years that a date may have, both ways.
MONTHS_MAX = 2 * 12 * 1_000_000_000
_OFFSET_MAX = 14 * 3600


def date_from(text: str) -> Day | None:
    """The day written as ``2005-10-01``; None when it is not written so or does not exist."""
    found = _DATE.fullmatch(text)
    return day_of(*map(int, found.groups())) if found else None


def time_from(text: str) -> FeelTime | None:
    """The time written as ``23:59:00.5``, with ``Z``, ``+02:00`` or ``@Europe/Paris`` or nothing; None for others."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, utc, sign, hours, minutes, seconds, zone = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59 or (zone and zone_of(zone) is None):
        return None
    nanos = (int(hour) * 3600 + int(minute) * 60 + int(second)) * NANOS + int((fraction or "").ljust(9, "0"))
    if not sign:
        return FeelTime(nanos, 0 if utc else None, zone)
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    offset = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    return FeelTime(nanos, -offset if sign == "-" else offset) if offset <= _OFFSET_MAX else None


def date_and_time_from(text: str) -> DateAndTime | None:
    """The day and time written as ``2012-12-24T23:59:00Z``; None when it is not written so or does not exist."""
    written_day, mark, written_time = text.partition("T")
    day = date_from(written_day)
    time = time_from(written_time) if mark and day is not None else None
    return None if day is None or time is None else DateAndTime(day, time)


def duration_from(text: str) -> timedelta | LongDuration | Months | None:
    """The duration written as ``P1Y2M`` or ``P3DT4H``; None when it is not one, or mixes months with days."""
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("T", "P")):
        return None
    sign, *parts, fraction = found.groups()
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    way = -1 if sign else 1
    if parts[0] or parts[1]:
        count = way * (years * 12 + months)
        return None if any(parts[2:]) or abs(count) > MONTHS_MAX else Months(count)
    nanos = (days * 86_400 + hours * 3600 + minutes * 60 + seconds) * NANOS + int((fraction or "").ljust(9, "0"))
    return duration_of(way * nanos)


def date_text(day: Day) -> str:
    """``2005-10-01``, with more digits for later years and a sign for those before the year 0."""
    sign = "-" if day.year < 0 else ""
    return f"{sign}{abs(day.year):04}-{day.month:02}-{day.day:02}"


def time_text(time: FeelTime) -> str:
    """``23:59:00``, with its fraction, offset or zone where it has one."""
    seconds, nanos = divmod(time.nanos, NANOS)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + _fraction(nanos)
    if time.zone is not None:
        return f"{clock}@{time.zone}"
    return clock + ("" if time.offset is None else _offset_text(time.offset))


def _offset_text(offset: int) -> str:
    if not offset:
        return "Z"
    sign, offset = ("-" if offset < 0 else "+"), abs(offset)
    seconds = f":{offset % 60:02}" if offset % 60 else ""
    return f"{sign}{offset // 3600:02}:{offset // 60 % 60:02}{seconds}"


def _fraction(nanos: int) -> str:
    return f".{nanos:09}".rstrip("0") if nanos else ""


def moment_text(moment: DateAndTime) -> str:
    """``2012-12-24T23:59:00Z``."""
    return f"{date_text(moment.day)}T{time_text(moment.time)}"


def duration_text(duration: timedelta | LongDuration | Months) -> str:
    """``P1Y2M`` or ``P3DT4H``; nothing at all is ``P0M`` or ``PT0S``."""
    if isinstance(duration, Months):
        years, months = divmod(abs(duration.count), 12)
        sign = "-" if duration.count < 0 else ""
        return f"{sign}P" + ((f"{years}Y" if years else "") + (f"{months}M" if months else "") or "0M")
    nanos = nanos_of(duration)
    seconds, fraction = divmod(abs(nanos), NANOS)
    days, seconds = divmod(seconds, 86_400)
    time = "".join(
        f"{count}{letter}" for count, letter in ((seconds // 3600, "H"), (seconds % 3600 // 60, "M")) if count
    )
    if seconds % 60 or fraction:
        time += f"{seconds % 60}{_fraction(fraction)}S"
    written = (f"{days}D" if days else "") + (f"T{time}" if time else "")
    return ("-" if nanos < 0 else "") + "P" + (written or "T0S")
