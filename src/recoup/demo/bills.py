"""Payments of bills and invoices, which are settled one by one: promptly, slowly, or from some day on not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from recoup.demo.drafts import Due, Paid
from recoup.demo.repayment import METHODS


@dataclass(frozen=True, slots=True)
class Payer:
    """How somebody pays bills. ``stops_at`` is the bill from which they pay nothing more."""

    slow: bool = False
    stops_at: int | None = None

    def delay_days(self, rng: Random) -> int:
        """Days from the due date to the payment, negative when early."""
        early, soon, late, punctual = rng.randint(-8, 0), rng.randint(1, 18), rng.randint(6, 62), rng.random() < 0.91
        if self.slow:
            return late
        return early if punctual else soon


def pay_bills(rng: Random, dues: list[Due], ages_days: list[int], *, payer: Payer, today: date) -> list[Paid]:
    """What was paid on the bills that have fallen due, oldest first.

    ``ages_days`` say how long ago each fell due, as planned: whether one is paid must not hang on the length of months.
    """
    paid: list[Paid] = []
    for place, (due, age) in enumerate(zip(dues, ages_days, strict=True)):
        delay, method = payer.delay_days(rng), rng.choice(METHODS)
        if delay > age or (payer.stops_at is not None and place >= payer.stops_at):
            return paid
        on = min(due.due_on + timedelta(days=delay), today)
        paid.append(Paid(max(on, paid[-1].paid_on) if paid else on, due.total_minor, method))
    return paid
