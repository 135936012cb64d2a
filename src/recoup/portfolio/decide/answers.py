"""Which columns a decision adds to its facts, and how one answer of the row engine fills them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from recoup.tables.column import Statement, flattened
from recoup.tables.feel.functions import string_from
from recoup.tables.feel.types import ANY, NUMBER, ContextOf, FeelType, ListOf
from recoup.tables.feel.values import plain_number
from recoup.tables.model import Decision, DecisionTable, Model
from recoup.tables.row import Outcome

RULE = "rule"


@dataclass(frozen=True, slots=True)
class Sought:
    """One column of the result: a decision's value, a component of it, or with ``rule`` what fired in its table."""

    decision: str
    part: str = ""
    type: FeelType = ANY
    rule: bool = False

    @property
    def name(self) -> str:
        """The column's name in the result."""
        if self.rule:
            return f"{self.decision}.{RULE}"
        return f"{self.decision}.{self.part}" if self.part else self.decision


def sought_columns(model: Model, decision: str) -> tuple[Sought, ...]:
    """The columns of the decision and those it requires, each after what it requires, the rule after the values."""
    return tuple(column for each in model.needed_for(decision) for column in _of(each))


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that answers fill, as (name, type in FEEL, type in SQL or empty), and how one outcome fills them."""

    columns: tuple[tuple[str, FeelType, str], ...]
    flat: Callable[[Outcome], list[Any]]


def shape_of(model: Model, decision: str, statement: Statement | None) -> Shape:
    """The columns of the statement where there is one, so that both engines agree; else those of the model."""
    if statement is not None:
        layout = statement.layout
        return Shape(statement.outputs, lambda outcome: flattened(layout, outcome.values, outcome.fired))
    sought = sought_columns(model, decision)
    return Shape(
        tuple((column.name, column.type, "") for column in sought),
        lambda outcome: [_sought_in(outcome, column) for column in sought],
    )


def _sought_in(outcome: Outcome, column: Sought) -> Any:
    if column.rule:
        fired = outcome.fired.get(column.decision, ())
        return (fired[0] if column.type == NUMBER else list(fired)) if fired else None
    value = outcome.values.get(column.decision)
    if column.part:
        return value.get(column.part) if isinstance(value, Mapping) else None
    return value


def _of(decision: Decision) -> Iterator[Sought]:
    parts = _parts(decision)
    for name, type_ in parts.items():
        yield Sought(decision.name, name, type_)
    if not parts:
        yield Sought(decision.name, "", _single_type(decision))
    if decision.table is not None:
        yield Sought(decision.name, rule=True, type=NUMBER if decision.table.hit_policy.gives_one else ANY)


def _parts(decision: Decision) -> Mapping[str, FeelType]:
    """The components of a decision that gives a context; empty for one that gives a single value or a list."""
    if isinstance(decision.type, ContextOf):
        return decision.type.parts
    table = decision.table
    if table is None or len(table.outputs) < 2 or not (table.hit_policy.gives_one or _folds(table)):
        return {}
    return {output.name: output.type for output in table.outputs}


def _folds(table: DecisionTable) -> bool:
    return table.hit_policy.value in ("C+", "C<", "C>", "C#")


def _single_type(decision: Decision) -> FeelType:
    table = decision.table
    if decision.type != ANY or table is None or len(table.outputs) != 1:
        return decision.type
    if table.hit_policy.value == "C#":
        return NUMBER
    made = table.outputs[0].type
    return made if table.hit_policy.gives_one or _folds(table) else ListOf(made)


def text_of(value: Any) -> str | None:
    """A value as the result's text: what is written plainly stays so, lists and contexts become JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return plain_number(value)
    if isinstance(value, Sequence | Mapping):
        return json_text(value)
    return string_from(value) if type(value) is not date else value.isoformat()


def json_text(value: Any) -> str:
    """A value as JSON, its numbers with all their digits; what JSON has no words for is text."""
    if isinstance(value, Mapping):
        parts = (f"{json.dumps(str(name), ensure_ascii=False)}: {json_text(each)}" for name, each in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return plain_number(value)
    return json.dumps(text_of(value), ensure_ascii=False)
