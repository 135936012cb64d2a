"""Facts are read without loss: DuckDB's reader of CSV against Python's, numbers against decimals, doubles."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recoup.portfolio.decide.csv_facts import open_csv
from recoup.portfolio.decide.parquet_facts import open_parquet
from recoup.portfolio.decide.session import session
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    FeelType,
    ListOf,
)
from tests.generative import sampled


def read_csv(content: bytes, **wanted: FeelType) -> list[tuple[Any, ...]]:
    """The facts of a CSV file, in the order of its columns, without what else is kept."""
    with TemporaryDirectory() as folder, session() as run:
        path = Path(folder) / "facts.csv"
        path.write_bytes(content)
        open_csv(run, path, [Wanted((name,), kind) for name, kind in wanted.items()])
        names = ", ".join(wanted)
        return run.rows(f"SELECT {names} FROM recoup_facts")


def read_parquet(select: str, **wanted: FeelType) -> list[tuple[Any, ...]]:
    """The facts of a Parquet file."""
    with TemporaryDirectory() as folder, session() as run:
        path = Path(folder) / "facts.parquet"
        duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        open_parquet(run, path, [Wanted((name,), kind) for name, kind in wanted.items()])
        names = ", ".join(wanted)
        return run.rows(f"SELECT {names} FROM recoup_facts")


# Cells that readers of CSV like to differ on.
cells = st.one_of(
    st.sampled_from(
        ["", " ", '"', '""', ",", ";", "\n", "\r\n", "NULL", "null", "NA", "#", "\\", '\\"', "'", "'a'", " x "]
    ),
    st.text(st.sampled_from("ab,;\t\"\\\n\r #'é中"), max_size=8),
).filter(lambda cell: "\r" not in cell.replace("\r\n", ""))  # a writer of CSV leaves it without quotes


@sampled
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cells_are_read_as_they_were_written(
    examples: str, rows: list[tuple[str, str]], end: str, quote_all: bool
) -> None:
    stream = io.StringIO(newline="")
    quoted = csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer = quoted if quote_all else csv.writer(stream, lineterminator=end)
    writer.writerows([("a", "b"), *rows])
    found = read_csv(stream.getvalue().encode(), a=STRING, b=STRING)
    assert found == [tuple(cell or None for cell in row) for row in rows]


@sampled
@given(st.text(st.sampled_from("ab1,;\"\\\n\r '#"), max_size=30))
@example('x,"y"\n\n\nz,"\n"\n')
@example('1, "x"\n')
@example('"a"b,1\n')
@example("a,b\r1,2\n")
def test_text_is_refused_or_read_as_python_reads_it(examples: str, body: str) -> None:
    text = "k,v\nx,y\n" + body
    try:
        found = read_csv(text.encode(), k=STRING, v=STRING)
    except FactsRefused:
        return  # never a wrong cell; what both could read is shown above
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row][1:]
    assert found == [tuple(cell or None for cell in row[:2]) for row in rows]
    assert not any(any(row[2:]) for row in rows)  # DuckDB leaves out a cell too many if nothing stands in it


numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12).map(str),
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15).map(repr),
    st.sampled_from(
        [
            "",
            "0",
            "-0.0",
            "+1",
            ".5",
            "5.",
            "1E3",
            "1e-9",
            " 7 ",
            "007",
            "1.50000000000000000000000",
            "0.00123e5",
            "-12345E-10",
            "123e-3",
            "+1.5e+2",
            "00.5e1",
        ]
    ),
)


@sampled
@given(st.lists(numbers, min_size=1, max_size=8))
def test_numbers_in_text_keep_every_digit(examples: str, texts: list[str]) -> None:
    content = "x,n\n" + "".join(f"k,{text}\n" for text in texts)
    expected = [Decimal(text.strip()) if text.strip() else None for text in texts]
    digits = [abs(value) for value in expected if value]
    places = max((max(0, -int(value.normalize().as_tuple().exponent)) for value in digits), default=0)
    whole = max((len(str(int(value))) for value in digits if value >= 1), default=0)
    if places + whole > 38:
        with pytest.raises(FactsRefused, match="digits"):
            read_csv(content.encode(), n=NUMBER)
        return
    assert [row[0] for row in read_csv(content.encode(), n=NUMBER)] == expected


@sampled
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15), min_size=1, max_size=8)
)
def test_doubles_become_the_shortest_decimals_that_mean_them(examples: str, values: list[float]) -> None:
    expected = [Decimal(repr(value)) for value in values]
    select = f"SELECT CAST(unnest({[repr(value) for value in values]}) AS DOUBLE) AS n"
    found = [row[0] for row in read_parquet(select, n=NUMBER)]
    assert [Decimal(repr(value)) if isinstance(value, float) else value for value in found] == expected


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (DATE, ["2026-02-28", "2024-02-29", " 0001-01-01 ", "9999-12-31", ""],
         ["2026-02-30", "2025-02-29", "2026-2-3", "2026/02/03", "20260203", "infinity", "epoch", "2026-01-01 00:00:00",
          "10000-01-01", "0001-01-01 (BC)", "２０２６-01-01"]),
        (BOOLEAN, ["true", "FALSE", " True ", ""], ["1", "0", "yes", "t", "tru e"]),
        (NUMBER, ["1", "-1.5e-3", ""], ["1,5", "1 000", "1_000", "NaN", "inf", "-", "1.2.3", "0x10", "１", "1e"]),
        (TIME, ["13:45:00", "13:45:00.5Z", "13:45:00+02:00", "13:45:00@Europe/Paris"],
         ["24:00:00", "13:45", "1:00:00"]),
        (DATE_AND_TIME, ["2026-01-01T13:45:00", "2026-01-01T13:45:00Z"], ["2026-01-01 13:45:00", "2026-01-01"]),
        (DAYS_DURATION, ["P1D", "-PT36H", "P1DT1H1M1.5S"], ["P", "PT", "P1DT", "P1M", "1D", "P1Y"]),
        (MONTHS_DURATION, ["P1Y", "P14M", "-P1Y2M"], ["P", "P1D", "P1M1Y"]),
    ],
)  # fmt: skip
def test_a_cell_is_of_its_type_or_is_named(kind: FeelType, good: list[str], bad: list[str]) -> None:
    content = "x,n\n" + "".join(f'k,"{text}"\n' for text in good)
    assert len(read_csv(content.encode(), n=kind)) == len(good)
    for text in bad:
        with pytest.raises(FactsRefused) as refused:
            read_csv(f'x,n\nk,{good[0]}\nk,"{text}"\n'.encode(), n=kind)
        assert str(refused.value).startswith(f"facts.csv: row 3, column n: {text} is not")


def test_a_cell_of_a_fact_without_a_type_is_refused_in_text_and_taken_in_parquet() -> None:
    with pytest.raises(FactsRefused, match="does not say of which type"):
        read_csv(b"x,n\nk,1\n", n=ANY)
    assert read_parquet("SELECT 1.5 AS n, 'x' AS s, true AS b", n=ANY, s=ANY, b=ANY) == [(Decimal("1.5"), "x", True)]


def test_lists_stand_in_parquet_alone() -> None:
    assert read_parquet("SELECT [1, 2] AS n", n=ListOf(NUMBER)) == [([1, 2],)]
    with pytest.raises(FactsRefused, match="column n"):
        read_csv(b"x,n\nk,1\n", n=ListOf(NUMBER))


@pytest.mark.parametrize("name", ["a[1]*.csv", "it's.csv", "空 格.csv", 'q"uote.csv'])
def test_any_name_of_a_file_means_that_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x,n\nk,1\n")
    (tmp_path / "a1b.csv").write_text("x,n\nk,2\n")
    with session() as run:
        open_csv(run, tmp_path / name, [Wanted(("n",), NUMBER)])
        assert run.rows("SELECT n FROM recoup_facts") == [(1,)]


def test_a_file_with_one_column_is_read_without_its_blank_lines() -> None:
    assert read_csv(b'n\n1\n\n""\n3\n', n=NUMBER) == [(1,), (None,), (3,)]


def test_line_ends_of_several_kinds_are_read_all_the_same() -> None:
    assert read_csv(b"x,n\r\nk,1\nk,2\r\nk,3\rk,4", n=NUMBER) == [(1,), (2,), (3,), (4,)]


def test_what_a_killed_run_kept_for_itself_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "recoup-decide-999999999-abc").mkdir()
    (tmp_path / f"recoup-decide-{os.getppid()}-abc").mkdir()
    with session():
        names = {path.name.rpartition("-")[0] for path in tmp_path.iterdir()}
    assert names == {f"recoup-decide-{os.getppid()}", f"recoup-decide-{os.getpid()}"}
