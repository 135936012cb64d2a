"""How a decision table lies on a sheet: which text stands in which row and column. Nothing here knows of files.

The first column is hidden and holds marks by which a sheet is read back: the table's key, the rules' ids. One hidden
row marks the columns. All that stands above the rules is for reading only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recoup.tables.feel import nodes
from recoup.tables.feel.types import ANY, BOOLEAN, FeelType, FunctionOf, ListOf, RangeOf, Simple
from recoup.tables.model import Cell, DecisionTable, HitPolicy, InputClause, OutputClause, Rule

#: Rows from 1, as people count them.
TITLE_ROW, POLICY_ROW, MARK_ROW, SIDE_ROW, LABEL_ROW, TYPE_ROW, ALLOWED_ROW, FIRST_RULE_ROW = range(1, 9)
MARK_COLUMN, NUMBER_COLUMN, FIRST_COLUMN = 1, 2, 3

POLICY_WORDS = {
    HitPolicy.UNIQUE: "unique: at most one rule matches",
    HitPolicy.ANY: "any: rules that match together must agree",
    HitPolicy.FIRST: "first: the first rule that matches answers",
    HitPolicy.PRIORITY: "priority: the rule with the highest output answers",
    HitPolicy.RULE_ORDER: "rule order: all rules that match, in their order",
    HitPolicy.OUTPUT_ORDER: "output order: all rules that match, the highest output first",
    HitPolicy.COLLECT: "collect: all rules that match",
    HitPolicy.COLLECT_SUM: "collect sum: the outputs of all rules that match, added up",
    HitPolicy.COLLECT_MIN: "collect minimum: the smallest output of the rules that match",
    HitPolicy.COLLECT_MAX: "collect maximum: the largest output of the rules that match",
    HitPolicy.COLLECT_COUNT: "collect count: how many rules match",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: which side it is on, its mark, its head, and the values offered for it."""

    side: str
    place: int
    label: str
    type: str = ""
    allowed: str = ""
    offered: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The hidden text that tells the column when the sheet comes back."""
        return f"{self.side} {self.place + 1}"


SIDES = ("when", "then", "note")
_SIDE_WORDS = {"when": "WHEN", "then": "THEN", "note": "NOTES"}


def columns_of(table: DecisionTable, name: str) -> tuple[Column, ...]:
    """The columns of a table: conditions, conclusions, annotations."""
    return (
        *(_input(place, clause) for place, clause in enumerate(table.inputs)),
        *(_output(place, clause, name) for place, clause in enumerate(table.outputs)),
        *(Column("note", place, label or "note") for place, label in enumerate(table.annotation_names)),
    )


def _input(place: int, clause: InputClause) -> Column:
    expression = clause.expression.text
    label = expression if clause.label in ("", expression) else f"{clause.label}\n({expression})"
    offered = _offered(clause.allowed, clause.type)
    return Column(
        "when", place, label, type_words(clause.type), _allowed(clause.allowed), (*offered, "-") if offered else ()
    )


def _output(place: int, clause: OutputClause, name: str) -> Column:
    label = (
        clause.name
        if clause.label in ("", clause.name)
        else f"{clause.label}\n({clause.name})"
        if clause.name
        else clause.label
    )
    return Column(
        "then",
        place,
        label or name,
        type_words(clause.type),
        _allowed(clause.allowed),
        _offered(clause.allowed, clause.type),
    )


def _allowed(cell: Cell | None) -> str:
    return cell.text.strip() if cell else ""


def _offered(allowed: Cell | None, type_: FeelType) -> tuple[str, ...]:
    """The values to choose from where they are a plain list; others may still be written."""
    if allowed is None:
        return ("true", "false") if type_ == BOOLEAN else ()
    plain = all(isinstance(test, nodes.Match) and isinstance(test.expression, nodes.Literal) for test in allowed.tests)
    if not plain:
        return ()
    values = [
        test.expression.value
        for test in allowed.tests
        if isinstance(test, nodes.Match) and isinstance(test.expression, nodes.Literal)
    ]
    return tuple(f'"{value}"' for value in values if isinstance(value, str) and '"' not in value and "\\" not in value)


def head_of(table: DecisionTable, name: str, columns: tuple[Column, ...]) -> Iterator[dict[int, str]]:
    """The texts above the rules, row by row, each by the number of its column."""
    yield {NUMBER_COLUMN: name}
    yield {NUMBER_COLUMN: f"Hit policy {policy_words(table.hit_policy)}"}
    yield {}
    sides = [column.side for column in columns]
    firsts = {side: sides.index(side) for side in dict.fromkeys(sides)}
    yield {place + FIRST_COLUMN: _SIDE_WORDS[side] if firsts[side] == place else "" for place, side in enumerate(sides)}
    yield {NUMBER_COLUMN: "#"} | {place: column.label for place, column in _placed(columns)}
    yield {place: column.type for place, column in _placed(columns)}
    yield {place: column.allowed for place, column in _placed(columns)}


def _placed(columns: tuple[Column, ...]) -> Iterator[tuple[int, Column]]:
    return enumerate(columns, start=FIRST_COLUMN)


def rows_of(table: DecisionTable, columns: tuple[Column, ...]) -> Iterator[tuple[str, ...]]:
    """The texts of each rule, column by column."""
    for rule in table.rules:
        yield tuple(text_of(rule, column) for column in columns)


def text_of(rule: Rule, column: Column) -> str:
    """What stands in a cell of a rule."""
    if column.side == "when":
        return rule.conditions[column.place].text
    if column.side == "then":
        return rule.conclusions[column.place].text
    return rule.annotations[column.place] if column.place < len(rule.annotations) else ""


def rule_mark(rule: Rule) -> str:
    """The hidden text that tells a rule when the sheet comes back: its id, or its number where it has none."""
    return rule.id or f"#{rule.number}"


def policy_words(policy: HitPolicy) -> str:
    """A hit policy by its letter and in words."""
    return f"{policy.value} ({POLICY_WORDS[policy]})"


def type_words(type_: FeelType) -> str:
    """A type as people read it; nothing where any value will do."""
    if isinstance(type_, Simple):
        return "" if type_ == ANY else type_.name
    if isinstance(type_, ListOf):
        return f"list of {type_words(type_.item) or 'anything'}"
    if isinstance(type_, RangeOf):
        return f"range of {type_words(type_.item) or 'anything'}"
    if isinstance(type_, FunctionOf):
        return "function"
    parts = ", ".join(f"{name}: {type_words(part) or 'anything'}" for name, part in type_.parts.items())
    return f"context of {parts}" if parts else "context"
