"""The day's run: ages the whole book, opens, moves and cures cases, gives them teams, and writes the work lists.

Each step takes a chunk in one transaction, finds by state what is left to do, and is repeated until nothing is: a run
that is cut off goes on where it stopped, a repeat changes nothing, and two at once take turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from recoup.book.models import Debt, DebtFacts
from recoup.book.operations import CHUNK, Treatment, derive_facts, set_basis, states_of
from recoup.book.rows import rows_of
from recoup.casework.models import DayRun, WorkItem
from recoup.casework.operations.cases import counts_of_run, cure_cases, move_cases, name_stages, open_cases, stages_on
from recoup.casework.operations.figures import save_figures
from recoup.casework.operations.pool import Lacking, Pool
from recoup.casework.operations.teams import assign_teams, save_alerts, stages_in_use
from recoup.casework.operations.work import list_work
from recoup.casework.queries.facts import stops_on
from recoup.casework.rules import CaseRules
from recoup.casework.seating import Seating

Progress = Callable[[str, int], None]


def run_day(on: date, *, at: datetime, progress: Progress | None = None) -> dict[str, Any]:
    """Runs the day and returns its report (formats.md, ``recoup day``).

    A date before the last run changes nothing: it only reports what the postings up to it say. ``at`` is the instant
    of the run, kept with what it writes; ``progress`` hears of each step with how many it has done.
    """
    if _is_overtaken(on):
        return report_day(on)
    run, _ = DayRun.objects.get_or_create(on=on, defaults={"started_at": at})
    run.turn_of = uuid4().hex
    try:
        return _run(run, at, progress or _silent)
    except _Overtaken:
        return report_day(on)


class _Overtaken(Exception):
    """The run of a later date began meanwhile: what this one still had to do, that one does."""


def _is_overtaken(on: date) -> bool:
    return DayRun.objects.filter(on__gt=on).exists()


def _run(run: DayRun, at: datetime, said: Progress) -> dict[str, Any]:
    treatment = _age(run, at, said)
    rules = CaseRules.on(run.on)
    with _turn(run):
        name_stages(treatment)
    _through(run, said, "opened", lambda after_id: open_cases(run.on, treatment, after_id=after_id))
    _through(run, said, "moved", lambda after_id: move_cases(run.on, treatment, after_id=after_id))
    _through(run, said, "cured", lambda after_id: cure_cases(run.on, after_id=after_id))
    _assign(run, rules, said)
    stops = stops_on(run.on, rules.holds)
    _through(run, said, "listed", lambda after_id: list_work(run.on, treatment, rules, stops, after_id=after_id))
    with _turn(run):
        save_figures(run.on, treatment)
        report = _report(run.on, treatment)
        DayRun.objects.filter(pk=run.pk).update(finished_at=at, report=report)
    return report


def _silent(step: str, done: int) -> None:
    """Nobody listens."""


@contextmanager
def _turn(run: DayRun) -> Iterator[bool]:
    """One transaction at a time over all runs; says whether nobody else had a turn since this run's last one."""
    with transaction.atomic():
        # All runs take turns at the row of the first one: two dates at once must not age the book to and fro.
        first = DayRun.objects.select_for_update().order_by("on")[:1].get()
        if _is_overtaken(run.on):
            raise _Overtaken
        alone = first.turn_of == run.turn_of
        if not alone:
            DayRun.objects.filter(pk=first.pk).update(turn_of=run.turn_of)
        yield alone


def _age(run: DayRun, at: datetime, said: Progress) -> Treatment:
    """Derives the facts that no longer hold on the day; returns the treatment by which all of them then hold."""
    done = 0
    while True:
        with _turn(run):
            # Rules are read with each chunk: somebody may save or publish others while the run goes on.
            treatment = Treatment.read(run.on)
            set_basis(treatment)
            debt_ids = _changed(run.on)
            if not debt_ids:
                return treatment
            derive_facts(debt_ids, run.on, at=at, treatment=treatment)
        done += len(debt_ids)
        said("aged", done)


