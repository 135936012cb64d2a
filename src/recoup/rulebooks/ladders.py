"""Ladders of days as decision tables: one row a step, read once into the domain's ladder.

A table may say anything; a ladder may not: each day has one step, day 0 has the first alone, and the last is open.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import NamedTuple

from recoup.domain.ladder import Ladder, LadderError, Step
from recoup.tables.feel.nodes import Bound, Interval, Literal, Match, Node, Test
from recoup.tables.model import DecisionTable, Model, Rule

#: The rulebooks whose table must be a ladder.
LADDERS = {"bucket": "house/buckets", "stage": "house/stages"}


def ladder_of(model: Model) -> Ladder:
    """The ladder that the model's only decision table says.

    Raises LadderError, naming the row, for a table that is no ladder: conditions other than a range of days, ranks out
    of order, gaps, overlaps, a closed last step, a first step that holds more than day 0.
    """
    table = model.decisions[-1].table if len(model.decisions) == 1 else None
    if table is None or len(table.inputs) != 1 or [output.name for output in table.outputs] != ["name", "rank"]:
        raise LadderError(f"{model.file}: a ladder is one table from days to name and rank")
    steps = [_step(model, table, rule) for rule in table.rules]
    try:
        ladder = Ladder.of([step for step, _ in steps])
    except LadderError as error:
        raise LadderError(f"{model.file}: {error}") from error
    for rank, step in enumerate(ladder.steps):
        if (step, rank) not in steps:
            raise LadderError(f"{model.file}: {step.name!r} is step {rank} by its days but has another rank")
    return ladder


class _Days(NamedTuple):
    """Whole days of one row, both ends included; None where it has no end."""

    low: int | None
    high: int | None


def _step(model: Model, table: DecisionTable, rule: Rule) -> tuple[Step, int]:
    cell, (name, rank) = rule.conditions[0], rule.conclusions
    where = f"{model.file}: row {rule.number} of {table.name!r}"
    days = _days(cell.tests[0]) if len(cell.tests) == 1 else None
    if days is None:
        raise LadderError(f"{where}: {cell.text!r} is no range of days")
    if not isinstance(name.node, Literal) or not isinstance(name.node.value, str):
        raise LadderError(f"{where}: the name must be written out")
    number = _number(rank.node)
    if number is None or number != int(number):
        raise LadderError(f"{where}: the rank must be written out")
    # A row without a lower end holds whoever is not late: day 0.
    return Step(name.node.value, days.low if days.low is not None else 0, days.high), int(number)


def _days(test: Test) -> _Days | None:
    if isinstance(test, Interval):
        low, high = _number(test.low), _number(test.high)
        if low is None or high is None:
            return None
        return _Days(_from(low, included=test.low_included), _until(high, included=test.high_included))
    if isinstance(test, Match):
        day = _number(test.expression)
        return _Days(int(day), int(day)) if day is not None and day == int(day) else None
    return _half_open(test) if isinstance(test, Bound) else None


def _half_open(test: Bound) -> _Days | None:
    limit = _number(test.limit)
    if limit is None:
        return None
    if test.operator in (">", ">="):
        return _Days(_from(limit, included=test.operator == ">="), None)
    if test.operator in ("<", "<="):
        return _Days(None, _until(limit, included=test.operator == "<="))
    return None


def _from(limit: Decimal, *, included: bool) -> int:
    """The first whole day above a limit."""
    return ceil(limit) if included or limit != int(limit) else int(limit) + 1


def _until(limit: Decimal, *, included: bool) -> int:
    """The last whole day below a limit."""
    return floor(limit) if included or limit != int(limit) else int(limit) - 1


def _number(node: Node) -> Decimal | None:
    value = node.value if isinstance(node, Literal) else None
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
