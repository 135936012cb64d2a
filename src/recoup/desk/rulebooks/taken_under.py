"""By which rule of which version a decision was taken, as its page says it and links to it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from recoup.casework.rules import under
from recoup.desk.rulebooks.sheet import title_of
from recoup.people.permissions import Action, Viewer
from recoup.policy.models import RulebookVersion
from recoup.policy.refusals import RulebookUnreadable


class RuleLink(NamedTuple):
    """``rule 4 of “Which case next, and why”, v3``; ``url`` is empty for who may not read rulebooks."""

    words: str
    short: str
    url: str


def rule_link(
    version: RulebookVersion | None, name: str, viewer: Viewer, language: str, *, rule: int | None, table: int = 1
) -> RuleLink:
    """The rule that decided; a version that is not kept is the one that Recoup ships. ``table`` counts from 1."""
    number = _("v%(number)s") % {"number": version.number} if version else _("as shipped")
    values = {"rule": rule, "book": _title(version, name, language), "version": number}
    words = _("rule %(rule)s of “%(book)s”, %(version)s") if rule else _("“%(book)s”, %(version)s")
    short = _("rule %(rule)s, %(version)s") % values if rule else number
    return RuleLink(words % values, short, _url(version, name, viewer, f"#t{table}r{rule}" if rule else ""))


def _title(version: RulebookVersion | None, name: str, language: str) -> str:
    try:
        return title_of(under(version, name).model, language)
    except RulebookUnreadable:
        return name


def _url(version: RulebookVersion | None, name: str, viewer: Viewer, place: str) -> str:
    if not viewer.may(Action.SEE_RULEBOOKS):
        return ""
    page = reverse("rulebook-version", args=[version.pk]) if version else reverse("rulebook", args=[name])
    return page + place
