"""Everything that happens in the demonstration book beside money, in order of days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from recoup.demo.arrangements import DraftPause, DraftStop, pauses_of, stop_of
from recoup.demo.contacts import DraftAttempt, Talker, one_a_day
from recoup.demo.drafts import DebtorKey, DraftDebt
from recoup.demo.months import month_ends_before
from recoup.demo.stretches import state_on, stretches_of

_MONTH_ENDS, _LAST_DAYS, _WEEKS = 6, 14, 22


@dataclass(slots=True)
class Story:
    """Stops, pauses and attempts of the whole book, each list in order of days."""

    stops: list[DraftStop] = field(default_factory=list)
    pauses: list[DraftPause] = field(default_factory=list)
    attempts: list[DraftAttempt] = field(default_factory=list)


def story_of(book: list[DraftDebt], seed: int, today: date) -> Story:
    """What happened on these debts until the day before ``today``."""
    story = Story()
    stopped: dict[DebtorKey, DraftStop] = {}
    for debt in book:
        stretches = stretches_of(state_on(debt, today))
        stop = stop_of(debt, stretches, today)
        if stop is not None:
            stopped.setdefault(debt.debtor_key, stop)
        rng = Random(f"{seed}/story/{debt.lender.code}/{debt.ref}")
        story.pauses += pauses_of(rng, debt, stretches, today)
        barred = stopped.get(debt.debtor_key)
        talker = Talker(rng, debt, today, stopped_on=barred.starts_on if barred else None)
        story.attempts += talker.attempts(stretches)
    story.stops = sorted(stopped.values(), key=lambda stop: (stop.starts_on, stop.debt.key))
    story.pauses.sort(key=lambda pause: (pause.starts_on, pause.debt.key, pause.ends_on))
    story.attempts = one_a_day(story.attempts)
    return story


def run_dates(today: date) -> list[date]:
    """The dates of the day's run: weeks and month ends of half a year, then each of the last days up to ``today``."""
    last_days = [today - timedelta(days=back) for back in range(_LAST_DAYS)]
    weeks = [last_days[-1] - timedelta(days=7 * back) for back in range(1, _WEEKS + 1)]
    return sorted({*month_ends_before(today, _MONTH_ENDS), *weeks, *last_days})
