"""A whole file of facts: `recoup decide` in columns, zen-engine's batch, and a mere scan and write of the same columns.

Three chained tables, 12 inputs, 40 rules, 2 % nulls (books/made_strategy.py). DuckDB makes the facts, each step runs in
a process of its own, and zen's answers are compared with ours on all of its 50,000 cases first. Figures go by the
clock, the best of several runs in turn (a busy machine slows single runs); CPU seconds stand beside them. Targets: from
10 million rows on at least 60 times the rows a second of zen's batch, and at most 2.2 times the time of scanning and
writing the facts' columns alone; less than 400 MB at every size. RECOUP_BENCH_ROWS names other sizes, such as
"1000000,50000000".
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from books import made_strategy as made

TIMES_ZEN_MIN, TIMES_SCAN_MAX, PEAK_MB_MAX = 60, 2.2, 400
CASES, JUDGED_FROM = 50_000, 10_000_000
SIZES = os.environ.get("RECOUP_BENCH_ROWS", "1000000,10000000")
ROUNDS, ROUNDS_OF_LONG_RUNS, LONG_RUN_ROWS = 5, 2, 20_000_000
#: What a row takes on the disk: the facts, and one result at a time.
BYTES_A_ROW = 150
ANSWERS = ("Risk", "Treatment.method", "Treatment.discount", "Priority")


@dataclass(frozen=True, slots=True)
class Took:
    """What one step took, in a process of its own."""

    seconds: float
    cpu_seconds: float
    peak_mb: float

    def words(self, rows: int) -> str:
        """The figures as a line."""
        return (
            f"{self.seconds:8.2f} s, {rows / self.seconds:>12,.0f} rows a second"
            f" (CPU {self.cpu_seconds:.1f} s), peak {self.peak_mb:.0f} MB"
        )


def main() -> int:
    """Prints the measurements beside their targets; 1 when one is missed."""
    met = True
    with tempfile.TemporaryDirectory(prefix="recoup-bench-") as folder:
        place = Path(folder)
        (place / "strategy.dmn").write_bytes(made.dmn())
        zen = zen_measured(place)
        print(f"{CASES:>11,} cases, zen-engine's batch: {zen.words(CASES)}", flush=True)
        for rows in map(int, SIZES.split(",")):
            if not room_for(place, rows):
                print(f"{rows:>11,} rows are left out: the disk has no room for them")
                continue
            met &= measured(place, rows, zen)
    return 0 if met else 1


def zen_measured(place: Path) -> Took:
    """zen-engine over its cases, after its answers have been compared with ours."""
    facts, out = place / "facts.parquet", place / "out.parquet"
    run("make", CASES, facts)
    run("decide", place / "strategy.dmn", facts, out)
    found = min((run("zen", out) for _ in range(ROUNDS)), key=lambda took: took.seconds)
    print(f"{CASES:>11,} cases: both give the same answers")
    return found


def measured(place: Path, rows: int, zen: Took) -> bool:
    """Decides that many rows, prints what it took, and says whether the targets are met."""
    facts, out = place / "facts.parquet", place / "out.parquet"
    run("make", rows, facts)
    scans, decides = [], []
    for _ in range(ROUNDS if rows < LONG_RUN_ROWS else ROUNDS_OF_LONG_RUNS):
        scans.append(run("scan", facts, out))
        decides.append(run("decide", place / "strategy.dmn", facts, out))
    facts.unlink()
    out.unlink()
    scan, decide = (min(each, key=lambda took: took.seconds) for each in (scans, decides))
    peak_mb = max(took.peak_mb for took in decides)
    times_zen = (rows / decide.seconds) / (CASES / zen.seconds)
    times_scan, times_scan_cpu = decide.seconds / scan.seconds, decide.cpu_seconds / scan.cpu_seconds
    judged = rows >= JUDGED_FROM
    print(f"{rows:>11,} rows, scanned and written:  {scan.words(rows)}")
    print(f"{rows:>11,} rows, decided in columns:   {decide.words(rows)}")
    print(
        f"{'':>11} {times_zen:.0f} times zen's batch (target {TIMES_ZEN_MIN}), {times_scan:.2f} times scan and write"
        f" ({times_scan_cpu:.2f} by CPU; target {f'{TIMES_SCAN_MAX} at most' if judged else 'from 10 million rows'}),"
        f" peak {peak_mb:.0f} MB (target {PEAK_MB_MAX})",
        flush=True,
    )
    fast = times_zen >= TIMES_ZEN_MIN and times_scan <= TIMES_SCAN_MAX
    return peak_mb < PEAK_MB_MAX and (fast or not judged)


def room_for(place: Path, rows: int) -> bool:
    """Whether the disk holds facts and result with as much again to spare."""
    room = os.statvfs(place)
    return room.f_bavail * room.f_frsize > 2 * rows * BYTES_A_ROW


# --- the steps, each in a process of its own ------------------------------------------------------------------------


def run(step: str, *arguments: object) -> Took:
    """Runs a step and gives what it took."""
    command = [sys.executable, __file__, step, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Took(**json.loads(done.stdout))


def make(rows: str, facts: str) -> None:
    """Facts out of hashes: as many as wanted, the same every time."""
    from recoup.portfolio.decide.session import session

    columns = ", ".join(f"{sql} AS {name}" for name, sql in made_columns().items())
    with session() as run_:
        run_.rows(f"COPY (SELECT {columns} FROM range({int(rows)}) made(i)) TO '{facts}' (FORMAT parquet)")


def made_columns() -> Mapping[str, str]:
    """SQL for a reference and for every input; one value in fifty is null."""
    spans = {"days_overdue": (0, 250), "instalments_late": (0, 8), "promises_broken": (0, 4), "calls_week": (0, 9)}
    spans |= {"score": (250, 850), "tenure_months": (0, 120), "owed": (0, 10_000_000), "income": (0, 2_000_000)}
    columns = {"ref": "i"}
    for place, (name, kind) in enumerate(made.INPUTS.items(), 1):
        drawn = f"hash(i * 64 + {place})"
        if name in ("owed", "income"):
            value = f"CAST(CAST({drawn} % {spans[name][1]} AS INTEGER) * 0.01 AS DECIMAL(9, 2))"
        elif kind == "number":
            value = f"CAST({spans[name][0]} + {drawn} % {spans[name][1] - spans[name][0] + 1} AS INTEGER)"
        elif kind == "boolean":
            value = f"({drawn} % 10 < 5)"
        else:
            words = made.KINDS if name == "kind" else made.REGIONS
            value = f"{list(words)}[CAST(1 + {drawn} % {len(words)} AS INTEGER)]"
        columns[name] = f"CASE WHEN hash(i * 64 + {place + 32}) % 50 > 0 THEN {value} END"
    return columns


def scan(facts: str, out: str) -> None:
    """The facts' columns alone, read and written with the settings of a run that decides."""
    from recoup.portfolio.decide.session import session
    from recoup.portfolio.decide.written import Answer, Result, copy_to

    with session() as run_:
        names = [name for name, _type in run_.columns(f"SELECT * FROM '{facts}'")]
        answer = Answer(f"read_parquet('{facts}')", tuple(Result(name, name) for name in names))
        copy_to(run_, answer, Path(out), kind="parquet")


