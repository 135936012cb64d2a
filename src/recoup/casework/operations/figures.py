"""A branch's figures at the end of a day's run, kept so that boards need not read the book."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from recoup.book.operations import Treatment
from recoup.book.rows import rows_of
from recoup.casework.models import BranchDay

_BUCKETS = """SELECT d.branch_id, d.currency, d.creditor_id, f.bucket_rank, COUNT(*), SUM(f.past_due_minor),
SUM(f.owed_minor) FROM book_debt d JOIN book_debtfacts f ON f.debt_id = d.id
GROUP BY d.branch_id, d.currency, d.creditor_id, f.bucket_rank"""
_STAGES = """SELECT w.branch_id, w.currency, c.stage, COUNT(*), SUM(w.overdue_minor) FROM casework_workitem w
JOIN casework_case c ON c.id = w.case_id GROUP BY w.branch_id, w.currency, c.stage"""
_CASH = """SELECT d.branch_id, d.currency, CAST(p.dated_on AS TEXT),
SUM(CASE WHEN p.kind = 'payment' THEN p.amount_minor ELSE -p.amount_minor END)
FROM book_posting p JOIN book_debt d ON d.id = p.debt_id
WHERE p.kind IN ('payment', 'reversal') AND p.dated_on >= %s AND p.dated_on <= %s
GROUP BY d.branch_id, d.currency, p.dated_on"""
_CASES = """SELECT branch_id, SUM(CASE WHEN opened_on = %s THEN 1 ELSE 0 END),
SUM(CASE WHEN closed_on = %s THEN 1 ELSE 0 END), SUM(CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END)
FROM casework_case WHERE closed_on IS NULL OR closed_on = %s GROUP BY branch_id"""

Key = tuple[int | None, str]


def save_figures(on: date, treatment: Treatment) -> None:
    """Replaces the day's figures of every branch and currency: buckets, stages, cash of the month by day, cases."""
    figures: defaultdict[Key, dict[str, Any]] = defaultdict(_blank)
    for branch_id, currency, creditor_id, rank, debts, overdue, owed in rows_of(_BUCKETS):
        name = treatment.buckets(creditor_id).steps[rank].name
        _add_bucket(figures[branch_id, currency], name, rank, (int(debts), int(overdue), int(owed)))
    for branch_id, currency, stage, cases, overdue in rows_of(_STAGES):
        figures[branch_id, currency]["stages"][stage] = {"cases": int(cases), "overdue_minor": int(overdue)}
    for branch_id, currency, day, cash in rows_of(_CASH, [on.replace(day=1), on]):
        figures[branch_id, currency]["cash_by_day"][day] = int(cash)
    _add_cases(figures, on)
    BranchDay.objects.filter(on=on).delete()
    BranchDay.objects.bulk_create(
        BranchDay(branch_id=branch_id, on=on, currency=currency, figures=_with_today(found, on))
        for (branch_id, currency), found in sorted(figures.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
    )


def _blank() -> dict[str, Any]:
    return {"debts": 0, "overdue_debts": 0, "buckets": {}, "stages": {}, "cash_by_day": {}}


def _add_bucket(found: dict[str, Any], name: str, rank: int, sums: tuple[int, int, int]) -> None:
    debts, overdue, owed = sums
    bucket = found["buckets"].setdefault(name, {"debts": 0, "overdue_minor": 0, "owed_minor": 0})
    bucket["debts"] += debts
    bucket["overdue_minor"] += overdue
    bucket["owed_minor"] += owed
    found["debts"] += debts
    found["overdue_debts"] += debts if rank else 0


def _add_cases(figures: defaultdict[Key, dict[str, Any]], on: date) -> None:
    for branch_id, opened, cured, still_open in rows_of(_CASES, [on, on, on]):
        # Cases have no currency: they stand with the branch's largest book.
        keys = [key for key in figures if key[0] == branch_id]
        key = max(keys, key=lambda each: (figures[each]["debts"], each[1]), default=(branch_id, ""))
        figures[key].update(cases_opened=int(opened), cases_cured=int(cured), cases_open=int(still_open))


def _with_today(found: dict[str, Any], on: date) -> dict[str, Any]:
    return {**found, "cash_minor": found["cash_by_day"].get(on.isoformat(), 0)}
