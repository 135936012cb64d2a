"""Type problems of a whole model, each with the file's line and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf
from recoup.tables.model import BusinessKnowledge, Cell, Decision, DecisionOffer, DecisionTable, Entry, Model
from recoup.tables.problems import Problem
from recoup.tables.typing.cells import table_type
from recoup.tables.typing.inference import Typing, check_conforms, type_in


def type_problems(model: Model) -> list[Problem]:
    """What does not go together, each a Problem of severity ``error``: codes ``type-mismatch`` and ``unknown-name``.

    The model would run: FEEL gives null for all of these.
    """
    checking = _Checking(model)
    return checking.all()


@dataclass(slots=True)
class _Checking:
    model: Model
    found: dict[tuple[object, ...], Problem] = field(default_factory=dict)

    def all(self) -> list[Problem]:
        names: dict[str, FeelType] = {each.name: each.type for each in self.model.inputs}
        functions = self._functions()
        for decision in self.model.decisions:
            scope = {**names, **{name: functions[name] for name in decision.knows if name in functions}}
            names[decision.name] = self._decision(decision, scope)
        return list(self.found.values())

    def _functions(self) -> Mapping[str, FeelType]:
        known: dict[str, FeelType] = {each.name: _offer_type(each) for each in self.model.offers}
        for function in self.model.functions:
            known[function.name] = self._function(function, known)
        return known

    def _function(self, function: BusinessKnowledge, known: Mapping[str, FeelType]) -> FeelType:
        parameters = {each.name: each.type for each in function.parameters}
        own = {function.name: FunctionOf(tuple(parameters.values()), function.type)}
        scope = {**{name: known[name] for name in function.knows if name in known}, **own, **parameters}
        result = self._logic(function.body, function.name, function.line, "", scope, function.type)
        return FunctionOf(tuple(parameters.values()), result)

    def _decision(self, decision: Decision, scope: Mapping[str, FeelType]) -> FeelType:
        if decision.logic is None:
            return decision.type
        return self._logic(decision.logic, decision.name, decision.line, decision.text, scope, decision.type)

    def _logic(
        self, logic: object, name: str, line: int, text: str, scope: Mapping[str, FeelType], declared: FeelType
    ) -> FeelType:
        def tell(code: str, sentence: str) -> None:
            self._note(Problem(code, "error", sentence, self.model.file, line=line, construct=text or name, table=name))

        typing = Typing(scope, tell)
        if isinstance(logic, DecisionTable):
            kind = table_type(logic, typing, lambda *found: self._of_table(logic, *found))
        else:
            kind = type_in(logic, typing)  # type: ignore[arg-type]
        check_conforms(kind, declared, typing)
        return declared if declared != ANY else kind

    def _of_table(self, table: DecisionTable, code: str, sentence: str, place: Cell | Entry, rule: int | None) -> None:
        self._note(
            Problem(
                code, "error", sentence, self.model.file,
                line=place.line or table.line, construct=place.text, table=table.name, rule=rule,
            )
        )  # fmt: skip

    def _note(self, problem: Problem) -> None:
        key = (problem.code, problem.message, problem.line, problem.construct, problem.table, problem.rule)
        self.found.setdefault(key, problem)


def _offer_type(offer: DecisionOffer) -> FeelType:
    result = offer.type if offer.type != ANY else (ANY if len(offer.gives) == 1 else ContextOf())
    return FunctionOf(tuple(each.type for each in offer.parameters), ANY if result == ContextOf() else result)
