"""Days, times, durations: from text and back, moved, compared and taken apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.feel import Months, compile_expression
from recoup.tables.feel.calendar import day_at, day_months_later, day_of, ordinal_of, weekday_of
from recoup.tables.feel.functions import string_from
from recoup.tables.feel.values import (
    DateAndTime,
    FarDate,
    FeelTime,
    date_and_time_from,
    date_from,
    duration_from,
    time_from,
)


def value_of(text: str) -> object:
    """The value of an expression without facts."""
    return compile_expression(text, []).evaluate({})


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29", "0001-01-01", "9999-12-31", "10000-01-01", "-0044-03-15", "999999999-12-31", "-999999999-01-01",
        "00:00:00", "23:59:59.5", "10:00:00Z", "10:00:00+05:30", "10:00:00-14:00", "10:00:00@Europe/Paris",
        "23:59:59.123456789", "2024-02-29T10:00:00", "2024-02-29T10:00:00.25+02:00", "-0001-02-03T04:05:06Z",
        "2024-02-29T10:00:00@Asia/Taipei", "P1D", "-P1DT2H3M4.5S", "PT0S", "P1Y2M", "-P11M", "PT0.000000001S",
        "P99999999D",
    ],
)  # fmt: skip
def test_what_is_written_is_written_back(text: str) -> None:
    assert value_of(f'string(@"{text}")') == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("10:00:00+00:00", "10:00:00Z"),
        ("23:00:50z", "23:00:50Z"),
        ("10:00:00.500", "10:00:00.5"),
        ("PT36H", "P1DT12H"),
        ("P0D", "PT0S"),
        ("P0M", "P0M"),
        ("P14M", "P1Y2M"),
        ("PT90M", "PT1H30M"),
        ("-P0D", "PT0S"),
    ],
)
def test_a_value_is_written_in_one_way(text: str, written: str) -> None:
    assert value_of(f'string(@"{text}")') == written


@pytest.mark.parametrize(
    "text",
    [
        'date("2024-02-30")', 'date("2024-2-3")', 'date("24-02-03")', 'date("2024-02-29T00:00:00")', 'date("")',
        'date("02024-02-03")', 'date("+2024-02-03")', 'date("9999999999-01-01")', 'time("25:00:00")', "date(null)",
        'time("10:60:00")', 'time("10:00:60")', 'time("10:00:00@Europe/Nowhere")', 'time("10:00:00+02:00@Etc/UTC")',
        'date and time("2024-02-30T00:00:00")', 'date and time("2024-02-29 10:00:00")', 'duration("P")',
        'duration("PT")', 'duration("P1DT")', 'duration("1D")', 'duration("P1Y1D")', 'duration("P-1D")',
        "time(24, 0, 0)", "time(10, 0, 60)", "time(10, 0)", "date(2024, 2, 30)", "date(2024, 2)", "date(2024, 1.5, 1)",
        'time(10, 0, 0, duration("PT15H"))', 'date("2024-02-29", 1)', 'date and time(time("10:00:00"))', "duration(1)",
        '@"soon"',
    ],
)  # fmt: skip
def test_what_does_not_exist_is_null(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('date(date and time("2024-02-29T10:00:00Z"))', date(2024, 2, 29)),
        ('date and time(date("2024-02-29"), time("10:00:00Z"))', date_and_time_from("2024-02-29T10:00:00Z")),
        ('time(date and time("2024-02-29T10:00:00Z"))', time_from("10:00:00Z")),
        ('time(12, 30, 5.5, @"PT1H")', time_from("12:30:05.5+01:00")),
        ("time(12, 30, 5)", time_from("12:30:05")),
        ("time(12, 30, 5, null)", time_from("12:30:05")),
        ('date("2024-01-31") + @"P1M"', date(2024, 2, 29)),
        ('@"2024-03-31" - @"P1M"', date(2024, 2, 29)),
        ('@"2024-02-29" + @"P1Y"', date(2025, 2, 28)),
        ('@"2024-02-29" + @"PT23H"', date(2024, 2, 29)),  # a day stays a day
        ('@"2024-02-29" - @"PT1H"', date(2024, 2, 28)),
        ('@"9999-12-31" + @"P1D"', FarDate(10000, 1, 1)),
        ('@"0001-01-01" - @"P1D"', FarDate(0, 12, 31)),
        ('@"10000-01-01" - @"P1D"', date(9999, 12, 31)),
        ('@"2024-02-29T23:30:00Z" + @"PT1H"', date_and_time_from("2024-03-01T00:30:00Z")),
        ('@"2024-01-31T10:00:00" + @"P1M"', date_and_time_from("2024-02-29T10:00:00")),
        ('@"23:30:00" + @"PT1H"', time_from("00:30:00")),
        ('@"00:30:00+02:00" - @"PT1H"', time_from("23:30:00+02:00")),
        ('@"PT1H" + @"23:30:00"', time_from("00:30:00")),
        ('@"2024-03-01" - @"2024-02-28"', timedelta(days=2)),
        ('@"2024-03-01T00:00:00Z" - @"2024-02-29T00:00:00+02:00"', timedelta(hours=26)),
        ('@"2024-03-01" - @"2024-02-29T00:00:00Z"', timedelta(days=1)),  # a day is its midnight in universal time
        ('@"2024-03-01T00:00:00" - @"2024-02-29T00:00:00Z"', None),  # one has an offset, the other none
        ('@"10:00:00" - @"09:30:00"', timedelta(minutes=30)),
        ('@"10:00:00Z" - @"10:00:00+02:00"', timedelta(hours=2)),
        ('@"P1D" * 1.5', timedelta(hours=36)),
        ('2 * @"P1Y"', Months(24)),
        ('@"P1Y" / 5', Months(2)),  # cut to whole months
        ('@"P1D" / 0', None),
        ('@"P1D" + @"P1M"', None),
        ('@"P10D" / @"P4D"', 2.5),
        ('@"P1Y" / @"P1M"', 12),
        ('@"P1D" * @"P1D"', None),
        ('-@"P1M"', Months(-1)),
        ('abs(@"-P1D")', timedelta(days=1)),
        ('abs(@"-P1M")', Months(1)),
        ('@"2024-02-29" + 1', None),
        ('@"2024-02-29" + @"2024-02-29"', None),
        ('@"P1D" - @"2024-02-29"', None),
        # The clock of Paris goes forward on 31 March 2024: a day later by duration is a day of 24 hours.
        ('@"2024-03-30T12:00:00@Europe/Paris" + @"P1D"', date_and_time_from("2024-03-31T13:00:00@Europe/Paris")),
        ('@"2024-03-31T12:00:00@Europe/Paris" - @"2024-03-30T12:00:00@Europe/Paris"', timedelta(hours=23)),
    ],
)
def test_days_and_times_move_by_durations(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2024-02-29T10:00:00@Europe/Paris" = @"2024-02-29T09:00:00Z"', True),
        ('@"2024-02-29T10:00:00+02:00" < @"2024-02-29T09:00:00Z"', True),
        ('@"2024-02-29T10:00:00" < @"2024-02-29T09:00:00Z"', None),  # a local time stands nowhere in universal time
        ('@"10:00:00+02:00" = @"08:00:00Z"', True),
        ('@"10:00:00" < @"10:00:01"', True),
        ('@"2024-02-29" = @"2024-02-29T00:00:00"', None),
        ('@"2024-02-29" < @"2024-02-29T00:00:00"', None),
        ('@"-0044-03-15" < @"2024-02-29"', True),
        ('@"2024-02-29" < @"10000-01-01"', True),
        ('@"10000-01-01" >= @"9999-12-31"', True),
        ('@"P1D" > @"PT23H"', True),
        ('@"P1D" = @"PT24H"', True),
        ('@"P1Y" > @"P364D"', None),
        ('@"P1Y" = @"P12M"', True),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ('is(@"10:00:00Z", @"12:00:00+02:00")', False),
        ('is(@"10:00:00", @"10:00:00Z")', False),
        ('is(@"2024-02-29", @"10:00:00")', False),
        ('@"2024-02-29" between @"2024-02-01" and @"2024-02-29"', True),
    ],
)
def test_days_and_times_are_compared_where_they_can_be(text: str, value: object) -> None:
    assert value_of(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2024-02-29".weekday', 4),
        ('@"-0044-03-15".year', -44),
        ('@"2024-02-29T10:20:30.5+02:00".hour', 10),
        ('@"2024-02-29T10:20:30+02:00".day', 29),
        ('@"10:20:30".second', 30),
        ('(@"10:20:30-02:00").time offset', timedelta(hours=-2)),
        ('@"2024-07-01T10:00:00@Europe/Paris".time offset', timedelta(hours=2)),
        ('@"2024-07-01T10:00:00@Europe/Paris".timezone', "Europe/Paris"),
        ('@"10:00:00Z".timezone', None),
        ('@"10:00:00".time offset', None),
        ('@"-P1DT2H3M4S".days', -1),
        ('@"-P1DT2H3M4S".hours', -2),
        ('@"P1DT2H3M4S".minutes', 3),
        ('@"P1DT2H3M4S".seconds', 4),
        ('@"P1D".years', None),
        ('@"-P1Y2M".years', -1),
        ('@"P1Y2M".months', 2),
        ('@"2024-02-29".hour', None),
        ('[@"2024-02-29", @"2023-01-01"].year', [2024, 2023]),
        ('day of year(@"2024-12-31")', 366),
        ('day of week(@"2024-02-29")', "Thursday"),
        ('month of year(@"2024-02-29T10:00:00")', "February"),
        ('week of year(@"2021-01-03")', 53),
        ('day of week(@"12024-02-29")', "Thursday"),
        ('years and months duration(@"2011-12-22", @"2013-08-24")', Months(20)),
        ('years and months duration(@"2013-08-24", @"2011-12-22")', Months(-20)),
        ('years and months duration(@"2024-01-31", @"2024-02-29")', Months(0)),
        ('years and months duration(@"2024-01-31", @"2024-01-31T10:00:00")', Months(0)),
        ("week of year(null)", None),
    ],
)
def test_days_and_times_are_taken_apart(text: str, value: object) -> None:
    assert value_of(text) == value


@given(st.dates(), st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
def test_a_day_and_time_moves_there_and_back(day: date, duration: timedelta) -> None:
    moment = DateAndTime(day, FeelTime(3_600_000_000_000, 7200))
    facts = {"at": moment, "by": duration}
    assert compile_expression("at + by - by", facts).evaluate(facts) == moment
    assert compile_expression("at + by - at", facts).evaluate(facts) == duration


@given(
    st.dates(min_value=date(400, 1, 1), max_value=date(9600, 1, 1)), st.integers(-300, 300), st.integers(-3000, 3000)
)
def test_years_beyond_the_calendar_run_like_those_within(day: date, cycles: int, months: int) -> None:
    """The calendar repeats every 400 years, so a day moved by cycles of them behaves as the day itself."""
    far = day_of(day.year + 400 * cycles, day.month, day.day)
    assert far is not None
    assert ordinal_of(far) == day.toordinal() + 146_097 * cycles
    assert day_at(ordinal_of(far)) == far
    assert weekday_of(far) == day.isoweekday()
    near, later = day_months_later(day, months), day_months_later(far, months)
    assert near is not None
    assert later is not None
    assert (later.year - near.year, later.month, later.day) == (400 * cycles, near.month, near.day)


@given(st.integers(-(10**20), 10**20))
def test_a_duration_is_read_as_it_was_written(nanos: int) -> None:
    value = duration_from(f"{'-' if nanos < 0 else ''}PT{abs(nanos) // 10**9}.{abs(nanos) % 10**9:09}S")
    assert value is not None
    written = string_from(value)
    assert written is not None
    assert duration_from(written) == value


def test_the_largest_days_still_have_a_text() -> None:
    assert value_of('string(date("999999999-12-31") + @"P1D")') is None
    assert value_of('string(@"999999999-12-31" - @"-999999999-01-01")') == "P730484999633D"
    assert date_from("999999999-12-31") == FarDate(999_999_999, 12, 31)
