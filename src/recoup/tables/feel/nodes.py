"""The graph of an expression: frozen, compared by content, read by every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeAlias

from recoup.tables.feel.types import FeelType
from recoup.tables.feel.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out: number, string, boolean, null, or a date, time or duration after ``@``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A fact looked up by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Component:
    """A name inside a filter that only the list's items can supply: looked up like a name, but it is no fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """``?`` in a unary test: the value being tested."""


@dataclass(frozen=True, slots=True)
class Path:
    """``of.part``: a property of a date, time, duration or range, a component of a context or of each of a list."""

    of: Node
    part: str


@dataclass(frozen=True, slots=True)
class Negation:
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` with one of ``+ - * / **``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right`` with one of ``= != < <= > >=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """Operands joined by ``and`` or by ``or``, in three values."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """``value between low and high``, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership:
    """``value in tests``."""

    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """``if condition then yes else no``; a condition that is not true takes ``no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function with its arguments by position (named ones are already in their places).

    A call that can never have a value (wrong number or names of arguments) keeps its arguments and says why in
    ``fault``: the standard gives it null.
    """

    function: str
    arguments: tuple[Node, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A built-in function as a value: ``sort(words, f)`` with ``f`` bound to ``contains``."""

    function: str


@dataclass(frozen=True, slots=True)
class FunctionNode:
    """``function(a: number, b) body``; a parameter without type is Any."""

    parameters: tuple[tuple[str, FeelType], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function of the model's own; ``names`` is empty for arguments by position, else as long as they."""

    of: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b, c]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode:
    """``{a: 1, b: a + 1}``: later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Range:
    """``[low..high]`` as a value; ``(< high)`` has no ``low`` (None: no bound on that side), ``(= x)`` has both."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """``name in over`` of a ``for``, ``some`` or ``every``; with ``to``, from ``over`` up or down to ``to``."""

    name: str
    over: Node
    to: Node | None = None


@dataclass(frozen=True, slots=True)
class For:
    """``for a in x, b in y return body``: a list; ``partial`` in the body is the list so far."""

    iterators: tuple[Binding, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some a in x satisfies condition``, or ``every``."""

    every: bool
    iterators: tuple[Binding, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Filter:
    """``of[condition]``: the item at a number, or the items for which the condition is true."""

    of: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """``value instance of type``."""

    value: Node
    type: FeelType


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that must be of a type: converted where the standard converts, null where it does not conform."""

    value: Node
    type: FeelType


@dataclass(frozen=True, slots=True)
class AnyValue:
    """``-``: holds for every value."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``< 3``, ``>= date("2005-10-01")``: the value tested stands on the left."""

    operator: str
    limit: Node


@dataclass(frozen=True, slots=True)
class Interval:
    """``[1..7]``, ``(0..1]``: each end in or out."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Match:
    """An expression as a test: a condition must hold, any other value must be equal or contain the value tested."""

    expression: Node


@dataclass(frozen=True, slots=True)
class NoneOf:
    """``not(tests)``."""

    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Boxed:
    """A node that a model adds, such as a decision table: engines register what it means."""


Node: TypeAlias = (
    Boxed
    | Literal
    | Name
    | Component
    | Subject
    | Path
    | Negation
    | Arithmetic
    | Comparison
    | Logic
    | Between
    | Membership
    | Conditional
    | Call
    | FunctionReference
    | FunctionNode
    | Invocation
    | Listing
    | ContextNode
    | Range
    | For
    | Quantified
    | Filter
    | InstanceOf
    | Typed
)
Test: TypeAlias = AnyValue | Bound | Interval | Match | NoneOf

NODE_TYPES = (
    Boxed, Literal, Name, Component, Subject, Path, Negation, Arithmetic, Comparison, Logic, Between, Membership,
    Conditional, Call, FunctionReference, FunctionNode, Invocation, Listing, ContextNode, Range, For, Quantified,
    Filter, InstanceOf, Typed, AnyValue, Bound, Interval, Match, NoneOf,
)  # fmt: skip


_LEAVES = (Literal, Name, Component, Subject, FunctionReference, AnyValue)
_FIELD_NAMES: dict[type, tuple[str, ...]] = {}


def below(node: object) -> Iterator[Node | Test]:
    """The nodes and tests directly under a node, in the order they are written."""
    if isinstance(node, _LEAVES):
        return
    kind = type(node)
    names = _FIELD_NAMES.get(kind)
    if names is None:
        names = _FIELD_NAMES[kind] = tuple(field.name for field in fields(node))  # type: ignore[arg-type]
    for name in names:
        yield from _nodes_in(getattr(node, name))


def _nodes_in(part: object) -> Iterator[Node | Test]:
    if isinstance(part, bool | str):
        return
    if isinstance(part, NODE_TYPES):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes_in(each)
    elif is_dataclass(part):
        # What a name runs over, and the cells and clauses of a decision table, hold nodes and are none.
        yield from below(part)


def descendants(node: Node | Test) -> Iterator[Node | Test]:
    """The node itself and everything below it."""
    yield node
    for each in below(node):
        yield from descendants(each)


def free_names(node: Node | Test) -> frozenset[str]:
    """The facts that a node reads: its names, without those it binds itself (``for``, parameters, context entries)."""
    if isinstance(node, Name):
        return frozenset((node.name,))
    if isinstance(node, _LEAVES):
        return frozenset()
    if isinstance(node, For | Quantified):
        return _free_of_iteration(node)
    if isinstance(node, ContextNode):
        return _free_of_context(node)
    found = frozenset[str]().union(*map(free_names, below(node)))
    if isinstance(node, FunctionNode):
        return found - {name for name, _ in node.parameters}
    return found


def _free_of_iteration(node: For | Quantified) -> frozenset[str]:
    inner = node.body if isinstance(node, For) else node.condition
    found = free_names(inner) - ({"partial"} if isinstance(node, For) else set())
    for iterator in reversed(node.iterators):
        found = (found - {iterator.name}).union(*map(free_names, below(iterator)))
    return found


def _free_of_context(node: ContextNode) -> frozenset[str]:
    found, bound = frozenset[str](), set[str]()
    for name, entry in node.entries:
        # A function in a context may call itself by the name of its entry.
        own = {name} if isinstance(entry, FunctionNode) else set()
        found |= free_names(entry) - bound - own
        bound.add(name)
    return found
