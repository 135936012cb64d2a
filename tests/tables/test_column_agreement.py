"""One model, two ways: the engine for one case and the statement over columns give the same answers and rules.

In DuckDB, in a PostgreSQL server from a package, and on a cluster of Spark (see test_column_spark).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, TypeAlias

import duckdb
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.column import Output, SqlColumn, Statement, compile_columns, flattened
from recoup.tables.dialects import dialect_of
from recoup.tables.model import Model
from recoup.tables.problems import ModelError
from recoup.tables.row import compile_model
from tests.generative import sampled
from tests.postgresql import start_server
from tests.tables.made_models import COLUMNS, Made, made

TYPES = {
    "duckdb": {"bigint": "BIGINT", "double": "DOUBLE", "varchar": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE"},
    "postgresql": {
        "bigint": "bigint", "double": "double precision", "varchar": "text", "boolean": "boolean", "date": "date",
    },
    "spark": {"bigint": "BIGINT", "double": "DOUBLE", "varchar": "STRING", "boolean": "BOOLEAN", "date": "DATE"},
}  # fmt: skip
STOPPED = (duckdb.ConversionException, duckdb.OutOfRangeException, psycopg.errors.NumericValueOutOfRange)
Run: TypeAlias = Callable[[Statement], "list[tuple[Any, ...]]"]
#: Enough digits for any decimal of a database.
WIDE = Context(prec=80)


def type_name(column: SqlColumn, dialect: str) -> str:
    if column.kind == "decimal":
        return f"DECIMAL({column.precision},{column.scale})"
    return TYPES[dialect][column.kind]


def literal(value: Any, dialect: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return dialect_of(dialect).text(value)
    if isinstance(value, bool):
        return str(value).upper()
    return f"'{value}'"


def source(facts: Sequence[Mapping[str, Any]], columns: Mapping[str, SqlColumn], dialect: str) -> str:
    """The facts as what stands behind FROM, with their numbers."""
    names = [dialect_of(dialect).identifier(name) for name in columns]
    rows = ", ".join(
        "(" + ", ".join([str(place), *(literal(case[name], dialect) for name in columns)]) + ")"
        for place, case in enumerate(facts)
    )
    cast = ", ".join(
        f"CAST({name} AS {type_name(column, dialect)}) AS {name}"
        for name, column in zip(names, columns.values(), strict=True)
    )
    return f"(SELECT place, {cast} FROM (VALUES {rows}) AS written(place, {', '.join(names)})) AS facts"


def compiled(model: Model, decision: str, facts: Sequence[Mapping[str, Any]], dialect: str) -> Statement:
    columns = {"place": SqlColumn("bigint"), **COLUMNS}
    return compile_columns(model, decision, columns=columns, dialect=dialect, source=source(facts, COLUMNS, dialect))


def in_duckdb(statement: Statement) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"{statement.sql} ORDER BY place").fetchall()


def as_stored(value: Any, output: Output) -> Any:
    """A value of the engine for one case as a column of that type holds it: decimals of quotients rounded half-even."""
    if isinstance(value, list):
        return [as_stored(each, output) for each in value]
    if output.sql_type.startswith(("DOUBLE", "double")) and isinstance(value, int | Decimal):
        return float(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and "(" in output.sql_type:
        scale = int(output.sql_type.split(",")[1].split(")")[0])
        return Decimal(value).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN, context=WIDE)
    return value


def disagreements(
    model: Model, facts: Sequence[Mapping[str, Any]], statement: Statement, rows: Sequence[tuple[Any, ...]]
) -> Iterator[str]:
    """Where the columns differ from the engine for one case."""
    engine, kept = compile_model(model), len(COLUMNS) + 1
    for case, row in zip(facts, rows, strict=True):
        outcome = engine.decide(case)
        wanted = flattened(statement.layout, outcome.values, outcome.fired)
        for output, expected, found in zip(statement.layout, wanted, row[kept:], strict=True):
            if as_stored(expected, output) != found:
                yield f"{output.name}: {expected!r} one by one, {found!r} in columns, of {case}"


def smaller(model: Model, place: int) -> Model:
    """The model with its first decisions alone."""
    return Model(model.name, model.namespace, model.file, model.version, model.inputs, model.decisions[:place])


def statement_of(example: Made, dialect: str) -> tuple[Model, Statement] | None:
    """As many decisions as columns take, from the first; None where they refuse every one."""
    for place in range(len(example.model.decisions), 0, -1):
        model = smaller(example.model, place)
        try:
            return model, compiled(model, model.decisions[-1].name, example.facts, dialect)
        except ModelError as error:
            refused = error
        if not refused.refused or not refused.problems[0].construct:
            raise refused
    return None


def check(example: Made, dialect: str, run: Run) -> str:
    """Compares both engines. What became of it: ``alike``, ``refused``, or ``stopped`` by the database."""
    found = statement_of(example, dialect)
    if found is None:
        return "refused"
    model, statement = found
    try:
        rows = run(statement)
    except STOPPED:
        # A figure with more digits than a column holds: an error is the promise, a wrong figure would be the defect.
        return "stopped"
    assert list(disagreements(model, example.facts, statement, rows)) == []
    return "alike"


@sampled
@given(seed=st.integers(0, 1_000_000))
def test_made_up_models_decide_alike_one_by_one_and_in_duckdb(examples: str, seed: int) -> None:
    check(made(seed), "duckdb", in_duckdb)


def test_nearly_all_made_up_models_run_in_columns() -> None:
    found = [check(made(seed, cases=5), "duckdb", in_duckdb) for seed in range(60)]
    assert found.count("alike") > 50


@sampled
@given(seed=st.integers(0, 1_000_000))
def test_made_up_models_decide_alike_one_by_one_and_in_postgresql(
    examples: str, seed: int, postgresql: psycopg.Connection[Any]
) -> None:
    check(made(seed), "postgresql", lambda statement: in_postgresql(postgresql, statement))


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a real server, in which nothing is written."""
    address = start_server(tmp_path_factory.mktemp("columns"))
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def in_postgresql(connection: psycopg.Connection[Any], statement: Statement) -> list[tuple[Any, ...]]:
    """The rows of a statement, by their number."""
    return connection.execute(f"{statement.sql} ORDER BY place".encode()).fetchall()
