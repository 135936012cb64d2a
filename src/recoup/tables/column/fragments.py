"""Pieces of SQL that remember how deep a select they may stand in, and refusals.

A statement is a stack of selects, each seeing the columns of the one inside it. A piece that mentions a column made
at level 2 can stand in level 3 and outwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

_Kind = TypeVar("_Kind")


class Refusal(ValueError):
    """What columns cannot do exactly; ``construct`` is what the author wrote, as far as it is known."""

    def __init__(self, problem: str, construct: str = "", *, line: int = 0, table: str = "", rule: int | None = None):
        super().__init__(problem)
        self.problem, self.construct, self.line, self.table, self.rule = problem, construct, line, table, rule


def sure(term: object, kind: type[_Kind]) -> _Kind:
    """The term as one of a class. Raises TypeError, a defect of this package, where it is none."""
    if not isinstance(term, kind):
        raise TypeError(f"{type(term).__name__} where {kind.__name__} was sure")
    return term


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the innermost level whose columns it needs."""

    text: str
    level: int = 0


def sql(template: str, *parts: Sql | str) -> Sql:
    """The template with its ``{}`` filled in; parts that are text are SQL that needs no column."""
    texts = [part.text if isinstance(part, Sql) else part for part in parts]
    return Sql(template.format(*texts), deepest(parts))


def joined(separator: str, parts: Iterable[Sql]) -> Sql:
    """The parts with a separator between them."""
    listed = list(parts)
    return Sql(separator.join(part.text for part in listed), deepest(listed))


def deepest(parts: Iterable[Sql | str]) -> int:
    """The level that all of the parts can stand on."""
    return max((part.level for part in parts if isinstance(part, Sql)), default=0)


NULL = Sql("NULL")
TRUE = Sql("TRUE")
FALSE = Sql("FALSE")


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Conditions joined by AND, constants left out."""
    kept = list(dict.fromkeys(each for each in conditions if each != TRUE))
    if any(each in (FALSE, NULL) for each in kept):
        return FALSE
    return _chain(kept, " AND ") if kept else TRUE


def some_of(conditions: Iterable[Sql]) -> Sql:
    """Conditions joined by OR, constants left out."""
    kept = list(dict.fromkeys(each for each in conditions if each not in (FALSE, NULL)))
    if TRUE in kept:
        return TRUE
    return _chain(kept, " OR ") if kept else FALSE


def _chain(conditions: list[Sql], separator: str) -> Sql:
    return conditions[0] if len(conditions) == 1 else sql("({})", joined(separator, conditions))
