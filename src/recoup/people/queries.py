"""Reads of staff, branches and the audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_otp import devices_for_user
from django_otp.plugins.otp_totp.models import TOTPDevice

from recoup.people.models import Absence, AuditEntry, Branch, Role, Staff, StaffRole
from recoup.people.permissions import Viewer

AUDIT_PAGE = 50
_HOLDS = "holds_"


def with_roles(staff: QuerySet[Staff]) -> QuerySet[Staff]:
    """The same people, each with their roles read in the same query."""
    held = {
        _HOLDS + role.value: Exists(StaffRole.objects.filter(staff=OuterRef("pk"), role=role.value)) for role in Role
    }
    return staff.annotate(**held)


def roles_of(staff: Staff) -> frozenset[str]:
    """The roles somebody holds; asks the database only when they did not come with the person."""
    if not hasattr(staff, _HOLDS + Role.COLLECTOR.value):
        return frozenset(StaffRole.objects.filter(staff=staff).values_list("role", flat=True))
    return frozenset(role.value for role in Role if getattr(staff, _HOLDS + role.value))


def viewer_of(staff: Staff) -> Viewer:
    """The person as permissions know them."""
    return Viewer(staff.pk, staff.username, staff.name, staff.branch_id, roles_of(staff))


def staff_signed_in(staff_id: int) -> Staff | None:
    """Who a session belongs to, with branch and roles; None when they are gone or were deactivated."""
    found = with_roles(Staff.objects.filter(pk=staff_id, is_active=True)).select_related("branch")
    return found.first()


def all_staff() -> QuerySet[Staff]:
    """Everybody, active first, by name."""
    return with_roles(Staff.objects.select_related("branch")).order_by("-is_active", "name", "pk")


def staff_by_id(staff_id: int) -> Staff | None:
    """One person, active or not."""
    return all_staff().filter(pk=staff_id).first()


def staff_named(username: str) -> Staff | None:
    """Whoever signs in by that name, active or not."""
    return all_staff().filter(username=username).first()


def branches() -> QuerySet[Branch]:
    """All branches by name."""
    return Branch.objects.order_by("name")


def branch_by_id(branch_id: int) -> Branch | None:
    """One branch."""
    return Branch.objects.filter(pk=branch_id).first()


def absences_from(staff: Staff, on: date) -> QuerySet[Absence]:
    """Somebody's absences that are not over on ``on``, soonest first."""
    return Absence.objects.filter(staff=staff, ends_on__gt=on).order_by("starts_on")


def absent_on(on: date) -> QuerySet[Absence]:
    """Absences that cover a date."""
    return Absence.objects.filter(starts_on__lte=on, ends_on__gt=on)


def colleagues(branch_id: int | None, roles: Iterable[str], on: date) -> QuerySet[Staff]:
    """Active staff of a branch who hold one of the roles; ``is_absent`` says whether they are away on ``on``."""
    away = absent_on(on).filter(staff=OuterRef("pk"))
    held = StaffRole.objects.filter(staff=OuterRef("pk"), role__in=list(roles))
    found = Staff.objects.filter(Exists(held), is_active=True).annotate(is_absent=Exists(away))
    return (found.filter(branch=branch_id) if branch_id is not None else found).order_by("name", "pk")


def audit_page(
    *, before_id: int | None = None, actor: str = "", action: str = "", subject_ref: str = ""
) -> list[AuditEntry]:
    """One page of the audit, newest first, older than ``before_id``; one line more than a page when there is more."""
    wanted = Q()
    if before_id is not None:
        wanted &= Q(pk__lt=before_id)
    if actor:
        wanted &= Q(actor__username=actor)
    if action:
        wanted &= Q(action=action)
    if subject_ref:
        wanted &= Q(subject_ref=subject_ref)
    return list(AuditEntry.objects.filter(wanted).order_by("-pk")[: AUDIT_PAGE + 1])


def has_second_factor(staff: Staff) -> bool:
    """Whether somebody confirmed a second factor, which is then asked for at every sign-in."""
    return bool(TOTPDevice.objects.filter(user=staff, confirmed=True).exists())


def second_factor_fits(staff: Staff, token: str) -> bool:
    """Whether a code, or a recovery code not used before, is right now. Tries are slowed down after failures."""
    for device in devices_for_user(staff):
        allowed, _why = device.verify_is_allowed()
        if allowed and device.verify_token(token):
            return True
    return False
