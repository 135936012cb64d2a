"""How large a ZIP archive really is: unpacked part by part into nothing, with a limit, before anybody else opens it."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from recoup.portfolio.reasons import (
    BROKEN_WORKBOOK,
    TOO_MANY_CELLS,
    UNPACKS_TOO_LARGE,
    FileRefused,
    because,
)

#: Most bytes that a workbook may unpack to.
UNPACKED_BYTES_MAX = 400 * 1024 * 1024
#: Most cells, empty ones included, that one sheet may span: its reader holds them all in memory.
CELLS_MAX = 4_000_000

_BLOCK = 1 << 18
_CELL_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})?([0-9]{1,9})[\"']")


def check_workbook_size(path: Path) -> None:
    """Unpacks every part of a workbook to see what it would take to read it.

    The sizes in the archive's directory are not believed: they are the attacker's. Nor is the sheet's own statement of
    its extent: the places of its cells count. Raises FileRefused when it is broken, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            parts = archive.infolist()
            _check_directory(parts, path.stat().st_size)
            left = UNPACKED_BYTES_MAX
            for part in parts:
                left -= _unpacked_bytes(stream, part, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(because(BROKEN_WORKBOOK, problem=str(error))) from None


def _check_directory(parts: list[zipfile.ZipInfo], file_bytes: int) -> None:
    # Parts that overlap in the file let a small archive hold more than it has.
    if sum(part.compress_size for part in parts) > file_bytes or len(parts) > 5000:
        raise zipfile.BadZipFile("its parts overlap")
    if any(part.flag_bits & 1 for part in parts):
        raise zipfile.BadZipFile("its parts are encrypted")


def _unpacked_bytes(stream: BinaryIO, part: zipfile.ZipInfo, left: int) -> int:
    is_sheet = part.filename.lower().startswith("xl/worksheets/")
    extent = _Extent()
    taken = 0
    for block in _unpacked_blocks(stream, part):
        taken += len(block)
        if taken > left:
            raise FileRefused(because(UNPACKS_TOO_LARGE, limit=UNPACKED_BYTES_MAX // (1024 * 1024)))
        if is_sheet:
            extent.widen(block)
    return taken


def _unpacked_blocks(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    stream.seek(part.header_offset + 26)
    name_bytes, extra_bytes = struct.unpack("<HH", stream.read(4))
    stream.seek(part.header_offset + 30 + name_bytes + extra_bytes)
    packed = (stream.read(min(_BLOCK, part.compress_size - at)) for at in range(0, part.compress_size, _BLOCK))
    if part.compress_type == zipfile.ZIP_STORED:
        yield from packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed)
    else:
        raise zipfile.BadZipFile("its compression is unknown")


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in packed:
        while block:
            yield inflater.decompress(block, _BLOCK)
            block = inflater.unconsumed_tail  # noqa: PLW2901
    yield inflater.flush()


class _Extent:
    """The furthest row and column that a sheet's XML names, read block by block."""

    def __init__(self) -> None:
        self.row = self.column = 1
        self.tail = b""

    def widen(self, block: bytes) -> None:
        """Reads one more block. Raises FileRefused when the sheet spans too many cells."""
        text = self.tail + block
        self.tail = text[-40:]
        for letters, digits in _CELL_PLACE.findall(text):
            self.row = max(self.row, int(digits))
            self.column = max(self.column, column_number(letters))
        if self.row * self.column > CELLS_MAX:
            raise FileRefused(because(TOO_MANY_CELLS, limit=CELLS_MAX))


def column_number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, Z 26, AA 27; 0 without letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
