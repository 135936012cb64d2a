"""Postings of one debt and what they leave unpaid: a pure replay, oldest instalment first.

An instalment is a posting of kind ``due``. A state on a day reads the postings dated up to and including that day;
the schedule is known from the start, so money paid early covers instalments to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from recoup.domain.ladder import DAYS_MAX

DISBURSEMENT, DUE, INTEREST, FEE = "disbursement", "due", "interest", "fee"
PAYMENT, REVERSAL, ADJUSTMENT, WRITE_OFF = "payment", "reversal", "adjustment", "write_off"
KINDS = (DISBURSEMENT, DUE, INTEREST, FEE, PAYMENT, REVERSAL, ADJUSTMENT, WRITE_OFF)

#: Components of a due amount, in the default order in which a payment covers them inside one instalment.
FEES, INTEREST_PART, PRINCIPAL = "fees", "interest", "principal"
DEFAULT_ORDER = (FEES, INTEREST_PART, PRINCIPAL)
_SLOT = {FEES: 1, INTEREST_PART: 2, PRINCIPAL: 3}

#: Due date of a balance whose due date nobody has named yet.
NO_DATE = date.max
_NEVER = NO_DATE.toordinal()


class Posting(NamedTuple):
    """One append-only line of money on a debt, amounts in minor units of the debt's currency.

    ``amount_minor`` is the whole line; the three components split it for dues, charges and adjustments.
    ``instalment_no`` names the due line that a charge or an adjustment belongs to, or the due line itself.
    """

    id: int
    kind: str
    dated_on: date
    amount_minor: int
    principal_minor: int = 0
    interest_minor: int = 0
    fees_minor: int = 0
    instalment_no: str = ""
    reverses_id: int | None = None


class Snapshot(NamedTuple):
    """What a lender without a schedule says is owed at the end of ``as_of``; balances may be negative (credit)."""

    as_of: date
    balance_principal_minor: int
    balance_interest_minor: int
    balance_fees_minor: int
    days_overdue: int
    past_due_minor: int | None = None
    next_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a lender treats one product: order inside an instalment, grace, tolerance in minor units."""

    order: tuple[str, ...] = DEFAULT_ORDER
    grace_days: int = 0
    tolerance_minor: int = 0

    def __post_init__(self) -> None:
        """Refuses an order that leaves a component out or names one twice, and numbers that make no sense."""
        if sorted(self.order) != sorted(DEFAULT_ORDER):
            raise ValueError(f"payment order must name {', '.join(DEFAULT_ORDER)} once each")
        if not 0 <= self.grace_days <= DAYS_MAX or self.tolerance_minor < 0:
            raise ValueError(f"grace lies between 0 and {DAYS_MAX} days, and a tolerance is not negative")


class Unpaid(NamedTuple):
    """What is left of one instalment, in minor units."""

    due_on: date
    instalment_no: str
    principal_minor: int
    interest_minor: int
    fees_minor: int

    @property
    def total_minor(self) -> int:
        """Everything left of it."""
        return self.principal_minor + self.interest_minor + self.fees_minor


class Mark(NamedTuple):
    """From this day on, the oldest instalment that ageing counts as unpaid fell (or falls) due on ``oldest_on``."""

    since: date
    oldest_on: date | None


# Same-day order: what is charged is known before what is paid, a snapshot speaks for the end of its day.
_RANK = {INTEREST: 0, FEE: 0, ADJUSTMENT: 0, PAYMENT: 1, WRITE_OFF: 1, REVERSAL: 2}

# An open line while replaying is a list of integers: due date as an ordinal, fees, interest, principal, place of its
# instalment number in the ledger's list of numbers. Whole books are replayed through it, and lists are what is fast.
_DUE_ON, _FEES, _INTEREST, _PRINCIPAL, _NUMBER = range(5)


