"""What each column of a lender's file means, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recoup.desk.particulars import LABELS as _PARTICULARS

_COLUMNS = {
    "creditor": _("Creditor"),
    "debt_ref": _("Reference of the debt"),
    "debtor_ref": _("Reference of the debtor"),
    "debtor_name": _("Name of the debtor"),
    "kind": _("Kind"),
    "currency": _("Currency"),
    "due_on": _("Due on"),
    "due_principal": _("Principal due"),
    "due_interest": _("Interest due"),
    "due_fees": _("Fees due"),
    "instalment_no": _("Number of the instalment"),
    "as_of": _("Date of the balances"),
    "balance_principal": _("Balance of principal"),
    "balance_interest": _("Balance of interest"),
    "balance_fees": _("Balance of fees"),
    "days_overdue": _("Days overdue"),
    "past_due": _("Part of the balance that is overdue"),
    "next_due_on": _("Next due date"),
    "opened_on": _("Opened on"),
    "annual_rate": _("Annual rate"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "country": _("Country"),
    "region": _("Region"),
    "time_zone": _("Time zone"),
    "language": _("Language"),
    "id_number": _("Identity number"),
    "branch": _("Branch"),
    "relationship_manager": _("Relationship manager"),
    "guarantor_name": _("Name of the guarantor"),
    "guarantor_phone": _("Phone of the guarantor"),
    "contract_ref": _("Reference of the contract"),
    "paid_on": _("Paid on"),
    "amount": _("Amount"),
    "payment_ref": _("Reference of the payment"),
    "method": _("How it was paid"),
    "reverses": _("Payment that this row undoes"),
    "role": _("Role"),
    "name": _("Name"),
    "value": _("Value"),
    "valued_on": _("Valued on"),
}


def column_text(column: str) -> str:
    """The meaning of a column; its own name when there is nothing to add."""
    words = {**_PARTICULARS, **_COLUMNS}
    return str(words[column]) if column in words else column
