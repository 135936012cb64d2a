"""The rejects file: what was not taken, ready to be mended."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

from recoup.portfolio.layouts import layout_of
from recoup.portfolio.lines import ReadRow, Reject
from recoup.portfolio.rejects import RejectsFile
from recoup.portfolio.sources import open_source
from tests.portfolio.files import BOOK, HEADER, ZHOU, workbook, written


def rejects_of(path: Path, into: Path) -> Path:
    """Writes the rejects of a file."""
    source = open_source(path)
    with RejectsFile(into, source) as file:
        for row in layout_of(source).rows(source):
            if isinstance(row, Reject):
                file.add(row)
    return into


def cells_of(path: Path) -> list[list[str]]:
    """The cells of a CSV as a spreadsheet would see them."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_a_reject_keeps_its_row_and_says_why(tmp_path: Path) -> None:
    bad = ZHOU.replace("CNY", "RMB")
    path = rejects_of(written(tmp_path, f"{HEADER}\n{ZHOU}\n{bad}\n"), tmp_path / "rejects.csv")
    assert cells_of(path) == [
        [*HEADER.split(","), "reject_row", "reject_column", "reject_reason"],
        [*bad.split(","), "3", "currency", "RMB is not a currency (ISO 4217)"],
    ]


def test_a_mended_rejects_file_is_read_like_the_first(tmp_path: Path) -> None:
    header = HEADER.replace("debtor_name", "Debtor_Name ")
    formula = ZHOU.replace("周明", "=cmd()").replace("100.00", "100;00")
    path = rejects_of(written(tmp_path, f"{header}\n{formula}\n"), tmp_path / "rejects.csv")
    text = path.read_text(encoding="utf-8-sig")
    assert "'=cmd()" in text
    path.write_text(text.replace("100;00", "100.00"), encoding="utf-8-sig")
    source = open_source(path)
    layout = layout_of(source)
    [row] = layout.rows(source)
    assert isinstance(row, ReadRow)
    assert row.debt is not None
    assert row.debt.debtor_name == "=cmd()"
    assert layout.unused == ()


def test_rejects_of_rejects_do_not_grow_columns(tmp_path: Path) -> None:
    first = rejects_of(written(tmp_path, f"{HEADER}\n{ZHOU.replace('CNY', 'RMB')}\n"), tmp_path / "first.csv")
    second = rejects_of(first, tmp_path / "second.csv")
    assert cells_of(second)[0] == cells_of(first)[0]
    assert cells_of(second)[1][-3:] == ["2", "currency", "RMB is not a currency (ISO 4217)"]


def test_rejects_of_a_workbook_are_a_csv(tmp_path: Path) -> None:
    bad = ZHOU.replace("CNY", "RMB")
    path = rejects_of(workbook(tmp_path, [HEADER.split(","), bad.split(",")]), tmp_path / "rejects.csv")
    assert cells_of(path)[1][:8] == bad.split(",")


def test_rows_of_the_wrong_width_lose_nothing(tmp_path: Path) -> None:
    path = rejects_of(written(tmp_path, f"{HEADER}\n{ZHOU},more\nHarbour\n"), tmp_path / "rejects.csv")
    long, short = cells_of(path)[1:]
    assert long[:8] == ZHOU.split(",")
    assert long[-1].endswith("left over: more")
    assert short[:8] == ["Harbour", *[""] * 7]


def test_no_file_appears_without_rejects_and_an_old_one_goes(tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").write_text("of an earlier run")
    rejects_of(written(tmp_path, BOOK), tmp_path / "rejects.csv")
    assert not (tmp_path / "rejects.csv").exists()


def test_a_failure_leaves_no_half_written_file(tmp_path: Path) -> None:
    source = open_source(written(tmp_path, f"{HEADER}\n{ZHOU.replace('CNY', 'RMB')}\n"))
    [reject] = layout_of(source).rows(source)
    assert isinstance(reject, Reject)
    with suppress(KeyError), RejectsFile(tmp_path / "rejects.csv", source) as file:
        file.add(reject)
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["book.csv"]


def test_ten_thousand_bad_rows_are_all_there(tmp_path: Path) -> None:
    bad = "\n".join(ZHOU.replace("100.00", f"-{at}") for at in range(1, 10_001))
    path = rejects_of(written(tmp_path, f"{HEADER}\n{bad}\n"), tmp_path / "rejects.csv")
    rows = cells_of(path)[1:]
    assert len(rows) == 10_000
    assert {row[9] for row in rows} == {"due_principal"}
    assert [row[8] for row in rows] == [str(at) for at in range(2, 10_002)]
