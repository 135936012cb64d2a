"""What the reader can tell of a node's type: enough to know the names of components in filters and paths."""

from __future__ import annotations

from recoup.tables.feel import nodes
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.scope import Scope
from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf, ListOf, RangeOf


def shape_of(node: Node, scope: Scope) -> FeelType:
    """The type of a node as far as its names and literals tell it; Any for the rest."""
    if isinstance(node, nodes.Name | nodes.Component):
        return scope.type_of(node.name)
    if isinstance(node, nodes.Path):
        return _part_shape(shape_of(node.of, scope), node.part)
    if isinstance(node, nodes.Filter):
        return shape_of(node.of, scope)
    if isinstance(node, nodes.ContextNode):
        return ContextOf({name: shape_of(entry, scope) for name, entry in node.entries})
    if isinstance(node, nodes.Listing):
        return ListOf(_common([shape_of(item, scope) for item in node.items]))
    if isinstance(node, nodes.For):
        return ListOf(ANY)
    if isinstance(node, nodes.Invocation):
        function = shape_of(node.of, scope)
        return function.result if isinstance(function, FunctionOf) else ANY
    if isinstance(node, nodes.FunctionNode):
        return FunctionOf(tuple(kind for _, kind in node.parameters), ANY)
    return node.type if isinstance(node, nodes.Typed) else ANY


def _part_shape(kind: FeelType, part: str) -> FeelType:
    if isinstance(kind, ContextOf):
        return kind.parts.get(part, ANY)
    if isinstance(kind, ListOf):
        return ListOf(_part_shape(kind.item, part))
    return ANY


def _common(kinds: list[FeelType]) -> FeelType:
    """The components that items have between them; Any as soon as one is not known to be a context."""
    parts: dict[str, FeelType] = {}
    for kind in kinds:
        if not isinstance(kind, ContextOf):
            return ANY
        parts |= {name: part if parts.get(name, part) == part else ANY for name, part in kind.parts.items()}
    return ContextOf(parts) if kinds else ANY


def item_shape(kind: FeelType) -> FeelType:
    """What stands for one item where a name runs over a value of a type."""
    return kind.item if isinstance(kind, ListOf | RangeOf) else kind
