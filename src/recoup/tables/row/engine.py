"""A model as an engine for one case: facts in, every decision's value out, in the order of their requirements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from recoup.tables.feel.closures import Closure, closure_of
from recoup.tables.feel.types import ANY
from recoup.tables.feel.values import Facts, FeelFunction, Value, conforms
from recoup.tables.model import (
    BusinessKnowledge,
    Constrained,
    Decision,
    DecisionOffer,
    InputData,
    Model,
    Parameter,
)
from recoup.tables.row.conversion import (
    PLAIN,
    Conversion,
    completed,
    conversion,
    fact_value,
    is_allowed,
    type_name,
)
from recoup.tables.row.table import TableEngine
from recoup.tables.row.trace import CURRENT, Trace, complain


@dataclass(slots=True)
class Outcome:
    """What came out for one case.

    ``values`` has each decision that was computed, ``fired`` the numbers of the rules that gave each table's answer, in
    the answer's order (none where no rule did), ``complaints`` what was wrong with facts or tables, ``version`` the
    model's.
    """

    values: dict[str, Any]
    fired: dict[str, tuple[int, ...]]
    complaints: list[str]
    version: str


@dataclass(frozen=True, slots=True)
class _Fact:
    """How one input becomes a value of its type; ``plain`` are the Python types that are taken as they are."""

    name: str
    plain: frozenset[type]
    convert: Callable[[Any], Any]

    @classmethod
    def of(cls, data: InputData | Parameter, *, whole: bool = False) -> _Fact:
        """``whole`` adds null for components that are absent: so it is with facts, not with values of FEEL."""
        convert = conversion(data.type, data.constraint, f"the fact {data.name!r}")
        plain = frozenset() if data.constraint else PLAIN.get(data.type, frozenset())

        def converted(value: Any) -> Any:
            given, value = value, completed(fact_value(value), data.type) if whole else fact_value(value)
            if value is None and given is not None:
                complain(f"the fact {data.name!r} is {given}, which is no {type_name(data.type)}")
            return convert(value) if convert is not None else value

        return cls(data.name, plain, converted)


@dataclass(slots=True)
class Compiled:
    """A model ready to decide cases. Made by ``compile_model``; may be used by several threads at once."""

    model: Model
    version: str
    _facts: tuple[_Fact, ...]
    _steps: tuple[tuple[str, Closure, Conversion | None], ...]
    _functions: dict[str, FeelFunction] = field(default_factory=dict)

    def decide(self, facts: Mapping[str, object]) -> Outcome:
        """Every decision for the facts by name; an absent fact is null, one that nobody asks for is not looked at."""
        trace = Trace()
        token = CURRENT.set(trace)
        try:
            scope: dict[str, Any] = self._functions.copy()
            for fact in self._facts:
                name = fact.name
                value: Any = facts.get(name)
                kind = type(value)
                if kind not in fact.plain or (kind is Decimal and not value.is_finite()):
                    value = fact.convert(value)
                scope[name] = value
            values = {}
            for name, compute, convert in self._steps:
                value = compute(scope)
                if convert is not None:
                    value = convert(value)
                scope[name] = values[name] = value
            return Outcome(values, trace.fired, trace.complaints, self.version)
        finally:
            CURRENT.reset(token)

    def call(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        """A function or decision service of the model by name, with its arguments by name.

        ``values`` has its result under its own name and, for a service, each decision that it gives. Raises KeyError
        when the model has no such function.
        """
        function = self._functions[name]
        trace = Trace()
        token = CURRENT.set(trace)
        try:
            types = function.types or (ANY,) * len(function.parameters)
            named = zip(function.parameters, types, strict=True)
            value = function.compute(*[completed(fact_value(arguments.get(each)), kind) for each, kind in named])
        finally:
            CURRENT.reset(token)
        values: dict[str, Any] = {name: value}
        offer = next((each for each in self.model.offers if each.name == name), None)
        if offer is not None:
            several = len(offer.gives) > 1
            values |= {each: value.get(each) if several else value for each in offer.gives if value is not None}
        return Outcome(values, trace.fired, trace.complaints, self.version)

    def scope(self, facts: Mapping[str, object], values: Mapping[str, Any]) -> dict[str, Any]:
        """The facts, functions and decisions as expressions see them, for explaining an outcome."""
        known = {fact.name: fact.convert(facts.get(fact.name)) for fact in self._facts}
        return {**self._functions, **known, **values}


def compile_model(model: Model, decision: str | None = None) -> Compiled:
    """The engine of a model: of one decision and what it requires, or of all.

    Raises KeyError for an unknown decision.
    """
    functions = _Functions(model)
    wanted = model.decisions if decision is None else model.needed_for(model.decision(decision).name)
    return Compiled(
        model=model,
        version=model.version,
        _facts=tuple(_Fact.of(data, whole=True) for data in model.inputs),
        _steps=tuple(map(step_of, wanted)),
        _functions=functions.all(),
    )


def step_of(decision: Decision) -> tuple[str, Closure, Conversion | None]:
    """A decision as name, closure and conversion to its type."""
    convert = conversion(decision.type, decision.constraint, f"the decision {decision.name!r}")
    if decision.logic is None:
        return decision.name, lambda _facts: None, None
    if decision.table is not None:
        engine = TableEngine(decision.table)
        return decision.name, engine.decide, None if _always_fits(engine, decision) else convert
    return decision.name, _bounded(closure_of(decision.logic), decision), convert


def _always_fits(engine: TableEngine, decision: Decision) -> bool:
    """Whether all that a table can answer is known beforehand, and is of the decision's type as it is."""
    return (
        engine.table.hit_policy.gives_one
        and engine.constants is not None
        and decision.constraint is None
        and all(conforms(value, decision.type) for value in engine.constants)
    )


