"""Columns of facts as SQL: how a raw column of a file becomes a typed one without rounding anything.

A *raw* column is what the file holds; a *typed* one is what the decision reads. Between them stands at most one look at
the whole column (a *probe*), which finds cells that are not of the fact's type and, for numbers, how many digits they
need. Both engines read the typed columns, so that they cannot differ in what they were given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from recoup.tables.feel.types import (
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    FeelType,
)

DIGITS_MAX = 38
LINE_BYTES_MAX = 4 << 20


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed column: its SQL over the raw columns, FEEL's type, and what kind of column it is to a database.

    ``kind`` is ``decimal`` (with precision and scale), ``bigint``, ``double``, ``boolean``, ``date``, ``time``,
    ``timestamp``, ``varchar`` or ``list``. Times and durations that come as text stay ``varchar`` in FEEL's own
    writing: the engine for rows alone reads them.
    """

    sql: str
    type: FeelType
    kind: str
    precision: int = 0
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """What must be known of a raw column before it can be typed.

    ``bad`` is true of a cell that is not of the type, ``reason`` says so of the cell's text. ``settled`` takes the
    values of ``measures``, aggregates over the column, and gives the typed column, another probe that looks closer,
    or raises ColumnUnfit.
    """

    raw: str
    bad: str
    reason: str
    measures: tuple[str, ...]
    settled: Callable[[Sequence[Any]], Typed | Probe]


Column: TypeAlias = "Typed | Probe"


