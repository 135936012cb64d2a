"""A model as text for people, and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from recoup.tables.model import BusinessKnowledge, Decision, DecisionTable, Model
from recoup.tables.named import named_tables
from recoup.tables.write.layout import Column, columns_of, policy_words, rows_of, type_words
from recoup.tables.write.phrases import single_spaced
from recoup.tables.write.widths import padded, width, wrapped

_COLUMN_MAX = 36
_ABOUT = ("title", "citation", "source", "in_force_from", "in_force_until", "owner", "demands", "description")


def as_text(model: Model) -> str:
    """The whole model as readable text: particulars, facts, and each decision with its table drawn."""
    parts = [_head(model), _facts(model)]
    parts += [_decision(decision) for decision in model.decisions]
    parts += [_function(function) for function in model.functions]
    shown = {id(decision.logic) for decision in model.decisions} | {id(each.body) for each in model.functions}
    parts += [
        f"{name} (inside another expression)\n{_drawn(table, name)}"
        for _, name, table in named_tables(model)
        if id(table) not in shown
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(model: Model) -> str:
    lines = [model.name, "=" * max(width(model.name), 3)]
    lines += [f"{key.replace('_', ' ')}: {model.about[key]}" for key in _ABOUT if model.about.get(key)]
    return "\n".join([*lines, f"version: {model.version}"])


def _facts(model: Model) -> str:
    if not model.inputs:
        return ""
    lines = [
        f"  {fact.name}"
        + (f": {words}" if (words := type_words(fact.type)) else "")
        + (f" [{single_spaced(fact.allowed.text)}]" if fact.allowed else "")
        for fact in model.inputs
    ]
    return "\n".join(["Facts", *lines])


def _decision(decision: Decision) -> str:
    typed = f": {words}" if (words := type_words(decision.type)) else ""
    lines = [f"{decision.name}{typed}"]
    lines += [f"  {text}" for text in (decision.question, decision.description) if text]
    if decision.requires:
        lines.append(f"  from {', '.join(decision.requires)}")
    if decision.table is not None:
        lines.append(_drawn(decision.table, decision.name))
    elif decision.text:
        lines.append(f"  = {single_spaced(decision.text)}")
    elif decision.logic is not None:
        lines.append("  = (a boxed expression)")
    return "\n".join(lines)


def _function(function: BusinessKnowledge) -> str:
    parameters = ", ".join(
        f"{each.name}: {words}" if (words := type_words(each.type)) else each.name for each in function.parameters
    )
    head = f"function {function.name}({parameters})"
    return f"{head}\n{_drawn(function.body, function.name)}" if isinstance(function.body, DecisionTable) else head


def _drawn(table: DecisionTable, name: str) -> str:
    """A table in columns of equal width; conditions and conclusions are parted by a double line."""
    columns = columns_of(table, name)
    heads = ["#", *(column.label for column in columns)]
    types = ["", *(f"({column.type})" if column.type else "" for column in columns)]
    rows = [[str(rule.number), *texts] for rule, texts in zip(table.rules, rows_of(table, columns), strict=True)]
    blocks = [[wrapped(text, _COLUMN_MAX) for text in row] for row in (heads, types, *rows)]
    widths = [max(width(line) for block in blocks for line in block[place]) for place in range(len(heads))]
    joints = _joints(columns)
    ruler = "".join("-" * (size + 2) + joint.replace("|", "+") for size, joint in zip(widths, joints, strict=True))
    lines = [f"  {policy_words(table.hit_policy)}"]
    for place, block in enumerate(blocks):
        if place in (0, 2):
            lines.append("  " + ruler)
        if place != 1 or any(types):
            lines += [f"  {line}" for line in _block(block, widths, joints)]
    defaults = [
        f"{output.name or output.label or name} = {single_spaced(output.default.text)}"
        for output in table.outputs
        if output.default
    ]
    return "\n".join([*lines, "  " + ruler, *([f"  otherwise {', '.join(defaults)}"] if defaults else [])])


def _joints(columns: Sequence[Column]) -> list[str]:
    sides = ["#", *(column.side for column in columns), ""]
    return ["|" if one == other or one == "#" else "||" if other else "" for one, other in pairwise(sides)]


def _block(cells: Sequence[Sequence[str]], widths: Sequence[int], joints: Sequence[str]) -> Iterator[str]:
    for line in range(max(len(cell) for cell in cells)):
        texts = (padded(cell[line] if line < len(cell) else "", size) for cell, size in zip(cells, widths, strict=True))
        yield "".join(f" {text} {joint}" for text, joint in zip(texts, joints, strict=True)).rstrip()


def as_data(model: Model) -> dict[str, Any]:
    """The same as plain data, for JSON."""
    return {
        "name": model.name,
        "file": model.file,
        "version": model.version,
        "about": dict(model.about),
        "facts": [
            {"name": fact.name, "type": type_words(fact.type), "allowed": fact.allowed.text if fact.allowed else ""}
            for fact in model.inputs
        ],
        "decisions": [
            {
                "name": decision.name,
                "type": type_words(decision.type),
                "requires": list(decision.requires),
                "text": decision.text,
                "table": _table_data(decision.table, decision.name) if decision.table else None,
            }
            for decision in model.decisions
        ],
        "functions": [
            {"name": each.name, "parameters": [parameter.name for parameter in each.parameters]}
            for each in model.functions
        ],
    }


def _table_data(table: DecisionTable, name: str) -> dict[str, Any]:
    columns = columns_of(table, name)
    return {
        "hit_policy": table.hit_policy.value,
        "inputs": [each.expression.text for each in table.inputs],
        "outputs": [each.name or name for each in table.outputs],
        "annotations": list(table.annotation_names),
        "rules": [
            {
                "number": rule.number,
                "when": [cell.text for cell in rule.conditions],
                "then": [entry.text for entry in rule.conclusions],
                "annotations": [text for text, column in zip(texts, columns, strict=True) if column.side == "note"],
            }
            for rule, texts in zip(table.rules, rows_of(table, columns), strict=True)
        ],
    }
