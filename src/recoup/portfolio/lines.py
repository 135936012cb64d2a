"""Typed rows of a book: what a file says once every cell has been read. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from recoup.portfolio.reasons import Reason


class DebtColumns(NamedTuple):
    """A debt and its debtor, as the columns that repeat on each of the debt's rows say."""

    creditor: str
    debt_ref: str
    debtor_ref: str
    kind: str
    currency: str
    debtor_name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    country: str = ""
    region: str = ""
    time_zone: str = ""
    language: str = ""
    id_number: str = ""
    opened_on: date | None = None
    annual_rate: str | None = None
    contract_ref: str = ""
    branch: str = ""
    relationship_manager: str = ""
    phone_doubtful: bool = False
    guarantor_name: str = ""
    guarantor_phone: str = ""
    particulars: Mapping[str, str | int | bool] = MappingProxyType({})

    @property
    def contacts(self) -> tuple[str, ...]:
        """What a later file may say anew of the debtor: ``debtor_name`` to ``id_number``."""
        return self[5:14]

    @property
    def details(self) -> tuple[date | str | None, ...]:
        """What a later file may say anew of the debt: ``opened_on`` to ``relationship_manager``."""
        return self[14:19]


class Instalment(NamedTuple):
    """One amount due on one date; ``number`` is the lender's, or the due date where there is none."""

    due_on: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    number: str


class SnapshotLine(NamedTuple):
    """What a lender without a schedule says is owed at the end of a day."""

    as_of: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    days_overdue: int
    past_due_minor: int | None = None
    next_due_on: date | None = None


class PaymentLine(NamedTuple):
    """Money paid, or with ``reverses`` a payment undone; ``amount_minor`` is None where a reversal names none."""

    creditor: str
    debt_ref: str
    paid_on: date
    amount_minor: int | None
    currency: str
    ref: str
    method: str = ""
    reverses: str = ""


class PartyLine(NamedTuple):
    """Somebody else with a part in a debt."""

    creditor: str
    debt_ref: str
    role: str
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    id_number: str = ""


class CollateralLine(NamedTuple):
    """Something of value behind a debt; the value is still text, for its currency is the debt's."""

    creditor: str
    debt_ref: str
    kind: str
    value: str
    valued_on: date


Line: TypeAlias = Instalment | SnapshotLine | PartyLine | CollateralLine


class ReadRow(NamedTuple):
    """One row of a file, read without fault: ``cells`` as they stood, and what they say."""

    number: int
    cells: list[str]
    debt: DebtColumns | None
    line: Line | None
    payments: tuple[PaymentLine, ...]


class Reject(NamedTuple):
    """One row of a file that is not taken, with the column at fault (empty: the row as a whole) and why."""

    number: int
    cells: list[str]
    column: str
    reason: Reason
