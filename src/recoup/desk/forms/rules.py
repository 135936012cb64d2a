"""Forms of ladders and product terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recoup.book.models import DebtKind
from recoup.book.queries import charge_names
from recoup.desk.forms.fields import DeskForm
from recoup.desk.pages import now
from recoup.domain.ladder import Step
from recoup.domain.posting import DEFAULT_ORDER, Terms

ROWS_MAX = 20
SPARE_ROWS = 2
_DAYS_MAX = 100_000
_PARTS = {"fees": _("fees"), "interest": _("interest"), "principal": _("principal")}
_CHARGES = {
    "late_fee_fixed": _("Late fee, a fixed sum for each instalment"),
    "late_fee_share": _("Late fee, a share of each instalment"),
    "overdue_interest_daily": _("Overdue interest for each day"),
    "property_late_charge_daily": _("Late charge for each day, property fees"),
}


def charge_text(rule: str) -> str:
    """A charge for lateness in words; the rule's own name when nobody gave it one."""
    return str(_CHARGES.get(rule, rule))


class StepRow(NamedTuple):
    """One row of a ladder as typed."""

    number: int
    name: str
    days_min: str
    days_max: str


class LadderTyped(NamedTuple):
    """A ladder as typed: its rows, the steps they make, and what cannot be read."""

    rows: list[StepRow]
    steps: list[Step]
    errors: list[str]


def rows_from_steps(steps: Sequence[Step]) -> list[StepRow]:
    """Rows to edit, with a few spare ones."""
    rows = [
        StepRow(place, step.name, str(step.days_min), "" if step.days_max is None else str(step.days_max))
        for place, step in enumerate(steps, start=1)
    ]
    return rows + [StepRow(len(rows) + extra, "", "", "") for extra in range(1, SPARE_ROWS + 1)]


def read_ladder(data: Mapping[str, Any]) -> LadderTyped:
    """The rows that were typed. A row without anything in it is left out; the last step has no upper end."""
    rows, steps, errors = [], [], []
    for number in range(1, ROWS_MAX + 1):
        row = StepRow(number, *(str(data.get(f"{part}-{number}", "")).strip() for part in ("name", "min", "max")))
        if f"name-{number}" in data:
            rows.append(row)
        if not any(row[1:]):
            continue
        low, high = _days(row.days_min), _days(row.days_max) if row.days_max else None
        if low is None or (row.days_max and high is None):
            errors.append(_now("Row %(number)d: days are whole numbers.") % {"number": number})
        else:
            steps.append(Step(row.name[:20], low, high))
    return LadderTyped(rows, steps, errors)


def _days(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and int(text) <= _DAYS_MAX else None


class TermsForm(DeskForm):
    """How a creditor treats one kind of debt."""

    payment_order = forms.ChoiceField(label=_("A payment covers first to last"))
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=365)
    tolerance_minor = forms.IntegerField(
        label=_("Tolerance"),
        min_value=0,
        max_value=10**9,
        help_text=_("In the smallest unit of the currency. An instalment with no more left counts as paid for ageing."),
    )
    accruals = forms.MultipleChoiceField(
        label=_("Charges for lateness"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order, charges = self.fields["payment_order"], self.fields["accruals"]
        if isinstance(order, forms.ChoiceField):
            order.choices = [(",".join(parts), _in_order(parts)) for parts in permutations(DEFAULT_ORDER)]
        if isinstance(charges, forms.ChoiceField):
            charges.choices = [(name, _CHARGES.get(name, name)) for name in charge_names(now().date())]

    def terms(self) -> Terms:
        """The terms that were chosen."""
        given = self.cleaned_data
        return Terms(tuple(given["payment_order"].split(",")), given["grace_days"], given["tolerance_minor"])


class NewTermsForm(TermsForm):
    """Terms for a creditor and kind that had none."""

    kind = forms.ChoiceField(label=_("Kind of debt"), choices=DebtKind.choices)

    def __init__(self, *args: Any, creditors: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creditor"] = forms.ChoiceField(
            label=_now("Creditor"), choices=[(str(pk), name) for pk, name in creditors]
        )
        self.order_fields(["creditor", "kind", "payment_order", "grace_days", "tolerance_minor", "accruals"])


def _in_order(parts: Sequence[str]) -> str:
    return " → ".join(str(_PARTS[part]) for part in parts)
