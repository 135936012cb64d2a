"""Two years of attempts to reach debtors, made up from when they were overdue and when they paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from recoup.demo.colleagues import collectors_of, leaders_of
from recoup.demo.drafts import DebtKey, DebtorKey, DraftDebt
from recoup.demo.sayings import cause_said, day_words, money_words, said
from recoup.demo.stretches import Stretch


class DraftAttempt(NamedTuple):
    """One attempt as it will be written down; ``by`` is a username."""

    debtor: DebtorKey
    debt: DebtKey
    at: datetime
    channel: str
    direction: str
    person: str
    connected: bool
    conversation: bool
    said: str
    by: str
    key: str


class _Step(NamedTuple):
    day: int
    channel: str
    chance: float


#: What is tried on which day of a stretch, and how often it is.
_PLAN = (
    _Step(2, "sms", 0.75),
    _Step(4, "call", 0.5),
    _Step(8, "call", 0.7),
    _Step(13, "sms", 0.4),
    _Step(17, "call", 0.65),
    _Step(24, "email", 0.35),
    _Step(28, "call", 0.65),
    _Step(36, "letter", 0.6),
    _Step(41, "call", 0.7),
    _Step(50, "call", 0.6),
    _Step(59, "call", 0.6),
    _Step(68, "letter", 0.7),
    _Step(75, "visit", 0.5),
    _Step(88, "call", 0.6),
)
#: After the plan, this repeats.
_LATER = (_Step(0, "call", 0.6), _Step(18, "call", 0.4), _Step(33, "visit", 0.25), _Step(40, "letter", 0.3))
_LATER_FROM, _LATER_EVERY = 100, 52
_WRITTEN = {"sms": "reminder", "email": "email", "letter": "letter"}


@dataclass(frozen=True, slots=True)
class Talker:
    """Makes up the attempts about one debt."""

    rng: Random
    debt: DraftDebt
    today: date
    #: From this day on contact is stopped; only the debtor may still reach us.
    stopped_on: date | None = None

    def attempts(self, stretches: Sequence[Stretch]) -> Iterator[DraftAttempt]:
        """All attempts, earliest first, up to the day before today."""
        place = 0
        for stretch in stretches:
            for day, channel in self._days(stretch):
                found = self._attempt(day, channel, (day - stretch.starts_on).days, place)
                place += 1
                if found is not None:
                    yield found

    def _days(self, stretch: Stretch) -> Iterator[tuple[date, str]]:
        ends_on = stretch.ends_on or self.today
        length = (ends_on - stretch.starts_on).days
        rounds = range(max(length - _LATER_FROM, 0) // _LATER_EVERY + 1)
        # Whoever is late today was most likely called within the last week.
        latest = [_Step((self.today - stretch.starts_on).days - 5, "call", 0.4)] if stretch.ends_on is None else []
        later = [
            _Step(_LATER_FROM + each * _LATER_EVERY + s.day, s.channel, s.chance) for each in rounds for s in _LATER
        ]
        for step in (*_PLAN, *later, *latest):
            shift, drawn = self.rng.randint(-1, 2), self.rng.random()
            day = stretch.starts_on + timedelta(days=max(step.day + shift, 1))
            if drawn < step.chance and day < ends_on:
                yield _on_weekday(day), step.channel

    def _attempt(self, day: date, channel: str, days_late: int, place: int) -> DraftAttempt | None:
        inbound = self.rng.random() < 0.07
        at = self._at(day, minute=self.rng.randint(0, 590))
        by = self._colleague(days_late)
        outcome = self._inbound(day) if inbound else self._outbound(day, channel, days_late)
        if day >= self.today or (not inbound and self.stopped_on is not None and day >= self.stopped_on):
            return None
        person, words = outcome
        spoken = person != "nobody" and (inbound or channel in ("call", "visit"))
        return DraftAttempt(
            debtor=self.debt.debtor_key,
            debt=self.debt.key,
            at=at,
            channel="call" if inbound else channel,
            direction="in" if inbound else "out",
            person=person,
            connected=spoken,
            conversation=spoken and person != "third_party",
            said=words,
            by=by,
            key=f"demo/{self.debt.lender.code}/{self.debt.ref}/{place}",
        )

    def _at(self, day: date, *, minute: int) -> datetime:
        # 09:05 to 18:55 where the debtor lives.
        zone = ZoneInfo(self.debt.debtor.contact.place.time_zone)
        return datetime.combine(day, time(9, 5), zone) + timedelta(minutes=minute)

    def _colleague(self, days_late: int) -> str:
        branch = self.debt.lender.branch
        other, leader, share = (
            self.rng.choice(collectors_of(branch)),
            self.rng.choice(leaders_of(branch)),
            self.rng.random(),
        )
        if days_late > 30 and share < 0.25:
            return leader
        return other if share > 0.8 else self.debt.relationship_manager

    def _inbound(self, day: date) -> tuple[str, str]:
        paid = self._payment_within(day, 4)
        return "debtor", said("contact", "inbound_paid" if paid else "inbound_asks", self.debt.debtor.language)

    def _outbound(self, day: date, channel: str, days_late: int) -> tuple[str, str]:
        language, luck, turn = self.debt.debtor.language, self.rng.random(), self.rng.random()
        if channel in _WRITTEN:
            return "debtor", said("contact", _WRITTEN[channel], language)
        if channel == "visit":
            return ("debtor", said("contact", "visit_met", language)) if luck < 0.5 else (
                "nobody", said("contact", "visit_nobody", language),
            )  # fmt: skip
        if luck < 0.42:
            return "nobody", said("contact", "no_answer" if luck < 0.3 else "busy", language)
        if luck < 0.48:
            return "third_party", said("contact", "third_party", language)
        if self.debt.guarantor and days_late > 20 and luck > 0.86:
            return "guarantor", said("contact", "guarantor", language)
        return "debtor", self._talk(day, days_late, turn)

    def _talk(self, day: date, days_late: int, turn: float) -> str:
        language, cause = self.debt.debtor.language, self.debt.debtor.cause
        paid = self._payment_within(day, 9)
        if paid is not None and turn < 0.7:
            promise = "promise" if turn < 0.5 else "promise_part"
            words = {"amount": money_words(paid[1], self.debt.product.currency), "date": day_words(paid[0], language)}
            return said("contact", promise, language, **words)
        if days_late > 6 and turn < 0.6:
            return cause_said(cause, language)
        if turn < 0.8:
            return said("contact", "vague", language)
        return said("contact", "asks_later", language)

    def _payment_within(self, day: date, days: int) -> tuple[date, int] | None:
        last = day + timedelta(days=days)
        for paid in self.debt.paid:
            if day < paid.paid_on <= last and paid.bounced_on is None:
                return paid.paid_on, paid.amount_minor
        return None


def one_a_day(attempts: list[DraftAttempt]) -> list[DraftAttempt]:
    """In order of time; of several about one debtor on one day, the first."""
    ordered = sorted(attempts, key=lambda each: (each.at, each.key))
    seen: set[tuple[DebtorKey, date]] = set()
    kept = []
    for attempt in ordered:
        key = (attempt.debtor, attempt.at.date())
        if key not in seen:
            seen.add(key)
            kept.append(attempt)
    return kept


def _on_weekday(day: date) -> date:
    return day + timedelta(days=8 - day.isoweekday()) if day.isoweekday() > 5 else day
