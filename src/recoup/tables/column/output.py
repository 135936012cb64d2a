"""Columns that a statement gives out for a decision, and how they stand for a value and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from recoup.tables.column import choices
from recoup.tables.column.build import Build
from recoup.tables.column.decision_tables import Decided
from recoup.tables.column.fragments import FALSE, NULL, TRUE, Refusal, Sql, sql
from recoup.tables.column.terms import (
    UNKNOWN,
    Function,
    Group,
    Groups,
    Items,
    Known,
    Quotient,
    Scalar,
    Span,
    Term,
    type_of,
)
from recoup.tables.column.terms import (
    Sequence as ListColumn,
)
from recoup.tables.feel import types
from recoup.tables.feel.kinds import LongDuration, Months
from recoup.tables.feel.types import NUMBER, FeelType, ListOf
from recoup.tables.feel.written import date_and_time_from, duration_from, time_from
from recoup.tables.feel.written import duration_text as text_of
from recoup.tables.model import Decision

RULE = "rule"


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the result: a decision's value, a component of it under ``path``, or the rule that fired.

    ``listed`` says that the decision gives a list of contexts, of which this column lists one component.
    """

    name: str
    type: FeelType
    sql_type: str
    sql: Sql
    decision: str
    path: tuple[str, ...] = ()
    rule: bool = False
    listed: bool = False
    always: bool = False


def is_function(term: Term) -> bool:
    """Whether a decision's value is a function, of which there is no column."""
    return isinstance(term, Function) or isinstance(type_of(term), types.FunctionOf)


def outputs_of(build: Build, decision: Decision, term: Term, table: Decided | None) -> Iterator[Output]:
    """The columns of a decision."""
    yield from _columns(build, decision, term, (), table)
    if table is None:
        return
    whole = build.dialect.rule_type
    if table.lists:
        kind = build.dialect.list_type(whole)
        yield Output(f"{decision.name}.{RULE}", ListOf(NUMBER), kind, _cast(table.rule, kind), decision.name, rule=True)
    else:
        yield Output(f"{decision.name}.{RULE}", NUMBER, whole, _cast(table.rule, whole), decision.name, rule=True)


def _cast(column: Sql, kind: str) -> Sql:
    return sql("CAST({} AS {})", column, kind)


def _columns(
    build: Build, decision: Decision, term: Term, path: tuple[str, ...], table: Decided | None
) -> Iterator[Output]:
    term = choices.opened(term)
    if isinstance(term, Group):
        if term.present not in (TRUE, FALSE) and (table is None or path):
            raise Refusal("a context that may be null, unless it is a table's", decision.name)
        if not term.parts:
            raise Refusal("an empty context", decision.name)
        for name, part in term.parts.items():
            yield from _columns(build, decision, part, (*path, name), table)
        return
    if isinstance(term, Groups):
        for name, column in term.parts.items():
            yield _output(build, decision, column, (*path, name), listed=True)
        return
    if isinstance(term, Span | Function):
        raise Refusal("a range or a function as a column", decision.name)
    if isinstance(term, Items) and (names := choices.component_names(term)):
        for name in names:
            yield _output(build, decision, choices.listed_part(term, name), (*path, name), listed=True)
        return
    yield _output(build, decision, term, path, listed=False)


def _output(build: Build, decision: Decision, term: Term, path: tuple[str, ...], *, listed: bool) -> Output:
    name = ".".join((decision.name, *path))
    if term == UNKNOWN:
        kind = decision.type if not path else types.ANY
        return _null(build, decision, name, path, kind)
    if isinstance(term, Items):
        example, item_type, write = choices.list_item(build, [term])
        term = ListColumn(write(term), example, item_type)
    if isinstance(term, Known | Quotient):
        term = choices.as_column(build, term)
    feel, stored = type_of(term), choices.sql_type(build, term)
    column = term.sql  # type: ignore[union-attr]
    if isinstance(term, Scalar) and term.type in (types.DAYS_DURATION, types.MONTHS_DURATION):
        stored, column = build.dialect.text_type, duration_text(build, term)
    elif isinstance(term, ListColumn) and type_of(term.item) in (types.DAYS_DURATION, types.MONTHS_DURATION):
        raise Refusal("a list of durations as a column", decision.name)
    column = column if column.text in build.columns_made else _cast(column, stored)
    return Output(name, feel, stored, column, decision.name, path, listed=listed)


