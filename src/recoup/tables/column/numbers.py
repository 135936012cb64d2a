"""Arithmetic of columns: exact, or an error of the database, or a refusal; never a figure that is a little wrong.

FEEL counts in 34 digits. Sums, differences and products of columns keep every digit; what could need more than 34 is
checked by the database, which then fails. Dividing is described in ``quotients``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from recoup.tables.column.build import Build
from recoup.tables.column.fragments import FALSE, NULL, Refusal, Sql, all_of, sql, sure
from recoup.tables.column.terms import UNKNOWN, Double, Known, Number, Quotient, Term, Truth
from recoup.tables.dialects import NotWritable
from recoup.tables.dialects.base import DIGITS_MAX

#: Digits of FEEL's numbers (decimal128).
DIGITS = 34
#: Digits that must be left before the point where the database is to see whether a result fits.
ROOM_MIN = 12
#: Decimals that are kept of a number of floating point when it takes part in arithmetic.
DOUBLE_SCALE = 15
#: Largest exponent that is written out as a product.
EXPONENT_MAX = 8
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def digits_of(value: Decimal | int) -> tuple[int, int]:
    """Precision and scale that hold a constant exactly."""
    plain = plain_of(value)
    _, figures, exponent = plain.as_tuple()
    scale = -int(exponent)
    return max(len(figures), scale, 1), scale


def plain_of(value: Decimal | int) -> Decimal:
    """The same number without idle zeros after the point and without a positive exponent."""
    number = Decimal(value)
    _, figures, exponent = number.as_tuple()
    places = -int(exponent)
    while places > 0 and figures and figures[-1] == 0:
        figures, places = figures[:-1], places - 1
    if not any(figures):
        return Decimal(0)
    if places < 0:
        if places < -6200:
            raise Refusal("a number too large for a column", str(value))
        figures, places = figures + (0,) * -places, 0
    return Decimal((number.as_tuple().sign, figures, -places))


def constant(build: Build, value: Decimal | int) -> Number:
    """A constant as a column would hold it."""
    precision, scale = digits_of(value)
    if precision > DIGITS_MAX:
        raise Refusal(f"a constant of more than {DIGITS_MAX} digits", str(value))
    if not scale and precision <= 18:
        return Number(Sql(build.dialect.whole(int(value))), precision, 0, whole=True)
    return Number(Sql(build.dialect.number(plain_of(value), precision, scale)), precision, scale)


def exact(build: Build, term: Term) -> Number:
    """A number as an exact column. Raises Refusal for a quotient and for what the database cannot make exact."""
    if isinstance(term, Known):
        return constant(build, term.value)
    if isinstance(term, Double):
        try:
            text = build.dialect.exact_of_double(term.sql.text, scale=DOUBLE_SCALE)
        except NotWritable as error:
            raise Refusal(str(error)) from error
        return Number(build.bind(Sql(text, term.sql.level)), DIGITS, DOUBLE_SCALE)
    if isinstance(term, Quotient):
        raise Refusal("a quotient in further arithmetic: multiply first and divide last, or round it")
    return sure(term, Number)


def as_decimal(build: Build, number: Number, *, precision: int, scale: int) -> Sql:
    """A number as a decimal of that type; it is wide enough, or the database fails."""
    if not number.whole and (number.precision, number.scale) == (precision, scale):
        return number.sql
    return sql("CAST({} AS {})", number.sql, build.dialect.decimal_type(precision, scale))


def fitted(build: Build, expression: Sql, precision: int, scale: int) -> Number:
    """The result of an exact operation that may need ``precision`` digits, in at most FEEL's 34."""
    if scale > DIGITS:
        raise Refusal(f"a result with {scale} decimals: at most {DIGITS} digits are exact")
    if precision > DIGITS and DIGITS - scale < ROOM_MIN:
        raise Refusal(f"a result with {scale} decimals, which leave too little room before the point: round it")
    precision = min(max(precision, scale, 1), DIGITS)
    return Number(sql("CAST({} AS {})", expression, build.dialect.decimal_type(precision, scale)), precision, scale)


# --- the operators ----------------------------------------------------------------------------------------------------


def added(build: Build, left: Number, right: Number, *, minus: bool) -> Number:
    """``left + right`` or ``left - right``."""
    scale = max(left.scale, right.scale)
    precision = max(left.precision - left.scale, right.precision - right.scale) + scale + 1
    held = min(precision, DIGITS_MAX)
    if precision > DIGITS_MAX and (scale > DIGITS or not build.dialect.quotients):
        raise Refusal("a sum that may need more digits than a column has")
    operands = (as_decimal(build, each, precision=held, scale=scale) for each in (left, right))
    return fitted(build, sql("({} - {})" if minus else "({} + {})", *operands), precision, scale)


