"""A lender's file as rows of text: CSV in four encodings, also compressed, or XLSX. Read twice, never held whole."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeAlias

from recoup.portfolio.cells import unescape_cell
from recoup.portfolio.claims import holds_workbook, refuse_foreign, unpacked
from recoup.portfolio.encodings import encoding_of
from recoup.portfolio.reasons import (
    BAD_QUOTES,
    CELL_TOO_LONG,
    COLUMN_TWICE,
    NO_HEADER,
    QUOTE_LEFT_OPEN,
    TOO_MANY_COLUMNS,
    FileRefused,
    Reason,
    because,
)
from recoup.portfolio.spreadsheets import sheet_rows

Row: TypeAlias = tuple[int, list[str]]

DELIMITERS = (",", ";", "\t")
COLUMNS_MAX = 2000
CELL_CHARACTERS_MAX = 131_072


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader is told beforehand; empty means: find out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that has been checked from end to end: its rows can be read without surprise.

    ``header`` is the first row as it stands, ``row_count`` the rows below it that hold anything.
    """

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    sheet: str
    header: tuple[str, ...]
    row_count: int
    _open: Callable[[], Iterator[Row]] = field(repr=False, compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns without spaces around them; a column without a name is empty."""
        return tuple(name.strip().strip("\ufeff\u3000") for name in self.header)

    def rows(self) -> Iterator[Row]:
        """The rows below the header with their numbers (the header is row 1); blank rows are left out."""
        return (row for row in islice(self._open(), 1, None) if any(row[1]))


def open_source(path: Path, reading: Reading | None = None) -> Source:
    """Reads the file once to its end, so that a file that breaks in its middle is refused before anything is kept.

    Raises FileRefused: no such file, not what its name claims, no encoding that fits, broken quotes, cut off.
    """
    found = reading or Reading()
    if holds_workbook(path):
        sheet, rows = sheet_rows(path, found.sheet)
        return _checked(path, Reading(sheet=sheet), rows)
    with unpacked(path) as stream:
        refuse_foreign(stream)
        found = replace(found, encoding=encoding_of(stream, found.encoding), sheet="")
    found = replace(found, delimiter=found.delimiter or _delimiter_of(path, found.encoding))
    return _checked(path, found, lambda: _text_rows(path, found))


def _checked(path: Path, found: Reading, rows: Callable[[], Iterator[Row]]) -> Source:
    reader = rows()
    first = next(reader, (1, []))[1]
    if not any(first):
        raise FileRefused(because(NO_HEADER))
    row_count = sum(1 for _number, cells in reader if any(cells))
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    source = Source(path, sha256, found.encoding, found.delimiter, found.sheet, tuple(first), row_count, rows)
    _check_header(source.columns)
    return source


def _check_header(columns: tuple[str, ...]) -> None:
    if len(columns) > COLUMNS_MAX:
        raise FileRefused(because(TOO_MANY_COLUMNS, limit=COLUMNS_MAX))
    seen: set[str] = set()
    for column in filter(None, columns):
        if column.casefold() in seen:
            raise FileRefused(because(COLUMN_TWICE, column=column))
        seen.add(column.casefold())


def _text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding=encoding, newline="")


def _delimiter_of(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first line into the most cells."""
    with unpacked(path) as stream:
        line = _text_of(stream, encoding).readline()
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([line], delimiter=delimiter), [])))


def _text_rows(path: Path, found: Reading) -> Iterator[Row]:
    with unpacked(path) as stream:
        lines = _Lines(_text_of(stream, found.encoding))
        reader = csv.reader(lines, delimiter=found.delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                if lines.apostrophe:
                    lines.apostrophe = False
                    cells = [unescape_cell(cell) for cell in cells]  # noqa: PLW2901
                yield number, cells
        except csv.Error as error:
            raise FileRefused(_quote_trouble(str(error), number + 1)) from None


class _Lines:
    """Lines of a text; remembers whether one since the last look held an apostrophe, the mark of a defused cell."""

    __slots__ = ("_lines", "apostrophe")

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.apostrophe = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if "'" in line:
                self.apostrophe = True
            yield line


def _quote_trouble(problem: str, row: int) -> Reason:
    if "field limit" in problem:
        return because(CELL_TOO_LONG, row=row, limit=CELL_CHARACTERS_MAX)
    if "unexpected end" in problem:
        return because(QUOTE_LEFT_OPEN, row=row)
    return because(BAD_QUOTES, row=row, problem=problem)
