"""A desk that runs and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.needs import chromium_path, front_end_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, headless, one for all tests of a worker."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous use of its database.
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
    patch.undo()


@dataclass
class Window:
    """One page of one visitor, and what the browser complained about while it was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def serious_findings(self) -> list[str]:
        """What axe-core holds against the page as it stands, only serious and critical findings."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(front_end_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("() => axe.run()")
        return [as_line(finding) for finding in found["violations"] if finding["impact"] in SERIOUS]

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than its window."""
        root = "document.documentElement"
        return bool(self.page.evaluate(f"() => {root}.scrollWidth > {root}.clientWidth"))


def as_line(finding: dict[str, Any]) -> str:
    """One finding of axe-core in a line: rule, what it says, where."""
    places = "; ".join(" ".join(node["target"]) for node in finding["nodes"])
    return f"{finding['id']}: {finding['help']} ({places})"


@pytest.fixture
def live_site(live_server: Any) -> str:
    """The address of a desk that runs on the test's own database."""
    return str(live_server.url)


OpenWindow = Callable[..., Window]


@pytest.fixture
def open_window(chromium: Browser, live_site: str) -> Iterator[OpenWindow]:
    """Open the desk as a new visitor: `open_window("/cases/", width=390, language="zh-Hant")`.

    Complaints of the browser (script errors, refused by the content security policy, answers of 400 and above) fail the
    test at its end unless it emptied `complaints` on purpose.
    """
    windows: list[Window] = []

    def open_one(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 900,
        language: str = "en",
        dark: bool = False,
        javascript: bool = True,
    ) -> Window:
        context = chromium.new_context(
            base_url=live_site,
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        window = Window(context.new_page())
        windows.append(window)
        listen(window)
        window.page.goto(path)
        return window

    yield open_one
    complaints = [complaint for window in windows for complaint in window.complaints]
    for window in windows:
        window.page.context.close()
    assert complaints == []


def listen(window: Window) -> None:
    """Write down what goes wrong in the window."""

    def on_console(message: ConsoleMessage) -> None:
        place = message.location.get("url", "")
        # Browsers ask for this file of their own accord where a page names no icon.
        if message.type == "error" and not place.endswith("/favicon.ico"):
            window.complaints.append(f"{message.text} at {place}")

    window.page.on("console", on_console)
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
