"""The life of a rulebook as its pages tell it: versions with who, when, why and effect, drafts on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from recoup.book.wording import date_text
from recoup.desk.rulebooks.change_words import changes_shown
from recoup.desk.rulebooks.dry_run import sentence_of
from recoup.people.permissions import Action, Viewer
from recoup.policy import queries as policy
from recoup.policy.models import Origin, RulebookVersion, RuleDraft
from recoup.policy.refusals import RulebookUnreadable
from recoup.tables.problems import ModelError

_LINES_SHOWN = 3
_VERSIONS_SHOWN = 12


class Link(NamedTuple):
    """Something that can be done, and where."""

    label: str
    url: str


class VersionShown(NamedTuple):
    """One version of the history."""

    number: int
    state: str
    when: str
    lines: Sequence[str]
    who: str
    url: str
    is_shown: bool
    orders: Sequence[Link]


class DraftShown(NamedTuple):
    """One draft on the way."""

    title: str
    remark: str
    url: str


def versions_shown(
    lines: Iterable[policy.HistoryLine], viewer: Viewer, language: str, *, shown: int | None
) -> list[VersionShown]:
    """The history, oldest first as time runs; ``shown`` is the version that the page is about."""
    known = list(lines)[:_VERSIONS_SHOWN]
    return [_version(line, viewer, language, shown) for line in reversed(known)]


def _version(line: policy.HistoryLine, viewer: Viewer, language: str, shown: int | None) -> VersionShown:
    version = line.version
    return VersionShown(
        number=version.number,
        state={"in_force": "now", "planned": "ahead"}.get(line.standing, line.standing),
        when=_when(line, language),
        lines=_lines(version, language),
        who=people_of(version),
        url=reverse("rulebook-version", args=[version.pk]),
        is_shown=version.pk == shown,
        orders=_orders(line, viewer),
    )


def _lines(version: RulebookVersion, language: str) -> list[str]:
    """Why, what it changed, and what it was said to do to the book."""
    effect = sentence_of(version.dry_run_figures) if "cases" in version.dry_run_figures else ""
    return [line for line in (version.why, *changes_of(version, language), effect) if line]


def _when(line: policy.HistoryLine, language: str) -> str:
    day = date_text(line.version.in_force_from, language)
    sentences = {
        "in_force": _("%(day)s · in force"),
        "planned": _("%(day)s · to come"),
        "withdrawn": _("%(day)s · withdrawn"),
    }
    return sentences.get(line.standing, "%(day)s") % {"day": day}


def changes_of(version: RulebookVersion, language: str) -> list[str]:
    """What a version changed, in words, the first few of them and how many more there are."""
    try:
        said = policy.version_differences(version)
        model = policy.version_loaded(version, version.rulebook.name).model if said else None
        found = changes_shown(said, model, language)
    except (ModelError, RulebookUnreadable):
        return [_("This release cannot read what stood before.")]
    more = len(found) - _LINES_SHOWN
    return found if more <= 0 else [*found[:_LINES_SHOWN], _("and %(count)d more changes") % {"count": more}]


def people_of(version: RulebookVersion) -> str:
    """Who proposed and who agreed."""
    if version.origin == Origin.RELEASE and version.approved_by is None:
        return _("came with Recoup")
    if version.origin == Origin.RETURN:
        back = _("%(name)s went back") % {"name": version.approved_by.name if version.approved_by else "–"}
        look = getattr(version, "second_look", None)
        return back if look is None else _("%(back)s, %(name)s saw it") % {"back": back, "name": look.by.name}
    return _("%(proposer)s proposed, %(second)s agreed") % {
        "proposer": version.proposed_by.name if version.proposed_by else _("Recoup"),
        "second": version.approved_by.name if version.approved_by else "–",
    }


def _orders(line: policy.HistoryLine, viewer: Viewer) -> list[Link]:
    """What the viewer could do to a version: each leads to a form that says what will happen."""
    version = line.version
    page = reverse("rulebook-version", args=[version.pk])
    found = []
    if viewer.may(Action.PUBLISH_RULES):
        if line.standing == "in_force" and version.number > 1:
            found.append(Link(_("Go back to what held before"), f"{page}?do=back#do"))
        if line.standing == "planned":
            found.append(Link(_("Withdraw"), f"{page}?do=withdraw#do"))
    if waits_for_look(version, viewer):
        found.append(Link(_("I have seen it"), f"{page}?do=seen#do"))
    return found


def waits_for_look(version: RulebookVersion, viewer: Viewer) -> bool:
    """Whether a going back waits for this person to say that they saw it."""
    may = viewer.may(Action.PUBLISH_RULES) or viewer.may(Action.PROPOSE_RULES)
    unseen = version.origin == Origin.RETURN and getattr(version, "second_look", None) is None
    return may and unseen and version.approved_by_id != viewer.staff_id


def drafts_shown(drafts: Iterable[RuleDraft], language: str) -> list[DraftShown]:
    """Drafts on the way, newest first."""
    return [draft_shown(draft, language) for draft in drafts]


def draft_shown(draft: RuleDraft, language: str) -> DraftShown:
    """One draft: where it stands, whose it is, what it is for."""
    said = {
        RuleDraft.State.DRAFT: _("Draft of %(name)s"),
        RuleDraft.State.SUBMITTED: _("Waits for a second person: draft of %(name)s"),
        RuleDraft.State.REJECTED: _("Sent back: draft of %(name)s"),
        RuleDraft.State.PUBLISHED: _("Published: draft of %(name)s"),
        RuleDraft.State.WITHDRAWN: _("Withdrawn: draft of %(name)s"),
    }[RuleDraft.State(draft.state)]
    name = draft.proposed_by.name if draft.proposed_by else _("Recoup")
    day = date_text(draft.proposed_at.date(), language, "short")
    return DraftShown(
        said % {"name": name}, f"{day} · {draft.why}" if draft.why else day, reverse("draft", args=[draft.pk])
    )


def day_text(day: date | None, language: str) -> str:
    """A day, or a dash where there is none."""
    return date_text(day, language) if day else "–"
