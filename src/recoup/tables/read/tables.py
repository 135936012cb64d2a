"""A decision table's XML into the node that it is. Source: OMG DMN 1.5, chapters 8.2 and 8.3."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recoup.tables.model import Cell, DecisionTable, HitPolicy, InputClause, OutputClause, Rule
from recoup.tables.read.pieces import Piece
from recoup.tables.read.reading import Reading, Scope
from recoup.tables.read.types import NO_SCOPE, UNDECLARED, Declared, Types

_POLICIES = {
    "": HitPolicy.UNIQUE,
    "UNIQUE": HitPolicy.UNIQUE,
    "ANY": HitPolicy.ANY,
    "FIRST": HitPolicy.FIRST,
    "PRIORITY": HitPolicy.PRIORITY,
    "RULE ORDER": HitPolicy.RULE_ORDER,
    "OUTPUT ORDER": HitPolicy.OUTPUT_ORDER,
    "COLLECT": HitPolicy.COLLECT,
}
_FOLDS = {
    "SUM": HitPolicy.COLLECT_SUM,
    "MIN": HitPolicy.COLLECT_MIN,
    "MAX": HitPolicy.COLLECT_MAX,
    "COUNT": HitPolicy.COLLECT_COUNT,
}
_BY_PRIORITY = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


@dataclass(slots=True)
class TableReader:
    """Reads one decision table in the scope it stands in."""

    reading: Reading
    types: Types
    scope: Scope

    def read(self, piece: Piece, name: str) -> DecisionTable:
        """The table; problems are noted."""
        outer, self.reading.table = self.reading.table, name
        inputs = tuple(self._input(each) for each in piece.all("input"))
        outputs = self._outputs(piece)
        policy = self._policy(piece, len(outputs))
        if policy in _BY_PRIORITY:
            outputs = tuple(map(_with_priorities, outputs))
        rules = tuple(self._rule(each, number, piece) for number, each in enumerate(piece.all("rule"), 1))
        if policy in _BY_PRIORITY and not any(output.allowed for output in outputs):
            self.reading.wrong("a hit policy by priority needs output values in the order of priority", piece)
        names = tuple(each.name for each in piece.all("annotation"))
        table = DecisionTable(name, policy, inputs, outputs, rules, names, piece.get("id"), piece.line)
        self.reading.table = outer
        return table

    def _policy(self, piece: Piece, outputs: int) -> HitPolicy:
        written, fold = piece.get("hitPolicy").strip(), piece.get("aggregation").strip()
        policy = _POLICIES.get(written)
        if policy is None:
            self.reading.wrong(f"there is no hit policy {written!r}", piece, written)
            return HitPolicy.UNIQUE
        if not fold:
            return policy
        if policy is not HitPolicy.COLLECT or fold not in _FOLDS:
            self.reading.wrong(f"there is no aggregation {fold!r} of {written or 'UNIQUE'}", piece, fold)
        elif outputs > 1:
            self.reading.wrong("an aggregation needs a single output", piece, fold)
        return _FOLDS.get(fold, policy)

    def _input(self, piece: Piece) -> InputClause:
        inner = piece.first("inputExpression")
        if inner is None:
            self.reading.wrong("an input has no expression", piece)
            inner = piece
        declared = self.types.of_variable(inner)
        allowed = piece.first("inputValues")
        return InputClause(
            label=piece.get("label"),
            expression=self.reading.entry(inner, self.scope, "the input expression"),
            type=declared.type,
            allowed=self._allowed(allowed),
            id=piece.get("id"),
            constraint=declared.constraint,
        )

    def _allowed(self, piece: Piece | None) -> Cell | None:
        """The list of values; an empty one, as editors leave it behind, says nothing."""
        if piece is None or not piece.text_of("text"):
            return None
        return self.reading.cell(piece, NO_SCOPE)

    def _outputs(self, table: Piece) -> tuple[OutputClause, ...]:
        pieces = table.all("output")
        if not pieces:
            self.reading.wrong("a decision table has no output", table)
        names = [piece.name for piece in pieces]
        if len(pieces) > 1 and ("" in names or len(set(names)) < len(names)):
            self.reading.wrong("each of several outputs needs a name of its own", table)
        return tuple(self._output(piece, alone=len(pieces) == 1) for piece in pieces)

    def _output(self, piece: Piece, *, alone: bool) -> OutputClause:
        declared: Declared = self.types.of_variable(piece) if piece.get("typeRef") else UNDECLARED
        default = piece.first("defaultOutputEntry")
        written = default is not None and default.text_of("text")
        return OutputClause(
            name="" if alone else piece.name,
            label=piece.get("label") or piece.name,
            type=declared.type,
            allowed=self._allowed(piece.first("outputValues")),
            default=self.reading.entry(default, self.scope, "the default") if default and written else None,
            id=piece.get("id"),
            constraint=declared.constraint,
        )

    def _rule(self, piece: Piece, number: int, table: Piece) -> Rule:
        self.reading.rule = number
        conditions = tuple(self.reading.cell(each, self.scope) for each in piece.all("inputEntry"))
        conclusions = tuple(
            self.reading.entry(each, self.scope, "an output entry") for each in piece.all("outputEntry")
        )
        for found, wanted, what in (
            (len(conditions), len(table.all("input")), "inputs"),
            (len(conclusions), len(table.all("output")), "outputs"),
        ):
            if found != wanted:
                self.reading.wrong(f"the rule has {found} {what}, the table {wanted}", piece)
        annotations = tuple(each.text_of("text") for each in piece.all("annotationEntry"))
        if len(annotations) > len(table.all("annotation")):
            self.reading.wrong("the rule has more annotations than the table", piece)
        self.reading.rule = None
        return Rule(number, conditions, conclusions, annotations, piece.get("id"), piece.line)


def _with_priorities(output: OutputClause) -> OutputClause:
    """Where an output lists no values, those that its type allows stand in the order of priority."""
    tests = output.constraint.tests if output.constraint else ()
    return replace(output, allowed=tests[0]) if output.allowed is None and len(tests) == 1 else output
