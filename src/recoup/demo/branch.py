"""Builds the demonstration book in an empty database: files through the importer, then one day after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from recoup.book.imports import import_file
from recoup.casework.operations import run_day
from recoup.demo import operations
from recoup.demo.colleagues import COLLEAGUES
from recoup.demo.debts import book_of
from recoup.demo.drafts import DraftDebt
from recoup.demo.files import (
    BOOK_COLUMNS,
    PAYMENT_COLUMNS,
    SNAPSHOT_COLUMNS,
    book_rows,
    payment_rows,
    snapshot_rows,
    write_rows,
)
from recoup.demo.lenders import LENDERS, Lender
from recoup.demo.months import instant_on
from recoup.demo.story import Story, run_dates, story_of
from recoup.people.models import Staff

Progress = Callable[[str, int], None]


class FileNotTaken(RuntimeError):
    """The importer rejected rows that the demonstration wrote: the two have drifted apart."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one building of the demonstration starts from, and who hears how far it is."""

    home: Path
    seed: int
    today: date
    at: datetime
    lenders: Sequence[Lender]
    told: Progress


def build(
    home: Path,
    *,
    seed: int,
    today: date,
    at: datetime,
    progress: Progress | None = None,
    lenders: Sequence[Lender] = LENDERS,
) -> dict[str, Any]:
    """Puts the demonstration book into the empty database of ``home`` and returns its figures.

    The same seed and day give the same book; ``at`` is the moment of building. The files stay in ``home/demo``, and
    ``home/demo.json`` says whom to sign in as. Raises FileNotTaken when a row of a file is rejected.
    """
    occasion = Occasion(home, seed, today, at, lenders, progress or _nobody)
    book = book_of(seed, today, lenders)
    story = story_of(book, seed, today)
    occasion.told("drafted", len(book))
    # One transaction: a build that was cut off leaves an empty database, to be built again.
    with transaction.atomic():
        staff = operations.hire_colleagues(today, at)
        _import_files(occasion, book, staff["tao"])
        operations.describe_creditors(lenders, staff["tao"], at)
        operations.describe_debtors(book)
        report = _live(occasion, book, story, staff)
        _write_names(occasion)
    return {"seed": seed, "attempts": len(story.attempts), "staff": len(staff), **report}


def _nobody(step: str, done: int) -> None:
    """Nobody listens."""


def write_files(folder: Path, book: list[DraftDebt], lenders: Sequence[Lender]) -> Iterator[tuple[Path, Path | None]]:
    """Writes what each creditor sends: the book, a snapshot for each statement day, and payments with the last file."""
    for lender in lenders:
        debts = [debt for debt in book if debt.lender is lender]
        files = _lender_files(folder, lender, debts)
        payments = write_rows(folder / f"{lender.code.lower()}-payments.csv", PAYMENT_COLUMNS, payment_rows(debts))
        yield from ((path, None) for path in files[:-1])
        yield files[-1], payments


def _lender_files(folder: Path, lender: Lender, debts: list[DraftDebt]) -> list[Path]:
    name = lender.code.lower()
    days = sorted({shot.as_of for debt in debts for shot in debt.statements})
    files = [
        write_rows(folder / f"{name}-cards-{day}.csv", SNAPSHOT_COLUMNS, snapshot_rows(debts, day)) for day in days
    ]
    return [*files, write_rows(folder / f"{name}-book.csv", BOOK_COLUMNS, book_rows(debts))]


def _import_files(occasion: Occasion, book: list[DraftDebt], by: Staff) -> None:
    for path, payments in write_files(occasion.home / "demo", book, occasion.lenders):
        report = import_file(path, payments=payments, at=occasion.at, by=by)
        if report.rejected:
            raise FileNotTaken(f"{path.name}: {report.rejected} rows were rejected, see {report.rejects}")
        occasion.told(f"imported {path.name}", report.accepted)


def _live(occasion: Occasion, book: list[DraftDebt], story: Story, staff: dict[str, Staff]) -> dict[str, Any]:
    """One day's run after another, each preceded by what had happened until then. Returns the last report."""
    debts = operations.debts_by_key()
    first_debts = {debt.debtor_key: debt for debt in reversed(book)}
    operations.charge_off(book, debts, staff)
    operations.stop_contacts(story.stops, debts, staff)
    report: dict[str, Any] = {}
    before = date.min
    for on in run_dates(occasion.today):
        operations.pause_debts([each for each in story.pauses if before < each.starts_on <= on], debts, staff)
        past = [each for each in story.attempts if before <= each.at.date() < on]
        operations.record_attempts(past, debts, staff)
        report = run_day(on, at=occasion.at if on == occasion.today else instant_on(on, hour=0))
        occasion.told(f"ran {on}", report["work_items"])
        if on < occasion.today:
            operations.find_causes(on, first_debts, seed=occasion.seed)
            operations.write_notes(on, max(before, on - timedelta(days=31)), first_debts, seed=occasion.seed)
        before = on
    return report


def _write_names(occasion: Occasion) -> None:
    people = [
        {"username": each.username, "name": each.name, "roles": list(each.roles), "password": each.password}
        for each in COLLEAGUES
    ]
    written = {"seed": occasion.seed, "date": occasion.today.isoformat(), "staff": people}
    text = json.dumps(written, ensure_ascii=False, indent=1)
    (occasion.home / "demo.json").write_text(text + "\n", encoding="utf-8")
