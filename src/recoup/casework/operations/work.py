"""Work lists: each open case once, with the reason why it and why now, ordered by the house table."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from recoup.book.operations import Treatment
from recoup.book.operations.bulk import upsert
from recoup.casework.causes import rows_of_causes
from recoup.casework.queries.facts import CaseFacts, CaseRow, Stops, case_facts_after
from recoup.casework.reasons import Reason, reason_for, texts
from recoup.casework.rules import CaseRules

_ITEM = (
    "case_id",
    "staff_id",
    "branch_id",
    "listed_on",
    "priority",
    "reason",
    "rule",
    "policy_version_id",
    "reason_facts",
    "overdue_minor",
    "currency",
    "other_currencies",
    "oldest_on",
    "bucket",
    "bucket_rank",
    "bucket_version_id",
    "stopped_by",
    "holds_version_id",
)


def list_work(on: date, treatment: Treatment, rules: CaseRules, stops: Stops, *, after_id: int) -> int | None:
    """Writes the work items of the next open cases (at most CHUNK, with an id above ``after_id``).

    Returns the last case looked at, None when there are no more.
    """
    last_id, found = case_facts_after(after_id, on, treatment, rules, stops)
    upsert("casework_workitem", _ITEM, [_item(each, on, treatment, rules) for each in found])
    return last_id


def _item(found: CaseFacts, on: date, treatment: Treatment, rules: CaseRules) -> tuple[Any, ...]:
    case, debts = found.case, found.debts
    reason = reason_for(found.facts, rules.priority)
    overdue_minor, currency = found.money
    worst = max(debts, key=lambda debt: debt.bucket_rank)
    return (
        case.case_id,
        case.lead_id,
        case.branch_id,
        on.isoformat(),
        reason.priority,
        reason.id,
        reason.rule,
        rules.priority.version_id,
        json.dumps(_kept(found, rules, reason, on), ensure_ascii=False),
        overdue_minor,
        currency,
        len({debt.currency for debt in debts}) > 1,
        min(debt.oldest_on for debt in debts),
        treatment.buckets(case.creditor_id).steps[worst.bucket_rank].name,
        worst.bucket_rank,
        treatment.version_of("bucket", case.creditor_id),
        found.facts["stopped"] or "",
        rules.holds.version_id if found.facts["stopped"] else None,
    )


def _kept(found: CaseFacts, rules: CaseRules, reason: Reason, on: date) -> dict[str, Any]:
    """What the sentence needs later, ready for JSON: dates as text, money with its currency."""
    facts, case = found.facts, found.case
    paid, rolls_in = facts["paid"], facts["days_to_roll"]
    return {
        **{name: facts[name] for name in ("stage", "days_in_stage", "days_open", "days_past_due", "next_bucket")},
        "days_to_roll": rolls_in,
        "rolls_on": (on + timedelta(days=rolls_in)).isoformat() if rolls_in is not None else None,
        "days_since_touched": facts["days_since_touched"],
        "days_since_touched_or_open": (
            facts["days_since_touched"] if facts["days_since_touched"] is not None else facts["days_open"]
        ),
        "cause_name": _cause_name(case, rules, reason),
        "stopped_name": facts["stopped"],
        "opened_on": case.opened_on,
        "stage_since": case.stage_since,
        "lead_since": case.lead_since,
        "overdue_money": list(found.money),
        "paid_money": [paid[0], paid[1]] if paid else None,
        "paid_on": paid[2] if paid else None,
    }


def _cause_name(case: CaseRow, rules: CaseRules, reason: Reason) -> Any:
    """The cause's names where the sentence says it, else its code: names may change, what was said may not."""
    said = texts(rules.priority).get((reason.id, reason.rule or 0), {})
    if not any("{cause_name}" in text for text in said.values()):
        return case.cause_code
    row = rows_of_causes(rules.causes).get(case.cause_code)
    if row is None:
        return case.cause_code
    return {"en": row["name"]["en"], "zh-hans": row["name"]["zh_Hans"], "zh-hant": row["name"]["zh_Hant"]}
