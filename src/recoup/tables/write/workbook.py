"""A workbook from a stranger: opened only when it is small and plain, its cells read as the texts they mean."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from recoup.tables.feel.values import plain_number
from recoup.tables.problems import ModelError, Problem

#: The most bytes that a workbook may unpack to, and its parts.
UNPACKED_BYTES_MAX = 40 * 1024 * 1024
PARTS_MAX = 2_000

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ESCAPE_READ = re.compile(r"_x(00[01][0-9A-Fa-f]|005F)_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_ENDS_OF_LINES = re.compile(r"\r\n?")


def opened(data: bytes, file: str) -> Any:
    """The workbook, once it is known to be small and plain enough to be read at all."""
    try:
        _check_parts(data)
        return load_workbook(BytesIO(data), data_only=False, keep_links=False, rich_text=False)
    except Exception as reason:
        # Whatever a reader of a stranger's file stumbles over, the file is what is wrong.
        problem = Problem("broken-workbook", "error", f"this is no workbook that can be read: {reason}", file)
        raise ModelError([problem]) from None


def _check_parts(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        # zipfile never gives out more of a part than the size that its directory states.
        if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
            raise ValueError(f"it unpacks to more than {UNPACKED_BYTES_MAX // 1024 // 1024} MB")
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                start = archive.read(part).replace(b"\0", b"").upper()
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise ValueError("a document type or an entity is never read")


def escaped(text: str) -> str:
    """A text as a workbook stores it, so that no part of it is taken for a character by its number."""
    text = _ESCAPED.sub(lambda found: f"_x005F_x{found.group(1)}_", text)
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def is_unchanged(found: str, text: str) -> bool:
    """Whether a text read from a workbook is one that was written into it."""
    # Where strings are shared, the library that reads takes every mark of an escape away, the text's own ones too.
    return found in (text_in(escaped(text)), text_in(escaped(text).replace("x005F_", "")))


def text_in(value: object) -> str:
    """The text in a cell of marks or heads."""
    return _unescaped(value) if isinstance(value, str) else "" if value is None else str(value)


def written_in(cell: Any, *, feel: bool) -> str:
    """What somebody wrote into a cell of a rule, as text, also where a program made a number or a date of it.

    Raises ValueError for what is no text, such as a formula.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        raise ValueError("a formula cannot be a rule: write the text itself")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return plain_number(Decimal(repr(value)))
    if isinstance(value, datetime) and value.time() == time(0):
        day = value.date().isoformat()
        return f'date("{day}")' if feel else day
    if isinstance(value, str):
        return _unescaped(value)
    raise ValueError("a time cannot be read: write it as text")


def _unescaped(text: str) -> str:
    """Control characters from their numbers, and one character for the end of a line."""
    return _ENDS_OF_LINES.sub("\n", _ESCAPE_READ.sub(lambda found: chr(int(found.group(1), 16)), text))
