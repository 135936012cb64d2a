"""A column of conditions as an index: a value in, the rules whose condition holds out, as bits of one integer.

The conditions of a column that need no facts cut the line of values into points and the gaps between them; for each the
rules that hold there are known beforehand. Bit ``n`` stands for rule ``n + 1``. Conditions that need facts, or are of a
kind that has no place on a line, are asked one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, TypeAlias

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import TestClosure, any_of, constant_of
from recoup.tables.feel.nodes import AnyValue, Bound, Interval, Match, NoneOf, Test
from recoup.tables.feel.values import Facts, Months
from recoup.tables.model import Cell

#: From a value to the rules that hold.
Look: TypeAlias = Callable[[Any], int]
#: The types of values that have a place on a line, by the line they are on.
_LINES: dict[type, str] = {
    int: "number",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    timedelta: "days",
    Months: "months",
}
_TYPES_OF: dict[str, tuple[type, ...]] = {
    line: tuple(each for each, its in _LINES.items() if its == line) for line in dict.fromkeys(_LINES.values())
}
_NO_FACTS: Facts = {}


class _NotOnALine(Exception):
    """A condition that has to be asked by itself."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A test against constants: where it holds on its line. ``low`` and ``high`` None are without bound."""

    line: str
    low: Any = None
    high: Any = None
    low_included: bool = False
    high_included: bool = False
    outside: bool = False

    @property
    def ends(self) -> tuple[Any, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)


@dataclass(frozen=True, slots=True)
class _Everything:
    """``-``: the whole line."""


_ALL = _Everything()
#: A cell taken apart: tests one of which must hold; a nested tuple stands for ``not(...)``, None for the test for null.
_Part: TypeAlias = "_Span | _Everything | tuple[_Part, ...] | None"
_Parts: TypeAlias = "tuple[_Part, ...]"


def _constant(node: nodes.Node) -> Any:
    value = constant_of(node)
    if value is None or type(value) not in _LINES:
        raise _NotOnALine
    return value


def _parts(tests: Iterable[Test]) -> _Parts:
    return tuple(_part(test) for test in tests)


def _part(test: Test) -> _Part:
    if isinstance(test, AnyValue):
        return _ALL
    if isinstance(test, NoneOf):
        return _parts(test.tests)
    if isinstance(test, Interval):
        return _interval(test)
    if isinstance(test, Bound):
        return _bound(test.operator, test.limit)
    if isinstance(test, Match):
        return _bound("=", test.expression)
    raise _NotOnALine


def _interval(test: Interval) -> _Span:
    low, high = _constant(test.low), _constant(test.high)
    line = _LINES[type(low)]
    if line != _LINES[type(high)] or line == "boolean" or low > high:
        raise _NotOnALine
    return _Span(line, low, high, test.low_included, test.high_included)


def _bound(operator: str, limit: nodes.Node) -> _Span | None:
    if operator == "=" and isinstance(limit, nodes.Literal) and limit.value is None:
        return None
    value = _constant(limit)
    line = _LINES[type(value)]
    if operator in ("=", "!="):
        return _Span(line, value, value, low_included=True, high_included=True, outside=operator == "!=")
    if line == "boolean":
        raise _NotOnALine
    if operator in ("<", "<="):
        return _Span(line, high=value, high_included=operator == "<=")
    return _Span(line, low=value, low_included=operator == ">=")


def _spans(parts: _Parts) -> Iterable[_Span]:
    for part in parts:
        if isinstance(part, _Span):
            yield part
        elif isinstance(part, tuple):
            yield from _spans(part)


