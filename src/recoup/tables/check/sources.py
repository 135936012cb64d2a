"""Where the value of an input comes from: the facts beneath it, and the values that it can take at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from recoup.tables.check.reading import constant
from recoup.tables.feel import nodes
from recoup.tables.feel.nodes import Node, Test, descendants
from recoup.tables.feel.types import ANY, ContextOf, FeelType
from recoup.tables.feel.values import conforms, kind_of
from recoup.tables.model import Constrained, Constraint, DecisionTable, Model
from recoup.tables.typing import infer

#: A fact, or a component of one: ``("loan", "amount")``.
Root: TypeAlias = tuple[str, ...]

_VALUES_MAX = 200


@dataclass(frozen=True)
class Sources:
    """The facts of a model and what its decisions make of them, as seen from one of its tables."""

    model: Model

    def allowed_of(self, node: Node) -> list[tuple[Test, ...]]:
        """What is allowed of an input beyond its own column: by its fact's type, or by the decision that gives it."""
        found = self._declared(path_of(node) or ())
        values = self._values(node, depth=0)
        if values:
            found.append(tuple(nodes.Match(nodes.Literal(value)) for value in values))  # type: ignore[arg-type]
        return found

    def _declared(self, path: Root) -> list[tuple[Test, ...]]:
        """What the types of the facts and decisions allow of a name or of a component of one."""
        if not path:
            return []
        facts = [fact for fact in self.model.inputs if fact.name == path[0]]
        decisions = [each for each in self.model.decisions if each.name == path[0]]
        found = [fact.allowed.tests for fact in facts if fact.allowed and len(path) == 1]
        for constraint in (*(fact.constraint for fact in facts), *(each.constraint for each in decisions)):
            found += tests_of(constraint, path[1:])
        return list(dict.fromkeys(found))

    def type_of(self, node: Node) -> FeelType:
        """The type of an input that its column does not declare, ANY where nothing is known of it."""
        return infer(node, self._types)

    @cached_property
    def _types(self) -> dict[str, FeelType]:
        known = {fact.name: fact.type for fact in self.model.inputs}
        return known | {decision.name: decision.type for decision in self.model.decisions}

    def is_free(self, node: Node) -> bool:
        """Whether the input is a fact by itself or a component of one, so that nothing keeps it from any value."""
        name, *parts = path_of(node) or ("",)
        fact = next((each for each in self.model.inputs if each.name == name), None)
        if fact is None:
            return False
        type_ = fact.type
        for part in parts:
            if type_ != ANY and not (isinstance(type_, ContextOf) and part in type_.parts):
                return False
            type_ = type_.parts[part] if isinstance(type_, ContextOf) else ANY
        return True

    def may_be_null(self, node: Node) -> bool:
        """Whether the input can be null, as far as is known."""
        if isinstance(node, nodes.Name) and self._is_decision(node):
            decision = self.model.decision(node.name)
            logic = unwrapped(decision.logic)
            # What its type or its allowed values do not take becomes null.
            bare = decision.constraint is None and self._values(node, depth=0) is not None
            return not (bare and isinstance(logic, DecisionTable) and _always_answers(logic))
        return True

    def roots_of(self, node: Node) -> frozenset[Root]:
        """The facts that the input is made of, through decisions."""
        path = path_of(node)
        if path is not None and not self._is_decision(node):
            return frozenset({path})
        names = {each.name for each in descendants(node) if isinstance(each, nodes.Name)}
        return frozenset((name,) for name in self._beneath(names))

    def _is_decision(self, node: Node) -> bool:
        path = path_of(node)
        return path is not None and path[0] in self._decisions

    @cached_property
    def _decisions(self) -> frozenset[str]:
        return frozenset(decision.name for decision in self.model.decisions)

    def _beneath(self, names: set[str]) -> set[str]:
        wanted, open_names = set[str](), list(names)
        while open_names:
            name = open_names.pop()
            if name not in wanted:
                wanted.add(name)
                if name in self._decisions:
                    open_names.extend(self.model.decision(name).requires)
        return wanted - self._decisions

    def _values(self, node: Node | None, depth: int) -> list[object] | None:
        """All values that an expression can have besides null, where they are written out; None where they are not."""
        node = unwrapped(node)
        if node is None or depth > 20:
            return None
        if isinstance(node, nodes.Conditional):
            return _together(self._values(branch, depth + 1) for branch in (node.yes, node.no))
        if isinstance(node, DecisionTable):
            return self._values_of_table(node, "", depth)
        path = path_of(node)
        if path is not None:
            return self._values_of_path(path, depth)
        found = constant(node)
        if found is None:
            return None
        return [] if found[0] is None else [found[0]] if kind_of(found[0]) not in (None, "list") else None

    def _values_of_path(self, path: Root, depth: int) -> list[object] | None:
        if path[0] not in self._decisions or len(path) > 2:
            return None
        logic = unwrapped(self.model.decision(path[0]).logic)
        if len(path) == 1:
            type_, values = self.model.decision(path[0]).type, self._values(logic, depth + 1)
            return values if all(conforms(value, type_) for value in values or ()) else None
        return self._values_of_table(logic, path[1], depth) if isinstance(logic, DecisionTable) else None

    def _values_of_table(self, table: DecisionTable, part: str, depth: int) -> list[object] | None:
        if not table.hit_policy.gives_one:
            return None
        columns = [place for place, output in enumerate(table.outputs) if not part or output.name == part]
        if len(columns) != 1:
            return None
        place = columns[0]
        entries = [rule.conclusions[place].node for rule in table.rules if len(rule.conclusions) > place]
        default = table.outputs[place].default
        return _together(self._values(each, depth + 1) for each in [*entries, *([default.node] if default else [])])


def unwrapped(node: Node | None) -> Node | None:
    """An expression without the types declared around it."""
    while isinstance(node, Constrained | nodes.Typed):
        node = node.value
    return node


def _together(parts: Iterator[list[object] | None]) -> list[object] | None:
    values: list[object] = []
    for part in parts:
        if part is None or len(values) > _VALUES_MAX:
            return None
        values += [value for value in part if value not in values]
    return values


def tests_of(constraint: Constraint | None, parts: Root) -> list[tuple[Test, ...]]:
    """The lists of tests that a constraint puts on a value, or on a component of it."""
    if constraint is None:
        return []
    if parts:
        return tests_of(constraint.parts.get(parts[0]), parts[1:])
    return [cell.tests for cell in constraint.tests]


def path_of(node: Node) -> Root | None:
    """A name or a component of one as its parts; None for every other expression."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Path):
        above = path_of(node.of)
        return None if above is None else (*above, node.part)
    return None


def _always_answers(table: DecisionTable) -> bool:
    """Whether the table plainly gives a value whatever the facts: by its default, or by a rule without conditions."""
    if not table.hit_policy.gives_one or len(table.outputs) != 1:
        return False
    entries = [rule.conclusions[0].node for rule in table.rules] if table.rules else []
    default = table.outputs[0].default
    if any(constant(entry) in (None, (None,)) for entry in entries):
        return False
    return bool(default and constant(default.node) not in (None, (None,))) or any(
        _matches_all(table, each) for each in range(len(table.rules))
    )


def _matches_all(table: DecisionTable, place: int) -> bool:
    return all(any(isinstance(test, nodes.AnyValue) for test in cell.tests) for cell in table.rules[place].conditions)


def depend_on_one_another(first: frozenset[Root], second: frozenset[Root]) -> bool:
    """Whether two inputs share a fact: the same one, or one that is part of the other."""
    return any(one[: len(other)] == other[: len(one)] for one in first for other in second)
