"""Whether a file is what its name claims, judged by its first bytes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from recoup.portfolio.reasons import (
    CUT_OFF,
    EMPTY_FILE,
    MISNAMED_WORKBOOK,
    NO_SUCH_FILE,
    NOT_A_TABLE,
    NOT_A_WORKBOOK,
    OLD_WORKBOOK,
    FileRefused,
    because,
)

GZIP_MARK = b"\x1f\x8b"
ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0"
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (ZIP_MARK, "a ZIP archive"),
    (GZIP_MARK, "compressed twice"),
)
_WEB_PAGE = (b"<!doctype", b"<html", b"<?xml", b"<table")


def holds_workbook(path: Path) -> bool:
    """Whether the file is to be read as XLSX.

    Raises FileRefused when it is missing, empty, or not what its name claims.
    """
    start = _start_of(path)
    named_so = path.suffix.lower() in (".xlsx", ".xlsm")
    if start.startswith(_OLE_MARK):
        # Old workbooks and encrypted new ones begin alike; the second say so when they are opened.
        if not named_so:
            raise FileRefused(because(OLD_WORKBOOK))
    elif named_so and not start.startswith(ZIP_MARK):
        raise FileRefused(because(NOT_A_WORKBOOK))
    elif start.startswith(ZIP_MARK) and not named_so and _lists_a_workbook(path):
        raise FileRefused(because(MISNAMED_WORKBOOK))
    return named_so


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
    except OSError:
        raise FileRefused(because(NO_SUCH_FILE, name=path.name)) from None
    if not start:
        raise FileRefused(because(EMPTY_FILE))
    return start


def _lists_a_workbook(path: Path) -> bool:
    # The names of the parts stand uncompressed in the directory at the end.
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 65_536))
        return b"xl/workbook.xml" in stream.read()


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a text file, unpacked when it is compressed with gzip.

    Raises FileRefused, also from inside the block, when the compressed data is cut off or damaged.
    """
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MARK
        raw.seek(0)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if compressed else raw
        try:
            yield stream
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise FileRefused(because(CUT_OFF)) from None


def refuse_foreign(stream: BinaryIO) -> None:
    """Raises FileRefused when the bytes are plainly no table: a picture, a PDF, a web page, nothing at all."""
    start = stream.read(512)
    stream.seek(0)
    if not start:
        raise FileRefused(because(EMPTY_FILE))
    for mark, found in _FOREIGN:
        if start.startswith(mark):
            raise FileRefused(because(NOT_A_TABLE, found=found))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise FileRefused(because(NOT_A_TABLE, found="a web page"))
