"""Two clocks over one debt: days past due by contract, and days delinquent, less grace and paused days.

Source: formats.md, Ageing. A pause is a half-open interval of dates; each day inside any pause counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from recoup.domain.ladder import Ladder
from recoup.domain.posting import NO_DATE, Mark, Replay, Terms

_DAY = timedelta(days=1)


class Pause(NamedTuple):
    """Ageing stands still on the dates ``starts_on <= date < ends_on``; ``ends_on`` None means until further notice."""

    starts_on: date
    ends_on: date | None


class Spell(NamedTuple):
    """A debt's time on one step: entered on, left on (half-open; None while it is still there)."""

    step: str
    entered_on: date
    left_on: date | None


class PauseError(ValueError):
    """A pause that ends before it starts; the message is fit to show."""


def merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The same paused dates as separate intervals in order: overlapping, nested and touching pauses become one.

    Raises PauseError when one ends before or on its start.
    """
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.starts_on):
        if pause.ends_on is not None and pause.ends_on <= pause.starts_on:
            raise PauseError(f"a pause from {pause.starts_on} cannot end on {pause.ends_on}")
        last = joined[-1] if joined else None
        if last is None or (last.ends_on is not None and last.ends_on < pause.starts_on):
            joined.append(pause)
        elif last.ends_on is not None and (pause.ends_on is None or pause.ends_on > last.ends_on):
            joined[-1] = Pause(last.starts_on, pause.ends_on)
    return tuple(joined)


def days_past_due(oldest_on: date | None, on: date) -> int:
    """Days since the oldest unpaid instalment fell due; 0 on its due date, before it, and when nothing is unpaid."""
    return max((on - oldest_on).days, 0) if oldest_on is not None else 0


def paused_days(oldest_on: date, on: date, pauses: Sequence[Pause]) -> int:
    """How many of the days after the due date, up to and including ``on``, were paused. ``pauses`` are merged."""
    first, end = oldest_on + _DAY, on + _DAY
    total = 0
    for pause in pauses:
        stop = min(end, pause.ends_on) if pause.ends_on is not None else end
        total += max((stop - max(first, pause.starts_on)).days, 0)
    return total


def days_delinquent(oldest_on: date | None, on: date, *, grace_days: int = 0, pauses: Sequence[Pause] = ()) -> int:
    """Days past due less grace and paused days, never below 0. ``pauses`` are merged."""
    past = days_past_due(oldest_on, on)
    if not past or oldest_on is None:
        return 0
    return max(past - grace_days - (paused_days(oldest_on, on, pauses) if pauses else 0), 0)


def day_when_delinquent(oldest_on: date, days: int, *, grace_days: int, pauses: Sequence[Pause]) -> date | None:
    """The first date on which so many days delinquent are reached; None when an open pause never lets it come."""
    at, wanted = oldest_on, days + grace_days
    if not pauses and at != NO_DATE:
        return at + timedelta(days=wanted)
    for pause in pauses:
        if pause.ends_on is not None and pause.ends_on <= at + _DAY:
            continue
        free = max((pause.starts_on - at - _DAY).days, 0)
        if wanted <= free:
            break
        if pause.ends_on is None:
            return None
        wanted -= free
        at = pause.ends_on - _DAY
    return at + timedelta(days=wanted) if (NO_DATE - at).days > wanted else None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock and the ladder it climbs: buckets without grace or pauses, stages with both."""

    ladder: Ladder
    grace_days: int = 0
    pauses: tuple[Pause, ...] = ()

    def days(self, oldest_on: date | None, on: date) -> int:
        """What this clock reads on a day."""
        return days_delinquent(oldest_on, on, grace_days=self.grace_days, pauses=self.pauses)

    def entries(self, oldest_on: date) -> Iterator[tuple[int, date]]:
        """Each step above the first with the date on which it is reached while nothing is paid."""
        for rank, step in enumerate(self.ladder.steps[1:], start=1):
            reached = day_when_delinquent(oldest_on, step.days_min, grace_days=self.grace_days, pauses=self.pauses)
            if reached is None:
                return
            yield rank, reached

    def next_entry_after(self, oldest_on: date | None, on: date) -> date | None:
        """The date after ``on`` on which the next step is reached if nothing is paid."""
        if oldest_on is None or oldest_on == NO_DATE:
            return None
        if self.pauses:
            return next((reached for _, reached in self.entries(oldest_on) if reached > on), None)
        upper = self.ladder.rank_on((on - oldest_on).days - self.grace_days) + 1
        if upper == len(self.ladder.steps):
            return None
        return oldest_on + timedelta(days=self.ladder.steps[upper].days_min + self.grace_days)


