"""All pauses and stops that are not over, within the viewer's sight."""

from __future__ import annotations

from django.http import HttpResponse

from recoup.casework import queries as casework
from recoup.casework.queries import HOLDS_SHOWN
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.pages import page, working_day
from recoup.desk.rows import person_of
from recoup.people.permissions import Action


@staff_only(Action.SEE_PAUSES_AND_STOPS, methods=("GET", "HEAD"))
def pauses_and_stops(request: DeskRequest) -> HttpResponse:
    """One of the two lists, newest first, page by page."""
    on = working_day(casework.book_date())
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() else None
    context = {"on": on, "stops": [], "pauses": [], "before": None, "which": "stops"}
    if request.GET.get("show") == "pauses":
        pauses = casework.pauses_seen_by(request.viewer, on, before)
        context["which"] = "pauses"
        context["pauses"] = [(row, person_of(row.debt.debtor)) for row in pauses[:HOLDS_SHOWN]]
        context["before"] = pauses[HOLDS_SHOWN - 1].pk if len(pauses) > HOLDS_SHOWN else None
    else:
        stops = casework.stops_seen_by(request.viewer, on, before)
        context["stops"] = [(row, person_of(row.debtor)) for row in stops[:HOLDS_SHOWN]]
        context["before"] = stops[HOLDS_SHOWN - 1].pk if len(stops) > HOLDS_SHOWN else None
    return page(request, "holds.html", context, here="holds")
