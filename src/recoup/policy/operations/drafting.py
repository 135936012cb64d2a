"""Orders about a draft while it is being written: propose, save, bring up to date, try, take back."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from recoup.people.models import Staff
from recoup.people.permissions import Action
from recoup.policy.models import HOUSE, DraftText, Origin, Rulebook, RuleDraft
from recoup.policy.operations.orders import (
    State,
    locked,
    must_be_allowed,
    must_be_at,
    must_be_in,
    must_say_why,
    text_now,
    write_down,
)
from recoup.policy.operations.shipping import adopt_one
from recoup.policy.queries.drafts import spreadsheet_text, text_to_begin_with
from recoup.policy.queries.rules import latest_version
from recoup.policy.reading import loaded_text
from recoup.policy.refusals import RulesUnsound, UnknownDraft, UnknownRulebook
from recoup.policy.texts import as_text, sha256_of
from recoup.tables.problems import ModelError

#: A dry run that says nothing for so long has died and may be asked for again.
DRY_RUN_PATIENCE = timedelta(minutes=30)
_SCOPE = re.compile(rf"{HOUSE}|creditor:.{{1,100}}")


@transaction.atomic
def propose_draft(
    name: str,
    *,
    why: str,
    key: str,
    by: Staff,
    at: datetime,
    dmn: bytes | str | None = None,
    scope: str = HOUSE,
    origin: Origin | None = None,
) -> RuleDraft:
    """A new draft: a copy of the latest published version, or ``dmn``. The same ``key`` again gives the first draft.

    Raises UnknownRulebook, NotAllowed, WhyMissing, FileTooLarge, and RulesUnsound when ``dmn`` cannot be read.
    """
    must_be_allowed(by, Action.PROPOSE_RULES)
    given = _readable(dmn, name) if dmn is not None else ""
    rulebook = _rulebook(name, scope, at=at)
    if repeated := RuleDraft.objects.filter(key=key, rulebook=rulebook).first():
        return repeated
    draft = RuleDraft.objects.create(
        rulebook=rulebook,
        base=latest_version(name, scope=scope),
        origin=origin or (Origin.EDITED if dmn is None else Origin.UPLOADED),
        why=must_say_why(why),
        key=key,
        proposed_by=by,
        proposed_at=at,
    )
    _keep_text(draft, given or text_to_begin_with(name, scope=scope), by=by, at=at)
    write_down(rulebook, "rules proposed", by=by, at=at, draft=draft.pk, why=draft.why)
    return draft


def propose_spreadsheet(
    name: str, *, sheet: bytes, file_name: str, why: str, key: str, by: Staff, at: datetime, scope: str = HOUSE
) -> RuleDraft:
    """A new draft from an edited spreadsheet of the latest version.

    Raises what ``propose_draft`` does; RulesUnsound names the sheet's rows and columns.
    """
    must_be_allowed(by, Action.PROPOSE_RULES)
    # Reading a workbook takes a while: nobody waits for it at the rulebook's lock.
    text = spreadsheet_text(sheet, file_name=file_name, base=text_to_begin_with(name, scope=scope))
    return propose_draft(name, why=why, key=key, by=by, at=at, dmn=text, scope=scope, origin=Origin.SPREADSHEET)


@transaction.atomic
def save_draft(draft_id: int, *, revision: int, dmn: bytes | str, by: Staff, at: datetime) -> RuleDraft:
    """Saves an edit of ``revision`` as the next one; a text that does not change anything is not saved again.

    The text may be wrong, so that nobody's work is lost: the check says so, and it cannot be submitted.
    Raises DraftChanged when somebody else saved meanwhile, WrongState, NotAllowed, FileTooLarge.
    """
    must_be_allowed(by, Action.PROPOSE_RULES)
    text = as_text(dmn)
    draft = locked(draft_id)
    latest = text_now(draft)
    if latest.sha256 == sha256_of(text) and (revision, by.pk) == (draft.revision - 1, latest.written_by_id):
        return draft
    must_be_in(draft, State.DRAFT, State.REJECTED)
    must_be_at(draft, revision)
    if latest.sha256 == sha256_of(text):
        return draft
    _next_revision(draft, text, by=by, at=at)
    write_down(draft.rulebook, "rules edited", by=by, at=at, draft=draft.pk, revision=draft.revision)
    return draft


def save_spreadsheet(
    draft_id: int, *, revision: int, sheet: bytes, file_name: str, by: Staff, at: datetime
) -> RuleDraft:
    """Saves an edited spreadsheet of the draft as its next revision. Raises what ``save_draft`` does, RulesUnsound."""
    must_be_allowed(by, Action.PROPOSE_RULES)
    base = DraftText.objects.filter(draft=draft_id, revision=revision).values_list("dmn", flat=True).first()
    if base is None:
        raise UnknownDraft(_("There is no such draft."))
    text = spreadsheet_text(sheet, file_name=file_name, base=base)
    return save_draft(draft_id, revision=revision, dmn=text, by=by, at=at)


@transaction.atomic
def rebase_draft(draft_id: int, *, revision: int, by: Staff, at: datetime) -> RuleDraft:
    """The draft takes note of what was published meanwhile: it keeps its text, and is compared with that from now on.

    Raises WrongState, DraftChanged, NotAllowed.
    """
    must_be_allowed(by, Action.PROPOSE_RULES)
    draft = locked(draft_id)
    latest = latest_version(draft.rulebook.name, scope=draft.rulebook.scope)
    if latest is None or latest.pk == draft.base_id:
        return draft
    must_be_in(draft, State.DRAFT, State.REJECTED)
    must_be_at(draft, revision)
    draft.base = latest
    _next_revision(draft, text_now(draft).dmn, by=by, at=at)
    write_down(draft.rulebook, "rules brought up to date", by=by, at=at, draft=draft.pk, version=latest.number)
    return draft


@transaction.atomic
def start_dry_run(draft_id: int, *, revision: int, by: Staff, at: datetime) -> bool:
    """Marks a draft as being tried; True when the caller shall start the job, False when one is on its way.

    Raises WrongState, DraftChanged, NotAllowed.
    """
    must_be_allowed(by, Action.PROPOSE_RULES, Action.PUBLISH_RULES)
    draft = locked(draft_id)
    must_be_in(draft, State.DRAFT, State.REJECTED, State.SUBMITTED)
    must_be_at(draft, revision)
    under_way = draft.dry_run == RuleDraft.DryRun.RUNNING and draft.dry_run_revision == revision
    if under_way and draft.dry_run_at and at - draft.dry_run_at < DRY_RUN_PATIENCE:
        return False
    draft.dry_run, draft.dry_run_revision, draft.dry_run_at = RuleDraft.DryRun.RUNNING, revision, at
    draft.dry_run_failure = ""
    draft.save(update_fields=["dry_run", "dry_run_revision", "dry_run_at", "dry_run_failure"])
    return True


@transaction.atomic
def record_dry_run(draft_id: int, *, revision: int, book_on: date, figures: dict[str, Any], at: datetime) -> bool:
    """Keeps what a dry run of ``revision`` found, on the book as of ``book_on``; False when the draft has moved on.

    ``figures`` is kept as it is and shown to whoever approves; dates and decimals are allowed in it.
    """
    draft = locked(draft_id)
    if draft.revision != revision or draft.state in (State.PUBLISHED, State.WITHDRAWN):
        return False
    draft.dry_run, draft.dry_run_revision, draft.dry_run_failure = RuleDraft.DryRun.DONE, revision, ""
    draft.dry_run_book_on, draft.dry_run_at, draft.dry_run_figures = book_on, at, figures
    draft.save()
    write_down(draft.rulebook, "rules tried", by=None, at=at, draft=draft.pk, revision=revision, book_on=book_on)
    return True


@transaction.atomic
def fail_dry_run(draft_id: int, *, revision: int, failure: str, at: datetime) -> None:
    """Keeps why a dry run of ``revision`` came to nothing; it may be asked for again."""
    draft = locked(draft_id)
    if draft.revision == revision and draft.dry_run == RuleDraft.DryRun.RUNNING:
        draft.dry_run, draft.dry_run_failure, draft.dry_run_at = RuleDraft.DryRun.FAILED, failure[:2000], at
        draft.save(update_fields=["dry_run", "dry_run_failure", "dry_run_at"])


@transaction.atomic
def withdraw_draft(draft_id: int, *, why: str, by: Staff, at: datetime) -> RuleDraft:
    """Ends a draft that shall not be published; it stays to be read. Raises WrongState, NotAllowed, WhyMissing."""
    must_be_allowed(by, Action.PROPOSE_RULES)
    draft = locked(draft_id)
    if draft.state == State.WITHDRAWN:
        return draft
    must_be_in(draft, State.DRAFT, State.REJECTED, State.SUBMITTED)
    draft.state, draft.answer, draft.answered_by, draft.answered_at = State.WITHDRAWN, must_say_why(why), by, at
    draft.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    write_down(draft.rulebook, "draft withdrawn", by=by, at=at, draft=draft.pk, why=draft.answer)
    return draft


def _rulebook(name: str, scope: str, *, at: datetime) -> Rulebook:
    """The rulebook, locked, with its first version where Recoup ships one. Raises UnknownRulebook."""
    house = adopt_one(name, at=at)
    if house is None or not _SCOPE.fullmatch(scope):
        raise UnknownRulebook(_("There is no rulebook “%(name)s”.") % {"name": name})
    if scope == HOUSE:
        return house
    rulebook, _new = Rulebook.objects.get_or_create(name=name, scope=scope)
    return Rulebook.objects.select_for_update().get(pk=rulebook.pk)


def _readable(dmn: bytes | str, name: str) -> str:
    """The text of an uploaded model. Raises RulesUnsound with everything that keeps it from being read."""
    text = as_text(dmn)
    try:
        loaded_text(text, name=name)
    except ModelError as error:
        raise RulesUnsound(_("This file cannot be read as a rulebook."), error.problems) from None
    return text


def _next_revision(draft: RuleDraft, text: str, *, by: Staff, at: datetime) -> None:
    draft.revision += 1
    draft.state = State.DRAFT
    draft.save(update_fields=["revision", "state", "base"])
    _keep_text(draft, text, by=by, at=at)


def _keep_text(draft: RuleDraft, text: str, *, by: Staff, at: datetime) -> None:
    DraftText.objects.create(
        draft=draft, revision=draft.revision, dmn=text, sha256=sha256_of(text), written_by=by, written_at=at
    )
