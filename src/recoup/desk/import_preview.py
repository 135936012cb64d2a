"""The first rows of a file before it is imported, and a mapping made of choices on a page."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping as Table
from pathlib import Path
from typing import NamedTuple

from recoup.book.models import ImportRun
from recoup.portfolio.columns import (
    AMOUNT_COLUMNS,
    DATE_COLUMNS,
    DEBT_OPTIONAL,
    FILE_KINDS,
    INSTALMENT_COLUMNS,
    PAYMENT_COLUMNS,
    REJECT_COLUMNS,
    SNAPSHOT_COLUMNS,
)
from recoup.portfolio.mapping import Entry, Mapping, MappingRefused, mapping_from
from recoup.portfolio.preview import CONFIDENCE_MIN, Preview, mapping_to_toml, preview_file
from recoup.portfolio.reasons import FileRefused, Reason
from recoup.portfolio.sources import Reading

ROWS_SHOWN = 8
#: Larger files are judged by their beginning; the import checks them to the end.
WHOLE_BYTES_MAX = 8_000_000
_HEAD_BYTES = 1_000_000


class Look(NamedTuple):
    """What a look at a file gave: a preview, or why the file cannot be read. ``is_whole``: all of it was read."""

    preview: Preview | None
    refused: Reason | str | None
    is_whole: bool


def look_at(path: Path, run: ImportRun) -> Look:
    """The first rows of a kept file, read as its import would read them."""
    is_whole = path.stat().st_size <= WHOLE_BYTES_MAX or path.suffix.lower() == ".xlsx"
    try:
        mapping = mapping_from(run.mapping) if run.mapping else None
        if is_whole:
            return Look(_preview(path, run, mapping), None, is_whole=True)
        with tempfile.TemporaryDirectory() as folder:
            head = Path(folder) / "head.csv"
            head.write_bytes(_beginning(path))
            return Look(_preview(head, run, mapping), None, is_whole=False)
    except FileRefused as refused:
        return Look(None, refused.reason, is_whole)
    except (MappingRefused, OSError, EOFError) as refused:
        return Look(None, str(refused), is_whole)


def _preview(path: Path, run: ImportRun, mapping: Mapping | None) -> Preview:
    known = run.report
    reading = Reading(encoding=known.get("encoding", ""), delimiter=known.get("delimiter", ""))
    chosen = reading if reading != Reading() else None
    kind = known.get("file_kind", "")
    return preview_file(path, mapping, ROWS_SHOWN, reading=chosen, file_kind=kind, as_of=run.as_of)


def _beginning(path: Path) -> bytes:
    """Whole lines from the beginning of a text file, unpacked."""
    opened = gzip.open if path.suffix.lower() == ".gz" else Path.open
    with opened(path, "rb") as file:
        text = file.read(_HEAD_BYTES)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        at = text.rfind(b"\n\x00" if text[:2] == b"\xff\xfe" else b"\x00\n")
        return text[: at + 2] if at > 0 and at % 2 == 0 else text[: len(text) // 2 * 2]
    return text[: text.rfind(b"\n") + 1] or text


def book_columns(file_kind: str) -> list[tuple[str, bool]]:
    """The columns that a file of this kind may have in order of use, each with whether it must have it."""
    kind = FILE_KINDS[file_kind]
    order = [*kind.required, *INSTALMENT_COLUMNS, *SNAPSHOT_COLUMNS, *PAYMENT_COLUMNS, *DEBT_OPTIONAL]
    known = dict.fromkeys([name for name in order if name in kind.columns] + sorted(kind.columns))
    return [(name, name in kind.required) for name in known]


def is_common(column: str) -> bool:
    """Whether a column is one that most files have: what is owed and when, rather than everything about somebody."""
    return column in {*INSTALMENT_COLUMNS, *SNAPSHOT_COLUMNS, *PAYMENT_COLUMNS, "phone", "branch"}


def guessed(preview: Preview | None) -> dict[str, str]:
    """The column of the file that each column of the book most likely is."""
    guesses = preview.guesses if preview is not None else ()
    return {guess.column: guess.source for guess in guesses if guess.confidence >= CONFIDENCE_MIN}


def has_own_columns(preview: Preview) -> bool:
    """Whether no column of the file bears a name of the book, so that it needs a mapping."""
    known = set().union(*(kind.columns for kind in FILE_KINDS.values())) | set(REJECT_COLUMNS)
    return not (set(preview.columns) & known)


def mapping_text(
    file_kind: str, chosen: Table[str, str], constants: Table[str, str], *, date_format: str, decimal: str
) -> str:
    """A mapping as TOML: for each column of the book a column of the file or a constant.

    Raises MappingRefused when nothing was chosen or the notation makes no sense.
    """
    columns: dict[str, Entry] = {}
    for name, _must in book_columns(file_kind):
        if constants.get(name):
            columns[name] = Entry(constant=constants[name])
        elif chosen.get(name):
            columns[name] = _entry(name, chosen[name], date_format, decimal)
    text = mapping_to_toml(Mapping(columns=columns, file_kind=file_kind))
    mapping_from(text)
    return text


def _entry(name: str, column: str, date_format: str, decimal: str) -> Entry:
    if name in DATE_COLUMNS:
        return Entry(column=column, date_format=date_format)
    if name in AMOUNT_COLUMNS and decimal == ",":
        return Entry(column=column, decimal=",", grouping=".")
    return Entry(column=column)
