"""The debtor page: all debts with this creditor, other creditors' where they may be seen, and everybody with a part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse

from recoup.book import queries as book
from recoup.book.models import Debt, Debtor, Party
from recoup.book.wording import money_text
from recoup.casework import queries as casework
from recoup.contact.queries import stops_not_over
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.case_sheet import region_text
from recoup.desk.forms.casework import ShowForm
from recoup.desk.masking import ending, masked_name
from recoup.desk.pages import day_of, language_of_page, now, page
from recoup.desk.rows import initial_of, person_of
from recoup.domain.ageing import days_past_due
from recoup.domain.ladder import Ladder
from recoup.people.operations import record_audit
from recoup.people.permissions import Action

Ladders = Mapping[tuple[int | None, str], Ladder]


class DebtRow(NamedTuple):
    """One debt in a list, from its facts."""

    debt_id: int
    kind: str
    ref: str
    creditor: str
    bucket: str
    bucket_rank: int
    stage: str
    days: int
    overdue: str
    owed: str
    is_overdue: bool


class PartyRow(NamedTuple):
    """Somebody with a part in a debt."""

    role: str
    name: str
    phone: str
    email: str
    address: str
    debt_ref: str


def debt_row(debt: Debt, on: date, ladders: Ladders, language: str) -> DebtRow:
    """A debt as its facts have it; buckets and stages by the creditor's ladder or the house's."""
    facts = debt.facts
    buckets = ladders.get((debt.creditor_id, "bucket")) or ladders[None, "bucket"]
    stages = ladders.get((debt.creditor_id, "stage")) or ladders[None, "stage"]
    days = days_past_due(facts.oldest_on, on)
    return DebtRow(
        debt_id=debt.pk,
        kind=str(debt.get_kind_display()),
        ref=debt.ref,
        creditor=debt.creditor.name,
        bucket=buckets.step_on(days).name,
        bucket_rank=buckets.rank_on(days),
        stage=stages.steps[min(facts.stage_rank, len(stages.steps) - 1)].name,
        days=days,
        overdue=money_text(facts.past_due_minor, debt.currency, language),
        owed=money_text(facts.owed_minor, debt.currency, language),
        is_overdue=facts.past_due_minor > 0,
    )


def party_row(party: Party, debt_ref: str, *, revealed: bool) -> PartyRow:
    """A party, masked unless revealed."""
    role = str(party.get_role_display())
    if revealed:
        return PartyRow(role, party.name, party.phone, party.email, party.address, debt_ref)
    digits = ending(party.phone)
    return PartyRow(role, masked_name(party.name, is_firm=False), f"···· {digits}" if digits else "", "", "", debt_ref)


@staff_only(Action.SEE_CASES, methods=("GET", "HEAD"))
def debtor_page(request: DeskRequest, debtor_id: int) -> HttpResponse:
    """The page. Opening it is written to the audit."""
    return _page(request, _found(request, debtor_id), "opened debtor")


@staff_only(Action.SEE_CASES, methods=("POST",))
def show_debtor(request: DeskRequest, debtor_id: int) -> HttpResponse:
    """The same page once with names, numbers and addresses, for a purpose that is written down."""
    form = ShowForm(request.POST)
    if not form.is_valid():
        raise Http404
    return _page(request, _found(request, debtor_id), "read personal data", form.cleaned_data["purpose"])


def _found(request: DeskRequest, debtor_id: int) -> Debtor:
    debtor = casework.debtor_for(request.viewer, debtor_id)
    if debtor is None:
        raise Http404
    return debtor


def _page(request: DeskRequest, debtor: Debtor, action: str, purpose: str = "") -> HttpResponse:
    revealed = bool(purpose)
    on, language = day_of(debtor), language_of_page()
    elsewhere = _seen_elsewhere(request, debtor)
    debts = book.debts_of([debtor.pk, *elsewhere])
    ladders = book.ladders(on)
    refs = {debt.pk: debt.ref for debt in debts}
    own = [debt for debt in debts if debt.debtor_id == debtor.pk]
    context: dict[str, Any] = {
        "debtor": debtor,
        "on": on,
        "person": person_of(debtor),
        "initial": initial_of(debtor),
        "revealed": debtor if revealed else None,
        "show_form": ShowForm(),
        "phone_ending": ending(debtor.phone),
        "region": region_text(debtor.region, language),
        "debts": [debt_row(debt, on, ladders, language) for debt in own],
        "sums": _sums(own, language),
        "others": [debt_row(debt, on, ladders, language) for debt in debts if debt.debtor_id != debtor.pk],
        "cases": casework.cases_of(request.viewer, debtor),
        "parties": [
            party_row(party, refs[party.debt_id], revealed=revealed) for party in book.parties_of([d.pk for d in own])
        ],
        "stops": list(stops_not_over(on).filter(debtor=debtor)[:20]),
    }
    ref = f"{debtor.creditor.code}/{debtor.ref}"
    record_audit(by=request.user, at=now(), action=action, subject_kind="debtor", subject_ref=ref, purpose=purpose)
    return page(request, "debtor.html", context, here="search")


def _seen_elsewhere(request: DeskRequest, debtor: Debtor) -> list[int]:
    """The same person at other creditors, as far as the viewer may see."""
    if not debtor.id_number:
        return []
    same = book.same_people(debtor).values("pk")
    return list(casework.debtors_seen_by(request.viewer).filter(pk__in=same).values_list("pk", flat=True)[:20])


def _sums(debts: list[Debt], language: str) -> list[tuple[str, str]]:
    """Owed and overdue by currency."""
    owed: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for debt in debts:
        owed[debt.currency][0] += debt.facts.owed_minor
        owed[debt.currency][1] += debt.facts.past_due_minor
    return [
        (money_text(total, code, language), money_text(overdue, code, language))
        for code, (total, overdue) in owed.items()
    ]
