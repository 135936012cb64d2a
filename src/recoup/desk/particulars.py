"""What each kind of debt has that the others have not, with labels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.book.models import Debt
from recoup.book.wording import date_text, money_text
from recoup.domain.money import exponent
from recoup.domain.particulars import PARTICULARS

#: Each particular in words.
LABELS = {
    "card_ending": gettext_lazy("Card ending"),
    "credit_limit": gettext_lazy("Credit limit"),
    "statement_day": gettext_lazy("Statement day"),
    "minimum_payment": gettext_lazy("Minimum payment"),
    "purpose": gettext_lazy("Purpose"),
    "disbursed_on": gettext_lazy("Disbursed on"),
    "term_months": gettext_lazy("Term in months"),
    "debit_bank": gettext_lazy("Bank of the direct debit"),
    "merchant": gettext_lazy("Merchant"),
    "goods": gettext_lazy("Goods"),
    "delivered": gettext_lazy("Delivered"),
    "iou_on": gettext_lazy("Date of the IOU"),
    "agreed_in_writing": gettext_lazy("Agreed in writing"),
    "guarantee_ends_on": gettext_lazy("Guarantee ends on"),
    "building": gettext_lazy("Building"),
    "unit": gettext_lazy("Unit"),
    "area_sqm": gettext_lazy("Area in m²"),
    "monthly_rate": gettext_lazy("Monthly rate per m²"),
    "vacant": gettext_lazy("Vacant"),
    "invoice_no": gettext_lazy("Invoice"),
    "delivered_on": gettext_lazy("Delivered on"),
    "retention_of_title": gettext_lazy("Retention of title"),
}
_MONEY = frozenset({"credit_limit", "minimum_payment", "monthly_rate"})


def particulars_of(debt: Debt, language: str) -> list[tuple[str, str]]:
    """Label and text of each particular that is known, in the order of the kind."""
    known = debt.particulars
    return [
        (
            str(LABELS.get(field.column, field.column)),
            _text(field.column, known[field.column], debt.currency, language),
        )
        for field in PARTICULARS[debt.kind]
        if field.column in known
    ]


def _text(column: str, value: Any, currency: str, language: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column in _MONEY:
        minor = (Decimal(str(value)) * 10 ** exponent(currency)).to_integral_value()
        return money_text(int(minor), currency, language)
    if column.endswith("_on"):
        return date_text(date.fromisoformat(str(value)), language)
    return str(value)
