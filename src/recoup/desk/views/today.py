"""Home: the next case and why now, figures of the list, the list itself; somebody's own, or a branch's."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.book import queries as book
from recoup.book.models import Debt, DebtKind
from recoup.book.wording import money_text
from recoup.casework import queries as casework
from recoup.casework.models import WorkItem
from recoup.casework.operations import set_aside as put_aside
from recoup.casework.queries import Filter, Place
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.pages import day_of, done, language_of_page, now, page, refused, working_day
from recoup.desk.rows import Row, row_of, rows_of
from recoup.people.models import Branch
from recoup.people.permissions import Action, Scope, Viewer
from recoup.people.queries import branches

_NOON, _EVENING = 12, 18
_FILTERS = (
    (Filter.ALL, gettext_lazy("All")),
    (Filter.NEW, gettext_lazy("New")),
    (Filter.ROLLING, gettext_lazy("Rolling")),
    (Filter.BLOCKED, gettext_lazy("Blocked")),
    (Filter.ASIDE, gettext_lazy("Set aside")),
)


class Figure(NamedTuple):
    """One figure of the strip."""

    label: str
    value: str
    remark: str


class Choice(NamedTuple):
    """One segment of a switch."""

    label: str
    query: str
    is_current: bool


@staff_only(Action.SEE_CASES, Action.IMPORT, Action.ADMINISTER)
def today(request: DeskRequest) -> HttpResponse:
    """The home page. Who sees no cases is shown to the page that they have."""
    viewer = request.viewer
    if not viewer.may(Action.SEE_CASES):
        return redirect("administration" if viewer.may(Action.ADMINISTER) else "imports")
    on, language = working_day(casework.book_date()), language_of_page()
    ladders = book.ladders(on)
    edges = {
        who: [step.days_min for step in ladder.steps] for (who, clock), ladder in ladders.items() if clock == "bucket"
    }
    lists = _lists(viewer)
    place, chosen = _place(request, lists)
    which = _which(request)
    found = casework.work_page(place, which, on, edges, _after(request))
    figures = casework.figures_of_list(place, on, edges)
    first = found.items[0] if found.items and not request.GET.get("after") and which == Filter.ALL else None
    context = {
        "greeting": _greeting(request.user.name),
        "at": now(),
        "on": on,
        "figures": _strip(figures, casework.paid_on_list(place, on), language),
        "cases": sum(line.cases for line in figures),
        "next": _next(first, on, language) if first is not None and not first.stopped_by else None,
        "rows": rows_of(found.items, on, language),
        "after": found.after,
        "filters": _filters(which, chosen, figures),
        "lists": [Choice(label, f"?list={key}", key == chosen) for key, label, _p in lists] if len(lists) > 1 else [],
        "list_query": f"list={chosen}",
        "which": which.value,
    }
    return page(request, "today.html", context, here="today")


def _which(request: DeskRequest) -> Filter:
    wanted = request.GET.get("show", Filter.ALL)
    return Filter(wanted) if wanted in set(Filter) else Filter.ALL


def _after(request: DeskRequest) -> str:
    """The key of the page before, or nothing when somebody typed their own."""
    after = request.GET.get("after", "")
    return after if all(part.lstrip("-").isdigit() for part in after.split(".")) and after.count(".") == 1 else ""


def _lists(viewer: Viewer) -> list[tuple[str, str, Place]]:
    """The lists that somebody may open, the usual one first: key, label, place."""
    own = ("own", _("Mine"), Place(staff_id=viewer.staff_id))
    if viewer.scope == Scope.OWN:
        return [own]
    if viewer.scope == Scope.BRANCH:
        return [("branch", _("Branch"), Place(branch_id=viewer.branch_id)), own]
    known: list[Branch] = list(branches())
    places = [(str(branch.pk), branch.name, Place(branch_id=branch.pk)) for branch in known]
    return [*places, ("none", _("No branch"), Place()), own]


def _place(request: DeskRequest, lists: list[tuple[str, str, Place]]) -> tuple[Place, str]:
    wanted = request.GET.get("list") or lists[0][0]
    for key, _label, place in lists:
        if key == wanted:
            return place, key
    raise Http404


def _greeting(name: str) -> str:
    hour = now().hour
    if hour < _NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < _EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def _strip(figures: list[casework.ListFigures], paid: list[tuple[str, int]], language: str) -> list[Figure]:
    def sums(pairs: list[tuple[str, int]]) -> list[str]:
        return [money_text(minor, currency, language) for currency, minor in pairs if minor]

    overdue = sums([(line.currency, line.overdue_minor) for line in figures])
    rolling = sums([(line.currency, line.rolling_minor) for line in figures])
    came = sums(paid)
    return [
        Figure(_("Cases on the list"), f"{sum(line.cases for line in figures):,}", _("open today")),
        Figure(_("Overdue"), overdue[0] if overdue else "–", " · ".join(overdue[1:])),
        Figure(_("New today"), f"{sum(line.new for line in figures):,}", _("first call")),
        Figure(_("Rolling within 7 days"), f"{sum(line.rolling for line in figures):,}", " · ".join(rolling)),
        Figure(_("Paid since yesterday"), came[0] if came else "–", " · ".join(came[1:])),
        Figure(
            _("Blocked by a stop"),
            f"{sum(line.blocked for line in figures):,}",
            _("%(count)d set aside today") % {"count": sum(line.aside for line in figures)},
        ),
    ]


def _filters(which: Filter, chosen: str, figures: list[casework.ListFigures]) -> list[Choice]:
    counts = {
        Filter.ALL: sum(line.cases - line.aside for line in figures),
        Filter.NEW: sum(line.new for line in figures),
        Filter.ROLLING: sum(line.rolling for line in figures),
        Filter.BLOCKED: sum(line.blocked for line in figures),
        Filter.ASIDE: sum(line.aside for line in figures),
    }
    return [
        Choice(f"{label} {counts[one]:,}", f"?list={chosen}&show={one}", one == which)
        for one, label in _FILTERS
        if counts[one] or one in (Filter.ALL, which)
    ]


class NextCase(NamedTuple):
    """What the card of the next case says."""

    row: Row
    debts: str
    team: str


def _next(item: WorkItem, on: date, language: str) -> NextCase:
    kinds = dict.fromkeys(_overdue_kinds(book.debts_of([item.case.debtor_id])))
    team = casework.team_of([item.case_id]).get(item.case_id, [])
    others = [member.staff.name for member in team if member.staff_id != item.staff_id]
    return NextCase(row_of(item, on, language), _listed(list(kinds)), _listed(others))


def _overdue_kinds(debts: list[Debt]) -> list[str]:
    return [str(DebtKind(debt.kind).label) for debt in debts if debt.facts.past_due_minor > 0]


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s and %(last)s") % {"some": _(", ").join(words[:-1]), "last": words[-1]}


@staff_only(Action.WORK_ON_CASES, methods=("POST",))
def set_aside(request: DeskRequest, case_id: int) -> HttpResponse:
    """Not now: the case waits for the rest of the day."""
    case = casework.case_for(request.viewer, case_id)
    if case is None:
        raise Http404
    item: Any = getattr(case, "work_item", None)
    if item is None:
        return refused(request, _("This case is on no list today."), "today")
    put_aside(item, on=day_of(case), by=request.user, at=now())
    return done(request, _("%(case)s is set aside for today.") % {"case": case.ref}, "today")
