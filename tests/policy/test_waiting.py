"""Everybody sees what waits for them and nothing that they could not act on."""

from __future__ import annotations

import pytest

from recoup.people.models import Staff
from recoup.people.queries import viewer_of
from recoup.policy import operations as policy
from recoup.policy.queries import draft_differences, may_approve, open_drafts, version_differences, waiting_for
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import NAME, proposed, published, rules, submitted

pytestmark = pytest.mark.django_db


def waits(person: Staff) -> tuple[int, int, int, int]:
    """How many drafts wait for approval, for mending, for review, and how many goings back for a look."""
    found = waiting_for(viewer_of(person))
    assert found.count == len(found.to_approve) + len(found.to_mend) + len(found.from_release) + len(found.to_look_at)
    return len(found.to_approve), len(found.to_mend), len(found.from_release), len(found.to_look_at)


def test_a_submitted_draft_waits_for_those_who_may_approve_it(people: House, wen: Staff) -> None:
    draft = submitted(people.yan)
    assert [waits(person)[0] for person in (people.mei, wen, people.yan, people.han, people.ada)] == [1, 1, 0, 0, 0]
    assert may_approve(draft, viewer_of(wen))
    assert not may_approve(draft, viewer_of(people.yan))


def test_a_draft_that_was_sent_back_waits_for_who_submitted_it(people: House) -> None:
    draft = submitted(people.han)
    policy.reject_draft(draft.pk, revision=1, why="Say from when", by=people.mei, at=NOW)
    assert [waits(person) for person in (people.han, people.yan, people.mei)] == [
        (0, 1, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0),
    ]  # fmt: skip


def test_a_going_back_waits_for_everybody_else_until_somebody_looked(people: House) -> None:
    version = published(people.han, people.mei)
    returned = policy.go_back(version.pk, why="Worse", by=people.mei, at=NOW, today=TODAY)
    assert [waits(person)[3] for person in (people.mei, people.han, people.yan, people.lin)] == [0, 1, 1, 0]
    policy.look_again(returned.pk, by=people.han, at=NOW)
    assert waits(people.yan)[3] == 0


def test_open_drafts_are_those_somebody_works_on(people: House) -> None:
    draft, ended = proposed(people.han), proposed(people.han)
    policy.withdraw_draft(ended.pk, why="No", by=people.han, at=NOW)
    published(people.yan, people.mei)
    assert list(open_drafts(NAME)) == list(open_drafts()) == [draft]
    assert not open_drafts("house/other")


def test_what_changed_is_said_in_words(people: House) -> None:
    version = published(people.han, people.mei)
    (said,) = version_differences(version)
    assert "21" in said
    assert "31" in said
    assert version_differences(version.rulebook.versions.get(number=1)) == []
    assert draft_differences(proposed(people.han, rules(late_from=21))) == []
