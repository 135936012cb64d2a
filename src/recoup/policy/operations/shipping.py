"""The rulebooks that come with a release: adopted as version 1 once, and as drafts for review when they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from recoup.policy.models import HOUSE, DraftText, Origin, Rulebook, RulebookVersion, RuleDraft
from recoup.policy.operations.orders import State, write_down
from recoup.policy.queries.rules import latest_version
from recoup.policy.reading import loaded_text, same_meaning
from recoup.policy.shipped import shipped_text, shipped_texts
from recoup.policy.texts import sha256_of
from recoup.tables.problems import ModelError


@dataclass
class Adopted:
    """What a release brought: rulebooks that are new here, and those for which a draft now waits for review."""

    published: list[str] = field(default_factory=list)
    drafted: list[str] = field(default_factory=list)


def adopt_shipped(*, at: datetime) -> Adopted:
    """Takes in the rulebooks that this release ships. Again with the same files, nothing happens.

    A rulebook that has no version gets the shipped file as version 1. A file that a later release changed becomes a
    draft, whatever is in force: rules never change because somebody installed an update.
    """
    done = Adopted()
    known = dict(Rulebook.objects.filter(scope=HOUSE).values_list("name", "shipped_sha256"))
    for name, text in shipped_texts().items():
        if known.get(name) != sha256_of(text):
            _adopt(name, text, at, done)
    return done


def adopt_one(name: str, *, at: datetime) -> Rulebook | None:
    """The house's rulebook of that name, locked until the transaction ends; None when nobody ships or has it."""
    text = shipped_text(name)
    if text is not None and not RulebookVersion.objects.filter(rulebook__name=name, rulebook__scope=HOUSE).exists():
        _adopt(name, text, at, Adopted())
    return Rulebook.objects.select_for_update().filter(name=name, scope=HOUSE).first()


@transaction.atomic
def _adopt(name: str, text: str, at: datetime, done: Adopted) -> None:
    Rulebook.objects.get_or_create(name=name, scope=HOUSE)
    rulebook = Rulebook.objects.select_for_update().get(name=name, scope=HOUSE)
    if rulebook.shipped_sha256 == sha256_of(text):
        return
    if not rulebook.versions.exists():
        _publish_first(rulebook, text, at)
        done.published.append(name)
    elif not _says_nothing_new(rulebook, text):
        _propose(rulebook, text, at)
        done.drafted.append(name)
    Rulebook.objects.filter(pk=rulebook.pk).update(shipped_sha256=sha256_of(text))


def _publish_first(rulebook: Rulebook, text: str, at: datetime) -> None:
    model = loaded_text(text, name=rulebook.name).model
    RulebookVersion.objects.create(
        rulebook=rulebook,
        number=1,
        dmn=text,
        sha256=sha256_of(text),
        content_hash=model.version,
        in_force_from=_first_day(model.about.get("in_force_from", ""), at.date()),
        origin=Origin.RELEASE,
        proposed_at=at,
        published_at=at,
    )
    write_down(rulebook, "rules adopted", by=None, at=at, version=1)


def _first_day(said: str, adopted_on: date) -> date:
    """The date that the file gives, but not one to come: the first version holds from the start."""
    try:
        return min(date.fromisoformat(said), adopted_on)
    except ValueError:
        return adopted_on


def _says_nothing_new(rulebook: Rulebook, text: str) -> bool:
    """Whether a changed file means what the last release's file meant, or what is published last here."""
    return any(_means_the_same(text, known, rulebook.name) for known in _known_texts(rulebook))


def _known_texts(rulebook: Rulebook) -> list[str]:
    latest = latest_version(rulebook.name)
    former = rulebook.shipped_sha256
    version = rulebook.versions.filter(sha256=former).first()
    drafted = DraftText.objects.filter(draft__rulebook=rulebook, sha256=former).first()
    return [each.dmn for each in (latest, version, drafted) if each is not None]


def _means_the_same(text: str, known: str, name: str) -> bool:
    try:
        return same_meaning(text, known, name=name)
    except ModelError:
        return False


def _propose(rulebook: Rulebook, text: str, at: datetime) -> None:
    digest = sha256_of(text)
    before = _withdraw_older(rulebook, at)
    draft = RuleDraft.objects.create(
        rulebook=rulebook,
        base=latest_version(rulebook.name),
        origin=Origin.RELEASE,
        why=_("A later release of Recoup ships other rules."),
        key=f"release:{rulebook.pk}:{before + 1}:{digest[:32]}",
        proposed_at=at,
    )
    DraftText.objects.create(draft=draft, revision=1, dmn=text, sha256=digest, written_by=None, written_at=at)
    write_down(rulebook, "rules proposed", by=None, at=at, draft=draft.pk, why=draft.why)


def _withdraw_older(rulebook: Rulebook, at: datetime) -> int:
    """Ends drafts of earlier releases that nobody published; how many drafts releases made so far."""
    waiting = RuleDraft.objects.filter(rulebook=rulebook, origin=Origin.RELEASE)
    for draft in waiting.filter(state__in=[State.DRAFT, State.REJECTED, State.SUBMITTED]):
        draft.state, draft.answer, draft.answered_at = State.WITHDRAWN, _("A later release ships other rules."), at
        draft.save(update_fields=["state", "answer", "answered_at"])
        write_down(rulebook, "draft withdrawn", by=None, at=at, draft=draft.pk, why=draft.answer)
    return waiting.count()
