"""What is noted while one case is decided: which rules fired, and what was wrong with the facts."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trace:
    """The notes of one case. ``fired`` holds rule numbers by table; of a table asked twice, those of the last time."""

    fired: dict[str, tuple[int, ...]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


#: The notes of the case that is being decided: tables inside functions and contexts find them here.
CURRENT: ContextVar[Trace | None] = ContextVar("recoup_tables_trace", default=None)


def complain(sentence: str) -> None:
    """Notes what was wrong, where somebody listens."""
    trace = CURRENT.get()
    if trace is not None and sentence not in trace.complaints:
        trace.complaints.append(sentence)
