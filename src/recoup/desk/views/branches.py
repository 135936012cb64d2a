"""The branch overview: buckets, stages, cash of the month, what rolls soon, who has how much on the table."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from recoup.book import queries as book
from recoup.book.wording import date_text, money_text
from recoup.casework import queries as casework
from recoup.casework.models import TeamRole
from recoup.casework.queries import Board
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.charts import line_of, parts_of, short_amount, stack_of
from recoup.desk.pages import language_of_page, page, working_day
from recoup.desk.rows import rows_of
from recoup.desk.views.today import Choice, Figure
from recoup.domain.ladder import Ladder
from recoup.people.models import Branch
from recoup.people.permissions import Action, Scope, Viewer
from recoup.people.queries import branches

#: Cases named on the board; the rest is counted.
ROLLING_SHOWN = 5


class StageBar(NamedTuple):
    """One stage as a bar with its numbers."""

    name: str
    cases: int
    overdue: str
    width: int


@staff_only(Action.SEE_BRANCH, methods=("GET", "HEAD"))
def branch_page(request: DeskRequest) -> HttpResponse:
    """The overview of one branch; whoever sees more than one chooses."""
    on, language = working_day(casework.book_date()), language_of_page()
    choices = _branches(request.viewer, request.user.branch)
    branch_id, name = _chosen(request, choices)
    board = casework.board_of(branch_id, on)
    ladders = book.ladders(on)
    edges = {
        who: [step.days_min for step in ladder.steps] for (who, clock), ladder in ladders.items() if clock == "bucket"
    }
    currency = _currency(request, board)
    rolling, sums = casework.rolling_cases(branch_id, on, edges, currency, ROLLING_SHOWN)
    figures = board.today.get(currency, {})
    context: dict[str, Any] = {
        "name": name,
        "on": on,
        "branches": [Choice(label, f"?branch={key}", key == _key(branch_id)) for key, label in choices.items()],
        "branch_query": f"branch={_key(branch_id)}",
        "currencies": [
            Choice(code, f"?branch={_key(branch_id)}&currency={code}", code == currency) for code in board.currencies
        ],
        "currency": currency,
        "strip": _strip(board, figures, currency, language),
        "buckets": _bucket_chart(board, currency, ladders[None, "bucket"], language),
        "bucket_table": _bucket_table(figures, ladders[None, "bucket"], currency, language),
        "stages": _stages(figures, ladders[None, "stage"], currency, language),
        "cash": _cash_chart(figures, on, currency, language),
        "rolling": rows_of(rolling, on, language),
        "rolling_sums": [(row["cases"], money_text(row["total"], row["currency"], language)) for row in sums],
        "load": casework.staff_load(branch_id, on),
        "alerts": [(TeamRole(alert.role).label, alert.cases) for alert in casework.alerts_on(branch_id, on)],
    }
    return page(request, "branch.html", context, here="branch")


def _branches(viewer: Viewer, own: Branch | None) -> dict[str, str]:
    if viewer.scope == Scope.BRANCH and own is not None:
        return {str(own.pk): own.name}
    return {**{str(branch.pk): branch.name for branch in branches()}, "none": _("No branch")}


def _key(branch_id: int | None) -> str:
    return str(branch_id) if branch_id is not None else "none"


def _chosen(request: DeskRequest, choices: dict[str, str]) -> tuple[int | None, str]:
    wanted = request.GET.get("branch") or next(iter(choices))
    if wanted not in choices:
        raise Http404
    return (int(wanted) if wanted != "none" else None), choices[wanted]


def _currency(request: DeskRequest, board: Board) -> str:
    wanted = request.GET.get("currency", "")
    return wanted if wanted in board.currencies else next(iter(board.currencies), "")


def _names(ladder: Ladder) -> list[tuple[int, str]]:
    return list(enumerate(step.name for step in ladder.steps))[1:]


def _strip(board: Board, figures: dict[str, Any], currency: str, language: str) -> list[Figure]:
    if not figures:
        return []
    cash = sum(figures.get("cash_by_day", {}).values())
    overdue = sum(line["overdue_minor"] for line in figures.get("buckets", {}).values())
    late, debts = figures.get("overdue_debts", 0), figures.get("debts", 0)
    share = f"{100 * late / debts:.1f}" if debts else "0"
    percent = _("%(share)s %% of %(debts)s debts") % {"share": share, "debts": f"{debts:,}"}
    return [
        Figure(
            _("Cash this month"),
            short_amount(cash, currency, language),
            _("up to %(day)s") % {"day": _short(board.on, language)},
        ),
        Figure(_("Cash today"), short_amount(figures.get("cash_minor", 0), currency, language), _("less reversals")),
        Figure(_("Overdue"), short_amount(overdue, currency, language), currency),
        Figure(_("Debts overdue"), f"{late:,}", percent),
        Figure(_("Open cases"), f"{figures.get('cases_open', 0):,}", _("in all currencies")),
        Figure(
            _("Opened today"),
            f"{figures.get('cases_opened', 0):,}",
            _("%(count)s cured today") % {"count": f"{figures.get('cases_cured', 0):,}"},
        ),
    ]


def _short(day: date, language: str) -> str:
    return date_text(day, language, "short")


def _bucket_chart(board: Board, currency: str, ladder: Ladder, language: str) -> Any:
    names = _names(ladder)
    columns = [
        (
            _("Now") if day == board.on else date_text(day, language, "month_short"),
            parts_of(figures, names, "owed_minor", "buckets"),
        )
        for day, figures in board.month_ends.get(currency, [])
    ]
    return stack_of(columns, names, currency, language) if columns else None


def _bucket_table(
    figures: dict[str, Any], ladder: Ladder, currency: str, language: str
) -> list[tuple[int, str, int, str, str]]:
    lines = figures.get("buckets", {})
    return [
        (
            rank,
            step.name,
            lines[step.name]["debts"],
            money_text(lines[step.name]["overdue_minor"], currency, language),
            money_text(lines[step.name]["owed_minor"], currency, language),
        )
        for rank, step in enumerate(ladder.steps)
        if step.name in lines
    ]


def _stages(figures: dict[str, Any], ladder: Ladder, currency: str, language: str) -> list[StageBar]:
    lines = figures.get("stages", {})
    most = max((line["cases"] for line in lines.values()), default=0)
    return [
        StageBar(
            step.name,
            lines[step.name]["cases"],
            money_text(lines[step.name]["overdue_minor"], currency, language),
            round(100 * lines[step.name]["cases"] / most),
        )
        for step in ladder.steps
        if step.name in lines
    ]


def _cash_chart(figures: dict[str, Any], on: date, currency: str, language: str) -> Any:
    by_day = {date.fromisoformat(day): minor for day, minor in figures.get("cash_by_day", {}).items()}
    days = [(on.replace(day=number), by_day.get(on.replace(day=number), 0)) for number in range(1, on.day + 1)]
    return line_of(days, casework.month_of(on)[1].day, currency, language)
