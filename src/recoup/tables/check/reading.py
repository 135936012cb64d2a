"""What can be known of a cell without running it: the constants where its answer changes, and whether it needs more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import closure_of, is_condition
from recoup.tables.feel.nodes import Node, Test, descendants
from recoup.tables.feel.values import Months

#: Kinds whose values lie on a line that can be cut; all others are compared for equality only.
ORDERED_KINDS = frozenset({"number", "string", "date", "days duration", "months duration"})
PLAIN_KINDS = ORDERED_KINDS | {"boolean"}
_PLAIN_TYPES = frozenset({int, Decimal, str, bool, date, timedelta, Months})

_OF_THE_MOMENT = frozenset({"now", "today"})
_ORDERING = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Cut:
    """A constant at which a test changes its answer; ``orders``: also between what is less and what is greater."""

    value: object
    orders: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One test as geometry.

    ``exact``: between two cuts the answer never changes. ``alone``: it reads nothing but the value tested, so that its
    answer for one value can be computed. A test that is neither may or may not hold.
    """

    cuts: tuple[Cut, ...] = ()
    exact: bool = True
    alone: bool = True


_OPAQUE = Reading(exact=False, alone=False)


def reading_of(test: Test) -> Reading:
    """The reading of one test of a cell."""
    found = _reading(test)
    return Reading(found.cuts, found.exact, _is_alone(test))


def constant(node: Node) -> tuple[object] | None:
    """The value, in a tuple of one, of an expression that no fact changes; None for all others."""
    if not _is_alone(node) or any(isinstance(each, nodes.Subject) for each in descendants(node)):
        return None
    return (closure_of(node)({}),)


def _is_alone(node: Node | Test) -> bool:
    return not any(
        isinstance(each, nodes.Name | nodes.Boxed) or (isinstance(each, nodes.Call) and each.function in _OF_THE_MOMENT)
        for each in descendants(node)
    )


def _reading(test: Test) -> Reading:
    if isinstance(test, nodes.AnyValue):
        return Reading()
    if isinstance(test, nodes.Bound):
        return _compared(test.operator, test.limit)
    if isinstance(test, nodes.Interval):
        return _joined(_compared("<", test.low), _compared("<", test.high))
    if isinstance(test, nodes.NoneOf):
        return _joined(*map(_reading, test.tests))
    return _condition(test.expression) if is_condition(test.expression) else _equal_to(test.expression)


def _joined(*readings: Reading) -> Reading:
    cuts = tuple(cut for reading in readings for cut in reading.cuts)
    return Reading(cuts, all(reading.exact for reading in readings))


def _compared(operator: str, limit: Node) -> Reading:
    found = constant(limit)
    if found is None:
        return _OPAQUE
    return _cut_at(found[0], orders=operator in _ORDERING)


def _cut_at(value: object, *, orders: bool) -> Reading:
    if value is None:
        return Reading()
    return Reading((Cut(value, orders),)) if type(value) in _PLAIN_TYPES else _OPAQUE


def _equal_to(expression: Node) -> Reading:
    found = constant(expression)
    if found is None:
        return _OPAQUE
    value = found[0]
    if isinstance(value, list | tuple):
        return _joined(*(_cut_at(each, orders=False) for each in value))
    return _cut_at(value, orders=False)


def _condition(node: Node) -> Reading:
    """A condition on ``?`` itself; anything that computes with it is not read."""
    if isinstance(node, nodes.Comparison):
        return _comparison(node)
    if isinstance(node, nodes.Logic):
        return _joined(*map(_condition, node.operands))
    if isinstance(node, nodes.Between) and isinstance(node.value, nodes.Subject):
        return _joined(_compared("<", node.low), _compared("<", node.high))
    if isinstance(node, nodes.Membership) and isinstance(node.value, nodes.Subject):
        return _joined(*map(_reading, node.tests))
    if isinstance(node, nodes.Call) and node.function == "not" and len(node.arguments) == 1:
        return _condition(node.arguments[0])
    return Reading() if constant(node) is not None else _OPAQUE


def _comparison(node: nodes.Comparison) -> Reading:
    if isinstance(node.left, nodes.Subject):
        return _compared(node.operator, node.right)
    if isinstance(node.right, nodes.Subject):
        return _compared(node.operator, node.left)
    return Reading() if constant(node) is not None else _OPAQUE
