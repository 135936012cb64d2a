"""Decisions row by row, for every model that can be loaded: slower, and with nothing refused.

Answers are first written as FEEL writes them, then given the types that the column engine declares where it takes the
model, and else the narrowest that hold them; so both engines write the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from recoup.portfolio.decide.answers import Shape, shape_of, text_of
from recoup.portfolio.decide.facts import VIEW, Facts
from recoup.portfolio.decide.given import given_facts
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import Typed, decimal_of, literal, number_in_text, quoted
from recoup.portfolio.decide.wanted import Wanted
from recoup.portfolio.decide.written import Answer, Result, decimal_size, kept_results
from recoup.tables.column import Statement
from recoup.tables.feel.types import BOOLEAN, DATE, NUMBER, FeelType
from recoup.tables.model import Model
from recoup.tables.row import Outcome, compile_model

BATCH_ROWS = 8_192
_ANSWERS = "recoup_answers"
_MINE = "recoup answer "
_PLAIN: dict[FeelType, str] = {BOOLEAN: "BOOLEAN", DATE: "DATE"}


def decided_in_rows(
    session: Session, model: Model, decision: str, facts: Facts, wanted: Sequence[Wanted], statement: Statement | None
) -> Answer:
    """The model over the session's view of facts; ``statement`` is what columns would make of it, if they take it."""
    shape = shape_of(model, decision, statement)
    spool = session.folder / "answers.parquet"
    compiled = compile_model(model, decision)
    batches = session.connection.sql(f"SELECT * FROM {VIEW}").to_arrow_reader(BATCH_ROWS)

    def answered() -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in batches:
            columns = {fact.name: batch.column(fact.name).to_pylist() for fact in wanted}
            outcomes = [compiled.decide(given) for given in given_facts(wanted, facts.typed, columns, batch.num_rows)]
            yield _with_answers(batch, shape, outcomes)
            done += batch.num_rows
            session.progress("decide", done * 100 // facts.rows if facts.rows else 0)

    schema = _schema(batches.schema, len(shape.columns))
    _spool(session, pa.RecordBatchReader.from_batches(schema, answered()), spool)
    scan = f"read_parquet({literal(str(spool))})"
    return Answer(scan, (*kept_results(facts), *_results(session, scan, shape)))


def _schema(facts: pa.Schema, answers: int) -> pa.Schema:
    for place in range(answers):
        facts = facts.append(pa.field(f"{_MINE}{place}", pa.string()))
    return facts


def _with_answers(batch: pa.RecordBatch, shape: Shape, outcomes: Sequence[Outcome]) -> pa.RecordBatch:
    rows = [[text_of(value) for value in shape.flat(outcome)] for outcome in outcomes]
    columns = zip(*rows, strict=True) if rows else ([] for _ in shape.columns)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays], schema=_schema(batch.schema, len(shape.columns)))


def _spool(session: Session, reader: pa.RecordBatchReader, spool: Path) -> None:
    writing = session.connection.cursor()
    try:
        writing.register(_ANSWERS, reader)
        writing.execute(f"COPY (SELECT * FROM {_ANSWERS}) TO {literal(str(spool))} (FORMAT parquet)")
    finally:
        writing.close()


def _results(session: Session, scan: str, shape: Shape) -> Iterator[Result]:
    """Each answer cast to its declared type, if that holds all of them."""
    for place, (name, feel_type, declared) in enumerate(shape.columns):
        raw = quoted(f"{_MINE}{place}")
        sql_type = declared or _PLAIN.get(feel_type, "")
        if decimal_size(sql_type) or (not sql_type and feel_type == NUMBER):
            sql_type = _wider(sql_type, _number(session, scan, raw))
        yield Result(name, f"CAST({raw} AS {sql_type or 'VARCHAR'})", sql_type or "VARCHAR", decided=True)


def _number(session: Session, scan: str, raw: str) -> Typed:
    """The narrowest decimal of the answers. Raises ColumnUnfit when none holds them."""
    largest, scale = session.rows(f"SELECT {', '.join(number_in_text(raw).measures)} FROM {scan}")[0]
    return decimal_of(raw, largest, scale)


def _wider(declared: str, needed: Typed) -> str:
    size = decimal_size(declared)
    if size and needed.scale <= size[1] and needed.precision - needed.scale <= size[0] - size[1]:
        return declared
    return f"DECIMAL({needed.precision},{needed.scale})"
