"""Boxes against boxes: which part of a box no rule covers, and which rules meet.

The search splits the box along one side at a time, always the side on which most of the remaining rules differ, and
stops at once where a rule covers all that is left. Where the rules are known not to overlap, counting their pieces
tells whether anything is left uncovered, so that complete tables are proved without splitting to the end.
Compare: D. Calvanese and others, "Semantics, analysis and simplification of DMN decision tables" (2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from recoup.tables.check.grid import Box


class BudgetSpent(Exception):
    """The table has more combinations than the search may look at."""


@dataclass
class Budget:
    """How many steps a search may still take."""

    left: int

    def spend(self, steps: int) -> None:
        """Takes steps off. Raises BudgetSpent when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise BudgetSpent


def bits(mask: int) -> list[int]:
    """The places of the bits that are set, lowest first."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


class Boxes:
    """Boxes of rules, indexed by piece. Sets of rules are ints read as bits, bit ``n`` being rule ``n``."""

    def __init__(self, boxes: Sequence[Box], sizes: Sequence[int]) -> None:
        self.boxes = boxes
        self.all = (1 << len(boxes)) - 1
        self.at = [[0] * size for size in sizes]
        for rule, box in enumerate(boxes):
            for side, mask in enumerate(box):
                for piece in bits(mask):
                    self.at[side][piece] |= 1 << rule
        self._touching: dict[tuple[int, int], int] = {}
        self._holding: dict[tuple[int, int], int] = {}

    def touching(self, box: Box) -> int:
        """The rules that share at least one combination of pieces with a box."""
        rules = self.all
        for side, mask in enumerate(box):
            rules &= self._touch(side, mask)
            if not rules:
                break
        return rules

    def _touch(self, side: int, mask: int) -> int:
        if (side, mask) not in self._touching:
            rules = 0
            for piece in bits(mask):
                rules |= self.at[side][piece]
            self._touching[side, mask] = rules
        return self._touching[side, mask]

    def holding(self, side: int, mask: int) -> int:
        """The rules that cover all of a set of pieces on one side."""
        if (side, mask) not in self._holding:
            rules = self.all
            for piece in bits(mask):
                rules &= self.at[side][piece]
            self._holding[side, mask] = rules
        return self._holding[side, mask]

    def uncovered(self, box: Box, rules: int, budget: Budget, *, disjoint: bool = False) -> Iterator[Box]:
        """The parts of a box that none of the rules covers, as boxes that do not overlap."""
        if not all(box):
            return
        search = _Search(self, box, budget, disjoint=disjoint)
        yield from search.run(rules & self.touching(box), tuple(range(len(box))), box)


class _Search:
    def __init__(self, boxes: Boxes, box: Box, budget: Budget, *, disjoint: bool) -> None:
        self.boxes = boxes
        self.budget = budget
        self.disjoint = disjoint
        # Rules that do not cover the whole box on a side: only these make a difference there.
        self.partial = [boxes.all & ~boxes.holding(side, mask) for side, mask in enumerate(box)]
        self.covered: set[tuple[tuple[int, ...], int]] = set()

    def run(self, rules: int, sides: tuple[int, ...], box: Box) -> Iterator[Box]:
        self.budget.spend(1)
        if not rules:
            yield box
            return
        if self._is_covered(rules, sides, box):
            return
        side = max(sides, key=lambda each: (rules & self.partial[each]).bit_count())
        rest = tuple(each for each in sides if each != side)
        found = False
        for group, mask in self._groups(rules, side, box[side]).items():
            for gap in self.run(group, rest, (*box[:side], mask, *box[side + 1 :])):
                found = True
                yield gap
        if not found:
            self.covered.add((sides, rules))

    def _is_covered(self, rules: int, sides: tuple[int, ...], box: Box) -> bool:
        partial = 0
        for side in sides:
            partial |= self.partial[side]
        if rules & ~partial or (sides, rules) in self.covered:
            return True
        return self.disjoint and self._counted(rules, sides, box)

    def _counted(self, rules: int, sides: tuple[int, ...], box: Box) -> bool:
        self.budget.spend(rules.bit_count() * len(sides) // 8)
        pieces = sum(
            prod((self.boxes.boxes[rule][side] & box[side]).bit_count() for side in sides) for rule in bits(rules)
        )
        return pieces == prod(box[side].bit_count() for side in sides)

    def _groups(self, rules: int, side: int, mask: int) -> dict[int, int]:
        """The pieces of a side by the rules that remain on them."""
        groups: dict[int, int] = {}
        at = self.boxes.at[side]
        pieces = bits(mask)
        self.budget.spend(len(pieces) // 4)
        for piece in pieces:
            group = rules & at[piece]
            groups[group] = groups.get(group, 0) | 1 << piece
        return dict(sorted(groups.items()))


def overlapping_pairs(boxes: Boxes) -> Iterator[tuple[int, int]]:
    """Every two rules that share a combination of pieces, the earlier first."""
    for rule, box in enumerate(boxes.boxes):
        if all(box):
            later = boxes.touching(box) >> (rule + 1) << (rule + 1)
            for other in bits(later):
                yield rule, other


def merged(gaps: list[Box]) -> list[Box]:
    """Gaps that differ on one side only, put together, so that people read fewer of them."""
    found = list(dict.fromkeys(gaps))
    while True:
        pair = next(((a, b) for at, a in enumerate(found) for b in found[:at] if _differ_once(a, b)), None)
        if pair is None:
            return found
        one, other = pair
        found = [each for each in found if each not in pair]
        found.append(tuple(x | y for x, y in zip(one, other, strict=True)))


def _differ_once(one: Box, other: Box) -> bool:
    return sum(x != y for x, y in zip(one, other, strict=True)) == 1
