"""What an expression is before any fact is known: a constant, a column of some kind, or a structure of those.

Lists, contexts, functions and ranges exist while the statement is written and leave no trace in it: the database sees
columns of numbers, strings, booleans, dates and counts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from recoup.tables.column.fragments import FALSE, NULL, TRUE, Sql
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    NUMBER,
    ContextOf,
    FeelType,
    FunctionOf,
    ListOf,
    Simple,
)
from recoup.tables.typing.values import type_of_value


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A value that needs no fact, of any kind: the engine for one case has computed it."""

    value: Any

    def __eq__(self, other: object) -> bool:
        # To Python, True is 1 and 1 is 1.0.
        return isinstance(other, Known) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number. The database holds ``precision`` digits of it, ``scale`` of them after the point.

    ``whole`` says that it is stored as an integer, not as a decimal.
    """

    sql: Sql
    precision: int
    scale: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Double:
    """A number of binary floating point, which stands for the shortest decimal that is read back as the same."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Quotient:
    """A quotient that is not written down yet: its comparisons and roundings are exact, its digits are not."""

    top: Number
    bottom: Number


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition in three values, and two that need not tell unknown from the other answer: they are cheaper."""

    sql: Sql
    holds: Sql
    fails: Sql


@dataclass(frozen=True, slots=True)
class Scalar:
    """A column of a kind that has no more to say: string, date, time, date and time, or one of the durations.

    Durations are whole numbers, of seconds or of months. ``days`` says of a duration that it is whole days.
    """

    sql: Sql
    type: Simple
    days: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list of known length."""

    items: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A context. ``present`` is false where the whole of it is null."""

    parts: Mapping[str, Term] = field(hash=False)
    present: Sql = TRUE


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list whose length only the facts decide.

    ``item`` is an example of what it holds, ``answers`` is all that it may hold.
    """

    sql: Sql
    item: Term
    item_type: str
    answers: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups:
    """A list of contexts whose length only the facts decide: one list for each component."""

    parts: Mapping[str, Sequence] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A range as a value; an end that is open has None."""

    low: Term | None
    high: Term | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is written out wherever it is called. ``types`` are those of its parameters, in order."""

    parameters: tuple[str, ...]
    types: tuple[FeelType, ...]
    constraints: tuple[Any, ...]
    body: Node
    scope: Mapping[str, Term] = field(hash=False)
    result: FeelType = ANY
    result_constraint: Any = None
    name: str = ""


Term: TypeAlias = (
    Known | Number | Double | Quotient | Truth | Scalar | Items | Group | Sequence | Groups | Span | Function
)

UNKNOWN = Known(None)


def truth(three_valued: Sql) -> Truth:
    """A condition of which only the three-valued form is at hand."""
    return Truth(three_valued, three_valued, Sql(f"NOT ({three_valued.text})", three_valued.level))


def holds(term: Term) -> Sql:
    """The condition under which a term is true."""
    if isinstance(term, Truth):
        return term.holds
    return TRUE if isinstance(term, Known) and term.value is True else FALSE


def fails(term: Term) -> Sql:
    """The condition under which a term is false."""
    if isinstance(term, Truth):
        return term.fails
    return TRUE if isinstance(term, Known) and term.value is False else FALSE


def three_valued(term: Term) -> Sql:
    """A condition as a column; what is no boolean is unknown."""
    if isinstance(term, Truth):
        return term.sql
    if isinstance(term, Known) and isinstance(term.value, bool):
        return TRUE if term.value else FALSE
    return NULL


def is_null(term: Term) -> Sql:
    """The condition under which a term is null; it is never unknown itself."""
    if isinstance(term, Known):
        return TRUE if term.value is None else FALSE
    if isinstance(term, Quotient):
        return _either_null(term.top, term.bottom)
    if isinstance(term, Group):
        return FALSE if term.present == TRUE else Sql(f"NOT ({term.present.text})", term.present.level)
    if isinstance(term, Number | Double | Truth | Scalar | Sequence):
        return Sql(f"({term.sql.text} IS NULL)", term.sql.level)
    return FALSE


def _either_null(top: Number, bottom: Number) -> Sql:
    text = f"({top.sql.text} IS NULL OR {bottom.sql.text} IS NULL)"
    return Sql(text, max(top.sql.level, bottom.sql.level))


def is_number(term: Term) -> bool:
    """Whether a term is a number, or null where it is not known."""
    if isinstance(term, Known):
        return type(term.value) in (int, Decimal)
    return isinstance(term, Number | Double | Quotient)


def type_of(term: Term) -> FeelType:
    """The type in FEEL of what a term may be besides null."""
    if isinstance(term, Known):
        return type_of_value(term.value)
    if isinstance(term, Number | Double | Quotient):
        return NUMBER
    if isinstance(term, Truth):
        return BOOLEAN
    if isinstance(term, Scalar):
        return term.type
    if isinstance(term, Items):
        kinds = {type_of(item) for item in term.items if item != UNKNOWN}
        return ListOf(kinds.pop() if len(kinds) == 1 else ANY)
    if isinstance(term, Group):
        return ContextOf({name: type_of(part) for name, part in term.parts.items()})
    return _type_of_rare(term)


def _type_of_rare(term: Term) -> FeelType:
    if isinstance(term, Sequence):
        return ListOf(type_of(term.item))
    if isinstance(term, Groups):
        return ListOf(ContextOf({name: type_of(part.item) for name, part in term.parts.items()}))
    if isinstance(term, Function):
        return FunctionOf(term.types, term.result)
    return ANY
