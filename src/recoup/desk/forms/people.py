"""Forms about staff: signing in, one's own settings, administration of people and branches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from recoup.desk.forms.fields import DayField, DeskForm
from recoup.people.models import Role
from recoup.people.queries import branches

_NEW = {"autocomplete": "new-password"}


class SignInForm(DeskForm):
    """Name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class TokenForm(DeskForm):
    """A code of the second factor."""

    token = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_token(self) -> str:
        """The code without the spaces that people read into it."""
        return str(self.cleaned_data["token"]).replace(" ", "")


class OwnPasswordForm(DeskForm):
    """One's own new password, typed twice."""

    current = forms.CharField(
        label=_("Password now"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(label=_("New password"), strip=False, widget=forms.PasswordInput(attrs=_NEW))
    again = forms.CharField(label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs=_NEW))

    def clean(self) -> dict[str, Any]:
        """Refuses two different new passwords."""
        given = super().clean() or {}
        if given.get("password") != given.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return given


class PasswordForm(DeskForm):
    """A new first password for somebody else."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least ten characters. Hand it over in person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class StaffForm(DeskForm):
    """Somebody's name, roles, branch and room for cases."""

    name = forms.CharField(label=_("Name"), max_length=120)
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    cases_max = forms.IntegerField(label=_("Most cases at once"), min_value=0, max_value=100_000, initial=80)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {str(branch.pk): branch for branch in branches()}
        field = self.fields["branch"]
        if isinstance(field, forms.ChoiceField):
            none = ("", _("No branch"))
            field.choices = [none, *((key, branch.name) for key, branch in self.branches.items())]

    def clean_branch(self) -> Any:
        """The branch itself."""
        return self.branches.get(self.cleaned_data["branch"])


class NewStaffForm(StaffForm):
    """A new member of staff."""

    username = forms.SlugField(
        label=_("User name"),
        max_length=80,
        help_text=_("Letters, digits, - and _. Files name people by it; it stays as it is."),
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        help_text=_("At least ten characters. Hand it over in person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("username", "name", "roles", "branch", "cases_max", "language", "email", "password")


class AbsenceForm(DeskForm):
    """Dates on which somebody takes no work."""

    starts_on = DayField(label=_("Away from"))
    ends_on = DayField(label=_("Back on"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class BranchForm(DeskForm):
    """A branch's name."""

    name = forms.CharField(label=_("Name"), max_length=160)


class NewBranchForm(BranchForm):
    """A new branch."""

    code = forms.CharField(
        label=_("Code"), max_length=80, help_text=_("Files name the branch by it; it stays as it is.")
    )
    field_order = ("code", "name")
