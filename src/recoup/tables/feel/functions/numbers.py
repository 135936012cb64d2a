"""Functions of numbers. Source: OMG DMN 1.5, chapter 10.3.4.5."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from recoup.tables.feel.arithmetic import opposite
from recoup.tables.feel.functions.signatures import builtin
from recoup.tables.feel.kinds import EXACT, LongDuration, Months, Value, exactly, whole

_SCALES = range(-6111, 6177)


def rounded(mode: str) -> Callable[..., Value]:
    """A function that rounds a number to so many decimal places in one of decimal's ways; null beyond 34 digits."""

    def compute(number: Any, scale: Any = 0) -> Decimal | None:
        places = whole(scale)
        if places is None or places not in _SCALES:
            return None
        exact = Decimal(number)
        if -exact.as_tuple().exponent <= places:  # type: ignore[operator]
            return EXACT.plus(exact)
        return exactly(lambda: exact.quantize(Decimal(1).scaleb(-places, EXACT), rounding=mode, context=EXACT))

    return compute


def _absolute(value: Any) -> Value:
    if isinstance(value, Months):
        return Months(abs(value.count))
    if isinstance(value, LongDuration):
        return LongDuration(abs(value.nanos))
    if isinstance(value, timedelta):
        return opposite(value) if value < timedelta() else value
    return EXACT.abs(Decimal(value))


def _modulo(dividend: Any, divisor: Any) -> Value:
    """The dividend less the divisor times the floor of their quotient; null beyond quotients of 34 digits."""
    rest = exactly(EXACT.remainder, dividend, divisor) if divisor != 0 else None
    if rest is None:
        return None
    return EXACT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else EXACT.plus(rest)


def _parity(wanted: int) -> Callable[[Any], Value]:
    def compute(number: Any) -> bool | None:
        # A number of more than 34 digits ends in zeros, so it is even.
        rest = exactly(EXACT.remainder, Decimal(number), Decimal(2)) or Decimal(0)
        return abs(int(rest)) == wanted if rest == int(rest) else None

    return compute


def _exponential(number: Any) -> Value:
    return exactly(EXACT.exp, Decimal(number))


def _logarithm(number: Any) -> Value:
    return exactly(EXACT.ln, Decimal(number)) if number > 0 else None


def _root(number: Any) -> Value:
    return exactly(EXACT.sqrt, Decimal(number)) if number >= 0 else None


_BY_SCALE = {
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
    "decimal": ROUND_HALF_EVEN,
}

FUNCTIONS = (
    *(builtin(name, ("n: number, scale: number", rounded(mode))) for name, mode in _BY_SCALE.items()),
    builtin("floor", ("n: number, scale?: number", rounded(ROUND_FLOOR))),
    builtin("ceiling", ("n: number, scale?: number", rounded(ROUND_CEILING))),
    builtin("abs", ("n: number", _absolute), ("n: duration", _absolute)),
    builtin("modulo", ("dividend: number, divisor: number", _modulo)),
    builtin("sqrt", ("number: number", _root)),
    builtin("log", ("number: number", _logarithm)),
    builtin("exp", ("number: number", _exponential)),
    builtin("odd", ("number: number", _parity(1))),
    builtin("even", ("number: number", _parity(0))),
)
