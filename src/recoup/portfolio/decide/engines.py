"""Which engine decides, and what a run says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from recoup.portfolio.decide.answers import RULE
from recoup.portfolio.decide.by_column import decided_in_columns, statement_for
from recoup.portfolio.decide.facts import VIEW, Facts
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.trouble import FactsRefused
from recoup.portfolio.decide.wanted import Wanted
from recoup.portfolio.decide.written import Answer
from recoup.tables.column import Statement
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
    try:
        return read_model(model_bytes, file=file, only={decision})
    except ModelError:
        names = _decisions_of(model_bytes, file=file)
        if not names or decision in names:
            raise
    raise FactsRefused([f"{file}: has no decision {decision!r}; it has: {', '.join(names)}"])


def _decisions_of(model_bytes: bytes, *, file: str) -> list[str]:
    """The names of a model's decisions; empty when it cannot be read as a whole."""
    try:
        return [each.name for each in read_model(model_bytes, file=file).decisions]
    except ModelError:
        return []


def answered(
    session: Session, model: Model, decision: str, facts: Facts, wanted: Sequence[Wanted], *, engine: Engine
) -> Answer:
    """What the engine makes of the facts. Raises ModelError, FactsRefused."""
    if engine == "duckdb":
        answer = _in_columns(model, decision, facts)
    else:
        from recoup.portfolio.decide.by_row import decided_in_rows  # Arrow takes memory that columns need not spend

        answer = decided_in_rows(session, model, decision, facts, wanted, _statement(model, decision, facts))
    refuse_shared_names(answer)
    return answer


class ColumnsRefused(ModelError):
    """A model that can be loaded, and decided row by row, but not in columns."""


def _in_columns(model: Model, decision: str, facts: Facts) -> Answer:
    try:
        return decided_in_columns(model, decision, facts)
    except ModelError as error:
        raise ColumnsRefused(error.problems) from None


def _statement(model: Model, decision: str, facts: Facts) -> Statement | None:
    """What DuckDB would run; None for a model that it does not take."""
    try:
        return statement_for(model, decision, facts, dialect="duckdb", source=VIEW)
    except ModelError:
        return None


def declared_types(model: Model, decision: str, facts: Facts) -> Mapping[str, str]:
    """The SQL types of the columns that DuckDB would make; empty for a model that it does not take."""
    statement = _statement(model, decision, facts)
    return {name: sql_type for name, _type, sql_type in statement.outputs} if statement else {}


def refuse_shared_names(answer: Answer) -> None:
    """Raises FactsRefused when facts have a column named as one that is decided."""
    kept = {result.name.casefold() for result in answer.results if not result.decided}
    shared = [result.name for result in answer.results if result.decided and result.name.casefold() in kept]
    if shared:
        raise FactsRefused([f"the facts have columns named as what is decided: {', '.join(shared)}; rename them"])


def rules_of(model: Model, decision: str) -> list[str]:
    """The columns of a result that say which rule fired."""
    return [f"{each.name}.{RULE}" for each in model.needed_for(decision) if each.table is not None]
