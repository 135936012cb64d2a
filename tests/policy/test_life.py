"""From a draft to rules in force: what each step asks for, in its order, by two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from recoup.people.models import Staff
from recoup.policy import operations as policy
from recoup.policy import refusals
from recoup.policy.models import DraftText, Origin, RulebookVersion, RuleDraft
from recoup.policy.queries import check_draft, draft_by_id, draft_text, history, in_force, trail
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import (
    EARLIER,
    LAID_OUT,
    NAME,
    TOMORROW,
    WITH_A_GAP,
    WITH_A_WARNING,
    approve,
    proposed,
    published,
    rules,
    submit,
    submitted,
    tried,
)

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


def numbers(*days: date) -> list[int]:
    """The number of the version in force on each day."""
    return [in_force(NAME, day).number for day in days]


def test_a_change_goes_from_a_draft_to_rules_in_force(people: House) -> None:
    draft = policy.propose_draft(NAME, why="Cases turn bad earlier", key="k", by=people.han, at=NOW)
    assert draft_text(draft) == in_force(NAME, TODAY).loaded.text
    draft = policy.save_draft(draft.pk, revision=1, dmn=EARLIER, by=people.han, at=NOW)
    version = approve(submit(tried(draft), people.han), people.mei, on=TOMORROW)
    assert numbers(YESTERDAY, TODAY, TOMORROW, TODAY + timedelta(days=9)) == [1, 1, 2, 2]
    assert in_force(NAME, TOMORROW).version_id == version.pk
    assert in_force(NAME, TOMORROW).loaded.text == EARLIER.replace(' encoding="UTF-8"', "")
    assert (version.proposed_by, version.edited_by, version.approved_by) == (people.han, people.han, people.mei)
    assert (version.why, version.dry_run_figures["otherwise"], version.dry_run_book_on) == (
        "Cases turn bad earlier", 2, TODAY,
    )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("published", version)


def test_everything_that_was_done_is_in_the_audit_with_who_and_why(people: House) -> None:
    draft = submitted(people.han)
    policy.reject_draft(draft.pk, revision=1, why="Say from when", by=people.mei, at=NOW)
    policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=22), by=people.han, at=NOW)
    approve(submit(tried(draft), people.han), people.mei)
    assert [(entry.action, entry.actor_name) for entry in trail(NAME)][::-1] == [
        ("rules adopted", ""),
        ("rules proposed", "Han"),
        ("rules tried", ""),
        ("rules submitted", "Han"),
        ("rules sent back", "Mei"),
        ("rules edited", "Han"),
        ("rules tried", ""),
        ("rules submitted", "Han"),
        ("rules published", "Mei"),
    ]
    assert [entry.detail.get("why") for entry in trail(NAME) if entry.action == "rules sent back"] == ["Say from when"]


# --- the second person ------------------------------------------------------------------------------------------------


def test_nobody_approves_what_they_proposed(people: House) -> None:
    with pytest.raises(refusals.SamePerson):
        approve(submitted(people.yan), people.yan)
    assert numbers(TODAY) == [1]


def test_nobody_approves_what_they_edited_even_when_another_edited_it_later(people: House) -> None:
    draft = proposed(people.han)
    policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=22), by=people.yan, at=NOW)
    policy.save_draft(draft.pk, revision=2, dmn=rules(late_from=23), by=people.han, at=NOW)
    with pytest.raises(refusals.SamePerson):
        approve(submit(tried(draft), people.han), people.yan)


def test_nobody_approves_what_they_submitted(people: House) -> None:
    draft = tried(proposed(people.han))
    with pytest.raises(refusals.SamePerson):
        approve(submit(draft, people.yan), people.yan)
    assert approve(draft, people.mei).number == 2


@pytest.mark.parametrize("who", ["lin", "han", "kai", "ada", "gao"])
def test_only_those_who_may_publish_approve(people: House, who: str) -> None:
    draft = submitted(people.yan)
    with pytest.raises(refusals.NotAllowed):
        approve(draft, people.everybody()[who])


@pytest.mark.parametrize("who", ["lin", "mei", "kai", "ada", "gao"])
def test_only_those_who_may_propose_write_drafts(people: House, who: str) -> None:
    person = people.everybody()[who]
    draft = proposed(people.han)
    orders: list[Callable[[], Any]] = [
        lambda: proposed(person),
        lambda: policy.save_draft(draft.pk, revision=1, dmn=rules(), by=person, at=NOW),
        lambda: submit(tried(draft), person),
        lambda: policy.withdraw_draft(draft.pk, why="No", by=person, at=NOW),
    ]
    for order in orders:
        with pytest.raises(refusals.NotAllowed):
            order()
    assert RuleDraft.objects.count() == 1


def test_somebody_who_left_does_nothing(people: House) -> None:
    people.mei.is_active = False
    people.mei.save()
    with pytest.raises(refusals.NotAllowed):
        approve(submitted(people.han), people.mei)


# --- the check --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WITH_A_GAP, id="a gap"),
        pytest.param("<definitions", id="no XML"),
        pytest.param(rules(late='if days then "collector"'), id="no FEEL"),
        pytest.param(rules().replace('"days"', '"moons"').replace(">days<", ">moons<"), id="a fact that nobody gives"),
        pytest.param(rules().replace('name="Lead"', 'name="Leader"'), id="an answer that the program misses"),
        pytest.param(rules(late="7").replace('"string"', '"number"'), id="an answer of another type"),
    ],
)
def test_rules_with_errors_are_kept_as_a_draft_and_not_submitted(people: House, text: str) -> None:
    draft = policy.save_draft(proposed(people.han).pk, revision=1, dmn=text, by=people.han, at=NOW)
    assert draft_text(draft) == text.replace(' encoding="UTF-8"', "")
    assert any(finding.blocks for finding in check_draft(draft))
    with pytest.raises(refusals.RulesUnsound) as refused:
        submit(tried(draft), people.han)
    assert all(problem.severity != "warning" for problem in refused.value.problems)


def test_warnings_must_be_acknowledged_and_are_kept_with_the_version(people: House) -> None:
    draft = tried(proposed(people.han, WITH_A_WARNING))
    (finding,) = check_draft(draft)
    assert not finding.blocks
    with pytest.raises(refusals.RulesUnsound):
        policy.submit_draft(draft.pk, revision=1, acknowledged=["another"], by=people.han, at=NOW)
    version = approve(submit(draft, people.han), people.mei)
    assert [each["key"] for each in version.acknowledged] == [finding.key]


def test_rules_that_say_what_is_in_force_are_not_submitted(people: House) -> None:
    draft = tried(proposed(people.han, LAID_OUT))
    with pytest.raises(refusals.NothingChanged):
        submit(draft, people.han)


# --- the dry run ------------------------------------------------------------------------------------------------------


def test_rules_are_tried_before_they_are_submitted(people: House) -> None:
    draft = proposed(people.han)
    with pytest.raises(refusals.DryRunMissing):
        submit(draft, people.han)
    assert submit(tried(draft), people.han).state == "submitted"


def test_a_dry_run_older_than_the_last_edit_does_not_count(people: House) -> None:
    draft = tried(proposed(people.han))
    draft = policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=22), by=people.han, at=NOW)
    with pytest.raises(refusals.DryRunMissing):
        submit(draft, people.han)
    assert not policy.record_dry_run(draft.pk, revision=1, book_on=TODAY, figures={}, at=NOW)
    with pytest.raises(refusals.DryRunMissing):
        submit(draft, people.han)


def test_one_dry_run_at_a_time_and_a_dead_one_does_not_block(people: House) -> None:
    draft = proposed(people.han)

    def start(minutes: int) -> bool:
        return policy.start_dry_run(draft.pk, revision=1, by=people.han, at=NOW + timedelta(minutes=minutes))

    assert [start(0), start(1), start(29), start(31), start(32)] == [True, False, False, True, False]
    policy.fail_dry_run(draft.pk, revision=1, failure="the disk is full", at=NOW)
    draft.refresh_from_db()
    assert (draft.dry_run, draft.dry_run_failure) == ("failed", "the disk is full")
    assert start(33)


# --- the wrong order --------------------------------------------------------------------------------------------------

ORDERS: dict[str, Callable[[RuleDraft, House], Any]] = {
    "save": lambda draft, by: policy.save_draft(
        draft.pk, revision=draft.revision, dmn=rules(late_from=25), by=by.han, at=NOW
    ),
    "try": lambda draft, by: policy.start_dry_run(draft.pk, revision=draft.revision, by=by.han, at=NOW),
    "submit": lambda draft, by: submit(draft, by.han),
    "reopen": lambda draft, by: policy.reopen_draft(draft.pk, by=by.han, at=NOW),
    "approve": lambda draft, by: approve(draft, by.mei, on=TOMORROW),
    "reject": lambda draft, by: policy.reject_draft(draft.pk, revision=draft.revision, why="No", by=by.mei, at=NOW),
    "withdraw": lambda draft, by: policy.withdraw_draft(draft.pk, why="No", by=by.han, at=NOW),
}
#: What each state takes; whatever is not named is refused.
TAKES = {
    "draft": {"save", "try", "submit", "reopen", "withdraw"},  # to reopen what is open does nothing
    "submitted": {"try", "submit", "reopen", "approve", "reject", "withdraw"},  # submitted twice is submitted once
    "rejected": {"save", "try", "reject", "withdraw"},  # rejected twice is rejected once
    "published": set[str](),
    "withdrawn": {"withdraw"},  # withdrawn twice is withdrawn once
}


def in_state(state: str, people: House) -> RuleDraft:
    """A tried draft in a state."""
    draft = submitted(people.han) if state != "draft" else tried(proposed(people.han))
    if state == "rejected":
        ORDERS["reject"](draft, people)
    if state == "withdrawn":
        ORDERS["withdraw"](draft, people)
    if state == "published":
        approve(draft, people.mei)
    found = draft_by_id(draft.pk)
    assert found is not None
    assert found.state == state
    return found


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("state", TAKES)
def test_an_order_out_of_turn_is_refused_and_changes_nothing(people: House, state: str, order: str) -> None:
    draft = in_state(state, people)
    versions, texts = RulebookVersion.objects.count(), DraftText.objects.count()
    if order in TAKES[state]:
        ORDERS[order](draft, people)
        return
    with pytest.raises(refusals.WrongState):
        ORDERS[order](draft, people)
    draft.refresh_from_db()
    assert (draft.state, RulebookVersion.objects.count(), DraftText.objects.count()) == (state, versions, texts)


def test_a_draft_that_was_sent_back_is_mended_and_submitted_again(people: House) -> None:
    draft = in_state("rejected", people)
    draft = policy.save_draft(draft.pk, revision=1, dmn=rules(late_from=22), by=people.han, at=NOW)
    assert (draft.state, draft.answer) == ("draft", "No")
    assert approve(submit(tried(draft), people.han), people.mei).number == 2


@pytest.mark.parametrize("why", ["", "   "])
def test_no_reason_no_order(people: House, why: str) -> None:
    draft = submitted(people.han)
    version = published(people.yan, people.mei)
    for order in (
        lambda: proposed(people.han, why=why),
        lambda: policy.reject_draft(draft.pk, revision=1, why=why, by=people.mei, at=NOW),
        lambda: policy.withdraw_draft(draft.pk, why=why, by=people.han, at=NOW),
        lambda: policy.go_back(version.pk, why=why, by=people.mei, at=NOW, today=TODAY),
    ):
        with pytest.raises(refusals.WhyMissing):
            order()


def test_an_order_about_a_draft_that_nobody_knows_is_refused(people: House) -> None:
    for order in (
        lambda: policy.reopen_draft(4711, by=people.han, at=NOW),
        lambda: policy.withdraw_version(4711, why="No", by=people.mei, at=NOW, today=TODAY),
    ):
        with pytest.raises(refusals.UnknownDraft):
            order()


@pytest.mark.parametrize("name", ["house/lea", "", "../house/lead", "house/lead.dmn", "HOUSE/LEAD"])
def test_a_rulebook_that_nobody_knows_is_refused(people: House, name: str) -> None:
    with pytest.raises(refusals.UnknownRulebook):
        policy.propose_draft(name, why="New", key="k", by=people.han, at=NOW, dmn=EARLIER)
    with pytest.raises(refusals.UnknownRulebook):
        in_force(name, TODAY)


# --- dates ------------------------------------------------------------------------------------------------------------


def test_rules_do_not_hold_from_a_day_that_has_passed(people: House) -> None:
    with pytest.raises(refusals.UnusableDate):
        approve(submitted(people.han), people.mei, on=YESTERDAY)


def test_rules_do_not_begin_before_those_already_planned(people: House) -> None:
    published(people.han, people.mei, on=TODAY + timedelta(days=10))
    later = submitted(people.han, rules(late_from=15))
    with pytest.raises(refusals.UnusableDate):
        approve(later, people.mei, on=TODAY + timedelta(days=9))
    assert approve(later, people.mei, on=TODAY + timedelta(days=10)).number == 3
    assert numbers(TODAY + timedelta(days=9), TODAY + timedelta(days=10)) == [1, 3]


def test_each_version_holds_until_the_next_ones_date(people: House) -> None:
    published(people.han, people.mei, on=TOMORROW)
    published(people.han, people.mei, rules(late_from=15), on=TODAY + timedelta(days=5))
    lines = history(NAME, TODAY + timedelta(days=2))
    assert [(line.version.number, line.standing, line.until) for line in lines] == [
        (3, "planned", None),
        (2, "in_force", TODAY + timedelta(days=5)),
        (1, "past", TOMORROW),
    ]


def test_a_version_that_has_not_begun_is_withdrawn_and_the_one_before_goes_on(people: House) -> None:
    version = published(people.han, people.mei, on=TOMORROW)
    first = policy.withdraw_version(version.pk, why="Not yet", by=people.yan, at=NOW, today=TODAY)
    again = policy.withdraw_version(version.pk, why="Not yet", by=people.mei, at=NOW, today=TODAY)
    assert first == again
    assert numbers(TODAY, TOMORROW) == [1, 1]
    assert [line.standing for line in history(NAME, TOMORROW)] == ["withdrawn", "in_force"]
    assert published(people.han, people.mei, rules(late_from=15), on=TODAY).number == 3


def test_a_version_in_force_is_not_withdrawn(people: House) -> None:
    version = published(people.han, people.mei)
    with pytest.raises(refusals.WrongState):
        policy.withdraw_version(version.pk, why="No", by=people.mei, at=NOW, today=TODAY)
    assert numbers(TODAY) == [2]


# --- going back -------------------------------------------------------------------------------------------------------


def back(version: RulebookVersion, by: Staff, *, today: date = TODAY) -> RulebookVersion:
    return policy.go_back(version.pk, why="It sends everybody to Han", by=by, at=NOW, today=today)


def test_going_back_is_one_step_and_a_version_of_its_own(people: House) -> None:
    before = in_force(NAME, TODAY)
    undone = published(people.han, people.mei)
    again = back(undone, people.yan)
    assert (again.number, again.origin, again.in_force_from) == (3, Origin.RETURN, TODAY)
    assert in_force(NAME, TODAY).content_hash == before.content_hash
    assert in_force(NAME, TODAY).version_id == again.pk
    assert (again.undoes, again.says_again.number if again.says_again else None) == (undone, 1)


def test_whoever_approved_may_go_back_but_not_who_brought_it_in(people: House, wen: Staff) -> None:
    undone = published(people.yan, wen)
    with pytest.raises(refusals.SamePerson):
        back(undone, people.yan)
    with pytest.raises(refusals.NotAllowed):
        back(undone, people.han)
    assert back(undone, wen).number == 3


def test_going_back_twice_is_going_back_once(people: House) -> None:
    undone = published(people.han, people.mei)
    assert back(undone, people.mei) == back(undone, people.mei)
    with pytest.raises(refusals.WrongState):
        back(undone, people.yan)
    assert RulebookVersion.objects.count() == 3


def test_who_went_back_does_not_go_forward_again_alone(people: House) -> None:
    returned = back(published(people.han, people.mei), people.mei)
    with pytest.raises(refusals.SamePerson):
        back(returned, people.mei)
    forward = back(returned, people.yan)
    assert in_force(NAME, TODAY).loaded.text == EARLIER.replace(' encoding="UTF-8"', "")
    assert forward.number == 4


def test_the_first_version_an_old_one_and_a_planned_one_are_not_gone_back_from(people: House) -> None:
    first = RulebookVersion.objects.get(number=1)
    with pytest.raises(refusals.WrongState):
        back(first, people.mei)
    second = published(people.han, people.mei)
    planned = published(people.han, people.mei, rules(late_from=15), on=TOMORROW)
    for version in (first, second, planned):
        with pytest.raises(refusals.WrongState):
            back(version, people.mei)
    assert numbers(TODAY, TOMORROW) == [2, 3]


def test_a_second_person_looks_at_a_going_back(people: House) -> None:
    returned = back(published(people.han, people.mei), people.mei)
    with pytest.raises(refusals.SamePerson):
        policy.look_again(returned.pk, by=people.mei, at=NOW)
    look = policy.look_again(returned.pk, by=people.yan, at=NOW)
    assert policy.look_again(returned.pk, by=people.han, at=NOW) == look
    assert look.by == people.yan
