"""The case page: one page for everything that a colleague must know before a word is said, and the orders on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from recoup.book import operations as book_orders
from recoup.book import queries as book
from recoup.casework import queries as casework
from recoup.casework.models import Case
from recoup.casework.rules import PRIORITY
from recoup.contact import operations as contact
from recoup.contact.queries import stop_by_id
from recoup.desk import case_sheet as sheet
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.bill import bill_of
from recoup.desk.case_file import CaseFile, open_file
from recoup.desk.case_orders import ORDERS, blank_form, offered
from recoup.desk.forms.casework import ShowForm
from recoup.desk.pages import done, language_of_page, now, page, refused
from recoup.desk.refusals import REFUSALS, in_words
from recoup.desk.rows import initial_of, person_of
from recoup.desk.rulebooks.taken_under import RuleLink, rule_link
from recoup.desk.strip import strip_of
from recoup.desk.timeline import SHOWN, Teller
from recoup.people.operations import record_audit
from recoup.people.permissions import Action


@staff_only(Action.SEE_CASES, methods=("GET", "HEAD"))
def case_page(request: DeskRequest, case_id: int) -> HttpResponse:
    """The page. Opening it is written to the audit."""
    file = open_file(request, case_id)
    _audit(request, file.case, "opened case")
    order = request.GET.get("do", "")
    return _render(request, file, order=order, form=blank_form(request, file, order))


@staff_only(Action.SEE_CASES, methods=("POST",))
def show_person(request: DeskRequest, case_id: int) -> HttpResponse:
    """The same page once with name, numbers and address, for a purpose that is written down."""
    form = ShowForm(request.POST)
    if not form.is_valid():
        raise Http404
    file = open_file(request, case_id)
    _audit(request, file.case, "read personal data", form.cleaned_data["purpose"])
    return _render(request, file, revealed=True)


def _audit(request: DeskRequest, case: Case, action: str, purpose: str = "") -> None:
    record_audit(by=request.user, at=now(), action=action, subject_kind="case", subject_ref=case.ref, purpose=purpose)


def _render(
    request: DeskRequest,
    file: CaseFile,
    *,
    order: str = "",
    form: forms.Form | None = None,
    revealed: bool = False,
) -> HttpResponse:
    """The page of a case file, with the form of an order open when one is given."""
    language = language_of_page()
    case, on = file.case, file.on
    told = Teller(language, sheet.zone_of(case), on).entries(case, file.events, file.views)
    shown = told if request.GET.get("all") else told[:SHOWN]
    context: dict[str, Any] = {
        "case": case,
        "on": on,
        "person": person_of(case.debtor),
        "initial": initial_of(case.debtor),
        "revealed": case.debtor if revealed else None,
        "show_form": ShowForm(),
        "known_by": sheet.known_by(case, language),
        "head": sheet.head_of(file, language),
        "bill": bill_of(file.views, language),
        "strip": strip_of(file.views, on, language),
        "why": sheet.why_now(case, language),
        "why_rule": _why_rule(request, case, language),
        "cause": sheet.cause_of(case, language),
        "team": sheet.team_now(file.events, on, language),
        "stops": sheet.stops_now(file.events, on, language),
        "pauses": sheet.pauses_now(file, language),
        "timeline": shown,
        "timeline_more": len(told) - len(shown),
        "orders": offered(request, case),
        "order": order,
        "form": form,
    }
    return page(request, "case.html", context, here="today", code=422 if form is not None and form.is_bound else 200)


def _why_rule(request: DeskRequest, case: Case, language: str) -> RuleLink | None:
    """By which rule of which version the case stands on the list; it stays that one when the rules change."""
    item: Any = getattr(case, "work_item", None)
    if item is None:
        return None
    return rule_link(item.policy_version, PRIORITY, request.viewer, language, rule=item.rule)


@staff_only(Action.SEE_CASES, methods=("POST",))
def give_order(request: DeskRequest, case_id: int, name: str) -> HttpResponse:
    """Carries out one order on a case, or shows its form again with what is wrong."""
    if name not in ORDERS:
        raise Http404
    if not request.viewer.may(ORDERS[name].action):
        raise PermissionDenied
    file = open_file(request, case_id)
    if name not in {offer.name for offer in offered(request, file.case)}:
        raise Http404
    order = ORDERS[name]
    form = order.form(request, file, request.POST)
    if form.is_valid():
        try:
            order.carry_out(request, file, dict(form.cleaned_data))
        except REFUSALS as error:
            form.refuse(error)
        else:
            return done(request, str(order.said), "case", case_id)
    return _render(request, file, order=name, form=form)


@staff_only(Action.END_STOP, methods=("POST",))
def end_stop(request: DeskRequest, stop_id: int) -> HttpResponse:
    """Contact is open again from the desk's today."""
    stop = stop_by_id(stop_id)
    debtor = casework.debtor_for(request.viewer, stop.debtor_id) if stop is not None else None
    if stop is None or debtor is None:
        raise Http404
    on = casework.book_date() or now().date()
    to = _back_to(request, debtor.pk)
    try:
        contact.end_stop(stop, ends_on=on, by=request.user, at=now())
    except REFUSALS as error:
        return refused(request, in_words(error), *to)
    return done(request, _("The stop is ended."), *to)


@staff_only(Action.PAUSE_AGEING, methods=("POST",))
def end_pause(request: DeskRequest, pause_id: int) -> HttpResponse:
    """Ageing goes on from the desk's today."""
    pause = book.pause_by_id(pause_id)
    debt = casework.debt_for(request.viewer, pause.debt_id) if pause is not None else None
    if pause is None or debt is None:
        raise Http404
    on = casework.book_date() or now().date()
    to = _back_to(request, debt.debtor_id)
    try:
        book_orders.end_pause(pause, ends_on=on, by=request.user, at=now(), on=on)
    except REFUSALS as error:
        return refused(request, in_words(error), *to)
    return done(request, _("The pause is ended."), *to)


def _back_to(request: DeskRequest, debtor_id: int) -> tuple[Any, ...]:
    """The case that the button stood on, or the debtor."""
    case_id = request.POST.get("case", "")
    return ("case", int(case_id)) if case_id.isdecimal() else ("debtor", debtor_id)
