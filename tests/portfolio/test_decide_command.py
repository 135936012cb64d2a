"""`recoup decide` as people call it: what it says, how it ends, and what stays of a run that was killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recoup.project.commandline import main
from tests.portfolio.decided import TREATED, decided, fact, literal, model, parquet, result, table

FACTS = "ref,amount,since,vip\na,100.50,2025-12-31,true\nb,,2026-01-01,\n"


def order(folder: Path, dmn: bytes, decision: str, *more: str, facts: str = FACTS) -> int:
    """Runs the command in this process on facts in CSV."""
    (folder / "model.dmn").write_bytes(dmn)
    (folder / "facts.csv").write_text(facts, encoding="utf-8")
    paths = ["--facts", str(folder / "facts.csv"), "--out", str(folder / "out.csv")]
    return main(["decide", str(folder / "model.dmn"), "--decision", decision, *paths, *more])


def test_the_command_says_what_it_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert order(tmp_path, TREATED, "Grade", "--json") == 0
    said = capsys.readouterr()
    figures = json.loads(said.out)
    assert (figures["rows"], figures["engine"], figures["rules"]) == (2, "duckdb", {"Grade": {"2": 1, "none": 1}})
    assert said.err == ""
    assert [row["Grade"] for row in result(tmp_path / "out.csv")] == ["large", ""]


def test_a_repeated_run_writes_the_same_bytes(tmp_path: Path) -> None:
    assert order(tmp_path, TREATED, "Treatment", "--json") == 0
    first = (tmp_path / "out.csv").read_bytes()
    assert order(tmp_path, TREATED, "Treatment", "--json") == 0
    assert (tmp_path / "out.csv").read_bytes() == first


def test_a_model_that_columns_refuse_ends_in_1_and_rows_run_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = model(fact("amount", "number"), literal("All", "for i in 1..amount return i * i", needs=["amount"]))
    assert order(tmp_path, loop, "All", facts="amount\n3\n") == 1
    said = capsys.readouterr().err
    assert f"{tmp_path / 'model.dmn'}:1" in said
    assert "for i in 1..amount" in said
    assert "--engine row" in said
    assert not (tmp_path / "out.csv").exists()
    assert order(tmp_path, loop, "All", "--engine", "row", facts="amount\n3\n") == 0
    assert result(tmp_path / "out.csv") == [{"amount": "3", "All": "[1, 4, 9]"}]


@pytest.mark.parametrize(
    ("dmn", "decision", "facts", "says"),
    [
        (TREATED, "Grade", "amount,since\nx,2026-01-01\n", "row 2, column amount: x is not a number"),
        (TREATED, "Grade", "amount\n1\n", "column since is missing"),
        (TREATED, "Nothing", FACTS, "it has: Grade, Treatment"),
        (b"<no", "Grade", FACTS, "model.dmn"),
    ],
)
def test_what_cannot_be_used_ends_in_2_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dmn: bytes, decision: str, facts: str, says: str
) -> None:
    assert order(tmp_path, dmn, decision, facts=facts) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


HOSTILE = [
    "select",
    'a"b',
    "it's",
    "x; DROP TABLE t --",
    "逾期天数",
    "_r1",
    "recoup_facts",
    "{}",
    "%s",
    "c0",
    "a.b",
    "\\",
]


@pytest.mark.parametrize("engine", ["duckdb", "row"])
def test_columns_may_be_called_anything(tmp_path: Path, engine: str) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in [*HOSTILE, "amount", "since"]]
    facts = ",".join(quoted) + "\n" + ",".join(["kept"] * len(HOSTILE)) + ",7,2026-01-01\n"
    _, rows = decided(tmp_path, TREATED, "Grade", facts, engine=engine)
    assert list(rows[0]) == [*HOSTILE, "amount", "since", "Grade", "Grade.rule"]
    assert list(rows[0].values()) == ["kept"] * len(HOSTILE) + ["7", "2026-01-01", "small", "3"]


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_every_rule_that_fired_is_listed(tmp_path: Path, out: str) -> None:
    dmn = model(
        fact("amount", "number"),
        table("Steps", [("amount", "number")], [("", "string")], [["> 1", '"a"'], ["> 2", '"b"'], ["> 3", '"c"']],
              hit="COLLECT", needs=["amount"]),
    )  # fmt: skip
    by_column = decided(tmp_path, dmn, "Steps", 'amount\n4\n3\n1\n""\n', out=out)
    by_row = decided(tmp_path, dmn, "Steps", 'amount\n4\n3\n1\n""\n', out=out, engine="row")
    assert by_row == (by_row[0], by_column[1])
    assert by_row[0].rules == by_column[0].rules
    fired = [row["Steps.rule"] or "[]" for row in by_column[1]]
    assert [json.loads(str(each)) for each in fired] == [[1, 2, 3], [1, 2], [], []]


@pytest.mark.parametrize(
    "amount", ["7::BIGINT", "7.5::DOUBLE", "7.25::DECIMAL(9, 2)", "200::UTINYINT", "NULL::INTEGER", "-7::HUGEINT"]
)
def test_every_kind_of_number_is_decided_alike_by_both_engines(tmp_path: Path, amount: str) -> None:
    facts = parquet(tmp_path / "facts.parquet", f"SELECT {amount} AS amount, DATE '2025-01-01' AS since")
    by_column = decided(tmp_path, TREATED, "Grade", facts, out="out.parquet")[1]
    assert decided(tmp_path, TREATED, "Grade", facts, out="out.parquet", engine="row")[1] == by_column
    assert by_column[0]["Grade"] == {"7": "small", "-": "small", "2": "large", "N": None}[amount[0]]


def test_a_run_that_is_killed_leaves_the_old_result_and_the_next_run_clears_up(tmp_path: Path) -> None:
    facts = parquet(
        tmp_path / "facts.parquet",
        "SELECT (i % 300)::DECIMAL(9, 2) AS amount, DATE '2025-01-01' AS since, true AS vip FROM range(2000000) t(i)",
    )
    (tmp_path / "model.dmn").write_bytes(TREATED)
    (tmp_path / "out.parquet").write_text("from before")
    spool = tmp_path / "spool"  # a killed run cannot clear up what it kept there
    spool.mkdir()
    command = [
        sys.executable,
        "-m",
        "recoup.project.commandline",
        "decide",
        "model.dmn",
        "--decision",
        "Treatment",
        "--engine",
        "row",
    ]
    running = subprocess.Popen(
        [*command, "--facts", facts.name, "--out", "out.parquet"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        | {"TMPDIR": str(spool)},
    )
    time.sleep(2)  # two million rows one by one take far longer
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert (tmp_path / "out.parquet").read_text() == "from before"
    (tmp_path / f".out.parquet.{running.pid}.part").write_text("half")
    decided(tmp_path, TREATED, "Grade", FACTS, out="out.parquet")
    assert len(result(tmp_path / "out.parquet")) == 2
    assert not list(tmp_path.glob(".out.parquet.*"))


def test_spark_is_asked_for_in_words_where_it_cannot_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert order(tmp_path, TREATED, "Grade", "--engine", "spark=local[1]") == 2
    assert "pip install 'recoup[spark]'" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.csv", "model.dmn"]


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("java") is None and not os.environ.get("JAVA_HOME"), reason="Spark needs Java")
@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_spark_writes_the_same_file_as_duckdb(tmp_path: Path, out: str) -> None:
    pytest.importorskip("pyspark")
    facts = parquet(
        tmp_path / "facts.parquet",
        "SELECT i AS ref, CASE WHEN i % 50 > 0 THEN (i * 7919 % 20000 / 100)::DECIMAL(9, 2) END AS amount,"
        " DATE '2026-01-01' - i::INT % 2 AS since, i % 3 = 0 AS vip FROM range(20000) t(i)",
    )
    ours = decided(tmp_path, TREATED, "Treatment", facts, out=out)
    theirs = decided(tmp_path, TREATED, "Treatment", facts, out=out, engine="spark=local[2]")
    assert theirs[1] == ours[1]
    assert theirs[0].rules == ours[0].rules