def total(build: Build, summands: list[Number]) -> Number:
    """The sum of several numbers, in one width that holds it."""
    scale = max(each.scale for each in summands)
    digits = max(each.precision - each.scale for each in summands) + len(str(len(summands)))
    precision = digits + scale
    if precision > DIGITS_MAX or scale > DIGITS:
        raise Refusal("a sum that may need more digits than a column has")
    kind = build.dialect.decimal_type(precision, scale)
    found = as_decimal(build, summands[0], precision=precision, scale=scale)
    for each in summands[1:]:
        found = sql(f"CAST({{}} + {{}} AS {kind})", found, as_decimal(build, each, precision=precision, scale=scale))
    return fitted(build, found, precision, scale)


def multiplied(build: Build, left: Number, right: Number) -> Number:
    """``left * right``."""
    precision, scale = left.precision + right.precision, left.scale + right.scale
    if scale > DIGITS or (precision + 1 > DIGITS_MAX and not build.dialect.quotients):
        raise Refusal("a product that may need more digits than a column has")
    # DuckDB multiplies narrow decimals into narrow ones: one wide factor makes the product wide.
    wide = max(left.precision, 19) if precision > 18 else left.precision
    first = as_decimal(build, left, precision=wide, scale=left.scale)
    second = as_decimal(build, right, precision=right.precision, scale=right.scale)
    return fitted(build, sql("({} * {})", first, second), precision, scale)


def opposite(build: Build, number: Number) -> Number:
    """``-number``."""
    decimal = as_decimal(build, number, precision=number.precision, scale=number.scale)
    return Number(sql("(-{})", decimal), number.precision, number.scale)


def to_the_power(build: Build, base: Term, exponent: Term) -> Term:
    """``base ** exponent`` for a small whole constant exponent."""
    value = exponent.value if isinstance(exponent, Known) else None
    if value is None or value != int(value) or not 0 <= value <= EXPONENT_MAX:
        raise Refusal(f"a power whose exponent is not a constant whole number from 0 to {EXPONENT_MAX}")
    number = exact(build, base)
    if value == 0:
        one = sql("CASE WHEN {} IS NOT NULL THEN 1 END", number.sql)
        return Number(one, 1, 0, whole=True)
    result = number
    for _ in range(int(value) - 1):
        result = multiplied(build, result, number)
    return result


# --- comparison -------------------------------------------------------------------------------------------------------


def compared(build: Build, operator: str, left: Term, right: Term) -> Term:
    """A comparison of order or equality between a column and another or a constant; equality is never unknown."""
    if isinstance(left, Double) or isinstance(right, Double):
        return _compared_doubles(build, operator, left, right)
    left = sure(left, Number)
    if isinstance(right, Known):
        return _compared_with_constant(build, operator, left, right.value)
    right = sure(right, Number)
    return written(build, operator, *_alike(build, left, right))


def written(build: Build, operator: str, left: Sql, right: Sql, *, nullable_right: bool = True) -> Truth:
    """A comparison of two columns of one type that compare as FEEL does."""
    if operator not in ("=", "!="):
        plain = sql(f"({{}} {operator} {{}})", left, right)
        return Truth(plain, plain, sql(f"({{}} {_negation(operator)} {{}})", left, right))
    same = Sql(f"({build.dialect.same(left.text, right.text)})", max(left.level, right.level))
    differs = sql("(NOT {})", same)
    plain = same if nullable_right else sql("({} = {})", left, right)
    if operator == "=":
        return Truth(same, plain, differs)
    return Truth(differs, differs, plain)


