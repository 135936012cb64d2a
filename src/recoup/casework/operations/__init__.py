"""What changes cases: one use case, one function, one transaction."""

from recoup.casework.operations.day import report_day, run_day
from recoup.casework.operations.dry_run import BookMoved, dry_run
from recoup.casework.operations.notes import (
    LeadRefused,
    NoteRefused,
    reassign_lead,
    record_cause,
    set_aside,
    touch_case,
    write_note,
)

__all__ = [
    "BookMoved",
    "LeadRefused",
    "NoteRefused",
    "dry_run",
    "reassign_lead",
    "record_cause",
    "report_day",
    "run_day",
    "set_aside",
    "touch_case",
    "write_note",
]
