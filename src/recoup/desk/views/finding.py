"""Finding a person, a debt or a case."""

from __future__ import annotations

from django.http import HttpResponse

from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.pages import page
from recoup.desk.rows import initial_of, person_of
from recoup.people.permissions import Action


@staff_only(Action.SEE_CASES, methods=("GET", "HEAD"))
def search(request: DeskRequest) -> HttpResponse:
    """What was found of what the viewer may see."""
    wanted = request.GET.get("q", "").strip()
    found = casework.find(request.viewer, wanted)
    context = {
        "q": wanted,
        "cases": [(case, person_of(case.debtor)) for case in found.cases],
        "debts": [(debt, person_of(debt.debtor)) for debt in found.debts],
        "people": [(debtor, person_of(debtor), initial_of(debtor)) for debtor in found.debtors],
        "too_many": found.too_many,
        "nothing": bool(wanted) and not (found.cases or found.debts or found.debtors),
    }
    return page(request, "search.html", context, here="search")