def _null(build: Build, decision: Decision, name: str, path: tuple[str, ...], feel: FeelType) -> Output:
    """A column that is null for all facts, of the declared type where that is a simple one."""
    dialect = build.dialect
    kinds: dict[FeelType, str] = {
        types.NUMBER: dialect.decimal_type(38, 0),
        types.BOOLEAN: dialect.boolean_type,
        types.DATE: dialect.date_type,
    }
    kind = kinds.get(feel, dialect.text_type)
    return Output(name, feel, kind, _cast(NULL, kind), decision.name, path)


def duration_text(build: Build, term: Scalar) -> Sql:
    """A duration as FEEL writes it: ``P3DT4H``, ``P1Y2M``."""
    text, whole = build.dialect.text_type, build.dialect.whole_type
    size = build.bind(sql("abs({})", term.sql))
    months = term.type == types.MONTHS_DURATION
    units = (("Y", 12, 0), ("M", 1, 12)) if months else (("D", 86_400, 0), ("H", 3600, 24), ("M", 60, 60), ("S", 1, 60))
    pieces = []
    for letter, unit, wrap in units:
        count = sql(f"CAST(({{}} - {{}} % {unit}) / {unit} AS {whole})", size, size) if unit > 1 else size
        count = build.bind(sql(f"({{}} % {wrap})", count) if wrap else count)
        pieces.append(sql(f"CASE WHEN {{}} <> 0 THEN CAST({{}} AS {text}) || '{letter}' ELSE '' END", count, count))
    if months:
        body, nothing = sql("{} || {}", *pieces), "0M"
    else:
        clock = sql("CASE WHEN {} % 86400 <> 0 THEN 'T' ELSE '' END", size)
        body, nothing = sql("{} || {} || {} || {} || {}", pieces[0], clock, *pieces[1:]), "T0S"
    written = sql(f"CASE WHEN {{}} = 0 THEN '{nothing}' ELSE {{}} END", size, body)
    sign = sql("CASE WHEN {} < 0 THEN '-' ELSE '' END", term.sql)
    return sql("CASE WHEN {} IS NOT NULL THEN {} || 'P' || {} END", term.sql, sign, written)


# --- values of the other engine ---------------------------------------------------------------------------------------


def flattened(layout: Sequence[Output], values: Mapping[str, Any], fired: Mapping[str, tuple[int, ...]]) -> list[Any]:
    """The values of one case, by the engine for one case, as this statement's columns would hold them.

    ``fired`` is by the name of the table, which for a decision that is a table is the decision's.
    """
    return [_flat(output, values, fired) for output in layout]


def _flat(output: Output, values: Mapping[str, Any], fired: Mapping[str, tuple[int, ...]]) -> Any:
    if output.rule:
        rules = fired.get(output.decision, ())
        if isinstance(output.type, ListOf):
            return list(rules) or None
        return rules[0] if rules else None
    value = values.get(output.decision)
    if output.listed and isinstance(value, list | tuple):
        return [_written(_at(item, output.path)) for item in value]
    return _written(_at(value, output.path))


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _written(value: Any) -> Any:
    return text_of(value) if isinstance(value, timedelta | LongDuration | Months) else value


def assembled(layout: Sequence[Output], columns: Mapping[str, Any], decision: str) -> Any:
    """A decision's value from one row of the statement's result, by column name: the way back from ``flattened``.

    Numbers, strings, booleans and dates are as the database gives them; durations are read.
    """
    own = [output for output in layout if output.decision == decision and not output.rule]
    if own[0].listed and len(own[0].path) == 1:
        return _assembled_list(own, columns)
    if own[0].path:
        return _assembled_context(layout, own, columns, decision)
    return _read(columns[own[0].name], own[0].type)


def _assembled_list(own: Sequence[Output], columns: Mapping[str, Any]) -> Any:
    lists = {output.path[-1]: _read(columns[output.name], output.type) for output in own}
    if any(each is None for each in lists.values()):
        return None
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _assembled_context(
    layout: Sequence[Output], own: Sequence[Output], columns: Mapping[str, Any], decision: str
) -> Any:
    found: dict[str, Any] = {}
    for output in own:
        inner = found
        for name in output.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[output.path[-1]] = _read(columns[output.name], output.type)
    rule = next((output for output in layout if output.decision == decision and output.rule), None)
    nothing = rule is not None and columns[rule.name] is None and all(columns[each.name] is None for each in own)
    return None if nothing else found


def _read(value: Any, kind: FeelType) -> Any:
    if isinstance(value, list) and isinstance(kind, ListOf):
        return [_read(item, kind.item) for item in value]
    if isinstance(value, datetime):
        return date_and_time_from(value.isoformat())
    if isinstance(value, time):
        return time_from(value.isoformat())
    if isinstance(value, str) and kind in (types.DAYS_DURATION, types.MONTHS_DURATION):
        return duration_from(value)
    return value
