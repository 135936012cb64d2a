"""The columns engine on a case of the compatibility kit: its facts as a table of one row in a DuckDB in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import duckdb

from recoup.tables.column import SqlColumn, assembled, compile_columns
from recoup.tables.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, ContextOf, FeelType
from recoup.tables.model import Model
from recoup.tables.problems import ModelError, Problem
from recoup.tables.row.conversion import fact_value

DIGITS_MAX = 38
#: What a null is stored as, where the model says of which type it is.
_NULLS: Mapping[FeelType, tuple[SqlColumn, str]] = {
    NUMBER: (SqlColumn("decimal", 18, 2), "DECIMAL(18, 2)"),
    STRING: (SqlColumn("varchar"), "VARCHAR"),
    BOOLEAN: (SqlColumn("boolean"), "BOOLEAN"),
    DATE: (SqlColumn("date"), "DATE"),
}


@dataclass(frozen=True, slots=True)
class _Stored:
    """One fact as a column."""

    name: str
    column: SqlColumn
    type: str
    value: Any


def duckdb_engine(model: Model, invoked: str, wanted: tuple[str, ...], facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of decisions for one case. Raises ModelError for what columns do not do."""
    known = {decision.name for decision in model.decisions}
    if invoked or not known.issuperset(wanted):
        _refuse(model, "columns decide decisions, not functions and decision services", invoked or ", ".join(wanted))
    types = {data.name: data.type for data in model.inputs}
    stored = [
        column
        for name, value in facts.items()
        if name in types
        for column in _columns(model, name, fact_value(value), types[name])
    ]
    return {name: _decided(model, name, stored) for name in wanted}


def _decided(model: Model, decision: str, stored: list[_Stored]) -> Any:
    columns = {each.name: each.column for each in stored}
    listed = ", ".join(f"CAST(? AS {each.type}) AS {_quoted(each.name)}" for each in stored)
    source = f"(SELECT {listed or '1 AS nothing'}) AS facts"
    statement = compile_columns(model, decision, columns=columns, dialect="duckdb", source=source)
    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False}) as database:
        result = database.execute(statement.sql, [each.value for each in stored])
        names = [description[0] for description in result.description or ()]
        row = result.fetchone()
    return assembled(statement.layout, dict(zip(names, row or (), strict=True)), decision)


def _columns(model: Model, name: str, value: Any, declared: FeelType) -> Iterator[_Stored]:
    """A fact as its columns: a context as one for each component, everything else as one."""
    if isinstance(value, dict):
        parts = declared.parts if isinstance(declared, ContextOf) else {}
        for part, inner in value.items():
            yield from _columns(model, f"{name}.{part}", inner, parts.get(part, ANY))
        return
    if value is None:
        column, kind = _NULLS.get(declared, (SqlColumn("null"), "VARCHAR"))
    elif isinstance(value, bool):
        column, kind = SqlColumn("boolean"), "BOOLEAN"
    elif isinstance(value, int | Decimal):
        column, kind = _number(model, name, Decimal(value))
    elif isinstance(value, str):
        column, kind = SqlColumn("varchar"), "VARCHAR"
    elif type(value) is date:
        column, kind = SqlColumn("date"), "DATE"
    else:
        _refuse(model, "a fact of this type is no column", f"{name} = {value!r}"[:80])
    yield _Stored(name, column, kind, value)


def _number(model: Model, name: str, value: Decimal) -> tuple[SqlColumn, str]:
    _, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    precision = max(len(digits) + max(0, int(exponent)), scale, 1)
    if precision > DIGITS_MAX:
        _refuse(model, f"a number of more than {DIGITS_MAX} digits is no column", f"{name} = {value}"[:80])
    return SqlColumn("decimal", precision, scale), f"DECIMAL({precision}, {scale})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _refuse(model: Model, message: str, construct: str) -> NoReturn:
    raise ModelError([Problem("unsupported", "refused", message, model.file, 0, construct)])
