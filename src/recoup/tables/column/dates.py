"""Dates and durations in columns. A duration is a whole number: of seconds, or of months."""

from __future__ import annotations

from recoup.tables.column import logic
from recoup.tables.column.build import Build
from recoup.tables.column.fragments import Refusal, Sql, sql, sure
from recoup.tables.column.terms import UNKNOWN, Known, Number, Scalar, Term, is_number, type_of
from recoup.tables.dialects import NotWritable
from recoup.tables.feel import types
from recoup.tables.feel.kinds import DAY_NANOS, Months, nanos_of
from recoup.tables.feel.types import Simple

DAY_SECONDS = 86_400
_DURATIONS = (types.DAYS_DURATION, types.MONTHS_DURATION)
_DAY_PARTS = {"year": 4, "month": 2, "day": 2}


def calculated(build: Build, operator: str, left: Term, right: Term) -> Term:
    """``+ - * /`` with a date or a duration on at least one side; null for kinds that do not go together."""
    one, other = type_of(left), type_of(right)
    if operator in ("*", "/"):
        return _scaled(operator, left, right)
    if operator == "+" and one in _DURATIONS and other == types.DATE:
        left, right, one, other = right, left, other, one
    if one == types.DATE and other in _DURATIONS:
        return _moved(build, left, right, minus=operator == "-")
    if one == other == types.DATE and operator == "-":
        return _between(build, left, right)
    if one == other and one in _DURATIONS:
        return _joined(build, operator, left, right)
    clocks = (types.TIME, types.DATE_AND_TIME)
    if one in clocks or other in clocks:
        raise Refusal("arithmetic on times")
    return UNKNOWN


def _between(build: Build, left: Term, right: Term) -> Term:
    later, earlier = logic.written(build, left), logic.written(build, right)
    days = Sql(build.dialect.days_between(later.text, earlier.text), max(later.level, earlier.level))
    return Scalar(sql(f"({{}} * {DAY_SECONDS})", days), types.DAYS_DURATION, days=True)


def _moved(build: Build, day: Term, duration: Term, *, minus: bool) -> Term:
    column, sign = logic.written(build, day), "-" if minus else ""
    if type_of(duration) == types.MONTHS_DURATION:
        count = sql(f"({sign}{{}})", logic.written(build, duration))
        later = build.dialect.months_later(column.text, count.text)
    else:
        count = sql(f"({sign}{{}})", _days(build, duration))
        later = build.dialect.days_later(column.text, count.text)
    return Scalar(Sql(later, max(column.level, count.level)), types.DATE)


