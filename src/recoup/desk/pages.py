"""How a page of the desk is put together: the frame around every template, the clock, the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recoup.desk.access import DeskRequest
from recoup.people.permissions import Action

THEME_COOKIE = "recoup_theme"
THEMES = ("light", "dark")


class NavItem(NamedTuple):
    """One place of the rail."""

    name: str
    url_name: str
    icon: str
    label: Any
    actions: tuple[Action, ...]


#: The rail from top to bottom; the first five that somebody may open make the tab bar of a phone.
NAV = (
    NavItem("today", "today", "list", _("Today"), (Action.SEE_CASES,)),
    NavItem("search", "search", "find", _("Find"), (Action.SEE_CASES,)),
    NavItem("branch", "branch", "chart", _("Branch"), (Action.SEE_BRANCH,)),
    NavItem("rules", "rulebooks", "table", _("Rules"), (Action.SEE_RULEBOOKS,)),
    NavItem("imports", "imports", "import", _("Import"), (Action.IMPORT,)),
    NavItem("holds", "pauses-and-stops", "hold", _("Stops"), (Action.SEE_PAUSES_AND_STOPS,)),
    NavItem("admin", "administration", "set-up", _("Set-up"), (Action.ADMINISTER, Action.SEE_RULES)),
    NavItem("audit", "audit", "note", _("Audit"), (Action.READ_AUDIT,)),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page."""

    nav: tuple[NavItem, ...]
    here: str


def language_of_page() -> str:
    """The language in which the page is being made."""
    return get_language() or "en"


def now() -> datetime:
    """The clock, in the installation's zone. Only fronts read it."""
    return timezone.localtime()


def page(
    request: DeskRequest, template: str, context: Mapping[str, Any], *, here: str = "", code: int = 200
) -> HttpResponse:
    """A page inside the frame; personal data in it stay in no cache."""
    nav = tuple(item for item in NAV if any(request.viewer.may(action) for action in item.actions))
    frame = {"frame": Frame(nav, here), "viewer": request.viewer, "may": May(request)}
    response = render(request, f"desk/{template}", {**frame, **context}, status=code)
    response["Cache-Control"] = "no-store"
    return response


class May:
    """What the viewer may do, for templates: ``{% if may.pause_ageing %}``."""

    def __init__(self, request: DeskRequest) -> None:
        self._viewer = request.viewer

    def __getitem__(self, name: str) -> bool:
        """Whether the viewer may do the action of this name."""
        return self._viewer.may(Action[name.upper()])


def done(request: HttpRequest, text: str, to: str, *args: Any) -> HttpResponseRedirect:
    """Says that something was done and goes on to a page."""
    messages.success(request, text)
    return redirect(to, *args)


def refused(request: HttpRequest, text: str, to: str, *args: Any) -> HttpResponseRedirect:
    """Says why something was not done and goes on to a page."""
    messages.error(request, text)
    return redirect(to, *args)


def working_day(book_on: date | None) -> date:
    """The desk's today: the day to which the book was aged, the clock's before the first run."""
    return book_on or now().date()


def day_of(thing: object) -> date:
    """The desk's today as it came with a case, debtor or debt (``book_on``)."""
    return working_day(getattr(thing, "book_on", None))
