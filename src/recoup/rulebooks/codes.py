"""Tables that answer by a code, such as a cause or the name of a charge: every code that they name, with its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recoup.rulebooks import Rules
from recoup.tables.feel.nodes import Listing, Literal, Match, Test
from recoup.tables.model import DecisionTable


@dataclass(frozen=True, slots=True)
class Answer:
    """What a table says of one code: its outputs, the number of the rule that fired, that rule's annotations."""

    values: Mapping[str, Any]
    rule: int
    annotations: Mapping[str, str] = field(default_factory=dict)


def answers_by_code(rules: Rules, decision: str, fact: str) -> dict[str, Answer]:
    """The answer to every code that the table names, in the table's order; codes that no rule answers are left out.

    ``fact`` is the table's only fact.
    """
    table = rules.model.decision(decision).table
    if table is None:
        return {}
    found: dict[str, Answer] = {}
    for code in _codes(table):
        outcome = rules.compiled.decide({fact: code})
        values, fired = outcome.values.get(decision), outcome.fired.get(decision, ())
        if values is not None and fired:
            given = values if isinstance(values, Mapping) else {table.outputs[0].name or decision: values}
            found[code] = Answer(given, fired[0], annotations_of(table, fired[0]))
    return found


def annotations_of(table: DecisionTable, rule: int) -> dict[str, str]:
    """What stands beside a rule, by the column's name."""
    row = next((each for each in table.rules if each.number == rule), None)
    return dict(zip(table.annotation_names, row.annotations, strict=False)) if row else {}


def _codes(table: DecisionTable) -> list[str]:
    found = (code for rule in table.rules for test in rule.conditions[0].tests for code in _written(test))
    return list(dict.fromkeys(found))


def _written(test: Test) -> list[str]:
    node = test.expression if isinstance(test, Match) else None
    parts = node.items if isinstance(node, Listing) else (node,)
    return [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
