"""A decision model as a frozen graph: what the reader makes of a DMN file, and all that engines and checks read.

Every kind of boxed expression becomes nodes of FEEL, so that logic is one thing: a node. A decision table is a node
too (``feel.nodes.Boxed``), wherever it stands. Source: OMG DMN 1.2 to 1.5, chapters 6 to 8 and 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from recoup.tables.feel.nodes import Boxed, Node, Test
from recoup.tables.feel.types import ANY, FeelType


class HitPolicy(StrEnum):
    """Which of the rules that match give the answer; the value is the letter that DMN prints in the corner."""

    UNIQUE = "U"
    ANY = "A"
    FIRST = "F"
    PRIORITY = "P"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    COLLECT_SUM = "C+"
    COLLECT_MIN = "C<"
    COLLECT_MAX = "C>"
    COLLECT_COUNT = "C#"

    @property
    def gives_one(self) -> bool:
        """Whether the answer is one rule's (and ``Decision.rule`` one number), not a list or a fold of several."""
        return self in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY)


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition of a rule: its text as written, the tests it means, and its line in the file."""

    text: str
    tests: tuple[Test, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One conclusion of a rule, or any other written expression: text, node, line in the file."""

    text: str
    node: Node
    line: int = 0


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a declared type allows beyond its shape: every test must hold of the value (null always passes),
    ``item`` of each item of a list, ``parts`` of the components of a context. A value that fails becomes null.
    """

    tests: tuple[Cell, ...] = ()
    item: Constraint | None = None
    parts: Mapping[str, Constraint] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@dataclass(frozen=True)
class Constrained(Boxed):
    """An expression whose value must pass what its declared type allows: null where it does not."""

    value: Node
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column of conditions: the expression tested, its type and, where given, the tests its values must pass.

    A value that does not conform to the type, or fails ``allowed`` or ``constraint``, is tested as null.
    """

    label: str
    expression: Entry
    type: FeelType
    allowed: Cell | None = None
    id: str = ""
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A column of conclusions; ``name`` is empty when the table has one output.

    ``allowed`` in its written order is also the priority order of hit policies P and O, the first being the highest.
    """

    name: str
    label: str
    type: FeelType
    allowed: Cell | None = None
    default: Entry | None = None
    id: str = ""
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; ``number`` counts from 1. ``annotations`` stand in the order of the table's ``annotation_names``."""

    number: int
    conditions: tuple[Cell, ...]
    conclusions: tuple[Entry, ...]
    annotations: tuple[str, ...] = ()
    id: str = ""
    line: int = 0


@dataclass(frozen=True)
class DecisionTable(Boxed):
    """A decision table: a node whose value is what its hit policy makes of the rules that match.

    ``name`` is the decision's (or business knowledge model's, or context entry's) that it stands in.
    One output gives its value, several give a context by output name.
    """

    name: str
    hit_policy: HitPolicy
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...] = ()
    id: str = ""
    line: int = 0

    @cached_property
    def default(self) -> tuple[Entry | None, ...]:
        """The default of each output, None where it has none."""
        return tuple(output.default for output in self.outputs)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter of a business knowledge model or a decision service."""

    name: str
    type: FeelType
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True)
class InputData:
    """A fact that the model asks for, with its type and what is allowed of it.

    ``allowed`` are the tests of the value itself where the type has exactly one list of them; ``constraint`` is all
    that the type allows, also of items and components.
    """

    name: str
    type: FeelType
    type_name: str = ""
    allowed: Cell | None = None
    description: str = ""
    label: str = ""
    id: str = ""
    line: int = 0
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its logic over the facts, decisions and functions it requires, all by name.

    ``type`` is declared (ANY when it is not); a value that does not conform becomes null. ``logic`` is None for a
    decision that says nothing.
    """

    name: str
    type: FeelType
    logic: Node | None
    requires: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    text: str = ""
    question: str = ""
    description: str = ""
    label: str = ""
    id: str = ""
    line: int = 0
    constraint: Constraint | None = None

    @property
    def table(self) -> DecisionTable | None:
        """The decision table, where that is the whole logic."""
        return self.logic if isinstance(self.logic, DecisionTable) else None


@dataclass(frozen=True, slots=True)
class BusinessKnowledge:
    """A business knowledge model: a named function of its parameters and of other functions it knows."""

    name: str
    parameters: tuple[Parameter, ...]
    type: FeelType
    body: Node
    knows: tuple[str, ...] = ()
    id: str = ""
    line: int = 0
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True)
class DecisionOffer:
    """Decisions offered as one function: those it gives out, those inside, and what callers hand in, by name.

    ``inside`` holds every decision that it computes for those it gives, in the order of the model; ``parameters`` are
    input data first, then decisions whose values are handed in. ``type`` is that of its variable (ANY when undeclared).
    """

    name: str
    gives: tuple[str, ...]
    inside: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    id: str = ""
    line: int = 0
    type: FeelType = ANY
    constraint: Constraint | None = None


@dataclass(frozen=True)
class Model:
    """A decision model. ``version`` is the SHA-256 of its meaning: layout of the file and diagram do not count.

    ``decisions``, ``functions`` and ``offers`` (decision services) stand each after what it requires.
    ``about`` holds the rulebook's own particulars from the model's extension attributes and description:
    title, citation, source, in_force_from, in_force_until, owner, demands (see docs/reference of rulebooks).
    """

    name: str
    namespace: str
    file: str
    version: str
    inputs: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    functions: tuple[BusinessKnowledge, ...] = ()
    offers: tuple[DecisionOffer, ...] = ()
    item_types: Mapping[str, FeelType] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    def decision(self, name: str) -> Decision:
        """The decision of that name. Raises KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Decision]:
        return {decision.name: decision for decision in self.decisions}

    def needed_for(self, name: str) -> tuple[Decision, ...]:
        """The decision and those it requires, directly or not, each after what it requires."""
        wanted, open_names = set[str](), [name]
        while open_names:
            decision = self._by_name.get(open_names.pop())
            if decision is not None and decision.name not in wanted:
                wanted.add(decision.name)
                open_names.extend(decision.requires)
        return tuple(decision for decision in self.decisions if decision.name in wanted)
