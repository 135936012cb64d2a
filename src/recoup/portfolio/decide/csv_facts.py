"""Facts in CSV, written in any encoding and with any delimiter that an import reads.

DuckDB reads UTF-8 itself, in parallel and in bounded memory. What it cannot read so (another encoding, gzip, line ends
of several kinds) is first rewritten by the reader of imports, which also says in words where a file is broken.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from recoup.portfolio.claims import GZIP_MARK, holds_workbook, refuse_foreign, unpacked
from recoup.portfolio.decide.facts import Facts, Raw, check_names, make_view
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import Column, ColumnUnfit, csv_scan, from_text
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted
from recoup.portfolio.encodings import encoding_of
from recoup.portfolio.reasons import (
    BAD_QUOTES,
    CELL_TOO_LONG,
    NO_HEADER,
    NOT_A_TABLE,
    QUOTE_LEFT_OPEN,
    WRONG_WIDTH,
    FileRefused,
    Reason,
    because,
)
from recoup.portfolio.sources import CELL_CHARACTERS_MAX, DELIMITERS


@dataclass(frozen=True, slots=True)
class _Text:
    """A CSV file as it is written: where its bytes lie, in which encoding, what parts its cells."""

    path: Path
    encoding: str
    delimiter: str
    compressed: bool

    @property
    def is_plain(self) -> bool:
        return self.encoding in ("utf-8", "utf-8-sig") and not self.compressed

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows with their numbers, the header being 1; rows without any cell are left out. Raises FileRefused."""
        with unpacked(self.path) as stream:
            lines = io.TextIOWrapper(stream, encoding=self.encoding, newline="")
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            number = 0
            try:
                for cells in reader:
                    number += 1
                    if cells:
                        yield number, cells
            except csv.Error as error:
                raise FileRefused(_quotes(str(error), number + 1)) from None


def _quotes(problem: str, row: int) -> Reason:
    if "field limit" in problem:
        return because(CELL_TOO_LONG, row=row, limit=CELL_CHARACTERS_MAX)
    if "unexpected end" in problem:
        return because(QUOTE_LEFT_OPEN, row=row)
    return because(BAD_QUOTES, row=row, problem=problem)


def open_csv(session: Session, path: Path, wanted: Sequence[Wanted], *, keep_typed: bool = False) -> Facts:
    """The facts of a CSV file; the result keeps its cells as they are written, or typed.

    Raises FactsRefused: no text in an encoding that fits, broken rows, a column missing, a cell that is not of its
    fact's type.
    """
    try:
        return _opened(session, path, wanted, keep_typed=keep_typed)
    except FileRefused as refused:
        raise FactsRefused([f"{path.name}: {refused}"]) from None


def _opened(session: Session, path: Path, wanted: Sequence[Wanted], *, keep_typed: bool) -> Facts:
    text = _recognised(path)
    header = _header(text)
    columns = _columns(path.name, header, wanted)
    if text.is_plain and len(header) > 1 and not _quotes_stand_loose(path):
        try:
            return make_view(session, _raw(text, text, header, keep_typed=keep_typed), columns)
        except duckdb.Error as error:
            unread = str(error).partition("\n")[0]
        session.progress("read the facts anew", 0)
    else:
        unread = ""
    rewritten = _rewritten(text, len(header), session.folder / "facts.csv")
    try:
        return make_view(session, _raw(text, rewritten, header, keep_typed=keep_typed), columns)
    except duckdb.Error as error:
        raise FactsRefused([f"{path.name}: cannot be read ({unread or str(error).partition(chr(10))[0]})"]) from None


_BLOCK_BYTES = 1 << 20
_LOOSE_QUOTE = re.compile(rb'(?:^|[,;\t\r\n]) +"|" +(?:$|[,;\t\r\n])')


def _quotes_stand_loose(path: Path) -> bool:
    """Whether spaces stand between a quote and the edge of its cell, which readers take in different ways."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            block += stream.readline()
            if (b' "' in block or b'" ' in block) and _LOOSE_QUOTE.search(block):
                return True
    return False


def _recognised(path: Path) -> _Text:
    if holds_workbook(path):
        raise FileRefused(because(NOT_A_TABLE, found="an Excel workbook (save it as CSV)"))
    with unpacked(path) as stream:
        refuse_foreign(stream)
        encoding = encoding_of(stream)
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MARK
    text = _Text(path, encoding, ",", compressed)
    with unpacked(path) as stream:
        line = io.TextIOWrapper(stream, encoding=encoding, newline="").readline()
    widths = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in DELIMITERS}
    return replace(text, delimiter=max(DELIMITERS, key=lambda mark: widths[mark]))


def _header(text: _Text) -> tuple[str, ...]:
    """The names of the columns; one without a name is called by its place, so that it can be kept."""
    number, first = next(text.rows(), (1, []))
    if number != 1 or not any(first):
        raise FileRefused(because(NO_HEADER))
    names = (name.strip().strip("\ufeff\u3000") for name in first)
    return tuple(name or f"column {place}" for place, name in enumerate(names, start=1))


def _columns(file: str, header: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, Column]:
    findings = [
        f"{file}: column {fact.name} is missing: the model asks for it" for fact in wanted if fact.name not in header
    ]
    columns: dict[str, Column] = {}
    for fact in wanted:
        if fact.name in header:
            try:
                columns[fact.name] = from_text(f"c{header.index(fact.name)}", fact.type)
            except ColumnUnfit as unfit:
                findings.append(f"{file}: column {fact.name}: {unfit}")
    if findings:
        raise FactsRefused(findings)
    check_names(Raw(file, "", tuple((name, "") for name in header)), wanted)
    return columns


def _raw(text: _Text, read: _Text, header: Sequence[str], *, keep_typed: bool) -> Raw:
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header)))
    scan = csv_scan(read.path, types, delimiter=read.delimiter)

    def numbers(places: Sequence[int]) -> Sequence[int]:
        # Blank lines are no rows, yet they count for who looks for the row in an editor.
        found, rows, at = [], islice(text.rows(), 1, None), -1
        for place in places:
            number, _cells = next(islice(rows, place - at - 1, None), (place + 2, []))
            found.append(number)
            at = place
        return found

    return Raw(
        text.path.name,
        scan,
        tuple((name, f"c{place}") for place, name in enumerate(header)),
        keep_typed=keep_typed,
        look=True,
        numbers=numbers,
    )


def _rewritten(text: _Text, width: int, to: Path) -> _Text:
    """The same rows in UTF-8 with commas. Raises FileRefused for a row that is broken or of another width."""
    with to.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for number, cells in text.rows():
            if len(cells) != width:
                wrong = because(WRONG_WIDTH, found=len(cells), wanted=width)
                raise FileRefused(because("row %(row)s: %(wrong)s", row=number, wrong=str(wrong)))
            writer.writerow(cells)
    return _Text(to, "utf-8", ",", compressed=False)
