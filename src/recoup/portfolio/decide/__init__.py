"""Whole files of facts decided by one model: CSV, Parquet or Arrow in, the same rows with decisions beside them out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from recoup.portfolio.decide.csv_facts import open_csv
from recoup.portfolio.decide.engines import ColumnsRefused, Engine, Report, answered, model_for, rules_of
from recoup.portfolio.decide.facts import Facts
from recoup.portfolio.decide.parquet_facts import open_parquet
from recoup.portfolio.decide.session import Progress, Session, say_nothing, session
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted, wanted_facts
from recoup.portfolio.decide.written import copy_to, count_rules, file_kind, result_scan, selected, whole_file

if TYPE_CHECKING:
    import pyarrow as pa

    FactsFrom: TypeAlias = Path | pa.RecordBatchReader

__all__ = ["ColumnsRefused", "FactsRefused", "Progress", "Report", "decide_batches", "decide_file"]

SPARK = "spark="
_BATCH_ROWS = 65_536


def decide_file(
    model_bytes: bytes,
    *,
    file: str,
    decision: str,
    facts: FactsFrom,
    out: Path,
    engine: str = "duckdb",
    progress: Progress = say_nothing,
) -> Report:
    """Decides every row of ``facts`` and writes ``out``, both CSV or Parquet by their names; all of it or nothing.

    ``file`` is what findings call the model; ``facts`` may also come as Arrow batches. ``engine`` is ``duckdb``,
    ``row`` or ``spark=URL``. Raises ModelError for a model that is wrong or refused, FactsRefused for facts that cannot
    be used.
    """
    kind = file_kind(out)
    model = model_for(model_bytes, file=file, decision=decision)
    wanted = wanted_facts(model, decision)
    with session(progress) as run, whole_file(out) as beside, ExitStack() as stack:
        given = _opened(run, facts, wanted, typed=kind == "parquet")
        if engine.startswith(SPARK):
            from recoup.portfolio.decide.on_spark import decided_on_spark

            url = engine.removeprefix(SPARK)
            answer = stack.enter_context(decided_on_spark(run, model, decision, given, url=url, beside=out))
        else:
            answer = answered(run, model, decision, given, wanted, engine=_known(engine))
        rows = copy_to(run, answer, beside, kind=kind)
        rules = count_rules(run, result_scan(answer, beside, kind=kind), rules_of(model, decision))
    return Report(rows, decision, model.version, engine, str(out), rules)


def decide_batches(
    model_bytes: bytes,
    *,
    file: str,
    decision: str,
    facts: pa.RecordBatchReader,
    engine: str = "duckdb",
    progress: Progress = say_nothing,
) -> pa.RecordBatchReader:
    """The same over Arrow batches, given back as Arrow batches: facts of a database need no file of their own.

    Facts are looked at as a whole before the first is decided, so bad ones are refused here, not while reading.
    """
    import pyarrow as pa

    model = model_for(model_bytes, file=file, decision=decision)
    wanted = wanted_facts(model, decision)
    with ExitStack() as stack:
        run = stack.enter_context(session(progress))
        answer = answered(run, model, decision, _opened(run, facts, wanted, typed=True), wanted, engine=_known(engine))
        batches = run.connection.sql(selected(answer)).to_arrow_reader(_BATCH_ROWS)
        held = stack.pop_all()

    def given_out() -> Iterator[pa.RecordBatch]:
        with held:
            yield from batches

    return pa.RecordBatchReader.from_batches(batches.schema, given_out())


def _known(engine: str) -> Engine:
    if engine == "duckdb":
        return "duckdb"
    if engine == "row":
        return "row"
    raise FactsRefused([f"there is no engine {engine!r} for these facts: duckdb, row, or spark=URL for files"])


def _opened(run: Session, facts: FactsFrom, wanted: tuple[Wanted, ...], *, typed: bool) -> Facts:
    if not isinstance(facts, Path):
        return open_parquet(run, _spooled(run, facts), wanted)
    if not facts.is_file():
        raise FactsRefused([f"{facts}: no such file"])
    if facts.suffix.lower() == ".parquet":
        return open_parquet(run, facts, wanted)
    if facts.name.lower().endswith((".csv", ".csv.gz")):
        return open_csv(run, facts, wanted, keep_typed=typed)
    raise FactsRefused([f"{facts.name}: is named neither .csv nor .parquet"])


def _spooled(run: Session, batches: pa.RecordBatchReader) -> Path:
    """Batches come once and facts are looked at twice, so they wait in the session's own folder.

    They are asked for in this thread, not in one of DuckDB's: a database's connection belongs to its thread.
    """
    import pyarrow.parquet as pq

    spool = run.folder / "facts.parquet"
    run.progress("take the facts over", 0)
    with pq.ParquetWriter(spool, batches.schema) as file:
        for batch in batches:
            file.write_batch(batch)
    return spool
