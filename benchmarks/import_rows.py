"""Importing 1,000,000 instalment rows, twelve to a debt, through `recoup import`: rows a second and peak memory.

Targets: at least 20,000 rows a second and at most 500 MB, for a file written debt by debt and for the same file again,
which changes nothing. The worst order, date by date, so that each debt's rows lie far apart, is measured beside them
and held to the memory alone: the debt's columns are then checked anew in every row. Rows a second are by CPU time, so
that a busy machine changes them little; by the clock they stand in brackets. Settling the debts' facts is part of it.
RECOUP_BENCH_ROWS sets the size.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

INSTALMENTS = 12
ROWS_A_SECOND_MIN, PEAK_MB_MAX = 20_000, 500
HEADER = (
    "creditor", "debt_ref", "debtor_ref", "debtor_name", "kind", "currency", "opened_on", "annual_rate", "due_on",
    "due_principal", "due_interest", "due_fees", "instalment_no", "phone", "email", "country", "region", "branch",
)  # fmt: skip


def main() -> int:
    """Prints the measurements beside their targets; 1 when one is missed."""
    rows = int(os.environ.get("RECOUP_BENCH_ROWS", "1000000"))
    met = True
    for name, by_date in (("debt by debt", False), ("date by date", True)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book.csv"
            write_book(path, rows, by_date=by_date)
            run(folder, "init")
            met &= measured(folder, path, name, rows, repeated=0, at_least=0 if by_date else ROWS_A_SECOND_MIN)
            if not by_date:
                met &= measured(folder, path, "the same again", rows, repeated=rows)
    return 0 if met else 1


def write_book(path: Path, rows: int, *, by_date: bool) -> None:
    """A book of that many rows in the book format."""
    debts = rows // INSTALMENTS + 1
    places = [(debt, at) for debt in range(debts) for at in range(INSTALMENTS)][:rows]
    if by_date:
        places.sort(key=lambda place: (place[1], place[0]))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(book_rows(places))


def book_rows(places: list[tuple[int, int]]) -> Iterator[tuple[str, ...]]:
    """One row for each debt and instalment; every amount of its own, as in a real book."""
    rng = random.Random(1)
    for debt, at in places:
        yield (
            "bench", f"L{debt:07}", f"P{debt:07}", f"Name {debt}", "loan", "CNY", "2026-01-15", "0.18",
            f"2026-{at + 1:02}-15", f"{rng.randint(10_000, 999_999) / 100:.2f}", f"{rng.randint(100, 9_999) / 100:.2f}",
            "0.00", str(at + 1), f"+86 138 5550 {debt % 10_000:04}", f"p{debt}@example.com", "CN", "Wenzhou",
            f"B{debt % 50}",
        )  # fmt: skip


def measured(
    folder: str, path: Path, name: str, rows: int, *, repeated: int, at_least: int = ROWS_A_SECOND_MIN
) -> bool:
    """Imports the file, prints what it took, and says whether the targets are met."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    figures = json.loads(run(folder, "import", str(path), "--json"))
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if (figures["accepted"], figures["repeated"]) != (rows, repeated):
        raise SystemExit(f"{name}: the import did not take every row: {figures}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak_mb = after.ru_maxrss / 1024
    print(
        f"{rows:>9,} rows, {name}: {rows / cpu:,.0f} rows a second ({rows / seconds:,.0f} by the clock;"
        f" {f'target {at_least:,}' if at_least else 'no target'}), peak {peak_mb:.0f} MB (target {PEAK_MB_MAX})",
        flush=True,
    )
    return rows / cpu >= at_least and peak_mb <= PEAK_MB_MAX


def run(folder: str, *arguments: str) -> str:
    """Runs the recoup command on a data folder of its own, on SQLite."""
    environment = {**os.environ, "RECOUP_HOME": f"{folder}/home", "RECOUP_DATABASE_URL": ""}
    recoup = Path(sys.executable).parent / "recoup"
    return subprocess.run([recoup, *arguments], env=environment, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
