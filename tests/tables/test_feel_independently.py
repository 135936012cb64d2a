"""Generated cells of decision tables mean the same to us and to another reading of the standard, npm's feelin."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from recoup.tables.feel import compile_unary_tests
from tests.needs import ROOT, front_end_file, program

CASES = 6_000
FEELIN = Path(__file__).with_name("feelin.mjs")
NUMBERS: list[object] = [Decimal(text) for text in ("-3", "-0.5", "0", "1", "2", "2.5", "3", "7", "10", "100")]
TEXTS: list[object] = ["", "a", "b", "abc", "S1", "S2"]
DAYS: list[object] = [date(2024, 2, 28) + timedelta(days=days) for days in range(5)]
TRUTHS: list[object] = [True, False]
BOUNDS = ["<", "<=", ">", ">="]

# Where feelin 8 departs from the standard, or reads an open point of it in another way.
#: A range whose first end is the higher holds nothing (DMN 1.5, table 54: both comparisons must be true); feelin turns
#: its ends round.
ENDS_TURNED = "the ends of a range are turned round"
#: Days in a list are equal to a day of the same date; feelin compares objects.
LIST_OF_DAYS = "days in a list are never found"
#: A cell that names a boolean fact asks whether the value is equal to it; feelin lets it decide when it is true.
TRUTH_BY_NAME = "a fact that is true decides about another truth"
#: An unknown answer is not true (DMN 1.5, 8.3.3: a rule matches when its tests are true); feelin takes nothing as equal
#: to an unknown answer of an expression, and true what is not known to be false in ``not``.
UNKNOWN_OF_NOTHING = "unknown about nothing counts as true"


@dataclass(frozen=True)
class Case:
    """One cell, the value it is asked about, the other facts it may read, and what is in it that feelin reads amiss."""

    test: str
    value: object
    facts: dict[str, object]
    written: frozenset[str]

    def line(self) -> str:
        """What feelin is asked."""
        facts = {name: _sent(fact) for name, fact in self.facts.items()}
        return json.dumps({"test": self.test, "value": _sent(self.value), "facts": facts})


def _sent(value: object) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return float(value) if isinstance(value, Decimal) else value


def _written(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, date):
        return f'date("{value}")'
    return f'"{value}"' if isinstance(value, str) else str(value)


class Drawer:
    """Draws one cell; notes in ``written`` what it has drawn that feelin reads otherwise."""

    def __init__(self, draw: random.Random, kind: list[object]) -> None:
        self.draw, self.kind = draw, kind
        self.other = draw.choice(kind)
        self.written: set[str] = set()

    def cell(self) -> str:
        """Tests of one kind of values, so as they are in tables."""
        tests = ", ".join(self.test() for _ in range(self.draw.choice([1, 1, 1, 2, 3])))
        return f"not({tests})" if self.draw.random() < 0.2 else tests

    def test(self) -> str:
        """One test of a cell."""
        one, other = self.end(), self.end()
        equalities = [one, "null", f"= {one}", f"!= {one}", f"? = {one}", f"? in ({one}, {other})", f"[{one}, {other}]"]
        if self.kind == TRUTHS:
            equalities = equalities[:5]
        written = self.draw.choice(equalities if self.kind == TRUTHS or self.draw.random() < 0.5 else self.ordering())
        if written == "other" and self.kind == TRUTHS:
            self.written.add(TRUTH_BY_NAME)
        if written[0] == "[" and ".." not in written and self.kind == DAYS:
            self.written.add(LIST_OF_DAYS)
        return written

    def ordering(self) -> list[str]:
        """Tests that need an order; where they have two ends, in any order of these."""
        (low, low_value), (high, high_value) = self.valued_end(), self.valued_end()
        bound = self.draw.choice(BOUNDS)
        if self.draw.random() < 0.5:
            return [f"{bound} {low}", f"? {bound} {low}", f"not(? {bound} {low})", f"? > {low} and ? < {high}"]
        if high_value < low_value:  # type: ignore[operator]
            self.written.add(ENDS_TURNED)
        return [f"{self.draw.choice('[(]')}{low}..{high}{self.draw.choice('])[')}", f"? between {low} and {high}"]

    def end(self) -> str:
        """A value written out, or the name of a fact."""
        return self.valued_end()[0]

    def valued_end(self) -> tuple[str, object]:
        """The same, with its value."""
        if self.draw.random() < 0.15:
            return "other", self.other
        value = self.draw.choice(self.kind)
        return _written(value), value


def a_case(draw: random.Random) -> Case:
    """A cell over values of one kind, asked about one of that kind or about nothing."""
    kind = draw.choice([NUMBERS, NUMBERS, TEXTS, DAYS, TRUTHS])
    drawer = Drawer(draw, kind)
    return Case(drawer.cell(), draw.choice([*kind, None]), {"other": drawer.other}, frozenset(drawer.written))


def asked(cases: Iterable[Case]) -> list[object]:
    """What feelin says to each, in one run of node."""
    front_end_file("feelin")
    lines = "\n".join(case.line() for case in cases)
    ran = subprocess.run(
        [program("node"), str(FEELIN)], input=lines, capture_output=True, text=True, cwd=ROOT, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def departs(case: Case, ours: bool | None) -> bool:
    """Whether feelin is known to read this cell otherwise for this value."""
    turned = "?" in case.test or "not(" in case.test
    return bool(case.written) or (ours is None and case.value is None and turned)


def test_a_cell_means_what_it_means_to_feelin() -> None:
    draw = random.Random(3)
    cases = [a_case(draw) for _ in range(CASES)]
    answers = asked(cases)
    assert len(answers) == len(cases)
    compared = 0
    for case, theirs in zip(cases, answers, strict=True):
        ours = compile_unary_tests(case.test, case.facts).matches(case.value, case.facts)
        if not departs(case, ours):
            assert (ours is True) == (theirs is True), (case, ours, theirs)
            compared += 1
    assert compared > CASES * 3 // 4


@pytest.mark.parametrize(
    ("case", "departure"),
    [
        (Case("[7..3]", Decimal(5), {}, frozenset()), ENDS_TURNED),
        (Case(f"[{_written(DAYS[0])}]", DAYS[0], {}, frozenset()), LIST_OF_DAYS),
        (Case("other", False, {"other": True}, frozenset()), TRUTH_BY_NAME),
        (Case("? < 3", None, {}, frozenset()), UNKNOWN_OF_NOTHING),
    ],
)  # fmt: skip
def test_feelin_still_departs_where_we_say_so(case: Case, departure: str) -> None:
    """An exception that is no longer needed must go."""
    ours = compile_unary_tests(case.test, case.facts).matches(case.value, case.facts)
    assert (asked([case]) == [True]) != (ours is True), departure
