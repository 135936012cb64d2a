"""The day's run over 100,000 debts, 30,000 of them overdue, on SQLite: CPU a debt, memory, and how it grows.

Target: at most 0.1 ms of CPU a debt (a reminder round elsewhere costs 8.9 ms a line), at most 500 MB, and ten times the
debts at no more than twelve times the time. RECOUP_BENCH_DEBTS sets the smaller book, RECOUP_BENCH_LARGE=1 adds the
larger one, ten times its size.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from datetime import date

CPU_MS_MAX, PEAK_MB_MAX, GROWTH_MAX = 0.1, 500, 12
DAYS = (date(2026, 11, 1), date(2026, 11, 2))


def main() -> int:
    """Prints the measurements beside their targets."""
    small = int(os.environ.get("RECOUP_BENCH_DEBTS", "100000"))
    sizes = [small, small * 10] if os.environ.get("RECOUP_BENCH_LARGE") == "1" else [small]
    cpu: list[float] = []
    missed = False
    for debts in sizes:
        with tempfile.TemporaryDirectory() as home:
            _child(home, "make", debts)
            for on in DAYS:
                found = _child(home, on.isoformat(), debts)
                first = "first run after an import" if on == DAYS[0] else "next day"
                print(
                    f"{debts:>9,} debts, {first}: {found['cpu'] / debts * 1000:.4f} ms CPU a debt (target 0.1), "
                    f"{found['cpu']:.1f} s CPU, peak {found['peak_mb']:.0f} MB (target 500), "
                    f"overdue {found['report']['overdue']:,}, work items {found['report']['work_items']:,}"
                )
                cpu.append(found["cpu"])
                missed |= found["cpu"] / debts * 1000 > CPU_MS_MAX or found["peak_mb"] > PEAK_MB_MAX
    for place in range(2 if len(cpu) == 4 else 0):
        growth = cpu[place + 2] / cpu[place]
        print(f"ten times the debts: {growth:.1f} times the CPU (target at most {GROWTH_MAX})")
        missed |= growth > GROWTH_MAX
    return 1 if missed else 0


def _child(home: str, what: str, debts: int) -> dict:  # type: ignore[type-arg]  # free-form report of a child
    environment = {**os.environ, "RECOUP_HOME": home, "RECOUP_DATABASE_URL": ""}
    run = [sys.executable, __file__, what, str(debts)]
    done = subprocess.run(run, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(what: str, debts: int) -> None:
    """Runs in a process of its own, so that memory and CPU are this step's alone."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "recoup.project.settings"
    import django

    django.setup()
    if what == "make":
        from books.made_book import make_book
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        make_book(debts)
        settle_all()
        print("{}")
        return
    from recoup.project.commandline import main as recoup

    said = io.StringIO()
    start = time.process_time()
    with redirect_stdout(said):
        recoup(["day", "--date", what, "--json"])
    cpu = time.process_time() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "peak_mb": peak_mb, "report": json.loads(said.getvalue())}))


def settle_all() -> None:
    """What an import does with the facts of the debts it read."""
    from django.db import transaction

    from recoup.book.operations import settle_facts

    settled = 1
    while settled:
        with transaction.atomic():
            settled = settle_facts()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        sys.exit(main())
