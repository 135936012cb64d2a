"""All checks of a model, in one list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from recoup.tables.check.coverage import Coverage
from recoup.tables.check.grid import grid_of
from recoup.tables.check.outcomes import outcome_problems
from recoup.tables.check.particulars import demands_of, rule_problems, rulebook_problems
from recoup.tables.check.sources import Sources
from recoup.tables.model import Model
from recoup.tables.named import named_tables
from recoup.tables.problems import Problem
from recoup.tables.typing import type_problems


def check(model: Model, *, demands: Collection[str] = (), on: date | None = None) -> list[Problem]:
    """Everything wrong or doubtful about a model, errors first, each with its place and, where it helps, with facts.

    ``demands`` are particulars that must be written (``citation``, ``source``, ``in-force-from`` …), besides those that
    the rulebook demands of itself. With ``on``, rules that are not in force on that day are pointed out.
    """
    wanted = demands_of(model, demands)
    found = [*rulebook_problems(model, wanted), *type_problems(model)]
    sources = Sources(model)
    for _, name, table in named_tables(model):
        found += rule_problems(table, name, model.file, wanted, on)
        found += outcome_problems(table, name, model.file)
        found += Coverage(grid_of(table, sources), name, model.file).problems()
    return sorted(found, key=lambda problem: problem.severity == "warning")
