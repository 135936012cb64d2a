"""One's own settings: language, light or dark, single keys, password, second factor."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.people import OwnPasswordForm, TokenForm
from recoup.desk.pages import THEME_COOKIE, THEMES, done, now, page
from recoup.desk.views.signing_in import keep_language
from recoup.people import operations as people
from recoup.people.operations import StaffRefusal
from recoup.people.queries import has_second_factor

_YEAR_SECONDS = 365 * 24 * 60 * 60


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switches the language of the desk, for this machine and for whoever is signed in."""
    language = request.POST.get("language", "")
    response = redirect(_back(request))
    if language in dict(settings.LANGUAGES):
        keep_language(response, language)
        if request.user.is_authenticated:
            people.choose_language(request.user, language)
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the machine has it."""
    response = redirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=_YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@staff_only()
def own_settings(request: DeskRequest) -> HttpResponse:
    """The page of one's own settings."""
    return _own_page(request, OwnPasswordForm())


def _own_page(request: DeskRequest, form: OwnPasswordForm, *, code: int = 200) -> HttpResponse:
    context = {"form": form, "second_factor": has_second_factor(request.user), "branch": request.user.branch}
    return page(request, "own.html", context, here="me", code=code)


@staff_only(methods=("POST",))
def switch_keys(request: DeskRequest) -> HttpResponse:
    """Turns single keys on or off for oneself."""
    on = request.POST.get("single_keys") == "on"
    people.switch_single_keys(request.user, on=on)
    return done(request, _("Single keys are on.") if on else _("Single keys are off."), "own-settings")


@sensitive_post_parameters()
@staff_only(methods=("POST",))
def change_password(request: DeskRequest) -> HttpResponse:
    """Sets one's own new password."""
    form = OwnPasswordForm(request.POST)
    if form.is_valid():
        if not request.user.check_password(form.cleaned_data["current"]):
            form.add_error("current", _("This is not your password."))
        else:
            try:
                people.reset_password(request.user, form.cleaned_data["password"], by=request.user, at=now())
            except StaffRefusal as error:
                form.add_error("password", str(error))
            else:
                update_session_auth_hash(request, request.user)
                return done(request, _("Your password is changed."), "own-settings")
    return _own_page(request, form, code=422)


@staff_only()
def enrol_second_factor(request: DeskRequest) -> HttpResponse:
    """Adds a second factor: a picture to scan, a code to confirm, recovery codes shown once."""
    if has_second_factor(request.user):
        return redirect("own-settings")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = people.confirm_second_factor(request.user, form.cleaned_data["token"], at=now())
        except StaffRefusal as error:
            form.add_error(None, str(error))
        else:
            return page(request, "recovery_codes.html", {"codes": codes}, here="me")
    enrolment = people.begin_second_factor(request.user)
    context = {"form": form, "picture": _picture(enrolment.address), "secret": enrolment.secret}
    return page(request, "enrol_second_factor.html", context, here="me")


def _picture(address: str) -> SafeString:
    with override("en"):
        drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from an address of our own


@staff_only(methods=("POST",))
def end_second_factor(request: DeskRequest) -> HttpResponse:
    """Takes one's own second factor away, after the password was typed again."""
    if not request.user.check_password(request.POST.get("password", "")):
        form = OwnPasswordForm()
        messages.error(request, _("This is not your password."))
        return _own_page(request, form, code=422)
    people.end_second_factor(request.user, by=request.user, at=now())
    return done(request, _("The second factor is off."), "own-settings")


@staff_only()
def keys(request: DeskRequest) -> HttpResponse:
    """All single keys, in words."""
    return page(request, "keys.html", {}, here="me")
