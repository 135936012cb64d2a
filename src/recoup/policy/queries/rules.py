"""The rules in force on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from recoup.policy.models import HOUSE, RulebookVersion
from recoup.policy.reading import Loaded, file_of, loaded, loaded_text
from recoup.policy.refusals import RulebookUnreadable, UnknownRulebook
from recoup.policy.shipped import shipped_text
from recoup.tables.model import Model
from recoup.tables.problems import ModelError

if TYPE_CHECKING:
    from recoup.tables.row import Compiled


@dataclass(frozen=True)
class InForce:
    """The rules that hold on a day. ``version_id`` is None and ``number`` 0 for a file without a version."""

    rulebook: str
    version_id: int | None
    number: int
    in_force_from: date | None
    loaded: Loaded

    @property
    def model(self) -> Model:
        """The rules as a graph, for pages and for columns."""
        return self.loaded.model

    @property
    def compiled(self) -> Compiled:
        """The rules ready to decide one case; compiled when first asked for, then kept in the process."""
        return self.loaded.compiled

    @property
    def content_hash(self) -> str:
        """The model's version, which every outcome bears too."""
        return self.loaded.model.version


def in_force(rulebook: str, on: date, *, scope: str = HOUSE) -> InForce:
    """The rules of a rulebook that hold on a day, for the house or for one creditor (``creditor:CODE``).

    A creditor without rules of its own has the house's. Before the house's first version that one holds; without any,
    the file that Recoup ships. Asks the database each time, so what was published just now is seen by every process.
    Raises UnknownRulebook, and RulebookUnreadable when this release cannot read the version.
    """
    return all_in_force([rulebook], on, scope=scope)[rulebook]


def all_in_force(rulebooks: Collection[str], on: date, *, scope: str = HOUSE) -> dict[str, InForce]:
    """The same for several rulebooks, by name, with one query for them all."""
    published: defaultdict[tuple[str, str], list[RulebookVersion]] = defaultdict(list)
    for version in _versions(rulebooks, {scope, HOUSE}).annotate(of=F("rulebook__name"), within=F("rulebook__scope")):
        published[version.of, version.within].append(version)
    return {name: _in_force(name, on, published[name, scope], published[name, HOUSE]) for name in rulebooks}


def _in_force(rulebook: str, on: date, own: Sequence[RulebookVersion], house: Sequence[RulebookVersion]) -> InForce:
    """``own`` and ``house`` are the versions of a scope and of the house, the first number first."""
    begun = [version for version in own if version.in_force_from <= on]
    begun = begun or [version for version in house if version.in_force_from <= on] or list(house[:1])
    return version_loaded(begun[-1], rulebook) if begun else _shipped(rulebook)


def latest_version(rulebook: str, *, scope: str = HOUSE) -> RulebookVersion | None:
    """The last published version that was not withdrawn, in force already or not; without its text."""
    return _versions([rulebook], {scope}).last()


def version_loaded(version: RulebookVersion, rulebook: str) -> InForce:
    """A published version with its model. Raises RulebookUnreadable."""
    try:
        # The text is deferred: it crosses the wire only when this process does not keep its model.
        kept = loaded(version.sha256, lambda: version.dmn, file=file_of(rulebook))
    except ModelError as error:
        said = _("This release of Recoup cannot read version %(number)s of %(rulebook)s: %(why)s")
        values = {"number": version.number, "rulebook": rulebook, "why": error}
        raise RulebookUnreadable(said % values) from error
    return InForce(rulebook, version.pk, version.number, version.in_force_from, kept)


def _versions(rulebooks: Collection[str], scopes: Collection[str]) -> QuerySet[RulebookVersion]:
    named = {"rulebook__name__in": rulebooks, "rulebook__scope__in": scopes}
    found = RulebookVersion.objects.filter(**named, withdrawal__isnull=True).order_by("number")
    return found.only("number", "sha256", "in_force_from", "rulebook")


def _shipped(rulebook: str) -> InForce:
    text = shipped_text(rulebook)
    if text is None:
        raise UnknownRulebook(_("There is no rulebook “%(name)s”.") % {"name": rulebook})
    kept = loaded_text(text, name=rulebook)
    return InForce(rulebook, None, 0, _own_date(kept.model), kept)


def _own_date(model: Model) -> date | None:
    said = model.about.get("in_force_from", "")
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
