"""What a trial found: how many are treated otherwise, by what kind of change, and a list that ends somewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: So many lines are listed; the counts are of all.
LISTED_MAX = 500
#: So many pairs of old and new answer are kept apart for the picture of one kind of change.
PAIRS_MAX = 200
_PAIRS_COUNTED = 5_000


class Change(NamedTuple):
    """One thing that is decided otherwise, in codes that a page puts into words. ``debt`` is a debt's reference where
    the change is of one debt.
    """

    what: str
    old: str
    new: str
    debt: str = ""


class Subject(NamedTuple):
    """Whose treatment it is. A debtor without an open case has neither ``case_id`` nor ``ref``."""

    case_id: int | None
    ref: str
    debtor_id: int


@dataclass(slots=True)
class _Kind:
    """One kind of change: how many, and from what to what."""

    count: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, change: Change) -> None:
        self.count += 1
        pair = (change.old, change.new)
        if pair in self.pairs or len(self.pairs) < _PAIRS_COUNTED:
            self.pairs[pair] += 1


@dataclass(slots=True)
class Found:
    """Collects changes chunk by chunk in bounded memory."""

    looked_at: int = 0
    otherwise: int = 0
    lines: int = 0
    kinds: defaultdict[str, _Kind] = field(default_factory=lambda: defaultdict(_Kind))
    listed: list[tuple[Subject, Change]] = field(default_factory=list)

    def add(self, subject: Subject, changes: Iterable[Change]) -> None:
        """One case or debtor that was looked at, with what is decided otherwise of it."""
        self.looked_at += 1
        given = list(changes)
        self.otherwise += bool(given)
        self.lines += len(given)
        for change in given:
            self.kinds[change.what].add(change)
        self.listed += [(subject, change) for change in given[: LISTED_MAX - len(self.listed)]]

    def figures(self, refs: dict[int, str]) -> dict[str, Any]:
        """The counts and the list, ready for JSON; ``refs`` names the listed debtors."""
        kinds = sorted(self.kinds.items(), key=lambda item: (-item[1].count, item[0]))
        return {
            "cases": self.looked_at,
            "otherwise": self.otherwise,
            "lines": self.lines,
            "changes": [_shown(what, kind) for what, kind in kinds],
            "list": [_line(subject, change, refs) for subject, change in self.listed],
        }


def _shown(what: str, kind: _Kind) -> dict[str, Any]:
    most = kind.pairs.most_common(PAIRS_MAX)
    return {
        "what": what,
        "count": kind.count,
        "moves": [[old, new, count] for (old, new), count in most],
        "moves_left_out": kind.count - sum(count for _, count in most),
    }


def _line(subject: Subject, change: Change, refs: dict[int, str]) -> dict[str, Any]:
    return {
        "case": subject.case_id,
        "ref": subject.ref,
        "debtor": refs.get(subject.debtor_id, ""),
        **change._asdict(),
    }
