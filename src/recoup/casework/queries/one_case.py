"""The facts of one case as the house rulebooks ask for them, for somebody who tries rules on it."""

from __future__ import annotations

from datetime import date

from recoup.book.models import DebtFacts
from recoup.book.queries.rules import Treatment
from recoup.casework.causes import limit_under
from recoup.casework.models import Case
from recoup.casework.queries.facts import CaseRow, DebtRow, case_facts, last_contacts, money_of, stops_on
from recoup.casework.rules import CaseRules


def facts_for_rules(case: Case, on: date) -> dict[str, object]:
    """What the tables of priority, team, causes, stops and offers ask of a case on a day; unknown where none is late.

    What only a replay of postings knows, such as days delinquent, is not among them.
    """
    rules, row = CaseRules.on(on), _row(case)
    limit = limit_under(rules.causes, case.cause_code)
    money = money_of([case.debtor_id])[case.debtor_id]
    facts: dict[str, object] = {
        "cause": case.cause_code,
        "cause_group": case.cause_code.split("-")[0],
        "stage": case.stage,
        "stage_rank": case.stage_rank,
        "protected": limit.protected,
        "head_count_max": limit.head_count_max,
        "kinds": ",".join(sorted(money.kinds)),
        "late_sum": money.late_units,
    }
    if late := _late_debts(case.debtor_id):
        touched = last_contacts([case.debtor_id], on).get(case.debtor_id)
        found = case_facts(row, late, on, Treatment.read(on), rules, stops_on(on, rules.holds), touched)
        facts.update(found.facts)
        facts["stop_reason"] = found.facts["stopped"]
    return facts


def _row(case: Case) -> CaseRow:
    return CaseRow(
        case_id=case.pk,
        debtor_id=case.debtor_id,
        creditor_id=case.creditor_id,
        branch_id=case.branch_id,
        lead_id=case.lead_id,
        opened_on=case.opened_on.isoformat(),
        stage=case.stage,
        stage_rank=case.stage_rank,
        stage_since=case.stage_since.isoformat(),
        cause_code=case.cause_code,
        lead_since=case.lead_since.isoformat() if case.lead_since else None,
    )


def _late_debts(debtor_id: int) -> list[DebtRow]:
    found = DebtFacts.objects.filter(debtor=debtor_id, bucket_rank__gt=0, oldest_on__isnull=False)
    return [
        DebtRow(
            debtor_id=debtor_id,
            debt_id=each.debt_id,
            currency=each.debt.currency,
            past_due_minor=each.past_due_minor,
            oldest_on=each.oldest_on.isoformat() if each.oldest_on else "",
            bucket_rank=each.bucket_rank,
            last_paid_on=each.last_paid_on.isoformat() if each.last_paid_on else None,
            last_paid_minor=each.last_paid_minor,
        )
        for each in found.select_related("debt").order_by("debt")
    ]
