"""What the house's rulebooks are given of real cases: one case to try rules with, or every case as columns of Arrow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from recoup.book.models import Debt, DebtFacts
from recoup.book.queries.rules import Treatment
from recoup.book.rows import rows_in
from recoup.casework.causes import limit_under
from recoup.casework.models import Case
from recoup.casework.queries.cases import book_date
from recoup.casework.queries.facts import (
    CaseFacts,
    CaseRow,
    Money,
    Stops,
    case_facts,
    case_facts_after,
    last_contacts,
    late_debts,
    money_of,
    stops_on,
)
from recoup.casework.rules import CaseRules
from recoup.domain.ageing import Clock, Pause, merged
from recoup.domain.money import exponent

if TYPE_CHECKING:
    import pyarrow as pa

#: Shares are kept to so many places: far more than a condition can ask for.
_SHARE = Decimal(1).scaleb(-28)
_PRIORITY = (
    "stopped",
    "protected",
    "days_since_touched",
    "days_open",
    "days_to_roll",
    "days_in_stage",
    "stage_rank",
    "days_since_paid",
    "paid_share",
    "lead_changed_days",
    "overdue",
)


def facts_for_rules(case: Case, on: date) -> Mapping[str, object]:
    """Every fact that a house rulebook asks for, as a case gives it on the day to which the book was aged.

    What the case does not have, such as a stop, or sums and days where nothing is late, is null or left out.
    """
    return {**_facts_of_case(case, on), **_facts_of_debts(case, on)}


def _facts_of_case(case: Case, on: date) -> dict[str, object]:
    given = _Given.read(on)
    money = money_of([case.debtor_id])[case.debtor_id]
    late = late_debts([case.debtor_id]).get(case.debtor_id)
    if not late:
        nothing = {"days_past_due": 0, "days_delinquent": 0, "overdue": 0}
        return {**nothing, **_of_team(_case_row(case), money, given), "cause": case.cause_code}
    touched_on = last_contacts([case.debtor_id], on).get(case.debtor_id)
    found = case_facts(_case_row(case), late, on, given.treatment, given.rules, given.stops, touched_on)
    return _row(found, money, given, days_delinquent([case.debtor_id], on, given.treatment).get(case.debtor_id, 0))


def _facts_of_debts(case: Case, on: date) -> dict[str, object]:
    """What is asked of one debt: the one with most past due stands for the case."""
    debts = DebtFacts.objects.filter(debtor=case.debtor_id).select_related("debt")
    worst = debts.order_by("-stage_rank", "-past_due_minor", "debt_id").first()
    if worst is None:
        return {}
    names = Treatment.read(on).accruals.get((worst.debt.creditor_id, worst.debt.kind), ())
    stop = case.debtor.stops.filter(starts_on__lte=on).exclude(ends_on__lte=on).order_by("pk").first()
    return {
        "kind": worst.debt.kind,
        "balance": max(worst.owed_minor // 10 ** exponent(worst.debt.currency), 0),
        "charge": names[0] if names else None,
        "stop_reason": stop.reason if stop else None,
        "pause_days": _pause_days(worst.debt, on),
        "cause_group": case.cause_code.partition("-")[0],
    }


def _pause_days(debt: Debt, on: date) -> int | None:
    """How long the pause of the day is; None without one, and for one without an end."""
    pause = debt.pauses.filter(starts_on__lte=on).exclude(ends_on__lte=on).order_by("pk").first()
    return (pause.ends_on - pause.starts_on).days if pause and pause.ends_on else None


@dataclass(frozen=True, slots=True)
class _Given:
    """What all cases of a day share."""

    day: date
    treatment: Treatment
    rules: CaseRules
    stops: Stops

    @classmethod
    def read(cls, day: date | None) -> _Given:
        treatment = Treatment.read(day)
        rules = CaseRules.on(treatment.on)
        return cls(treatment.on, treatment, rules, stops_on(treatment.on, rules.holds))


def _of_team(case: CaseRow, money: Money, given: _Given) -> dict[str, Any]:
    limit = limit_under(given.rules.causes, case.cause_code)
    return {
        "stage": case.stage,
        "stage_rank": case.stage_rank,
        "kinds": ",".join(sorted(money.kinds)),
        "late_sum": money.late_units,
        "protected": limit.protected,
        "head_count_max": limit.head_count_max,
    }


def _row(found: CaseFacts, money: Money, given: _Given, delinquent: int) -> dict[str, Any]:
    facts = {name: value for name, value in found.facts.items() if name not in ("paid", "next_bucket")}
    return {**facts, **_of_team(found.case, money, given), "days_delinquent": delinquent}


def _case_row(case: Case) -> CaseRow:
    return CaseRow(
        case.pk,
        case.debtor_id,
        case.creditor_id,
        case.branch_id,
        case.lead_id,
        case.opened_on.isoformat(),
        case.stage,
        case.stage_rank,
        case.stage_since.isoformat(),
        case.cause_code,
        case.lead_since.isoformat() if case.lead_since else None,
    )


_OLDEST = """SELECT f.debtor_id, f.debt_id, d.creditor_id, d.kind, CAST(f.oldest_on AS TEXT) FROM book_debtfacts f
JOIN book_debt d ON d.id = f.debt_id WHERE f.bucket_rank > 0 AND f.debtor_id IN"""
_PAUSES = "SELECT debt_id, CAST(starts_on AS TEXT), CAST(ends_on AS TEXT) FROM book_pause WHERE debt_id IN"


def days_delinquent(debtor_ids: Sequence[int], on: date, treatment: Treatment) -> dict[int, int]:
    """By debtor, the days delinquent of the debt that has most of them, less grace and paused days."""
    rows = rows_in(_OLDEST, debtor_ids)
    pauses: defaultdict[int, list[Pause]] = defaultdict(list)
    for debt_id, starts_on, ends_on in rows_in(_PAUSES, [row[1] for row in rows]):
        ends = date.fromisoformat(ends_on) if ends_on else None
        pauses[debt_id].append(Pause(date.fromisoformat(starts_on), ends))
    found: defaultdict[int, int] = defaultdict(int)
    for debtor_id, debt_id, creditor_id, kind, oldest_on in rows:
        grace_days = treatment.terms_for(creditor_id, kind).grace_days
        clock = Clock(treatment.stages(creditor_id), grace_days, merged(pauses[debt_id]))
        found[debtor_id] = max(found[debtor_id], clock.days(date.fromisoformat(oldest_on), on))
    return found


def facts_batches(on: date | None = None) -> pa.RecordBatchReader:
    """One row an open case with late debts: its reference and the facts that priority, team, buckets and stages ask
    for, as the day's run asks them. Read in chunks, so that the book may be of any size.

    ``on`` is the day of the last run where none is given; there are no cases before the first.
    """
    import pyarrow as pa

    given = _Given.read(on or book_date())
    schema = _schema()
    batches = (pa.RecordBatch.from_pylist(rows, schema=schema) for rows in _rows(given))
    return pa.RecordBatchReader.from_batches(schema, batches)


def _rows(given: _Given) -> Iterator[list[dict[str, Any]]]:
    after_id: int | None = 0
    while after_id is not None:
        after_id, found = case_facts_after(after_id, given.day, given.treatment, given.rules, given.stops)
        if found:
            debtor_ids = [each.case.debtor_id for each in found]
            refs = dict(Case.objects.filter(pk__in=[each.case.case_id for each in found]).values_list("pk", "ref"))
            money, days = money_of(debtor_ids), days_delinquent(debtor_ids, given.day, given.treatment)
            yield [
                _exact({"case": refs[each.case.case_id], **_row(each, money[debtor_id], given, days.get(debtor_id, 0))})
                for each, debtor_id in zip(found, debtor_ids, strict=True)
            ]


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    if row["paid_share"] is not None:
        row["paid_share"] = row["paid_share"].quantize(_SHARE, ROUND_HALF_EVEN)
    return row


def _schema() -> pa.Schema:
    import pyarrow as pa

    texts, flags = ("case", "stopped", "cause", "stage", "kinds"), ("protected",)
    kinds = {
        **dict.fromkeys(_PRIORITY, pa.int64()),
        **dict.fromkeys(("days_past_due", "days_delinquent", "late_sum", "head_count_max"), pa.int64()),
        "paid_share": pa.decimal128(38, 28),
        **dict.fromkeys(texts, pa.string()),
        **dict.fromkeys(flags, pa.bool_()),
    }
    return pa.schema(sorted(kinds.items(), key=lambda item: item[0] != "case"))
