"""The first rows of a file before it is imported, and a mapping written from choices on a page."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping as Table
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from recoup.portfolio.columns import FILE_KINDS, REJECT_COLUMNS
from recoup.portfolio.mapping import FORMAT
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import Reading, Source, open_source

ROWS_SHOWN = 8
#: Larger files are judged by their beginning; the import checks them to the end.
WHOLE_BYTES_MAX = 8_000_000
_HEAD_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file was understood, its columns and first rows; or why it was not."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_count: int | None = None
    refused: FileRefused | None = None


def preview_of(path: Path, reading: Reading) -> Preview:
    """The preview of a kept file."""
    try:
        if path.stat().st_size <= WHOLE_BYTES_MAX or path.suffix.lower() == ".xlsx":
            return _preview(open_source(path, reading), is_whole=True)
        return _preview_of_head(path, reading)
    except FileRefused as refused:
        return Preview(refused=refused)


def _preview_of_head(path: Path, reading: Reading) -> Preview:
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head.csv"
        opened = gzip.open if path.suffix.lower() == ".gz" else Path.open
        try:
            with opened(path, "rb") as file:
                beginning = file.read(_HEAD_BYTES)
        except (OSError, EOFError):
            return _preview(open_source(path, reading), is_whole=True)
        head.write_bytes(_whole_lines(beginning))
        return _preview(open_source(head, reading), is_whole=False)


def _whole_lines(text: bytes) -> bytes:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        newline = b"\n\x00" if text[:2] == b"\xff\xfe" else b"\x00\n"
        at = text.rfind(newline)
        return text[: at + 2] if at > 0 and at % 2 == 0 else text[: len(text) // 2 * 2]
    return text[: text.rfind(b"\n") + 1] or text


def _preview(source: Source, *, is_whole: bool) -> Preview:
    rows = tuple(tuple(str(cell) for cell in cells) for _number, cells in islice(source.rows(), ROWS_SHOWN))
    return Preview(
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        columns=tuple(name for name in source.columns if name),
        rows=rows,
        row_count=source.row_count if is_whole else None,
    )


def book_columns(file_kind: str) -> list[tuple[str, bool]]:
    """The columns that a file of this kind may have, those it must have first, each with whether it must."""
    kind = FILE_KINDS[file_kind]
    required = [name for name in kind.required if name in kind.columns]
    return [(name, True) for name in required] + [(name, False) for name in sorted(kind.columns - set(required))]


def own_columns(columns: tuple[str, ...]) -> bool:
    """Whether the file has columns of its own, so that it needs a mapping."""
    known = set().union(*(kind.columns for kind in FILE_KINDS.values())) | set(REJECT_COLUMNS)
    return not (set(columns) & known)


def mapping_text(
    file_kind: str, chosen: Table[str, str], constants: Table[str, str], *, date_format: str, decimal: str
) -> str:
    """A mapping as TOML: for each column of the book a column of the source or a constant."""
    lines = [f"format = {_quoted(FORMAT)}", f"file = {_quoted(file_kind)}", "", "[source]"]
    if date_format:
        lines.append(f"date_format = {_quoted(date_format)}")
    if decimal == ",":
        lines += ['decimal = ","', 'grouping = "."']
    lines += ["", "[columns]"]
    for name, _must in book_columns(file_kind):
        if constants.get(name):
            lines.append(f"{name} = {{ constant = {_quoted(constants[name])} }}")
        elif chosen.get(name):
            lines.append(f"{name} = {_quoted(chosen[name])}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign for sign in escaped) + '"'
    )
