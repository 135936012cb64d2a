"""Forms of the import page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recoup.desk.forms.fields import DayField, DeskForm
from recoup.portfolio.columns import FILE_KINDS
from recoup.portfolio.mapping import MappingRefused, mapping_from

_SUFFIXES = (".csv", ".csv.gz", ".txt", ".tsv", ".xlsx")
_MAPPING_BYTES_MAX = 200_000

KINDS = (
    ("", _("by its columns")),
    ("book", _("Debts with instalments or balances")),
    ("payments", _("Payments")),
    ("parties", _("Guarantors and others")),
    ("collateral", _("Collateral")),
)
ENCODINGS = (
    ("", _("find out")),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("gb18030", "GB18030"),
    ("big5", "Big5"),
)
DELIMITERS = (("", _("find out")), (",", _("comma")), (";", _("semicolon")), ("\t", _("tab")))


class UploadForm(DeskForm):
    """A file to read."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (also .gz) or XLSX. One row for each instalment, with the debt's columns repeated."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(_SUFFIXES)}),
    )

    def clean_file(self) -> Any:
        """Refuses names that are no table."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(_SUFFIXES):
            raise forms.ValidationError(_now("Give a CSV or XLSX file."))
        return file


class ReadingForm(DeskForm):
    """How a file is to be read."""

    file_kind = forms.ChoiceField(label=_("What it holds"), choices=KINDS, required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(label=_("Delimiter"), choices=DELIMITERS, required=False)
    as_of = DayField(
        label=_("Date of the balances"), required=False, help_text=_("For balances without a date column of their own.")
    )
    mapping_file = forms.FileField(
        label=_("Mapping"), required=False, help_text=_("A TOML file that says which column is which.")
    )

    def clean_mapping_file(self) -> str:
        """The mapping's text, checked."""
        file = self.cleaned_data.get("mapping_file")
        if not file:
            return ""
        if file.size > _MAPPING_BYTES_MAX:
            raise forms.ValidationError(_now("This is too large for a mapping."))
        try:
            text: str = file.read().decode("utf-8")
            mapping_from(text)
        except UnicodeDecodeError:
            raise forms.ValidationError(_now("A mapping is written in UTF-8.")) from None
        except MappingRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return text


DATE_FORMATS = (
    ("", "2026-11-23"),
    ("YYYY/MM/DD", "2026/11/23"),
    ("YYYYMMDD", "20261123"),
    ("DD.MM.YYYY", "23.11.2026"),
    ("DD/MM/YYYY", "23/11/2026"),
    ("MM/DD/YYYY", "11/23/2026"),
    ("YYYY年M月D日", "2026年11月23日"),
    ("ROC/MM/DD", "115/11/23"),
)


class ColumnsForm(DeskForm):
    """The head of the choice of columns; its rows are read by the page."""

    kind = forms.ChoiceField(choices=[(name, label) for name, label in KINDS if name], widget=forms.HiddenInput)
    date_format = forms.ChoiceField(label=_("Dates look like"), choices=DATE_FORMATS, required=False)
    decimal = forms.ChoiceField(
        label=_("Amounts look like"), choices=((".", "1234.56"), (",", "1.234,56")), required=False
    )

    def clean_kind(self) -> str:
        """A kind that can be imported."""
        kind = str(self.cleaned_data["kind"])
        return kind if kind in FILE_KINDS else "book"
