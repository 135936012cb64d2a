"""The classes of FEEL's values, and the exact arithmetic they share. Source: OMG DMN 1.5, chapter 10.3.2.

A number is a Decimal or an int, a string a str, a boolean a bool. A day is a ``date`` (or a FarDate beyond the years
that Python holds), a time a FeelTime, a day with a time a DateAndTime. A duration of days is a timedelta (or a
LongDuration where that is too coarse or too short), a duration of years and months a Months. A list is a list or tuple,
a context a mapping, a range a FeelRange, a function a FeelFunction. A fact of any other type (a float above all: money
and counts are exact) takes part in nothing and gives null.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Clamped, Context, Decimal, Inexact, Rounded, Subnormal, Underflow
from typing import Any, TypeAlias

from recoup.tables.feel.types import ANY, FeelType

# decimal128 of IEEE 754-2008, the arithmetic that FEEL prescribes; what does not fit raises and becomes null.
EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
for _harmless in (Clamped, Inexact, Rounded, Subnormal, Underflow):
    EXACT.traps[_harmless] = False

#: Longest text and list that an expression may make; one that would be longer is null.
TEXT_RESULT_MAX = 1_000_000
LIST_RESULT_MAX = 1_000_000
NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months."""

    count: int


@dataclass(frozen=True, slots=True)
class LongDuration:
    """A duration of days that no timedelta holds, in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True)
class FarDate:
    """A day of the proleptic Gregorian calendar before the year 1 or after 9999; compares with a ``date``."""

    year: int
    month: int
    day: int

    def __lt__(self, other: FarDate | date) -> bool:
        return self.parts < (other.year, other.month, other.day)

    def __le__(self, other: FarDate | date) -> bool:
        return self.parts <= (other.year, other.month, other.day)

    def __gt__(self, other: FarDate | date) -> bool:
        return self.parts > (other.year, other.month, other.day)

    def __ge__(self, other: FarDate | date) -> bool:
        return self.parts >= (other.year, other.month, other.day)

    @property
    def parts(self) -> tuple[int, int, int]:
        """Year, month, day."""
        return self.year, self.month, self.day


Day: TypeAlias = date | FarDate


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day in nanoseconds since midnight, with its offset from UTC in seconds or its zone's id, or neither."""

    nanos: int
    offset: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class DateAndTime:
    """A day and a time of it."""

    day: Day
    time: FeelTime


@dataclass(frozen=True, slots=True)
class FeelRange:
    """A range as a value; None for an end is no bound on that side (null cannot be an end)."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function as a value: takes its arguments by position. ``types`` and ``result`` are Any where undeclared.

    ``most`` and ``fewest`` say how many arguments it takes; a function of the model's takes as many as parameters.
    """

    parameters: tuple[str, ...]
    compute: Callable[..., Any]
    types: tuple[FeelType, ...] = ()
    result: FeelType = ANY
    name: str = ""


Value: TypeAlias = (
    "bool | int | Decimal | str | Day | FeelTime | DateAndTime | timedelta | LongDuration | Months | FeelRange"
    " | FeelFunction | Sequence[Value] | Mapping[str, Value] | None"
)
Facts: TypeAlias = Mapping[str, object]

KINDS: dict[type, str] = {
    Decimal: "number",
    int: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    FarDate: "date",
    FeelTime: "time",
    DateAndTime: "date and time",
    timedelta: "days duration",
    LongDuration: "days duration",
    Months: "months duration",
    list: "list",
    tuple: "list",
    dict: "context",
    FeelRange: "range",
    FeelFunction: "function",
}
#: Kinds whose Python values compare as they are; the others are compared by ``comparing``.
PLAINLY_ORDERED = frozenset({"number", "string", "date", "months duration"})
NUMBER_TYPES = frozenset({Decimal, int})
DAY_TYPES = frozenset({date, FarDate})
DURATION_TYPES = frozenset({timedelta, LongDuration})

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def kind_of(value: object) -> str | None:
    """FEEL's name for the type of a value; None for null and for what is no value of FEEL."""
    kind = KINDS.get(type(value))
    return "context" if kind is None and isinstance(value, Mapping) else kind


def nanos_of(duration: timedelta | LongDuration) -> int:
    """A duration of days in nanoseconds."""
    if isinstance(duration, LongDuration):
        return duration.nanos
    return (duration.days * 86_400 + duration.seconds) * NANOS + duration.microseconds * 1000


#: Longest duration in nanoseconds: that of the years that a date may have, both ways.
DURATION_NANOS_MAX = 4_000_000_000 * 366 * DAY_NANOS
_TIMEDELTA_NANOS_MAX = 999_999_999 * DAY_NANOS


def duration_of(nanos: int) -> timedelta | LongDuration | None:
    """The duration of so many nanoseconds; None beyond what years can hold."""
    if nanos % 1000 == 0 and abs(nanos) <= _TIMEDELTA_NANOS_MAX:
        return timedelta(microseconds=nanos // 1000)
    return LongDuration(nanos) if abs(nanos) <= DURATION_NANOS_MAX else None


def seconds_of(duration: timedelta | LongDuration) -> Decimal:
    """A duration of days in seconds, exact to 34 digits."""
    return EXACT.divide(Decimal(nanos_of(duration)), Decimal(NANOS))


def whole(number: object) -> int | None:
    """A number without fraction as an int; None for any other and for one of more than 40 digits."""
    if type(number) is int:
        return number
    if not isinstance(number, Decimal) or number.adjusted() > 40:
        return None
    found = int(number)
    return found if found == number else None


def exactly(operation: Callable[..., Decimal], *operands: object) -> Decimal | None:
    """An operation of ``EXACT``; None where its result does not fit or does not exist."""
    try:
        return operation(*operands)
    except (ArithmeticError, ValueError):
        return None


def plain_number(number: int | Decimal) -> str:
    """A number without exponent and without idle zeros after the point: ``1.50`` is ``1.5``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
