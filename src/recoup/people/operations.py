"""Writes about staff: hiring, roles, absence, passwords, branches; and the audit that every slice writes to."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from recoup.people.models import Absence, AuditEntry, Branch, Role, Staff, StaffRole


class StaffRefusal(ValueError):
    """A change to staff or branches that cannot be made; the message is fit to show."""


def record_audit(
    *,
    by: Staff | None,
    at: datetime,
    action: str,
    subject_kind: str,
    subject_ref: str,
    purpose: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Adds one line to the audit; ``by`` None means the desk did it by itself. ``detail`` holds no personal data."""
    return AuditEntry.objects.create(
        at=at,
        actor=by,
        actor_name=by.name if by else "",
        action=action,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        purpose=purpose,
        detail=detail or {},
    )


@transaction.atomic
def hire(
    username: str,
    *,
    name: str,
    roles: Iterable[str],
    branch: Branch | None,
    password: str,
    by: Staff | None,
    at: datetime,
    **fields: Any,
) -> Staff:
    """A new member of staff with roles and a first password.

    Raises StaffRefusal for a name that is taken and for a password that is too easy.
    """
    if Staff.objects.filter(username=username).exists():
        raise StaffRefusal(_("Somebody signs in as “%(username)s” already.") % {"username": username})
    _refuse_easy(password, Staff(username=username, name=name))
    staff = Staff.objects.hire(username, name=name, password=password, branch=branch, **fields)
    _set_roles(staff, roles)
    _audit(by, at, "hired", staff, {"roles": sorted(roles), "branch": branch.code if branch else None})
    return staff


@transaction.atomic
def change_staff(staff: Staff, *, roles: Iterable[str], by: Staff, at: datetime, **fields: Any) -> None:
    """Changes roles and fields of somebody.

    Raises StaffRefusal when the last active administrator would lose that role.
    """
    wanted = set(roles)
    if Role.ADMINISTRATOR not in wanted:
        _refuse_last_administrator(staff)
    changed = {name: value for name, value in fields.items() if getattr(staff, name) != value}
    for name, value in changed.items():
        setattr(staff, name, value)
    staff.save(update_fields=[*changed] or None)
    _set_roles(staff, wanted)
    _audit(by, at, "changed", staff, {"roles": sorted(wanted), "fields": {k: str(v) for k, v in changed.items()}})


@transaction.atomic
def deactivate(staff: Staff, *, by: Staff, at: datetime) -> None:
    """Somebody can no longer sign in; what they did stays theirs. Raises StaffRefusal for the last administrator."""
    _refuse_last_administrator(staff)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    _audit(by, at, "deactivated", staff)


@transaction.atomic
def reactivate(staff: Staff, *, by: Staff, at: datetime) -> None:
    """Somebody may sign in again."""
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    _audit(by, at, "reactivated", staff)


@transaction.atomic
def reset_password(staff: Staff, password: str, *, by: Staff, at: datetime) -> None:
    """A new password, which ends the person's sessions. Raises StaffRefusal when it is too easy."""
    _refuse_easy(password, staff)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    _audit(by, at, "password reset" if by.pk != staff.pk else "password changed", staff)


@transaction.atomic
def add_absence(staff: Staff, *, starts_on: date, ends_on: date, reason: str, by: Staff, at: datetime) -> Absence:
    """Somebody takes no work on ``starts_on <= date < ends_on``. Raises StaffRefusal when it ends before it starts."""
    if ends_on <= starts_on:
        raise StaffRefusal(_("An absence must end after it starts."))
    absence = Absence.objects.create(staff=staff, starts_on=starts_on, ends_on=ends_on, reason=reason)
    _audit(by, at, "absence added", staff, {"starts_on": starts_on, "ends_on": ends_on})
    return absence


@transaction.atomic
def remove_absence(staff: Staff, absence_id: int, *, by: Staff, at: datetime) -> None:
    """Takes an absence back; nothing happens when it is gone already."""
    gone, _counts = Absence.objects.filter(pk=absence_id, staff=staff).delete()
    if gone:
        _audit(by, at, "absence removed", staff, {"absence": absence_id})


