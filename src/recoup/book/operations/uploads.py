"""Files that somebody gave to a page: kept until they are read, with what was said about how to read them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import get_valid_filename

from recoup.book.models import ImportRun
from recoup.people.models import Staff
from recoup.people.operations import record_audit

NEW, QUEUED = "new", "queued"


def path_of(run: ImportRun) -> Path:
    """Where the file of an upload lies."""
    return Path(settings.MEDIA_ROOT) / run.stored_file


def keep_upload(name: str, chunks: Iterable[bytes], *, by: Staff, at: datetime) -> ImportRun:
    """Keeps a file and the row that its import will use; nothing is read yet."""
    run = ImportRun.objects.create(
        file_name=Path(name).name[:255], sha256="", file_kind="", started_at=at, by=by, report={"state": NEW}
    )
    run.stored_file = f"imports/{run.pk}/{get_valid_filename(Path(name).name)[-120:]}"
    path_of(run).parent.mkdir(parents=True, exist_ok=True)
    with path_of(run).open("wb") as kept:
        kept.writelines(chunks)
    run.save(update_fields=["stored_file"])
    return run


def describe_upload(run: ImportRun, *, mapping: str, as_of: date | None, **reading: Any) -> None:
    """Says how a kept file is to be read: a mapping as TOML, a date for snapshots, encoding, delimiter, kind."""
    run.mapping, run.as_of = mapping, as_of
    run.report = {**run.report, **reading}
    run.save(update_fields=["mapping", "as_of", "report"])


@transaction.atomic
def queue_upload(run: ImportRun, *, dry_run: bool, by: Staff, at: datetime) -> bool:
    """Marks a kept file as waiting for its job; False when it waits already or was read."""
    known = ImportRun.objects.select_for_update().get(pk=run.pk)
    if known.report.get("state") != NEW:
        return False
    known.report = {**known.report, "state": QUEUED, "dry_run": dry_run}
    known.started_at, known.failure = at, ""
    known.save(update_fields=["report", "started_at", "failure"])
    detail = {"file": known.file_name, "dry_run": dry_run}
    record_audit(by=by, at=at, action="started import", subject_kind="import", subject_ref=str(run.pk), detail=detail)
    return True


def finish_dry_run(run: ImportRun, figures: dict[str, Any]) -> None:
    """Writes what a dry run found, and lets the file be read in earnest."""
    rejects = Path(figures["rejects"]).name if figures.get("rejects") else ""
    kept = {name: run.report[name] for name in ("encoding", "delimiter", "file_kind") if name in run.report}
    ImportRun.objects.filter(pk=run.pk).update(
        report={**figures, **kept, "state": NEW, "dry_run": True}, rejects_file=rejects, rows_read=figures["rows"]
    )


def fail_upload(run: ImportRun, why: dict[str, Any] | str) -> None:
    """Writes why a file could not be read; it may be described anew and tried again."""
    text = why if isinstance(why, str) else ""
    report = {**run.report, "state": NEW, "refused": None if isinstance(why, str) else why}
    ImportRun.objects.filter(pk=run.pk).update(failure=text or "refused", report=report, finished_at=None)


def forget_file(run: ImportRun) -> None:
    """Removes a file that was read: it is full of personal data and no longer needed."""
    if run.stored_file:
        shutil.rmtree(path_of(run).parent, ignore_errors=True)
        ImportRun.objects.filter(pk=run.pk).update(stored_file="")
