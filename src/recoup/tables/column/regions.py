"""Which rules of a table could ever hold together, by looking at each column of conditions alone.

The constants of a column cut its line into points and gaps between them; a cell covers some of these regions. Two rules
whose cells in one column cover no region in common exclude each other. What is not plainly written covers everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import constant_of
from recoup.tables.feel.nodes import Test
from recoup.tables.feel.values import NUMBER_TYPES, kind_of
from recoup.tables.model import Cell, Rule

_LINES = ("number", "string", "date", "months duration")


def may_hold_together(rules: Sequence[Rule]) -> list[int]:
    """For each rule, the set of others (as bits, the lowest for the first rule) that are not excluded by it."""
    every = (1 << len(rules)) - 1
    together = [every ^ (1 << place) for place in range(len(rules))]
    for covered in covered_by(rules):
        holders = _holders(covered)
        for place, regions in enumerate(covered):
            if regions is not None:
                together[place] &= _united(holders, regions)
    return together


def covered_by(rules: Sequence[Rule]) -> list[list[int | None]]:
    """For each column, what each rule's cell covers of it (as bits); None for everything."""
    width = len(rules[0].conditions) if rules else 0
    return [_Line.of([rule.conditions[column] for rule in rules]).covered for column in range(width)]


def _holders(covered: list[int | None]) -> dict[int, int]:
    """Which rules cover each region; under -1 those that cover all of them."""
    holders = {-1: 0}
    for place, regions in enumerate(covered):
        if regions is None:
            holders[-1] |= 1 << place
            continue
        for region in _bits(regions):
            holders[region] = holders.get(region, 0) | 1 << place
    return holders


def _united(holders: dict[int, int], regions: int) -> int:
    found = holders[-1]
    for region in _bits(regions):
        found |= holders.get(region, 0)
    return found


def _bits(number: int) -> list[int]:
    found = []
    while number:
        lowest = number & -number
        found.append(lowest.bit_length() - 1)
        number ^= lowest
    return found


class _NotPlain(Exception):
    """A cell of which nothing is known."""


class _Line:
    """The regions of one column: for points p0 < p1 …, region 2i+1 is the point, 2i the gap before it."""

    def __init__(self, points: Sequence[Any]) -> None:
        self.points = list(points)
        self.places = {point: 2 * place + 1 for place, point in enumerate(points)}
        self.all = (1 << (2 * len(points) + 1)) - 1
        self.null = self.all + 1
        self.covered: list[int | None] = []

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> _Line:
        """The line of a column, with what each of its cells covers (None for everything)."""
        constants = [constant for cell in cells for test in cell.tests for constant in _constants(test)]
        kinds = {kind_of(constant) for constant in constants}
        if kinds == {"boolean"}:
            line = cls([False, True])
        elif len(kinds) == 1 and kinds <= set(_LINES):
            line = cls(sorted({_plain(constant) for constant in constants}))
        else:
            line = cls([])
        line.covered = [line.regions(cell) for cell in cells]
        return line

    def regions(self, cell: Cell) -> int | None:
        """What a cell covers; None for everything, null included."""
        found = 0
        try:
            for test in cell.tests:
                found |= self._of(test)
        except _NotPlain:
            return None
        return found

    def _of(self, test: Test) -> int:
        if isinstance(test, nodes.NoneOf):
            # Null is not equal to a constant, so that ``not("a")`` holds for it.
            return (self.all & ~self._sure(test)) | self.null
        if isinstance(test, nodes.Match):
            if test.expression == nodes.Literal(None):
                return self.null
            return 1 << self._place(_constant(test.expression))
        if isinstance(test, nodes.Bound):
            return self._bounded(test.operator, self._place(_constant(test.limit)))
        if isinstance(test, nodes.Interval):
            low = self._bounded(">=" if test.low_included else ">", self._place(_constant(test.low)))
            return low & self._bounded("<=" if test.high_included else "<", self._place(_constant(test.high)))
        raise _NotPlain

    def _sure(self, test: nodes.NoneOf) -> int:
        found = 0
        for each in test.tests:
            found |= self._of(each)
        return found

    def _bounded(self, operator: str, place: int) -> int:
        point, below = 1 << place, (1 << place) - 1
        above = self.all & ~below & ~point
        sides = {"=": point, "<": below, "<=": below | point, ">": above, ">=": above | point}
        if operator not in sides:
            raise _NotPlain
        return sides[operator]

    def _place(self, constant: Any) -> int:
        try:
            return self.places[_plain(constant)]
        except (KeyError, TypeError):
            raise _NotPlain from None


def _constants(test: Test) -> list[Any]:
    if isinstance(test, nodes.NoneOf):
        return [constant for each in test.tests for constant in _constants(each)]
    try:
        if isinstance(test, nodes.Match):
            return [_constant(test.expression)]
        if isinstance(test, nodes.Bound):
            return [_constant(test.limit)]
        if isinstance(test, nodes.Interval):
            return [_constant(test.low), _constant(test.high)]
    except _NotPlain:
        pass
    return []


def _constant(node: nodes.Node) -> Any:
    value = constant_of(node)
    # What a call says is true or false decides by itself; it is no value to be equal to.
    kinds = _LINES if isinstance(node, nodes.Call) else (*_LINES, "boolean")
    if value is None or kind_of(value) not in kinds:
        raise _NotPlain
    return value


def _plain(value: Any) -> Any:
    return Decimal(value) if type(value) in NUMBER_TYPES else value
