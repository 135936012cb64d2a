"""Decision models made up at random: tables of every hit policy, chained, over facts of every kind, with nulls.

The same seed makes the same model and the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from recoup.tables.column import SqlColumn
from recoup.tables.feel import compile_expression, compile_unary_tests
from recoup.tables.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, ContextOf, FeelType, ListOf
from recoup.tables.model import (
    Cell,
    Constraint,
    Decision,
    DecisionTable,
    Entry,
    HitPolicy,
    InputClause,
    InputData,
    Model,
    OutputClause,
    Rule,
)

AMOUNTS = ("0", "0.01", "99.99", "100", "100.01", "500", "-5", "2500.50")
COUNTS = ("-1", "0", "1", "2", "7", "30", "31")
RATES = ("0.1", "0.25", "0.3", "1")
GRADES = ("A", "B", "b", "é", "横", "", "O'Neil", "a\\b", "A B")
DAYS = ("2020-02-29", "2024-12-31", "2025-01-01", "2025-01-31")

#: The facts: FEEL's type, the column that holds them, and the values around which they lie.
FACTS: Mapping[str, tuple[FeelType, SqlColumn, Sequence[Any]]] = {
    "amount": (NUMBER, SqlColumn("decimal", 9, 2), [Decimal(each) for each in AMOUNTS]),
    "days past due": (NUMBER, SqlColumn("bigint"), [int(each) for each in COUNTS]),
    "rate": (NUMBER, SqlColumn("double"), [0.1, 0.25, 0.3, 1.0, 1e-7, float("nan")]),
    "grade": (STRING, SqlColumn("varchar"), GRADES),
    "Person's open": (BOOLEAN, SqlColumn("boolean"), (True, False)),
    "since": (DATE, SqlColumn("date"), [date.fromisoformat(each) for each in DAYS]),
}
COLUMNS = {name: column for name, (_, column, _) in FACTS.items()}
_POOLS: Mapping[FeelType, Sequence[str]] = {
    NUMBER: (*AMOUNTS, *COUNTS),
    STRING: [f'"{each}"'.replace("\\", "\\\\") for each in GRADES],
    BOOLEAN: ("true", "false"),
    DATE: [f'date("{each}")' for each in DAYS],
}
_KINDS = (NUMBER, STRING, BOOLEAN, DATE)
_ORDERED = (NUMBER, STRING, DATE)


@dataclass(frozen=True)
class Made:
    """A model, facts for it, and the name of the decision that requires all others."""

    model: Model
    decision: str
    facts: list[dict[str, Any]]


def made(seed: int, *, cases: int = 40) -> Made:
    """The model and facts of a seed."""
    making = _Making(Random(seed))
    model = making.model()
    return Made(model, model.decisions[-1].name, [making.case() for _ in range(cases)])


class _Making:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.known: dict[str, FeelType] = {name: kind for name, (kind, _, _) in FACTS.items()}

    # --- facts --------------------------------------------------------------------------------------------------------

    def case(self) -> dict[str, Any]:
        return {name: self.value(values) for name, (_, _, values) in FACTS.items()}

    def value(self, values: Sequence[Any]) -> Any:
        return None if self.random.random() < 0.12 else self.random.choice(values)

    # --- models -------------------------------------------------------------------------------------------------------

    def model(self) -> Model:
        decisions: list[Decision] = []
        makers = [self.table, self.literal, self.table, self.literal, self.table]
        for place, make in enumerate(makers[: self.random.randint(2, 5)]):
            decisions.append(make(f"Step {place}", tuple(each.name for each in decisions)))
        inputs = tuple(self.input(name, kind) for name, (kind, _, _) in FACTS.items())
        return Model("made", "https://recoup.dev/test", "made.dmn", "v", inputs, tuple(decisions))

    def input(self, name: str, kind: FeelType) -> InputData:
        constraint = None
        if kind == STRING and self.random.random() < 0.3:
            constraint = Constraint((self.cell_of('"A","B","é"'),))
        if name == "amount" and self.random.random() < 0.3:
            constraint = Constraint((self.cell_of("[0..500]"),))
        return InputData(name, kind, constraint=constraint)

    def cell_of(self, text: str, names: Sequence[str] = ()) -> Cell:
        return Cell(text, compile_unary_tests(text, names).tests, 1)

    def entry(self, text: str) -> Entry:
        return Entry(text, compile_expression(text, list(self.known)).node, 1)

    def literal(self, name: str, before: tuple[str, ...]) -> Decision:
        kind = self.random.choice(_KINDS)
        text = self.expression(kind, 3)
        node = self.entry(text).node
        self.known[name] = kind
        return Decision(name, self.random.choice((kind, ANY)), node, (*FACTS, *before), text=text, line=1)

    # --- expressions --------------------------------------------------------------------------------------------------

    def expression(self, kind: FeelType, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.25:
            return self.leaf(kind)
        if self.random.random() < 0.2:
            condition, yes, no = (self.expression(each, depth - 1) for each in (BOOLEAN, kind, kind))
            return f"(if {condition} then {yes} else {no})"
        return {NUMBER: self.number, STRING: self.text, BOOLEAN: self.condition, DATE: self.day}[kind](depth - 1)  # type: ignore[index]

    def leaf(self, kind: FeelType) -> str:
        names = [name for name, known in self.known.items() if known == kind]
        if names and self.random.random() < 0.6:
            return self.random.choice(names)
        return "null" if self.random.random() < 0.05 else self.random.choice(_POOLS[kind])

    def number(self, depth: int) -> str:
        one, other = self.expression(NUMBER, depth), self.expression(NUMBER, depth)
        text, day = self.expression(STRING, depth), self.expression(DATE, depth)
        return self.random.choice(
            [
                f"({one} + {other})", f"({one} - {other})", f"{one} * {self.random.choice(COUNTS)}", f"-({one})",
                f"decimal({one}, 1)", f"floor({one})", f"ceiling({one})", f"abs({one})", f"min({one}, {other})",
                f"max([{one}, {other}])", f"({one}) / 4", f"decimal({one} / {other}, 3)", f"string length({text})",
                f"{day}.month" if day in self.known else "3", f"sum([{one}, {other}])", f"({one}) ** 2",
                f"round half up({one}, 1)", f"({one}) / 7", f"{{ a: {one}, b: a * 2 }}.b", f"[{one}, {other}][1]",
                f"(function(n: number) n + {other})({one})", f"sum(for v in [{one}, {other}] return v * 2)",
                f"({day} - {self.leaf(DATE)}).days", f"years and months duration({day}, {self.leaf(DATE)}).months",
                f"count([{one}, {other}])", f"round down({one}, 0)", f"round up({one} / {other}, 2)",
                f"{{ f: function(n) n * 3, x: f({one}) }}.x", f"day of year({day})", f"mean([{one}, {other}])",
            ]
        )  # fmt: skip

    def text(self, depth: int) -> str:
        one, number = self.expression(STRING, depth), self.expression(NUMBER, depth)
        other = self.random.choice(_POOLS[STRING])
        return self.random.choice(
            [
                f"({one} + {other})", f"substring({one}, 1)", f"substring({one}, -2, 1)",
                f'substring before({one}, "B")', f'substring after({one}, "O")', f"string({self.leaf(BOOLEAN)})",
                f"string({self.leaf(DATE)})", f"string(floor({number}))",
                f"day of week({self.expression(DATE, depth)})",
                f"string(decimal({number}, 2))", f"[{one}, {other}][-1]", f"{{ a: {one}, b: a + a }}.b",
                f"month of year({self.leaf(DATE)})",
            ]
        )  # fmt: skip

    def day(self, depth: int) -> str:
        one = self.expression(DATE, depth)
        step = self.random.choice(("P3D", "P1M", "-P1M", "P1Y", "-P30D"))
        return f'({one} + duration("{step}"))'

    def condition(self, depth: int) -> str:
        kind = self.random.choice(_ORDERED)
        one, other = self.expression(kind, depth), self.expression(kind, depth)
        first, second = self.expression(BOOLEAN, depth), self.expression(BOOLEAN, depth)
        pool = ", ".join(self.random.choice(_POOLS[kind]) for _ in range(3))
        text = self.expression(STRING, depth)
        return self.random.choice(
            [
                f"({one} {self.random.choice(('=', '!=', '<', '<=', '>', '>='))} {other})", f"({first} and {second})",
                f"({first} or {second})", f"not({first})", f"({one} in ({pool}))", f"({one} = null)",
                f"({one} between {self.leaf(kind)} and {self.leaf(kind)})", f"list contains([{pool}], {one})",
                f"starts with({text}, \"A\")", f"contains({text}, \"B\")", f"ends with({text}, \"é\")",
                f"({self.leaf(STRING)} = {self.leaf(NUMBER)})", f"({one} instance of {kind.name})",
                f"(some v in [{one}, {other}] satisfies v = {self.leaf(kind)})",
                f"(every v in [{one}, {other}] satisfies v > {self.leaf(kind)})",
                f"even(floor({self.expression(NUMBER, depth)}))", f"({text} instance of number)",
                f'({self.expression(DATE, depth)} - {self.leaf(DATE)} > duration("P20D"))',
            ]
        )  # fmt: skip

    # --- tables -------------------------------------------------------------------------------------------------------

    def table(self, name: str, before: tuple[str, ...]) -> Decision:
        policy = self.random.choice(list(HitPolicy))
        inputs = tuple(self.clause() for _ in range(self.random.randint(1, 3)))
        folds = policy in (HitPolicy.COLLECT_SUM, HitPolicy.COLLECT_MIN, HitPolicy.COLLECT_MAX)
        several = self.random.random() < 0.3 and not folds and policy is not HitPolicy.COLLECT_COUNT
        kinds = [self.random.choice(_KINDS) for _ in range(2 if several else 1)]
        if folds:
            kinds = [NUMBER if policy is HitPolicy.COLLECT_SUM else self.random.choice(_ORDERED)]
        outputs = tuple(self.output(place, kind, policy, several=several) for place, kind in enumerate(kinds))
        rules = tuple(
            Rule(number, tuple(self.cell(clause.type) for clause in inputs), self.conclusions(kinds, policy))
            for number in range(1, self.random.randint(1, 7) + 1)
        )
        table = DecisionTable(name, policy, inputs, outputs, rules, line=1)
        if policy.gives_one and not several:
            self.known[name] = kinds[0]
        return Decision(name, self.declared(policy, kinds, several=several), table, (*FACTS, *before), line=1)

    def declared(self, policy: HitPolicy, kinds: Sequence[FeelType], *, several: bool) -> FeelType:
        if policy is HitPolicy.COLLECT_COUNT or policy.value in ("C+", "C<", "C>"):
            return ANY
        if several:
            parts = ContextOf({f"part {place}": kind for place, kind in enumerate(kinds)})
            return parts if policy.gives_one else ListOf(parts)
        return kinds[0] if policy.gives_one else ListOf(kinds[0])

    def clause(self) -> InputClause:
        kind = self.random.choice(_KINDS)
        text = self.leaf(kind) if self.random.random() < 0.6 else self.expression(kind, 2)
        allowed = self.cell(kind) if self.random.random() < 0.15 else None
        return InputClause("", self.entry(text), kind, allowed)

    def output(self, place: int, kind: FeelType, policy: HitPolicy, *, several: bool) -> OutputClause:
        ranked = policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
        allowed = self.cell_of(",".join(self.random.sample(list(_POOLS[kind]), 2))) if ranked else None
        default = self.entry(self.random.choice(_POOLS[kind])) if self.random.random() < 0.3 else None
        return OutputClause(f"part {place}" if several else "", "", kind, allowed, default)

    def conclusions(self, kinds: Sequence[FeelType], policy: HitPolicy) -> tuple[Entry, ...]:
        free = policy in (HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.RULE_ORDER, HitPolicy.COLLECT)
        return tuple(self.entry(self.conclusion(kind, free=free)) for kind in kinds)

    def conclusion(self, kind: FeelType, *, free: bool) -> str:
        if free and self.random.random() < 0.3:
            return self.expression(kind, 1)
        return "null" if self.random.random() < 0.05 else self.random.choice(_POOLS[kind])

    def cell(self, kind: FeelType) -> Cell:
        return self.cell_of(self.cell_text(kind), list(FACTS))

    def cell_text(self, kind: FeelType) -> str:
        pool, pick = _POOLS[kind], self.random.choice
        one, other = pick(pool), pick(pool)
        if kind == BOOLEAN:
            return pick(("-", "true", "false", "not(true)", "null", "true,false"))
        forms = ["-", one, f"{one},{other}", f"not({one})", f"not({one},{other})", "null", f"{one},null"]
        forms += [f"{sign} {one}" for sign in ("<", "<=", ">", ">=")]
        low, high = sorted((one, other), key=lambda text: Decimal(text) if kind == NUMBER else text)
        forms += [f"[{low}..{high}]", f"({low}..{high})", f"]{low}..{high}]", f"[{low}..{high})"]
        if kind == NUMBER:
            forms += [
                "< amount",
                "? > 3 and ? < 200",
                "[0..days past due]",
                "<= 0.005",
                "> 99.999",
                "< 1e12",
                "not(Person's open)",
            ]
        if kind == STRING:
            forms += ['starts with(?, "A")', "string length(?) > 1", "Person's open", "grade"]
        return pick(forms)
