"""The background job that tries a draft: it ends in figures or in a reason, whatever happens."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from recoup.casework import jobs
from recoup.casework.jobs import try_rules
from recoup.casework.models import DayRun
from recoup.casework.operations import BookMoved
from recoup.casework.operations import dry_run as use_case
from recoup.casework.operations.dry_run import reading
from recoup.policy import operations as orders
from recoup.policy.models import RuleDraft
from recoup.policy.queries import as_if_in_force
from tests.casework.made_drafts import drafted
from tests.people_and_book import NOW, TODAY, Book, book_of

pytestmark = pytest.mark.django_db

NEW_CASES_LATER = ("<text>500</text>", "<text>50</text>")


@pytest.fixture
def book(db: None) -> Book:
    orders.adopt_shipped(at=NOW)
    return book_of()


def tried(book: Book, draft: RuleDraft) -> RuleDraft:
    """The draft after somebody asked for a trial and the worker did it."""
    assert orders.start_dry_run(draft.pk, revision=draft.revision, by=book.house.han, at=NOW)
    try_rules.call(draft.pk, draft.revision)
    draft.refresh_from_db()
    return draft


def test_a_trial_ends_in_figures_of_the_book_of_the_last_run(book: Book) -> None:
    draft = tried(book, drafted(book.house, "house/priority", NEW_CASES_LATER))
    assert (draft.dry_run, draft.dry_run_revision, draft.dry_run_book_on) == ("done", draft.revision, TODAY)
    lines = draft.dry_run_figures["list"]
    assert {line["ref"] for line in lines} >= {book.zhous_case.ref}
    assert {(line["what"], line["old"], line["new"]) for line in lines} == {("weight", "500", "50")}
    assert draft.dry_run_figures["otherwise"] == len(lines) <= draft.dry_run_figures["cases"]


def test_before_the_first_run_the_book_is_tried_as_of_today(db: None) -> None:
    people = book_of().house
    DayRun.objects.all().delete()
    draft = drafted(people, "house/priority", NEW_CASES_LATER)
    orders.start_dry_run(draft.pk, revision=draft.revision, by=people.han, at=NOW)
    try_rules.call(draft.pk, draft.revision)
    draft.refresh_from_db()
    assert (draft.dry_run, draft.dry_run_book_on is not None) == ("done", True)


def test_rules_that_cannot_be_tried_say_why(book: Book) -> None:
    draft = tried(book, drafted(book.house, "house/stages", ("(30..60]", "(35..60]")))
    assert draft.dry_run == "failed"
    assert "no step holds day 31" in draft.dry_run_failure


def test_rules_that_cannot_be_read_say_why(book: Book) -> None:
    draft = tried(book, drafted(book.house, "house/stages", ("</definitions>", "")))
    assert (draft.dry_run, bool(draft.dry_run_failure)) == ("failed", True)


@pytest.mark.parametrize("error", [BookMoved("the book moved"), ZeroDivisionError("of all things")])
def test_what_goes_wrong_is_kept_with_the_draft(book: Book, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(jobs, "dry_run", fails)
    draft = drafted(book.house, "house/priority", NEW_CASES_LATER)
    orders.start_dry_run(draft.pk, revision=draft.revision, by=book.house.han, at=NOW)
    if isinstance(error, BookMoved):
        try_rules.call(draft.pk, draft.revision)
    else:
        with pytest.raises(ZeroDivisionError):
            try_rules.call(draft.pk, draft.revision)
    draft.refresh_from_db()
    assert draft.dry_run == "failed"
    assert str(error) in draft.dry_run_failure


def test_a_draft_that_moved_on_is_not_tried(book: Book) -> None:
    draft = drafted(book.house, "house/priority", NEW_CASES_LATER)
    try_rules.call(draft.pk, draft.revision - 1)
    try_rules.call(draft.pk + 1, 1)
    draft.refresh_from_db()
    assert draft.dry_run == ""


def test_a_creditors_own_rules_are_used_by_nothing_yet(book: Book) -> None:
    draft = orders.propose_draft(
        "house/priority", scope="creditor:harbour", why="Ours.", key="own", by=book.house.han, at=NOW
    )
    draft = tried(book, draft)
    assert (draft.dry_run, draft.dry_run_figures["unused"]) == ("done", True)


def test_a_run_that_goes_on_meanwhile_is_noticed(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = as_if_in_force(drafted(book.house, "house/priority", NEW_CASES_LATER))
    turns = iter(range(100))
    real = reading.owed_by

    def while_a_run_goes_on(*given: Any) -> Any:
        DayRun.objects.update(turn_of=str(next(turns)))
        return real(*given)

    monkeypatch.setattr(sys.modules[use_case.__module__], "owed_by", while_a_run_goes_on)
    with pytest.raises(BookMoved):
        use_case("house/priority", rules, TODAY)
