"""Orders between writing and publishing: submit, take back, send back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from recoup.people.models import Staff
from recoup.people.permissions import Action
from recoup.policy.models import RulebookVersion, RuleDraft
from recoup.policy.operations.orders import (
    State,
    locked,
    must_be_allowed,
    must_be_at,
    must_be_in,
    must_be_on_latest,
    must_say_why,
    text_now,
    write_down,
)
from recoup.policy.reading import Checked, checked, warning_key
from recoup.policy.refusals import DryRunMissing, NothingChanged, RulesUnsound
from recoup.tables.problems import Problem


def submit_draft(draft_id: int, *, revision: int, acknowledged: Collection[str], by: Staff, at: datetime) -> RuleDraft:
    """Hands a draft to a second person. ``acknowledged`` holds the keys of the warnings that were read, all of them.

    Raises RulesUnsound (errors, or warnings not acknowledged), DryRunMissing, NothingChanged, DraftOvertaken,
    DraftChanged, WrongState, NotAllowed.
    """
    must_be_allowed(by, Action.PROPOSE_RULES)
    _check_beforehand(draft_id)
    with transaction.atomic():
        return _submit(locked(draft_id), revision, acknowledged, by, at)


def _submit(draft: RuleDraft, revision: int, acknowledged: Collection[str], by: Staff, at: datetime) -> RuleDraft:
    if draft.state == State.SUBMITTED and draft.revision == revision:
        return draft
    must_be_in(draft, State.DRAFT)
    must_be_at(draft, revision)
    base = must_be_on_latest(draft)
    found = must_be_sound(draft)
    _must_change_something(found, base)
    _must_be_acknowledged(found.warnings, acknowledged)
    _must_be_tried(draft)
    draft.state, draft.submitted_by, draft.submitted_at = State.SUBMITTED, by, at
    draft.acknowledged = [{"key": warning_key(each), "message": str(each)} for each in found.warnings]
    draft.save(update_fields=["state", "submitted_by", "submitted_at", "acknowledged"])
    write_down(draft.rulebook, "rules submitted", by=by, at=at, draft=draft.pk, revision=revision)
    return draft


@transaction.atomic
def reopen_draft(draft_id: int, *, by: Staff, at: datetime) -> RuleDraft:
    """Takes a submitted draft back to work on it. Raises WrongState, NotAllowed."""
    must_be_allowed(by, Action.PROPOSE_RULES)
    draft = locked(draft_id)
    if draft.state == State.DRAFT:
        return draft
    must_be_in(draft, State.SUBMITTED)
    draft.state = State.DRAFT
    draft.save(update_fields=["state"])
    write_down(draft.rulebook, "rules taken back", by=by, at=at, draft=draft.pk)
    return draft


@transaction.atomic
def reject_draft(draft_id: int, *, revision: int, why: str, by: Staff, at: datetime) -> RuleDraft:
    """Sends a submitted draft back with a reason; an edit makes it a draft again.

    Raises WrongState, DraftChanged, NotAllowed, WhyMissing.
    """
    must_be_allowed(by, Action.PUBLISH_RULES)
    draft = locked(draft_id)
    must_be_at(draft, revision)
    if draft.state == State.REJECTED and draft.answered_by_id == by.pk:
        return draft
    must_be_in(draft, State.SUBMITTED)
    draft.state, draft.answer, draft.answered_by, draft.answered_at = State.REJECTED, must_say_why(why), by, at
    draft.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    write_down(draft.rulebook, "rules sent back", by=by, at=at, draft=draft.pk, why=draft.answer)
    return draft


def _check_beforehand(draft_id: int) -> None:
    """A large table takes a while to check; what is found is kept, so that nobody waits for it at the lock."""
    if draft := RuleDraft.objects.select_related("rulebook").filter(pk=draft_id).first():
        checked(text_now(draft).dmn, name=draft.rulebook.name)


def must_be_sound(draft: RuleDraft) -> Checked:
    """What the check finds in the latest text. Raises RulesUnsound for errors."""
    found = checked(text_now(draft).dmn, name=draft.rulebook.name)
    if found.errors:
        raise RulesUnsound(_("The check found errors in these rules."), found.errors)
    return found


def _must_change_something(found: Checked, base: RulebookVersion | None) -> None:
    if base is not None and found.model is not None and found.model.version == base.content_hash:
        raise NothingChanged(_("These rules say what version %(number)s says.") % {"number": base.number})


def _must_be_acknowledged(warnings: Collection[Problem], acknowledged: Collection[str]) -> None:
    unread = [each for each in warnings if warning_key(each) not in acknowledged]
    if unread:
        raise RulesUnsound(_("Read the warnings of the check and say that they are meant."), unread)


def _must_be_tried(draft: RuleDraft) -> None:
    if draft.dry_run != RuleDraft.DryRun.DONE or draft.dry_run_revision != draft.revision:
        raise DryRunMissing(_("Try these rules on the book first: they changed since they were tried, or never were."))
