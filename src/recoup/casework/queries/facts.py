"""The facts of open cases on a day: what the tables of priority and team ask, read in chunks of whole columns.

One definition for the day's run, for a dry run, and for deciding over the whole book in columns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from recoup.book.queries.rules import Treatment
from recoup.book.rows import CHUNK, rows_in, rows_of
from recoup.casework.causes import limit_under
from recoup.casework.rules import CaseRules, bars_work
from recoup.domain.money import exponent
from recoup.rulebooks import Rules


class CaseRow(NamedTuple):
    """An open case as its row has it; dates as ISO text."""

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


class DebtRow(NamedTuple):
    """A late debt as its facts have it; dates as ISO text."""

    debtor_id: int
    debt_id: int
    currency: str
    past_due_minor: int
    oldest_on: str
    bucket_rank: int
    last_paid_on: str | None
    last_paid_minor: int


class CaseFacts(NamedTuple):
    """An open case with its late debts, the facts that the priority table asks for, and its main sum overdue."""

    case: CaseRow
    debts: list[DebtRow]
    facts: dict[str, Any]
    money: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Money:
    """What the team table asks of a case's delinquent debts; ``late_units`` is the largest sum in one currency."""

    kinds: frozenset[str]
    late_units: int
    relationship_manager: str
    last_paid_on: date | None


_CASES = """SELECT id, debtor_id, creditor_id, branch_id, lead_id, CAST(opened_on AS TEXT), stage, stage_rank,
CAST(stage_since AS TEXT), cause_code, CAST(lead_since AS TEXT) FROM casework_case
WHERE closed_on IS NULL AND id > %s ORDER BY id LIMIT %s"""
_DEBTS = """SELECT f.debtor_id, f.debt_id, d.currency, f.past_due_minor, CAST(f.oldest_on AS TEXT), f.bucket_rank,
CAST(f.last_paid_on AS TEXT), f.last_paid_minor FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id
WHERE f.bucket_rank > 0 AND f.debtor_id IN """
_TOUCHED = """SELECT debtor_id, MAX(at) FROM contact_attempt WHERE conversation AND at < %s AND debtor_id IN """
_STOPS = """SELECT debtor_id, debt_id, reason FROM contact_stop
WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on > %s) ORDER BY id"""
_MONEY = """SELECT f.debtor_id, d.kind, f.past_due_minor, d.currency, d.relationship_manager,
CAST(f.last_paid_on AS TEXT) FROM book_debtfacts f JOIN book_debt d ON d.id = f.debt_id
WHERE f.stage_rank > 0 AND f.debtor_id IN"""

_day = lru_cache(maxsize=20_000)(date.fromisoformat)


class Stops(NamedTuple):
    """Reasons of the stops in force on a day: about everything that a debtor owes, or about one debt."""

    by_debtor: dict[int, str]
    by_debt: dict[int, str]

    def reason_for(self, debtor_id: int, debts: Sequence[DebtRow]) -> str | None:
        """Why nobody may ask for these debts; None while one of them may be asked for."""
        if debtor_id in self.by_debtor:
            return self.by_debtor[debtor_id]
        reasons = [self.by_debt.get(debt.debt_id) for debt in debts]
        return reasons[-1] if all(reasons) else None


def stops_on(on: date, holds: Rules) -> Stops:
    """The stops in force on the day that bar asking for money."""
    bars = bars_work(holds)
    rows = [row for row in rows_of(_STOPS, [on, on]) if bars.get(row[2], True)]
    return Stops(
        by_debtor={debtor_id: reason for debtor_id, debt_id, reason in rows if debt_id is None},
        by_debt={debt_id: reason for _, debt_id, reason in rows if debt_id is not None},
    )


def case_facts_after(
    after_id: int, on: date, treatment: Treatment, rules: CaseRules, stops: Stops
) -> tuple[int | None, list[CaseFacts]]:
    """The next open cases (at most CHUNK, with an id above ``after_id``) that have late debts, with their facts.

    The first value is the last case looked at, None when there are no more.
    """
    cases = [CaseRow(*row) for row in rows_of(_CASES, [after_id, CHUNK])]
    if not cases:
        return None, []
    debtor_ids = [case.debtor_id for case in cases]
    debts = late_debts(debtor_ids)
    touched = last_contacts(debtor_ids, on)
    found = [
        case_facts(case, late, on, treatment, rules, stops, touched.get(case.debtor_id))
        for case in cases
        if (late := debts.get(case.debtor_id))
    ]
    return cases[-1].case_id, found


