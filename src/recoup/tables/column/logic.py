"""Comparison and logic of columns, in FEEL's three values. Source: OMG DMN 1.5, chapter 10.3.2.13.

Equality is never unknown between two values of one kind: null equals null alone. Between values of different kinds it
is unknown, unless one of them is null. Order is unknown as soon as a side is null or of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from recoup.tables.column import arithmetic, numbers
from recoup.tables.column.build import Build
from recoup.tables.column.fragments import FALSE, NULL, TRUE, Refusal, Sql, all_of, joined, some_of, sql, sure
from recoup.tables.column.terms import (
    UNKNOWN,
    Known,
    Number,
    Scalar,
    Term,
    Truth,
    fails,
    holds,
    is_null,
    is_number,
    three_valued,
    type_of,
)
from recoup.tables.dialects import NotWritable
from recoup.tables.feel import types
from recoup.tables.feel.kinds import NANOS, DateAndTime, FeelTime, Months, nanos_of
from recoup.tables.feel.values import equal as equal_values
from recoup.tables.feel.values import negated as negated_value
from recoup.tables.feel.values import ordered as ordered_values

_DURATIONS = (types.DAYS_DURATION, types.MONTHS_DURATION)
_COLUMNS = (types.STRING, types.DATE, types.TIME, types.DATE_AND_TIME, *_DURATIONS)


# --- constants as columns ---------------------------------------------------------------------------------------------


def written(build: Build, term: Term) -> Sql:
    """A string, boolean, date, time or duration as a column, null included. Raises Refusal for anything else."""
    if isinstance(term, Scalar | Number | Truth):
        return term.sql
    if isinstance(term, Known):
        return constant(build, term.value)
    raise Refusal("a list, context, range or function where a column needs one value")


def constant(build: Build, value: Any) -> Sql:
    """A constant as SQL. Raises Refusal for one that no column holds."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    try:
        if isinstance(value, str):
            return Sql(build.dialect.text(value))
        return _rare_constant(build, value)
    except NotWritable as error:
        raise Refusal(str(error), str(value)) from error


def _rare_constant(build: Build, value: Any) -> Sql:
    if isinstance(value, int | Decimal):
        return numbers.constant(build, value).sql
    if type(value) is date:
        return Sql(build.dialect.day(value))
    if isinstance(value, FeelTime) and value.offset is None and value.zone is None and value.nanos % 1000 == 0:
        return Sql(build.dialect.clock(clock_of(value)))
    if (
        isinstance(value, DateAndTime)
        and type(value.day) is date
        and (value.time.offset, value.time.zone) == (None, None)
    ):
        return Sql(build.dialect.moment(datetime.combine(value.day, clock_of(value.time))))
    if type_of(Known(value)) in _DURATIONS:
        number = duration_number(value)
        if numbers.digits_of(number)[1] == 0:
            return Sql(build.dialect.whole(int(number)))
    raise Refusal("a value that a column cannot hold", str(value))


def clock_of(value: FeelTime) -> time:
    """A time of day without offset as Python's. Raises Refusal below microseconds."""
    if value.nanos % 1000:
        raise Refusal("a time finer than microseconds")
    seconds, nanos = divmod(value.nanos, NANOS)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanos // 1000)


def duration_number(value: Any) -> Decimal:
    """A constant duration in the unit of its column: months, or seconds."""
    return Decimal(value.count) if isinstance(value, Months) else Decimal(f"{nanos_of(value)}e-9")


# --- comparison -------------------------------------------------------------------------------------------------------


def compared(build: Build, operator: str, left: Term, right: Term) -> Term:
    """``left operator right`` with one of ``= != < <= > >=``."""
    if isinstance(left, Known) and isinstance(right, Known):
        return _compared_values(operator, left.value, right.value)
    if UNKNOWN in (left, right):
        return _compared_with_null(operator, right if left == UNKNOWN else left)
    if is_number(left) and is_number(right):
        return arithmetic.compared(build, operator, left, right)
    one, other = type_of(left), type_of(right)
    if one in (types.ANY,) or other in (types.ANY,) or not (_is_plain(one) and _is_plain(other)):
        raise Refusal("a comparison of lists, contexts, ranges or values of no known type")
    if one != other:
        return _compared_kinds(operator, left, right)
    return _compared_alike(build, operator, left, right)


def _is_plain(kind: types.FeelType) -> bool:
    return kind in (types.NUMBER, types.BOOLEAN, *_COLUMNS)


def _compared_values(operator: str, left: Any, right: Any) -> Known:
    if operator in ("=", "!="):
        same = equal_values(left, right)
        return Known(same if operator == "=" else negated_value(same))
    return Known(ordered_values(operator, left, right))


def _compared_with_null(operator: str, other: Term) -> Term:
    if operator not in ("=", "!="):
        return UNKNOWN
    null = is_null(other)
    if null in (TRUE, FALSE):
        return Known((null == TRUE) == (operator == "="))
    there = sql("(NOT {})", null)
    return Truth(null, null, there) if operator == "=" else Truth(there, there, null)


