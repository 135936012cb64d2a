"""What a draft would do to today's book, as its page and the page of the trial show it."""

from __future__ import annotations

from typing import NamedTuple

from recoup.people.permissions import Viewer
from recoup.policy.models import RuleDraft


class DryRunShown(NamedTuple):
    """How the trial on the book stands."""

    state: str
    is_fresh: bool
    failure: str


def dry_run_of(draft: RuleDraft, viewer: Viewer, language: str) -> DryRunShown:
    """Where the trial stands and, when it is over, what it found."""
    is_fresh = draft.dry_run_revision == draft.revision
    return DryRunShown(draft.dry_run, is_fresh, draft.dry_run_failure)