def late_debts(debtor_ids: Sequence[int]) -> dict[int, list[DebtRow]]:
    """The late debts of these debtors, in order of id; whoever has none is left out."""
    debts: defaultdict[int, list[DebtRow]] = defaultdict(list)
    for row in rows_in(_DEBTS, debtor_ids, " ORDER BY f.debt_id"):
        debts[row[0]].append(DebtRow(*row))
    return dict(debts)


def case_facts(
    case: CaseRow,
    late: list[DebtRow],
    on: date,
    treatment: Treatment,
    rules: CaseRules,
    stops: Stops,
    touched_on: date | None,
) -> CaseFacts:
    """One case's facts on a day. ``late`` are its late debts in order of id, ``touched_on`` its last contact."""
    stopped = stops.reason_for(case.debtor_id, late)
    protected = limit_under(rules.causes, case.cause_code).protected
    facts, money = facts_of(case, late, on, treatment, touched_on)
    return CaseFacts(case, late, {"stopped": stopped, "protected": protected, **facts}, money)


def last_contacts(debtor_ids: Sequence[int], on: date) -> dict[int, date]:
    """The day in the working zone on which somebody was last reached, up to and including ``on``."""
    zone = timezone.get_default_timezone()
    end = connection.ops.adapt_datetimefield_value(datetime.combine(on + timedelta(days=1), time(), zone))
    marks = ",".join(["%s"] * len(debtor_ids))
    rows = rows_of(f"{_TOUCHED} ({marks}) GROUP BY debtor_id", [end, *debtor_ids])
    return {debtor_id: _instant(at).astimezone(zone).date() for debtor_id, at in rows}


def _instant(value: Any) -> datetime:
    """PostgreSQL gives an instant, SQLite its text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def facts_of(
    case: CaseRow, debts: list[DebtRow], on: date, treatment: Treatment, touched: date | None
) -> tuple[dict[str, Any], tuple[int, str]]:
    """The facts of a case's days and sums, and its main sum overdue. ``debts`` are its late ones, in order of id."""
    sums: defaultdict[str, int] = defaultdict(int)
    for debt in debts:
        sums[debt.currency] += debt.past_due_minor
    currency = max(sums, key=lambda code: (sums[code] // 10 ** exponent(code), code))
    oldest = min(debts, key=lambda debt: debt.oldest_on)
    days = (on - _day(oldest.oldest_on)).days
    rolls_in, next_bucket = _next_bucket(treatment, case.creditor_id, days)
    paid = max((debt for debt in debts if debt.last_paid_on), key=lambda debt: debt.last_paid_on or "", default=None)
    facts = {
        "cause": case.cause_code,
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
        "overdue": max(sums[currency] // 10 ** exponent(currency), 0),
    }
    return facts, (sums[currency], currency)


def _share(paid: DebtRow, sums: Mapping[str, int]) -> Decimal:
    """The last payment as a share of what was overdue before it came."""
    return Decimal(paid.last_paid_minor) / max(paid.last_paid_minor + sums[paid.currency], 1)


def _next_bucket(treatment: Treatment, creditor_id: int, days: int) -> tuple[int | None, str]:
    ladder = treatment.buckets(creditor_id)
    rank = ladder.rank_on(days)
    if rank + 1 >= len(ladder.steps):
        return None, ladder.steps[-1].name
    return ladder.steps[rank + 1].days_min - days, ladder.steps[rank + 1].name


def money_of(debtor_ids: Sequence[int]) -> dict[int, Money]:
    """What the team table asks of the delinquent debts of these debtors."""
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows_in(_MONEY, debtor_ids, " ORDER BY f.stage_rank DESC, f.debt_id"):
        found[row[0]].append(row[1:])
    return {debtor_id: money_from(found[debtor_id]) for debtor_id in debtor_ids}


def money_from(rows: Sequence[tuple[Any, ...]]) -> Money:
    """The same of one case: kind, sum past due, currency, manager named, day of the last payment (ISO) of each debt,
    the most delinquent first.
    """
    sums: Counter[str] = Counter()
    for _, past_due_minor, currency, _, _ in rows:
        sums[currency] += past_due_minor
    paid_on = max((row[4] for row in rows if row[4]), default=None)
    return Money(
        kinds=frozenset(row[0] for row in rows),
        late_units=max((total // 10 ** exponent(currency) for currency, total in sums.items()), default=0),
        relationship_manager=next((row[3] for row in rows if row[3]), ""),
        last_paid_on=date.fromisoformat(paid_on) if paid_on else None,
    )
