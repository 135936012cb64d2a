"""The browser that tests look through sees what a person would complain about."""

from __future__ import annotations

import pytest

from tests.browser.desk import OpenWindow

pytestmark = pytest.mark.browser


BUTTON_WITHOUT_NAME = """<html lang="en"><link rel="icon" href="data:,"><title>Work list</title>
<main><button></button></main></html>"""
TOO_WIDE = '<link rel="icon" href="data:,"><pre>' + "overdue " * 40 + "</pre>"


BUTTON_WITHOUT_NAME = '<html lang="en"><title>Work list</title><main><button></button></main></html>'
TOO_WIDE = f"<pre>{'overdue ' * 40}</pre>"


def test_a_page_that_is_not_there_is_a_complaint(open_window: OpenWindow) -> None:
    window = open_window("/no-such-page/")
    assert len(window.complaints) == 1
    assert "404" in window.complaints.pop()


def test_a_button_without_a_name_is_a_serious_finding(open_window: OpenWindow) -> None:
    window = open_window("/no-such-page/")
    window.complaints.clear()
    window.page.set_content(BUTTON_WITHOUT_NAME)
    assert [finding.split(":")[0] for finding in window.serious_findings()] == ["button-name"]


def test_a_page_wider_than_a_phone_scrolls_sideways(open_window: OpenWindow) -> None:
    window = open_window("/no-such-page/", width=390)
    window.complaints.clear()
    window.page.set_content(TOO_WIDE)
    assert window.scrolls_sideways()
    window.page.set_content("<p>overdue</p>")
    assert not window.scrolls_sideways()


def test_the_desk_tells_browsers_to_load_nothing_from_elsewhere(open_window: OpenWindow) -> None:
    window = open_window("/no-such-page/")
    answer = window.page.goto("/no-such-page/")
    window.complaints.clear()
    assert answer is not None
    policy = set(answer.headers["content-security-policy"].split("; "))
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
