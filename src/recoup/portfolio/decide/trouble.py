"""Why facts cannot be decided: one exception, one line a finding, each naming file, row, column and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: How many bad cells a run lists before it stops counting them out.
BAD_CELLS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that is not of its fact's type; ``row`` as a spreadsheet numbers it (in Parquet: from 1, no header)."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: row {self.row}, column {self.column}: {self.reason}"


class FactsRefused(ValueError):
    """Facts that cannot be used; nothing was written. ``findings`` says why, one sentence each."""

    def __init__(self, findings: Sequence[str | BadCell]) -> None:
        self.findings = tuple(map(str, findings))
        super().__init__("\n".join(self.findings))
