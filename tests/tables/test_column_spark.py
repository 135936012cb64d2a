"""The same 100,000 cases in DuckDB and on a real standalone cluster of Spark: a master and two workers."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recoup.tables.column import SqlColumn, Statement, compile_columns
from recoup.tables.model import Model
from recoup.tables.problems import ModelError
from tests.needs import program
from tests.tables.made_models import COLUMNS, FACTS, made
from tests.tables.test_column_agreement import smaller

CASES = 100_000
#: How many models are compared, and the seed at which looking for them begins.
MODELS, SEED = 4, 20
#: A busy machine needs minutes for what takes an idle one seconds.
PATIENCE_SECONDS = 300
ALL = {"place": SqlColumn("bigint"), **COLUMNS}
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "512m",
    "spark.cores.max": "2",
}


def facts_file(path: Path) -> Path:
    """A Parquet file of cases around the boundaries, with nulls."""
    random = Random(1)
    types = {
        "amount": pa.decimal128(9, 2),
        "days past due": pa.int64(),
        "rate": pa.float64(),
        "grade": pa.string(),
        "Person's open": pa.bool_(),
        "since": pa.date32(),
    }
    table = {"place": pa.array(range(CASES), pa.int64())}
    for name, (_, _, values) in FACTS.items():
        picked = [None if random.random() < 0.1 else random.choice(values) for _ in range(CASES)]
        table[name] = pa.array(picked, types[name])
    pq.write_table(pa.table(table), path)
    return path


def models() -> Iterator[tuple[Model, str]]:
    """Made-up models that both databases take whole."""
    found = 0
    for seed in range(SEED, SEED + 200):
        example = made(seed, cases=0)
        for place in range(len(example.model.decisions), 1, -1):
            model = smaller(example.model, place)
            name = model.decisions[-1].name
            try:
                statement(model, name, "spark", "facts")
                statement(model, name, "duckdb", "facts")
            except ModelError:
                continue
            yield model, name
            found += 1
            break
        if found == MODELS:
            return


def statement(model: Model, name: str, dialect: str, source: str) -> Statement:
    return compile_columns(model, name, columns=ALL, dialect=dialect, source=source)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a master with two workers, which are stopped at the end."""
    import pyspark

    home = Path(pyspark.__file__).parent
    launcher = str(home / "bin" / "spark-class")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    alone = ["--host", "127.0.0.1", "--webui-port", "0"]
    master = ["org.apache.spark.deploy.master.Master", *alone, "--port", str(port)]
    worker = ["org.apache.spark.deploy.worker.Worker", *alone, "--cores", "1", "--memory", "600m"]
    commands = {"master": master, "worker1": [*worker, address], "worker2": [*worker, address]}
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    started = []
    try:
        for name, command in commands.items():
            environment["SPARK_WORKER_DIR"] = str(folder / name)
            with (folder / f"{name}.log").open("wb") as log:
                started.append(subprocess.Popen([launcher, *command], env=environment, stdout=log, stderr=log))
            if name == "master":
                wait_for(folder / "master.log", "New state: ALIVE", 1)
        wait_for(folder / "master.log", "Registering worker", 2)
        yield address
    finally:
        for each in reversed(started):
            each.terminate()
        for each in started:
            each.wait(timeout=60)


def wait_for(log: Path, words: str, times: int) -> None:
    """Until a log says something so many times."""
    until = time.monotonic() + PATIENCE_SECONDS
    while log.read_text(errors="replace").count(words) < times:
        if time.monotonic() > until:
            raise TimeoutError(f"{words!r} in {log}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


@contextmanager
def session(address: str) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).appName("columns")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def test_a_cluster_of_spark_decides_as_duckdb_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program("java")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    facts = facts_file(tmp_path / "facts.parquet")
    compared = 0
    with cluster(tmp_path) as address, session(address) as spark:
        spark.read.parquet(f"file://{facts}").createOrReplaceTempView("facts")
        for place, (model, name) in enumerate(models()):
            answers = tmp_path / f"answers{place}"
            spark.sql(statement(model, name, "spark", "facts").sql).write.parquet(f"file://{answers}")
            assert differences(model, name, facts, answers) == []
            compared += 1
        assert spark.sparkContext.master == address
    assert compared == MODELS


def differences(model: Model, name: str, facts: Path, answers: Path) -> list[Any]:
    """Rows of which the cluster says something else than DuckDB."""
    here = statement(model, name, "duckdb", f"read_parquet('{facts}')")
    columns = ['"' + output.name.replace('"', '""') + '"' for output in here.layout]
    differs = " OR ".join(f"a.{column} IS DISTINCT FROM b.{column}" for column in columns)
    query = (
        f"SELECT a.*, b.* FROM ({here.sql}) a FULL JOIN read_parquet('{answers}/*.parquet') b USING (place)"
        f" WHERE a.place IS NULL OR b.place IS NULL OR {differs} LIMIT 3"
    )
    with duckdb.connect() as connection:
        counted = connection.execute(f"SELECT count(*) FROM read_parquet('{answers}/*.parquet')").fetchall()
        assert counted == [(CASES,)]
        return connection.execute(query).fetchall()
