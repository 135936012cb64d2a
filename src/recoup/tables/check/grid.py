"""A decision table as boxes in a space of pieces: what each rule certainly and possibly covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recoup.tables.check.axis import Axis
from recoup.tables.check.reading import reading_of
from recoup.tables.check.sources import Root, Sources, depend_on_one_another, tests_of
from recoup.tables.feel import nodes
from recoup.tables.feel.nodes import Node, Test
from recoup.tables.feel.types import ANY
from recoup.tables.model import Cell, DecisionTable, InputClause

Box = tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """One dimension: the columns that test the same expression, and their axis."""

    node: Node
    name: str
    columns: tuple[int, ...]
    axis: Axis
    roots: frozenset[Root]
    free: bool
    nullable: bool


@dataclass(frozen=True)
class Grid:
    """The table's sides, and for each rule the box where it certainly matches and the one where it may match."""

    table: DecisionTable
    sides: tuple[Side, ...]
    certain: tuple[Box, ...]
    possible: tuple[Box, ...]

    @property
    def opaque(self) -> list[int]:
        """The places of the rules whose box is not exactly known."""
        return [
            place
            for place, (yes, perhaps) in enumerate(zip(self.certain, self.possible, strict=True))
            if yes != perhaps
        ]

    def restricted(self, box: Box, *, within: Box) -> list[int]:
        """The sides on which a box is narrower than another."""
        return [place for place, mask in enumerate(box) if mask != within[place]]

    def is_real(self, places: Sequence[int]) -> bool:
        """Whether these sides can take any values together: none is computed, no two share a fact."""
        sides = [self.sides[place] for place in places]
        if not all(side.free for side in sides):
            return False
        return not any(
            depend_on_one_another(one.roots, other.roots) for at, one in enumerate(sides) for other in sides[:at]
        )


def grid_of(table: DecisionTable, sources: Sources) -> Grid:
    """Lays a table out in pieces."""
    columns: dict[Node, list[int]] = {}
    for place, clause in enumerate(table.inputs):
        columns.setdefault(clause.expression.node, []).append(place)
    sides = tuple(_side(table, node, places, sources) for node, places in columns.items())
    masks = [_Masks(side) for side in sides]
    boxes = [
        [each.of([rule.conditions[place] for place in each.side.columns]) for each in masks] for rule in table.rules
    ]
    return Grid(
        table,
        sides,
        certain=tuple(tuple(yes for yes, _ in box) for box in boxes),
        possible=tuple(tuple(perhaps for _, perhaps in box) for box in boxes),
    )


class _Masks:
    """The masks of a side's cells; equal cells are looked at once."""

    def __init__(self, side: Side) -> None:
        self.side = side
        # By text too: to Python, 1 and true are equal.
        self._known: dict[tuple[str, tuple[Test, ...]], tuple[int, int]] = {}

    def of(self, cells: list[Cell]) -> tuple[int, int]:
        certain = possible = self.side.axis.domain
        for cell in cells:
            key = (cell.text, cell.tests)
            if key not in self._known:
                self._known[key] = self.side.axis.mask(cell.tests)
            yes, perhaps = self._known[key]
            certain, possible = certain & yes, possible & perhaps
        return certain, possible


def _side(table: DecisionTable, node: Node, places: list[int], sources: Sources) -> Side:
    clauses = [table.inputs[place] for place in places]
    declared = [clause.allowed.tests for clause in clauses if clause.allowed]
    declared += [tests for clause in clauses for tests in tests_of(clause.constraint, ())]
    allowed = list(dict.fromkeys([*declared, *sources.allowed_of(node)]))
    distinct = dict.fromkeys(rule.conditions[place].tests for rule in table.rules for place in places)
    readings = [reading_of(test) for tests in (*distinct, *allowed) for test in tests]
    type_ = clauses[0].type if clauses[0].type != ANY else sources.type_of(node)
    axis = Axis(type_, readings, allowed)
    return Side(
        node=node,
        name=_name(clauses[0]),
        columns=tuple(places),
        axis=axis,
        roots=sources.roots_of(node),
        free=sources.is_free(node) or bool(allowed),
        nullable=sources.may_be_null(node) and not _excludes_null(allowed),
    )


def _name(clause: InputClause) -> str:
    return " ".join(clause.expression.text.split()) or clause.label


def _excludes_null(allowed: Sequence[tuple[Test, ...]]) -> bool:
    """Whether the allowed values speak of null and leave it out: ``not(null)``. Silence does not exclude it."""
    return any(
        len(tests) == 1 and isinstance(tests[0], nodes.NoneOf) and nodes.Match(nodes.Literal(None)) in tests[0].tests
        for tests in allowed
    )
