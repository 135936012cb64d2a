"""Division in columns.

A quotient has endlessly many digits; FEEL keeps 34 of them, a column fewer. It is therefore kept as a pair, and

- compared by multiplying out, which is exact, where FEEL's own rounding to 34 digits cannot turn the comparison;
- rounded (``decimal``, ``floor`` …) and written down half-even by division of whole numbers, with at most 18 decimals
  and never so many that FEEL's 34 digits could round the other way;
- added to exact numbers, multiplied or divided by constants whose inverse is a decimal: what hits a boundary exactly
  then does so in FEEL too. Anything else is refused: ``1 / 3 * 3`` is not 1 in FEEL.

Why 33: two different decimals of which the quotient is one and the boundary the other differ by at least one unit in
the whole numbers that stand in for them; FEEL's rounding moves the quotient by half a unit of its 34th digit.
"""

from __future__ import annotations

from decimal import Decimal

from recoup.tables.column.build import Build
from recoup.tables.column.fragments import Refusal, Sql, all_of, some_of, sql, sure
from recoup.tables.column.numbers import (
    MIRRORED,
    added,
    as_decimal,
    constant,
    exact,
    fitted,
    multiplied,
    plain_of,
)
from recoup.tables.column.terms import UNKNOWN, Double, Known, Number, Quotient, Term, Truth
from recoup.tables.dialects import NotWritable
from recoup.tables.dialects.base import DIGITS_MAX

#: Digits within which FEEL's rounding to 34 cannot turn a comparison.
SAFE_DIGITS = 33
#: The most decimals that are written down of a quotient, and the fewest that are worth it.
SCALE_MAX, SCALE_MIN = 18, 4


def inverse(value: Decimal | int) -> Decimal | None:
    """One over a constant, where that has an end: for 2, 4, 5, 8, 10, 100 …"""
    number = plain_of(value)
    _, figures, exponent = number.as_tuple()
    rest, twos, fives = int("".join(map(str, figures))), 0, 0
    if rest == 0:
        return None
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 18:
        return None
    sign = -1 if number < 0 else 1
    return Decimal(sign * 2 ** (places - twos) * 5 ** (places - fives)).scaleb(-places - int(exponent))


def divided(build: Build, left: Term, right: Term) -> Term:
    """``left / right``; null where the divisor is 0."""
    if isinstance(right, Known):
        if right.value == 0:
            return UNKNOWN
        if (factor := inverse(right.value)) is not None:
            return _times(build, left, factor)
    if isinstance(right, Quotient):
        raise Refusal("a division by a quotient")
    divisor = exact(build, right)
    if isinstance(left, Quotient):
        return Quotient(left.top, _divisor(build, multiplied(build, left.bottom, divisor)))
    return Quotient(exact(build, left), _divisor(build, divisor))


def _divisor(build: Build, number: Number) -> Number:
    """The divisor with null in the place of 0."""
    zero = Number(sql("nullif({}, 0)", number.sql), number.precision, number.scale, whole=number.whole)
    return Number(build.bind(zero.sql), zero.precision, zero.scale, whole=zero.whole)


def _times(build: Build, term: Term, factor: Decimal) -> Term:
    if isinstance(term, Quotient):
        return Quotient(multiplied(build, term.top, constant(build, factor)), term.bottom)
    return multiplied(build, exact(build, term), constant(build, factor))


def calculated(build: Build, operator: str, left: Term, right: Term) -> Term:
    """``+ - *`` with a quotient on one side, where FEEL's own rounding cannot show."""
    if isinstance(left, Quotient) and isinstance(right, Quotient):
        raise Refusal("arithmetic on two quotients: their roundings cannot be followed")
    quotient, other = (left, right) if isinstance(left, Quotient) else (right, left)
    quotient = sure(quotient, Quotient)
    if operator == "*":
        if isinstance(other, Known) and inverse(other.value) is not None:
            return _times(build, quotient, Decimal(other.value))
        raise Refusal("a product of a quotient: multiply first and divide last, or round it")
    raised = multiplied(build, exact(build, other), quotient.bottom)
    first, second = (quotient.top, raised) if isinstance(left, Quotient) else (raised, quotient.top)
    return Quotient(added(build, first, second, minus=operator == "-"), quotient.bottom)


def _check_digits(quotient: Quotient, *, scale: int) -> None:
    """Raises Refusal where a boundary with that many decimals could fall between two of FEEL's numbers."""
    raised = quotient.bottom.scale - quotient.top.scale + scale
    if quotient.top.precision + max(0, raised) > SAFE_DIGITS:
        raise Refusal("a quotient of numbers with so many digits that rounding to 34 digits could show")


def compared(build: Build, operator: str, left: Term, right: Term) -> Term:
    """A comparison of a quotient with an exact number, by multiplying out."""
    if isinstance(left, Quotient) and isinstance(right, Quotient):
        raise Refusal("a comparison of two quotients")
    if not isinstance(left, Quotient):
        return compared(build, MIRRORED[operator], right, left)
    if isinstance(right, Double):
        right = exact(build, right)
    limit = exact(build, right)
    _check_digits(left, scale=limit.scale)
    top, product = _alike(build, left.top, multiplied(build, limit, left.bottom))
    if operator in ("=", "!="):
        return _equal(operator, top, product, left, limit)
    straight, turned = sql(f"{{}} {operator} {{}}", top, product), sql(f"{{}} {operator} {{}}", product, top)
    answer = build.bind(sql("CASE WHEN {} > 0 THEN {} ELSE {} END", left.bottom.sql, straight, turned))
    return Truth(answer, answer, sql("(NOT {})", answer))


