"""Strings in columns, by code point. Upper and lower case are left out: databases fold fewer letters than Unicode."""

from __future__ import annotations

from recoup.tables.column import logic
from recoup.tables.column.build import Build
from recoup.tables.column.fragments import Refusal, Sql, sql
from recoup.tables.column.terms import UNKNOWN, Known, Number, Scalar, Term, Truth, is_number, type_of
from recoup.tables.dialects import NotWritable
from recoup.tables.feel import types


def is_text(term: Term) -> bool:
    """Whether a term is a string, or null where it is not known."""
    return type_of(term) == types.STRING


def joined(build: Build, left: Term, right: Term) -> Term:
    """``left + right``; null when either is."""
    return Scalar(sql("({} || {})", logic.written(build, left), logic.written(build, right)), types.STRING)


def length(build: Build, text: Term) -> Term:
    """``string length(text)``."""
    if not is_text(text):
        return UNKNOWN
    return Number(_call(build.dialect.length, logic.written(build, text)), 10, 0, whole=True)


def tested(build: Build, function: str, text: Term, part: Term) -> Term:
    """``contains``, ``starts with`` and ``ends with``."""
    if not (is_text(text) and is_text(part)):
        return UNKNOWN
    whole, piece = logic.written(build, text), logic.written(build, part)
    if function == "contains":
        found = sql("({} > 0)", _call(build.dialect.position, whole, piece))
    else:
        test = build.dialect.starts_with if function == "starts with" else build.dialect.ends_with
        found = _call(test, whole, piece)
    return Truth(found, found, sql("(NOT {})", found))


def substring(build: Build, text: Term, start: Term, size: Term | None) -> Term:
    """``substring(text, start, length)`` with constant numbers; null where it starts outside the string."""
    if not is_text(text):
        return UNKNOWN
    first, count = _whole(start), None if size is None else _whole(size)
    if first is None or first == 0 or (size is not None and (count is None or count < 1)):
        raise Refusal("a substring whose start or length is not a constant whole number")
    column = logic.written(build, text)
    total = _call(build.dialect.length, column)
    begin = Sql(str(first)) if first > 0 else sql(f"({{}} - {-first - 1})", total)
    pieces = [column, begin] + ([Sql(str(count))] if count is not None else [])
    there = sql(f"{{}} >= {abs(first)}", total)
    return Scalar(sql("CASE WHEN {} THEN {} END", there, _call(build.dialect.substring, *pieces)), types.STRING)


def _whole(term: Term) -> int | None:
    value = term.value if isinstance(term, Known) and is_number(term) else None
    return int(value) if value is not None and value == int(value) and abs(value) < 1_000_000 else None


def beside(build: Build, function: str, text: Term, mark: Term) -> Term:
    """``substring before`` and ``substring after`` a constant that is not empty."""
    if not is_text(text) or not is_text(mark):
        return UNKNOWN
    if not isinstance(mark, Known) or not mark.value:
        raise Refusal(f"{function} of what is no constant string")
    column, piece = logic.written(build, text), logic.written(build, mark)
    place = _call(build.dialect.position, column, piece)
    if function == "substring before":
        part = _call(build.dialect.substring, column, Sql("1"), sql("({} - 1)", place))
    else:
        part = _call(build.dialect.substring, column, sql(f"({{}} + {len(mark.value)})", place))
    return Scalar(sql("CASE WHEN {} > 0 THEN {} WHEN {} = 0 THEN '' END", place, part, place), types.STRING)


def written_out(build: Build, term: Term) -> Term:
    """``string(term)``: how a value is written."""
    kind = type_of(term)
    if kind == types.STRING:
        return term
    try:
        if isinstance(term, Number):
            return Scalar(_with_scale(build, term), types.STRING)
        if isinstance(term, Truth):
            return Scalar(
                sql("CASE WHEN {} THEN 'true' WHEN NOT {} THEN 'false' END", term.sql, term.sql), types.STRING
            )
        if kind == types.DATE:
            return Scalar(_call(build.dialect.day_text, logic.written(build, term)), types.STRING)
    except NotWritable as error:
        raise Refusal(str(error)) from error
    raise Refusal("string() of a quotient, time, duration, list or context")


def _with_scale(build: Build, number: Number) -> Sql:
    return Sql(build.dialect.plain_number(number.sql.text, scale=number.scale), number.sql.level)


def _call(function, *parts: Sql) -> Sql:  # type: ignore[no-untyped-def]
    """A piece of the dialect's words around pieces of SQL."""
    return Sql(function(*(part.text for part in parts)), max(part.level for part in parts))
