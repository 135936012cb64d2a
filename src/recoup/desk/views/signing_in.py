"""Signing in and out: password, optional second factor, lock-out after too many tries."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recoup.desk.demonstration import demonstration_staff
from recoup.desk.forms.people import SignInForm, TokenForm
from recoup.desk.pages import now
from recoup.people.models import Staff
from recoup.people.operations import choose_language, record_audit
from recoup.people.queries import has_second_factor, second_factor_fits, staff_signed_in

_BACKEND = "recoup.people.backends.StaffBackend"
_WAITING = "waiting_for_second_factor"
#: How long a right password waits for its code.
_WAIT_SECONDS = 300


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    if request.user.is_authenticated:
        return redirect("today")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        staff = authenticate(request, **form.cleaned_data)
        if isinstance(staff, Staff):
            return _after_password(request, staff)
        form.add_error(None, _("The user name or the password is not right."))
    return _page(request, form)


def _page(request: HttpRequest, form: SignInForm, *, code: int = 200) -> HttpResponse:
    context = {"form": form, "next": _next(request), "demonstration": demonstration_staff()}
    return render(request, "desk/sign_in.html", context, status=code)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def _after_password(request: HttpRequest, staff: Staff) -> HttpResponse:
    if not has_second_factor(staff):
        return _let_in(request, staff, _next(request))
    request.session.cycle_key()
    request.session[_WAITING] = {"staff": staff.pk, "until": now().timestamp() + _WAIT_SECONDS, "next": _next(request)}
    return redirect("second-factor")


def _let_in(request: HttpRequest, staff: Staff, to: str) -> HttpResponse:
    at = now()
    login(request, staff, backend=_BACKEND)
    record_audit(by=staff, at=at, action="signed in", subject_kind="staff", subject_ref=staff.username)
    response = redirect(to or "today")
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES) and chosen != staff.language:
        choose_language(staff, chosen)
    elif not chosen:
        keep_language(response, staff.language)
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    """Remembers the language on this machine."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The page that asks for the code after a right password."""
    waiting: dict[str, Any] = request.session.get(_WAITING, {})
    staff = staff_signed_in(waiting["staff"]) if waiting.get("until", 0) > now().timestamp() else None
    if staff is None:
        request.session.pop(_WAITING, None)
        return redirect("sign-in")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor_fits(staff, form.cleaned_data["token"]):
            del request.session[_WAITING]
            return _let_in(request, staff, waiting["next"])
        form.add_error(None, _("This code is not right. Wait for the next one and try again."))
    return render(request, "desk/second_factor.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("sign-in")


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001 - axes' signature
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """What axes shows somebody after too many tries: how long to wait."""
    wait = get_cool_off(request) or timedelta(0)
    minutes = max(math.ceil(wait.total_seconds() / 60), 1)
    form = SignInForm({"username": (credentials or {}).get("username", ""), "password": "-"})
    form.full_clean()
    form.add_error(
        None,
        _("Too many wrong passwords. Signing in under this name is closed for %(minutes)d minutes.")
        % {"minutes": minutes},
    )
    return _page(request, form, code=settings.AXES_HTTP_RESPONSE_CODE)
