"""Lines of the list of rulebooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recoup.book.wording import date_text
from recoup.desk.rulebooks.answer_words import citation_words
from recoup.desk.rulebooks.lamp import Lamp, lamp_of
from recoup.desk.rulebooks.sheet import tag_of
from recoup.desk.rulebooks.staff_words import owner_words
from recoup.policy import queries as policy
from recoup.policy.models import RulebookVersion, RuleDraft
from recoup.policy.reading import checked
from recoup.policy.refusals import RulebookUnreadable


class Line(NamedTuple):
    """One rulebook of the list."""

    name: str
    title: str
    citation: str
    number: int
    since: date | None
    owner: str
    lamp: Lamp
    drafts: list[str]
    url: str


class WaitingLine(NamedTuple):
    """Something that waits for the reader."""

    title: str
    remark: str
    url: str
    at: datetime


def lines_of(lines: Iterable[policy.RulebookLine], on: date, language: str) -> list[Line]:
    """The rulebooks, each with its lamp."""
    return [_line(line, on, language) for line in lines]


def _line(line: policy.RulebookLine, on: date, language: str) -> Line:
    title = line.about.get(f"title.{tag_of(language)}") or line.about.get("title") or line.name
    way = []
    if line.open_drafts:
        way.append(ngettext("%(count)d draft", "%(count)d drafts", line.open_drafts) % {"count": line.open_drafts})
    if line.planned:
        day = date_text(line.planned.in_force_from, language, "short")
        way.append(_("v%(number)s from %(day)s") % {"number": line.planned.number, "day": day})
    return Line(
        name=line.name,
        title=title,
        citation=citation_words(line.about.get("citation", "")),
        number=line.number,
        since=line.in_force_from,
        owner=owner_words(line.about.get("owner", "")),
        lamp=_lamp(line, on),
        drafts=way,
        url=reverse("rulebook", args=[line.name]),
    )


def _lamp(line: policy.RulebookLine, on: date) -> Lamp:
    if line.failure:
        return lamp_of([], line.failure)
    rules = policy.in_force(line.name, on, scope=line.scope)
    return lamp_of(checked(rules.loaded.text, name=line.name).problems)


def waiting_lines(waiting: policy.Waiting, language: str) -> list[WaitingLine]:
    """Drafts to agree to, drafts sent back, changes that came with a release, goings back to look at."""
    found = [_draft(draft, _("Agree or send back: %(book)s"), language) for draft in waiting.to_approve]
    found += [_draft(draft, _("Sent back to you: %(book)s"), language) for draft in waiting.to_mend]
    found += [_draft(draft, _("Came with Recoup, look at it: %(book)s"), language) for draft in waiting.from_release]
    found += [_going_back(version, language) for version in waiting.to_look_at]
    return found


def _draft(draft: RuleDraft, words: str, language: str) -> WaitingLine:
    title = words % {"book": title_by_name(draft.rulebook.name, language)}
    who = draft.submitted_by or draft.proposed_by
    remark = " · ".join(each for each in (who.name if who else "", draft.answer or draft.why) if each)
    return WaitingLine(title, remark, reverse("draft", args=[draft.pk]), draft.submitted_at or draft.proposed_at)


def _going_back(version: RulebookVersion, language: str) -> WaitingLine:
    title = _("Somebody went back, look at it: %(book)s") % {"book": title_by_name(version.rulebook.name, language)}
    who = version.approved_by.name if version.approved_by else ""
    url = reverse("rulebook-version", args=[version.pk]) + "?do=seen#do"
    return WaitingLine(title, " · ".join(each for each in (who, version.why) if each), url, version.published_at)


def title_by_name(name: str, language: str) -> str:
    """The title of the rules in force of that name; the name itself when they cannot be read."""
    try:
        about = policy.in_force(name, date.max).model.about
    except RulebookUnreadable:
        return name
    return about.get(f"title.{tag_of(language)}") or about.get("title") or name
