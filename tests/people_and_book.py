"""The same few people in every test: Lin collects, Mei leads the branch, Han is its risk manager, Zhou owes, Wu owes
elsewhere. A small book that is quick to make: numbers are chosen so that a reader can check them by head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from recoup.book.models import Creditor, Debt, DebtFacts, Debtor, Party, Posting
from recoup.book.operations import derive_facts
from recoup.casework.models import Case
from recoup.casework.operations import run_day
from recoup.people.models import Branch, Role, Staff, StaffRole

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
PASSWORD = "pine-paper-ink-17"


@dataclass
class House:
    """Two branches and their people. Ada administers, Kai is legal, Yan looks after compliance, Gao is elsewhere."""

    riverside: Branch
    hillside: Branch
    lin: Staff
    mei: Staff
    han: Staff
    kai: Staff
    yan: Staff
    ada: Staff
    gao: Staff
    rui: Staff

    def everybody(self) -> dict[str, Staff]:
        """Everybody by name."""
        return {name: person for name, person in vars(self).items() if isinstance(person, Staff)}


def house() -> House:
    """The people, each with the password PASSWORD."""
    riverside = Branch.objects.create(code="RS", name="Riverside branch")
    hillside = Branch.objects.create(code="HS", name="Hillside branch")
    return House(
        riverside=riverside,
        hillside=hillside,
        lin=hired("lin", "Lin", riverside, Role.RELATIONSHIP_MANAGER),
        mei=hired("mei", "Mei", riverside, Role.BRANCH_MANAGER),
        han=hired("han", "Han", riverside, Role.RISK_MANAGER),
        kai=hired("kai", "Kai", None, Role.LEGAL),
        yan=hired("yan", "Yan", None, Role.COMPLIANCE),
        ada=hired("ada", "Ada", None, Role.ADMINISTRATOR),
        gao=hired("gao", "Gao", hillside, Role.COLLECTOR),
        rui=hired("rui", "Rui", hillside, Role.RISK_MANAGER),
    )


def hired(username: str, name: str, branch: Branch | None, *roles: Role) -> Staff:
    """Somebody with a role who can sign in."""
    staff = Staff.objects.hire(username, name=name, password=PASSWORD, branch=branch)
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in roles)
    return staff


def creditor(code: str = "harbour", name: str = "Harbour Bank") -> Creditor:
    """A creditor, the same one for the same code."""
    found, _ = Creditor.objects.get_or_create(code=code, defaults={"name": name, "country": "CN"})
    return found


def debtor(ref: str, name: str, of: Creditor | None = None, **fields: Any) -> Debtor:
    """Somebody who owes."""
    own = {"country": "CN", "region": "Wenzhou", "language": "zh", "phone": "+86 138 5550 0142", **fields}
    return Debtor.objects.create(creditor=of or creditor(), ref=ref, name=name, **own)


def debt(owner: Debtor, ref: str, *, kind: str = "loan", currency: str = "CNY", **fields: Any) -> Debt:
    """A debt without instalments yet."""
    owed = Debt.objects.create(
        creditor=owner.creditor, debtor=owner, ref=ref, kind=kind, currency=currency, source="schedule", **fields
    )
    DebtFacts.objects.create(debt=owed, debtor=owner)
    return owed


def instalments(owed: Debt, first_on: date, count: int, *, principal: int, interest: int = 0) -> list[Posting]:
    """Monthly instalments, amounts in minor units."""
    lines = []
    for number in range(count):
        month = first_on.month - 1 + number
        day = date(first_on.year + month // 12, month % 12 + 1, first_on.day)
        lines.append(
            Posting(
                creditor=owed.creditor,
                debt=owed,
                kind="due",
                dated_on=day,
                amount_minor=principal + interest,
                principal_minor=principal,
                interest_minor=interest,
                instalment_no=str(number + 1),
                recorded_at=NOW,
            )
        )
    return Posting.objects.bulk_create(lines)


def paid(owed: Debt, amount_minor: int, on: date, ref: str, method: str = "transfer") -> Posting:
    """A payment that came in."""
    return Posting.objects.create(
        creditor=owed.creditor,
        debt=owed,
        kind="payment",
        dated_on=on,
        amount_minor=amount_minor,
        ref=ref,
        method=method,
        recorded_at=NOW,
    )


@dataclass
class Book:
    """The debtors, their debts, and their cases after the day's run of TODAY."""

    house: House
    zhou: Debtor
    wu: Debtor
    loan: Debt
    card: Debt
    wus_loan: Debt
    zhous_case: Case
    wus_case: Case


def book_of(people: House | None = None) -> Book:
    """Zhou is 47 days late in Riverside on a loan and a card; Wu 200 days in Hillside; a firm since yesterday."""
    people = people or house()
    zhou = debtor("D-1", "Zhou Wen", address="12 Harbour Road", id_number="ID-5550142")
    loan = debt(zhou, "HL-7731", branch=people.riverside, relationship_manager="lin", opened_on=date(2025, 12, 1))
    instalments(loan, date(2026, 1, 7), 24, principal=185_136, interest=53_504)
    paid(loan, 9 * 238_640, date(2026, 9, 7), "P-1")
    card = debt(zhou, "HC-0142", kind="card", branch=people.riverside, particulars={"card_ending": "0142"})
    instalments(card, date(2026, 10, 18), 3, principal=181_240, interest=18_760)
    paid(card, 80_000, date(2026, 11, 14), "P-2")
    Party.objects.create(debt=loan, role="guarantor", name="Zhou Li", phone="+86 138 5550 0199")
    wu = debtor("D-2", "Wu Lan", creditor("north", "North Finance"), id_number="ID-5550177")
    wus_loan = debt(wu, "NF-18803", branch=people.hillside, relationship_manager="gao")
    instalments(wus_loan, TODAY - timedelta(days=200), 12, principal=1_553_500)
    firm = debtor("D-3", "Northlight Trading Ltd", is_firm=True)
    sales = debt(firm, "INV-9", kind="sales_contract", branch=people.riverside)
    instalments(sales, TODAY - timedelta(days=1), 1, principal=842_16)
    run_day(TODAY, at=NOW)
    return Book(
        house=people,
        zhou=zhou,
        wu=wu,
        loan=loan,
        card=card,
        wus_loan=wus_loan,
        zhous_case=Case.objects.get(debtor=zhou),
        wus_case=Case.objects.get(debtor=wu),
    )


def rebuilt(*debts: Debt) -> None:
    """Brings the facts of debts up to TODAY after a test wrote postings of its own."""
    derive_facts([owed.pk for owed in debts], TODAY, at=NOW)