def _negation(operator: str) -> str:
    return {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[operator]


def _alike(build: Build, left: Number, right: Number) -> tuple[Sql, Sql]:
    if left.whole and right.whole:
        return left.sql, right.sql
    scale = max(left.scale, right.scale)
    precision = max(left.precision - left.scale, right.precision - right.scale) + scale
    if precision > DIGITS_MAX:
        raise Refusal(f"a comparison of numbers that together need more than {DIGITS_MAX} digits")
    first, second = (as_decimal(build, each, precision=precision, scale=scale) for each in (left, right))
    return first, second


def _compared_with_constant(build: Build, operator: str, left: Number, limit: Decimal | int) -> Term:
    """The column stays as it is stored; the constant is moved to the next value that the column can hold."""
    value = plain_of(limit)
    if digits_of(value)[1] > left.scale:
        if operator in ("=", "!="):
            return _always(left, value=operator == "!=", unknown=False)
        operator, rounding = ("<=", ROUND_FLOOR) if operator in ("<", "<=") else (">=", ROUND_CEILING)
        value = _on_grid(value, left.scale, rounding)
    if abs(value) >= Decimal(10) ** (left.precision - left.scale):
        return _beyond(operator, left, above=value > 0)
    return written(build, operator, left.sql, _as_stored(build, left, value), nullable_right=False)


def _on_grid(value: Decimal, scale: int, rounding: str) -> Decimal:
    from decimal import Context

    return value.quantize(Decimal(1).scaleb(-scale), rounding=rounding, context=Context(prec=200))


def _as_stored(build: Build, like: Number, value: Decimal) -> Sql:
    if like.whole:
        return Sql(build.dialect.whole(int(value)))
    return Sql(build.dialect.number(value, like.precision, like.scale))


def _beyond(operator: str, left: Number, *, above: bool) -> Term:
    """The comparison with a constant that is larger than anything the column holds."""
    if operator in ("=", "!="):
        return _always(left, value=operator == "!=", unknown=False)
    return _always(left, value=(operator in ("<", "<=")) == above, unknown=True)


def _always(left: Number, *, value: bool, unknown: bool) -> Term:
    """The same answer whatever the number is; ``unknown`` for null."""
    if not unknown:
        return Known(value)
    there = sql("({} IS NOT NULL)", left.sql)
    word = "TRUE" if value else "FALSE"
    return Truth(
        sql(f"(CASE WHEN {{}} IS NOT NULL THEN {word} END)", left.sql),
        there if value else FALSE,
        FALSE if value else there,
    )


def _compared_doubles(build: Build, operator: str, left: Term, right: Term) -> Term:
    if isinstance(right, Double) and not isinstance(left, Double):
        return _compared_doubles(build, MIRRORED[operator], right, left)
    left = sure(left, Double)
    if isinstance(right, Known) and (limit := short_double(right.value)) is not None:
        return written(build, operator, left.sql, Sql(build.dialect.double(limit)), nullable_right=False)
    if isinstance(right, Double):
        return written(build, operator, left.sql, right.sql)
    return compared(build, operator, exact(build, left), exact(build, right) if isinstance(right, Known) else right)


def short_double(value: Decimal | int) -> float | None:
    """The double that is written as the number, where 15 digits suffice: then it compares as the decimal does."""
    plain = plain_of(value).normalize()
    number = float(plain)
    short = len(plain.as_tuple().digits) <= 15 and (plain == 0 or Decimal("1e-300") < abs(plain) < Decimal("1e300"))
    return number if short else None


# --- several at once --------------------------------------------------------------------------------------------------


def common(build: Build, terms: list[Term]) -> tuple[Callable[[Term], Sql], Callable[[Sql], Term]]:
    """How each of several numbers is written in one column, and what that column is."""
    numbers = [each for each in terms if each != UNKNOWN]
    doubles = any(isinstance(each, Double) for each in numbers)
    if doubles and all(isinstance(each, Double) or _is_short(each) for each in numbers):
        return lambda each: _as_double(build, each), Double
    exacts = [exact(build, each) for each in numbers]
    if all(each.whole for each in exacts):
        digits = max((each.precision for each in exacts), default=1)
        return lambda each: _or_null(build, each), lambda column: Number(column, digits, 0, whole=True)
    scale = max(each.scale for each in exacts)
    precision = max(each.precision - each.scale for each in exacts) + scale
    if precision > DIGITS_MAX:
        raise Refusal(f"numbers in one column that together need more than {DIGITS_MAX} digits")
    return (
        lambda each: NULL
        if each == UNKNOWN
        else _moved(build, each, precision=precision, scale=scale),
        lambda column: Number(column, precision, scale),
    )  # fmt: skip


def _moved(build: Build, term: Term, *, precision: int, scale: int) -> Sql:
    if isinstance(term, Known):
        return Sql(build.dialect.number(plain_of(term.value), precision, scale))
    return as_decimal(build, exact(build, term), precision=precision, scale=scale)


def _or_null(build: Build, term: Term) -> Sql:
    return NULL if term == UNKNOWN else exact(build, term).sql


def _is_short(term: Term) -> bool:
    return isinstance(term, Known) and short_double(term.value) is not None


def _as_double(build: Build, term: Term) -> Sql:
    if isinstance(term, Double):
        return term.sql
    limit = short_double(term.value) if isinstance(term, Known) and term != UNKNOWN else None
    return NULL if limit is None else Sql(build.dialect.double(limit))


def not_null(terms: list[Term]) -> Sql:
    """The condition under which none of several columns is null."""
    return all_of(
        sql("({} IS NOT NULL)", each.sql) for each in terms if not isinstance(each, Known) and hasattr(each, "sql")
    )
