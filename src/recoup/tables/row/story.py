"""How a case came to its answer, rule by rule and cell by cell: for people, not for speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recoup.tables.feel.closures import any_of, closure_of
from recoup.tables.model import DecisionTable, Model, Rule
from recoup.tables.row.engine import Outcome, compile_model
from recoup.tables.row.table import input_conversion


@dataclass(frozen=True, slots=True)
class RuleStory:
    """One rule: whether each condition held (None: unknown), whether all did, whether the rule gave the answer."""

    number: int
    cells: tuple[bool | None, ...]
    holds: bool
    fired: bool
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableStory:
    """One table: the values its columns looked at by label, and its rules."""

    table: str
    inputs: tuple[tuple[str, Any], ...]
    rules: tuple[RuleStory, ...]
    value: Any

    @property
    def fired(self) -> tuple[RuleStory, ...]:
        """The rules that gave the answer, in their order in the table."""
        return tuple(rule for rule in self.rules if rule.fired)


def explain(model: Model, outcome: Outcome, facts: Mapping[str, object]) -> list[TableStory]:
    """The story of each decision table that an outcome of this model computed, in the order of the model."""
    scope = compile_model(model).scope(facts, outcome.values)
    return [
        _story(decision.table, outcome, scope)
        for decision in model.decisions
        if decision.table is not None and decision.name in outcome.values
    ]


def _story(table: DecisionTable, outcome: Outcome, scope: Mapping[str, Any]) -> TableStory:
    values = []
    for clause in table.inputs:
        convert = input_conversion(clause, table)
        value = closure_of(clause.expression.node)(scope)
        values.append(convert(value) if convert is not None else value)
    fired = outcome.fired.get(table.name, ())
    labels = [clause.label or clause.expression.text for clause in table.inputs]
    return TableStory(
        table=table.name,
        inputs=tuple(zip(labels, values, strict=True)),
        rules=tuple(_rule_story(rule, table, values, scope, fired) for rule in table.rules),
        value=outcome.values.get(table.name),
    )


def _rule_story(
    rule: Rule, table: DecisionTable, values: list[Any], scope: Mapping[str, Any], fired: tuple[int, ...]
) -> RuleStory:
    cells = tuple(any_of(cell.tests)(value, scope) for cell, value in zip(rule.conditions, values, strict=True))
    return RuleStory(
        number=rule.number,
        cells=cells,
        holds=all(cell is True for cell in cells),
        fired=rule.number in fired,
        annotations=dict(zip(table.annotation_names, rule.annotations, strict=False)),
    )
