"""Excel workbooks: their values as text, and the ones that would fill the memory."""

from __future__ import annotations

import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from recoup.portfolio import zip_limits
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import Reading, open_source
from recoup.portfolio.spreadsheets import cell_text, number_text
from tests.portfolio.files import BOOK, with_sheet_xml, workbook, written


def test_dates_and_numbers_arrive_as_a_book_writes_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["date", "amount", "long", "small", "flag", "formula"],
            [date(2026, 3, 1), 1234.5, "0012345678901234567890", 0.0000001, True, "'=1+1"],
            [datetime(2026, 3, 1, 8, 30), 100, 1e15, 0.1 + 0.2, False, None],  # noqa: DTZ001  # as Excel has it
        ],
    )
    assert [cells for _, cells in open_source(path).rows()] == [
        ["2026-03-01", "1234.5", "0012345678901234567890", "0.0000001", "true", "=1+1"],
        ["2026-03-01 08:30:00", "100", "1000000000000000", "0.3", "false", ""],
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-1.0, "-1"),
        (0.30000000000000004, "0.3"),
        (1e20, "100000000000000000000"),
        (123456789012345.6, "123456789012346"),  # 15 digits are all that Excel keeps
        (1e-9, "0.000000001"),
    ],
)
def test_a_double_is_written_without_exponent(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [(time(8, 30), "08:30:00"), (timedelta(hours=30), "30:00:00"), (date(2026, 3, 1), "2026-03-01"), (7, "7")],
)
def test_rarer_cells_have_a_text_too(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_rows_keep_their_numbers_where_a_sheet_has_gaps(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], [None, None], ["1", "2"]])
    assert list(open_source(path).rows()) == [(3, ["1", "2"])]


def test_the_first_visible_sheet_is_read_unless_another_is_named(tmp_path: Path) -> None:
    book = Workbook()
    hidden: Any = book.active
    hidden.title, hidden.sheet_state = "Hidden", "hidden"
    hidden.append(["no"])
    book.create_sheet("债务").append(["a"])
    book.create_sheet("Second").append(["b"])
    book.active = 1
    book.save(tmp_path / "book.xlsx")
    assert open_source(tmp_path / "book.xlsx").header == ("a",)
    assert open_source(tmp_path / "book.xlsx", Reading(sheet="Second")).header == ("b",)
    with pytest.raises(FileRefused, match="has no sheet Third; it has: Hidden, 债务, Second"):
        open_source(tmp_path / "book.xlsx", Reading(sheet="Third"))


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is empty"):
        open_source(workbook(tmp_path, []))


def test_a_workbook_named_csv_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["1"]])
    with pytest.raises(FileRefused, match=r"not named \.xlsx"):
        open_source(path.rename(tmp_path / "book.csv"))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_limits, "UNPACKED_BYTES_MAX", 20 * 1024 * 1024)
    path = with_sheet_xml(workbook(tmp_path, [["a"]]), b"<worksheet>" + b" " * 60_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(FileRefused, match="unpack to more than 20 MB"):
        open_source(path)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_limits, "UNPACKED_BYTES_MAX", 20 * 1024 * 1024)
    path = with_sheet_xml(workbook(tmp_path, [["a"]]), b"<worksheet>" + b" " * 60_000_000)
    with zipfile.ZipFile(path) as archive:
        claimed = {part.file_size for part in archive.infolist()}
    real, small = struct.pack("<I", max(claimed)), struct.pack("<I", 11)
    path.write_bytes(path.read_bytes().replace(real, small))
    with pytest.raises(FileRefused, match="unpack to more than 20 MB"):
        open_source(path)


def test_a_sheet_with_a_cell_in_its_last_corner_is_refused(tmp_path: Path) -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    xml = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    path = with_sheet_xml(workbook(tmp_path, [["a"]]), xml + rows + b"</sheetData></worksheet>")
    with pytest.raises(FileRefused, match="more than 4000000 cells"):
        open_source(path)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["1"]])
    whole = path.read_bytes()
    for cut in (whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(cut)
        with pytest.raises(FileRefused, match="cannot be read"):
            open_source(path)
    path.write_bytes(whole)
    with pytest.raises(FileRefused, match="cannot be read"):
        open_source(with_sheet_xml(path, b"<worksheet><sheetData><row"))


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"]])
    with zipfile.ZipFile(path) as archive:
        packed = struct.pack("<I", archive.getinfo("xl/worksheets/sheet1.xml").compress_size)
    path.write_bytes(path.read_bytes().replace(packed, struct.pack("<I", 10**6)))
    with pytest.raises(FileRefused, match="parts overlap"):
        open_source(path)


def test_a_workbook_that_is_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("notes.txt", BOOK)
    with pytest.raises(FileRefused, match="cannot be read"):
        open_source(tmp_path / "book.xlsx")


def test_columns_are_counted_as_excel_letters_them() -> None:
    assert [zip_limits.column_number(letters) for letters in (b"", b"A", b"z", b"AA", b"XFD")] == [0, 1, 26, 27, 16384]


def test_a_gzip_bomb_is_read_line_by_line_and_refused(tmp_path: Path) -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(
        [packed.compress(b"a,b\n"), *(packed.compress(b"x" * 1_000_000) for _ in range(50)), packed.flush()]
    )
    with pytest.raises(FileRefused, match="line is longer"):
        open_source(written(tmp_path, bomb, "book.csv.gz"))
