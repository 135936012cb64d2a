"""Who may open a page: asked once, before the page runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from recoup.people.models import Staff
from recoup.people.permissions import Action, Viewer
from recoup.people.queries import viewer_of

_P = ParamSpec("_P")


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in: ``user`` is the person, ``viewer`` what they may."""

    user: Staff
    viewer: Viewer


Page = Callable[Concatenate[DeskRequest, _P], HttpResponseBase]


def staff_only(
    *actions: Action, methods: tuple[str, ...] = ("GET", "HEAD", "POST")
) -> Callable[[Page[_P]], Callable[Concatenate[HttpRequest, _P], HttpResponseBase]]:
    """A page for staff; with actions, for those who may do at least one of them.

    Strangers are sent to the sign-in page; staff who may not get 403; other methods get 405.
    """

    def decorate(page: Page[_P]) -> Callable[Concatenate[HttpRequest, _P], HttpResponseBase]:
        @wraps(page)
        def opened(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            known: DeskRequest = request  # type: ignore[assignment]
            known.viewer = viewer_of(known.user)
            if actions and not any(known.viewer.may(action) for action in actions):
                raise PermissionDenied
            return page(known, *args, **kwargs)

        opened.actions = actions  # type: ignore[attr-defined]
        return opened

    return decorate
