"""Finding a person, a debt or a case: exact references and beginnings of names, answered from indexes."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from recoup.book.models import Debt, Debtor
from recoup.book.queries import begins
from recoup.casework.models import Case
from recoup.casework.queries.sight import cases_seen_by, debtors_seen_by, debts_seen_by
from recoup.people.permissions import Scope, Viewer

SHOWN = 30
#: Names that begin alike and are looked at; among more, somebody must type more of the name.
CANDIDATES = 300
TEXT_MAX = 120


class Finding(NamedTuple):
    """What a search found within the viewer's sight; ``too_many`` when more names begin alike than were looked at."""

    cases: list[Case]
    debts: list[Debt]
    debtors: list[Debtor]
    too_many: bool


def find(viewer: Viewer, text: str) -> Finding:
    """Cases and debts with this reference, and people with this reference, or whose name begins with the text."""
    wanted = text.strip()[:TEXT_MAX]
    if not wanted or viewer.scope == Scope.NOTHING:
        return Finding([], [], [], too_many=False)
    cases = cases_seen_by(viewer).filter(ref__in={wanted, wanted.upper()}).select_related("debtor", "creditor")
    debts = debts_seen_by(viewer).filter(ref__in={wanted, wanted.upper()}).select_related("debtor", "creditor")
    named, too_many = _named(wanted)
    people = debtors_seen_by(viewer).filter(pk__in=named).select_related("creditor")
    return Finding(list(cases[:SHOWN]), list(debts[:SHOWN]), list(people.order_by("name", "pk")[:SHOWN]), too_many)


def _named(text: str) -> tuple[list[int], bool]:
    spellings = {text, text.title()}
    names = Q()
    for spelling in spellings:
        names |= begins("name", spelling)
    by_name = list(Debtor.objects.filter(names).order_by("name").values_list("pk", flat=True)[: CANDIDATES + 1])
    by_ref = list(Debtor.objects.filter(ref__in={text, text.upper()}).values_list("pk", flat=True)[:SHOWN])
    return by_ref + by_name[:CANDIDATES], len(by_name) > CANDIDATES
