"""What every order about rulebooks begins and ends with: permission, one turn at a time, a line in the audit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from recoup.people.models import Staff
from recoup.people.operations import record_audit
from recoup.people.permissions import Action
from recoup.people.queries import viewer_of
from recoup.policy.models import HOUSE, DraftText, Rulebook, RulebookVersion, RuleDraft
from recoup.policy.queries.rules import latest_version
from recoup.policy.refusals import (
    DraftChanged,
    DraftOvertaken,
    NotAllowed,
    UnknownDraft,
    WhyMissing,
    WrongState,
)

State = RuleDraft.State


def must_be_allowed(by: Staff, *actions: Action) -> None:
    """Refuses who may do none of the actions. Raises NotAllowed."""
    viewer = viewer_of(by)
    if not by.is_active or not any(viewer.may(action) for action in actions):
        raise NotAllowed(_("You may not do this to rulebooks."))


def must_say_why(why: str) -> str:
    """The reason without blanks around it. Raises WhyMissing when nothing is left."""
    if not why.strip():
        raise WhyMissing(_("Say why."))
    return why.strip()


def locked(draft_id: int) -> RuleDraft:
    """The draft as it is now; until the transaction ends nobody else changes anything of its rulebook.

    Raises UnknownDraft.
    """
    rulebook_id = RuleDraft.objects.filter(pk=draft_id).values_list("rulebook_id", flat=True).first()
    if rulebook_id is None:
        raise UnknownDraft(_("There is no such draft."))
    Rulebook.objects.select_for_update().get(pk=rulebook_id)
    return RuleDraft.objects.select_related("rulebook", "base").get(pk=draft_id)


def locked_version(version_id: int) -> RulebookVersion:
    """A published version, its rulebook locked. Raises UnknownDraft."""
    version = RulebookVersion.objects.select_related("rulebook").filter(pk=version_id).first()
    if version is None:
        raise UnknownDraft(_("There is no such version."))
    Rulebook.objects.select_for_update().get(pk=version.rulebook_id)
    return version


def text_now(draft: RuleDraft) -> DraftText:
    """The latest text of a draft."""
    return DraftText.objects.get(draft=draft, revision=draft.revision)


def must_be_at(draft: RuleDraft, revision: int) -> None:
    """Refuses an order about a revision that is not the latest. Raises DraftChanged."""
    if draft.revision != revision:
        latest = DraftText.objects.select_related("written_by").get(draft=draft, revision=draft.revision)
        who = latest.written_by.name if latest.written_by else "Recoup"
        said = _("%(name)s changed this draft meanwhile (revision %(revision)s). Look at it first.")
        raise DraftChanged(said % {"name": who, "revision": draft.revision})


def must_be_in(draft: RuleDraft, *states: RuleDraft.State) -> None:
    """Refuses an order that a draft in this state does not take. Raises WrongState."""
    if draft.state not in states:
        said = _("This cannot be done to a draft in the state “%(state)s”.")
        raise WrongState(said % {"state": State(draft.state).label})


def must_be_on_latest(draft: RuleDraft) -> RulebookVersion | None:
    """The version that the draft would follow. Raises DraftOvertaken when the draft does not know it."""
    latest = latest_version(draft.rulebook.name, scope=draft.rulebook.scope)
    if (latest.pk if latest else None) != draft.base_id:
        said = _("Version %(number)s was published since this draft was begun. Bring the draft up to it first.")
        raise DraftOvertaken(said % {"number": latest.number if latest else 0})
    return latest


def ref_of(rulebook: Rulebook) -> str:
    """How the audit names a rulebook."""
    return rulebook.name if rulebook.scope == HOUSE else f"{rulebook.name}@{rulebook.scope}"


def write_down(
    rulebook: Rulebook, action: str, *, by: Staff | None, at: datetime, **detail: str | int | date | None
) -> None:
    """Adds one line about a rulebook to the audit."""
    kept: dict[str, Any] = {name: value for name, value in detail.items() if value not in (None, "")}
    record_audit(by=by, at=at, action=action, subject_kind="rulebook", subject_ref=ref_of(rulebook), detail=kept)
