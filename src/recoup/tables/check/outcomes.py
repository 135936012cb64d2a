"""What rules conclude, as far as it can be told without facts."""

from __future__ import annotations

from collections.abc import Iterator

from recoup.tables.check.reading import constant
from recoup.tables.feel.closures import any_of
from recoup.tables.feel.values import equal
from recoup.tables.model import DecisionTable, Entry, OutputClause
from recoup.tables.problems import Problem


def same_outcome(table: DecisionTable, one: int, other: int) -> bool | None:
    """Whether two rules give the same outputs; None where that depends on facts."""
    pairs = zip(table.rules[one].conclusions, table.rules[other].conclusions, strict=False)
    answers = [_same(first, second) for first, second in pairs]
    if False in answers:
        return False
    return None if None in answers else True


def _same(first: Entry, second: Entry) -> bool | None:
    left, right = constant(first.node), constant(second.node)
    if left is not None and right is not None:
        return equal(left[0], right[0]) is True
    return True if first.node == second.node and first.text == second.text else None


def outcome_problems(table: DecisionTable, name: str, file: str) -> Iterator[Problem]:
    """Conclusions that the allowed values of their output do not allow."""
    for rule in table.rules:
        for output, entry in zip(table.outputs, rule.conclusions, strict=False):
            if not _is_allowed(output, entry):
                yield Problem(
                    "output-not-allowed",
                    "error",
                    f"{entry.text.strip()} is not among the allowed values of {output.name or output.label or name}",
                    file,
                    line=entry.line or rule.line,
                    construct=entry.text.strip(),
                    table=name,
                    rule=rule.number,
                )


def _is_allowed(output: OutputClause, entry: Entry) -> bool:
    value = constant(entry.node)
    if output.allowed is None or value is None or value[0] is None:
        return True
    values = value[0] if isinstance(value[0], list | tuple) else [value[0]]
    holds = any_of(output.allowed.tests)
    # None: the allowed values depend on facts. Only what is certainly not allowed is reported.
    return holds(value[0], {}) is not False or all(holds(each, {}) is not False for each in values)
