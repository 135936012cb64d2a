"""Work lists: each open case once, with the reason why it and why now, ordered by the house table."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from recoup.book.operations import CHUNK, Treatment
from recoup.book.operations.bulk import rows_in, rows_of, upsert
from recoup.casework.causes import limit_of
from recoup.casework.reasons import reason_for
from recoup.domain.money import exponent

#: A weight is worth more than any sum: within one weight the larger sum in whole units comes first.
_UNITS_MAX = 999_999

_ITEM = (
    "case_id",
    "staff_id",
    "branch_id",
    "listed_on",
    "priority",
    "reason",
    "reason_facts",
    "overdue_minor",
    "currency",
    "other_currencies",
    "oldest_on",
    "bucket",
    "bucket_rank",
    "stopped_by",
)


class _CaseRow(NamedTuple):
    case_id: int
    debtor_id: int
    creditor_id: int
    branch_id: int | None
    lead_id: int | None
    opened_on: str
    stage: str
    stage_rank: int
    stage_since: str
    cause_code: str
    lead_since: str | None


class _DebtRow(NamedTuple):
    debtor_id: int
    debt_id: int
    currency: str
    past_due_minor: int
    oldest_on: str
    bucket_rank: int
    last_paid_on: str | None
    last_paid_minor: int


_CASES = """SELECT id, debtor_id, creditor_id, branch_id, lead_id, CAST(opened_on AS TEXT), stage, stage_rank,
CAST(stage_since AS TEXT), cause_code, CAST(lead_since AS TEXT) FROM casework_case
WHERE closed_on IS NULL AND id > %s ORDER BY id LIMIT %s"""
_DEBTS = """SELECT f.debtor_id, f.debt_id, d.currency, f.past_due_minor, CAST(f.oldest_on AS TEXT), f.bucket_rank,
CAST(f.last_paid_on AS TEXT), f.last_paid_minor FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id
WHERE f.bucket_rank > 0 AND f.debtor_id IN """
_TOUCHED = """SELECT debtor_id, MAX(at) FROM contact_attempt WHERE conversation AND at < %s AND debtor_id IN """
_STOPS = """SELECT debtor_id, debt_id, reason FROM contact_stop
WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on > %s) ORDER BY id"""

_day = lru_cache(maxsize=20_000)(date.fromisoformat)


class Stops(NamedTuple):
    """Reasons of the stops in force on a day: about everything that a debtor owes, or about one debt."""

    by_debtor: dict[int, str]
    by_debt: dict[int, str]

    def reason_for(self, debtor_id: int, debts: Sequence[_DebtRow]) -> str | None:
        """Why nobody may ask for these debts; None while one of them may be asked for."""
        if debtor_id in self.by_debtor:
            return self.by_debtor[debtor_id]
        reasons = [self.by_debt.get(debt.debt_id) for debt in debts]
        return reasons[-1] if all(reasons) else None


def stops_on(on: date) -> Stops:
    """The stops in force on the day."""
    rows = rows_of(_STOPS, [on, on])
    return Stops(
        by_debtor={debtor_id: reason for debtor_id, debt_id, reason in rows if debt_id is None},
        by_debt={debt_id: reason for _, debt_id, reason in rows if debt_id is not None},
    )


def list_work(on: date, treatment: Treatment, stops: Stops, *, after_id: int) -> int | None:
    """Writes the work items of the next open cases (at most CHUNK, with an id above ``after_id``).

    Returns the last case looked at, None when there are no more.
    """
    cases = [_CaseRow(*row) for row in rows_of(_CASES, [after_id, CHUNK])]
    if not cases:
        return None
    debtor_ids = [case.debtor_id for case in cases]
    debts: defaultdict[int, list[_DebtRow]] = defaultdict(list)
    for row in rows_in(_DEBTS, debtor_ids, " ORDER BY f.debt_id"):
        debts[row[0]].append(_DebtRow(*row))
    touched = _last_contacts(debtor_ids, on)
    items = [
        _item(case, late, on, treatment, stops.reason_for(case.debtor_id, late), touched.get(case.debtor_id))
        for case in cases
        if (late := debts.get(case.debtor_id))
    ]
    upsert("casework_workitem", _ITEM, items)
    return cases[-1].case_id


def _last_contacts(debtor_ids: Sequence[int], on: date) -> dict[int, date]:
    """The day in the working zone on which somebody was last reached, up to and including ``on``."""
    zone = timezone.get_default_timezone()
    end = connection.ops.adapt_datetimefield_value(datetime.combine(on + timedelta(days=1), time(), zone))
    marks = ",".join(["%s"] * len(debtor_ids))
    rows = rows_of(f"{_TOUCHED} ({marks}) GROUP BY debtor_id", [end, *debtor_ids])
    return {debtor_id: _instant(at).astimezone(zone).date() for debtor_id, at in rows}


def _instant(value: Any) -> datetime:
    """PostgreSQL gives an instant, SQLite its text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _item(
    case: _CaseRow, debts: list[_DebtRow], on: date, treatment: Treatment, stopped: str | None, touched: date | None
) -> tuple[Any, ...]:
    facts, money = _facts(case, debts, on, treatment, stopped, touched)
    reason = reason_for(facts)
    overdue_minor, currency = money
    worst = max(debts, key=lambda debt: debt.bucket_rank)
    return (
        case.case_id,
        case.lead_id,
        case.branch_id,
        on.isoformat(),
        reason.weight * (_UNITS_MAX + 1) + min(facts["overdue"], _UNITS_MAX),
        reason.id,
        json.dumps(_kept(facts, case, money, on), ensure_ascii=False),
        overdue_minor,
        currency,
        len({debt.currency for debt in debts}) > 1,
        min(debt.oldest_on for debt in debts),
        treatment.buckets(case.creditor_id).steps[worst.bucket_rank].name,
        worst.bucket_rank,
        stopped or "",
    )