@transaction.atomic
def open_branch(code: str, name: str, *, by: Staff | None, at: datetime) -> Branch:
    """A new branch. Raises StaffRefusal when the code is taken."""
    if Branch.objects.filter(code=code).exists():
        raise StaffRefusal(_("There is a branch with the code “%(code)s” already.") % {"code": code})
    branch = Branch.objects.create(code=code, name=name)
    record_audit(by=by, at=at, action="branch opened", subject_kind="branch", subject_ref=code)
    return branch


@transaction.atomic
def rename_branch(branch: Branch, name: str, *, by: Staff, at: datetime) -> None:
    """A branch keeps its code and gets another name."""
    before, branch.name = branch.name, name
    branch.save(update_fields=["name"])
    detail = {"from": before, "to": name}
    record_audit(by=by, at=at, action="branch renamed", subject_kind="branch", subject_ref=branch.code, detail=detail)


def choose_language(staff: Staff, language: str) -> None:
    """The language in which somebody reads the desk."""
    Staff.objects.filter(pk=staff.pk).update(language=language)


def switch_single_keys(staff: Staff, *, on: bool) -> None:
    """Whether single keys act on somebody's pages (WCAG 2.1.4 asks for the switch)."""
    Staff.objects.filter(pk=staff.pk).update(single_keys=on)


def _set_roles(staff: Staff, roles: Iterable[str]) -> None:
    wanted = {Role(role).value for role in roles}
    StaffRole.objects.filter(staff=staff).exclude(role__in=wanted).delete()
    rows = [StaffRole(staff=staff, role=role) for role in sorted(wanted)]
    StaffRole.objects.bulk_create(rows, ignore_conflicts=True)


def _refuse_last_administrator(staff: Staff) -> None:
    holders = StaffRole.objects.filter(role=Role.ADMINISTRATOR, staff__is_active=True)
    if holders.filter(staff=staff).exists() and not holders.exclude(staff=staff).exists():
        raise StaffRefusal(_("%(name)s is the only administrator; make somebody else one first.") % {"name": staff})


def _refuse_easy(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise StaffRefusal(" ".join(error.messages)) from None


def _audit(by: Staff | None, at: datetime, action: str, staff: Staff, detail: dict[str, Any] | None = None) -> None:
    record_audit(by=by, at=at, action=action, subject_kind="staff", subject_ref=staff.username, detail=detail)


class Enrolment(NamedTuple):
    """What somebody needs to add the desk to their device: an address for a QR picture, and the secret to type."""

    address: str
    secret: str


RECOVERY_CODES = 8


@transaction.atomic
def begin_second_factor(staff: Staff) -> Enrolment:
    """The enrolment that is waiting for its first code; the same one until it is confirmed."""
    device = TOTPDevice.objects.filter(user=staff, confirmed=False).first()
    device = device or TOTPDevice.objects.create(user=staff, name="desk", confirmed=False)
    return Enrolment(device.config_url, b32encode(device.bin_key).decode())


@transaction.atomic
def confirm_second_factor(staff: Staff, token: str, *, at: datetime) -> list[str]:
    """Turns the second factor on and returns recovery codes, shown once. Raises StaffRefusal when the code is wrong."""
    device = TOTPDevice.objects.filter(user=staff, confirmed=False).first()
    if device is None or not device.verify_token(token):
        raise StaffRefusal(_("This code is not right. Wait for the next one and try again."))
    device.confirmed = True
    device.save()
    TOTPDevice.objects.filter(user=staff).exclude(pk=device.pk).delete()
    StaticDevice.objects.filter(user=staff).delete()
    recovery = StaticDevice.objects.create(user=staff, name="recovery")
    codes = [StaticToken.random_token() for _place in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=recovery, token=code) for code in codes)
    _audit(staff, at, "second factor on", staff)
    return codes


@transaction.atomic
def end_second_factor(staff: Staff, *, by: Staff, at: datetime) -> None:
    """Signing in asks for the password alone again."""
    TOTPDevice.objects.filter(user=staff).delete()
    StaticDevice.objects.filter(user=staff).delete()
    _audit(by, at, "second factor off", staff)
