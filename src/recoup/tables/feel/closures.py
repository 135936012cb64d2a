"""Nodes into Python closures: the engine for one case at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any, TypeAlias

from recoup.tables.feel import nodes
from recoup.tables.feel.functions import BUILTINS, CONDITIONS
from recoup.tables.feel.nodes import Node, Test
from recoup.tables.feel.properties import part_of
from recoup.tables.feel.values import (
    ARITHMETIC,
    NUMBER_TYPES,
    ORDERINGS,
    Facts,
    FeelFunction,
    FeelRange,
    Value,
    among,
    both,
    coerced,
    either,
    equal,
    is_instance,
    kind_of,
    negated,
    opposite,
    ordered,
)

#: Takes the facts and the value under test (None outside a unary test); gives a value of FEEL.
Closure: TypeAlias = Callable[[Facts], Any]
#: Takes the value under test and the facts.
TestClosure: TypeAlias = Callable[[object, Facts], "bool | None"]

#: The key under which the value being tested travels in the facts; no name of FEEL is spelled so.
SUBJECT = "?"


@singledispatch
def closure_of(node: Node) -> Closure:
    """The closure of a node; facts that are absent are null."""
    raise TypeError(f"no closure for {type(node).__name__}")


@closure_of.register
def _literal(node: nodes.Literal) -> Closure:
    value = node.value
    return lambda _facts: value


@closure_of.register
def _name(node: nodes.Name) -> Closure:
    name = node.name
    return lambda facts: facts.get(name)


@closure_of.register
def _subject(_node: nodes.Subject) -> Closure:
    return lambda facts: facts.get(SUBJECT)


@closure_of.register
def _path(node: nodes.Path) -> Closure:
    of, part = closure_of(node.of), node.part
    return lambda facts: part_of(of(facts), part)


@closure_of.register
def _negation(node: nodes.Negation) -> Closure:
    if isinstance(node.operand, nodes.Literal):
        value = opposite(node.operand.value)
        return lambda _facts: value
    operand = closure_of(node.operand)
    return lambda facts: opposite(operand(facts))


@closure_of.register
def _arithmetic(node: nodes.Arithmetic) -> Closure:
    compute, left, right = ARITHMETIC[node.operator], closure_of(node.left), closure_of(node.right)
    return lambda facts: compute(left(facts), right(facts))


@closure_of.register
def _comparison(node: nodes.Comparison) -> Closure:
    limit = constant_of(node.right)
    if node.operator in ORDERINGS and type(limit) in NUMBER_TYPES:
        return _compared_with_number(node.operator, closure_of(node.left), limit)
    left, right = closure_of(node.left), closure_of(node.right)
    if node.operator == "=":
        return lambda facts: equal(left(facts), right(facts))
    if node.operator == "!=":
        return lambda facts: negated(equal(left(facts), right(facts)))
    symbol = node.operator
    return lambda facts: ordered(symbol, left(facts), right(facts))


def _compared_with_number(symbol: str, left: Closure, limit: object) -> Closure:
    """The commonest test of a rule, a fact against a number, with the limit's type checked beforehand."""
    holds, numbers = ORDERINGS[symbol], NUMBER_TYPES

    def compared(facts: Facts) -> bool | None:
        value = left(facts)
        return holds(value, limit) if type(value) in numbers else None

    return compared


@closure_of.register
def _logic(node: nodes.Logic) -> Closure:
    operands = [closure_of(operand) for operand in node.operands]
    decisive = node.operator == "or"
    join = either if decisive else both

    def joined(facts: Facts) -> bool | None:
        result: object = not decisive
        for operand in operands:
            result = join(result, operand(facts))
            if result is decisive:
                return decisive
        return result  # type: ignore[return-value]

    return joined


@closure_of.register
def _between(node: nodes.Between) -> Closure:
    value, low, high = closure_of(node.value), closure_of(node.low), closure_of(node.high)

    def between(facts: Facts) -> bool | None:
        tested = value(facts)
        return both(ordered(">=", tested, low(facts)), ordered("<=", tested, high(facts)))

    return between


