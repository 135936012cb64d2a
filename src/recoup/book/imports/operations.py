"""`import_file`: one use case, in transactions of one chunk each, so that a cut leaves whole chunks and a repeat
completes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from recoup.book.imports.book_rows import BookRows, Chunk
from recoup.book.imports.party_rows import CollateralRows, OtherRows, PartyRows
from recoup.book.imports.payment_rows import PaymentRows, ReversalRows
from recoup.book.imports.report import IdSet, ImportReport, Tally
from recoup.book.imports.tables import batches, take_turn
from recoup.book.imports.writing import Ink, write_chunk
from recoup.book.models import ImportRun
from recoup.book.operations.facts import settle_facts
from recoup.book.queries.rules import Treatment
from recoup.people.models import Staff
from recoup.portfolio.columns import BOOK, COLLATERAL, PARTIES, PAYMENTS
from recoup.portfolio.layouts import Layout, layout_of
from recoup.portfolio.mapping import Mapping, MappingRefused, load_mapping
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.rejects import RejectsFile
from recoup.portfolio.sources import Reading, Source, open_source

#: Rows decided and written in one transaction.
CHUNK_ROWS = 10_000
_ATTEMPTS = 3

Progress = Callable[[int], None]
_PASSES: dict[str, tuple[Any, ...]] = {
    BOOK: (BookRows,),
    PAYMENTS: (PaymentRows, ReversalRows),
    PARTIES: (PartyRows,),
    COLLATERAL: (CollateralRows,),
}


class ImportRefused(ValueError):
    """A file or a mapping that cannot be used; nothing of it was imported. ``cause`` says it in parts."""

    def __init__(self, cause: FileRefused | MappingRefused, path: Path) -> None:
        super().__init__(f"{path.name}: {cause}")
        self.cause = cause


@dataclass(frozen=True, slots=True)
class _File:
    """One file of an import, checked to its end and understood."""

    source: Source
    layout: Layout
    mapping: Mapping | None


@dataclass(slots=True)
class _Course:
    """What runs through an import: who writes, who listens, where rejects go, whether it counts."""

    ink: Ink
    progress: Progress
    rejects: Path
    dry_run: bool
    by: Staff | None
    as_of: date | None
    clock: Callable[[], datetime]


def rejects_folder() -> Path:
    """Where rejects files lie: in the data folder."""
    return Path(settings.RECOUP_HOME) / "rejects"


def import_file(
    path: Path,
    *,
    payments: Path | None = None,
    mapping: Path | Mapping | None = None,
    as_of: date | None = None,
    file_kind: str | None = None,
    reading: Reading | None = None,
    dry_run: bool = False,
    at: datetime,
    by: Staff | None = None,
    progress: Progress | None = None,
    run: ImportRun | None = None,
    clock: Callable[[], datetime] | None = None,
) -> ImportReport:
    """Brings a file, and the payments that belong to it, into the book. Importing twice changes nothing.

    ``as_of`` dates snapshots that name no date; ``reading`` tells encoding, delimiter or sheet where they cannot be
    found out; ``run`` is the row that a page made beforehand. ``progress`` hears how many rows are done. ``at`` stamps
    what is written, ``clock`` tells when it ended. A dry run answers the same and leaves only the rejects file.

    Raises ImportRefused when a file cannot be read to its end or a mapping does not fit: nothing is written then.
    """
    files = _open_all(path, payments, mapping, as_of, file_kind, reading)
    course = _Course(
        Ink(at, by.pk if by else None), progress or _nobody, rejects_folder(), dry_run, by, as_of, clock or (lambda: at)
    )
    with _undone() if dry_run else _kept():
        found = [_import_one(file, course, run if file is files[0] else None) for file in files]
    if not dry_run:
        _settle()
    return _total(found)


def _settle() -> None:
    """Rebuilds the facts of the debts that the files touched, so that the day's run has late debts alone to look at.

    What is not settled when this is cut stays marked, and is settled by the next import or the day's run.
    """
    treatment = Treatment.read()
    settled = 1
    while settled:
        with transaction.atomic():
            settled = settle_facts(treatment)


def _nobody(_rows: int) -> None:
    """Nobody listens."""


def _open_all(
    path: Path,
    payments: Path | None,
    mapping: Path | Mapping | None,
    as_of: date | None,
    file_kind: str | None,
    reading: Reading | None,
) -> list[_File]:
    """Every file of the import, checked before anything of the first is written."""
    try:
        read_mapping = load_mapping(mapping) if isinstance(mapping, Path) else mapping
    except MappingRefused as refused:
        raise ImportRefused(refused, mapping if isinstance(mapping, Path) else path) from None
    for_payments = read_mapping is not None and read_mapping.file_kind == PAYMENTS and payments is not None
    own = None if for_payments else read_mapping
    files = [_open(path, own, as_of, file_kind or "", reading)]
    if payments is not None:
        files.append(_open(payments, read_mapping if for_payments else None, None, PAYMENTS, None))
    return files


def _open(path: Path, mapping: Mapping | None, as_of: date | None, file_kind: str, reading: Reading | None) -> _File:
    try:
        source = open_source(path, reading or (mapping.reading if mapping else None))
        return _File(source, layout_of(source, mapping, file_kind=file_kind, as_of=as_of), mapping)
    except (FileRefused, MappingRefused) as refused:
        raise ImportRefused(refused, path) from None


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever the block writes is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _kept() -> Iterator[None]:
    """The block's own transactions stand."""
    yield