def _equal(operator: str, top: Sql, product: Sql, quotient: Quotient, limit: Number) -> Term:
    both_null = all_of(
        [
            some_of([sql("{} IS NULL", quotient.top.sql), sql("{} IS NULL", quotient.bottom.sql)]),
            sql("{} IS NULL", limit.sql),
        ]
    )
    same = sql("coalesce({} = {}, {})", top, product, both_null)
    differs = sql("(NOT {})", same)
    return Truth(same, same, differs) if operator == "=" else Truth(differs, differs, same)


def _alike(build: Build, left: Number, right: Number) -> tuple[Sql, Sql]:
    scale = max(left.scale, right.scale)
    precision = min(max(left.precision - left.scale, right.precision - right.scale) + scale, DIGITS_MAX)
    first, second = (as_decimal(build, each, precision=precision, scale=scale) for each in (left, right))
    return first, second


def written_down(build: Build, quotient: Quotient) -> Number:
    """The quotient with as many decimals, at most 18, as FEEL's 34 digits vouch for, rounded half-even."""
    scale = min(SCALE_MAX, SAFE_DIGITS - 1 - quotient.top.precision - quotient.bottom.scale + quotient.top.scale)
    if scale < SCALE_MIN:
        raise Refusal("a quotient of numbers with so many digits that few decimals would be certain: round it")
    return rounded(build, quotient, scale=scale, mode="half even")


def rounded(build: Build, quotient: Quotient, *, scale: int, mode: str) -> Number:
    """The quotient with ``scale`` decimals; ``mode`` as in ``rounding``. Exact: whole numbers are divided."""
    if scale < 0:
        raise Refusal("a quotient rounded to tens")
    _check_digits(quotient, scale=scale + 1)
    shift = scale + quotient.bottom.scale - quotient.top.scale
    top = _whole(build, quotient.top, shift=max(0, shift))
    bottom = _whole(build, quotient.bottom, shift=max(0, -shift))
    try:
        whole = build.bind(_sql(build.dialect.whole_quotient(top.text, bottom.text), top, bottom))
        rest = build.bind(_sql(build.dialect.remainder(top.text, bottom.text), top, bottom))
    except NotWritable as error:
        raise Refusal(str(error)) from error
    away = _away(build, mode, whole, rest, bottom, top)
    sign = sql("CASE WHEN ({} < 0) = ({} < 0) THEN 1 ELSE -1 END", top, bottom)
    result = build.bind(sql("({} + CASE WHEN {} THEN {} ELSE 0 END)", whole, away, sign))
    precision = quotient.top.precision + max(0, shift) + 1
    wide = min(precision, DIGITS_MAX)
    decimal = sql("CAST({} AS {})", result, build.dialect.decimal_type(wide, 0))
    unit = build.dialect.number(Decimal(1).scaleb(-scale), max(scale, 1), scale)
    if not scale:
        return fitted(build, decimal, precision, 0)
    return fitted(build, sql("({} * {})", decimal, unit), min(precision, 34), scale)


def _sql(text: str, *parts: Sql) -> Sql:
    return Sql(text, max(part.level for part in parts))


def _whole(build: Build, number: Number, *, shift: int) -> Sql:
    """The digits of a number, ``shift`` more of them, as a whole number in a column."""
    kind = build.dialect.decimal_type(DIGITS_MAX, 0)
    digits = number.sql
    if number.scale:
        # A decimal times a power of ten loses nothing as a whole number: what is left behind the point is zeros.
        wide = as_decimal(build, number, precision=DIGITS_MAX, scale=number.scale)
        digits = sql("({} * {})", wide, str(10**number.scale))
    whole = sql("CAST({} AS {})", digits, kind)
    return build.bind(sql("({} * {})", whole, str(10**shift)) if shift else whole)


def _away(build: Build, mode: str, whole: Sql, rest: Sql, bottom: Sql, top: Sql) -> Sql:
    """Whether the quotient cut towards zero must be moved one unit away from zero."""
    del build
    twice = sql("abs({}) * 2", rest)
    size = sql("abs({})", bottom)
    if mode == "half even":
        odd = sql("(abs({}) % 2 = 1)", whole)
        return sql("({} > {} OR ({} = {} AND {}))", twice, size, twice, size, odd)
    if mode == "half up":
        return sql("({} >= {})", twice, size)
    if mode == "half down":
        return sql("({} > {})", twice, size)
    if mode == "down":
        return Sql("FALSE")
    uneven = sql("{} <> 0", rest)
    if mode == "up":
        return uneven
    negative = sql("({} < 0) <> ({} < 0)", top, bottom)
    return sql("({} AND ({}))" if mode == "floor" else "({} AND NOT ({}))", uneven, negative)
