"""In which encoding a file is written: decided from the whole file, decoded strictly."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from recoup.portfolio.reasons import (
    ENCODING_UNCLEAR,
    HOLDS_NUL,
    LINE_TOO_LONG,
    NO_ENCODING_FITS,
    UNKNOWN_ENCODING,
    WRONG_ENCODING,
    FileRefused,
    because,
)

BLOCK_BYTES = 1 << 20
#: Longest line, in characters: what a reader must hold in memory at once.
LINE_CHARACTERS_MAX = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Microsoft's Big5 first, it is what Windows writes; then Hong Kong's, which has 邨 and 埗.
_BIG5_FAMILY = ("cp950", "big5hkscs")
_GB, _BIG5 = "gb18030", "big5"

# Common characters lie in different corners of the two plans: level 1 of GB 2312 has lead bytes B0-D7 with trail bytes
# from A1 up, level 1 of Big5 has lead bytes A4-C6. Text written in one and read as the other leaves its corner.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_GB = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_COMMON_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
#: Least share of common characters in a text that is taken for Chinese at all.
_COMMON_SHARE_MIN = 0.5


def encoding_of(stream: BinaryIO, wanted: str = "") -> str:
    """The Python name of the encoding in which the whole stream can be read; a byte order mark decides over ``wanted``.

    Raises FileRefused when none fits, when GB18030 and Big5 fit equally well, or when lines have no end.
    """
    start = stream.read(4096)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    named = marked or _named(wanted) or _utf16_without_mark(start)
    if named:
        _check(stream, named, wanted or named)
        return named
    try:
        _check(stream, "utf-8", "UTF-8")
    except _WrongBytes:
        return _chinese(stream)
    return "utf-8"


class _WrongBytes(FileRefused):
    """The stream is not written in the encoding tried."""


def _named(wanted: str) -> str:
    if not wanted:
        return ""
    try:
        "".encode(wanted)  # codecs that make something else than text of bytes are refused here
        found = codecs.lookup(wanted)
    except (LookupError, TypeError, ValueError):
        raise FileRefused(because(UNKNOWN_ENCODING, name=wanted)) from None
    return {"gb2312": _GB, "gbk": _GB, "big5": "cp950"}.get(found.name, found.name)


def _utf16_without_mark(start: bytes) -> str:
    """UTF-16 has the zeros of its commas and line ends on one side of each pair; 一 (U+4E00) has one on the other."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < 2 * min(even, odd) + 1:
        return ""
    name = "utf-16-be" if even > odd else "utf-16-le"
    text = start[: len(start) // 2 * 2].decode(name, "replace")
    return name if any(mark in text for mark in ",;\t") and any(end in text for end in "\r\n") else ""


def _check(stream: BinaryIO, encoding: str, shown: str) -> None:
    """Decodes everything strictly; finds NULs and endless lines on the way."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read, line = 0, 0
    for block in _blocks(stream):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _WrongBytes(because(WRONG_ENCODING, name=shown, offset=read + error.start)) from None
        if "\0" in text:
            raise FileRefused(because(HOLDS_NUL))
        line = _line_left_open(line, text)
        read += len(block)


def _line_left_open(line: int, text: str) -> int:
    """Characters of the line that a block leaves open. Raises FileRefused when it has no end in sight."""
    last_end = max(text.rfind("\n"), text.rfind("\r"))
    line = len(text) - last_end - 1 if last_end >= 0 else line + len(text)
    if line > LINE_CHARACTERS_MAX:
        raise FileRefused(because(LINE_TOO_LONG, limit=LINE_CHARACTERS_MAX))
    return line


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks of the stream, ended by an empty one."""
    while block := stream.read(BLOCK_BYTES):
        yield block
    yield b""


def _chinese(stream: BinaryIO) -> str:
    fitting = [name for name in (_GB, *_BIG5_FAMILY) if _fits(stream, name)]
    if not fitting:
        raise FileRefused(because(NO_ENCODING_FITS))
    big5 = next((name for name in fitting if name in _BIG5_FAMILY), "")
    share_gb, share_big5 = _common_shares(stream)
    if max(share_gb if _GB in fitting else 0, share_big5 if big5 else 0) < _COMMON_SHARE_MIN:
        raise FileRefused(because(NO_ENCODING_FITS))
    if not big5 or _GB not in fitting:
        return big5 or _GB
    if share_gb == share_big5:
        raise FileRefused(because(ENCODING_UNCLEAR))
    return _GB if share_gb > share_big5 else big5


def _fits(stream: BinaryIO, encoding: str) -> bool:
    try:
        _check(stream, encoding, encoding)
    except _WrongBytes:
        return False
    return True


def _common_shares(stream: BinaryIO) -> tuple[float, float]:
    """Shares of the two-byte characters that are common ones in GB 2312 and in Big5."""
    stream.seek(0)
    pairs = common_gb = common_big5 = 0
    for block in _blocks(stream):
        found = _PAIR.findall(block)
        pairs += len(found)
        common_gb += sum(1 for pair in found if _COMMON_GB.match(pair))
        common_big5 += sum(1 for pair in found if _COMMON_BIG5.match(pair))
        if pairs > 200_000:
            break
    return (common_gb / pairs, common_big5 / pairs) if pairs else (0.0, 0.0)
