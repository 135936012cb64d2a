"""Which rule of a new table was which of the old one: by id, then by what it says, then by what is most alike."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: What a rule says, cell by cell; tables have their columns in the same order here.
Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of places in the old and the new table, places that are gone and that are new, pairs that moved."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    moved: frozenset[tuple[int, int]]


def matched(old: Sequence[Said], new: Sequence[Said], old_ids: Sequence[str], new_ids: Sequence[str]) -> Matching:
    """Matches the rows of two tables."""
    pairs = _by_id(old_ids, new_ids)
    _by_content(old, new, pairs)
    _by_likeness(old, new, pairs)
    found = sorted(pairs.items(), key=lambda pair: pair[1])
    gone = [place for place in range(len(old)) if place not in pairs]
    fresh = [place for place in range(len(new)) if place not in pairs.values()]
    return Matching(tuple(found), tuple(gone), tuple(fresh), frozenset(_moved(found)))


def _by_id(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Rows of the same id, where it is one row's alone."""
    counts_old, counts_new = Counter(old), Counter(new)
    places = {mark: place for place, mark in enumerate(new) if counts_new[mark] == 1}
    return {place: places[mark] for place, mark in enumerate(old) if mark and mark in places and counts_old[mark] == 1}


def _by_content(old: Sequence[Said], new: Sequence[Said], pairs: dict[int, int]) -> None:
    """Rows that say the same: first those in the same order, then those that were carried elsewhere."""
    left, right = _open(len(old), pairs), _open(len(new), pairs.values())
    blocks = SequenceMatcher(None, [old[each] for each in left], [new[each] for each in right], autojunk=False)
    for start, other, size in blocks.get_matching_blocks():
        pairs.update(zip(left[start : start + size], right[other : other + size], strict=True))
    rest: dict[Said, list[int]] = {}
    for place in reversed(_open(len(new), pairs.values())):
        rest.setdefault(new[place], []).append(place)
    for place in _open(len(old), pairs):
        if rest.get(old[place]):
            pairs[place] = rest[old[place]].pop()


def _by_likeness(old: Sequence[Said], new: Sequence[Said], pairs: dict[int, int]) -> None:
    """Rows of which at least half the cells are the same, the most alike and the nearest first."""
    left, right = _open(len(old), pairs), _open(len(new), pairs.values())
    if len(left) * len(right) > 250_000:
        return
    candidates = sorted(
        (-alike, abs(one - other), one, other)
        for one in left
        for other in right
        if 2 * (alike := _alike(old[one], new[other])) >= max(len(old[one]), 1)
    )
    taken = set(pairs.values())
    for _, _, one, other in candidates:
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)


def _alike(one: Said, other: Said) -> int:
    """How many cells are the same; a cell that holds for everything says little, and does not count."""
    return sum(a == b and a not in ("", "-") for a, b in zip(one, other, strict=False))


def _open(count: int, taken: object) -> list[int]:
    used = set(taken)  # type: ignore[call-overload]
    return [place for place in range(count) if place not in used]


def _moved(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The fewest pairs that must have been carried so that all others keep their order."""
    ends: list[int] = []
    best: list[int] = []
    before: list[int] = []
    for place, (old, _) in enumerate(pairs):
        at = bisect_left(ends, old)
        ends[at : at + 1] = [old]
        best[at : at + 1] = [place]
        before.append(best[at - 1] if at else -1)
    kept = set[int]()
    place = best[-1] if best else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return [pair for place, pair in enumerate(pairs) if place not in kept]
