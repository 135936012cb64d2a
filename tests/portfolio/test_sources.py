"""Files are read strictly and to their end: what they claim, how they are written, where they break."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.portfolio.encodings import encoding_of
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import Reading, open_source
from tests.portfolio.files import BOOK, HEADER, written

HANS = "债务人姓名,地址\n王小明,上海市浦东新区张江路一号\n李芳,广州市天河区\n"
HANT = "債務人姓名,地址\n王小明,臺北市信義區松仁路一號\n李芳,高雄市前鎮區\n"
HONG_KONG = "姓名,地址\n陳大文,九龍深水埗石硤尾邨\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HANS, "utf-8"),
        (HANS, "utf-8-sig"),
        (HANS, "utf-16"),  # with its byte order mark
        (HANS, "utf-16-le"),  # and without
        (HANS, "utf-16-be"),
        (HANS, "gb18030"),
        (HANT, "gb18030"),  # traditional characters, written on the mainland
        (HANT, "big5"),
        (HONG_KONG, "big5hkscs"),  # 邨 is not in plain Big5
        ("姓名,额\n王伟,1\n", "gbk"),  # a few characters are enough
        ("姓名,額\n王偉,1\n", "big5"),
        (BOOK, "utf-8"),
    ],
)
def test_chinese_and_english_files_are_read_in_any_of_four_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    source = open_source(written(tmp_path, text.encode(encoding)))
    assert [",".join(source.header), *(",".join(cells) for _, cells in source.rows())] == text.split()


def test_a_wrong_encoding_that_is_named_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="not written in utf-8"):
        open_source(written(tmp_path, HANS.encode("gb18030")), Reading(encoding="utf-8"))
    with pytest.raises(FileRefused, match="no encoding named klingon"):
        open_source(written(tmp_path, BOOK), Reading(encoding="klingon"))
    with pytest.raises(FileRefused, match="no encoding named hex"):
        open_source(written(tmp_path, BOOK), Reading(encoding="hex"))


def test_a_byte_order_mark_wins_over_the_encoding_named(tmp_path: Path) -> None:
    path = written(tmp_path, HANS.encode("utf-8-sig"))
    assert open_source(path, Reading(encoding="gb18030")).encoding == "utf-8-sig"


def test_a_western_european_file_is_refused_and_not_read_as_chinese(tmp_path: Path) -> None:
    path = written(tmp_path, "name,city\nMélanie Lefèvre,Orléans\n".encode("cp1252"))
    with pytest.raises(FileRefused, match="name its encoding"):
        open_source(path)
    assert next(open_source(path, Reading(encoding="cp1252")).rows())[1] == ["Mélanie Lefèvre", "Orléans"]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40))
def test_a_file_is_never_read_as_other_text_than_was_written_in_utf8(text: str) -> None:
    import io

    assert encoding_of(io.BytesIO(text.encode())) == "utf-8"


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("a;b\n1;2\n", ["1", "2"]),
        ("a\tb\n1\t2\n", ["1", "2"]),
        ('a,b\n"1,5","x ""y"""\n', ["1,5", 'x "y"']),
        ('a,b\n1,"two\nlines"\n', ["1", "two\nlines"]),
        ("a,b\r1,2\r", ["1", "2"]),  # line ends of old Macs
        ("a,b\r\n1,2", ["1", "2"]),  # no end of line at the end
        ("a,b\n1,'=1+1\n", ["1", "=1+1"]),  # a formula that an export defused
        ("a,b\n1,'twas\n", ["1", "'twas"]),
    ],
)
def test_cells_are_cut_as_they_were_written(tmp_path: Path, content: str, cells: list[str]) -> None:
    assert [row for _, row in open_source(written(tmp_path, content)).rows()] == [cells]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    source = open_source(written(tmp_path, 'a,b\n1,2\n\n,\n"x\ny",3\n'))
    assert [number for number, _ in source.rows()] == [2, 5]
    assert source.row_count == 2


def test_a_compressed_file_is_read_like_the_file_in_it(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(HANT.encode("big5"), mtime=0), "book.csv.gz")
    assert [cells[0] for _, cells in open_source(path).rows()] == ["王小明", "李芳"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("book.csv", b"", "is empty"),
        ("book.csv", b"\n\na,b\n", "first row is blank"),
        ("book.csv", b"%PDF-1.7\n", "is a PDF"),
        ("book.csv", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("book.csv", b"PK\x03\x04nothing", "is a ZIP archive"),
        ("book.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        ("book.xls", b"<html><body><table><tr>", "is a web page"),
        ("book.xlsx", BOOK.encode(), "no Excel workbook"),
        ("book.xlsx", b"PK\x03\x04nothing", "cannot be read"),
        ("book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("book.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("book.csv.gz", gzip.compress(b"%PDF-1.7", mtime=0), "is a PDF"),
        ("book.csv.gz", gzip.compress(gzip.compress(b"a,b", mtime=0), mtime=0), "compressed twice"),
        ("book.csv.gz", gzip.compress(BOOK.encode() * 500, mtime=0)[:-30], "cut off"),
        ("book.csv.gz", gzip.compress(BOOK.encode(), mtime=0)[:-4], "cut off"),
        ("book.csv", b"a,b\n1,\0\n", "NUL"),
        ("book.csv", b'a,b\n1,"2\n3,4\n', "row 2: a quote is opened and not closed"),
        ("book.csv", b'a,b\n1,2\n3,"4"5\n', "row 3: the quotes"),
        ("book.csv", b'a,b\n1,"' + b"x" * 200_000 + b'"\n', "row 2: a cell is longer"),
        ("book.csv", b"a,b\n" + b"x" * 3_000_000 + b"\n", "longer than"),
        ("book.csv", b"a,A\n1,2\n", "stands twice"),
        ("book.csv", ",".join(f"c{at}" for at in range(2001)).encode(), "more than 2000 columns"),
        ("book.csv", b"caf\xe9\xe9,b\n\xff\xff,\n", "name its encoding"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        open_source(written(tmp_path, content, name))
    assert says in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"no file absent\.csv"):
        open_source(tmp_path / "absent.csv")


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    one, other = written(tmp_path, BOOK), written(tmp_path, BOOK, "again.csv")
    assert open_source(one).sha256 == open_source(other).sha256
    assert open_source(one).columns == tuple(HEADER.split(","))
