"""Charges for lateness that a product's rules make due, each once for its debt, rule and period.

A charge is wanted or not by what the postings say; what is charged already is subtracted, so that a repeat adds nothing
and a backdated payment takes back by a correction what should not have been charged. Charges of both kinds are kept in
the fees component: they never keep an instalment unpaid for ageing (formats.md, Ageing). What ageing counts as paid,
a remainder within the product's tolerance, bears no charge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from recoup.domain.money import minor_from_decimal, share_minor
from recoup.domain.posting import ADJUSTMENT, DUE, FEE, INTEREST, Posting, Replay, Terms, Unpaid, replay

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AccrualRule:
    """One rule of lateness. ``after_days`` counts from the due date; ``share`` is of what is unpaid of the instalment,
    ``daily_share`` of overdue principal for each day; amounts are in minor units of the debt's currency. It makes the
    charges dated ``starts_on <= date < ends_on``: what it was before and will be after are rules of the same name.
    """

    name: str
    kind: str
    period: str
    after_days: int = 0
    amount_minor: int = 0
    share: Decimal = Decimal(0)
    daily_share: Decimal = Decimal(0)
    starts_on: date | None = None
    ends_on: date | None = None

    @classmethod
    def of(cls, name: str, row: Mapping[str, object], currency: str) -> AccrualRule:
        """The rule that a rulebook's row describes, for debts in this currency. Raises ValueError for a bad row."""
        if row["kind"] not in (FEE, INTEREST) or row["period"] not in ("instalment", "month"):
            raise ValueError(f"accrual rule {name}: kind or period is unknown")
        return cls(
            name=name,
            kind=str(row["kind"]),
            period=str(row["period"]),
            after_days=int(str(row.get("after_days") or 0)),
            amount_minor=minor_from_decimal(str(row["amount"]), currency) if row.get("amount") is not None else 0,
            share=Decimal(str(row.get("share") or 0)),
            daily_share=Decimal(str(row.get("daily_share") or 0)),
        )

    def between(self, starts_on: date | None, ends_on: date | None) -> AccrualRule:
        """The same rule for charges dated ``starts_on <= date < ends_on``; None is no end."""
        return replace(self, starts_on=starts_on, ends_on=ends_on)

    def holds_on(self, day: date) -> bool:
        """Whether a charge of this day is this rule's."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)


class Charge(NamedTuple):
    """One line to post: a fee, interest, or a correction (an adjustment, negative when it takes a charge back)."""

    rule: str
    period: str
    kind: str
    dated_on: date
    amount_minor: int
    instalment_no: str


class Charged(NamedTuple):
    """What stands on the debt already under one key; corrections of a rule are kept as ``rule/c1``, ``rule/c2`` ..."""

    rule: str
    period: str
    amount_minor: int
    dated_on: date


def charges_due(
    postings: Sequence[Posting], charged: Iterable[Charged], rules: Sequence[AccrualRule], *, on: date, terms: Terms
) -> tuple[Charge, ...]:
    """The charges and corrections that the rules want by ``on`` and that do not stand on the debt yet.

    None for a day before the last charge: that was decided by somebody who knew more.
    """
    standing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line in charged:
        if line.dated_on > on:
            return ()
        standing[line.rule.partition("/c")[0], line.period].append(line.amount_minor)
    wanted: dict[tuple[str, str], Charge] = {}
    for rule in rules:
        for charge in _wanted(postings, rule, on, terms):
            wanted.setdefault((charge.rule, charge.period), charge)
    missing = [charge for key, charge in wanted.items() if key not in standing and charge.amount_minor > 0]
    by_name = {rule.name: rule for rule in rules}
    corrections = [
        _correction(by_name[name], period, on, amounts, wanted.get((name, period)))
        for (name, period), amounts in sorted(standing.items())
        if name in by_name
    ]
    lines = [*missing, *(line for line in corrections if line.amount_minor)]
    return tuple(sorted(lines, key=lambda charge: (charge.dated_on, charge.rule, charge.period)))


def _correction(rule: AccrualRule, period: str, on: date, amounts: list[int], wanted: Charge | None) -> Charge:
    name = f"{rule.name}/c{len(amounts)}"
    difference = (wanted.amount_minor if wanted else 0) - sum(amounts)
    return Charge(name, period, ADJUSTMENT, on, difference, period if rule.period == "instalment" else "")


def _wanted(postings: Sequence[Posting], rule: AccrualRule, on: date, terms: Terms) -> list[Charge]:
    bare = _without_fees(postings)
    found = _per_instalment(bare, rule, on, terms) if rule.period == "instalment" else _per_month(bare, rule, on, terms)
    return [charge for charge in found if rule.holds_on(charge.dated_on)]


def _without_fees(postings: Sequence[Posting]) -> list[Posting]:
    """What charges did to the allocation must not decide whether they are wanted: they would feed themselves."""
    bare = [
        line if line.kind == DUE else line._replace(amount_minor=line.amount_minor - line.fees_minor, fees_minor=0)
        for line in postings
    ]
    return [line for line in bare if line.amount_minor or line.principal_minor or line.interest_minor]


def _per_instalment(postings: Sequence[Posting], rule: AccrualRule, on: date, terms: Terms) -> list[Charge]:
    found: list[Charge] = []
    for due in postings:
        if due.kind != DUE or (on - due.dated_on).days <= rule.after_days:
            continue
        charged_on = due.dated_on + timedelta(days=rule.after_days + 1)
        left = _left_of(replay(postings, on=charged_on - _DAY, terms=terms), due.instalment_no)
        if left > terms.tolerance_minor:
            amount = rule.amount_minor + share_minor(left, rule.share)
            found.append(Charge(rule.name, due.instalment_no, rule.kind, charged_on, amount, due.instalment_no))
    return found


def _left_of(state: Replay, instalment_no: str) -> int:
    for line in state.unpaid:
        if line.instalment_no == instalment_no:
            return line.principal_minor + line.interest_minor
    return 0


def _per_month(postings: Sequence[Posting], rule: AccrualRule, on: date, terms: Terms) -> list[Charge]:
    dues = [line.dated_on for line in postings if line.kind == DUE]
    if not dues:
        return []
    found: list[Charge] = []
    first = min(dues).replace(day=1)
    while (end := _next_month(first)) <= on:
        total = _principal_days(postings, first, end, terms)
        amount = share_minor(total, rule.daily_share)
        if amount:
            found.append(Charge(rule.name, first.strftime("%Y-%m"), rule.kind, end, amount, ""))
        first = end
    return found


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _principal_days(postings: Sequence[Posting], start: date, end: date, terms: Terms) -> int:
    """Sum over the days of ``start <= day < end`` of the principal that was overdue on that day."""
    moves = {line.dated_on + (_DAY if line.kind == DUE else timedelta()) for line in postings}
    edges = sorted({start, end, *(day for day in moves if start < day < end)})
    total = 0
    for day, leaves in pairwise(edges):
        state = replay(postings, on=day, terms=terms)
        late = [line for line in state.unpaid if line.due_on < day and _counts(line, terms)]
        total += sum(line.principal_minor for line in late) * (leaves - day).days
    return total


def _counts(line: Unpaid, terms: Terms) -> bool:
    return line.principal_minor + line.interest_minor > terms.tolerance_minor
