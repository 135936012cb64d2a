"""Drafts of the house's rulebooks, and their way to a published version, for tests."""

from __future__ import annotations

from datetime import date
from itertools import count

from recoup.policy import operations as orders
from recoup.policy import queries as policy
from recoup.policy.models import RuleDraft
from tests.people_and_book import NOW, House

_KEYS = count(1)
Edit = tuple[str, str] | tuple[str, int, str]


def drafted(people: House, name: str, *edits: Edit) -> RuleDraft:
    """Han's draft of a rulebook with each text replaced by another where it stands first, or, of the row that begins
    with a text, the cell at a place (1 is the next one).
    """
    draft = orders.propose_draft(name, why="Tried out.", key=f"made-{next(_KEYS)}", by=people.han, at=NOW)
    text = policy.draft_text(draft)
    for edit in edits:
        text = _edited(text, edit)
    return orders.save_draft(draft.pk, revision=draft.revision, dmn=text, by=people.han, at=NOW)


def _edited(text: str, edit: Edit) -> str:
    if len(edit) == 2:
        assert edit[0] in text, edit[0]
        return text.replace(edit[0], edit[1], 1)
    begin, place, new = edit
    head, row, rest = text.partition(f"<text>{begin}</text>")
    assert row, begin
    cells = rest.split("<text>")
    cells[place] = new + cells[place][cells[place].index("</text>") :]
    return head + row + "<text>".join(cells)


def published(people: House, draft: RuleDraft, on: date) -> None:
    """The draft tried, submitted, and approved by Mei, in force from the day."""
    number = {"revision": draft.revision}
    orders.start_dry_run(draft.pk, **number, by=people.han, at=NOW)
    orders.record_dry_run(draft.pk, **number, book_on=on, figures={}, at=NOW)
    keys = [finding.key for finding in policy.check_draft(draft)]
    orders.submit_draft(draft.pk, **number, acknowledged=keys, by=people.han, at=NOW)
    orders.approve_draft(draft.pk, **number, in_force_from=on, by=people.mei, at=NOW, today=on)