@closure_of.register
def _membership(node: nodes.Membership) -> Closure:
    value, holds = closure_of(node.value), any_of(node.tests)
    return lambda facts: holds(value(facts), facts)


@closure_of.register
def _conditional(node: nodes.Conditional) -> Closure:
    condition, yes, no = closure_of(node.condition), closure_of(node.yes), closure_of(node.no)
    return lambda facts: yes(facts) if condition(facts) is True else no(facts)


@closure_of.register
def _component(node: nodes.Component) -> Closure:
    name = node.name
    return lambda facts: facts.get(name)


@closure_of.register
def _call(node: nodes.Call) -> Closure:
    if node.fault:
        return lambda _facts: None
    compute, arguments = BUILTINS[node.function].compute, [closure_of(each) for each in node.arguments]
    if len(arguments) == 1:
        only = arguments[0]
        return lambda facts: compute(only(facts))
    return lambda facts: compute(*[argument(facts) for argument in arguments])


@closure_of.register
def _listing(node: nodes.Listing) -> Closure:
    items = [closure_of(item) for item in node.items]
    return lambda facts: [item(facts) for item in items]


@closure_of.register
def _context(node: nodes.ContextNode) -> Closure:
    entries = [(name, closure_of(entry)) for name, entry in node.entries]

    def context(facts: Facts) -> dict[str, Any]:
        # Functions among the entries keep this scope, so that they see themselves and each other.
        scope: dict[str, Any] = dict(facts)
        made: dict[str, Any] = {}
        for name, closure in entries:
            made[name] = scope[name] = closure(scope)
        return made

    return context


@closure_of.register
def _range(node: nodes.Range) -> Closure:
    low = None if node.low is None else closure_of(node.low)
    high = None if node.high is None else closure_of(node.high)
    low_included, high_included = node.low_included, node.high_included
    bounded = low is not None, high is not None

    def made(facts: Facts) -> FeelRange | None:
        start, end = low and low(facts), high and high(facts)
        return range_of(start, end, low_included=low_included, high_included=high_included, bounded=bounded)

    return made


def range_of(
    start: Any, end: Any, *, low_included: bool, high_included: bool, bounded: tuple[bool, bool]
) -> FeelRange | None:
    """A range as a value; null where an end that it has is null, has no order, or is of another kind than the other."""
    for value, wanted in ((start, bounded[0]), (end, bounded[1])):
        if wanted and ordered("<=", value, value) is None:
            return None
    if all(bounded) and kind_of(start) != kind_of(end):
        return None
    return FeelRange(start, end, low_included, high_included)


@closure_of.register
def _instance(node: nodes.InstanceOf) -> Closure:
    value, wanted = closure_of(node.value), node.type
    return lambda facts: is_instance(value(facts), wanted)


@closure_of.register
def _typed(node: nodes.Typed) -> Closure:
    value, wanted = closure_of(node.value), node.type
    return lambda facts: coerced(value(facts), wanted)


@closure_of.register
def _reference(node: nodes.FunctionReference) -> Closure:
    builtin = BUILTINS[node.function]
    function = FeelFunction(builtin.signatures[0].names, builtin.compute, name=node.function)
    return lambda _facts: function


def constant_of(node: Node) -> Value:
    """The value of a node that needs no facts and is written out, a sign included; None for any other."""
    if isinstance(node, nodes.Negation) and isinstance(node.operand, nodes.Literal):
        return opposite(node.operand.value)
    if isinstance(node, nodes.Call) and all(isinstance(each, nodes.Literal) for each in node.arguments):
        return closure_of(node)({})  # type: ignore[no-any-return]
    return node.value if isinstance(node, nodes.Literal) else None


# --- unary tests --------------------------------------------------------------------------------------------


