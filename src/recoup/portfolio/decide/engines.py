"""Which engine decides, and what a run says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from recoup.portfolio.decide.by_column import decided_in_columns
from recoup.portfolio.decide.facts import Facts
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted
from recoup.portfolio.decide.written import Answer
from recoup.tables.model import Model
from recoup.tables.problems import ModelError
from recoup.tables.read import read_model

#: The engines that read facts through DuckDB.
Engine: TypeAlias = Literal["duckdb", "row"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: rows decided, under which version of the model, and how often which rule fired.

    ``rules`` counts by table and by the number of the rule (several numbers where several fired, ``none`` for none).
    """

    rows: int
    decision: str
    version: str
    engine: str
    out: str
    rules: Mapping[str, Mapping[str, int]]


def model_for(model_bytes: bytes, *, file: str, decision: str) -> Model:
    """The part of a model that a decision needs. Raises ModelError, and FactsRefused when there is no such decision."""
    model = read_model(model_bytes, file=file, only={decision})
    names = [each.name for each in model.decisions]
    if decision not in names:
        everything = [each.name for each in read_model(model_bytes, file=file).decisions]
        raise FactsRefused([f"{file}: has no decision {decision!r}; it has: {', '.join(everything)}"])
    return model


def answered(
    session: Session, model: Model, decision: str, facts: Facts, wanted: Sequence[Wanted], *, engine: Engine
) -> Answer:
    """What the engine makes of the facts. Raises ModelError, FactsRefused."""
    if engine == "duckdb":
        answer = _in_columns(model, decision, facts)
    else:
        from recoup.portfolio.decide.by_row import decided_in_rows  # Arrow takes memory that columns need not spend

        answer = decided_in_rows(session, model, decision, facts, wanted, declared_types(model, decision, facts))
    refuse_shared_names(answer)
    return answer


class ColumnsRefused(ModelError):
    """A model that can be loaded, and decided row by row, but not in columns."""


def _in_columns(model: Model, decision: str, facts: Facts) -> Answer:
    try:
        return decided_in_columns(model, decision, facts)
    except ModelError as error:
        raise ColumnsRefused(error.problems) from None


def declared_types(model: Model, decision: str, facts: Facts) -> Mapping[str, str]:
    """The SQL types of the columns that DuckDB would make; empty for a model that it does not take."""
    try:
        answer = decided_in_columns(model, decision, facts)
    except ModelError:
        return {}
    return {result.name: result.sql_type for result in answer.results if result.decided}


def refuse_shared_names(answer: Answer) -> None:
    """Raises FactsRefused when facts have a column named as one that is decided."""
    kept = {result.name.casefold() for result in answer.results if not result.decided}
    shared = [result.name for result in answer.results if result.decided and result.name.casefold() in kept]
    if shared:
        raise FactsRefused([f"the facts have columns named as what is decided: {', '.join(shared)}; rename them"])


def rules_of(answer: Answer) -> list[str]:
    """The columns of an answer that say which rule fired."""
    return [each.name for each in answer.results if each.decided and each.name.endswith(".rule")]
