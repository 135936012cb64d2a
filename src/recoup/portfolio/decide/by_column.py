"""Decisions over columns: the model as one statement that DuckDB runs over the view of facts."""

from __future__ import annotations

from recoup.portfolio.decide.facts import VIEW, Facts
from recoup.portfolio.decide.stored import quoted
from recoup.portfolio.decide.written import Answer, Result, kept_results
from recoup.tables.column import SqlColumn, Statement, compile_columns
from recoup.tables.model import Model

#: The kind of a column that no decision reads.
KEPT = "kept"


def decided_in_columns(model: Model, decision: str, facts: Facts) -> Answer:
    """The model over the session's view of facts. Raises ModelError for what columns cannot say exactly."""
    statement = statement_for(model, decision, facts, dialect="duckdb", source=VIEW)
    decided = [Result(name, quoted(name), sql_type, decided=True) for name, _type, sql_type in statement.outputs]
    return Answer(f"({statement.sql}) AS answer", (*kept_results(facts), *decided))


def statement_for(model: Model, decision: str, facts: Facts, *, dialect: str, source: str) -> Statement:
    """The model as one statement over the columns of a view of facts, typed or only kept. Raises ModelError."""
    columns = {
        name: SqlColumn(typed.kind, precision=typed.precision, scale=typed.scale) for name, typed in facts.typed.items()
    }
    for _name, held in facts.kept:
        columns.setdefault(held, SqlColumn(KEPT))
    return compile_columns(model, decision, columns=columns, dialect=dialect, source=source)
