"""Reads of drafts: what they say, what the check finds, and who is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from recoup.people.models import Staff
from recoup.people.permissions import Action, Viewer
from recoup.policy.models import HOUSE, DraftText, Origin, RulebookVersion, RuleDraft
from recoup.policy.queries.rules import InForce, in_force, latest_version, version_loaded
from recoup.policy.reading import changes_in_words, checked, loaded_text, same_meaning, warning_key
from recoup.policy.refusals import RulesUnsound, UnknownRulebook
from recoup.policy.shipped import shipped_text
from recoup.policy.texts import as_bytes, as_text, must_fit, sha256_of
from recoup.tables.problems import ModelError, Problem

_OPEN = (RuleDraft.State.DRAFT, RuleDraft.State.SUBMITTED, RuleDraft.State.REJECTED)

#: A spreadsheet may be of the latest version or one of so many before it.
_SHEETS_REMEMBERED = 10


@dataclass(frozen=True)
class Finding:
    """One problem of the check; ``key`` is what ``submit_draft`` wants among ``acknowledged`` for a warning."""

    key: str
    problem: Problem

    @property
    def blocks(self) -> bool:
        """Whether it must be mended; otherwise it must be acknowledged."""
        return self.problem.severity != "warning"


@dataclass(frozen=True)
class Waiting:
    """What waits for one person."""

    to_approve: list[RuleDraft]
    to_mend: list[RuleDraft]
    from_release: list[RuleDraft]
    to_look_at: list[RulebookVersion]

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.to_approve) + len(self.to_mend) + len(self.from_release) + len(self.to_look_at)


def draft_by_id(draft_id: int) -> RuleDraft | None:
    """One draft with its rulebook, its base and its people."""
    return _drafts().filter(pk=draft_id).first()


def open_drafts(name: str = "", *, scope: str = HOUSE) -> QuerySet[RuleDraft]:
    """Drafts that are neither published nor withdrawn, newest first; of one rulebook or of all."""
    found = _drafts().filter(state__in=_OPEN).order_by("-pk")
    return found.filter(rulebook__name=name, rulebook__scope=scope) if name else found


def open_draft_with(dmn: str, *, name: str, by: Staff, scope: str = HOUSE) -> RuleDraft | None:
    """Somebody's own draft of the latest version that says exactly this, to be taken up again instead of doubled."""
    latest = latest_version(name, scope=scope)
    mine = open_drafts(name, scope=scope).filter(proposed_by=by, base=latest).exclude(state=RuleDraft.State.REJECTED)
    texts = DraftText.objects.filter(draft=OuterRef("pk"), revision=OuterRef("revision"))
    return mine.filter(Exists(texts.filter(sha256=sha256_of(as_text(dmn))))).first()


def same_as_latest(dmn: str, *, name: str, scope: str = HOUSE) -> bool:
    """Whether a text decides and says what the latest version does. Raises ModelError, UnknownRulebook."""
    return same_meaning(text_to_begin_with(name, scope=scope), as_text(dmn), name=name)


def draft_text(draft: RuleDraft, *, revision: int | None = None) -> str:
    """The DMN of a draft, its latest revision or an earlier one. Raises DraftText.DoesNotExist."""
    return DraftText.objects.values_list("dmn", flat=True).get(draft=draft, revision=revision or draft.revision)


def texts_of(draft: RuleDraft) -> QuerySet[DraftText]:
    """Every revision of a draft, newest first, with who wrote it and when; without the texts."""
    return DraftText.objects.filter(draft=draft).select_related("written_by").defer("dmn").order_by("-revision")


def base_of(draft: RuleDraft) -> InForce:
    """The rules that the draft would replace. Raises UnknownRulebook and RulebookUnreadable."""
    if draft.base is not None:
        return version_loaded(draft.base, draft.rulebook.name)
    # A creditor's first rules replace the house's; a date before every version gives the first one or the file.
    return in_force(draft.rulebook.name, draft.proposed_at.date())


def as_if_in_force(draft: RuleDraft) -> InForce:
    """The draft's latest text in the shape of the rules in force, for trying it. Raises ModelError."""
    name = draft.rulebook.name
    return InForce(name, None, 0, None, loaded_text(draft_text(draft), name=name))


def check_draft(draft: RuleDraft) -> list[Finding]:
    """What the check finds in a draft's latest text, what blocks first."""
    return check_text(draft_text(draft), name=draft.rulebook.name)


def check_text(dmn: str, *, name: str) -> list[Finding]:
    """What the check would find in a text that is not saved, as the editor asks while somebody types.

    Raises FileTooLarge and UnreadableText.
    """
    found = [Finding(warning_key(problem), problem) for problem in checked(as_text(dmn), name=name).problems]
    return sorted(found, key=lambda finding: not finding.blocks)


def text_to_begin_with(name: str, *, scope: str = HOUSE) -> str:
    """What a draft starts from: the latest version, for a creditor's first the house's. Raises UnknownRulebook."""
    latest = latest_version(name, scope=scope) or latest_version(name)
    text = latest.dmn if latest else shipped_text(name)
    if text is None:
        raise UnknownRulebook(_("There is no rulebook “%(name)s”.") % {"name": name})
    return text


