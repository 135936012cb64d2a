"""Which columns a decision asks of its facts, and of which type each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recoup.tables.feel.nodes import Name
from recoup.tables.feel.types import ANY, ContextOf, FeelType
from recoup.tables.model import InputData, Model


@dataclass(frozen=True, slots=True)
class Wanted:
    """One column of facts: an input data, or with more than one name in ``path`` a component of a structured one."""

    path: tuple[str, ...]
    type: FeelType

    @property
    def name(self) -> str:
        """The column's name: ``Loan.amount``."""
        return ".".join(self.path)


def wanted_facts(model: Model, decision: str) -> tuple[Wanted, ...]:
    """The columns that the decision and those it requires read, in the order of the model's input data.

    Raises KeyError when the model has no such decision.
    """
    model.decision(decision)
    required = {name for each in model.needed_for(decision) for name in each.requires}
    inputs = [each for each in model.inputs if each.name in required]
    return tuple(column for each in inputs for column in _columns((each.name,), _type_of(each, model)))


def _columns(path: tuple[str, ...], feel_type: FeelType) -> Iterator[Wanted]:
    if isinstance(feel_type, ContextOf) and feel_type.parts:
        for name, part in feel_type.parts.items():
            yield from _columns((*path, name), part)
    else:
        yield Wanted(path, feel_type)


def _type_of(input_data: InputData, model: Model) -> FeelType:
    """The declared type; where there is none, the one on which all tables that test the fact itself agree."""
    if input_data.type != ANY:
        return input_data.type
    tested = {
        clause.type
        for decision in model.decisions
        if decision.table is not None
        for clause in decision.table.inputs
        if clause.expression.node == Name(input_data.name)
    }
    return tested.pop() if len(tested) == 1 else ANY
