"""What is made up before it is written to files: debtors, debts, and the money that moved on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from recoup.demo.lenders import Lender, Product
from recoup.demo.names import Name
from recoup.demo.places import Contact
from recoup.domain import posting as postings
from recoup.domain.posting import Posting, Snapshot

#: A debt by the code of its creditor and its reference; a debtor likewise.
DebtKey = tuple[str, str]
DebtorKey = tuple[str, str]


class Due(NamedTuple):
    """One instalment, in minor units."""

    number: str
    due_on: date
    principal_minor: int
    interest_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.principal_minor + self.interest_minor


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that came in, in minor units; ``bounced_on`` when the bank took it back."""

    paid_on: date
    amount_minor: int
    method: str
    bounced_on: date | None = None


@dataclass(frozen=True, slots=True)
class DraftDebtor:
    """A debtor of one creditor; ``cause`` is why they would fall behind, ``is_known`` that they surely have."""

    ref: str
    name: Name
    is_firm: bool
    contact: Contact
    language: str
    cause: str
    id_number: str = ""
    is_known: bool = False


@dataclass(slots=True)
class DraftDebt:
    """A debt with its schedule or statements and what was paid."""

    lender: Lender
    product: Product
    ref: str
    debtor: DraftDebtor
    relationship_manager: str
    opened_on: date
    annual_rate: str = ""
    contract_ref: str = ""
    particulars: dict[str, str] = field(default_factory=dict)
    guarantor: tuple[str, str] | None = None
    dues: list[Due] = field(default_factory=list)
    statements: list[Snapshot] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    written_off_on: date | None = None

    @property
    def key(self) -> DebtKey:
        """Creditor and reference."""
        return self.lender.code, self.ref

    @property
    def debtor_key(self) -> DebtorKey:
        """Creditor and the debtor's reference."""
        return self.lender.code, self.debtor.ref

    def payment_ref(self, index: int) -> str:
        """The reference of the payment at this place in the list."""
        return f"{self.ref}-P{index + 1:02d}"

    def postings(self) -> list[Posting]:
        """Schedule and payments as lines of the debt, without charges for lateness."""
        lines = [
            Posting(
                at, postings.DUE, due.due_on, due.total_minor, due.principal_minor, due.interest_minor, 0, due.number
            )
            for at, due in enumerate(self.dues)
        ]
        for paid in self.paid:
            lines.append(Posting(len(lines), postings.PAYMENT, paid.paid_on, paid.amount_minor))
            if paid.bounced_on is not None:
                undone = len(lines) - 1
                lines.append(
                    Posting(undone + 1, postings.REVERSAL, paid.bounced_on, paid.amount_minor, reverses_id=undone)
                )
        return lines
