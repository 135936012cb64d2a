"""Decisions on a Spark cluster: the same facts, the same model, the same file as of the other engines.

The machine that starts the run looks at the facts and gives the result its form; the cluster decides. Facts and result
therefore lie where both reach them by the same path. Facts that need to be read first (CSV, floating point, structured
columns) are handed over as a Parquet file of typed columns, which lies beside the result until the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recoup.portfolio.decide.by_column import statement_for
from recoup.portfolio.decide.engines import ColumnsRefused, declared_types, refuse_shared_names
from recoup.portfolio.decide.facts import VIEW, Facts
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import literal, path_literal, quoted
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.written import Answer, Result, kept_results
from recoup.tables.model import Model
from recoup.tables.problems import ModelError

#: What Spark must be told so that it answers as the other engines do.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def decided_on_spark(
    run: Session, model: Model, decision: str, facts: Facts, *, url: str, beside: Path
) -> Iterator[Answer]:
    """The model over the facts on the cluster at ``url``; the answer can be read inside the block.

    ``beside`` names the result: what is handed over lies in a folder next to it. Raises ModelError, FactsRefused.
    """
    folder = beside.absolute().with_name(f".{beside.name}.spark")
    try:
        statement = statement_for(model, decision, facts, dialect="spark", source=VIEW)
    except ModelError as error:
        raise ColumnsRefused(error.problems) from None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        source = facts.path.absolute() if facts.path else _handed_over(run, folder / "facts.parquet")
        with _spark(url) as spark:
            run.progress("decide on Spark", 0)
            spark.read.parquet(_plain_path(source)).createOrReplaceTempView(VIEW)
            spark.sql(statement.sql).write.parquet(_plain_path(folder / "answers"))
        scan = f"read_parquet({path_literal(folder / 'answers')[:-1]}/*.parquet')"
        answer = Answer(scan, (*kept_results(facts), *_decided(run, model, decision, facts, scan, statement)))
        refuse_shared_names(answer)
        yield answer
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _decided(run: Session, model: Model, decision: str, facts: Facts, scan: str, statement: Any) -> Iterator[Result]:
    """The columns that were decided, with the types that DuckDB would have given them."""
    declared = declared_types(model, decision, facts)
    made = {name: str(found) for name, found in run.columns(f"SELECT * FROM {scan}")}
    for name, _type, _spark_type in statement.outputs:
        sql_type = declared.get(name, made[name])
        yield Result(name, f"CAST({quoted(name)} AS {sql_type})", sql_type, decided=True)


def _handed_over(run: Session, path: Path) -> Path:
    run.work("hand the facts over", f"COPY (SELECT * FROM {VIEW}) TO {literal(str(path))} (FORMAT parquet)")
    return path


def _plain_path(path: Path) -> str:
    """A path as Spark takes it: wildcards in it mean themselves."""
    text = str(path)
    if any(mark in text for mark in "*?[]{}\\"):
        raise FactsRefused([f"{text}: Spark cannot read a path with any of * ? [ ] {{ }} \\"])
    return f"file://{text}"


@contextmanager
def _spark(url: str) -> Iterator[Any]:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise FactsRefused(["Spark needs the package pyspark: pip install 'recoup[spark]'"]) from None
    if not url.startswith(("local", "spark://", "yarn", "k8s://")):
        raise FactsRefused([f"{url!r} is no address of Spark: spark://HOST:PORT, local[2], yarn or k8s://…"])
    builder = SparkSession.builder.master(url).appName("recoup decide")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise FactsRefused([f"Spark does not start at {url} (is Java 17 installed?): {_first_line(error)}"]) from None
    try:
        yield spark
    except PySparkException as error:
        raise FactsRefused([f"Spark could not decide: {_first_line(error)}"]) from None
    finally:
        spark.stop()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
