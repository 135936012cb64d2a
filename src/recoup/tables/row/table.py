"""One decision table as an engine: which rules hold for the facts, and what the hit policy makes of them.

Source: OMG DMN 1.5, chapters 8.2.10 and 10.3.2.10. Where no rule holds, the answer is the default, null without one,
under every hit policy. A UNIQUE table with two rules that hold, and an ANY table whose rules disagree, give null with a
complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import Closure, any_of, closure_of
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.values import Facts, equal
from recoup.tables.model import DecisionTable, Entry, HitPolicy, InputClause, OutputClause, Rule
from recoup.tables.row.conversion import PLAIN, Conversion, conversion, shown
from recoup.tables.row.index import ColumnIndex
from recoup.tables.row.trace import CURRENT, complain

#: Gives an answer from the facts.
Answer: TypeAlias = Callable[[Facts], Any]
_ONE_OUTPUT: Mapping[HitPolicy, str] = {
    HitPolicy.COLLECT_SUM: "sum",
    HitPolicy.COLLECT_MIN: "min",
    HitPolicy.COLLECT_MAX: "max",
}
_OUTPUTS = "outputs"
_UNKNOWN = object()
#: Functions that are the same every time, so that a call of constants is a constant.
_STEADY = frozenset({"date", "time", "date and time", "duration", "number", "string"})


class TableEngine:
    """A decision table ready to be asked. ``decide(facts)`` gives its value and notes the rules that fired."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.every = (1 << len(table.rules)) - 1
        self._columns = [
            column
            for number, clause in enumerate(table.inputs)
            if (column := _Column.of(clause, number, table)) is not None
        ]
        answers = [_answer_of(rule, table) for rule in table.rules]
        default = _default_of(table)
        self._answers = [answer for _, answer in answers]
        self._default = default[1] if default is not None else None
        #: Every value that one rule or the default can give; None where some depend on the facts.
        self.constants = _constants([*answers, default] if default is not None else answers)
        self._ranks = _Ranks(table)
        self._resolve = self._resolver(table.hit_policy)

    def decide(self, facts: Facts) -> Any:
        """The table's value for facts by name."""
        rules = self.hits(facts)
        if rules:
            fired, value = self._resolve(rules, facts)
        else:
            fired, value = (), self._default(facts) if self._default is not None else None
        trace = CURRENT.get()
        if trace is not None:
            trace.fired[self.table.name] = fired
        return value

    def hits(self, facts: Facts) -> int:
        """The rules that hold, as bits: the lowest stands for rule 1."""
        rules = self.every
        for name, read, plain, convert, by_type, index in self._columns:
            value = facts.get(name) if read is None else read(facts)
            kind = type(value)
            if kind not in plain and convert is not None:
                value = convert(value)
                kind = type(value)
            look = by_type.get(kind)
            if look is None:
                rules = index.rules(value, facts, rules)
            else:
                rules &= look(value)
                if rules & index.asked_rules:
                    rules = index.ask(value, facts, rules)
            if not rules:
                return 0
        return rules

    def _resolver(self, policy: HitPolicy) -> Callable[[int, Facts], tuple[tuple[int, ...], Any]]:
        chosen = {
            HitPolicy.UNIQUE: self._unique,
            HitPolicy.FIRST: self._first,
            HitPolicy.ANY: self._any,
            HitPolicy.PRIORITY: self._by_priority,
            HitPolicy.OUTPUT_ORDER: self._in_output_order,
        }
        if policy in chosen:
            return chosen[policy]
        return self._folded(policy) if policy in _ONE_OUTPUT else self._collected

    def _unique(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        if rules & (rules - 1):
            complain(f"{self.table.name!r} is UNIQUE, and rules {_listed(rules)} hold")
            return (), None
        number = rules.bit_length()
        return (number,), self._answers[number - 1](facts)

    def _first(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        number = (rules & -rules).bit_length()
        return (number,), self._answers[number - 1](facts)

    def _any(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        numbers = numbers_of(rules)
        value = self._answers[numbers[0] - 1](facts)
        if all(equal(value, self._answers[number - 1](facts)) is True for number in numbers[1:]):
            return numbers[:1], value
        complain(f"{self.table.name!r} is ANY, and rules {_listed(rules)} give different answers")
        return (), None

    def _by_priority(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        number, value = self._ranks.ordered(self._outputs(rules, facts))[0]
        return (number,), value

    def _in_output_order(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        found = self._ranks.ordered(self._outputs(rules, facts))
        return tuple(number for number, _ in found), [value for _, value in found]

    def _collected(self, rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
        found = self._outputs(rules, facts)
        numbers = tuple(number for number, _ in found)
        if self.table.hit_policy is HitPolicy.COLLECT_COUNT:
            return numbers, len(found)
        return numbers, [value for _, value in found]

    def _folded(self, policy: HitPolicy) -> Callable[[int, Facts], tuple[tuple[int, ...], Any]]:
        fold = closure_of(nodes.Call(_ONE_OUTPUT[policy], (nodes.Name(_OUTPUTS),)))

        def folded(rules: int, facts: Facts) -> tuple[tuple[int, ...], Any]:
            found = self._outputs(rules, facts)
            return tuple(number for number, _ in found), fold({_OUTPUTS: [value for _, value in found]})

        return folded

    def _outputs(self, rules: int, facts: Facts) -> list[tuple[int, Any]]:
        return [(number, self._answers[number - 1](facts)) for number in numbers_of(rules)]


@closure_of.register
def _closure_of_table(table: DecisionTable) -> Closure:
    return TableEngine(table).decide


class _Column(tuple[Any, ...]):
    """A column of conditions: the fact it looks at (or how to reckon its value), its conversion, its index."""

    __slots__ = ()

    @classmethod
    def of(cls, clause: InputClause, number: int, table: DecisionTable) -> _Column | None:
        """The column; None where every condition of it holds for every value."""
        cells = [rule.conditions[number] for rule in table.rules]
        if all(cell.tests == (nodes.AnyValue(),) for cell in cells):
            return None
        index = ColumnIndex.of(cells)
        name, read = _reader_of(clause.expression.node)
        limited = clause.constraint is not None or clause.allowed is not None
        plain = frozenset() if limited else PLAIN.get(clause.type, frozenset())
        return cls((name, read, plain, input_conversion(clause, table), index.by_type, index))


def _reader_of(node: Node) -> tuple[str, Closure | None]:
    return (node.name, None) if isinstance(node, nodes.Name) else ("", closure_of(node))


def input_conversion(clause: InputClause, table: DecisionTable) -> Conversion | None:
    """How a column's value becomes one of its type and of its allowed values; None where it stays as it is."""
    what = f"the input {clause.label or clause.expression.text!r} of {table.name!r}"
    convert = conversion(clause.type, clause.constraint, what)
    if clause.allowed is None:
        return convert
    holds = any_of(clause.allowed.tests)

    def allowed(value: Any) -> Any:
        if convert is not None:
            value = convert(value)
        if value is None or holds(value, {}) is True:
            return value
        complain(f"{what} is {shown(value)}, which is not among {clause.allowed.text if clause.allowed else ''}")
        return None

    return allowed


def numbers_of(rules: int) -> tuple[int, ...]:
    """The rule numbers of a set of bits, in their order."""
    found = []
    while rules:
        lowest = rules & -rules
        found.append(lowest.bit_length())
        rules ^= lowest
    return tuple(found)


def _listed(rules: int) -> str:
    numbers = numbers_of(rules)
    return ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")


# --- answers ----------------------------------------------------------------------------------------------------


def constant_in(node: Node) -> Any:
    """The value of a node that is the same for all facts; ``_UNKNOWN`` for any other."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation) and isinstance(node.operand, nodes.Literal):
        return closure_of(node)({})
    if isinstance(node, nodes.Call) and node.function in _STEADY and all(map(_is_literal, node.arguments)):
        return closure_of(node)({})
    return _UNKNOWN


def _is_literal(node: Node) -> bool:
    return isinstance(node, nodes.Literal)


def _answer(entry: Entry, output: OutputClause, table: DecisionTable) -> tuple[Any, Answer]:
    """A conclusion: its value where that never changes, and how to find it where it does."""
    what = f"the output {output.name or output.label!r} of {table.name!r}"
    convert = conversion(output.type, output.constraint, what)
    closure = closure_of(entry.node)
    constant = constant_in(entry.node)
    if constant is not _UNKNOWN and convert is not None:
        converted = convert(constant)
        # What does not conform is said each time, not once while the table is made ready.
        constant = converted if constant is None or converted is not None else _UNKNOWN
    if constant is not _UNKNOWN:
        return constant, lambda _facts: constant
    if convert is None:
        return _UNKNOWN, closure
    return _UNKNOWN, lambda facts: convert(closure(facts))


def _constants(answers: list[tuple[Any, Answer]]) -> list[Any] | None:
    found = [constant for constant, _ in answers]
    return None if any(each is _UNKNOWN for each in found) else found


def _answer_of(rule: Rule, table: DecisionTable) -> tuple[Any, Answer]:
    return _joined(
        {
            output.name: _answer(entry, output, table)
            for entry, output in zip(rule.conclusions, table.outputs, strict=True)
        },
        several=len(table.outputs) > 1,
    )


def _default_of(table: DecisionTable) -> tuple[Any, Answer] | None:
    if not any(table.default):
        return None
    none = Entry("", nodes.Literal(None))
    return _joined(
        {output.name: _answer(output.default or none, output, table) for output in table.outputs},
        several=len(table.outputs) > 1,
    )


def _joined(parts: Mapping[str, tuple[Any, Answer]], *, several: bool) -> tuple[Any, Answer]:
    if not several:
        return next(iter(parts.values()))
    if all(constant is not _UNKNOWN for constant, _ in parts.values()):
        constants = {name: constant for name, (constant, _) in parts.items()}
        return constants, lambda _facts: constants.copy()
    answers = {name: answer for name, (_, answer) in parts.items()}
    return _UNKNOWN, lambda facts: {name: answer(facts) for name, answer in answers.items()}


class _Ranks:
    """The order of answers by the lists of output values, from left to right; outputs without a list do not count."""

    def __init__(self, table: DecisionTable) -> None:
        self._several = len(table.outputs) > 1
        self._lists = [
            (output.name, [any_of((test,)) for test in output.allowed.tests])
            for output in table.outputs
            if output.allowed is not None
        ]

    def ordered(self, found: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        """Rule numbers with their values, the highest priority first; equals keep the order of the rules."""
        return sorted(found, key=lambda each: self._rank(each[1]))

    def _rank(self, value: Any) -> tuple[int, ...]:
        ranks = []
        for name, tests in self._lists:
            part = value[name] if self._several else value
            ranks.append(next((at for at, holds in enumerate(tests) if holds(part, {}) is True), len(tests)))
        return tuple(ranks)
