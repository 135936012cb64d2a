"""Stops and pauses of the demonstration book: what a debtor's cause leads to once they are late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from recoup.demo.causes import PAUSES, STOPS
from recoup.demo.drafts import DraftDebt
from recoup.demo.sayings import said
from recoup.demo.stretches import Stretch


class DraftStop(NamedTuple):
    """Contact with the debtor barred from a day, for a time or without end."""

    debt: DraftDebt
    reason: str
    starts_on: date
    ends_on: date | None
    proof: str


class DraftPause(NamedTuple):
    """Ageing of the debt at a standstill between two dates."""

    debt: DraftDebt
    starts_on: date
    ends_on: date
    reason: str


#: The storm that some debtors of one region were given time for: days before today on which it began, and its length.
_STORM_DAYS_AGO, _STORM_DAYS, _STORM_REGION_TOWN = 74, 14, "浙江省温州市"


def stop_of(debt: DraftDebt, stretches: Sequence[Stretch], today: date) -> DraftStop | None:
    """The stop that the debtor's cause leads to in the latest stretch, if it lasted long enough to be known."""
    rule = STOPS.get(debt.debtor.cause)
    if rule is None or not stretches:
        return None
    starts_on = stretches[-1].starts_on + timedelta(days=rule.after_days)
    if starts_on >= (stretches[-1].ends_on or today):
        return None
    ends_on = starts_on + timedelta(days=rule.for_days) if rule.for_days else None
    proof = said("stop", rule.reason, debt.debtor.language)
    return DraftStop(debt, rule.reason, starts_on, ends_on, proof)


def pauses_of(rng: Random, debt: DraftDebt, stretches: Sequence[Stretch], today: date) -> list[DraftPause]:
    """The pauses agreed in the latest stretch; now and then a second one overlaps or touches the first."""
    rule, agreed, again = PAUSES.get(debt.debtor.cause), rng.random(), rng.random()
    found = _storm_relief(debt, stretches, today)
    if rule is None or not stretches or agreed >= rule.share:
        return found
    starts_on = stretches[-1].starts_on + timedelta(days=rule.after_days)
    if starts_on >= (stretches[-1].ends_on or today):
        return found
    ends_on = starts_on + timedelta(days=rule.for_days)
    language = debt.debtor.language
    why = "review" if debt.debtor.cause.startswith("DSP") else "hardship"
    found.append(DraftPause(debt, starts_on, ends_on, said("pause", why, language)))
    if again < 0.35:
        # Overlapping by ten days, or touching: each day still counts once.
        from_day = ends_on - timedelta(days=10 if again < 0.25 else 0)
        found.append(DraftPause(debt, from_day, ends_on + timedelta(days=20), said("pause", "extended", language)))
    return [pause for pause in found if pause.starts_on < today]


def _storm_relief(debt: DraftDebt, stretches: Sequence[Stretch], today: date) -> list[DraftPause]:
    starts_on = today - timedelta(days=_STORM_DAYS_AGO)
    if debt.debtor.contact.place.town != _STORM_REGION_TOWN:
        return []
    if not any(
        each.starts_on <= starts_on and (each.ends_on is None or each.ends_on > starts_on) for each in stretches
    ):
        return []
    reason = said("pause", "disaster", debt.debtor.language)
    return [DraftPause(debt, starts_on, starts_on + timedelta(days=_STORM_DAYS), reason)]
