"""Columns of facts as terms: what the source holds, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from recoup.tables.column.build import Build
from recoup.tables.column.choices import name_of
from recoup.tables.column.fragments import Refusal, Sql, sql
from recoup.tables.column.terms import UNKNOWN, Double, Group, Number, Scalar, Term, Truth, type_of
from recoup.tables.feel import types
from recoup.tables.feel.types import ANY, ContextOf, FeelType

#: Digits that each kind of integer may have.
_WHOLE = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "utinyint": 3, "usmallint": 5, "uinteger": 10}
_DOUBLES = ("double", "float", "real")
_SCALARS = {
    "varchar": types.STRING,
    "date": types.DATE,
    "time": types.TIME,
    "timestamp": types.DATE_AND_TIME,
}


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A source column as it is stored.

    ``kind`` is ``decimal`` (with ``precision`` and ``scale``), ``tinyint`` to ``bigint``, ``double``, ``varchar``,
    ``boolean``, ``date``, ``time``, ``timestamp`` (both without zone), ``struct`` (with ``fields``) or ``null`` for a
    column without values. Any other kind may be kept in the source, but no decision reads it.
    """

    kind: str
    precision: int = 0
    scale: int = 0
    fields: Mapping[str, SqlColumn] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def fact(build: Build, name: str, wanted: FeelType, columns: Mapping[str, SqlColumn]) -> Term:
    """A fact by its name: a column, a structured one, or flat columns ``name.component``; null where there is none.

    Raises Refusal for a column that is not of the type that the model declares.
    """
    if name in columns:
        return column_term(build, name, Sql(build.identifier(name)), columns[name], wanted)
    flat = {key.removeprefix(name + "."): key for key in columns if key.startswith(name + ".")}
    missing = [part for part in wanted.parts if part not in _parts(flat)] if isinstance(wanted, ContextOf) else []
    if not flat or missing:
        # A context without a declared component is not of its type, and therefore null.
        return UNKNOWN
    return _from_flat(build, name, flat, wanted, columns)


def _parts(flat: Mapping[str, str]) -> set[str]:
    """Every component, or component of a component, that flat names begin with."""
    return {key[:end] for key in flat for end in range(1, len(key) + 1) if end == len(key) or key[end] == "."}


def _from_flat(
    build: Build, name: str, flat: Mapping[str, str], wanted: FeelType, columns: Mapping[str, SqlColumn]
) -> Term:
    declared = wanted.parts if isinstance(wanted, ContextOf) else {}
    parts = list(declared) + sorted({_first_part(key, declared) for key in flat} - set(declared))
    return Group({part: fact(build, f"{name}.{part}", declared.get(part, ANY), columns) for part in parts})


def _first_part(key: str, declared: Mapping[str, FeelType]) -> str:
    """The component that a flat name begins with; names of components may hold full stops of their own."""
    fitting = [part for part in declared if key == part or key.startswith(part + ".")]
    return max(fitting, key=len) if fitting else key.partition(".")[0]


def column_term(build: Build, name: str, column: Sql, stored: SqlColumn, wanted: FeelType) -> Term:
    """A stored column as a term. Raises Refusal when it is not of the declared type."""
    if stored.kind == "null":
        return UNKNOWN
    if stored.kind == "struct":
        return _structured(build, name, column, stored, wanted)
    term = _scalar(build, name, build.column(column), stored)
    kind = type_of(term)
    if wanted not in (ANY, kind):
        raise Refusal(f"the column {name!r} holds {name_of(kind)}, the model wants {name_of(wanted)}", name)
    return term


def _scalar(build: Build, name: str, column: Sql, stored: SqlColumn) -> Term:
    kind = stored.kind
    if kind in _WHOLE:
        return Number(column, _WHOLE[kind], 0, whole=True)
    if kind == "decimal" and stored.precision:
        return Number(_without_nan(build, column), stored.precision, stored.scale)
    if kind in _DOUBLES:
        finite = build.dialect.finite(f"CAST({column.text} AS {build.dialect.double_type})")
        return Double(build.bind(Sql(finite, column.level)))
    if kind == "boolean":
        return Truth(column, column, sql("(NOT {})", column))
    if kind in _SCALARS:
        return Scalar(column, _SCALARS[kind])
    raise Refusal(f"the column {name!r} is of a kind that no decision reads: {kind}", name)


def _without_nan(build: Build, column: Sql) -> Sql:
    """PostgreSQL's decimals may hold NaN, which is no number in FEEL."""
    if build.dialect.name != "postgresql":
        return column
    return build.bind(sql("nullif({}, 'NaN')", column))


def _structured(build: Build, name: str, column: Sql, stored: SqlColumn, wanted: FeelType) -> Term:
    declared = wanted.parts if isinstance(wanted, ContextOf) else {}
    if not isinstance(wanted, ContextOf) and wanted != ANY:
        raise Refusal(f"the column {name!r} holds contexts, the model wants {name_of(wanted)}", name)
    parts = {}
    for part, inner in stored.fields.items():
        field_sql = Sql(build.dialect.field(column.text, part), column.level)
        bound = build.bind(field_sql) if inner.kind != "struct" else field_sql
        parts[part] = column_term(build, f"{name}.{part}", bound, inner, declared.get(part, ANY))
    missing = [part for part in declared if part not in parts]
    if missing:
        raise Refusal(f"the column {name!r} has no component {missing[0]!r}", name)
    return Group(parts, build.bind(sql("({} IS NOT NULL)", column)))
