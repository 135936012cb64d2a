"""Payments of debts with a schedule: instalment by instalment, on time, late, in part, bounced or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from recoup.demo.arrears import months_late_next, recovered_share, unpaid_after
from recoup.demo.drafts import Due, Paid
from recoup.demo.months import months_from

#: Unpaid instalments from which a lender charges off, and the chance each month that it does.
_CHARGE_OFF_UNPAID, _CHARGE_OFF_CHANCE = 7, 0.5
METHODS = ("bank_transfer", "qr_code", "card", "cash")
#: Assumed: of those who pay in their month, the share that pays by the due date; of direct debits, the share that comes
#: back; of months in which a late debtor settles nothing, the share with a part payment.
_PUNCTUAL, _BOUNCES, _PART_CHANCE = 0.95, 0.012, 0.14


@dataclass(frozen=True, slots=True)
class Habits:
    """How one debtor pays one debt. ``stops_at`` is the instalment from which they pay nothing more."""

    direct_debit: bool
    stops_at: int | None = None
    late_fee_minor: int = 0
    late_fee_after_days: int = 0
    may_charge_off: bool = False
    step_minor: int = 1


@dataclass(slots=True)
class _Line:
    due: Due
    left_minor: int
    charged: bool = False


@dataclass(slots=True)
class Repayment:
    """The run of one debt through its months until ``today``."""

    rng: Random
    habits: Habits
    today: date
    paid: list[Paid] = field(default_factory=list)
    written_off_on: date | None = None
    _lines: list[_Line] = field(default_factory=list)
    _state: int = 0

    def run(self, dues: list[Due], cycles: int) -> None:
        """Lives through so many months, the first of them beginning with the first instalment."""
        for cycle in range(cycles):
            if self.written_off_on is not None:
                return
            if cycle < len(dues):
                self._lines.append(_Line(dues[cycle], dues[cycle].total_minor))
            begins = months_from(dues[0].due_on, cycle)
            if self.habits.stops_at is None or cycle < self.habits.stops_at:
                self._pay_for_month(begins)
            self._perhaps_charge_off(begins, dues[cycle + 1 :])

    def _pay_for_month(self, begins: date) -> None:
        unpaid = len(self._unpaid())
        was_late = unpaid > 1 or (unpaid == 1 and self._state != 0)
        self._state = months_late_next(self.rng, self._state)
        keep = unpaid_after(self.rng, self._state, unpaid)
        on = begins + timedelta(days=self._offset(was_late=was_late, keeps=keep > 0))
        part = self.rng.random()
        if keep < unpaid:
            self._pay_oldest(unpaid - keep, on, debited=on == begins and keep == 0 and not was_late)
        elif unpaid and part < _PART_CHANCE:
            self._pay_part(begins + timedelta(days=int(5 + 20 * part / _PART_CHANCE)))

    def _offset(self, *, was_late: bool, keeps: bool) -> int:
        """Days from the due date to the payment: early or soon after when all is well, later when it is not."""
        early, soon, later = self.rng.randint(-3, 0), self.rng.randint(1, 9), self.rng.randint(2, 26)
        punctual = self.rng.random() < _PUNCTUAL
        if keeps:
            return early
        if was_late:
            return later
        if punctual:
            return 0 if self.habits.direct_debit else early
        return soon

    def _unpaid(self) -> list[_Line]:
        return [line for line in self._lines if line.left_minor > 0]

    def _pay_oldest(self, count: int, on: date, *, debited: bool) -> None:
        debited = debited and self.habits.direct_debit
        amount = 0
        for line in self._unpaid()[:count]:
            self._charge(line, on)
            amount += line.left_minor
            line.left_minor = 0
        method = "direct_debit" if debited else self.rng.choice(METHODS)
        if debited and self.rng.random() < _BOUNCES:
            self._receive(Paid(on, amount, method, bounced_on=on + timedelta(days=2)))
            # Sent again soon, before a late fee could arise.
            on, method = on + timedelta(days=self.rng.randint(3, 5)), "bank_transfer"
        self._receive(Paid(on, amount, method))

    def _charge(self, line: _Line, on: date) -> None:
        """A late fee stands on an instalment that was still unpaid when it arose."""
        charged_on = line.due.due_on + timedelta(days=self.habits.late_fee_after_days + 1)
        if not line.charged and on >= charged_on:
            line.left_minor += self.habits.late_fee_minor
            line.charged = True

    def _pay_part(self, on: date) -> None:
        oldest = self._unpaid()[0]
        share, method = self.rng.randint(20, 60), self.rng.choice(METHODS)
        if on > self.today:
            return
        self._charge(oldest, on)
        amount = oldest.left_minor * share // 100 // self.habits.step_minor * self.habits.step_minor
        oldest.left_minor -= amount
        self._receive(Paid(on, amount, method))

    def _receive(self, paid: Paid) -> None:
        if paid.paid_on <= self.today and paid.amount_minor > 0:
            bounced = paid.bounced_on is not None and paid.bounced_on <= self.today
            self.paid.append(paid if bounced else replace(paid, bounced_on=None))

    def _perhaps_charge_off(self, begins: date, to_come: list[Due]) -> None:
        unpaid, on = self._unpaid(), begins + timedelta(days=20)
        if len(unpaid) < _CHARGE_OFF_UNPAID or self.rng.random() >= _CHARGE_OFF_CHANCE:
            return
        if self.habits.may_charge_off and on <= self.today:
            self.written_off_on = on
            balance = sum(line.left_minor for line in unpaid) + sum(due.principal_minor for due in to_come)
            for paid in recoveries(self.rng, balance, after=on, step_minor=self.habits.step_minor):
                self._receive(paid)


def recoveries(rng: Random, balance_minor: int, *, after: date, step_minor: int = 1) -> list[Paid]:
    """What still comes in on a charged-off balance, a few payments some weeks apart; often nothing."""
    times = rng.randint(1, 4)
    each = int(balance_minor * recovered_share(rng) / times) // step_minor * step_minor
    days = [35 * (place + 1) + rng.randint(-9, 9) for place in range(times)]
    return [Paid(after + timedelta(days=day), each, "bank_transfer") for day in days] if each else []
