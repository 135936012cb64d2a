"""When debts of the demonstration book were overdue: what the product's own replay makes of their postings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from recoup.book.queries.rules import shipped_charges
from recoup.demo.drafts import DraftDebt
from recoup.demo.lenders import TermsRule
from recoup.domain.accrual import AccrualRule, charges_due
from recoup.domain.posting import Posting, Replay, Terms, replay

_DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """Days on which something was past due: ``starts_on <= day < ends_on``; ``ends_on`` None while it lasts."""

    starts_on: date
    ends_on: date | None


def terms_rule(debt: DraftDebt) -> TermsRule:
    """The creditor's terms for the debt, or the house's."""
    kind = debt.product.kind
    return next((rule for rule in debt.lender.terms if rule.kind == kind), TermsRule(kind))


def terms_of(rule: TermsRule) -> Terms:
    """The rule as the replay takes it."""
    return Terms(tuple(rule.payment_order.split(",")), rule.grace_days, rule.tolerance_minor)


def state_on(debt: DraftDebt, on: date) -> Replay:
    """The debt replayed to a day, charges for lateness included."""
    rule = terms_rule(debt)
    terms, lines = terms_of(rule), debt.postings()
    rows = shipped_charges()
    accruals = [AccrualRule.of(name, rows[name].values, debt.product.currency) for name in rule.accruals]
    for charge in charges_due(lines, [], accruals, on=on, terms=terms):
        lines.append(
            Posting(
                len(lines), charge.kind, charge.dated_on, charge.amount_minor,
                fees_minor=charge.amount_minor, instalment_no=charge.instalment_no,
            )
        )  # fmt: skip
    return replay(lines, on=on, terms=terms, snapshots=debt.statements)


def stretches_of(state: Replay) -> list[Stretch]:
    """The stretches of a replayed debt, earliest first."""
    found: list[Stretch] = []
    ends = [mark.since for mark in state.marks[1:]] + [state.on + _DAY]
    for mark, end in zip(state.marks, ends, strict=True):
        if mark.oldest_on is None or mark.oldest_on >= end - _DAY:
            continue
        starts_on = max(mark.since, mark.oldest_on + _DAY)
        if found and found[-1].ends_on == starts_on:
            starts_on = found.pop().starts_on
        found.append(Stretch(starts_on, None if end > state.on else end))
    return found