def decide(model: str, facts: str, out: str) -> None:
    """All that `recoup decide` does."""
    from recoup.portfolio.decide import decide_file

    decide_file(Path(model).read_bytes(), file=model, decision=made.DECISION, facts=Path(facts), out=Path(out))


def zen_batch(out: str) -> Took:
    """zen-engine over the facts of a result, asked with what it wants already made. Raises where answers differ."""
    import zen

    facts, answers = facts_and_answers(out)
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"strategy": made.zen_graph()}}})
    requests: Any = [{"key": "strategy", "context": made.zen_facts(case)} for case in facts]
    start, cpu = time.perf_counter(), time.process_time()
    found = engine.evaluate_batch(requests)
    took = Took(time.perf_counter() - start, time.process_time() - cpu, peak_mb())
    for case, ours, theirs in zip(facts, answers, found, strict=True):
        result = theirs["data"]["result"]
        expected = (result["Risk"], result["Treatment"]["method"], result["Treatment"]["discount"], result["Priority"])
        if tuple(float(each) if isinstance(each, Decimal) else each for each in ours) != expected:
            raise SystemExit(f"{case}: {ours} in columns, {expected} by zen")
    return took


def facts_and_answers(out: str) -> tuple[list[dict[str, Any]], list[Sequence[Any]]]:
    """The facts and the answers of a result."""
    import duckdb

    given = duckdb.execute(f"SELECT {', '.join(made.INPUTS)} FROM '{out}'").fetchall()
    wanted = ", ".join(f'"{name}"' for name in ANSWERS)
    answers: list[Sequence[Any]] = list(duckdb.execute(f"SELECT {wanted} FROM '{out}'").fetchall())
    return [dict(zip(made.INPUTS, row, strict=True)) for row in given], answers


def peak_mb() -> float:
    """The most memory that this process held at a time."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not say how much memory a process held")


def step(name: str, *arguments: str) -> Took:
    """One step in this process, from its start to its end."""
    if name == "zen":
        return zen_batch(*arguments)
    start = time.perf_counter()
    steps: dict[str, Callable[..., None]] = {"make": make, "scan": scan, "decide": decide}
    steps[name](*arguments)
    return Took(time.perf_counter() - start, time.process_time(), peak_mb())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        took = step(*sys.argv[1:])
        print(json.dumps({name: getattr(took, name) for name in Took.__slots__}))
        sys.exit(0)
    sys.exit(main())
