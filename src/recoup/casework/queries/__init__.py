"""Reads of cases, teams, work lists and the board, each within what its viewer may see."""

from recoup.casework.queries.board import Board, Load, alerts_on, board_of, month_of, rolling_cases, staff_load
from recoup.casework.queries.cases import (
    Event,
    book_date,
    case_for,
    case_people,
    cases_of,
    debt_for,
    debtor_for,
    events_of,
    last_run,
)
from recoup.casework.queries.given import facts_batches, facts_for_rules
from recoup.casework.queries.holds import HOLDS_SHOWN, pauses_seen_by, stops_seen_by
from recoup.casework.queries.search import Finding, find
from recoup.casework.queries.sight import cases_seen_by, debtors_seen_by, debts_seen_by
from recoup.casework.queries.worklist import (
    Filter,
    ListFigures,
    Place,
    WorkPage,
    figures_of_list,
    paid_on_list,
    team_of,
    work_page,
)

__all__ = [
    "HOLDS_SHOWN",
    "Board",
    "Event",
    "Filter",
    "Finding",
    "ListFigures",
    "Load",
    "Place",
    "WorkPage",
    "alerts_on",
    "board_of",
    "book_date",
    "case_for",
    "case_people",
    "cases_of",
    "cases_seen_by",
    "debt_for",
    "debtor_for",
    "debtors_seen_by",
    "debts_seen_by",
    "events_of",
    "facts_batches",
    "facts_for_rules",
    "figures_of_list",
    "find",
    "last_run",
    "month_of",
    "paid_on_list",
    "pauses_seen_by",
    "rolling_cases",
    "staff_load",
    "stops_seen_by",
    "team_of",
    "work_page",
]
