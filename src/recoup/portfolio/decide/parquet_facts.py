"""Facts in Parquet, or in anything else whose columns have types: each must have the type its fact asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from recoup.portfolio.decide.facts import Facts, Raw, check_names, make_view
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import (
    Column,
    Probe,
    Typed,
    from_text,
    literal,
    number_in_doubles,
    number_in_text,
    path_literal,
    quoted,
)
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    NUMBER,
    STRING,
    TIME,
    FeelType,
    ListOf,
    Simple,
)

_WHOLE = {
    "tinyint": 3, "utinyint": 3, "smallint": 5, "usmallint": 5, "integer": 10, "uinteger": 10, "bigint": 19,
    "ubigint": 20, "hugeint": 38, "uhugeint": 38,
}  # fmt: skip
_INSTANTS = frozenset({"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"})


def open_parquet(session: Session, path: Path, wanted: Sequence[Wanted]) -> Facts:
    """The facts of a Parquet file. Raises FactsRefused: no Parquet, a column missing, of another type, a bad cell."""
    scan = f"read_parquet({path_literal(path)})"
    try:
        session.rows(f"SELECT 1 FROM {scan} LIMIT 0")
    except duckdb.Error as error:
        raise FactsRefused([f"{path.name}: is no readable Parquet file ({_first_line(error)})"]) from None
    return _open_scan(session, path, scan, wanted)


def _open_scan(session: Session, path: Path, scan: str, wanted: Sequence[Wanted]) -> Facts:
    name = path.name
    types = dict(session.columns(f"SELECT * FROM {scan}"))
    raw = Raw(name, scan, tuple((column, quoted(column)) for column in types), path)
    check_names(raw, wanted)
    columns: dict[str, Column] = {}
    missing, wrong = [], []
    for fact in wanted:
        found = _place_of(fact, types)
        if found is None:
            missing.append(f"{name}: column {fact.name} is missing: the model asks for it")
            continue
        column = _column(session, scan, *found, fact.type)
        if column is None:
            wrong.append(f"{name}: column {fact.name} is {found[1]}: the model asks for {words_of(fact.type)}")
        else:
            columns[fact.name] = column
    if missing or wrong:
        raise FactsRefused([*missing, *wrong])
    return make_view(session, raw, columns)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def words_of(feel_type: FeelType) -> str:
    """A type in words for people."""
    if isinstance(feel_type, Simple):
        return feel_type.name
    return "a list" if isinstance(feel_type, ListOf) else "a structure"


def _place_of(fact: Wanted, types: Mapping[str, Any]) -> tuple[str, Any] | None:
    """SQL and type of the column: flat under its whole name, or inside a structured column."""
    for cut in range(len(fact.path), 0, -1):
        head = ".".join(fact.path[:cut])
        if head in types:
            return _inside(quoted(head), types[head], fact.path[cut:])
    return None


def _inside(sql: str, found: Any, path: Sequence[str]) -> tuple[str, Any] | None:
    for name in path:
        parts = dict(found.children) if found.id == "struct" else {}
        if name not in parts:
            return None
        sql, found = f"struct_extract({sql}, {literal(name)})", parts[name]
    return sql, found


def _column(session: Session, scan: str, sql: str, found: Any, wanted: FeelType) -> Column | None:
    """The column as the fact's type; None when it is of another. A column of nulls alone is of any type."""
    made = _READERS[wanted](sql, found) if wanted in _READERS else _other(sql, found, wanted)
    if made is None and not session.rows(f"SELECT 1 FROM {scan} WHERE {sql} IS NOT NULL LIMIT 1"):
        return _nulls(wanted)
    return made


def _nulls(wanted: FeelType) -> Typed | None:
    kinds: dict[FeelType, tuple[str, str]] = {
        NUMBER: ("DECIMAL(1, 0)", "decimal"),
        BOOLEAN: ("BOOLEAN", "boolean"),
        DATE: ("DATE", "date"),
    }
    sql, kind = kinds.get(wanted, ("VARCHAR", "varchar"))
    return Typed(f"CAST(NULL AS {sql})", wanted, kind, precision=1 if kind == "decimal" else 0)


def _number(sql: str, found: Any) -> Column | None:
    if found.id in _WHOLE:
        digits = _WHOLE[found.id]
        small = digits <= _WHOLE["bigint"]
        cast = sql if small else f"CAST({sql} AS DECIMAL({digits}, 0))"
        return Typed(cast, NUMBER, "bigint" if small else "decimal", 0 if small else digits)
    if found.id == "decimal":
        (_, precision), (_, scale) = found.children
        return Typed(sql, NUMBER, "decimal", precision, scale)
    if found.id == "double":
        return number_in_doubles(sql)
    return number_in_text(f"CAST({sql} AS VARCHAR)") if found.id == "float" else None


def _date(sql: str, found: Any) -> Column | None:
    if found.id == "date":
        return Typed(sql, DATE, "date")
    if found.id not in _INSTANTS:
        return None
    bad = f"coalesce(CAST(CAST({sql} AS DATE) AS TIMESTAMP) <> CAST({sql} AS TIMESTAMP), FALSE)"
    day = Typed(f"CAST({sql} AS DATE)", DATE, "date")
    return Probe(sql, bad, "is not a date alone, it has a time of day", (), lambda _found: day)


def _string(sql: str, found: Any) -> Column | None:
    if found.id == "varchar":
        return Typed(sql, STRING, "varchar")
    return Typed(f"CAST({sql} AS VARCHAR)", STRING, "varchar") if found.id == "enum" else None


def _boolean(sql: str, found: Any) -> Column | None:
    return Typed(sql, BOOLEAN, "boolean") if found.id == "boolean" else None


def _other(sql: str, found: Any, wanted: FeelType) -> Column | None:
    """Facts whose type the model leaves open take the column's; times and durations come as FEEL writes them."""
    if wanted == ANY:
        made = (_READERS[each](sql, found) for each in (NUMBER, STRING, BOOLEAN, DATE))
        return next((column for column in made if column is not None), None)
    if isinstance(wanted, ListOf):
        return Typed(sql, wanted, "list") if found.id == "list" else None
    if wanted == DATE_AND_TIME and found.id in _INSTANTS:
        return Typed(f"CAST({sql} AS TIMESTAMP)", DATE_AND_TIME, "timestamp")
    if wanted == TIME and found.id == "time":
        return Typed(sql, TIME, "time")
    return from_text(sql, wanted) if found.id == "varchar" else None


_READERS: dict[FeelType, Callable[[str, Any], Column | None]] = {
    NUMBER: _number,
    DATE: _date,
    STRING: _string,
    BOOLEAN: _boolean,
}
