"""The debt page: where it stands, its schedule with what is left, every posting, and orders on its money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.book import operations as orders
from recoup.book import queries as book
from recoup.book.models import Debt, PostingKind
from recoup.book.wording import amount_text, date_text, money_text
from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.fields import DeskForm
from recoup.desk.forms.money import AdjustmentForm, DebtPauseForm, PaymentForm, ReversalForm
from recoup.desk.forms.rules import charge_text
from recoup.desk.pages import day_of, done, language_of_page, now, page
from recoup.desk.particulars import particulars_of
from recoup.desk.refusals import REFUSALS
from recoup.desk.rows import initial_of, person_of
from recoup.desk.standing import DebtView, views_of
from recoup.desk.strip import strip_of
from recoup.desk.timeline import method_text
from recoup.domain import posting as kinds
from recoup.domain.ageing import Pause
from recoup.domain.posting import NO_DATE
from recoup.people.operations import record_audit
from recoup.people.permissions import Action

POSTINGS_SHOWN = 60


class Instalment(NamedTuple):
    """One line of the schedule: what was due and what is left of it."""

    number: str
    due_on: str
    due: str
    left: str
    state: str
    is_late: bool


class PostingRow(NamedTuple):
    """One posting in words."""

    posting_id: int
    day: str
    kind: str
    amount: str
    parts: str
    note: str
    by: str
    is_payment: bool
    is_undone: bool


class SpellRow(NamedTuple):
    """A time on one bucket or stage."""

    step: str
    rank: int
    since: str
    until: str
    days: int


@staff_only(Action.SEE_CASES, methods=("GET", "HEAD"))
def debt_page(request: DeskRequest, debt_id: int) -> HttpResponse:
    """The page. Opening it is written to the audit."""
    debt = _found(request, debt_id)
    order = request.GET.get("do", "")
    form = _form(request, debt, order, None) if order in _ORDERS else None
    ref = f"{debt.creditor.code}/{debt.ref}"
    record_audit(by=request.user, at=now(), action="opened debt", subject_kind="debt", subject_ref=ref)
    return _page(request, debt, order, form)


def _found(request: DeskRequest, debt_id: int) -> Debt:
    debt = casework.debt_for(request.viewer, debt_id)
    if debt is None:
        raise Http404
    return debt


def _page(request: DeskRequest, debt: Debt, order: str = "", form: DeskForm | None = None) -> HttpResponse:
    on, language = day_of(debt), language_of_page()
    pauses = book.pauses_of([debt.pk])
    view = views_of([debt], on, [(debt.pk, Pause(pause.starts_on, pause.ends_on)) for pause in pauses])[0]
    postings = _postings(view, language)
    everything = bool(request.GET.get("all"))
    context: dict[str, Any] = {
        "debt": debt,
        "on": on,
        "person": person_of(debt.debtor),
        "initial": initial_of(debt.debtor),
        "view": view,
        "rolls": view.next_bucket(),
        "strip": strip_of([view], on, language),
        "schedule": _schedule(view, language),
        "postings": postings if everything else postings[:POSTINGS_SHOWN],
        "more": 0 if everything else max(len(postings) - POSTINGS_SHOWN, 0),
        "particulars": particulars_of(debt, language),
        "buckets": _spells(view, language),
        "pauses": pauses,
        "collateral": book.collateral_of(debt.pk),
        "offers": [(name, label) for name, (label, action, *_rest) in _ORDERS.items() if request.viewer.may(action)],
        "order": order,
        "posting": request.GET.get("posting", ""),
        "form": form,
    }
    return page(request, "debt.html", context, here="search", code=422 if form is not None and form.is_bound else 200)


def _schedule(view: DebtView, language: str) -> list[Instalment]:
    currency, on = view.debt.currency, view.replay.on
    left = {(line.instalment_no, line.due_on): line.total_minor for line in view.replay.unpaid}
    due = {
        (entry.line.instalment_no, entry.line.dated_on): entry.line.amount_minor
        for entry in view.entries
        if entry.line.kind == kinds.DUE
    }
    if view.debt.source == Debt.Source.SNAPSHOT:
        due = dict(left)
    found = []
    for (number, due_on), amount in sorted(due.items(), key=lambda item: (item[0][1], item[0][0])):
        rest = left.get((number, due_on), 0)
        found.append(
            Instalment(
                number={"overdue": _("overdue part"), "balance": _("balance")}.get(number, number),
                due_on=date_text(due_on, language) if due_on != NO_DATE else _("no date yet"),
                due=amount_text(amount, currency, language),
                left=amount_text(rest, currency, language) if rest else "–",
                state=_state(rest, amount, is_past=due_on < on),
                is_late=bool(rest) and due_on < on,
            )
        )
    return found


def _state(rest: int, amount: int, *, is_past: bool) -> str:
    if not rest:
        return _("paid")
    if not is_past:
        return _("not yet due")
    return _("part paid") if rest < amount else _("overdue")


def _postings(view: DebtView, language: str) -> list[PostingRow]:
    undone = {entry.line.reverses_id for entry in view.entries}
    currency = view.debt.currency
    on = view.replay.on
    # Instalments to come stand in the schedule; here they would hide what has happened.
    happened = [entry for entry in view.entries if entry.line.kind != kinds.DUE or entry.line.dated_on <= on]
    rows = []
    for entry in reversed(happened):
        line = entry.line
        takes_off = line.kind in (kinds.PAYMENT, kinds.WRITE_OFF)
        notes = [entry.ref, method_text(entry.method), charge_text(entry.rule), entry.reason]
        rows.append(
            PostingRow(
                posting_id=line.id,
                day=date_text(line.dated_on, language),
                kind=str(PostingKind(line.kind).label),
                amount=amount_text(-line.amount_minor if takes_off else line.amount_minor, currency, language),
                parts=_parts(line, currency, language),
                note=" · ".join(note for note in notes if note),
                by=entry.recorded_by or "",
                is_payment=line.kind == kinds.PAYMENT,
                is_undone=line.id in undone,
            )
        )
    return rows


def _parts(line: kinds.Posting, currency: str, language: str) -> str:
    named = (
        (_("principal"), line.principal_minor),
        (_("interest"), line.interest_minor),
        (_("fees"), line.fees_minor),
    )
    return " · ".join(f"{name} {amount_text(minor, currency, language)}" for name, minor in named if minor)


def _spells(view: DebtView, language: str) -> list[SpellRow]:
    on = view.replay.on
    return [
        SpellRow(
            step=spell.step,
            rank=view.buckets.ladder.rank_of(spell.step),
            since=date_text(spell.entered_on, language),
            until=date_text(spell.left_on, language) if spell.left_on else _("now"),
            days=((spell.left_on or on) - spell.entered_on).days + (0 if spell.left_on else 1),
        )
        for spell in reversed(view.spells())
    ]


def _payment(request: DeskRequest, debt: Debt, given: dict[str, Any]) -> None:
    orders.record_payment(
        debt,
        amount_minor=given["amount"],
        paid_on=given["paid_on"],
        ref=given["ref"],
        method=given["method"],
        by=request.user,
        at=now(),
        on=day_of(debt),
    )


def _reversal(request: DeskRequest, debt: Debt, given: dict[str, Any]) -> None:
    posting_id = request.POST.get("posting", "")
    payment = book.posting_of(debt.pk, int(posting_id)) if posting_id.isdecimal() else None
    if payment is None:
        raise Http404
    orders.reverse_payment(payment, **given, by=request.user, at=now(), on=day_of(debt))


def _adjustment(request: DeskRequest, debt: Debt, given: dict[str, Any]) -> None:
    orders.adjust_debt(
        debt,
        parts_minor=(given["fees"], given["interest"], given["principal"]),
        dated_on=given["dated_on"],
        ref=f"desk-{given['key']}",
        reason=given["reason"],
        by=request.user,
        at=now(),
        on=day_of(debt),
    )


def _pause(request: DeskRequest, debt: Debt, given: dict[str, Any]) -> None:
    orders.pause_ageing(debt, **given, by=request.user, at=now(), on=day_of(debt))


_Carry = Callable[[DeskRequest, Debt, dict[str, Any]], None]
_ORDERS: dict[str, tuple[Any, Action, _Carry]] = {
    "payment": (gettext_lazy("Record a payment"), Action.MOVE_MONEY, _payment),
    "reversal": (gettext_lazy("Reverse a payment"), Action.MOVE_MONEY, _reversal),
    "adjustment": (gettext_lazy("Correct what is owed"), Action.MOVE_MONEY, _adjustment),
    "pause": (gettext_lazy("Pause ageing"), Action.PAUSE_AGEING, _pause),
}


def _form(request: DeskRequest, debt: Debt, name: str, data: QueryDict | None) -> DeskForm | None:
    if not request.viewer.may(_ORDERS[name][1]):
        return None
    on = day_of(debt)
    if name == "payment":
        return PaymentForm(data, currency=debt.currency, on=on)
    if name == "reversal":
        return ReversalForm(data, on=on)
    if name == "adjustment":
        return AdjustmentForm(data, currency=debt.currency, on=on)
    return DebtPauseForm(data, on=on)


@staff_only(Action.SEE_CASES, methods=("POST",))
def order_on_debt(request: DeskRequest, debt_id: int, name: str) -> HttpResponse:
    """Carries out one order on a debt, or shows its form again with what is wrong."""
    if name not in _ORDERS:
        raise Http404
    if not request.viewer.may(_ORDERS[name][1]):
        raise PermissionDenied
    debt = _found(request, debt_id)
    form = _form(request, debt, name, request.POST)
    if form is not None and form.is_valid():
        try:
            _ORDERS[name][2](request, debt, dict(form.cleaned_data))
        except REFUSALS as error:
            form.refuse(error)
        else:
            owed = money_text(_found(request, debt_id).facts.owed_minor, debt.currency, language_of_page())
            return done(request, _("Done. Owed now: %(amount)s.") % {"amount": owed}, "debt", debt_id)
    return _page(request, debt, name, form)
