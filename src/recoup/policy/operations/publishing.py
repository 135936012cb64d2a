"""Orders that decide which rules hold: approve, take back what has not begun, go back, look again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from recoup.people.models import Staff
from recoup.people.permissions import Action
from recoup.policy.models import Origin, Rulebook, RulebookVersion, RuleDraft, SecondLook, Withdrawal
from recoup.policy.operations.orders import (
    State,
    locked,
    locked_version,
    must_be_allowed,
    must_be_at,
    must_be_in,
    must_be_on_latest,
    must_say_why,
    text_now,
    write_down,
)
from recoup.policy.operations.submitting import must_be_sound
from recoup.policy.queries.drafts import brought_in_by, writers_of
from recoup.policy.queries.rules import latest_version, version_loaded
from recoup.policy.reading import checked
from recoup.policy.refusals import RulesUnsound, SamePerson, UnusableDate, WrongState


@transaction.atomic
def approve_draft(
    draft_id: int, *, revision: int, in_force_from: date, by: Staff, at: datetime, today: date
) -> RulebookVersion:
    """Publishes a submitted draft, in force from a date until the next version's. The same order again gives the same.

    Raises SamePerson for whoever proposed, wrote or submitted any of it; UnusableDate for a date before today or
    before that of the version published last; DraftOvertaken, DraftChanged, RulesUnsound, WrongState, NotAllowed.
    """
    must_be_allowed(by, Action.PUBLISH_RULES)
    draft = locked(draft_id)
    if repeated := _published_before(draft, in_force_from, by):
        return repeated
    must_be_in(draft, State.SUBMITTED)
    must_be_at(draft, revision)
    if by.pk in writers_of(draft):
        raise SamePerson(_("Somebody else must approve this: you proposed, wrote or submitted it."))
    latest = must_be_on_latest(draft)
    _must_be_usable(in_force_from, today, latest)
    version = _publish(draft, in_force_from, by, at)
    draft.state = State.PUBLISHED
    draft.save(update_fields=["state"])
    write_down(
        draft.rulebook, "rules published", by=by, at=at,
        version=version.number, draft=draft.pk, in_force_from=in_force_from, why=draft.why,
    )  # fmt: skip
    return version


@transaction.atomic
def withdraw_version(version_id: int, *, why: str, by: Staff, at: datetime, today: date) -> Withdrawal:
    """Takes back a version whose date has not come; the one before it goes on. Again, it gives the first withdrawal.

    Raises WrongState when it is in force or was, NotAllowed, WhyMissing.
    """
    must_be_allowed(by, Action.PUBLISH_RULES)
    version = locked_version(version_id)
    if before := Withdrawal.objects.filter(version=version).first():
        return before
    if version.in_force_from <= today:
        raise WrongState(_("This version is in force already, or was. Go back to the one before it instead."))
    withdrawal = Withdrawal.objects.create(version=version, by=by, at=at, why=must_say_why(why))
    write_down(version.rulebook, "version withdrawn", by=by, at=at, version=version.number, why=withdrawal.why)
    return withdrawal


@transaction.atomic
def go_back(version_id: int, *, why: str, by: Staff, at: datetime, today: date) -> RulebookVersion:
    """Undoes the version in force: what held before it holds again from today, as a new version.

    One person may do this at once, but not one who brought the version in; it waits for a second look afterwards.
    Raises SamePerson, WrongState (it is not the latest in force, or is the first), NotAllowed, WhyMissing,
    RulesUnsound and RulebookUnreadable when the earlier rules no longer fit this release.
    """
    must_be_allowed(by, Action.PUBLISH_RULES)
    version = locked_version(version_id)
    if before := RulebookVersion.objects.filter(undoes=version, approved_by=by).first():
        return before
    _must_be_in_force(version, today)
    if by.pk in brought_in_by(version):
        raise SamePerson(_("Somebody else must undo this version: you brought it in."))
    earlier = _version_before(version)
    _must_still_fit(earlier)
    again = _say_again(earlier, version, must_say_why(why), by=by, at=at, today=today)
    write_down(
        version.rulebook, "rules gone back", by=by, at=at,
        version=again.number, undone=version.number, says_again=earlier.number, why=again.why,
    )  # fmt: skip
    return again


@transaction.atomic
def look_again(version_id: int, *, by: Staff, at: datetime) -> SecondLook:
    """A second person says that they saw a going back. Raises SamePerson, WrongState, NotAllowed."""
    must_be_allowed(by, Action.PUBLISH_RULES, Action.PROPOSE_RULES)
    version = locked_version(version_id)
    if version.origin != Origin.RETURN:
        raise WrongState(_("Only a going back waits for a second look."))
    if version.approved_by_id == by.pk:
        raise SamePerson(_("Somebody else must look at this: you went back yourself."))
    look, new = SecondLook.objects.get_or_create(version=version, defaults={"by": by, "at": at})
    if new:
        write_down(version.rulebook, "going back seen", by=by, at=at, version=version.number)
    return look


def _published_before(draft: RuleDraft, in_force_from: date, by: Staff) -> RulebookVersion | None:
    if draft.state != State.PUBLISHED:
        return None
    return RulebookVersion.objects.filter(draft=draft, approved_by=by, in_force_from=in_force_from).first()


def _must_be_usable(in_force_from: date, today: date, latest: RulebookVersion | None) -> None:
    if in_force_from < today:
        raise UnusableDate(_("Rules can hold from today or later, not from a day that has passed."))
    if latest is not None and in_force_from < latest.in_force_from:
        said = _("Version %(number)s is to hold from %(date)s; rules after it cannot begin earlier. Withdraw it first.")
        raise UnusableDate(said % {"number": latest.number, "date": latest.in_force_from})


def _next_number(rulebook: Rulebook) -> int:
    return (rulebook.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _publish(draft: RuleDraft, in_force_from: date, by: Staff, at: datetime) -> RulebookVersion:
    text, model = text_now(draft), must_be_sound(draft).model
    return RulebookVersion.objects.create(
        rulebook=draft.rulebook,
        number=_next_number(draft.rulebook),
        dmn=text.dmn,
        sha256=text.sha256,
        content_hash=model.version if model else "",
        in_force_from=in_force_from,
        origin=draft.origin,
        why=draft.why,
        draft=draft,
        proposed_by=draft.proposed_by,
        edited_by=text.written_by,
        submitted_by=draft.submitted_by,
        approved_by=by,
        proposed_at=draft.proposed_at,
        published_at=at,
        acknowledged=draft.acknowledged,
        dry_run_book_on=draft.dry_run_book_on,
        dry_run_at=draft.dry_run_at,
        dry_run_figures=draft.dry_run_figures,
    )


def _must_be_in_force(version: RulebookVersion, today: date) -> None:
    latest = latest_version(version.rulebook.name, scope=version.rulebook.scope)
    if latest is None or latest.pk != version.pk:
        said = _("Version %(number)s came after this one. Undo or withdraw that first.")
        raise WrongState(said % {"number": latest.number if latest else 0})
    if version.in_force_from > today:
        raise WrongState(_("This version is not in force yet. Withdraw it instead."))


def _version_before(version: RulebookVersion) -> RulebookVersion:
    """What held before a version. Raises WrongState for a rulebook's first."""
    earlier = version.rulebook.versions.filter(number__lt=version.number, withdrawal__isnull=True)
    found = earlier.order_by("-number").first()
    if found is None:
        raise WrongState(_("Nothing came before these rules."))
    return found


def _must_still_fit(earlier: RulebookVersion) -> None:
    name = earlier.rulebook.name
    version_loaded(earlier, name)
    if errors := checked(earlier.dmn, name=name).errors:
        raise RulesUnsound(_("The earlier rules no longer fit this release of Recoup."), errors)


def _say_again(
    earlier: RulebookVersion, undone: RulebookVersion, why: str, *, by: Staff, at: datetime, today: date
) -> RulebookVersion:
    return RulebookVersion.objects.create(
        rulebook=undone.rulebook,
        number=_next_number(undone.rulebook),
        dmn=earlier.dmn,
        sha256=earlier.sha256,
        content_hash=earlier.content_hash,
        in_force_from=today,
        origin=Origin.RETURN,
        why=why,
        approved_by=by,
        proposed_at=at,
        published_at=at,
        undoes=undone,
        says_again=earlier,
    )
