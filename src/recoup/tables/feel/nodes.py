"""The graph of an expression: frozen, compared by content, read by every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from recoup.tables.feel.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out: number, string, boolean, null, or a date or duration after ``@``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A fact looked up by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """``?`` in a unary test: the value being tested."""


@dataclass(frozen=True, slots=True)
class Path:
    """``of.part``: a part of a date, a duration or a group of facts."""

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
    """A built-in function with its arguments by position."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b, c]``."""

    items: tuple[Node, ...]


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
    | Listing
)
Test: TypeAlias = AnyValue | Bound | Interval | Match | NoneOf


def descendants(node: Node | Test) -> Iterator[Node | Test]:
    """The node itself and everything below it."""
    yield node
    for field in fields(node):
        below = getattr(node, field.name)
        for each in below if isinstance(below, tuple) else (below,):
            if isinstance(each, NODE_TYPES):
                yield from descendants(each)


NODE_TYPES = (
    Boxed, Literal, Name, Subject, Path, Negation, Arithmetic, Comparison, Logic, Between, Membership, Conditional,
    Call, Listing, AnyValue, Bound, Interval, Match, NoneOf,
)  # fmt: skip
