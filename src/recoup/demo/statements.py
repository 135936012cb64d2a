"""Monthly statements of cards whose lender keeps the schedule to itself: a balance and its days overdue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from recoup.demo.arrears import RISING, months_late_next, unpaid_after
from recoup.demo.drafts import Paid
from recoup.demo.months import months_from
from recoup.demo.repayment import METHODS, recoveries
from recoup.domain.posting import Snapshot

_MINIMUM_PERCENT = 10
_CHARGE_OFF_MONTHS, _CHARGE_OFF_CHANCE = 7, 0.5
#: Of the real card book, 590 of 30,000 balances were in the customer's favour.
_CREDIT_CHANCE = 0.02


@dataclass(slots=True)
class CardLife:
    """One card from its first statement to its last. Amounts in minor units."""

    rng: Random
    limit_minor: int
    months: int
    last_statement_on: date
    today: date
    stops_at: int | None = None
    statements: list[Snapshot] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    written_off_on: date | None = None
    _state: int = 0
    _late: int = 0
    _balance: int = 0
    _interest: int = 0
    _past_due_days: int = 0

    def run(self) -> None:
        """Lives through the months, one statement each."""
        self._past_due_days = self.rng.randint(3, 26)
        self._balance = self.limit_minor * self.rng.randint(8, 55) // 100
        for month in range(self.months):
            closes_on = months_from(self.last_statement_on, month - self.months + 1)
            self._use(closes_on, stopped=self.stops_at is not None and month >= self.stops_at)
            self._close(closes_on)
            if self.written_off_on is not None:
                return
        self._pay_since()

    def _use(self, closes_on: date, *, stopped: bool) -> None:
        spent = self.limit_minor * self.rng.randint(2, 16) // 100
        share = self.rng.choice((5, 10, 10, 30, 60, 100, 100, 100))
        before, drawn = self._late, months_late_next(self.rng, self._state)
        kept, method = unpaid_after(self.rng, drawn, before + 1), self.rng.choice(METHODS)
        self._state = max(self._state, 1) if stopped else drawn
        self._late = before + 1 if stopped else kept
        due_on = closes_on - timedelta(days=self._past_due_days)
        if self._late == 0:
            on = due_on + timedelta(days=self.rng.randint(-3, 0) if before == 0 else self.rng.randint(1, 2))
            self._pay(max(self._minimum() * (before + 1), self._balance * share // 100), on, method)
        elif self._late <= before:
            self._pay(self._minimum() * (before + 1 - self._late), due_on - timedelta(days=1), method)
        if self._late == 0 or (drawn == RISING and not stopped):
            self._balance = min(self._balance + spent, self.limit_minor)

    def _minimum(self) -> int:
        return max(self._balance * _MINIMUM_PERCENT // 100, min(self._balance, 10_000))

    def _pay(self, amount: int, on: date, method: str) -> None:
        if self.rng.random() < _CREDIT_CHANCE / 3 and self._late == 0:
            amount = self._balance + self._interest + self.limit_minor * self.rng.randint(18, 40) // 100
        if amount > 0:
            self.paid.append(Paid(on, amount, method))
            covered = min(amount, self._interest)
            self._interest -= covered
            self._balance -= amount - covered

    def _close(self, closes_on: date) -> None:
        if self._late and self.written_off_on is None:
            self._interest += max(self._balance, 0) * 3 // 200
        owed = self._balance + self._interest
        late = self._late if owed > 0 else 0
        days = 30 * (late - 1) + self._past_due_days if late else 0
        past_due = min(self._minimum() * late + self._interest, owed) if late else None
        self.statements.append(Snapshot(closes_on, self._balance, self._interest, 0, days, past_due))
        if late >= _CHARGE_OFF_MONTHS and self.rng.random() < _CHARGE_OFF_CHANCE:
            self._charge_off(closes_on, owed)

    def _charge_off(self, closes_on: date, owed: int) -> None:
        on = closes_on + timedelta(days=2)
        if on <= self.today:
            self.written_off_on = on
            self.paid += [paid for paid in recoveries(self.rng, owed, after=on) if paid.paid_on <= self.today]

    def _pay_since(self) -> None:
        """After the last statement a few of those who are late have paid already."""
        pays, method, ago = self.rng.random() < 0.1, self.rng.choice(METHODS), self.rng.randint(0, 2)
        last = self.statements[-1]
        if pays and last.past_due_minor:
            self.paid.append(Paid(self.today - timedelta(days=ago), last.past_due_minor, method))
