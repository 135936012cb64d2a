"""Forms of the debt page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recoup.desk.forms.fields import DayField, DeskForm, MoneyField, OnceForm

METHODS = (
    ("transfer", _("Transfer")),
    ("direct_debit", _("Direct debit")),
    ("cash", _("Cash")),
    ("card", _("Card")),
    ("cheque", _("Cheque")),
)


class PaymentForm(DeskForm):
    """Money that came in."""

    paid_on = DayField(label=_("Paid on"))
    method = forms.ChoiceField(label=_("How"), choices=METHODS)
    ref = forms.CharField(label=_("Reference of the payment"), max_length=120)

    def __init__(self, *args: Any, currency: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_now("Amount in %(currency)s") % {"currency": currency})
        self.fields["paid_on"].initial = on
        self.order_fields(["amount", "paid_on", "method", "ref"])


class ReversalForm(DeskForm):
    """A payment that came back."""

    dated_on = DayField(label=_("Came back on"))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated_on"].initial = on


class AdjustmentForm(OnceForm):
    """A correction of what is owed: minus takes off, plus adds."""

    dated_on = DayField(label=_("As of"))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, currency: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("principal", _("Principal")), ("interest", _("Interest")), ("fees", _("Fees"))):
            self.fields[name] = MoneyField(currency, signed=True, required=False, label=label)
        self.fields["principal"].help_text = _now("In %(currency)s; −100.00 takes off.") % {"currency": currency}
        self.fields["dated_on"].initial = on
        self.order_fields(["principal", "interest", "fees", "dated_on", "reason"])


class DebtPauseForm(DeskForm):
    """Ageing of this debt stands still."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("Ageing goes on on this day. Empty: no end yet."))
    reason = forms.CharField(label=_("Agreement or rule"), max_length=200)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = on
