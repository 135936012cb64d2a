"""The built-in functions of FEEL that Recoup reads. Source: OMG DMN 1.4, chapter 10.3.4.

Wrong types give null, as the standard says. Regular expressions (``matches``, ``replace``, ``split``) are left out on
purpose: a rule that needs one cannot be checked for gaps and overlaps, nor run the same in a database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from recoup.tables.feel.values import (
    EXACT,
    NUMBER_TYPES,
    Months,
    Value,
    add,
    date_from,
    duration_from,
    equal,
    kind_of,
    multiply,
    ordered,
    plain_number,
    subtract,
)

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function by its FEEL name, with the fewest and the most arguments it takes (None: any number)."""

    name: str
    compute: Callable[..., Value]
    fewest: int
    most: int | None

    def takes(self, count: int) -> bool:
        """Whether it can be called with that many arguments."""
        return self.fewest <= count and (self.most is None or count <= self.most)

    @property
    def arity(self) -> str:
        """How many arguments it takes, for people."""
        if self.most is None:
            return f"{self.fewest} or more"
        return str(self.fewest) if self.fewest == self.most else f"{self.fewest} to {self.most}"


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
    return EXACT.create_decimal(written) if _NUMBER.fullmatch(written) else None


def string_from(value: object) -> str | None:
    """``string(value)``: how a value is written, numbers without exponent; null stays null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return plain_number(value)
    if isinstance(value, date):
        return value.isoformat() if type(value) is date else None
    if isinstance(value, timedelta | Months):
        return _duration_text(value)
    return value if isinstance(value, str) else None


def _duration_text(duration: timedelta | Months) -> str:
    if isinstance(duration, Months):
        years, months = divmod(abs(duration.count), 12)
        sign = "-" if duration.count < 0 else ""
        return f"{sign}P" + ((f"{years}Y" if years else "") + (f"{months}M" if months else "") or "0M")
    sign, seconds = ("-" if duration < timedelta() else ""), int(abs(duration).total_seconds())
    days, seconds = divmod(seconds, 86_400)
    parts = ((seconds // 3600, "H"), (seconds % 3600 // 60, "M"), (seconds % 60, "S"))
    time = "".join(f"{count}{letter}" for count, letter in parts if count)
    return f"{sign}P" + ((f"{days}D" if days else "") + (f"T{time}" if time else "") or "0D")


def date_of(first: object, month: object = None, day: object = None) -> date | None:
    """``date(text)`` or ``date(year, month, day)``."""
    if isinstance(first, str):
        return date_from(first) if month is None and day is None else None
    if type(first) is date and month is None and day is None:
        return first
    if {type(first), type(month), type(day)} - NUMBER_TYPES:
        return None
    try:
        return date(*(_whole(part) for part in (first, month, day)))
    except (ValueError, OverflowError):
        return None


def _whole(number: object) -> int:
    whole = int(number)  # type: ignore[call-overload]
    if whole != number:
        raise ValueError("not a whole number")
    return int(whole)


def _string_length(text: object) -> int | None:
    return len(text) if isinstance(text, str) else None


def _upper(text: object) -> str | None:
    return text.upper() if isinstance(text, str) else None


def _lower(text: object) -> str | None:
    return text.lower() if isinstance(text, str) else None


def _substring(text: object, start: object, length: object = None) -> str | None:
    if not isinstance(text, str) or type(start) not in NUMBER_TYPES:
        return None
    if length is not None and type(length) not in NUMBER_TYPES:
        return None
    first = int(start)  # type: ignore[call-overload]
    if first == 0 or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = int(length)  # type: ignore[call-overload]
    return text[begin : begin + count] if count >= 1 else None


def _text_test(test: Callable[[str, str], bool]) -> Callable[[object, object], bool | None]:
    def compute(text: object, part: object) -> bool | None:
        return test(text, part) if isinstance(text, str) and isinstance(part, str) else None

    return compute


def _text_part(part_of: Callable[[str, str], str]) -> Callable[[object, object], str | None]:
    def compute(text: object, mark: object) -> str | None:
        return part_of(text, mark) if isinstance(text, str) and isinstance(mark, str) else None

    return compute


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _rounded(mode: str) -> Callable[..., Value]:
    def compute(number: object, places: object = 0) -> Decimal | None:
        if type(number) not in NUMBER_TYPES or type(places) not in NUMBER_TYPES:
            return None
        try:
            unit = Decimal(1).scaleb(-_whole(places))
            return Decimal(number).quantize(unit, rounding=mode, context=EXACT)  # type: ignore[arg-type]
        except (ArithmeticError, ValueError):
            return None

    return compute


def _absolute(value: object) -> Value:
    if type(value) in NUMBER_TYPES or isinstance(value, timedelta):
        return abs(value)  # type: ignore[arg-type]
    return Months(abs(value.count)) if isinstance(value, Months) else None


def _modulo(dividend: object, divisor: object) -> Value:
    if type(dividend) not in NUMBER_TYPES or type(divisor) not in NUMBER_TYPES or divisor == 0:
        return None
    quotient = EXACT.divide(Decimal(dividend), Decimal(divisor))  # type: ignore[arg-type]
    return subtract(dividend, multiply(divisor, quotient.to_integral_value(rounding=ROUND_FLOOR)))


def _items(arguments: tuple[object, ...]) -> Sequence[object]:
    if len(arguments) == 1 and isinstance(arguments[0], list | tuple):
        return arguments[0]
    return arguments


def _furthest(symbol: str) -> Callable[..., Value]:
    def compute(*arguments: object) -> Value:
        items = _items(arguments)
        best = items[0] if items else None
        for item in items[1:]:
            further = ordered(symbol, item, best)
            if further is None:
                return None
            best = item if further else best
        return best if kind_of(best) else None  # type: ignore[return-value]

    return compute


def _sum(*arguments: object) -> Value:
    items = _items(arguments)
    total: Value = items[0] if items and type(items[0]) in NUMBER_TYPES else None  # type: ignore[assignment]
    for item in items[1:]:
        total = add(total, item) if type(item) in NUMBER_TYPES and total is not None else None
    return total


def _count(items: object) -> int | None:
    return len(items) if isinstance(items, list | tuple) else None


def _list_contains(items: object, element: object) -> bool | None:
    if not isinstance(items, list | tuple):
        return None
    return any(equal(item, element) for item in items)


def _duration(text: object) -> timedelta | Months | None:
    return duration_from(text) if isinstance(text, str) else None


def _negated(value: object) -> bool | None:
    return (not value) if isinstance(value, bool) else None


#: Every function that an expression may call, by its FEEL name.
BUILTINS: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        Builtin("not", _negated, 1, 1),
        Builtin("number", number_from, 1, 3),
        Builtin("string", string_from, 1, 1),
        Builtin("date", date_of, 1, 3),
        Builtin("duration", _duration, 1, 1),
        Builtin("string length", _string_length, 1, 1),
        Builtin("upper case", _upper, 1, 1),
        Builtin("lower case", _lower, 1, 1),
        Builtin("substring", _substring, 2, 3),
        Builtin("substring before", _text_part(_before), 2, 2),
        Builtin("substring after", _text_part(_after), 2, 2),
        Builtin("contains", _text_test(lambda text, part: part in text), 2, 2),
        Builtin("starts with", _text_test(str.startswith), 2, 2),
        Builtin("ends with", _text_test(str.endswith), 2, 2),
        Builtin("abs", _absolute, 1, 1),
        Builtin("floor", _rounded(ROUND_FLOOR), 1, 2),
        Builtin("ceiling", _rounded(ROUND_CEILING), 1, 2),
        Builtin("decimal", _rounded(ROUND_HALF_EVEN), 2, 2),
        Builtin("modulo", _modulo, 2, 2),
        Builtin("min", _furthest("<"), 1, None),
        Builtin("max", _furthest(">"), 1, None),
        Builtin("sum", _sum, 1, None),
        Builtin("count", _count, 1, 1),
        Builtin("list contains", _list_contains, 2, 2),
    )
}
#: Functions whose answer is a condition: alone in a unary test they decide it.
CONDITIONS = frozenset({"not", "contains", "starts with", "ends with", "list contains"})
