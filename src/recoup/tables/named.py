"""The decision tables of a model, wherever they stand, each with a key that stays the same when its rules change."""

from __future__ import annotations

from collections.abc import Iterator

from recoup.tables.feel.nodes import Node, descendants
from recoup.tables.model import DecisionTable, Model


def named_tables(model: Model) -> Iterator[tuple[str, str, DecisionTable]]:
    """Key, name and table, decisions before functions, each in the order of the model.

    The key is the table's id, or its name with a number where it has none.
    """
    roots: list[tuple[str, Node]] = [(each.name, each.logic) for each in model.decisions if each.logic is not None]
    roots += [(function.name, function.body) for function in model.functions]
    seen: dict[str, int] = {}
    for name, root in roots:
        for table in tables_in(root):
            shown = table.name or name
            start = table.id or shown
            seen[start] = seen.get(start, 0) + 1
            yield (start if seen[start] == 1 else f"{start} {seen[start]}"), shown, table


def tables_in(root: Node) -> Iterator[DecisionTable]:
    """The decision tables in an expression, itself included."""
    return (node for node in descendants(root) if isinstance(node, DecisionTable))