def _compared_kinds(operator: str, left: Term, right: Term) -> Term:
    """Values of different kinds: unknown, but null and not null are told apart."""
    if operator not in ("=", "!="):
        return UNKNOWN
    both, one = all_of([is_null(left), is_null(right)]), some_of([is_null(left), is_null(right)])
    differs = all_of([one, sql("NOT {}", both)]) if both != FALSE else one
    same = sql("(CASE WHEN {} THEN {} END)", one, both)
    if operator == "=":
        return Truth(same, both, differs)
    return Truth(sql("(NOT {})", same), differs, both)


def _compared_alike(build: Build, operator: str, left: Term, right: Term) -> Term:
    kind = type_of(left)
    if kind == types.BOOLEAN and operator not in ("=", "!="):
        return UNKNOWN
    if kind in _DURATIONS:
        return arithmetic.compared(build, operator, _as_number(left), _as_number(right))
    if kind == types.BOOLEAN and (isinstance(left, Known) or isinstance(right, Known)):
        return _compared_truth(operator, *((right, left) if isinstance(left, Known) else (left, right)))
    one, other = written(build, left), written(build, right)
    if isinstance(left, Known):
        one, other, operator = other, one, numbers.MIRRORED[operator]
    if kind == types.STRING and operator not in ("=", "!="):
        one = sql(f"{{}}{build.dialect.by_code_point}", one)
    certain = isinstance(left, Known) or isinstance(right, Known)
    return numbers.written(build, operator, one, other, nullable_right=not certain)


def _compared_truth(operator: str, left: Term, right: Term) -> Term:
    """A condition against true or false: it is the condition itself, or its opposite; null is neither."""
    wanted = isinstance(right, Known) and right.value is True
    yes = holds(left) if wanted else fails(left)
    settled_sql = sql("coalesce({}, FALSE)", yes)
    differs = sql("(NOT {})", settled_sql)
    if operator == "=":
        return Truth(settled_sql, yes, differs)
    return Truth(differs, differs, yes)


def _as_number(duration: Term) -> Term:
    if isinstance(duration, Known):
        return Known(duration_number(duration.value))
    duration = sure(duration, Scalar)
    return Number(duration.sql, 18, 0, whole=True)


# --- three values -----------------------------------------------------------------------------------------------------


def conjunction(terms: Iterable[Term]) -> Term:
    """All of them, in three values; what is no boolean is unknown."""
    listed = list(terms)
    if any(isinstance(each, Known) and each.value is False for each in listed):
        return Known(False)
    open_terms = [each for each in listed if each != Known(True)]
    if not open_terms:
        return Known(True)
    return _simplified(
        Truth(
            _chained(" AND ", map(three_valued, open_terms)),
            all_of(map(holds, open_terms)),
            some_of(map(fails, open_terms)),
        )
    )


def disjunction(terms: Iterable[Term]) -> Term:
    """Any of them, in three values."""
    listed = list(terms)
    if any(isinstance(each, Known) and each.value is True for each in listed):
        return Known(True)
    open_terms = [each for each in listed if each != Known(False)]
    if not open_terms:
        return Known(False)
    return _simplified(
        Truth(
            _chained(" OR ", map(three_valued, open_terms)),
            some_of(map(holds, open_terms)),
            all_of(map(fails, open_terms)),
        )
    )


def _chained(separator: str, parts: Iterable[Sql]) -> Sql:
    listed = list(dict.fromkeys(parts))
    return listed[0] if len(listed) == 1 else sql("({})", joined(separator, listed))


def _simplified(truth: Truth) -> Term:
    return UNKNOWN if truth.holds == FALSE == truth.fails else truth


def negated(term: Term) -> Term:
    """``not(term)``: unknown for what is no boolean."""
    if isinstance(term, Known):
        return Known(negated_value(term.value))
    if isinstance(term, Truth):
        return Truth(sql("(NOT {})", term.sql), term.fails, term.holds)
    return UNKNOWN


def settled(term: Term) -> Term:
    """Whether a term is true, unknown counting as false."""
    if isinstance(term, Truth):
        truth = sql("coalesce({}, FALSE)", term.holds)
        return Truth(truth, term.holds, sql("(NOT {})", truth))
    return Known(holds(term) == TRUE)


def bound(build: Build, term: Term) -> Term:
    """A term whose column is computed once; constants, structures and plain columns stay as they are."""
    if isinstance(term, Truth):
        column = build.bind(term.sql)
        return Truth(column, column, sql("(NOT {})", column))
    if isinstance(term, Number):
        return Number(build.bind(term.sql), term.precision, term.scale, whole=term.whole)
    if isinstance(term, Scalar):
        return Scalar(build.bind(term.sql), term.type, days=term.days)
    return term


def one_of(build: Build, value: Term, wanted: Sequence[Known]) -> Term | None:
    """Equality with one of several constants as a single ``IN``; None where that does not fit."""
    kind = type_of(value)
    fits = isinstance(value, Scalar) and kind == types.STRING
    if not fits or len(wanted) < 2 or any(type_of(each) != kind for each in wanted):
        return None
    listed = joined(", ", (written(build, each) for each in wanted))
    among = sql("({} IN ({}))", written(build, value), listed)
    two_valued = sql("coalesce({}, FALSE)", among)
    return Truth(two_valued, among, sql("(NOT {})", two_valued))