def _facts(
    case: _CaseRow, debts: list[_DebtRow], on: date, treatment: Treatment, stopped: str | None, touched: date | None
) -> tuple[dict[str, Any], tuple[int, str]]:
    """The facts that the table asks for, and the case's main sum overdue."""
    sums: defaultdict[str, int] = defaultdict(int)
    for debt in debts:
        sums[debt.currency] += debt.past_due_minor
    currency = max(sums, key=lambda code: (sums[code] // 10 ** exponent(code), code))
    oldest = min(debts, key=lambda debt: debt.oldest_on)
    days = (on - _day(oldest.oldest_on)).days
    rolls_in, next_bucket = _next_bucket(treatment, case.creditor_id, days)
    paid = max((debt for debt in debts if debt.last_paid_on), key=lambda debt: debt.last_paid_on or "", default=None)
    overdue = max(sums[currency] // 10 ** exponent(currency), 0)
    facts = {
        "stopped": stopped,
        "cause": case.cause_code,
        "protected": limit_of(case.cause_code).protected,
        "stage": case.stage,
        "stage_rank": case.stage_rank,
        "days_in_stage": (on - _day(case.stage_since)).days,
        "days_open": (on - _day(case.opened_on)).days,
        "days_past_due": days,
        "days_to_roll": rolls_in,
        "next_bucket": next_bucket,
        "days_since_paid": (on - _day(paid.last_paid_on)).days if paid and paid.last_paid_on else None,
        "paid_share": _share(paid, sums) if paid else None,
        "paid": (paid.last_paid_minor, paid.currency, paid.last_paid_on) if paid else None,
        "days_since_touched": (on - touched).days if touched else None,
        "lead_changed_days": (on - _day(case.lead_since)).days if case.lead_since else None,
        "overdue": overdue,
    }
    return facts, (sums[currency], currency)


def _share(paid: _DebtRow, sums: dict[str, int]) -> Decimal:
    """The last payment as a share of what was overdue before it came."""
    return Decimal(paid.last_paid_minor) / max(paid.last_paid_minor + sums[paid.currency], 1)


def _next_bucket(treatment: Treatment, creditor_id: int, days: int) -> tuple[int | None, str]:
    ladder = treatment.buckets(creditor_id)
    rank = ladder.rank_on(days)
    if rank + 1 >= len(ladder.steps):
        return None, ladder.steps[-1].name
    return ladder.steps[rank + 1].days_min - days, ladder.steps[rank + 1].name


def _kept(facts: dict[str, Any], case: _CaseRow, money: tuple[int, str], on: date) -> dict[str, Any]:
    """What the sentence needs later, ready for JSON: dates as text, money with its currency."""
    paid, rolls_in = facts["paid"], facts["days_to_roll"]
    return {
        **{name: facts[name] for name in ("stage", "days_in_stage", "days_open", "days_past_due", "next_bucket")},
        "days_to_roll": rolls_in,
        "rolls_on": (on + timedelta(days=rolls_in)).isoformat() if rolls_in is not None else None,
        "days_since_touched": facts["days_since_touched"],
        "days_since_touched_or_open": (
            facts["days_since_touched"] if facts["days_since_touched"] is not None else facts["days_open"]
        ),
        "cause_name": facts["cause"],
        "stopped_name": facts["stopped"],
        "opened_on": case.opened_on,
        "stage_since": case.stage_since,
        "lead_since": case.lead_since,
        "overdue_money": list(money),
        "paid_money": [paid[0], paid[1]] if paid else None,
        "paid_on": paid[2] if paid else None,
    }
