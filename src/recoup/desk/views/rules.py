"""Ladders of buckets and stages, and product terms: of the house and of each creditor."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from recoup.book import operations as orders
from recoup.book import queries as book
from recoup.book.models import Creditor, LadderStep
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.rules import LadderTyped, NewTermsForm, TermsForm, read_ladder, rows_from_steps
from recoup.desk.pages import done, now, page
from recoup.desk.refusals import in_words
from recoup.domain.ladder import LadderError
from recoup.people.permissions import Action

_SEE = staff_only(Action.ADMINISTER, Action.SEE_RULES)


@_SEE
def ladders(request: DeskRequest) -> HttpResponse:
    """Which ladders there are: the house's, and creditors' own."""
    own = book.creditors_with_own_ladder()
    known = book.ladders()
    rows: list[dict[str, Any]] = [{"creditor": None, "key": "house", "name": _("The house")}]
    rows += [{"creditor": one.pk, "key": str(one.pk), "name": one.name} for one in book.creditors()]
    for row in rows:
        row["clocks"] = [
            (clock, known.get((row["creditor"], clock)), (row["creditor"], clock) in own)
            for clock in ("bucket", "stage")
        ]
    return page(request, "ladders.html", {"rows": rows}, here="admin")


@_SEE
def ladder(request: DeskRequest, key: str, clock: str) -> HttpResponse:
    """One ladder, row by row; gaps are refused and nothing is saved then."""
    if clock not in LadderStep.ClockName.values:
        raise Http404
    creditor = _creditor(key)
    known = book.ladders()
    own = known.get((creditor.pk if creditor else None, clock))
    steps = (own or known[None, clock]).steps
    typed = LadderTyped(rows_from_steps(steps), [], [])
    if request.method == "POST":
        if not request.viewer.may(Action.ADMINISTER):
            raise PermissionDenied
        typed = read_ladder(request.POST)
        if not typed.errors:
            try:
                orders.save_ladder(creditor, clock, typed.steps, by=request.user, at=now())
            except LadderError as error:
                typed.errors.append(in_words(error))
            else:
                return done(request, _("Saved. The next run ages the debts by it."), "ladders")
    context = {
        "name": creditor.name if creditor else _("The house"),
        "clock": clock,
        "clock_name": LadderStep.ClockName(clock).label,
        "key": key,
        "is_own": own is not None,
        "typed": typed,
    }
    return page(request, "ladder.html", context, here="admin", code=422 if typed.errors else 200)


def _creditor(key: str) -> Creditor | None:
    if key == "house":
        return None
    creditor = book.creditor_by_id(int(key)) if key.isdecimal() else None
    if creditor is None:
        raise Http404
    return creditor


@_SEE
def terms_list(request: DeskRequest) -> HttpResponse:
    """All product terms, and a form for a product that has none yet."""
    creditors = [(one.pk, one.name) for one in book.creditors()]
    initial = {"grace_days": 0, "tolerance_minor": 0}
    form = NewTermsForm(request.POST or None, creditors=creditors, initial=initial)
    if request.method == "POST":
        if not request.viewer.may(Action.ADMINISTER):
            raise PermissionDenied
        if form.is_valid():
            return _save(request, _creditor(form.cleaned_data["creditor"]), form.cleaned_data["kind"], form)
    context = {"terms": book.product_terms(), "form": form}
    return page(request, "terms_list.html", context, here="admin", code=422 if form.is_bound else 200)


@_SEE
def terms(request: DeskRequest, terms_id: int) -> HttpResponse:
    """One product's terms."""
    row = book.terms_by_id(terms_id)
    if row is None:
        raise Http404
    names = ("payment_order", "grace_days", "tolerance_minor", "accruals")
    form = TermsForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    if request.method == "POST":
        if not request.viewer.may(Action.ADMINISTER):
            raise PermissionDenied
        if form.is_valid():
            return _save(request, row.creditor, row.kind, form)
    return page(request, "terms.html", {"row": row, "form": form}, here="admin", code=422 if form.is_bound else 200)


def _save(request: DeskRequest, creditor: Creditor | None, kind: str, form: TermsForm) -> HttpResponse:
    if creditor is None:
        raise Http404
    accruals = form.cleaned_data["accruals"]
    orders.set_terms(creditor, kind, terms=form.terms(), accruals=accruals, by=request.user, at=now())
    return done(request, _("Saved. The next run ages the debts by it."), "terms-list")