def _changed(on: date) -> list[int]:
    """Debts whose facts no longer hold on the day: something changed since, or they know more than the day may."""
    changed = DebtFacts.objects.filter(next_change_on__lte=on).order_by("next_change_on", "debt_id")
    debt_ids = list(changed.values_list("debt_id", flat=True)[:CHUNK])
    if debt_ids:
        return debt_ids
    ahead = DebtFacts.objects.filter(derived_on__gt=on).order_by("derived_on", "debt_id")
    return list(ahead.values_list("debt_id", flat=True)[:CHUNK])


def _through(run: DayRun, said: Progress, step: str, order: Callable[[int], int | None]) -> None:
    """Gives an order chunk after chunk, each from where the last one ended."""
    after_id: int | None = 0
    while after_id is not None:
        said(step, after_id)
        with _turn(run):
            after_id = order(after_id)


def _assign(run: DayRun, rules: CaseRules, said: Progress) -> None:
    lacking: Lacking = Counter()
    seating = Seating.of(rules, stages_in_use())
    pool: Pool | None = None
    after_id: int | None = 0
    while after_id is not None:
        said("assigned", after_id)
        with _turn(run) as alone:
            if pool is None or not alone:
                # Another run may have given seats since.
                pool = Pool.on(run.on)
            after_id = assign_teams(run.on, seating, pool, after_id=after_id)
        lacking.update(pool.lacking)
        pool.lacking.clear()
    with _turn(run):
        save_alerts(run.on, lacking)


def _report(on: date, treatment: Treatment) -> dict[str, Any]:
    by_bucket: Counter[str] = Counter()
    overdue = 0
    counts = rows_of(
        """SELECT d.creditor_id, f.bucket_rank, COUNT(*) FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id
        GROUP BY d.creditor_id, f.bucket_rank"""
    )
    for creditor_id, rank, count in counts:
        by_bucket[treatment.buckets(creditor_id).steps[rank].name] += count
        overdue += count if rank else 0
    stages = rows_of("SELECT stage, COUNT(*) FROM casework_case WHERE closed_on IS NULL GROUP BY stage")
    return {
        "date": on.isoformat(),
        "debts": sum(by_bucket.values()),
        "overdue": overdue,
        "by_bucket": _in_ladder_order(by_bucket, [step.name for step in treatment.buckets(None).steps]),
        "by_stage": _in_ladder_order(Counter(dict(stages)), [step.name for step in treatment.stages(None).steps[1:]]),
        **counts_of_run(on),
        "work_items": WorkItem.objects.count(),
    }


def report_day(on: date) -> dict[str, Any]:
    """What the postings dated up to a past day say of it; nothing is written."""
    treatment = Treatment.read(on)
    by_bucket: Counter[str] = Counter()
    overdue = 0
    debt_ids = list(Debt.objects.order_by("pk").values_list("pk", flat=True))
    for state in states_of(debt_ids, on, treatment):
        rank = state.standing.bucket_rank
        by_bucket[state.buckets.ladder.steps[rank].name] += 1
        overdue += 1 if rank else 0
    kept = DayRun.objects.filter(on=on).values_list("report", flat=True).first() or {}
    return {
        "date": on.isoformat(),
        "debts": len(debt_ids),
        "overdue": overdue,
        "by_bucket": _in_ladder_order(by_bucket, [step.name for step in treatment.buckets(None).steps]),
        "by_stage": _in_ladder_order(Counter(dict(stages_on(on))), [s.name for s in treatment.stages(None).steps[1:]]),
        **counts_of_run(on),
        "work_items": kept.get("work_items", 0),
    }


def _in_ladder_order(counted: Counter[str], names: list[str]) -> dict[str, int]:
    """Every step of the house's ladder, zero or not, then the names that only a creditor's own ladder has."""
    return {name: counted.get(name, 0) for name in [*names, *sorted(set(counted) - set(names))]}