class ColumnUnfit(ValueError):
    """A column that as a whole cannot be typed."""


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """A path as a literal in which DuckDB finds no wildcards."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def csv_scan(path: Path, types: str, *, delimiter: str = ",") -> str:
    """DuckDB's reader of CSV with nothing left to its guesses; ``types`` lists the columns.

    Buffers are a quarter of what DuckDB takes by itself: each core fills several.
    """
    return (
        f"read_csv({path_literal(path)}, auto_detect = false, header = true, delim = {literal(delimiter)},"
        f" quote = '\"', escape = '\"', strict_mode = true, max_line_size = {LINE_BYTES_MAX},"
        f" buffer_size = {2 * LINE_BYTES_MAX}, columns = {{{types}}})"
    )


# --- numbers ----------------------------------------------------------------------------------------------------------


def digits_before_point(largest: float) -> int:
    """Digits before the point that a magnitude needs; never too few, though a double is not exact."""
    whole = int(Decimal(math.nextafter(largest, math.inf)))
    return len(str(whole)) if whole else 0


def decimal_of(raw: str, largest: float | None, scale: int | None) -> Typed:
    """A number column as the narrowest decimal that holds it. Raises ColumnUnfit above 38 digits."""
    places = scale or 0
    precision = max(1, digits_before_point(largest or 0.0) + places)
    if precision > DIGITS_MAX:
        raise ColumnUnfit(f"its numbers need {precision} digits ({places} after the point), more than {DIGITS_MAX}")
    return Typed(f"CAST({raw} AS DECIMAL({precision}, {places}))", NUMBER, "decimal", precision, places)


def number_in_text(raw: str, instead: Typed | None = None) -> Probe:
    """Numbers written as text: digits, a full stop, an exponent; spaces around them do not count.

    ``instead`` is what the column becomes where no decimal holds its numbers; without it that is refused.
    """
    text = f"nullif(trim({raw}), '')"
    value = f"TRY_CAST({text} AS DOUBLE)"
    plain = f"CASE WHEN strpos({text}, '.') = 0 THEN 0 ELSE length(rtrim({text}, '0')) - strpos({text}, '.') END"
    mantissa, exponent = f"split_part(lower({text}), 'e', 1)", f"split_part(lower({text}), 'e', 2)"
    shifted = (
        f"CASE WHEN strpos({mantissa}, '.') = 0 THEN 0 ELSE length({mantissa}) - strpos({mantissa}, '.') END"
        f" - TRY_CAST({exponent} AS INTEGER)"
    )
    scale = f"CASE WHEN strpos(lower({text}), 'e') = 0 THEN {plain} ELSE greatest(0, {shifted}) END"
    bad = f"({text} IS NOT NULL AND ({value} IS NULL OR NOT isfinite({value}) OR contains({text}, '_')))"
    return Probe(
        raw,
        bad,
        "is not a number (digits, a full stop, no separators)",
        (f"max(abs({value})) FILTER (NOT {bad})", f"max({scale}) FILTER (NOT {bad})"),
        lambda found: _decimal_or(instead, _without_exponent(text), found),
    )


def _without_exponent(text: str) -> str:
    """A number in text with its point moved to where its exponent says; DuckDB rounds when it does that itself."""
    mantissa, exponent = f"split_part(lower({text}), 'e', 1)", f"CAST(split_part(lower({text}), 'e', 2) AS INTEGER)"
    sign, size = f"CASE WHEN starts_with({text}, '-') THEN '-' ELSE '' END", f"ltrim({mantissa}, '+-')"
    digits = f"replace({size}, '.', '')"
    point = f"(length(split_part({size}, '.', 1)) + {exponent})"
    moved = (
        f"CASE WHEN {point} <= 0 THEN '0.' || repeat('0', -{point}) || {digits}"
        f" WHEN {point} >= length({digits}) THEN {digits} || repeat('0', {point} - length({digits}))"
        f" ELSE substr({digits}, 1, {point}) || '.' || substr({digits}, {point} + 1) END"
    )
    return f"CASE WHEN strpos(lower({text}), 'e') = 0 THEN {text} ELSE {sign} || {moved} END"


def _decimal_or(instead: Typed | None, text: str, found: Sequence[Any]) -> Typed:
    try:
        return decimal_of(text, found[0], found[1])
    except ColumnUnfit:
        if instead is None:
            raise
        return instead


#: Places after the point that are tried on a column of doubles, and the digits that a double holds exactly.
_PLACES = (0, 2, 4, 6, 9)
_DOUBLE_DIGITS = 15


def number_in_doubles(raw: str) -> Probe:
    """Binary floating point as the shortest decimals that give the same doubles again: 0.1 is 0.1.

    Where those need more than 38 digits, the column stays as it is and the engines read each value so.
    """
    bad = f"({raw} IS NOT NULL AND NOT isfinite({raw}))"
    same = (
        f"bool_and(coalesce(CAST(TRY_CAST({raw} AS DECIMAL(18, {places})) AS DOUBLE) = {raw}, {raw} IS NULL))"
        for places in _PLACES
    )

    def settled(found: Sequence[Any]) -> Typed | Probe:
        largest = found[0] or 0.0
        for places, holds in zip(_PLACES, found[1:], strict=True):
            if holds is not False and largest * 10**places < 10**_DOUBLE_DIGITS:
                return decimal_of(raw, largest, places)
        return number_in_text(f"CAST({raw} AS VARCHAR)", instead=Typed(raw, NUMBER, "double"))

    return Probe(raw, bad, "is not a number", (f"max(abs({raw})) FILTER (NOT {bad})", *same), settled)


# --- other types, written as text -------------------------------------------------------------------------------------


def date_in_text(raw: str) -> Probe:
    """Days written ``2005-10-01`` and no other way."""
    text = f"nullif(trim({raw}), '')"
    day = f"TRY_CAST({text} AS DATE)"
    bad = f"({text} IS NOT NULL AND coalesce(CAST({day} AS VARCHAR) <> {text} OR length({text}) <> 10, TRUE))"
    return _as_is(raw, bad, "is not a date (YYYY-MM-DD)", Typed(f"CAST({text} AS DATE)", DATE, "date"))


def boolean_in_text(raw: str) -> Probe:
    """``true`` and ``false``, in any case."""
    text = f"lower(nullif(trim({raw}), ''))"
    bad = f"coalesce({text} NOT IN ('true', 'false'), FALSE)"
    return _as_is(raw, bad, "is not true or false", Typed(f"({text} = 'true')", BOOLEAN, "boolean"))


_ZONE = "(Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?|@[A-Za-z0-9_+/-]+)?"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?" + _ZONE
_WRITTEN: dict[FeelType, tuple[str, str]] = {
    TIME: (_CLOCK, "is not a time (such as 13:45:00)"),
    DATE_AND_TIME: ("[0-9]{4}-[0-9]{2}-[0-9]{2}T" + _CLOCK, "is not a date and time (such as 2005-10-01T13:45:00)"),
    DAYS_DURATION: (
        "-?P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?",
        "is not a duration of days and time (such as P3DT4H)",
    ),
    MONTHS_DURATION: ("-?P([0-9]+Y)?([0-9]+M)?", "is not a duration of years and months (such as P1Y2M)"),
}


def written_in_text(raw: str, feel_type: FeelType) -> Probe:
    """Times, date-times and durations in FEEL's own writing; they stay text for the engine to read."""
    text = f"nullif(trim({raw}), '')"
    pattern, reason = _WRITTEN[feel_type]
    bad = f"coalesce(NOT regexp_full_match({text}, {literal(pattern)}) OR right({text}, 1) IN ('P', 'T'), FALSE)"
    return _as_is(raw, bad, reason, Typed(text, feel_type, "varchar"))


def _as_is(raw: str, bad: str, reason: str, typed: Typed) -> Probe:
    return Probe(raw, bad, reason, (), lambda _found: typed)


def from_text(raw: str, feel_type: FeelType) -> Column:
    """A column of text read as a FEEL type. Raises ColumnUnfit for types that no cell of text can hold."""
    if feel_type == STRING:
        return Typed(raw, STRING, "varchar")
    if feel_type == NUMBER:
        return number_in_text(raw)
    if feel_type == DATE:
        return date_in_text(raw)
    if feel_type == BOOLEAN:
        return boolean_in_text(raw)
    if feel_type in _WRITTEN:
        return written_in_text(raw, feel_type)
    raise ColumnUnfit("the model does not say of which type it is; a cell of text could be anything (use Parquet)")
