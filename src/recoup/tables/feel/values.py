"""Values of FEEL and what its operators do with them. Source: OMG DMN 1.4, chapter 10.3.2.

A number is a Decimal or an int, a date a date, a duration of days a timedelta, a duration of years and months a Months.
A fact of any other type (a float above all: money and counts are exact) takes part in nothing and gives null.
"""

from __future__ import annotations

import operator
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Clamped, Context, Decimal, Inexact, Rounded, Subnormal, Underflow
from typing import Any, TypeAlias

# decimal128 of IEEE 754-2008, the arithmetic that FEEL prescribes; what does not fit raises and becomes null.
EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
for _harmless in (Clamped, Inexact, Rounded, Subnormal, Underflow):
    EXACT.traps[_harmless] = False


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months."""

    count: int


Value: TypeAlias = (
    "bool | int | Decimal | str | date | timedelta | Months | Sequence[Value] | Mapping[str, Value] | None"
)
Facts: TypeAlias = Mapping[str, object]

_KINDS: dict[type, str] = {
    Decimal: "number",
    int: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    timedelta: "days duration",
    Months: "months duration",
    list: "list",
    tuple: "list",
}
_ORDERED = frozenset({"number", "string", "date", "days duration", "months duration"})
NUMBER_TYPES = frozenset({Decimal, int})

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def kind_of(value: object) -> str | None:
    """FEEL's name for the type of a value; None for null and for what is no value of FEEL."""
    return _KINDS.get(type(value))


def equal(left: object, right: object) -> bool | None:
    """``left = right``: null equals only null, different kinds give null."""
    if left is None or right is None:
        return left is right
    kind = _KINDS.get(type(left))
    if kind is None or kind != _KINDS.get(type(right)):
        return None
    if kind == "list":
        return _equal_lists(left, right)  # type: ignore[arg-type]
    return left == right


def _equal_lists(left: Sequence[object], right: Sequence[object]) -> bool:
    return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))


def ordered(symbol: str, left: object, right: object) -> bool | None:
    """``left < right`` and its like: null unless both are of one kind that has an order."""
    kind = _KINDS.get(type(left))
    if kind not in _ORDERED or kind != _KINDS.get(type(right)):
        return None
    return ORDERINGS[symbol](left, right)


def both(left: object, right: object) -> bool | None:
    """``left and right`` in three values; what is no boolean counts as unknown."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: object, right: object) -> bool | None:
    """``left or right`` in three values; what is no boolean counts as unknown."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negated(value: object) -> bool | None:
    """``not(value)``: null for all that is no boolean."""
    return (not value) if isinstance(value, bool) else None


def add(left: object, right: object) -> Value:
    """``left + right``: numbers, strings, dates with durations, durations; null for anything else."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return _exactly(EXACT.add, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, date):
        return _moved(left, right, 1)
    if isinstance(right, date):
        return _moved(right, left, 1)
    return _joined_durations(left, right, 1)


def subtract(left: object, right: object) -> Value:
    """``left - right``: numbers, two dates (days between), a date less a duration, durations; else null."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return _exactly(EXACT.subtract, left, right)
    if type(left) is date:
        return left - right if type(right) is date else _moved(left, right, -1)
    return _joined_durations(left, right, -1)


def multiply(left: object, right: object) -> Value:
    """``left * right``: numbers, or a duration and a number; else null."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return _exactly(EXACT.multiply, left, right)
    if type(right) in NUMBER_TYPES:
        return _scaled(left, right, EXACT.multiply)
    return _scaled(right, left, EXACT.multiply) if type(left) in NUMBER_TYPES else None


def divide(left: object, right: object) -> Value:
    """``left / right``: numbers, a duration by a number, two durations of one kind; null when the divisor is 0."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return _exactly(EXACT.divide, left, right)
    if type(right) in NUMBER_TYPES:
        return _scaled(left, right, EXACT.divide)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _exactly(EXACT.divide, _seconds(left), _seconds(right))
    if isinstance(left, Months) and isinstance(right, Months):
        return _exactly(EXACT.divide, left.count, right.count)
    return None


def power(left: object, right: object) -> Value:
    """``left ** right`` of two numbers; null for anything else and for what does not fit."""
    if type(left) in NUMBER_TYPES and type(right) in NUMBER_TYPES:
        return _exactly(EXACT.power, left, right)
    return None


def opposite(value: object) -> Value:
    """``-value`` of a number or a duration; else null."""
    if type(value) in NUMBER_TYPES:
        return _exactly(EXACT.subtract, 0, value)
    if isinstance(value, timedelta):
        return -value
    return Months(-value.count) if isinstance(value, Months) else None


ARITHMETIC: dict[str, Callable[[object, object], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def _exactly(operation: Callable[..., Decimal], left: object, right: object) -> Decimal | None:
    try:
        return operation(left, right)
    except ArithmeticError:
        return None


def _moved(day: date, duration: object, sign: int) -> date | None:
    if type(day) is not date:
        return None
    try:
        if isinstance(duration, timedelta):
            return day + sign * duration
        return months_later(day, sign * duration.count) if isinstance(duration, Months) else None
    except (OverflowError, ValueError):
        return None


def months_later(day: date, count: int) -> date:
    """The same day of the month ``count`` months later, or that month's last day where it is shorter.

    Raises ValueError beyond the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise ValueError("year is out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _joined_durations(left: object, right: object, sign: int) -> Value:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        try:
            return left + sign * right
        except OverflowError:
            return None
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.count + sign * right.count)
    return None


def _seconds(duration: timedelta) -> Decimal:
    return EXACT.divide(Decimal(duration // timedelta(microseconds=1)), Decimal(1_000_000))


def _scaled(duration: object, number: object, operation: Callable[..., Decimal]) -> Value:
    try:
        if isinstance(duration, timedelta):
            return timedelta(seconds=int(operation(_seconds(duration), number)))
        return Months(int(operation(duration.count, number))) if isinstance(duration, Months) else None
    except (ArithmeticError, OverflowError):
        return None


_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
)


def date_from(text: str) -> date | None:
    """The day written as ``2005-10-01``; None when it is not written so or does not exist."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def duration_from(text: str) -> timedelta | Months | None:
    """The duration written as ``P1Y2M`` or ``P3DT4H``; None when it is not one, or mixes months with days."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]) or text.endswith("T"):
        return None
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found.group(1) else 1
    if found.group(2) or found.group(3):
        return None if any(found.groups()[3:]) else Months(sign * (years * 12 + months))
    try:
        return sign * timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


def plain_number(number: int | Decimal) -> str:
    """A number without exponent and without idle zeros after the point: ``1.50`` is ``1.5``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
