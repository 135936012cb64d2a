"""One statement for a decision and all that it requires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recoup.tables.column import cells, decision_tables, functions, logic
from recoup.tables.column.build import Build
from recoup.tables.column.conformance import conformed
from recoup.tables.column.expressions import Scope, allowed, term_of
from recoup.tables.column.fragments import Refusal, Sql
from recoup.tables.column.output import Output, is_function, outputs_of
from recoup.tables.column.source import SqlColumn, fact
from recoup.tables.column.terms import UNKNOWN, Function, Term
from recoup.tables.dialects import NotWritable, dialect_of
from recoup.tables.feel import nodes
from recoup.tables.feel.types import ANY, FeelType
from recoup.tables.model import BusinessKnowledge, Constrained, Decision, DecisionOffer, DecisionTable, Model
from recoup.tables.problems import ModelError, Problem

#: The modules that teach ``expressions`` about cells, tables and functions by being imported.
TAUGHT_BY = (cells, decision_tables, functions)


@dataclass(frozen=True, slots=True)
class Statement:
    """A select over the source: all of its columns, then ``outputs`` as (name, type in FEEL, type in SQL)."""

    sql: str
    outputs: tuple[tuple[str, FeelType, str], ...]
    layout: tuple[Output, ...] = ()


def compile_columns(
    model: Model, decision: str, *, columns: Mapping[str, SqlColumn], dialect: str, source: str
) -> Statement:
    """The decision and those it requires over columns.

    ``source`` is what stands behind FROM: a table, or a select in parentheses with a name; ``columns`` are those of its
    columns that are kept and may be read, by name. A fact without a column is null. Raises ModelError (refused) for
    what columns cannot do exactly, KeyError for an unknown decision or dialect.
    """
    model.decision(decision)
    build = Build(dialect_of(dialect), frozenset(name.casefold() for name in columns))
    place = _Place(model)
    try:
        return _Compiling(model, build, columns, place).statement(decision, source)
    except Refusal as refusal:
        raise place.refused(refusal) from refusal
    except NotWritable as error:
        raise place.refused(Refusal(f"{error}")) from error
    except RecursionError:
        raise place.refused(Refusal("logic nested too deep for a statement")) from None


@dataclass(slots=True)
class _Place:
    """Where in the model the work stands, for refusals."""

    model: Model
    name: str = ""
    line: int = 0
    text: str = ""

    def at(self, name: str, line: int, text: str = "") -> None:
        self.name, self.line, self.text = name, line, text

    def refused(self, refusal: Refusal) -> ModelError:
        construct = refusal.construct or self.text or self.name
        where = f" (decision {self.name!r})" if self.name and not refusal.table else ""
        problem = Problem(
            "unsupported", "refused", f"columns cannot do this exactly: {refusal.problem}{where}", self.model.file,
            line=refusal.line or self.line, construct=construct, table=refusal.table, rule=refusal.rule,
        )  # fmt: skip
        return ModelError([problem])


@dataclass(slots=True)
class _Compiling:
    model: Model
    build: Build
    columns: Mapping[str, SqlColumn]
    place: _Place

    def statement(self, decision: str, source: str) -> Statement:
        needed = self.model.needed_for(decision)
        names: dict[str, Term] = {**self._functions(needed), **self._facts(needed)}
        outputs: list[Output] = []
        for each in needed:
            self.place.at(each.name, each.line, each.text)
            names[each.name], columns = self._decided(each, names)
            if not columns and each.name == decision:
                raise Refusal("a function as the answer")
            outputs += columns
        self.place.at(decision, self.model.decision(decision).line)
        listed = [(name, Sql(self.build.identifier(name))) for name in self.columns]
        self._check_names(outputs)
        selected = [*listed, *((each.name, each.sql) for each in outputs)]
        return Statement(
            self.build.select(source, selected),
            tuple((each.name, each.type, each.sql_type) for each in outputs),
            tuple(outputs),
        )

    def _facts(self, needed: Iterable[Decision]) -> dict[str, Term]:
        wanted = {name for each in needed for name in each.requires}
        found: dict[str, Term] = {}
        for each in self.model.inputs:
            if each.name not in wanted:
                continue
            self.place.at(each.name, each.line)
            term = fact(self.build, each.name, each.type, self.columns)
            scope = Scope(self.build, {})
            found[each.name] = logic.bound(self.build, allowed(term, each.constraint, scope))
        return found

    def _functions(self, needed: Iterable[Decision]) -> dict[str, Term]:
        wanted = {name for each in needed for name in each.knows}
        made: dict[str, Term] = {}
        for function in self.model.functions:
            made[function.name] = _function(function, made)
        for offer in self.model.offers:
            made[offer.name] = _offered(offer, self.model, made)
        return {name: term for name, term in made.items() if name in wanted}

    def _decided(self, decision: Decision, names: Mapping[str, Term]) -> tuple[Term, list[Output]]:
        scope = Scope(self.build, names)
        rule = None
        if decision.logic is None:
            term: Term = UNKNOWN
        elif isinstance(decision.logic, DecisionTable):
            rule = decision_tables.decided(decision.logic, scope, decision.type)
            term = rule.value
        else:
            term = term_of(decision.logic, scope)
        term = allowed(conformed(self.build, term, decision.type), decision.constraint, scope)
        term = logic.bound(self.build, term)
        return term, [] if is_function(term) else list(outputs_of(self.build, decision, term, rule))

    def _check_names(self, outputs: Iterable[Output]) -> None:
        """Raises Refusal when two columns of the result would have one name (in any case: DuckDB's names have none)."""
        seen = {name.casefold(): name for name in self.columns}
        for output in outputs:
            if output.name.casefold() in seen:
                other = seen[output.name.casefold()]
                raise Refusal(f"two columns of one name: {other!r} and {output.name!r}", output.name)
            seen[output.name.casefold()] = output.name


def _offered(offer: DecisionOffer, model: Model, made: Mapping[str, Term]) -> Function:
    """A decision service as a function: its decisions are the entries of a context, of which it gives some."""
    decisions = [model.decision(name) for name in offer.inside]
    inside = nodes.ContextNode(tuple((each.name, _as_node(each)) for each in decisions))
    parts = tuple((name, nodes.Path(inside, name)) for name in offer.gives)
    body = parts[0][1] if len(parts) == 1 else nodes.ContextNode(parts)
    known = {name: made[name] for each in decisions for name in each.knows if name in made}
    return Function(
        tuple(each.name for each in offer.parameters),
        tuple(each.type for each in offer.parameters),
        tuple(each.constraint for each in offer.parameters),
        body,
        known,
        offer.type,
        offer.constraint,
        offer.name,
    )


def _as_node(decision: Decision) -> nodes.Node:
    """A decision as one node, with what its declared type makes of its value."""
    node: nodes.Node = nodes.Literal(None) if decision.logic is None else decision.logic
    if decision.type != ANY:
        node = nodes.Typed(node, decision.type)
    return node if decision.constraint is None else Constrained(node, decision.constraint)


def _function(source: BusinessKnowledge, made: Mapping[str, Term]) -> Function:
    known = {name: made[name] for name in source.knows if name in made}
    return Function(
        tuple(each.name for each in source.parameters),
        tuple(each.type for each in source.parameters),
        tuple(each.constraint for each in source.parameters),
        source.body,
        known,
        source.type,
        source.constraint,
        source.name,
    )
