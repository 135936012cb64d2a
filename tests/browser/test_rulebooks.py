"""Rules in a real browser: read, tried, changed in the editor, tried on the book, agreed by a second person, obeyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from recoup.casework.jobs import try_rules
from recoup.casework.models import WorkItem
from recoup.casework.operations import run_day
from recoup.policy import operations as orders
from recoup.policy.models import RulebookVersion, RuleDraft
from recoup.policy.queries import draft_text
from tests.browser.desk import Window
from tests.browser.test_desk import LANGUAGES, WIDTHS, is_fit_to_use, signed_in
from tests.people_and_book import NOW, TODAY, Book, book_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenWindow = Callable[..., Window]
PRIORITY = "/rules/of/house/priority/"
#: dmn-js ships a build of its view library that says so itself; it is no fault of the page.
NO_FAULT = "development build of Inferno"
#: The row "New since …" of the priority table, and its weight.
NEW_ROW = 3


@pytest.fixture
def book(transactional_db: None) -> Book:
    """The small book with the shipped rules as version 1, committed, so that the running desk sees it."""
    orders.adopt_shipped(at=NOW)
    return book_of()


def without_known_complaints(window: Window) -> None:
    """Forgets what the editor's own library says of itself."""
    window.complaints[:] = [each for each in window.complaints if NO_FAULT not in each]


def proposed(page: Any, why: str) -> int:
    """Han begins a draft of the rulebook whose page is open; the draft's key."""
    page.click("text=Propose a change")
    page.fill('textarea[name="why"]', why)
    page.click("text=Begin a draft")
    page.wait_for_url("**/rules/drafts/*/")
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def typed_into_the_editor(page: Any, row: int, column: int, text: str) -> None:
    """Replaces what a cell of the editor's table says."""
    cell = page.locator("#editor tbody tr").nth(row - 1).locator("td.input-cell, td.output-cell").nth(column)
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def tried_on_the_book(page: Any) -> None:
    """Presses the button and lets the background job run, as the worker would."""
    page.click("#do button >> text=Try it on the book")
    page.wait_for_url("**/on-the-book/")
    draft = RuleDraft.objects.get(pk=int(page.url.split("/drafts/")[1].split("/")[0]))
    try_rules.call(draft.pk, draft.revision)
    page.wait_for_selector("text=Cases")


def test_a_rule_is_edited_tried_on_the_book_agreed_by_a_second_person_and_obeyed_the_next_day(
    book: Book, open_window: OpenWindow
) -> None:
    han, mei = signed_in(open_window("/sign-in/"), "han"), signed_in(open_window("/sign-in/"), "mei")
    case_page = f"/cases/{book.zhous_case.pk}/"
    mei.page.goto(case_page)
    assert f"rule {NEW_ROW} of “Which case next, and why”, v1" in mei.page.inner_text("main")

    page = han.page
    page.goto(PRIORITY)
    draft_id = proposed(page, "New cases first: a call on the first day settles most of them.")
    page.click("text=Open the editor")
    page.wait_for_selector("#editor[data-ready]")
    typed_into_the_editor(page, NEW_ROW, 11, "50")
    page.wait_for_selector("text=not saved yet")
    page.click("#draft-text >> text=Save >> nth=0")
    page.wait_for_url(f"**/rules/drafts/{draft_id}/")
    without_known_complaints(han)
    assert "Row 3: Weight: 500 → 50" in page.inner_text("#changes + *, main")

    tried_on_the_book(page)
    assert book.zhous_case.ref in page.inner_text("main")
    page.click("text=Back to the draft")
    page.click("#do >> text=Give it to a second person")
    page.click("#do button >> text=Give it to a second person")
    assert "You cannot agree to this." in page.inner_text("#do")
    assert page.locator("text=Agree and publish").count() == 0

    page = mei.page
    page.goto("/rules/")
    page.click("text=Agree or send back")
    page.click("#do >> text=Agree and publish")
    page.fill('input[name="in_force_from"]', (TODAY + timedelta(days=1)).isoformat())
    page.click("#do button >> text=Agree and publish")
    assert "Published" in page.inner_text("main")

    first = RulebookVersion.objects.get(rulebook__name="house/priority", number=1)
    before = WorkItem.objects.get(case=book.zhous_case)
    assert (before.policy_version, before.rule) == (first, NEW_ROW)
    page.goto(case_page)
    assert "v1" in page.inner_text(".note.accent")
    run_day(TODAY + timedelta(days=1), at=NOW + timedelta(days=1))
    after = WorkItem.objects.get(case=book.zhous_case)
    assert after.policy_version is not None
    assert after.policy_version.number == 2
    page.goto(case_page)
    assert "v2" in page.inner_text(".note.accent")
    page.goto(f"/rules/versions/{first.pk}/")
    assert "This is how the rules stood" in page.inner_text("main")
    assert "500" in page.inner_text(f"#t1r{NEW_ROW}")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_fit_to_read_and_try(book: Book, open_window: OpenWindow, language: str, width: int) -> None:
    window = signed_in(open_window("/sign-in/", width=width, language=LANGUAGES[language]), "han", language)
    pages = {
        "rules": "/rules/",
        "rulebook": "/rules/of/house/team/?fact:stage_rank=4&fact:stage=S4&fact:protected=false",
        "rulebook-wide": "/rules/of/house/causes/?fact:cause=ABT-1",
        "rulebook-columns": "/rules/of/house/causes/?view=columns",
    }
    for name, path in pages.items():
        window.page.goto(path)
        is_fit_to_use(window, f"{name}.{language}.{width}")


