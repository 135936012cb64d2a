"""What colleagues find out and write down on open cases of the demonstration book after each day's run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

from recoup.casework.models import Case
from recoup.casework.operations import record_cause, write_note
from recoup.demo.causes import DAYS_TO_FIND
from recoup.demo.drafts import DebtorKey, DraftDebt
from recoup.demo.months import instant_on
from recoup.demo.sayings import cause_evidence, day_words, money_words, said

#: The share of causes that nobody finds, and of stages on which nobody writes a note.
_NEVER_FOUND, _NO_NOTE = 0.15, 0.45
_NOTES = {"S2": "plan", "S3": "plan", "S4": "squad", "S5": "legal"}


def find_causes(on: date, first_debts: Mapping[DebtorKey, DraftDebt], *, seed: int) -> None:
    """Records the cause of open cases that have lasted long enough for somebody to have asked."""
    for case in _open_cases(cause_code="UNK"):
        draft = first_debts[case.creditor.code, case.debtor.ref]
        rng = Random(f"{seed}/found/{draft.lender.code}/{draft.debtor.ref}/{case.opened_on}")
        found, days = rng.random() >= _NEVER_FOUND, DAYS_TO_FIND + rng.randint(0, 20)
        if found and case.lead is not None and on >= case.opened_on + timedelta(days=days):
            evidence = cause_evidence(draft.debtor.cause, draft.debtor.language)
            record_cause(case, code=draft.debtor.cause, evidence=evidence, by=case.lead, at=instant_on(on, hour=6))


def write_notes(on: date, since: date, first_debts: Mapping[DebtorKey, DraftDebt], *, seed: int) -> None:
    """Writes a note on some of the cases that reached their stage after ``since``."""
    for case in _open_cases(stage_since__gt=since, stage__in=list(_NOTES), work_item__isnull=False):
        draft = first_debts[case.creditor.code, case.debtor.ref]
        rng = Random(f"{seed}/note/{draft.lender.code}/{draft.debtor.ref}/{case.stage}/{case.opened_on}")
        share, days = rng.random(), rng.randint(3, 9)
        if share >= _NO_NOTE and case.lead is not None:
            text, key = _note(case, draft, on + timedelta(days=days)), f"demo/{case.ref}/{case.stage}/{on}"
            write_note(case, text=text, key=key, by=case.lead, at=instant_on(on, hour=7))


def _note(case: Case, draft: DraftDebt, by_day: date) -> str:
    language, name = draft.debtor.language, _NOTES[case.stage]
    if case.stage == "S3":
        name = {"ABT": "review", "OPS": "address"}.get(case.cause_code[:3], name)
    item = case.work_item
    amount = money_words(item.overdue_minor, item.currency)
    return said("note", name, language, amount=amount, date=day_words(by_day, language))


def _open_cases(**wanted: object) -> Iterable[Case]:
    found = Case.objects.filter(closed_on__isnull=True, **wanted)
    return found.select_related("creditor", "debtor", "lead", "work_item").order_by("pk")
