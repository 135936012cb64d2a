"""Decision tables written in a few lines, as models without a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recoup.tables.feel import compile_expression, compile_unary_tests
from recoup.tables.feel.nodes import free_names
from recoup.tables.feel.types import ANY, BY_NAME, NUMBER
from recoup.tables.model import (
    Cell,
    Decision,
    DecisionTable,
    Entry,
    HitPolicy,
    InputClause,
    InputData,
    Model,
    OutputClause,
    Rule,
)


def entry(text: str, names: Sequence[str] = ()) -> Entry:
    return Entry(text, compile_expression(text, names).node)


def cell(text: str, names: Sequence[str] = ()) -> Cell:
    return Cell(text, compile_unary_tests(text, names).tests)


def is_name(text: str) -> bool:
    """Whether an input is a fact by itself, not an expression over facts."""
    return text.replace(" ", "").replace("_", "").isalnum()


def table(
    policy: str,
    inputs: Mapping[str, str],
    *rows: str,
    name: str = "answer",
    facts: Sequence[str] = (),
    allowed: Mapping[str, str] | None = None,
    outputs: str = "string",
    priorities: str = "",
    default: str = "",
    annotations: Sequence[str] = (),
) -> DecisionTable:
    """A table of one output; each row is ``cell | cell => conclusion`` with ``# annotation | annotation`` after it."""
    names = [*(text for text in inputs if is_name(text)), *facts]
    limits = allowed or {}
    clauses = tuple(
        InputClause(text, entry(text, names), BY_NAME.get(kind, ANY), cell(limits[text]) if text in limits else None)
        for text, kind in inputs.items()
    )
    output = OutputClause(
        "",
        name,
        BY_NAME[outputs],
        allowed=cell(priorities) if priorities else None,
        default=entry(default) if default else None,
    )
    rules = tuple(_rule(number, row, names) for number, row in enumerate(rows, start=1))
    return DecisionTable(name, HitPolicy(policy), clauses, (output,), rules, tuple(annotations))


def _rule(number: int, row: str, names: Sequence[str]) -> Rule:
    logic, _, notes = row.partition(" # ")
    conditions, _, conclusion = logic.rpartition("=>")
    cells = tuple(cell(text.strip(), names) for text in conditions.split(" | ")) if conditions.strip() else ()
    annotations = tuple(text.strip() for text in notes.split(" | ")) if notes else ()
    return Rule(number, cells, (entry(conclusion.strip(), names),), annotations, id=f"r{number}")


def model(
    *tables: DecisionTable,
    allowed: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> Model:
    """A model of tables, each a decision that requires all before it; all other names in them are facts."""
    kinds = {
        clause.expression.text: clause.type
        for each in tables
        for clause in each.inputs
        if is_name(clause.expression.text) and clause.expression.text not in {other.name for other in tables}
    }
    known = {*kinds, *(each.name for each in tables)}
    kinds |= {name: NUMBER for each in tables for name in sorted(free_names(each) - known)}
    limits = allowed or {}
    facts = tuple(
        InputData(name, type_, allowed=cell(limits[name]) if name in limits else None) for name, type_ in kinds.items()
    )
    decisions = tuple(
        Decision(
            each.name,
            each.outputs[0].type,
            each,
            requires=(*kinds, *(earlier.name for earlier in tables[:place])),
        )
        for place, each in enumerate(tables)
    )
    return Model("by hand", "https://recoup.dev/test", "by-hand.dmn", "v1", facts, decisions, about=about or {})