def spreadsheet_text(sheet: bytes, *, file_name: str, base: str) -> str:
    """The DMN of ``base`` with the rows that an edited spreadsheet holds.

    Raises FileTooLarge, and RulesUnsound with the rows and columns that cannot be read.
    """
    from recoup.tables.write.spreadsheet import from_xlsx

    must_fit(len(sheet))
    try:
        return as_text(from_xlsx(sheet, file=file_name, base=as_bytes(base)))
    except ModelError as error:
        raise RulesUnsound(_("This spreadsheet cannot be read as a rulebook."), error.problems) from None


def sheet_on_latest(sheet: bytes, *, file_name: str, name: str, scope: str = HOUSE) -> str:
    """The DMN of the latest version with the rows of an edited spreadsheet.

    A spreadsheet of an earlier version is taken only when all it says is in the latest already. Raises
    UnknownRulebook, FileTooLarge, RulesUnsound.
    """
    latest = text_to_begin_with(name, scope=scope)
    try:
        return spreadsheet_text(sheet, file_name=file_name, base=latest)
    except RulesUnsound:
        if _was_taken_over(sheet, file_name, latest, name, scope):
            return latest
        raise


def _was_taken_over(sheet: bytes, file_name: str, latest: str, name: str, scope: str) -> bool:
    earlier = RulebookVersion.objects.filter(rulebook__name=name, rulebook__scope=scope).order_by("-number")
    for base in earlier.values_list("dmn", flat=True)[1:_SHEETS_REMEMBERED]:
        try:
            return same_meaning(spreadsheet_text(sheet, file_name=file_name, base=base), latest, name=name)
        except (RulesUnsound, ModelError):
            continue
    return False


def text_differences(dmn: str, *, name: str, scope: str = HOUSE) -> list[str]:
    """What a text changes in the latest version, one sentence a change. Raises ModelError, UnknownRulebook."""
    return changes_in_words(text_to_begin_with(name, scope=scope), as_text(dmn), name=name)


def draft_differences(draft: RuleDraft) -> list[str]:
    """What a draft changes in the rules it would replace, one sentence a change. Raises ModelError."""
    return changes_in_words(base_of(draft).loaded.text, draft_text(draft), name=draft.rulebook.name)


def writers_of(draft: RuleDraft) -> set[int]:
    """Everybody who proposed, wrote any revision of, or submitted a draft: none of them may approve it."""
    wrote = DraftText.objects.filter(draft=draft).values_list("written_by_id", flat=True)
    return {each for each in (*wrote, draft.proposed_by_id, draft.submitted_by_id) if each is not None}


def brought_in_by(version: RulebookVersion) -> set[int]:
    """Everybody whose work a version is, and for a going back who went back: none of them may undo it."""
    people = {version.proposed_by_id, version.edited_by_id, version.submitted_by_id}
    if version.origin == Origin.RETURN:
        people.add(version.approved_by_id)
    if version.draft is not None:
        people |= writers_of(version.draft)
    return {each for each in people if each is not None}


def may_approve(draft: RuleDraft, viewer: Viewer) -> bool:
    """Whether somebody could approve a draft as it stands: it waits, they may publish, and none of it is theirs."""
    waits = draft.state == RuleDraft.State.SUBMITTED
    return waits and viewer.may(Action.PUBLISH_RULES) and viewer.staff_id not in writers_of(draft)


def waiting_for(viewer: Viewer) -> Waiting:
    """What waits for somebody: drafts to approve, drafts sent back to them, releases to review, goings back to see."""
    proposes, publishes = viewer.may(Action.PROPOSE_RULES), viewer.may(Action.PUBLISH_RULES)
    submitted = [draft for draft in _in_state(RuleDraft.State.SUBMITTED) if may_approve(draft, viewer)]
    sent_back = _in_state(RuleDraft.State.REJECTED).filter(submitted_by=viewer.staff_id)
    released = _in_state(RuleDraft.State.DRAFT).filter(origin=Origin.RELEASE)
    unseen = RulebookVersion.objects.filter(origin=Origin.RETURN, second_look__isnull=True)
    unseen = unseen.exclude(approved_by=viewer.staff_id).select_related("rulebook", "approved_by", "undoes")
    return Waiting(
        to_approve=submitted,
        to_mend=list(sent_back) if proposes else [],
        from_release=list(released) if proposes else [],
        to_look_at=list(unseen.defer("dmn").order_by("-pk")) if proposes or publishes else [],
    )


def _in_state(state: RuleDraft.State) -> QuerySet[RuleDraft]:
    return _drafts().filter(state=state).order_by("pk")


def _drafts() -> QuerySet[RuleDraft]:
    people = ("proposed_by", "submitted_by", "answered_by")
    return RuleDraft.objects.select_related("rulebook", "base", *people).defer("base__dmn")
