"""Forms of rulebooks: proposing, submitting, agreeing, sending back, going back, one row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recoup.desk.forms.fields import DayField, DeskForm, OnceForm

_LONG_TEXT_MAX = 2000
_CELL_MAX = 4000
_ENDINGS = (".xlsx", ".dmn", ".xml")


def _why(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, max_length=_LONG_TEXT_MAX, widget=forms.Textarea(attrs={"rows": rows}))


class _RulesFile(forms.FileField):
    """A spreadsheet or a DMN file."""

    widget = forms.FileInput(attrs={"accept": ",".join(_ENDINGS)})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuses names that are neither."""
        file = super().clean(data, initial)
        if file and not file.name.lower().endswith(_ENDINGS):
            raise forms.ValidationError(_now("Give the spreadsheet (XLSX) or a DMN file."))
        return file


class ProposeForm(OnceForm):
    """A change is begun: from the rules in force, or from a file that somebody edited."""

    why = _why(_("What shall change, and why"))
    file = _RulesFile(
        label=_("Edited spreadsheet or DMN file"),
        required=False,
        help_text=_("Leave it empty to change rows here."),
    )


class FileForm(DeskForm):
    """A file becomes the draft's next text."""

    file = _RulesFile(label=_("Edited spreadsheet or DMN file"))


class SubmitForm(DeskForm):
    """A draft goes to a second person; each warning is ticked by whoever has read it."""

    acknowledged = forms.MultipleChoiceField(
        label=_("I have read these warnings"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, warnings: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acknowledged"]
        if not warnings:
            del self.fields["acknowledged"]
        elif isinstance(field, forms.MultipleChoiceField):
            field.choices = list(warnings)


class ApproveForm(DeskForm):
    """The second person says from which day the rules hold."""

    in_force_from = DayField(label=_("In force from"), help_text=_("The run of that day is the first that obeys."))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_force_from"].initial = day


class ReasonForm(DeskForm):
    """An order that needs a reason."""

    why = _why(_("Why"))


class RowForm(DeskForm):
    """One rule of a table, each cell as FEEL, each note as text."""

    after = forms.IntegerField(label=_("Place: after row"), min_value=0, required=False)

    def __init__(
        self, *args: Any, cells: Sequence[tuple[str, str, str]], rows: int, is_new: bool, **kwargs: Any
    ) -> None:
        """``cells`` are field name, label and what stands there now."""
        super().__init__(*args, **kwargs)
        if is_new:
            self.fields["after"].initial = rows
        else:
            del self.fields["after"]
        for name, label, text in cells:
            is_long = len(text) > 46 or name.startswith("note")
            widget: forms.Widget = forms.Textarea(attrs={"rows": 2}) if is_long else forms.TextInput()
            widget.attrs["autocomplete"] = "off"
            self.fields[name] = forms.CharField(
                label=label, max_length=_CELL_MAX, required=False, initial=text, widget=widget
            )
