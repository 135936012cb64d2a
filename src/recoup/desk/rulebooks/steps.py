"""Where a draft stands on its way to a version, and who may take it further."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from recoup.people.permissions import Action, Viewer
from recoup.policy import queries as policy
from recoup.policy.models import RuleDraft

State = RuleDraft.State


class StepShown(NamedTuple):
    """One step of the rail: done, here, or ahead."""

    words: str
    state: str


def steps_of(draft: RuleDraft) -> list[StepShown]:
    """Write, try on the book, a second person, in force."""
    words = (_("Write and check"), _("Try it on the book"), _("A second person"), _("Published"))
    here = _place(draft)
    return [
        StepShown(each, "done" if place < here else "here" if place == here else "ahead")
        for place, each in enumerate(words)
    ]


def _place(draft: RuleDraft) -> int:
    if draft.state == State.PUBLISHED:
        return 4
    if draft.state == State.SUBMITTED:
        return 2
    is_running = draft.dry_run == RuleDraft.DryRun.RUNNING
    return 1 if is_running or is_tried(draft) else 0


def is_tried(draft: RuleDraft) -> bool:
    """Whether the latest text was tried on the book."""
    return draft.dry_run == RuleDraft.DryRun.DONE and draft.dry_run_revision == draft.revision


def may_edit(draft: RuleDraft, viewer: Viewer) -> bool:
    """Whether somebody could change a draft's text as it stands."""
    return draft.state in (State.DRAFT, State.REJECTED) and viewer.may(Action.PROPOSE_RULES)


def why_not_approve(draft: RuleDraft, viewer: Viewer) -> str:
    """Why somebody who looks at a submitted draft cannot agree to it; empty when they can."""
    if draft.state != State.SUBMITTED or policy.may_approve(draft, viewer):
        return ""
    if not viewer.may(Action.PUBLISH_RULES):
        return _("Your role proposes rules; a branch manager or compliance agrees to them.")
    return _(
        "You proposed, wrote or submitted this yourself. A second person has to agree, so that nobody alone "
        "changes the rules."
    )
