"""Input data, decisions, business knowledge models and decision services, in the order of their requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recoup.tables.feel.nodes import Literal
from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf
from recoup.tables.model import BusinessKnowledge, Decision, DecisionOffer, InputData, Parameter
from recoup.tables.read.boxed import BoxReader
from recoup.tables.read.graph import Graph
from recoup.tables.read.pieces import Piece
from recoup.tables.read.reading import Reading, Scope
from recoup.tables.read.types import UNDECLARED, Declared, Types


@dataclass(slots=True)
class ElementReader:
    """Reads elements that come in the order of their requirements; ``known`` are their types by name."""

    reading: Reading
    types: Types
    graph: Graph
    inputs: list[InputData] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    functions: list[BusinessKnowledge] = field(default_factory=list)
    offers: list[DecisionOffer] = field(default_factory=list)
    known: dict[str, Declared] = field(default_factory=dict)

    def read(self, pieces: Iterable[Piece]) -> None:
        """Reads each element; problems are noted."""
        readers = {
            "inputData": self._input,
            "decision": self._decision,
            "businessKnowledgeModel": self._function,
            "decisionService": self._offer,
        }
        for piece in pieces:
            self.reading.check(piece)
            self.known[piece.name] = readers[piece.tag](piece)

    @property
    def _boxes(self) -> BoxReader:
        return BoxReader(self.reading, self.types)

    def _variable(self, piece: Piece) -> Declared:
        variable = piece.first("variable")
        if variable and variable.name and variable.name != piece.name:
            self.reading.wrong(f"the variable of {piece.name!r} has another name", variable, variable.name)
        return self.types.of_variable(variable)

    def _input(self, piece: Piece) -> Declared:
        declared = self._variable(piece)
        tests = declared.constraint.tests if declared.constraint else ()
        self.inputs.append(
            InputData(
                name=piece.name,
                type=declared.type,
                type_name=declared.name,
                allowed=tests[0] if len(tests) == 1 else None,
                description=piece.text_of("description"),
                label=piece.get("label"),
                id=piece.get("id"),
                line=piece.line,
                constraint=declared.constraint,
            )
        )
        return declared

    def _scope(self, piece: Piece) -> Scope:
        return {each.name: self.known.get(each.name, UNDECLARED).type for each in self.graph.requires(piece)}

    def _decision(self, piece: Piece) -> Declared:
        declared = self._variable(piece)
        logic = self._boxes.logic(piece, self._scope(piece), piece.name)
        literal = piece.first("literalExpression")
        self.decisions.append(
            Decision(
                name=piece.name,
                type=declared.type,
                logic=logic,
                requires=tuple(each.name for each in self.graph.information_of(piece)),
                knows=tuple(each.name for each in self.graph.knowledge_of(piece)),
                text=literal.text_of("text") if literal else "",
                question=piece.text_of("question"),
                description=piece.text_of("description"),
                label=piece.get("label"),
                id=piece.get("id"),
                line=piece.line,
                constraint=declared.constraint,
            )
        )
        return declared

    def _function(self, piece: Piece) -> Declared:
        logic = piece.first("encapsulatedLogic")
        variable = self._variable(piece)
        parameters = self._boxes.parameters(logic) if logic else ()
        scope = self._scope(piece) | {each.name: each.type for each in parameters}  # type: ignore[operator]
        body = self._boxes.logic(logic, scope, piece.name)
        # A function's variable has a function's type in the standard since 1.2; many tools write that of the result.
        result = Declared(variable.type.result) if isinstance(variable.type, FunctionOf) else variable
        self.functions.append(
            BusinessKnowledge(
                name=piece.name,
                parameters=parameters,
                type=result.type,
                body=body if body is not None else Literal(None),
                knows=tuple(each.name for each in self.graph.knowledge_of(piece)),
                id=piece.get("id"),
                line=piece.line,
                constraint=result.constraint,
            )
        )
        return Declared(FunctionOf(tuple(each.type for each in parameters), result.type))

    def _offer(self, piece: Piece) -> Declared:
        gives = [each.name for each in self.graph.parts(piece, "outputDecision")]
        if not gives:
            self.reading.wrong("a decision service gives no decision", piece)
        inside = {each.name for each in self.graph.decisions_of(piece)}
        handed_in = (*self.graph.inputs_of(piece), *self.graph.parts(piece, "inputDecision"))
        parameters = tuple(self._parameter(each.name) for each in handed_in)
        variable = self._variable(piece)
        if isinstance(variable.type, FunctionOf):
            variable = Declared(variable.type.result)
        result = variable.type if variable.type != ANY else self._given_type(gives)
        self.offers.append(
            DecisionOffer(
                name=piece.name,
                gives=tuple(gives),
                inside=tuple(each.name for each in self.decisions if each.name in inside),
                parameters=parameters,
                id=piece.get("id"),
                line=piece.line,
                type=variable.type,
                constraint=variable.constraint,
            )
        )
        return Declared(FunctionOf(tuple(each.type for each in parameters), result))

    def _parameter(self, name: str) -> Parameter:
        declared = self.known.get(name, UNDECLARED)
        return Parameter(name, declared.type, declared.constraint)

    def _given_type(self, gives: list[str]) -> FeelType:
        types = {name: self.known.get(name, UNDECLARED).type for name in gives}
        return next(iter(types.values()), ANY) if len(types) == 1 else ContextOf(types)
