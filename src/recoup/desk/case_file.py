"""A case on the desk's today, replayed: what the page and the orders on it start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from recoup.book import queries as book
from recoup.casework import queries as casework
from recoup.casework.models import Case
from recoup.casework.queries import Event
from recoup.desk.access import DeskRequest
from recoup.desk.pages import day_of
from recoup.desk.standing import DebtView, views_of
from recoup.domain.ageing import Pause


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case, the day, its debtor's debts worst first, and everything that happened."""

    case: Case
    on: date
    views: list[DebtView]
    events: list[Event]

    @property
    def worst(self) -> DebtView | None:
        """The debt that is longest overdue; None when none is."""
        late = [view for view in self.views if view.standing.days_past_due]
        return late[0] if late else None


def open_file(request: DeskRequest, case_id: int) -> CaseFile:
    """The case with its debts and events; 404 when the viewer may not see it."""
    case = casework.case_for(request.viewer, case_id)
    if case is None:
        raise Http404
    on = day_of(case)
    events = casework.events_of(case.debtor_id, case.pk, on)
    pauses = [(event.debt_id or 0, Pause(event.on or on, event.until)) for event in events if event.kind == "pause"]
    return CaseFile(case, on, views_of(book.debts_of([case.debtor_id]), on, pauses), events)
