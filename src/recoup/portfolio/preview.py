"""A first look at a file: what it is, its first rows, what its columns may mean, and a mapping to begin with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from recoup.portfolio.columns import BOOK, FILE_KINDS
from recoup.portfolio.headers import Guess, guess_columns
from recoup.portfolio.layouts import layout_of
from recoup.portfolio.lines import Reject
from recoup.portfolio.mapping import FORMAT, Entry, Mapping, MappingRefused
from recoup.portfolio.reasons import FileRefused, Reason
from recoup.portfolio.sources import Reading, Row, Source, open_source

#: Below this a guess is not put into a mapping.
CONFIDENCE_MIN = 0.6


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page shows of a file before it is imported.

    ``problem`` is why it cannot be imported as it is (a Reason, or a sentence about the mapping), None when it can;
    ``faults`` are the rejects among the rows shown.
    """

    file_name: str
    encoding: str
    delimiter: str
    sheet: str
    row_count: int
    columns: tuple[str, ...]
    sample: tuple[Row, ...]
    file_kind: str
    guesses: tuple[Guess, ...]
    unused: tuple[str, ...]
    faults: tuple[Reject, ...]
    problem: Reason | str | None


def preview_file(
    path: Path,
    mapping: Mapping | None = None,
    limit: int = 20,
    *,
    reading: Reading | None = None,
    file_kind: str = "",
    as_of: date | None = None,
) -> Preview:
    """The first ``limit`` rows of a file, read as an import with the same choices would read them.

    Raises FileRefused when the file cannot be read at all.
    """
    source = open_source(path, reading or (mapping.reading if mapping else None))
    found, unused, faults, problem = _tried(source, mapping, limit, file_kind, as_of)
    return Preview(
        file_name=path.name,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        row_count=source.row_count,
        columns=source.columns,
        sample=tuple(islice(source.rows(), limit)),
        file_kind=found,
        guesses=guess_columns(source.columns, FILE_KINDS[found or file_kind or BOOK].columns),
        unused=unused,
        faults=faults,
        problem=problem,
    )


def _tried(
    source: Source, mapping: Mapping | None, limit: int, file_kind: str, as_of: date | None
) -> tuple[str, tuple[str, ...], tuple[Reject, ...], Reason | str | None]:
    """What an import would make of it: kind, unused columns, faults of the first rows, and what stands in its way."""
    try:
        layout = layout_of(source, mapping, file_kind=file_kind, as_of=as_of)
    except FileRefused as refused:
        return "", (), (), refused.reason
    except MappingRefused as refused:
        return "", (), (), str(refused)
    rows = islice(layout.rows(source), limit)
    return layout.file_kind, layout.unused, tuple(row for row in rows if isinstance(row, Reject)), None


def guessed_entries(guesses: Iterable[Guess]) -> dict[str, Entry]:
    """The sure ones among guesses, as columns of a mapping."""
    return {guess.column: Entry(column=guess.source) for guess in guesses if guess.confidence >= CONFIDENCE_MIN}


def mapping_to_toml(mapping: Mapping) -> str:
    """The mapping as a file that can be read again: ``mapping_from`` of it is the same mapping."""
    lines = [f"format = {_text(FORMAT)}", f"title = {_text(mapping.title)}", f"file = {_text(mapping.file_kind)}"]
    reading = mapping.reading
    lines += ["", "[source]"]
    lines += [
        f"{name} = {_text(value)}"
        for name, value in (("encoding", reading.encoding), ("delimiter", reading.delimiter), ("sheet", reading.sheet))
        if value
    ]
    if mapping.numbers:
        lines.append(f"numbers = [{', '.join(map(_text, mapping.numbers))}]")
        notation = next(iter(mapping.numbers.values()))
        lines += [f"decimal = {_text(notation.decimal)}"] if notation.decimal != "." else []
        lines += [f"grouping = {_text(notation.grouping)}"] if notation.grouping else []
    lines += ["", "[columns]", *(_entry_line(name, entry) for name, entry in mapping.columns.items())]
    for section in mapping.payments:
        lines += ["", "[[payments]]", *([f"when = {_text(section.when)}"] if section.when else [])]
        lines += [_entry_line(name, entry) for name, entry in section.columns.items()]
    return "\n".join(lines) + "\n"


def _entry_line(name: str, entry: Entry) -> str:
    parts = []
    if entry.constant is not None:
        parts.append(f"constant = {_text(entry.constant)}")
    if entry.feel:
        parts.append(f"feel = {_text(entry.feel)}")
    if entry.column:
        parts.append(f"column = {_text(entry.column)}")
        # Written out even where they are the usual ones: the defaults of [source] must not change them.
        parts += [f"decimal = {_text(entry.decimal)}", f"grouping = {_text(entry.grouping)}"]
        parts.append(f"date_format = {_text(entry.date_format)}")
    if entry.values:
        pairs = ", ".join(f"{_text(key)} = {_text(value)}" for key, value in entry.values.items())
        parts.append(f"values = {{ {pairs} }}")
    return f"{name} = {{ {', '.join(parts)} }}"


def _text(value: str) -> str:
    """A string of TOML; JSON's are the same but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