@dataclass(slots=True)
class _Ledger:
    slots: tuple[int, ...]
    tolerance_minor: int
    lines: list[list[int]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    credit: int = 0
    first: int = 0

    def pay(self, amount: int) -> None:
        """Covers oldest lines first, each in the product's order; what is over waits as credit."""
        lines, slots, index = self.lines, self.slots, self.first
        count = len(lines)
        while amount and index < count:
            line = lines[index]
            for slot in slots:
                left = line[slot]
                if left:
                    taken = left if left < amount else amount
                    line[slot] = left - taken
                    amount -= taken
            if amount:
                index += 1
        self.first = index
        self.credit += amount

    def oldest_on(self) -> date | None:
        tolerance = self.tolerance_minor
        for line in self.lines[self.first :]:
            if line[_INTEREST] + line[_PRINCIPAL] > tolerance:
                return date.fromordinal(line[_DUE_ON])
        return None

    def totals(self, today: int) -> tuple[int, int, int | None]:
        """All that is left, what of it fell due before ``today``, and the next due date from then on."""
        owed = past_due = 0
        next_due: int | None = None
        for due_on, fees, interest, principal, _ in self.lines[self.first :]:
            left = fees + interest + principal
            owed += left
            if due_on < today:
                past_due += left
            elif left and next_due is None and due_on < _NEVER:
                next_due = due_on
        return owed, past_due, next_due

    def charge(self, posting: Posting) -> None:
        """Adds a charge, or a correction with a sign, to the instalment that it belongs to."""
        line = self._line_for(posting)
        parts = (posting.fees_minor, posting.interest_minor, posting.principal_minor)
        for slot, added in enumerate(parts, start=_FEES):
            changed = line[slot] + added
            line[slot] = max(changed, 0)
            self.credit -= min(changed, 0)
        self._use_credit()

    def _use_credit(self) -> None:
        waiting, self.credit, self.first = self.credit, 0, 0
        self.pay(waiting)

    def _line_for(self, posting: Posting) -> list[int]:
        if posting.instalment_no in self.numbers:
            place = self.numbers.index(posting.instalment_no)
            return next(line for line in self.lines if line[_NUMBER] == place)
        today = posting.dated_on.toordinal()
        fallen = [line for line in self.lines if line[_DUE_ON] <= today]
        open_lines = [line for line in fallen if line[_INTEREST] + line[_PRINCIPAL] > 0]
        if fallen:
            return open_lines[0] if open_lines else fallen[-1]
        return self.add(posting.dated_on, (0, 0, 0), posting.instalment_no)

    def add(self, due_on: date, parts: Sequence[int], number: str) -> list[int]:
        """A new line in its place by due date; ``parts`` are fees, interest, principal."""
        line = [due_on.toordinal(), *parts, len(self.numbers)]
        self.numbers.append(number)
        self.lines.append(line)
        self.lines.sort(key=lambda each: (each[_DUE_ON], each[_NUMBER]))
        self.first = 0
        return line

    def owe_again(self, reversal: Posting) -> None:
        """A payment inside the lender's own balance came back; what it had covered is unknown: it falls due today."""
        self.add(reversal.dated_on, (0, 0, reversal.amount_minor), f"reversal {reversal.id}")
        self._use_credit()

    def start_from(self, snapshot: Snapshot) -> None:
        """Begins again from a lender's own balance: the overdue part first, the rest at its next date."""
        balances = (snapshot.balance_fees_minor, snapshot.balance_interest_minor, snapshot.balance_principal_minor)
        rest, overdue = [max(part, 0) for part in balances], [0, 0, 0]
        if snapshot.days_overdue > 0 and sum(balances) > 0:
            wanted = sum(rest) if snapshot.past_due_minor is None else snapshot.past_due_minor
            # Principal first: a lender that counts days overdue does not count them from fees alone.
            for slot in (2, 1, 0):
                overdue[slot] = min(rest[slot], wanted)
                rest[slot] -= overdue[slot]
                wanted -= overdue[slot]
        if any(rest):
            # A next due date that lies behind the statement contradicts its days overdue, which are believed.
            named = snapshot.next_due_on or NO_DATE
            self.add(named if named >= snapshot.as_of else NO_DATE, rest, "balance")
        # The lender knew of its credits when it said what is past due: they cover what is not yet due first.
        self.pay(-sum(min(part, 0) for part in balances))
        if any(overdue):
            self.add(snapshot.as_of - timedelta(days=snapshot.days_overdue), overdue, "overdue")
            self._use_credit()


@dataclass(frozen=True)
class Replay:
    """The state of one debt on a day. ``oldest_on`` is the due date of the oldest instalment that ageing counts as
    unpaid, past or to come; None when there is none. ``owed_minor`` is all that is owed, due or not yet due, negative
    when the debtor is in credit; ``past_due_minor`` what should have been paid before the day; ``next_due_on`` the next
    due date from the day on with anything left to pay.
    """

    on: date
    oldest_on: date | None
    owed_minor: int
    past_due_minor: int
    next_due_on: date | None
    credit_minor: int
    written_off: bool
    last_paid_on: date | None
    last_paid_minor: int
    paid_minor: int
    _ledger: _Ledger
    _history: Callable[[], tuple[Mark, ...]]

    @cached_property
    def unpaid(self) -> tuple[Unpaid, ...]:
        """The instalments with anything left, oldest first."""
        numbers = self._ledger.numbers
        return tuple(
            Unpaid(date.fromordinal(due_on), numbers[number], principal, interest, fees)
            for due_on, fees, interest, principal, number in self._ledger.lines
            if fees or interest or principal
        )

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """How the oldest unpaid due date moved until the day, each mark from its own day on."""
        return self._history()


@dataclass(slots=True)
class _Run:
    """One pass over the dated lines up to a day."""

    terms: Terms
    dues: list[Posting]
    by_id: dict[int, Posting] = field(default_factory=dict)
    reversed_ids: set[int] = field(default_factory=set)
    base: Snapshot | None = None
    done: list[Posting] = field(default_factory=list)

    def opening(self) -> _Ledger:
        ledger = _Ledger(tuple(_SLOT[part] for part in self.terms.order), self.terms.tolerance_minor)
        if self.base is not None:
            ledger.start_from(self.base)
            return ledger
        ledger.numbers = [due.instalment_no for due in self.dues]
        ledger.lines = [
            [due.dated_on.toordinal(), due.fees_minor, due.interest_minor, due.principal_minor, place]
            for place, due in enumerate(self.dues)
        ]
        return ledger

    def take(self, ledger: _Ledger, posting: Posting) -> _Ledger:
        """Applies one dated line and returns the ledger, built anew when a reversal unsettles what came before."""
        self.done.append(posting)
        if posting.kind == PAYMENT:
            if posting.id not in self.reversed_ids:
                ledger.pay(posting.amount_minor)
        elif posting.kind == REVERSAL:
            return self._undo(ledger, posting)
        elif posting.kind in (INTEREST, FEE, ADJUSTMENT):
            ledger.charge(posting)
        return ledger

    def _undo(self, ledger: _Ledger, posting: Posting) -> _Ledger:
        if posting.reverses_id is None:
            return ledger
        self.reversed_ids.add(posting.reverses_id)
        if self._undoes_history(posting):
            ledger.owe_again(posting)
            return ledger
        fresh = self.opening()
        for earlier in self.done:
            if earlier.kind == PAYMENT and earlier.id not in self.reversed_ids:
                fresh.pay(earlier.amount_minor)
            elif earlier.kind in (INTEREST, FEE, ADJUSTMENT):
                fresh.charge(earlier)
            elif earlier.kind == REVERSAL and self._undoes_history(earlier):
                fresh.owe_again(earlier)
        return fresh

    def _undoes_history(self, reversal: Posting) -> bool:
        undone = self.by_id.get(reversal.reverses_id or 0)
        return undone is not None and self.base is not None and undone.dated_on <= self.base.as_of


def replay(
    postings: Iterable[Posting], *, on: date, terms: Terms | None = None, snapshots: Sequence[Snapshot] = ()
) -> Replay:
    """What the postings dated up to and including ``on`` leave unpaid.

    Source: formats.md, Ageing. Postings may come in any order; reversals name the payment they undo by id. A snapshot
    replaces what came before at the end of its day.
    """
    lines = _sorted_out(postings, on)
    shots = sorted([shot for shot in snapshots if shot.as_of <= on])
    run = _Run(terms or Terms(), lines.dues)
    if lines.plain and not shots:
        # Nothing was charged or undone in between, so all payments together cover what each covered in its turn.
        ledger = run.opening()
        ledger.pay(sum([line.amount_minor for line in lines.paid]))
    else:
        ledger, _ = _walk(run, lines.dated, shots)
    owed, past_due, next_due = ledger.totals(on.toordinal())
    last = max(lines.paid, key=_DATE_AND_ID, default=None)
    return Replay(
        on=on,
        oldest_on=ledger.oldest_on(),
        owed_minor=owed - ledger.credit,
        past_due_minor=past_due,
        next_due_on=date.fromordinal(next_due) if next_due is not None else None,
        credit_minor=ledger.credit,
        written_off=lines.written_off,
        last_paid_on=last.dated_on if last else None,
        last_paid_minor=last.amount_minor if last else 0,
        paid_minor=sum([line.amount_minor for line in lines.paid]),
        _ledger=ledger,
        _history=lambda: _walk(_Run(run.terms, lines.dues), lines.dated, shots)[1],
    )


class _Lines(NamedTuple):
    """A debt's postings by what they do: dues by date, payments that stand, and all dated lines until the day."""

    dues: list[Posting]
    paid: list[Posting]
    dated: list[Posting]
    plain: bool
    written_off: bool


_DATE_AND_ID = itemgetter(2, 0)


def _sorted_out(postings: Iterable[Posting], on: date) -> _Lines:
    dues: list[Posting] = []
    dated: list[Posting] = []
    for line in postings:
        if line.kind == DUE:
            dues.append(line)
        elif line.dated_on <= on and line.kind in _RANK:
            dated.append(line)
    dues.sort(key=_DATE_AND_ID)
    kinds = {line.kind for line in dated}
    undone = {line.reverses_id for line in dated if line.kind == REVERSAL} if REVERSAL in kinds else ()
    paid = [line for line in dated if line.kind == PAYMENT and line.id not in undone]
    return _Lines(dues, paid, dated, kinds <= _PLAIN, WRITE_OFF in kinds)


_PLAIN = frozenset({PAYMENT, WRITE_OFF})


def _by_day_and_rank(line: Posting) -> tuple[date, int, int]:
    return line.dated_on, _RANK[line.kind], line.id


def _walk(run: _Run, dated: list[Posting], snapshots: list[Snapshot]) -> tuple[_Ledger, tuple[Mark, ...]]:
    dated = sorted(dated, key=_by_day_and_rank)
    run.by_id = {line.id: line for line in dated}
    ledger = run.opening()
    marks = [Mark(date.min, ledger.oldest_on())]
    for day, lines, snapshot in _by_day(dated, snapshots):
        for posting in lines:
            ledger = run.take(ledger, posting)
        if snapshot is not None:
            run.base, run.done = snapshot, []
            ledger = run.opening()
        oldest = ledger.oldest_on()
        if oldest != marks[-1].oldest_on:
            marks.append(Mark(day, oldest))
    return ledger, tuple(marks)


def _by_day(dated: list[Posting], snapshots: list[Snapshot]) -> list[tuple[date, list[Posting], Snapshot | None]]:
    days: dict[date, tuple[list[Posting], list[Snapshot]]] = {}
    for posting in dated:
        days.setdefault(posting.dated_on, ([], []))[0].append(posting)
    for snapshot in snapshots:
        days.setdefault(snapshot.as_of, ([], []))[1].append(snapshot)
    return [(day, lines, shots[-1] if shots else None) for day, (lines, shots) in sorted(days.items())]
