"""Who works with the demonstration book, and what its creditors and debtors are beside what files say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from recoup.book.models import Creditor, Debt, Debtor
from recoup.book.operations import set_terms
from recoup.demo.colleagues import AWAY, BRANCHES, COLLEAGUES
from recoup.demo.drafts import DebtKey, DraftDebt
from recoup.demo.lenders import Lender
from recoup.demo.stretches import terms_of
from recoup.people.models import Branch, Staff
from recoup.people.operations import add_absence, hire, open_branch


def hire_colleagues(today: date, at: datetime) -> dict[str, Staff]:
    """Opens the branches and hires everybody; staff by username."""
    branches: dict[str, Branch] = {code: open_branch(code, name, by=None, at=at) for code, name in BRANCHES.items()}
    staff = {
        each.username: hire(
            each.username,
            name=each.name,
            roles=each.roles,
            branch=branches.get(each.branch),
            password=each.password,
            by=None,
            at=at,
            language=each.language,
            cases_max=each.cases_max,
        )
        for each in COLLEAGUES
    }
    for away in AWAY:
        starts_on = today + timedelta(days=away.from_day)
        add_absence(
            staff[away.username],
            starts_on=starts_on,
            ends_on=starts_on + away.length,
            reason=away.reason,
            by=staff["tao"],
            at=at,
        )
    return staff


def describe_creditors(lenders: Iterable[Lender], by: Staff, at: datetime) -> None:
    """Gives the imported creditors their names, and their products the terms they are lent on."""
    for lender in lenders:
        creditor = Creditor.objects.get(code=lender.code)
        creditor.name, creditor.country, creditor.time_zone = lender.name, lender.country, lender.time_zone
        creditor.save(update_fields=["name", "country", "time_zone"])
        for rule in lender.terms:
            set_terms(creditor, rule.kind, terms=terms_of(rule), accruals=rule.accruals, by=by, at=at)


def debts_by_key() -> dict[DebtKey, Debt]:
    """The imported debts by creditor and reference, with their debtors."""
    debts = Debt.objects.select_related("creditor", "debtor__creditor")
    return {(debt.creditor.code, debt.ref): debt for debt in debts}


def describe_debtors(book: Iterable[DraftDebt]) -> None:
    """Marks the debtors that are firms, and numbers that nobody has."""
    Debtor.objects.filter(phone__contains="000 ").update(phone_doubtful=True)
    firms: defaultdict[str, set[str]] = defaultdict(set)
    for code, ref in (debt.debtor_key for debt in book if debt.debtor.is_firm):
        firms[code].add(ref)
    for code, refs in firms.items():
        Debtor.objects.filter(creditor__code=code, ref__in=refs).update(is_firm=True)
