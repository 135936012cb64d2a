"""Rules as data: decision models (DMN) with citation and dates, which those who own them may change without code.

``house/*.dmn`` are the files that come with Recoup. Which version holds on a day is known to ``recoup.policy``; here
stands what the program reads out of the models: ladders, and tables that answer by a code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeVar

from recoup.tables.model import Model
from recoup.tables.row import Compiled

_Made = TypeVar("_Made")
#: So many answers are kept in a process; beyond it all are made anew.
_KEPT_MAX = 256


class Rules(Protocol):
    """A rulebook ready to be asked: the version in force, or a draft as if it were (``recoup.policy``)."""

    @property
    def model(self) -> Model: ...

    @property
    def compiled(self) -> Compiled: ...

    @property
    def version_id(self) -> int | None: ...

    @property
    def number(self) -> int: ...

    @property
    def in_force_from(self) -> date | None: ...


def once_a_model(make: Callable[[Rules], _Made]) -> Callable[[Rules], _Made]:
    """Makes something of a rulebook once for each content that it has; the same content gives the same thing."""
    kept: dict[str, _Made] = {}

    def made(rules: Rules) -> _Made:
        found = kept.get(rules.model.version)
        if found is None:
            if len(kept) >= _KEPT_MAX:
                kept.clear()
            found = kept[rules.model.version] = make(rules)
        return found

    return made
