"""Administration of people and branches."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.people import AbsenceForm, BranchForm, NewBranchForm, NewStaffForm, PasswordForm, StaffForm
from recoup.desk.pages import done, now, page, refused
from recoup.people import operations as people
from recoup.people import queries
from recoup.people.models import Role, Staff
from recoup.people.operations import StaffRefusal
from recoup.people.permissions import Action

_ONLY = staff_only(Action.ADMINISTER)
_ONLY_POST = staff_only(Action.ADMINISTER, methods=("POST",))


@staff_only(Action.ADMINISTER, Action.SEE_RULES, methods=("GET", "HEAD"))
def administration(request: DeskRequest) -> HttpResponse:
    """What can be set up, as far as the viewer may."""
    return page(request, "administration.html", {}, here="admin")


@_ONLY
def staff_list(request: DeskRequest) -> HttpResponse:
    """Everybody, with roles and branch."""
    found = [(one, _role_names(one)) for one in queries.all_staff()]
    return page(request, "people.html", {"people": found}, here="admin")


def _role_names(staff: Staff) -> str:
    held = queries.roles_of(staff)
    return ", ".join(str(role.label) for role in Role if role.value in held)


@sensitive_post_parameters("password")
@_ONLY
def new_staff(request: DeskRequest) -> HttpResponse:
    """Hires somebody."""
    form = NewStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            staff = people.hire(given.pop("username"), **given, by=request.user, at=now())
        except StaffRefusal as error:
            form.refuse(error)
        else:
            return done(request, _("%(name)s can sign in now.") % {"name": staff.name}, "staff", staff.pk)
    return page(request, "new_staff.html", {"form": form}, here="admin", code=_code(form.is_bound))


def _code(is_bound: object) -> int:
    return 422 if is_bound else 200


def _found(staff_id: int) -> Staff:
    staff = queries.staff_by_id(staff_id)
    if staff is None:
        raise Http404
    return staff


@_ONLY
def staff_page(request: DeskRequest, staff_id: int) -> HttpResponse:
    """One person: roles, branch, room, absences."""
    staff = _found(staff_id)
    initial = {name: getattr(staff, name) for name in ("name", "cases_max", "language", "email")}
    initial |= {"roles": sorted(queries.roles_of(staff)), "branch": str(staff.branch_id or "")}
    form = StaffForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_staff(staff, **form.cleaned_data, by=request.user, at=now())
        except StaffRefusal as error:
            form.refuse(error)
        else:
            return done(request, _("Saved."), "staff", staff.pk)
    return _staff_page(request, staff, form)


def _staff_page(
    request: DeskRequest,
    staff: Staff,
    form: StaffForm,
    *,
    password: PasswordForm | None = None,
    absence: AbsenceForm | None = None,
) -> HttpResponse:
    at_fault = form.is_bound or password is not None or absence is not None
    context = {
        "person": staff,
        "form": form,
        "password_form": password or PasswordForm(),
        "absence_form": absence or AbsenceForm(),
        "absences": queries.absences_from(staff, now().date()),
        "roles": _role_names(staff),
    }
    return page(request, "staff.html", context, here="admin", code=_code(at_fault))


def _blank(staff: Staff) -> StaffForm:
    initial = {name: getattr(staff, name) for name in ("name", "cases_max", "language", "email")}
    return StaffForm(
        initial={**initial, "roles": sorted(queries.roles_of(staff)), "branch": str(staff.branch_id or "")}
    )


@sensitive_post_parameters("password")
@_ONLY_POST
def reset_password(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Gives somebody a new password."""
    staff = _found(staff_id)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            people.reset_password(staff, form.cleaned_data["password"], by=request.user, at=now())
        except StaffRefusal as error:
            form.add_error("password", str(error))
        else:
            return done(request, _("The password is changed; open sessions have ended."), "staff", staff.pk)
    return _staff_page(request, staff, _blank(staff), password=form)


@_ONLY_POST
def switch_active(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Lets somebody sign in, or no longer."""
    staff = _found(staff_id)
    if staff.pk == request.user.pk:
        return refused(request, _("You cannot deactivate yourself."), "staff", staff.pk)
    try:
        if staff.is_active:
            people.deactivate(staff, by=request.user, at=now())
        else:
            people.reactivate(staff, by=request.user, at=now())
    except StaffRefusal as error:
        return refused(request, str(error), "staff", staff.pk)
    return done(request, _("Saved."), "staff", staff.pk)


@_ONLY_POST
def end_staff_second_factor(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Takes the second factor of somebody away who lost the device."""
    staff = _found(staff_id)
    people.end_second_factor(staff, by=request.user, at=now())
    return done(request, _("The second factor is off."), "staff", staff.pk)


@_ONLY_POST
def add_absence(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Somebody takes no work for a while."""
    staff = _found(staff_id)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            people.add_absence(staff, **form.cleaned_data, by=request.user, at=now())
        except StaffRefusal as error:
            form.refuse(error)
        else:
            return done(request, _("The next run gives no new cases in this time."), "staff", staff.pk)
    return _staff_page(request, staff, _blank(staff), absence=form)


@_ONLY_POST
def remove_absence(request: DeskRequest, staff_id: int, absence_id: int) -> HttpResponse:
    """Takes an absence back."""
    people.remove_absence(_found(staff_id), absence_id, by=request.user, at=now())
    return redirect("staff", staff_id)


@_ONLY
def branch_list(request: DeskRequest) -> HttpResponse:
    """All branches, and a form to open one."""
    form = NewBranchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            branch = people.open_branch(**form.cleaned_data, by=request.user, at=now())
        except StaffRefusal as error:
            form.refuse(error)
        else:
            return done(request, _("%(name)s is open.") % {"name": branch.name}, "branches")
    context = {"branches": queries.branches(), "form": form}
    return page(request, "branches.html", context, here="admin", code=_code(form.is_bound))


@_ONLY_POST
def rename_branch(request: DeskRequest, branch_id: int) -> HttpResponse:
    """Gives a branch another name."""
    branch = queries.branch_by_id(branch_id)
    form = BranchForm(request.POST)
    if branch is None:
        raise Http404
    if not form.is_valid():
        return refused(request, _("A branch needs a name."), "branches")
    people.rename_branch(branch, form.cleaned_data["name"], by=request.user, at=now())
    return done(request, _("Saved."), "branches")
