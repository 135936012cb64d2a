"""All checks of a model, in one list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from recoup.tables.check.coverage import Coverage
from recoup.tables.check.grid import grid_of
from recoup.tables.check.outcomes import outcome_problems
from recoup.tables.check.particulars import demands_of, rule_problems, rulebook_problems
from recoup.tables.check.sources import Sources, unwrapped
from recoup.tables.check.witness import Witness
from recoup.tables.model import BusinessKnowledge, DecisionTable, InputData, Model
from recoup.tables.named import tables_in
from recoup.tables.problems import Problem
from recoup.tables.typing import type_problems


def check(model: Model, *, demands: Collection[str] = (), on: date | None = None) -> list[Problem]:
    """Everything wrong or doubtful about a model, errors first, each with its place and, where it helps, with facts.

    ``demands`` are particulars that must be written (``citation``, ``source``, ``in-force-from`` …), besides those that
    the rulebook demands of itself. With ``on``, rules that are not in force on that day are pointed out.
    """
    wanted = demands_of(model, demands)
    found = [*rulebook_problems(model, wanted), *type_problems(model)]
    for name, table, sources, reached in _tables(model):
        found += rule_problems(table, name, model.file, wanted, on)
        found += outcome_problems(table, name, model.file)
        grid = grid_of(table, sources)
        found += Coverage(grid, name, model.file, reached=partial(reached, grid=grid) if reached else None).problems()
    return sorted(found, key=lambda problem: problem.severity == "warning")


def _tables(model: Model) -> Iterator[tuple[str, DecisionTable, Sources, Callable[..., dict[str, Any] | None] | None]]:
    """Each table with its name, where its inputs come from, and how facts that reach a corner of it are looked for."""
    sources, witness = Sources(model), Witness(model)
    for decision in model.decisions:
        for table in tables_in(decision.logic) if decision.logic is not None else ():
            # A table inside another expression may read names that only stand there.
            whole = unwrapped(decision.logic) is table
            yield (
                table.name or decision.name,
                table,
                sources,
                partial(witness.facts_in, decision=decision.name) if whole else None,
            )
    for function in model.functions:
        own = Sources(_seen_by(function, model))
        for table in tables_in(function.body):
            yield table.name or function.name, table, own, None


def _seen_by(function: BusinessKnowledge, model: Model) -> Model:
    """The model as a function sees it: its parameters are its only facts."""
    facts = tuple(InputData(each.name, each.type, constraint=each.constraint) for each in function.parameters)
    return replace(model, inputs=facts, decisions=())
