"""Two people at once, the same request twice, and an order that is cut off: nothing is lost, nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from recoup.people.models import Staff
from recoup.policy import operations as policy
from recoup.policy import refusals, shipped
from recoup.policy.models import DraftText, RulebookVersion, RuleDraft
from recoup.policy.operations import orders
from recoup.policy.queries import draft_by_id, draft_differences, in_force, texts_of
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import NAME, TOMORROW, approve, proposed, published, rules, ship, submit, submitted, tried


def at_once(*orders: Callable[[], Any]) -> list[Any]:
    """What each order gave or was refused for, all begun at the same moment on connections of their own."""
    begin = threading.Barrier(len(orders))
    came: list[Any] = [None] * len(orders)

    def run(place: int, order: Callable[[], Any]) -> None:
        begin.wait(timeout=30)
        try:
            came[place] = order()
        except refusals.PolicyRefusal as refusal:
            came[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(orders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told_and_loses_nothing_of_the_first(people: House) -> None:
    draft = proposed(people.han)
    policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=22), by=people.han, at=NOW)
    with pytest.raises(refusals.DraftChanged, match="Han"):
        policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=25), by=people.yan, at=NOW)
    kept = policy.save_draft(draft.pk, revision=2, dmn=rules(late_from=25), by=people.yan, at=NOW)
    assert [(each.revision, each.written_by) for each in texts_of(kept)] == [
        (3, people.yan), (2, people.han), (1, people.han),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_refused(people: House) -> None:
    draft = proposed(people.han)

    def save(by: Staff, late_from: int) -> RuleDraft:
        return policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=late_from), by=by, at=NOW)

    came = at_once(lambda: save(people.han, 22), lambda: save(people.yan, 25))
    assert sorted(type(each).__name__ for each in came) == ["DraftChanged", "RuleDraft"]
    assert DraftText.objects.filter(draft=draft).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_the_same_moment_one_publishes(people: House) -> None:
    draft = submitted(people.han)
    came = at_once(lambda: approve(draft, people.mei), lambda: approve(draft, people.yan, on=TOMORROW))
    assert sorted(type(each).__name__ for each in came) == ["RulebookVersion", "WrongState"]
    assert RulebookVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_approved_at_the_same_moment_the_second_must_see_the_first(people: House) -> None:
    one, other = submitted(people.han), submitted(people.han, rules(late_from=15))
    came = at_once(lambda: approve(one, people.mei), lambda: approve(other, people.yan))
    assert sorted(type(each).__name__ for each in came) == ["DraftOvertaken", "RulebookVersion"]


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_start_at_once_adopt_a_release_once(release: Any) -> None:
    at_once(*[lambda: policy.adopt_shipped(at=NOW)] * 2)
    assert list(RulebookVersion.objects.values_list("number", flat=True)) == [1]


@pytest.mark.django_db
def test_a_draft_does_not_silently_undo_what_was_published_meanwhile(people: House) -> None:
    early, late = submitted(people.han), submitted(people.han, rules(title="Who leads"))
    approve(early, people.mei)
    with pytest.raises(refusals.DraftOvertaken):
        approve(late, people.mei)
    policy.reopen_draft(late.pk, by=people.han, at=NOW)
    with pytest.raises(refusals.DraftOvertaken):
        submit(late, people.han)
    rebased = policy.rebase_draft(late.pk, revision=1, by=people.han, at=NOW)
    assert (rebased.revision, rebased.base and rebased.base.number) == (2, 2)
    with pytest.raises(refusals.DryRunMissing):
        submit(rebased, people.han)
    seen = draft_by_id(late.pk)
    assert seen is not None
    assert any("21" in said and "31" in said for said in draft_differences(seen)), (
        "that it would undo the 21 days shows"
    )
    assert approve(submit(tried(rebased), people.han), people.mei).number == 3


@pytest.mark.django_db
def test_the_same_request_twice_does_the_same_once(people: House) -> None:
    first, second = (proposed(people.han, key="one click") for _time in range(2))
    assert first == second

    def save() -> RuleDraft:
        return policy.save_draft(first.pk, revision=1, dmn=rules(late_from=22), by=people.han, at=NOW)

    assert (save().revision, save().revision, texts_of(first).count()) == (2, 2, 2)
    draft = tried(first)
    assert submit(draft, people.han).submitted_at == submit(draft, people.han).submitted_at
    assert approve(draft, people.mei) == approve(draft, people.mei)
    assert RulebookVersion.objects.count() == 2


@pytest.mark.django_db
def test_another_date_for_what_is_published_is_not_taken_for_the_same_request(people: House) -> None:
    draft = submitted(people.han)
    approve(draft, people.mei)
    with pytest.raises(refusals.WrongState):
        approve(draft, people.mei, on=TOMORROW)


@pytest.mark.django_db
def test_saving_what_is_there_already_makes_no_revision_and_keeps_the_dry_run(people: House) -> None:
    draft = tried(proposed(people.han))
    policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=21), by=people.yan, at=NOW)
    assert submit(draft, people.han).revision == 1


CUT_OFF: dict[str, Callable[[House, RuleDraft, RulebookVersion], Any]] = {
    "approve": lambda people, draft, _version: approve(draft, people.mei),
    "go back": lambda people, _draft, version: policy.go_back(version.pk, why="No", by=people.mei, at=NOW, today=TODAY),
    "adopt": lambda _people, _draft, _version: policy.adopt_shipped(at=NOW),
}


@pytest.mark.django_db
@pytest.mark.parametrize("order", CUT_OFF)
def test_an_order_that_is_cut_off_leaves_nothing_behind(
    people: House, monkeypatch: pytest.MonkeyPatch, order: str, release: Path
) -> None:
    version = published(people.yan, people.mei)
    draft = submitted(people.han, rules(late_from=15))
    ship(release, rules(late_from=7))
    shipped.shipped_texts.cache_clear()
    before = RulebookVersion.objects.count(), in_force(NAME, TOMORROW).number
    with monkeypatch.context() as patch:
        # The last thing that each order does; the cut comes when all else is written.
        patch.setattr(orders, "record_audit", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            CUT_OFF[order](people, draft, version)
    draft.refresh_from_db()
    assert (RulebookVersion.objects.count(), in_force(NAME, TOMORROW).number) == before
    assert (draft.state, RuleDraft.objects.count()) == ("submitted", 2)
    assert CUT_OFF[order](people, draft, version), "and it can be given again"


def _cut_off(**_more: Any) -> None:
    raise KeyboardInterrupt
