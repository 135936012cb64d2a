"""What is owed, line by line: unpaid principal, interest and fees of what fell due, credits, sums by currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recoup.book.wording import amount_text, date_text, money_text
from recoup.desk.standing import DebtView
from recoup.domain.posting import PAYMENT, Unpaid

#: Due dates that are named one by one; more are counted.
DATES_NAMED = 2
RECENT_DAYS = 60


class BillLine(NamedTuple):
    """One line of a bill, in words."""

    label: str
    amount: str


class DebtBill(NamedTuple):
    """One debt's part of the bill."""

    debt_id: int
    kind: str
    ref: str
    bucket: str
    bucket_rank: int
    lines: tuple[BillLine, ...]
    total_label: str
    total: str
    remark: str


class Sum(NamedTuple):
    """What is asked for and what is not, in one currency."""

    currency: str
    overdue_minor: int
    overdue: str
    not_yet_due: str
    owed: str


class Bill(NamedTuple):
    """The whole bill of a case."""

    debts: tuple[DebtBill, ...]
    sums: tuple[Sum, ...]


def bill_of(views: Sequence[DebtView], language: str) -> Bill:
    """The bill of a debtor's debts on the day to which they were replayed; debts not overdue only count in the sums."""
    debts = tuple(_debt_bill(view, language) for view in views if view.is_overdue)
    return Bill(debts, sums_of(views, language))


def sums_of(views: Sequence[DebtView], language: str) -> tuple[Sum, ...]:
    """Overdue and not yet due by currency, the largest overdue first."""
    currencies = dict.fromkeys(view.debt.currency for view in views)
    found = []
    for currency in currencies:
        own = [view for view in views if view.debt.currency == currency]
        overdue = sum(view.standing.past_due_minor for view in own)
        later = sum(view.not_yet_due_minor for view in own)
        found.append(
            Sum(
                currency,
                overdue,
                money_text(overdue, currency, language),
                money_text(later, currency, language) if later else "",
                money_text(overdue + later, currency, language),
            )
        )
    return tuple(sorted(found, key=lambda each: -each.overdue_minor))


def _debt_bill(view: DebtView, language: str) -> DebtBill:
    debt, currency = view.debt, view.debt.currency
    return DebtBill(
        debt_id=debt.pk,
        kind=debt.get_kind_display(),
        ref=debt.ref,
        bucket=view.bucket.name,
        bucket_rank=view.standing.bucket_rank,
        lines=tuple(BillLine(label, amount_text(minor, currency, language)) for label, minor in _lines(view, language)),
        total_label=_("Overdue"),
        total=amount_text(view.standing.past_due_minor, currency, language),
        remark=_remark(view, language),
    )


def _lines(view: DebtView, language: str) -> list[tuple[str, int]]:
    overdue = view.overdue_lines()
    labels = (
        (_("Principal"), "principal_minor"),
        (_("Interest"), "interest_minor"),
        (_("Fees and late charges"), "fees_minor"),
    )
    found: list[tuple[str, int]] = []
    for label, part in labels:
        lines = [line for line in overdue if getattr(line, part)]
        total = sum(getattr(line, part) for line in lines)
        if total:
            dated = _("%(what)s, %(when)s") % {"what": label, "when": _when(lines, language)} if not found else label
            found.append((dated, total))
    if view.replay.credit_minor:
        found.append((_("In credit"), -view.replay.credit_minor))
    return found


def _when(lines: Sequence[Unpaid], language: str) -> str:
    dates = sorted({line.due_on for line in lines})
    if len(dates) == 1:
        return _("due %(date)s") % {"date": _day(dates[0], lines, language)}
    if len(dates) <= DATES_NAMED:
        first, second = (_day(day, lines, language) for day in dates)
        return _("due %(first)s and %(second)s") % {"first": first, "second": second}
    first = date_text(dates[0], language, "long")
    return ngettext("%(count)d due since %(date)s", "%(count)d instalments due since %(date)s", len(dates)) % {
        "count": len(dates),
        "date": first,
    }


def _day(day: date, lines: Sequence[Unpaid], language: str) -> str:
    same_year = all(line.due_on.year == lines[-1].due_on.year for line in lines)
    return date_text(day, language, "short" if same_year else "long")


def _remark(view: DebtView, language: str) -> str:
    """The last money that came, if it came lately: it is in the lines above already."""
    on, debt = view.replay.on, view.debt
    undone = {entry.line.reverses_id for entry in view.entries}
    paid = [
        entry.line
        for entry in view.entries
        if entry.line.kind == PAYMENT and entry.line.dated_on <= on and entry.line.id not in undone
    ]
    if not paid or (on - paid[-1].dated_on).days > RECENT_DAYS:
        return ""
    amount = money_text(-paid[-1].amount_minor, debt.currency, language)
    return _("Paid %(date)s: %(amount)s, taken off above.") % {
        "date": date_text(paid[-1].dated_on, language, "short"),
        "amount": amount,
    }
