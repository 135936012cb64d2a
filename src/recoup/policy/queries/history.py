"""Reads of what was published when, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db.models import Count, QuerySet

from recoup.people.models import AuditEntry
from recoup.policy.models import HOUSE, RulebookVersion
from recoup.policy.queries.drafts import open_drafts
from recoup.policy.queries.rules import in_force, version_loaded
from recoup.policy.reading import changes_in_words
from recoup.policy.refusals import RulebookUnreadable
from recoup.policy.shipped import shipped_texts


@dataclass(frozen=True)
class HistoryLine:
    """One published version: in force on ``version.in_force_from <= date < until`` (None: no end is known).

    ``standing`` is ``in_force``, ``planned``, ``past`` or ``withdrawn``; a version that another of the same date
    followed at once was never in force and is ``past`` with ``until`` equal to its own date.
    """

    version: RulebookVersion
    until: date | None
    standing: str


@dataclass(frozen=True)
class RulebookLine:
    """One rulebook in the list. ``number`` is 0 where the shipped file holds without a version.

    ``about`` are the particulars of the model in force (``title``, ``title.zh-Hans``, ``citation`` …), empty where this
    release cannot read it, which ``failure`` then says.
    """

    name: str
    scope: str
    number: int
    in_force_from: date | None
    approved_by: str
    published_at: datetime | None
    planned: RulebookVersion | None
    open_drafts: int
    about: Mapping[str, str]
    failure: str


def version_by_id(version_id: int) -> RulebookVersion | None:
    """One published version with its rulebook and its people."""
    return _versions().filter(pk=version_id).first()


def history(name: str, on: date, *, scope: str = HOUSE) -> list[HistoryLine]:
    """Every published version of a rulebook, newest first, and how it stands on a day."""
    versions = list(_versions().filter(rulebook__name=name, rulebook__scope=scope).defer("dmn").order_by("number"))
    held = [version for version in versions if not _is_withdrawn(version)]
    ends = {before.pk: after.in_force_from for before, after in pairwise(held)}
    holds = in_force_number(held, on)
    return [HistoryLine(version, ends.get(version.pk), _standing(version, on, holds)) for version in reversed(versions)]


def in_force_number(versions: list[RulebookVersion], on: date) -> int:
    """The number in force on a day among versions in order, none withdrawn; the first holds before its date too."""
    begun = [version.number for version in versions if version.in_force_from <= on]
    return begun[-1] if begun else (versions[0].number if versions else 0)


def trail(name: str, *, scope: str = HOUSE) -> QuerySet[AuditEntry]:
    """Everything that anybody did to a rulebook, newest first: who, when, what, and in ``detail`` why."""
    ref = name if scope == HOUSE else f"{name}@{scope}"
    return AuditEntry.objects.filter(subject_kind="rulebook", subject_ref=ref).order_by("-pk")


def version_differences(version: RulebookVersion) -> list[str]:
    """What a version changed in the one before it, one sentence a change; nothing for the first. Raises ModelError."""
    earlier = version.rulebook.versions.filter(number__lt=version.number, withdrawal__isnull=True)
    before = earlier.order_by("-number").first()
    return changes_in_words(before.dmn, version.dmn, name=version.rulebook.name) if before else []


def rulebooks_list(on: date) -> list[RulebookLine]:
    """Every rulebook that is shipped or kept, by name, as it stands on a day."""
    kept = RulebookVersion.objects.values_list("rulebook__name", "rulebook__scope").distinct()
    names = {(name, HOUSE) for name in shipped_texts()} | {(name, scope) for name, scope in kept}
    drafts = _counts_of_drafts()
    return [_line(name, scope, on, drafts.get((name, scope), 0)) for name, scope in sorted(names)]


def _line(name: str, scope: str, on: date, drafts: int) -> RulebookLine:
    lines = history(name, on, scope=scope)
    held = next((line.version for line in lines if line.standing == "in_force"), None)
    planned = next((line.version for line in reversed(lines) if line.standing == "planned"), None)
    about, failure = _about(name, held, on)
    return RulebookLine(
        name=name,
        scope=scope,
        number=held.number if held else 0,
        in_force_from=held.in_force_from if held else None,
        approved_by=held.approved_by.name if held and held.approved_by else "",
        published_at=held.published_at if held else None,
        planned=planned,
        open_drafts=drafts,
        about=about,
        failure=failure,
    )


def _about(name: str, held: RulebookVersion | None, on: date) -> tuple[Mapping[str, str], str]:
    try:
        rules = version_loaded(held, name) if held else in_force(name, on)
    except RulebookUnreadable as refusal:
        return {}, str(refusal)
    return rules.model.about, ""


def _counts_of_drafts() -> dict[tuple[str, str], int]:
    counted = open_drafts().order_by().values_list("rulebook__name", "rulebook__scope").annotate(count=Count("pk"))
    return {(name, scope): count for name, scope, count in counted}


def _standing(version: RulebookVersion, on: date, holds: int) -> str:
    if _is_withdrawn(version):
        return "withdrawn"
    if version.number == holds:
        return "in_force"
    return "planned" if version.in_force_from > on else "past"


def _is_withdrawn(version: RulebookVersion) -> bool:
    return getattr(version, "withdrawal", None) is not None


def _versions() -> QuerySet[RulebookVersion]:
    people = ("proposed_by", "edited_by", "submitted_by", "approved_by")
    return RulebookVersion.objects.select_related(
        "rulebook", "draft", "undoes", "says_again", "withdrawal__by", "second_look__by", *people
    ).defer("undoes__dmn", "says_again__dmn")
