"""The type of a node. Source: OMG DMN 1.5, chapter 10.3.2.13 and tables 50 to 60."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch

from recoup.tables.feel import nodes
from recoup.tables.feel.calls import fault_of
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextOf,
    FeelType,
    FunctionOf,
    ListOf,
    RangeOf,
    Simple,
)
from recoup.tables.typing.signatures import PARAMETERS, result_of
from recoup.tables.typing.values import common, type_of_value

#: The name of the value under test in a cell.
SUBJECT = "?"
_DURATIONS = (DAYS_DURATION, MONTHS_DURATION)
_ORDERED = (NUMBER, STRING, DATE, TIME, DATE_AND_TIME, *_DURATIONS)
_DATE_PARTS = ("year", "month", "day", "weekday")
_TIME_PARTS = ("hour", "minute", "second")


def _silent(_code: str, _sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Typing:
    """The types that names have, and who is told what is wrong: a code and a sentence.

    ``named`` says that every name must be known; a scope that may be missing some (a filter's) says nothing.
    """

    scope: Mapping[str, FeelType]
    tell: Callable[[str, str], None] = _silent
    named: bool = True

    def having(self, names: Mapping[str, FeelType]) -> Typing:
        """The same with more names."""
        return replace(self, scope={**self.scope, **names})


def infer(node: Node, scope: Mapping[str, FeelType]) -> FeelType:
    """The type of a node over names of these types; ANY where it cannot be told, NULL for what is always null."""
    return type_in(node, Typing(scope))


@singledispatch
def type_in(node: Node, typing: Typing) -> FeelType:
    """The type of a node, telling ``typing`` what does not go together."""
    del node, typing
    return ANY


def named(kind: FeelType) -> str:
    """A type as people say it."""
    if isinstance(kind, Simple):
        return kind.name
    if isinstance(kind, ListOf):
        return f"list of {named(kind.item)}"
    return {ContextOf: "context", RangeOf: "range", FunctionOf: "function"}.get(type(kind), "value")


def comparable(left: FeelType, right: FeelType) -> bool:
    """Whether values of two types may be equal, as far as it is known."""
    if ANY in (left, right) or NULL in (left, right) or left == right:
        return True
    return type(left) is type(right) and not isinstance(left, Simple)


@type_in.register
def _literal(node: nodes.Literal, _typing: Typing) -> FeelType:
    return type_of_value(node.value)


@type_in.register
def _name(node: nodes.Name, typing: Typing) -> FeelType:
    if node.name not in typing.scope and typing.named:
        typing.tell("unknown-name", f"nothing is called {node.name!r} here")
    return typing.scope.get(node.name, ANY)


@type_in.register
def _component(node: nodes.Component, typing: Typing) -> FeelType:
    return typing.scope.get(node.name, ANY)


@type_in.register
def _subject(_node: nodes.Subject, typing: Typing) -> FeelType:
    return typing.scope.get(SUBJECT, ANY)


@type_in.register
def _path(node: nodes.Path, typing: Typing) -> FeelType:
    return part_type(type_in(node.of, typing), node.part, typing)


def part_type(of: FeelType, part: str, typing: Typing) -> FeelType:
    """The type of ``of.part``."""
    if isinstance(of, ContextOf):
        if part not in of.parts:
            typing.tell("unknown-name", f"there is no component {part!r}")
        return of.parts.get(part, ANY)
    if isinstance(of, ListOf):
        return ListOf(part_type(of.item, part, typing))
    if isinstance(of, RangeOf):
        return {"start": of.item, "end": of.item}.get(part, BOOLEAN)
    return _property(of, part, typing) if of not in (ANY, NULL) else ANY


def _property(of: FeelType, part: str, typing: Typing) -> FeelType:
    known: dict[FeelType, tuple[str, ...]] = {
        DATE: _DATE_PARTS,
        TIME: _TIME_PARTS,
        DATE_AND_TIME: _DATE_PARTS + _TIME_PARTS,
        DAYS_DURATION: ("days", "hours", "minutes", "seconds"),
        MONTHS_DURATION: ("years", "months"),
    }
    if part in known.get(of, ()):
        return NUMBER
    if of in (DATE, TIME, DATE_AND_TIME):
        return {"timezone": STRING, "time offset": DAYS_DURATION}.get(part, NUMBER if part in _TIME_PARTS else NULL)
    typing.tell("type-mismatch", f"a {named(of)} has no part {part!r}")
    return NULL


@type_in.register
def _negation(node: nodes.Negation, typing: Typing) -> FeelType:
    kind = type_in(node.operand, typing)
    if kind in (ANY, NULL, NUMBER, *_DURATIONS):
        return kind
    typing.tell("type-mismatch", f"the minus sign before a {named(kind)}")
    return NULL


@type_in.register
def _arithmetic(node: nodes.Arithmetic, typing: Typing) -> FeelType:
    left, right = type_in(node.left, typing), type_in(node.right, typing)
    if NULL in (left, right):
        return NULL
    if ANY in (left, right):
        return _half_known(node.operator, left, right)
    found = _result(node.operator, left, right)
    if found is None:
        typing.tell("type-mismatch", f"{named(left)} {node.operator} {named(right)} has no value")
        return NULL
    return found


def _half_known(operator: str, left: FeelType, right: FeelType) -> FeelType:
    known = left if right == ANY else right
    if operator == "**":
        return NUMBER
    if known == STRING and operator == "+":
        return STRING
    return ANY


def _result(operator: str, left: FeelType, right: FeelType) -> FeelType | None:
    if left == right == NUMBER:
        return NUMBER
    if operator == "+" and left == right == STRING:
        return STRING
    if operator in ("*", "/"):
        return _scaled(operator, left, right)
    if operator in ("+", "-") and left == right and left in _DURATIONS:
        return left
    moved = (DATE, TIME, DATE_AND_TIME)
    if operator in ("+", "-") and left in moved and right in _DURATIONS:
        return None if (left, right) == (TIME, MONTHS_DURATION) else left
    if operator == "+" and right in moved and left in _DURATIONS:
        return None if (right, left) == (TIME, MONTHS_DURATION) else right
    between = left == right == TIME or (left in (DATE, DATE_AND_TIME) and right in (DATE, DATE_AND_TIME))
    return DAYS_DURATION if operator == "-" and between else None


def _scaled(operator: str, left: FeelType, right: FeelType) -> FeelType | None:
    if left in _DURATIONS and right == NUMBER:
        return left
    if operator == "*" and left == NUMBER and right in _DURATIONS:
        return right
    return NUMBER if operator == "/" and left == right and left in _DURATIONS else None


@type_in.register
def _comparison(node: nodes.Comparison, typing: Typing) -> FeelType:
    check_comparison(node.operator, type_in(node.left, typing), type_in(node.right, typing), typing)
    return BOOLEAN


def check_comparison(operator: str, left: FeelType, right: FeelType, typing: Typing) -> None:
    """Tells of a comparison that is never true nor false."""
    if not comparable(left, right):
        typing.tell("type-mismatch", f"{named(left)} is compared with {named(right)}")
    elif operator not in ("=", "!="):
        for kind in (left, right):
            if kind not in (ANY, NULL, *_ORDERED):
                typing.tell("type-mismatch", f"a {named(kind)} is neither more nor less than another")
                return


@type_in.register
def _logic(node: nodes.Logic, typing: Typing) -> FeelType:
    for operand in node.operands:
        kind = type_in(operand, typing)
        if kind not in (ANY, NULL, BOOLEAN):
            typing.tell("type-mismatch", f"{node.operator!r} joins conditions, not a {named(kind)}")
    return BOOLEAN


@type_in.register
def _between(node: nodes.Between, typing: Typing) -> FeelType:
    value = type_in(node.value, typing)
    for end in (node.low, node.high):
        check_comparison("<=", value, type_in(end, typing), typing)
    return BOOLEAN


@type_in.register
def _conditional(node: nodes.Conditional, typing: Typing) -> FeelType:
    condition = type_in(node.condition, typing)
    if condition not in (ANY, NULL, BOOLEAN):
        typing.tell("type-mismatch", f"'if' needs a condition, not a {named(condition)}")
    return common((type_in(node.yes, typing), type_in(node.no, typing)))


@type_in.register
def _call(node: nodes.Call, typing: Typing) -> FeelType:
    arguments = [type_in(each, typing) for each in node.arguments]
    if fault := fault_of(node):
        typing.tell("type-mismatch", f"{node.function}(): {fault}")
        return NULL if node.fault else result_of(node.function, arguments)
    for kind, wanted in zip(arguments, PARAMETERS.get(node.function, ()), strict=False):
        if kind not in (ANY, NULL, wanted) and not isinstance(kind, ListOf):
            typing.tell("type-mismatch", f"{node.function}() takes a {named(wanted)}, not a {named(kind)}")
    if node.function == "duration" and isinstance(node.arguments[0], nodes.Literal):
        return _duration(str(node.arguments[0].value))
    return result_of(node.function, arguments)


def _duration(text: str) -> FeelType:
    head = text.partition("T")[0]
    return MONTHS_DURATION if "Y" in head or "M" in head else DAYS_DURATION


# --- structures -------------------------------------------------------------------------------------------------------


@type_in.register
def _listing(node: nodes.Listing, typing: Typing) -> FeelType:
    return ListOf(common([type_in(item, typing) for item in node.items]) if node.items else ANY)


@type_in.register
def _context(node: nodes.ContextNode, typing: Typing) -> FeelType:
    parts: dict[str, FeelType] = {}
    for name, entry in node.entries:
        inner = {**parts, name: ANY} if isinstance(entry, nodes.FunctionNode) else parts
        parts[name] = type_in(entry, typing.having(inner))
    return ContextOf(parts)


@type_in.register
def _range(node: nodes.Range, typing: Typing) -> FeelType:
    return RangeOf(common([type_in(end, typing) for end in (node.low, node.high) if end is not None]))


@type_in.register
def _filter(node: nodes.Filter, typing: Typing) -> FeelType:
    of = type_in(node.of, typing)
    item = of.item if isinstance(of, ListOf) else of
    names = dict(item.parts) if isinstance(item, ContextOf) else {}
    inner = replace(typing.having({**names, "item": item}), named=typing.named and isinstance(item, Simple | ContextOf))
    if type_in(node.condition, inner) == NUMBER:
        return item
    return of if isinstance(of, ListOf) else ListOf(of)


@type_in.register
def _for(node: nodes.For, typing: Typing) -> FeelType:
    return ListOf(type_in(node.body, _iterated(node.iterators, typing).having({"partial": ListOf(ANY)})))


@type_in.register
def _quantified(node: nodes.Quantified, typing: Typing) -> FeelType:
    type_in(node.condition, _iterated(node.iterators, typing))
    return BOOLEAN


def _iterated(iterators: tuple[nodes.Binding, ...], typing: Typing) -> Typing:
    for iterator in iterators:
        over = type_in(iterator.over, typing)
        if iterator.to is not None:
            type_in(iterator.to, typing)
        item = over.item if isinstance(over, ListOf | RangeOf) else over
        typing = typing.having({iterator.name: item})
    return typing


@type_in.register
def _instance(node: nodes.InstanceOf, typing: Typing) -> FeelType:
    type_in(node.value, typing)
    return BOOLEAN


@type_in.register
def _typed(node: nodes.Typed, typing: Typing) -> FeelType:
    check_conforms(type_in(node.value, typing), node.type, typing)
    return node.type


def check_conforms(kind: FeelType, wanted: FeelType, typing: Typing) -> None:
    """Tells of a value that is never of its declared type, so that it is always null."""
    if not may_conform(kind, wanted):
        typing.tell("type-mismatch", f"declared as {named(wanted)}, but it is a {named(kind)}")


def may_conform(kind: FeelType, wanted: FeelType) -> bool:
    """Whether a value of one type can become one of the other, by what the standard converts."""
    if ANY in (kind, wanted) or kind in (NULL, wanted):
        return True
    if isinstance(wanted, ListOf):
        return may_conform(kind.item if isinstance(kind, ListOf) else kind, wanted.item)
    if isinstance(kind, ListOf):
        return may_conform(kind.item, wanted)
    if (kind, wanted) == (DATE, DATE_AND_TIME):
        return True
    if isinstance(kind, ContextOf) and isinstance(wanted, ContextOf):
        return all(name in kind.parts and may_conform(kind.parts[name], part) for name, part in wanted.parts.items())
    return type(kind) is type(wanted) and not isinstance(kind, Simple | ContextOf)


@type_in.register
def _function(node: nodes.FunctionNode, typing: Typing) -> FeelType:
    result = type_in(node.body, typing.having(dict(node.parameters)))
    return FunctionOf(tuple(kind for _, kind in node.parameters), result)


@type_in.register
def _reference(_node: nodes.FunctionReference, _typing: Typing) -> FeelType:
    return ANY


@type_in.register
def _invocation(node: nodes.Invocation, typing: Typing) -> FeelType:
    function = type_in(node.of, typing)
    arguments = [type_in(each, typing) for each in node.arguments]
    if not isinstance(function, FunctionOf):
        return ANY
    if not node.names:
        if function.parameters and len(arguments) != len(function.parameters):
            typing.tell("type-mismatch", f"a call with {len(arguments)} arguments, not {len(function.parameters)}")
            return NULL
        for kind, wanted in zip(arguments, function.parameters, strict=False):
            check_conforms(kind, wanted, typing)
    return function.result
