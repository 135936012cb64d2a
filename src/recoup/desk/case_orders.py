"""Orders given on the case page: each a small form that opens on the page, is checked, carried out and audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from recoup.book import operations as book_orders
from recoup.casework import operations as orders
from recoup.casework.models import Case
from recoup.contact import operations as contact
from recoup.desk.access import DeskRequest
from recoup.desk.case_file import CaseFile
from recoup.desk.forms.casework import AttemptForm, CauseForm, LeadForm, NoteForm, PauseForm, StopForm
from recoup.desk.forms.fields import DeskForm
from recoup.desk.pages import language_of_page, now
from recoup.people.permissions import Action
from recoup.people.queries import colleagues

_LEADING_ROLES = ("relationship_manager", "collector", "risk_manager", "branch_manager", "legal")


class Offer(NamedTuple):
    """An order that the viewer may give, as a button."""

    name: str
    label: Any
    icon: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order: who may give it, its form, how it is carried out, and what is said afterwards."""

    action: Action
    label: Any
    icon: str
    form: Callable[[DeskRequest, CaseFile, QueryDict | None], DeskForm]
    carry_out: Callable[[DeskRequest, CaseFile, dict[str, Any]], None]
    said: Any


def _attempt_form(_request: DeskRequest, _file: CaseFile, data: QueryDict | None) -> DeskForm:
    return AttemptForm(data, at=timezone.localtime(now()).replace(second=0, microsecond=0))


def _record_attempt(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    contact.record_attempt(file.case.debtor, **given, by=request.user, recorded_at=now())
    orders.touch_case(file.case, timezone.localtime(given["at"]).date())


def _note_form(_request: DeskRequest, _file: CaseFile, data: QueryDict | None) -> DeskForm:
    return NoteForm(data)


def _write_note(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    orders.write_note(file.case, **given, by=request.user, at=now())


def _cause_form(_request: DeskRequest, file: CaseFile, data: QueryDict | None) -> DeskForm:
    return CauseForm(data, language=language_of_page(), on=file.on)


def _record_cause(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    orders.record_cause(file.case, **given, by=request.user, at=now())


def _stop_form(_request: DeskRequest, file: CaseFile, data: QueryDict | None) -> DeskForm:
    return StopForm(data, on=file.on)


def _stop_contact(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    contact.stop_contact(file.case.debtor, **given, by=request.user, at=now())


def _pause_form(_request: DeskRequest, file: CaseFile, data: QueryDict | None) -> DeskForm:
    return PauseForm(data, debts=[view.debt for view in file.views], on=file.on)


def _pause_ageing(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    debt = next(view.debt for view in file.views if str(view.debt.pk) == given.pop("debt"))
    book_orders.pause_ageing(debt, **given, by=request.user, at=now(), on=file.on)


def _lead_form(_request: DeskRequest, file: CaseFile, data: QueryDict | None) -> DeskForm:
    people = [one for one in colleagues(file.case.branch_id, _LEADING_ROLES, file.on) if one.pk != file.case.lead_id]
    return LeadForm(data, people=people)


def _reassign(request: DeskRequest, file: CaseFile, given: dict[str, Any]) -> None:
    people = colleagues(file.case.branch_id, _LEADING_ROLES, file.on)
    staff = people.get(pk=int(given["staff"]))
    orders.reassign_lead(file.case, staff=staff, by=request.user, on=file.on, at=now())


ORDERS: dict[str, Order] = {
    "contact": Order(
        Action.WORK_ON_CASES,
        gettext_lazy("Log a contact"),
        "phone",
        _attempt_form,
        _record_attempt,
        gettext_lazy("The contact is written down."),
    ),
    "note": Order(
        Action.WORK_ON_CASES,
        gettext_lazy("Write a note"),
        "note",
        _note_form,
        _write_note,
        gettext_lazy("The note is on the timeline."),
    ),
    "cause": Order(
        Action.WORK_ON_CASES,
        gettext_lazy("Record the cause"),
        "why",
        _cause_form,
        _record_cause,
        gettext_lazy("The cause is recorded; the next run fits the team to it."),
    ),
    "stop": Order(
        Action.STOP_CONTACT,
        gettext_lazy("Stop contact"),
        "refuse",
        _stop_form,
        _stop_contact,
        gettext_lazy("Contact is stopped. Ageing goes on."),
    ),
    "pause": Order(
        Action.PAUSE_AGEING,
        gettext_lazy("Pause ageing"),
        "hold",
        _pause_form,
        _pause_ageing,
        gettext_lazy("Ageing is paused."),
    ),
    "lead": Order(
        Action.REASSIGN,
        gettext_lazy("Hand over"),
        "people",
        _lead_form,
        _reassign,
        gettext_lazy("The case has a new lead."),
    ),
}
_ONLY_WHILE_OPEN = {"lead", "cause"}


def offered(request: DeskRequest, case: Case) -> list[Offer]:
    """The orders that the viewer may give on this case."""
    return [
        Offer(name, order.label, order.icon)
        for name, order in ORDERS.items()
        if request.viewer.may(order.action) and (case.closed_on is None or name not in _ONLY_WHILE_OPEN)
    ]


def blank_form(request: DeskRequest, file: CaseFile, name: str) -> forms.Form | None:
    """The empty form of an order; None when there is no such order or the viewer may not give it."""
    if name not in {offer.name for offer in offered(request, file.case)}:
        return None
    return ORDERS[name].form(request, file, None)
