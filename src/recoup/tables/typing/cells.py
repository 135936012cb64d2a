"""Unary tests and decision tables: the types that their cells ask for and their answers have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import is_condition
from recoup.tables.feel.nodes import Test
from recoup.tables.feel.types import ANY, BOOLEAN, NULL, NUMBER, ContextOf, FeelType, ListOf, RangeOf
from recoup.tables.model import Cell, Constrained, DecisionTable, Entry, HitPolicy, InputClause, OutputClause
from recoup.tables.typing.inference import (
    SUBJECT,
    Typing,
    check_comparison,
    check_conforms,
    comparable,
    named,
    type_in,
)
from recoup.tables.typing.values import common

#: Told where a problem of a table stands: code, sentence, cell or entry, number of the rule (None outside rules).
Told: TypeAlias = Callable[[str, str, "Cell | Entry", "int | None"], None]


@type_in.register(nodes.Membership)
def _membership(node: nodes.Membership, typing: Typing) -> FeelType:
    check_tests(node.tests, type_in(node.value, typing), typing)
    return BOOLEAN


@type_in.register(Constrained)
def _constrained(node: Constrained, typing: Typing) -> FeelType:
    return type_in(node.value, typing)


@type_in.register(DecisionTable)
def _table(table: DecisionTable, typing: Typing) -> FeelType:
    return table_type(table, typing, lambda code, sentence, _place, _rule: typing.tell(code, sentence))


def check_tests(tests: Sequence[Test], value: FeelType, typing: Typing) -> None:
    """Tells of tests that a value of that type can never pass or fail."""
    for test in tests:
        _check(test, value, typing)


def _check(test: Test, value: FeelType, typing: Typing) -> None:
    if isinstance(test, nodes.NoneOf):
        check_tests(test.tests, value, typing)
    elif isinstance(test, nodes.Bound):
        check_comparison(test.operator, value, type_in(test.limit, typing), typing)
    elif isinstance(test, nodes.Interval):
        for end in (test.low, test.high):
            check_comparison("<=", value, type_in(end, typing), typing)
    elif isinstance(test, nodes.Match):
        _check_match(test, value, typing)


def _check_match(test: nodes.Match, value: FeelType, typing: Typing) -> None:
    inner = typing.having({SUBJECT: value})
    wanted = type_in(test.expression, inner)
    if is_condition(test.expression):
        return
    kinds = [value]
    if isinstance(wanted, ListOf | RangeOf) and not isinstance(value, type(wanted)):
        wanted = wanted.item
    if isinstance(wanted, RangeOf):
        wanted = wanted.item
    if not any(comparable(kind, wanted) for kind in kinds):
        typing.tell("type-mismatch", f"a {named(value)} is tested for a {named(wanted)}")


# --- tables -----------------------------------------------------------------------------------------------------------


def table_type(table: DecisionTable, typing: Typing, told: Told) -> FeelType:
    """The type of a table's answer, telling where cells and answers do not fit."""
    for place, clause in enumerate(table.inputs):
        value = _input_type(clause, typing, told)
        for rule in table.rules:
            cell = rule.conditions[place]
            check_tests(cell.tests, value, _telling(typing, told, cell, rule.number))
    kinds = [_output_type(table, place, output, typing, told) for place, output in enumerate(table.outputs)]
    made: FeelType = kinds[0] if len(kinds) == 1 else ContextOf(
        {output.name: kind for output, kind in zip(table.outputs, kinds, strict=True)}
    )  # fmt: skip
    if table.hit_policy is HitPolicy.COLLECT_COUNT:
        return NUMBER
    listed = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)
    return ListOf(made) if table.hit_policy in listed else made


def _telling(typing: Typing, told: Told, place: Cell | Entry, rule: int | None) -> Typing:
    return replace(typing, tell=lambda code, sentence: told(code, sentence, place, rule))


def _input_type(clause: InputClause, typing: Typing, told: Told) -> FeelType:
    inner = _telling(typing, told, clause.expression, None)
    kind = type_in(clause.expression.node, inner)
    check_conforms(kind, clause.type, inner)
    value = clause.type if clause.type != ANY else kind
    if clause.allowed is not None:
        check_tests(clause.allowed.tests, value, _telling(replace(typing, scope={}), told, clause.allowed, None))
    return value


def _output_type(table: DecisionTable, place: int, output: OutputClause, typing: Typing, told: Told) -> FeelType:
    kinds = []
    entries = [(rule.conclusions[place], rule.number) for rule in table.rules]
    for entry, number in [*entries, *([(output.default, None)] if output.default else [])]:
        inner = _telling(typing, told, entry, number)
        kind = type_in(entry.node, inner)
        check_conforms(kind, output.type, inner)
        kinds.append(kind)
    return output.type if output.type not in (ANY, NULL) else common(kinds)
