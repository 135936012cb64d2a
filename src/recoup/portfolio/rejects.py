"""The rejects file: rejected rows as they stood, with the row number, the column and the reason after them."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from recoup.portfolio.cells import escape_cell
from recoup.portfolio.columns import REJECT_COLUMNS
from recoup.portfolio.lines import Reject
from recoup.portfolio.sources import Source


class RejectsFile:
    """Collects rejects; the file appears under its name when the block ends well, and only when there are any.

    It can be mended and imported as it is: the added columns are ignored, the defused formulas restored. UTF-8 with a
    byte order mark, so that a spreadsheet shows Chinese as it is.
    """

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.count = 0
        self._header = source.header
        self._kept = [place for place, name in enumerate(source.columns) if name.casefold() not in REJECT_COLUMNS]
        self._delimiter = source.delimiter or ","
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._stream: TextIO | None = None

    def __enter__(self) -> RejectsFile:
        return self

    def add(self, reject: Reject) -> None:
        """Writes one rejected row."""
        cells = reject.cells
        own = [cells[place] if place < len(cells) else "" for place in self._kept]
        self._write([*own, str(reject.number), reject.column, str(reject.reason)])
        self.count += 1

    def _write(self, cells: Sequence[str]) -> None:
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._unfinished.open("w", encoding="utf-8-sig", newline="")
            self._write([*(self._header[place] for place in self._kept), *REJECT_COLUMNS])
        csv.writer(self._stream, delimiter=self._delimiter).writerow([escape_cell(cell) for cell in cells])

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            if kind is None:
                self.path.unlink(missing_ok=True)  # what an earlier run rejected is no longer rejected
            return
        self._stream.close()
        if kind is None:
            self._unfinished.replace(self.path)
        else:
            self._unfinished.unlink(missing_ok=True)
