"""Forms of the case page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recoup.book.models import Debt
from recoup.casework.causes import UNKNOWN, causes, named
from recoup.contact.models import Attempt, Channel, StopReason
from recoup.desk.forms.fields import DayField, DeskForm, MomentField, OnceForm
from recoup.people.models import Staff

_LONG_TEXT_MAX = 4000


class AttemptForm(OnceForm):
    """A contact that was made or tried."""

    channel = forms.ChoiceField(label=_("By"), choices=Channel.choices)
    direction = forms.ChoiceField(label=_("Who began it"), choices=Attempt.Direction.choices)
    person = forms.ChoiceField(label=_("Who answered"), choices=[("", _("choose")), *Attempt.Person.choices])
    at = MomentField(label=_("When"))
    connected = forms.BooleanField(label=_("Somebody or a machine answered"), required=False)
    conversation = forms.BooleanField(label=_("A conversation was held"), required=False)
    said = forms.CharField(
        label=_("What was said"), required=False, max_length=_LONG_TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = at


class NoteForm(OnceForm):
    """A note to colleagues."""

    text = forms.CharField(label=_("Note"), max_length=_LONG_TEXT_MAX, widget=forms.Textarea(attrs={"rows": 4}))


class CauseForm(DeskForm):
    """Why the debtor does not pay, and how we know."""

    code = forms.ChoiceField(label=_("Cause"))
    evidence = forms.CharField(
        label=_("What shows it"), max_length=_LONG_TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, language: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        if isinstance(field, forms.ChoiceField):
            known = [(code, named(row, language)) for code, row in causes(on).items() if code != UNKNOWN]
            field.choices = [("", _("choose")), *known]


class StopForm(DeskForm):
    """Contact must stop."""

    reason = forms.ChoiceField(label=_("Why contact stops"), choices=[("", _("choose")), *StopReason.choices])
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("Until"), required=False, help_text=_("Contact is open again on this day. Empty: no end yet.")
    )
    proof = forms.CharField(label=_("What shows it"), max_length=300)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = on


class PauseForm(DeskForm):
    """Ageing of a debt stands still."""

    debt = forms.ChoiceField(label=_("Debt"))
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("Ageing goes on on this day. Empty: no end yet."))
    reason = forms.CharField(label=_("Agreement or rule"), max_length=200)

    def __init__(self, *args: Any, debts: Sequence[Debt], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = on
        field = self.fields["debt"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(debt.pk), f"{debt.get_kind_display()} {debt.ref}") for debt in debts]


class LeadForm(DeskForm):
    """Somebody else leads the case."""

    staff = forms.ChoiceField(label=_("Who leads from now on"))

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.pk), one.name) for one in people]


class ShowForm(forms.Form):
    """What personal data are needed for."""

    PURPOSES = (
        ("call", _("To call")),
        ("write", _("To write")),
        ("visit", _("To visit")),
        ("identify", _("To check who is speaking")),
        ("correct", _("To correct the record")),
        ("comply", _("For a request by law")),
    )
    purpose = forms.ChoiceField(choices=PURPOSES)