def _bounded(closure: Closure, decision: Decision) -> Closure:
    """What runs out of stack is null with a complaint."""

    def compute(facts: Facts) -> Any:
        try:
            return closure(facts)
        except (RecursionError, MemoryError):
            complain(f"the decision {decision.name!r} takes more steps than it may")
            return None

    return compute


@closure_of.register
def _closure_of_constrained(node: Constrained) -> Closure:
    closure, constraint = closure_of(node.value), node.constraint

    def compute(facts: Facts) -> Any:
        value = closure(facts)
        if is_allowed(value, constraint):
            return value
        complain(f"the value {value} is not allowed")
        return None

    return compute


class _Functions:
    """The functions of a model as values: business knowledge models and decision services, each over what it knows."""

    def __init__(self, model: Model) -> None:
        self._model = model
        sources: tuple[BusinessKnowledge | DecisionOffer, ...] = (*model.functions, *model.offers)
        self._sources = {each.name: each for each in sources}
        self._made: dict[str, FeelFunction] = {}

    def all(self) -> dict[str, FeelFunction]:
        """Every function by its name."""
        return {name: self.named(name) for name in self._sources}

    def named(self, name: str) -> FeelFunction:
        """A function by its name."""
        if name not in self._made:
            source = self._sources[name]
            self._made[name] = self._knowledge(source) if isinstance(source, BusinessKnowledge) else self._offer(source)
        return self._made[name]

    def _knowledge(self, source: BusinessKnowledge) -> FeelFunction:
        known = {name: self.named(name) for name in source.knows}
        body = closure_of(source.body)
        result = conversion(source.type, source.constraint, f"the result of {source.name!r}")
        return self._function(source.name, source.parameters, known, body, result)

    def _offer(self, source: DecisionOffer) -> FeelFunction:
        decisions = [self._model.decision(name) for name in source.inside]
        known = {name: self.named(name) for decision in decisions for name in decision.knows}
        steps = [step_of(decision) for decision in decisions]
        result = conversion(source.type, source.constraint, f"the result of {source.name!r}")

        def body(facts: Facts) -> Any:
            scope = dict(facts)
            for name, compute, convert in steps:
                value = compute(scope)
                scope[name] = convert(value) if convert is not None else value
            found = {name: scope[name] for name in source.gives}
            return found if len(found) > 1 else found[source.gives[0]]

        return self._function(source.name, source.parameters, known, body, result)

    @staticmethod
    def _function(
        name: str,
        parameters: tuple[Parameter, ...],
        known: Mapping[str, FeelFunction],
        body: Closure,
        result: Conversion | None,
    ) -> FeelFunction:
        facts = [_Fact.of(each) for each in parameters]

        def compute(*arguments: Any) -> Value:
            scope: dict[str, Any] = dict(known)
            for fact, value in zip(facts, arguments, strict=True):
                scope[fact.name] = fact.convert(value)
            value = body(scope)
            return result(value) if result is not None else value  # type: ignore[no-any-return]

        names = tuple(each.name for each in parameters)
        return FeelFunction(names, compute, tuple(each.type for each in parameters), name=name)
