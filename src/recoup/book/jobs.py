"""Background jobs of the book."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_tasks import task

from recoup.book.imports import ImportRefused, import_file
from recoup.book.models import ImportRun
from recoup.book.operations import uploads
from recoup.book.queries import import_run
from recoup.portfolio.mapping import Mapping, mapping_from
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import Reading


@task()
def read_upload(run_id: int) -> None:
    """Brings an uploaded file into the book, or tries it without keeping anything."""
    run = import_run(run_id)
    if run is None or run.report.get("state") != uploads.QUEUED:
        return
    dry_run = bool(run.report.get("dry_run"))
    try:
        report = import_file(
            uploads.path_of(run),
            mapping=_mapping(run),
            as_of=run.as_of,
            file_kind=run.report.get("file_kind") or None,
            reading=_reading(run),
            dry_run=dry_run,
            at=timezone.now(),
            by=run.by,
            run=run,
            clock=timezone.now,
        )
    except ImportRefused as refused:
        uploads.fail_upload(run, _why(refused))
        return
    except Exception as error:
        uploads.fail_upload(run, f"{type(error).__name__}: {error}"[:2000])
        raise
    if dry_run:
        uploads.finish_dry_run(run, report.files[0])
    else:
        uploads.forget_file(run)


def _mapping(run: ImportRun) -> Mapping | None:
    return mapping_from(run.mapping) if run.mapping else None


def _reading(run: ImportRun) -> Reading | None:
    encoding, delimiter = run.report.get("encoding", ""), run.report.get("delimiter", "")
    return Reading(encoding=encoding, delimiter=delimiter) if encoding or delimiter else None


def _why(refused: ImportRefused) -> dict[str, Any]:
    """The refusal in parts, so that a page can say it in the reader's language."""
    if isinstance(refused.cause, FileRefused):
        return {"template": refused.cause.reason.template, "values": refused.cause.reason.values}
    return {"template": "%(text)s", "values": {"text": str(refused.cause)}}
