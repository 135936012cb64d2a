"""Fields that several forms share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from recoup.desk.refusals import in_words
from recoup.domain.money import MoneyError, decimal_text, minor_from_decimal
from recoup.domain.posting import NO_DATE

KEY_MAX = 80


class DeskForm(forms.Form):
    """A form whose errors are sentences; ``refuse`` shows why an order was not carried out."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: Exception) -> None:
        """Puts the refusal above the form, in the reader's language."""
        self.add_error(None, in_words(error))


class OnceForm(DeskForm):
    """A form that may be sent twice by a nervous finger and acts once: it carries a key of its own."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_MAX)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = str(uuid4())


class DayField(forms.DateField):
    """A date, typed with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        """The date; one at the very end of time is a mistyped year."""
        day = super().clean(value)
        if day is not None and (day.year < 1900 or day >= NO_DATE.replace(year=2200)):
            raise forms.ValidationError(_("Check the year."))
        return day


class MomentField(forms.DateTimeField):
    """A date and time in the installation's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def prepare_value(self, value: Any) -> Any:
        """A moment as the browser's control wants it."""
        return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


class MoneyField(forms.CharField):
    """An amount in a currency that is known; gives minor units."""

    def __init__(self, currency: str, *, signed: bool = False, **kwargs: Any) -> None:
        self.currency, self.signed = currency, signed
        attrs = {"inputmode": "text" if signed else "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """Minor units; 0 when nothing was typed into an optional field."""
        text = super().clean(value).replace(",", "").replace("−", "-")
        if not text:
            return 0
        try:
            minor = minor_from_decimal(text, self.currency)
        except MoneyError as error:
            raise forms.ValidationError(in_words(error)) from None
        if minor < 0 and not self.signed:
            raise forms.ValidationError(_("The amount cannot be negative."))
        return minor

    def prepare_value(self, value: Any) -> Any:
        """Minor units as a plain decimal; what was typed stays as typed."""
        return decimal_text(value, self.currency) if isinstance(value, int) else value