def any_of(tests: tuple[Test, ...]) -> TestClosure:
    """Whether one of the tests holds, in three values."""
    closures = [test_of(test) for test in tests]
    if len(closures) == 1:
        return closures[0]

    def holds(value: object, facts: Facts) -> bool | None:
        result: bool | None = False
        for closure in closures:
            result = either(result, closure(value, facts))
            if result is True:
                return True
        return result

    return holds


@singledispatch
def test_of(test: Test) -> TestClosure:
    """The closure of one unary test."""
    raise TypeError(f"no closure for {type(test).__name__}")


@test_of.register
def _any_value(_test: nodes.AnyValue) -> TestClosure:
    return lambda _value, _facts: True


@test_of.register
def _bound(test: nodes.Bound) -> TestClosure:
    symbol, limit = test.operator, closure_of(test.limit)
    if reads_subject(test.limit):
        return _verdict(closure_of(nodes.Comparison(symbol, nodes.Subject(), test.limit)))
    if symbol == "=":
        return lambda value, facts: equal(value, limit(facts))
    if symbol == "!=":
        return lambda value, facts: negated(equal(value, limit(facts)))
    return lambda value, facts: ordered(symbol, value, limit(facts))


@test_of.register
def _interval(test: nodes.Interval) -> TestClosure:
    low, high = closure_of(test.low), closure_of(test.high)
    if reads_subject(test):
        inside = (test.low_included, test.high_included)
        return _verdict(_inside(closure_of(nodes.Subject()), low, high, inside))
    above, below = (">=" if test.low_included else ">"), ("<=" if test.high_included else "<")
    return lambda value, facts: both(ordered(above, value, low(facts)), ordered(below, value, high(facts)))


def _inside(subject: Closure, low: Closure, high: Closure, included: tuple[bool, bool]) -> Closure:
    above, below = (">=" if included[0] else ">"), ("<=" if included[1] else "<")
    return lambda facts: both(ordered(above, subject(facts), low(facts)), ordered(below, subject(facts), high(facts)))


@test_of.register
def _match(test: nodes.Match) -> TestClosure:
    closure = closure_of(test.expression)
    if is_condition(test.expression):
        return _verdict(closure)

    if isinstance(test.expression, nodes.Literal | nodes.Negation):
        return lambda value, facts: equal(value, closure(facts))

    def matches(value: object, facts: Facts) -> bool | None:
        return passes(value, closure(facts))

    return matches


def _verdict(closure: Closure) -> TestClosure:
    """What a condition says about the value tested; one that says neither true nor false is unknown."""

    def verdict(value: object, facts: Facts) -> bool | None:
        answer = closure({**facts, SUBJECT: value})
        return answer if isinstance(answer, bool) else None

    return verdict


def passes(value: object, wanted: object) -> bool | None:
    """Whether a value passes what an expression in a cell is worth: equality, a list or range that it is in, a verdict.

    An expression that says true or false about a value that is neither has decided by itself.
    """
    if isinstance(wanted, bool) and value is not None and not isinstance(value, bool | list | tuple):
        return wanted
    return among(value, wanted)


@test_of.register
def _none_of(test: nodes.NoneOf) -> TestClosure:
    holds = any_of(test.tests)
    return lambda value, facts: negated(holds(value, facts))


def is_condition(node: Node) -> bool:
    """Whether an expression in a cell is a condition of its own, not a value to be equal to."""
    if isinstance(node, nodes.Call) and node.function in CONDITIONS:
        return True
    return isinstance(node, _CONDITION_NODES) or reads_subject(node)


_CONDITION_NODES = (
    nodes.Comparison, nodes.Logic, nodes.Between, nodes.Membership, nodes.Quantified, nodes.InstanceOf,
)  # fmt: skip


def reads_subject(node: Node | Test) -> bool:
    """Whether ``?`` stands somewhere in a node."""
    return any(isinstance(each, nodes.Subject) for each in nodes.descendants(node))
