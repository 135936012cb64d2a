"""The desk in a real browser: three languages, desk and phone width, with and without scripts, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.desk import Window
from tests.people_and_book import PASSWORD, Book, book_of, paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
WIDTHS = (1280, 390)
BOOK = (
    "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,due_on,due_principal\n"
    "Harbour,N-1,P-1,Chen Bo,loan,CNY,2026-10-01,100.00\n"
)
PICTURES = Path(__file__).parent / "pictures"
OpenWindow = Callable[..., Window]


@pytest.fixture
def book(transactional_db: None) -> Book:
    """The small book, committed, so that the running desk sees it."""
    made = book_of()
    for number in range(3):
        paid(
            made.card, 1_000 + number, made.card.postings.latest("pk").dated_on.replace(day=16 + number), f"S-{number}"
        )
    return made


def signed_in(window: Window, username: str, language: str = "en") -> Window:
    """Chooses the language on the sign-in page and signs in, as a person does."""
    page = window.page
    if not page.url.endswith("/sign-in/"):
        page.goto("/sign-in/")
    page.click(f'button[name="language"][value="{language}"]')
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("form .btn.p")
    page.wait_for_selector(".rail")
    return window


def is_fit_to_use(window: Window, name: str) -> None:
    """No serious finding of axe-core, nothing wider than the window; a picture is kept for a person to look at."""
    PICTURES.mkdir(exist_ok=True)
    window.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert window.serious_findings() == []
    assert not window.scrolls_sideways()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_today_and_the_case_are_fit_to_use(
    book: Book, open_window: OpenWindow, language: str, width: int
) -> None:
    window = open_window("/sign-in/", width=width, language=LANGUAGES[language])
    is_fit_to_use(window, f"sign-in.{language}.{width}")
    signed_in(window, "lin", language)
    is_fit_to_use(window, f"today.{language}.{width}")
    assert window.page.get_attribute("html", "lang") == LANGUAGES[language]
    window.page.click("[data-next]")
    window.page.wait_for_selector(".casehead")
    is_fit_to_use(window, f"case.{language}.{width}")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_importing_is_fit_to_use(book: Book, open_window: OpenWindow, language: str, width: int) -> None:
    window = signed_in(open_window("/sign-in/", width=width), "ada", language)
    window.page.goto("/imports/")
    is_fit_to_use(window, f"imports.{language}.{width}")
    window.page.set_input_files("#id_file", {"name": "book.csv", "mimeType": "text/csv", "buffer": BOOK.encode()})
    window.page.click("form .btn.p")
    window.page.wait_for_selector("text=Chen Bo")
    is_fit_to_use(window, f"import.{language}.{width}")


@pytest.mark.parametrize(
    "path", ["branch", "find/?q=Zhou", "stops-and-pauses", "set-up/ladders", "me", "debtor", "debt"]
)
def test_the_other_pages_are_fit_to_use_in_the_dark(book: Book, open_window: OpenWindow, path: str) -> None:
    known = {"debtor": f"debtors/{book.zhou.pk}", "debt": f"debts/{book.loan.pk}"}
    for width in WIDTHS:
        window = signed_in(open_window("/sign-in/", width=width, dark=True), "mei")
        where = known.get(path, path)
        window.page.goto(f"/{where}" if "?" in where else f"/{where}/")
        is_fit_to_use(window, f"{path.split('/', maxsplit=1)[0]}.dark.{width}")


def test_the_desk_works_without_scripts(book: Book, open_window: OpenWindow) -> None:
    page = signed_in(open_window("/sign-in/", javascript=False), "lin").page
    page.click("text=Open case")
    page.click("text=Write a note")
    page.fill('textarea[name="text"]', "Wages come on the 25th.")
    page.click("text=Save")
    assert "Wages come on the 25th." in page.inner_text("main")
    page.click("summary")
    page.click("text=Show once")
    assert "Zhou Wen" in page.inner_text("main")


def test_single_keys_move_open_show_and_find(book: Book, open_window: OpenWindow) -> None:
    page: Any = signed_in(open_window("/sign-in/"), "lin").page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tr.on").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".casehead")
    page.keyboard.press("v")
    assert page.evaluate("document.activeElement.name") == "purpose"
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("j?")
    assert page.input_value("[data-find]") == "j?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_url("**/keys/")


def test_single_keys_do_nothing_for_those_who_switched_them_off(book: Book, open_window: OpenWindow) -> None:
    page = signed_in(open_window("/sign-in/"), "lin").page
    page.goto("/me/")
    page.click("text=Switch single keys off")
    page.goto("/")
    page.keyboard.press("j")
    assert page.locator("tr.on").count() == 0


def test_a_form_opens_in_place_where_scripts_run(book: Book, open_window: OpenWindow) -> None:
    page = signed_in(open_window("/sign-in/"), "lin").page
    page.click("[data-next]")
    page.wait_for_selector(".casehead")
    before = page.url
    page.click(".outcomes a:nth-child(2)")
    page.wait_for_selector('#do textarea[name="text"]')
    assert page.url == before
