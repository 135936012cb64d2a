"""Facts that lead to a corner of a table whose inputs are computed: tried out with the engine for one case.

A gap between inputs that depend on one another may never be reached. Facts that reach it prove it; that none were found
proves nothing, and the finding stays a doubt.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice, product
from math import prod
from typing import Any

from recoup.tables.check.axis import Axis
from recoup.tables.check.cover import bits
from recoup.tables.check.grid import Box, Grid
from recoup.tables.check.reading import reading_of
from recoup.tables.check.sources import Root, path_of, tests_of
from recoup.tables.check.words import plain_value
from recoup.tables.feel import nodes
from recoup.tables.feel.closures import any_of, closure_of
from recoup.tables.feel.nodes import Node, Test, descendants
from recoup.tables.feel.types import ANY, ContextOf, FeelType, Simple
from recoup.tables.feel.values import kind_of
from recoup.tables.model import InputData, Model
from recoup.tables.row import Compiled, compile_model

_TRIES = 800
_TRIES_IN_ALL = 12_000
_NAMED_MAX = 20
_TRIED = frozenset({int, Decimal, str, bool, date})
_KINDS = {"number": "number", "string": "string", "boolean": "boolean", "date": "date"}
_ALWAYS: dict[str, tuple[Any, ...]] = {
    "number": (Decimal(0), Decimal(1), Decimal(-1), Decimal(100)),
    "string": ("other",),
    "boolean": (True, False),
    "date": (date(2026, 1, 1),),
}


@dataclass
class Witness:
    """Looks for facts of one model. The same model always gives the same facts."""

    model: Model
    tries_left: int = _TRIES_IN_ALL
    _compiled: dict[str, Compiled] = field(default_factory=dict)
    _pools: dict[tuple[Root, FeelType], list[Any]] = field(default_factory=dict)

    def facts_in(self, box: Box, grid: Grid, decision: str) -> dict[str, Any] | None:
        """Facts for which the inputs of a decision's table lie in a box; None where none were found."""
        compiled = self._engine(decision)
        within = _within(box, grid)
        asked = {root[0] for side in grid.sides for root in side.roots}
        wanted = [fact for fact in self.model.inputs if fact.name in asked]
        for facts in islice(self._tried(wanted, within), min(_TRIES, self.tries_left)):
            self.tries_left -= 1
            if self._reaches(facts, box, grid, compiled):
                return {name: plain_value(value) for name, value in facts.items()}
        return None

    def _tried(self, wanted: list[InputData], within: Mapping[Root, tuple[Axis, int]]) -> Iterator[dict[str, Any]]:
        """All combinations of the values worth trying where they are few, else some of them, by chance."""
        plain = not any(isinstance(fact.type, ContextOf) for fact in wanted)
        pools = {fact.name: self._pool((fact.name,), fact.type, fact, within) for fact in wanted} if plain else {}
        if plain and prod(map(len, pools.values())) <= _TRIES:
            yield from (dict(zip(pools, values, strict=True)) for values in product(*pools.values()))
            return
        # Not for secrets: the same tries every time.
        dice = random.Random(len(wanted))  # noqa: S311
        while True:
            yield {fact.name: self._value((fact.name,), fact.type, fact, within, dice) for fact in wanted}

    def _engine(self, decision: str) -> Compiled:
        if decision not in self._compiled:
            self._compiled[decision] = compile_model(self.model, decision)
        return self._compiled[decision]

    def _reaches(self, facts: Mapping[str, Any], box: Box, grid: Grid, compiled: Compiled) -> bool:
        outcome = compiled.decide(facts)
        if any(complaint.startswith("the fact") for complaint in outcome.complaints):
            return False
        scope = compiled.scope(facts, outcome.values)
        return all(
            side.axis.has(mask, closure_of(side.node)(scope)) for side, mask in zip(grid.sides, box, strict=True)
        )

    def _value(
        self,
        path: Root,
        type_: FeelType,
        fact: InputData,
        within: Mapping[Root, tuple[Axis, int]],
        dice: random.Random,
    ) -> Any:
        if isinstance(type_, ContextOf) and path not in within:
            return {name: self._value((*path, name), part, fact, within, dice) for name, part in type_.parts.items()}
        pool = self._pool(path, type_, fact, within)
        return dice.choice(pool) if pool else None

    def _pool(self, path: Root, type_: FeelType, fact: InputData, within: Mapping[Root, tuple[Axis, int]]) -> list[Any]:
        """The values worth trying for a fact or a component of one."""
        if (path, type_) not in self._pools:
            self._pools[path, type_] = self._allowed_pool(path, type_, fact)
        pool = self._pools[path, type_]
        if path not in within:
            return pool
        axis, mask = within[path]
        known = [axis.example[place] for place in bits(mask)]
        return known + [value for value in pool if axis.has(mask, value) and value not in known]

    def _allowed_pool(self, path: Root, type_: FeelType, fact: InputData) -> list[Any]:
        kind = _KINDS.get(type_.name) if isinstance(type_, Simple) else None
        every = [value for values in self._constants.values() for value in values]
        values = self._constants[kind] if kind else every if type_ == ANY else []
        allowed = tests_of(fact.constraint, path[1:])
        if fact.allowed and len(path) == 1:
            allowed = [*allowed, fact.allowed.tests]
        return [value for value in values if all(any_of(tests)(value, {}) is True for tests in allowed)]

    @cached_property
    def _constants(self) -> dict[str, list[Any]]:
        """Values worth trying, by kind: all that the model names, their sums and differences, the days beside them."""
        found: dict[str, dict[Any, None]] = {kind: dict.fromkeys(values) for kind, values in _ALWAYS.items()}
        for value in self._named():
            kind = str(kind_of(value))
            if kind in found and len(found[kind]) < _NAMED_MAX and type(value) in _TRIED:
                found[kind][value] = None
        numbers, days = list(found["number"]), list(found["date"])
        found["number"] |= dict.fromkeys(each for a in numbers for b in numbers for each in (a + b, a - b))
        found["date"] |= dict.fromkeys(_moved(day, count) for day in days for count in numbers)
        return {kind: list(values) for kind, values in found.items()}

    def _named(self) -> Iterator[Any]:
        roots: list[Node | Test] = [each.logic for each in self.model.decisions if each.logic is not None]
        roots += [test for fact in self.model.inputs if fact.allowed for test in fact.allowed.tests]
        for root in roots:
            for node in descendants(root):
                if isinstance(node, nodes.Literal):
                    yield node.value
                elif isinstance(node, nodes.Bound | nodes.Interval | nodes.Match):
                    yield from (cut.value for cut in reading_of(node).cuts)


def _within(box: Box, grid: Grid) -> dict[Root, tuple[Axis, int]]:
    """The facts that are inputs themselves, with the pieces that keep them in the box."""
    return {
        path: (side.axis, mask)
        for side, mask in zip(grid.sides, box, strict=True)
        if (path := path_of(side.node)) is not None and side.roots == {path} and mask != side.axis.sure
    }


def _moved(day: date, count: Any) -> date:
    try:
        return day + timedelta(days=int(count))
    except (OverflowError, ValueError):
        return day
