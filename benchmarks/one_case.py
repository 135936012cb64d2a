"""One case at a time: the same strategy by zen-engine and by Recoup's row engine, and how long a large table compiles.

Three chained tables, 12 inputs, 40 rules, 2 % nulls (books/made_strategy.py); both must give the same answers on 2,000
cases first. zen is asked with what it wants already made; Recoup's time holds its explanation: the value of every
decision, the rules that fired, complaints and version. Targets: at least 10 times zen, under 100 microseconds a case, a
table of 1,000 rules read and compiled in under a second.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import zen
from books import made_strategy as made

from recoup.tables.read import read_model
from recoup.tables.row import Compiled, compile_model

TIMES_ZEN_MIN, MICROSECONDS_MAX, COMPILE_SECONDS_MAX = 10, 100, 1.0
CHECKED, CASES, ROUNDS = 2_000, int(os.environ.get("RECOUP_BENCH_CASES", "20000")), 5
RULES = 1_000


def main() -> int:
    """Prints the measurements beside their targets; 1 when one is missed."""
    compiled = compile_model(read_model(made.dmn(), file="made_strategy.dmn"))
    decision = zen.ZenEngine().create_decision(json.dumps(made.zen_graph()))
    same_answers(compiled, decision)
    print(f"{CHECKED:,} cases: both give the same answers")
    cases = list(made.facts(CASES, seed=2))
    others = [made.zen_facts(case) for case in cases[: max(1, CASES // 10)]]
    ours, theirs = [], []
    for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine slows both
        ours.append(microseconds(compiled.decide, cases))
        theirs.append(microseconds(decision.evaluate, others))
    row, zen_one = statistics.median(ours), statistics.median(theirs)
    ratio = zen_one / row
    print(f"one case by zen-engine: {zen_one:8.1f} microseconds")
    print(
        f"one case by row:        {row:8.1f} microseconds (target under {MICROSECONDS_MAX}), "
        f"{ratio:.1f} times zen (target {TIMES_ZEN_MIN})"
    )
    seconds = statistics.median(compile_seconds(large_table()) for _ in range(3))
    print(f"a table of {RULES:,} rules: {seconds:.2f} s to read and compile (target under {COMPILE_SECONDS_MAX:.0f})")
    return int(ratio < TIMES_ZEN_MIN or row > MICROSECONDS_MAX or seconds > COMPILE_SECONDS_MAX)


def same_answers(compiled: Compiled, decision: Any) -> None:
    """Raises AssertionError at the first case on which the two differ."""
    for case in made.facts(CHECKED, seed=1):
        values = compiled.decide(case).values
        theirs = decision.evaluate(made.zen_facts(case))["result"]
        ours = {name: values[name] for name in ("Risk", "Treatment", "Priority")}
        expected = {name: theirs[name] for name in ours}
        if json.loads(json.dumps(ours, default=float)) != expected:
            raise AssertionError(f"{case}: {ours} by row, {expected} by zen")


def microseconds(decide: Callable[[dict[str, Any]], Any], cases: list[dict[str, Any]]) -> float:
    """Time of one case."""
    start = time.perf_counter()
    for case in cases:
        decide(case)
    return (time.perf_counter() - start) / len(cases) * 1e6


def large_table() -> bytes:
    """One table of a thousand rules over five of the inputs, most of them with bounds of their own."""
    rows = tuple(
        (
            f"[{number}..{number + 7})",
            f">= {number % 97}",
            f"< {1000 + number}.50",
            f'"{made.KINDS[number % len(made.KINDS)]}"' if number % 3 else "-",
            f"not({number % 9})",
            f'"answer {number}"',
        )
        for number in range(RULES)
    )
    return made.dmn((made.Table("Large", made.RISK.reads, {"Large": "string"}, rows),))


def compile_seconds(data: bytes) -> float:
    """Time from bytes to an engine."""
    start = time.perf_counter()
    compile_model(read_model(data, file="large.dmn"))
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