def _days(build: Build, duration: Term) -> Sql:
    """A duration in days. Raises Refusal for one that may hold hours: where midnight falls is a matter of sign."""
    if isinstance(duration, Known):
        nanos = nanos_of(duration.value)
        if nanos % DAY_NANOS == 0:
            return Sql(build.dialect.whole(nanos // DAY_NANOS))
    elif isinstance(duration, Scalar) and duration.days:
        return sql(f"CAST({{}} / {DAY_SECONDS} AS {build.dialect.whole_type})", duration.sql)
    raise Refusal("a date and a duration that may have hours")


def _joined(build: Build, operator: str, left: Term, right: Term) -> Term:
    parts = (logic.written(build, left), logic.written(build, right))
    kind = type_of(left)
    kind = sure(kind, Simple)
    return Scalar(sql(f"({{}} {operator} {{}})", *parts), kind, days=_is_days(left) and _is_days(right))


def _is_days(duration: Term) -> bool:
    if isinstance(duration, Known):
        return isinstance(duration.value, Months) or nanos_of(duration.value) % DAY_NANOS == 0
    return isinstance(duration, Scalar) and duration.days


def _scaled(operator: str, left: Term, right: Term) -> Term:
    """A duration times a constant whole number; what else FEEL allows is cut off in ways that are refused."""
    if operator == "*" and is_number(left):
        left, right = right, left
    if type_of(left) not in _DURATIONS or not (is_number(right) or type_of(right) in _DURATIONS):
        return UNKNOWN
    factor = right.value if isinstance(right, Known) and is_number(right) else None
    if operator == "*" and factor is not None and factor == int(factor) and abs(factor) < 100_000:
        left = sure(left, Scalar)
        return Scalar(sql(f"({{}} * {int(factor)})", left.sql), left.type, days=left.days)
    raise Refusal("a duration times or by a number that is no small whole constant")


def part_of(build: Build, term: Scalar, part: str) -> Term:
    """``.year``, ``.weekday`` … of a date, ``.days``, ``.months`` … of a duration; null where there is no such part."""
    if term.type == types.DATE:
        return _date_part(build, term, part)
    if term.type == types.DAYS_DURATION:
        sizes = {"days": (DAY_SECONDS, 0), "hours": (3600, 24), "minutes": (60, 60), "seconds": (1, 60)}
        return _duration_part(build, term, sizes.get(part))
    if term.type == types.MONTHS_DURATION:
        return _duration_part(build, term, {"years": (12, 0), "months": (1, 12)}.get(part))
    if term.type == types.STRING:
        return UNKNOWN
    raise Refusal("a part of a time", part)


def _date_part(build: Build, term: Scalar, part: str) -> Term:
    if part in _DAY_PARTS:
        found = build.dialect.part(part, term.sql.text)
        return Number(Sql(found, term.sql.level), _DAY_PARTS[part], 0, whole=True)
    if part == "weekday":
        return Number(Sql(build.dialect.weekday(term.sql.text), term.sql.level), 1, 0, whole=True)
    if part in ("hour", "minute", "second", "timezone", "time offset"):
        raise Refusal("the time of a date", part)
    return UNKNOWN


def _duration_part(build: Build, term: Scalar, size: tuple[int, int] | None) -> Term:
    if size is None:
        return UNKNOWN
    unit, wrap = size
    units = _cut(build, sql("abs({})", term.sql), unit)
    counted = sql(f"({{}} % {wrap})", units) if wrap else units
    signed = sql("(CASE WHEN {} < 0 THEN -1 ELSE 1 END * {})", term.sql, counted)
    return Number(sql(f"CAST({{}} AS {build.dialect.whole_type})", signed), 18, 0, whole=True)


def _cut(build: Build, number: Sql, unit: int) -> Sql:
    """The whole part of a number that is not negative over a unit."""
    if unit == 1:
        return number
    rest = sql(f"({{}} - {{}} % {unit})", number, number)
    return sql(f"CAST({{}} / {unit} AS {build.dialect.whole_type})", rest)


def day_number(build: Build, function: str, day: Term) -> Term:
    """``day of year`` and ``week of year`` as numbers."""
    if type_of(day) != types.DATE:
        raise Refusal(f"{function} of what is no date")
    word = {"day of year": "doy", "week of year": "week"}[function]
    column = logic.written(build, day)
    return Number(Sql(build.dialect.part(word, column.text), column.level), 3, 0, whole=True)


def named(build: Build, function: str, day: Term) -> Term:
    """``day of week`` and ``month of year`` by their English names."""
    if type_of(day) != types.DATE:
        raise Refusal(f"{function} of what is no date")
    names, part = (_DAYS, "weekday") if function == "day of week" else (_MONTHS, "month")
    day = sure(day, Scalar)
    number = _date_part(build, day, part)
    number = sure(number, Number)
    arms = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(names, 1))
    return Scalar(sql(f"CASE {{}} {arms} END", number.sql), types.STRING)


def months_between(build: Build, earlier: Term, later: Term) -> Term:
    """``years and months duration(from, to)``: whole months, towards zero."""
    if type_of(earlier) != types.DATE or type_of(later) != types.DATE:
        raise Refusal("years and months duration of what is no two dates")
    parts = []
    for day in (earlier, later):
        column = logic.written(build, day)
        year, month, number = (Sql(build.dialect.part(p, column.text), column.level) for p in ("year", "month", "day"))
        parts.append((build.bind(sql("({} * 12 + {})", year, month)), build.bind(number)))
    (first, first_day), (last, last_day) = parts
    count = build.bind(sql("({} - {})", last, first))
    cut = sql(
        "CASE WHEN {} > 0 AND {} < {} THEN {} - 1 WHEN {} < 0 AND {} > {} THEN {} + 1 ELSE {} END",
        *(count, last_day, first_day, count, count, last_day, first_day, count, count),
    )
    return Scalar(cut, types.MONTHS_DURATION, days=True)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ = NotWritable
