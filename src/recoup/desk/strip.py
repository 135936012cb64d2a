"""The bucket strip: fourteen cells, thirteen month ends up to now and the one to come if nothing is paid."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recoup.book.wording import date_text
from recoup.desk.standing import DebtView
from recoup.domain.ageing import Spell

CELLS = 14
RANK_MAX = 7


class Cell(NamedTuple):
    """One month: which bucket (by rank), how it is written, and whether it is now or a forecast."""

    rank: int | None
    digit: str
    month: str
    name: str
    is_now: bool
    is_forecast: bool


class Strip(NamedTuple):
    """The cells, oldest first, and what they say in a sentence."""

    cells: tuple[Cell, ...]
    sentence: str


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_ends(on: date) -> list[date]:
    ends = [on]
    while len(ends) < CELLS - 1:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def strip_of(views: Sequence[DebtView], on: date, language: str) -> Strip | None:
    """The strip of the worst debt of each month; None when there is nothing to show."""
    if not views:
        return None
    histories = [(view, view.spells()) for view in views]
    opened = min(view.debt.opened_on or _first_line(view) or on for view in views)
    cells = [_cell(day, _rank_on(day, histories) if day >= opened else None, on, language) for day in _month_ends(on)]
    to_come = month_end(month_end(on) + timedelta(days=1))
    ahead = max(view.buckets.ladder.rank_on(view.buckets.days(view.standing.oldest_on, to_come)) for view in views)
    cells.append(_cell(to_come, ahead, on, language, is_forecast=True))
    return Strip(tuple(cells), _sentence(histories, ahead, to_come, on, language))


def _first_line(view: DebtView) -> date | None:
    return view.entries[0].line.dated_on if view.entries else None


def _rank_on(day: date, histories: Sequence[tuple[DebtView, tuple[Spell, ...]]]) -> int:
    return max(
        (
            view.buckets.ladder.rank_of(spell.step)
            for view, spells in histories
            for spell in spells
            if spell.entered_on <= day and (spell.left_on is None or day < spell.left_on)
        ),
        default=0,
    )


def _cell(day: date, rank: int | None, on: date, language: str, *, is_forecast: bool = False) -> Cell:
    shown = min(rank, RANK_MAX) if rank is not None else None
    digit = str(rank) if rank is not None else "·"
    month = date_text(day, language, "month_narrow")
    return Cell(shown, digit, month, date_text(day, language, "month"), day == on and not is_forecast, is_forecast)


def _sentence(
    histories: Sequence[tuple[DebtView, tuple[Spell, ...]]], ahead: int, to_come: date, on: date, language: str
) -> str:
    before = _late_before([spells for _view, spells in histories], on)
    if not before:
        past = _("Never late before in this time.")
    else:
        past = ngettext(
            "Late once before, for %(days)d days.",
            "Late %(times)d times before, for up to %(days)d days.",
            len(before),
        ) % {"times": len(before), "days": max(before)}
    ladder = histories[0][0].buckets.ladder
    name = ladder.steps[min(ahead, len(ladder.steps) - 1)].name
    if not ahead:
        return past
    month = date_text(to_come, language, "month")
    gap = "" if language.startswith("zh") else " "
    return past + gap + _("%(month)s ends in %(bucket)s if nothing is paid.") % {"month": month, "bucket": name}


def _late_before(histories: Sequence[Sequence[Spell]], on: date) -> list[int]:
    """Lengths in days of the separate times, now over, in which any of the debts was late within the strip."""
    since = _month_ends(on)[0]
    times = sorted(
        (spell.entered_on, spell.left_on or on + timedelta(days=1)) for spells in histories for spell in spells
    )
    joined: list[list[date]] = []
    for entered, left in times:
        if joined and entered <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], left)
        else:
            joined.append([entered, left])
    return [(left - entered).days for entered, left in joined if since <= left <= on]