# --- one line ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """One sort of values: points in order, gaps between them. Region 2n is the gap before point n, 2n+1 the point."""

    name: str
    points: list[Any]
    place: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {point: number for number, point in enumerate(self.points)}

    @property
    def regions(self) -> int:
        return 2 * len(self.points) + 1

    def where(self, parts: _Parts) -> tuple[int, int]:
        """The regions in which one of the tests holds, and those in which none does; in the others it is unknown."""
        every = (1 << self.regions) - 1
        true, false = 0, every
        for part in parts:
            yes, no = self._where_one(part, every)
            true, false = true | yes, false & no
        return true, false

    def _where_one(self, part: _Part, every: int) -> tuple[int, int]:
        if isinstance(part, _Everything):
            return every, 0
        if part is None:
            return 0, every
        if isinstance(part, tuple):
            yes, no = self.where(part)
            return no, yes
        if part.line != self.name:
            return 0, 0
        yes = self._inside(part)
        return (every ^ yes, yes) if part.outside else (yes, every ^ yes)

    def _inside(self, span: _Span) -> int:
        first, last = 0, self.regions - 1
        if span.low is not None:
            first = 2 * self.place[span.low] + (1 if span.low_included else 2)
        if span.high is not None:
            last = 2 * self.place[span.high] + (1 if span.high_included else 0)
        return ((1 << (last + 1)) - (1 << first)) if last >= first else 0

    def look(self, cells: Sequence[tuple[_Parts, int]]) -> Look:
        """From a value of this line to its rules, for cells with the rules that they stand in."""
        changes = [0] * (self.regions + 1)
        for parts, rules in cells:
            true, _ = self.where(parts)
            edges = true ^ (true << 1)
            while edges:
                lowest = edges & -edges
                changes[lowest.bit_length() - 1] ^= rules
                edges ^= lowest
        masks, mask = [], 0
        for change in changes[:-1]:
            mask ^= change
            masks.append(mask)
        return self._lookup(masks)

    def _lookup(self, masks: list[int]) -> Look:
        gaps, at_points, points = masks[0::2], masks[1::2], self.points
        if len(set(gaps)) == 1:
            other, found = gaps[0], dict(zip(points, at_points, strict=True)).get
            return lambda value: found(value, other)
        count = len(points)

        def look(value: Any) -> int:
            place = bisect_left(points, value)
            if place < count and points[place] == value:
                return at_points[place]
            return gaps[place]

        return look


# --- one column -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ColumnIndex:
    """The conditions of one column. ``by_type`` finds the rules of common values, ``asked`` are cells asked by hand."""

    by_type: dict[type, Look]
    asked: tuple[tuple[int, TestClosure], ...]
    asked_rules: int
    _tests: tuple[tuple[int, tuple[Test, ...]], ...]
    _slow: tuple[tuple[int, TestClosure], ...] | None = None

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> ColumnIndex:
        """The index of a column, whose cells stand in the order of the rules."""
        # Cells of one text share their tests. They are told apart by identity: 1 and true are equal to Python.
        groups: dict[int, tuple[tuple[Test, ...], int]] = {}
        for number, cell in enumerate(cells):
            tests, rules = groups.get(id(cell.tests), (cell.tests, 0))
            groups[id(cell.tests)] = tests, rules | 1 << number
        known: list[tuple[_Parts, int]] = []
        asked: list[tuple[int, TestClosure]] = []
        null, asked_rules = 0, 0
        for tests, rules in groups.values():
            try:
                known.append((_parts(tests), rules))
            except _NotOnALine:
                asked.append((rules, any_of(tests)))
                asked_rules |= rules
                continue
            if any_of(tests)(None, _NO_FACTS) is True:
                null |= rules
        by_type: dict[type, Look] = {NoneType: lambda _value: null | asked_rules}
        for line in _lines_of(known):
            look = line.look([*known, ((_ALL,), asked_rules)])
            by_type |= dict.fromkeys(_TYPES_OF[line.name], look)
        return cls(by_type, tuple(asked), asked_rules, tuple((rules, tests) for tests, rules in groups.values()))

    def rules(self, value: Any, facts: Facts, rules: int) -> int:
        """Which of the given rules hold for a value."""
        look = self.by_type.get(type(value))
        if look is None:
            return self._one_by_one(value, facts, rules)
        rules &= look(value)
        return self.ask(value, facts, rules) if rules & self.asked_rules else rules

    def ask(self, value: Any, facts: Facts, rules: int) -> int:
        """The same rules without those whose condition has to be asked and does not hold."""
        for bits, holds in self.asked:
            if bits & rules and holds(value, facts) is not True:
                rules &= ~bits
        return rules

    def _one_by_one(self, value: Any, facts: Facts, rules: int) -> int:
        if self._slow is None:
            self._slow = tuple((bits, any_of(tests)) for bits, tests in self._tests)
        for bits, holds in self._slow:
            if bits & rules and holds(value, facts) is not True:
                rules &= ~bits
        return rules


def _lines_of(cells: Sequence[tuple[_Parts, int]]) -> list[_Line]:
    points: dict[str, set[Any]] = {}
    for parts, _ in cells:
        for span in _spans(parts):
            points.setdefault(span.line, set()).update(span.ends)
    return [_Line(name, sorted(found)) for name, found in points.items()]