def _import_one(file: _File, course: _Course, run: ImportRun | None) -> tuple[Tally, dict[str, Any]]:
    run = _start_run(file, course, run)
    # Cut, for a long name in Chinese is three times as long in a file system.
    name = f"{file.source.path.name.split('.')[0][:50]}-{file.source.sha256[:8]}.rejects.csv"
    rejects_path = course.rejects / name
    tally = Tally()
    try:
        with RejectsFile(rejects_path, file.source) as rejects:
            for decider in _PASSES[file.layout.file_kind]:
                if decider is not ReversalRows or tally.postponed:
                    _read_through(file, decider, course, tally, rejects, run)
    except Exception as error:
        ImportRun.objects.filter(pk=run.pk).update(failure=f"{type(error).__name__}: {error}"[:2000])
        raise
    figures = {
        "file": file.source.path.name,
        "kind": file.layout.file_kind,
        "sha256": file.source.sha256,
        **tally.figures(),
        "rejects": str(rejects_path) if tally.rejected else None,
        "warnings": tally.warnings(file.layout.unused),
    }
    run.finished_at, run.report, run.rows_read = course.clock(), figures, tally.rows
    run.rejects_file = rejects_path.name if tally.rejected else ""
    run.save(update_fields=["finished_at", "report", "rows_read", "rejects_file"])
    return tally, figures


def _start_run(file: _File, course: _Course, run: ImportRun | None) -> ImportRun:
    run = run or ImportRun(started_at=course.ink.at, by=course.by)
    run.file_name = run.file_name or file.source.path.name[:255]
    run.sha256, run.file_kind = file.source.sha256, file.layout.file_kind
    run.as_of, run.mapping = course.as_of, file.mapping.text if file.mapping else ""
    run.rows_total = file.source.row_count
    run.save()
    return run


def _read_through(
    file: _File, decider: Any, course: _Course, tally: Tally, rejects: RejectsFile, run: ImportRun
) -> None:
    """Reads the file once, chunk by chunk."""
    for rows in batches(file.layout.rows(file.source), CHUNK_ROWS):
        chunk = _write_rows(rows, decider, course.ink, run, tally.rows)
        for reject in chunk.rejects:
            rejects.add(reject)
        tally.count(chunk)
        course.progress(tally.rows)


def _write_rows(rows: list[Any], decider: Any, ink: Ink, run: ImportRun, rows_before: int) -> Chunk:
    """Decides and writes one chunk in one transaction; tries again when somebody else wrote the same just then."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                take_turn()
                return _decide_and_write(rows, decider, ink, run, rows_before)
        except IntegrityError:
            ink.memory.forget()
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _decide_and_write(rows: list[Any], decider: Any, ink: Ink, run: ImportRun, rows_before: int) -> Chunk:
    ink.read_branches()
    decision = decider(rows, ink.memory, {number: code for code, number in ink.branches.items()})
    chunk: Chunk = decision.decide(rows)
    if isinstance(decision, OtherRows):
        decision.write()
    else:
        write_chunk(chunk, ink)
    ImportRun.objects.filter(pk=run.pk).update(rows_read=rows_before + chunk.rows)
    return chunk


def _total(found: list[tuple[Tally, dict[str, Any]]]) -> ImportReport:
    tallies = [tally for tally, _ in found]
    files = [figures for _, figures in found]
    return ImportReport(
        rows=sum(tally.rows for tally in tallies),
        accepted=sum(tally.accepted for tally in tallies),
        repeated=sum(tally.repeated for tally in tallies),
        rejected=sum(tally.rejected for tally in tallies),
        rejects=next((figures["rejects"] for figures in files if figures["rejects"]), None),
        debts=_together([tally.debts for tally in tallies]),
        debtors=_together([tally.debtors for tally in tallies]),
        payments=sum(tally.payments for tally in tallies),
        warnings=[warning for figures in files for warning in figures["warnings"]],
        files=files,
    )


def _together(sets: list[IdSet]) -> int:
    return len(IdSet.union(sets))