def tried_draft(book: Book) -> RuleDraft:
    """Han's draft by which stage S4 begins on day 41, tried on the book."""
    draft = orders.propose_draft("house/stages", why="Earlier calls.", key="k", by=book.house.han, at=NOW)
    text = draft_text(draft).replace("(30..60]", "(30..40]").replace("(60..180]", "(40..180]")
    draft = orders.save_draft(draft.pk, revision=draft.revision, dmn=text, by=book.house.han, at=NOW)
    orders.start_dry_run(draft.pk, revision=draft.revision, by=book.house.han, at=NOW)
    try_rules.call(draft.pk, draft.revision)
    return draft


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_drafts_are_fit_to_use(book: Book, open_window: OpenWindow, language: str, width: int) -> None:
    draft = tried_draft(book)
    window = signed_in(open_window("/sign-in/", width=width, language=LANGUAGES[language]), "han", language)
    pages = {
        "draft": f"/rules/drafts/{draft.pk}/?do=withdraw",
        "draft-row": f"/rules/drafts/{draft.pk}/tables/1/4/",
        "draft-tried": f"/rules/drafts/{draft.pk}/on-the-book/",
        "draft-editor": f"/rules/drafts/{draft.pk}/editor/",
    }
    for name, path in pages.items():
        window.page.goto(path)
        if name == "draft-editor":
            window.page.wait_for_selector("#editor[data-ready]")
        is_fit_to_use(window, f"{name}.{language}.{width}")
    without_known_complaints(window)


def test_the_mark_of_the_editor_stays_in_sight_whatever_is_edited(book: Book, open_window: OpenWindow) -> None:
    draft = orders.propose_draft("house/priority", why="Longer.", key="k", by=book.house.han, at=NOW)
    window = signed_in(open_window("/sign-in/"), "han")
    window.page.goto(f"/rules/drafts/{draft.pk}/editor/")
    window.page.wait_for_selector("#editor[data-ready]")
    for view in range(window.page.locator("#views button").count()):
        window.page.locator("#views button").nth(view).click()
        window.page.wait_for_timeout(300)
        mark = window.page.locator("#editor .bjs-powered-by:visible").first.bounding_box()
        frame = window.page.locator("#editor").bounding_box()
        assert mark is not None
        assert frame is not None
        assert frame["x"] <= mark["x"]
        assert mark["x"] + mark["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= mark["y"]
        assert mark["y"] + mark["height"] <= frame["y"] + frame["height"]
    window.page.locator("#editor .bjs-powered-by:visible").first.click()
    window.page.wait_for_selector(".bjs-powered-by-lightbox")
    without_known_complaints(window)


def test_the_check_shows_the_row_while_somebody_types(book: Book, open_window: OpenWindow) -> None:
    draft = orders.propose_draft("house/stages", why="Earlier.", key="k", by=book.house.han, at=NOW)
    window = signed_in(open_window("/sign-in/"), "han")
    page = window.page
    page.goto(f"/rules/drafts/{draft.pk}/editor/")
    page.wait_for_selector("#editor[data-ready]")
    typed_into_the_editor(page, 2, 0, "< 0")
    page.wait_for_selector("#check >> text=No row fits these facts.")
    page.click('#check button[data-rule="2"]')
    page.wait_for_selector("#editor tbody tr:nth-child(2).shown-row")
    without_known_complaints(window)


def test_rules_are_read_tried_and_changed_without_scripts(book: Book, open_window: OpenWindow) -> None:
    page = signed_in(open_window("/sign-in/", javascript=False), "han").page
    page.goto("/rules/of/house/stages/")
    page.fill('input[name="fact:days_delinquent"]', "47")
    page.click("text=Try these facts")
    assert "over 30, up to 60" in page.inner_text("tr.lit")
    proposed(page, "Earlier calls.")
    page.click("tr#t1r4 >> text=Change")
    page.fill('input[name="when-0"]', "(30..50]")
    page.click("text=Save the row")
    assert "Row 4: Days delinquent: over 30, up to 60 → over 30, up to 50" in page.inner_text("main")