def spells(marks: Sequence[Mark], clock: Clock, on: date) -> tuple[Spell, ...]:
    """Every time that the debt was on a step above the first, until ``on``; the last one is open if it lasts.

    A day reads the postings dated up to that day, so a backdated payment rewrites the spells after its date.
    """
    runs: list[tuple[int, date, date | None]] = []
    ends = [mark.since for mark in marks[1:]] + [on + _DAY]
    for mark, end in zip(marks, ends, strict=True):
        if mark.oldest_on is not None and mark.oldest_on < end:
            runs.extend(_runs_between(mark, end, clock))
    return _joined(runs, clock.ladder, on)


def _runs_between(mark: Mark, end: date, clock: Clock) -> Iterator[tuple[int, date, date | None]]:
    if mark.oldest_on is None:
        return
    at: tuple[int, date] | None = None
    for rank, day in clock.entries(mark.oldest_on):
        if day >= end:
            break
        if at is not None and day > mark.since:
            yield at[0], max(at[1], mark.since), day
        at = rank, day
    if at is not None and end > mark.since:
        yield at[0], max(at[1], mark.since), end


def _joined(runs: list[tuple[int, date, date | None]], ladder: Ladder, on: date) -> tuple[Spell, ...]:
    joined: list[tuple[int, date, date | None]] = []
    for rank, entered, left in runs:
        if joined and joined[-1][0] == rank and joined[-1][2] == entered:
            joined[-1] = (rank, joined[-1][1], left)
        else:
            joined.append((rank, entered, left))
    return tuple(
        Spell(ladder.steps[rank].name, entered, None if left is not None and left > on else left)
        for rank, entered, left in joined
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How late one debt is on a day, by both clocks."""

    on: date
    owed_minor: int
    past_due_minor: int
    oldest_on: date | None
    next_due_on: date | None
    days_past_due: int
    days_delinquent: int
    bucket_rank: int
    stage_rank: int
    changes_on: date | None


def standing(state: Replay, buckets: Clock, stages: Clock, *, next_posting_on: date | None = None) -> Standing:
    """How late a replayed debt is, and the first later date on which that changes if nothing is posted.

    ``next_posting_on`` is the date of the next posting that is known but lies after the day (it is kept and ignored).
    """
    on, oldest = state.on, state.oldest_on
    next_due = state.next_due_on
    dates = [
        buckets.next_entry_after(oldest, on),
        stages.next_entry_after(oldest, on),
        next_due + _DAY if next_due is not None else None,
        next_posting_on,
    ]
    past, delinquent = days_past_due(oldest, on), stages.days(oldest, on)
    return Standing(
        on=on,
        owed_minor=state.owed_minor,
        past_due_minor=state.past_due_minor,
        oldest_on=oldest,
        next_due_on=next_due,
        days_past_due=past,
        days_delinquent=delinquent,
        bucket_rank=buckets.ladder.rank_on(past),
        stage_rank=stages.ladder.rank_on(delinquent),
        changes_on=min((day for day in dates if day is not None), default=None),
    )


def clocks(buckets: Ladder, stages: Ladder, terms: Terms, pauses: Iterable[Pause] = ()) -> tuple[Clock, Clock]:
    """The two clocks of a debt: past due climbs the buckets, delinquent climbs the stages."""
    return Clock(buckets), Clock(stages, terms.grace_days, merged(pauses))
