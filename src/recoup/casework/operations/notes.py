"""What people write on a case: notes, contacts held, the cause, who leads, what waits until tomorrow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from recoup.casework.causes import cause_row
from recoup.casework.models import Case, Note, TeamMember, WorkItem
from recoup.casework.operations.teams import BY_ORDER
from recoup.people.models import AuditEntry, Staff


class NoteRefused(ValueError):
    """A note that says nothing; the message is fit to show."""


class LeadRefused(ValueError):
    """Somebody who cannot lead this case; the message is fit to show."""


def write_note(case: Case, *, text: str, key: str, by: Staff, at: datetime) -> Note:
    """Adds a note; the same key again returns the first. Raises NoteRefused for an empty one."""
    if not text.strip():
        raise NoteRefused("a note needs words")
    with transaction.atomic():
        note, fresh = Note.objects.get_or_create(key=key, defaults={"case": case, "by": by, "at": at, "text": text})
        if fresh:
            _touch(case, _day_of(at))
            _audit(case, "wrote note", by, at, {})
    return note


def touch_case(case: Case, on: date) -> None:
    """Somebody worked on the case on this day: it is not held idle."""
    _touch(case, on)


def _day_of(at: datetime) -> date:
    """The working day of an instant."""
    return at.astimezone(timezone.get_default_timezone()).date()


def _touch(case: Case, on: date) -> None:
    if case.last_touched_on is None or case.last_touched_on < on:
        Case.objects.filter(pk=case.pk).update(last_touched_on=on)
        case.last_touched_on = on


def record_cause(case: Case, *, code: str, evidence: str, by: Staff, at: datetime) -> None:
    """Records why the debtor does not pay, with what shows it; the next run fits the team to it.

    Raises CauseRefused for an unknown code, NoteRefused without evidence.
    """
    row = cause_row(code, _day_of(at))
    if not evidence.strip():
        raise NoteRefused("a cause needs what shows it")
    if case.cause_code == code:
        return
    with transaction.atomic():
        before = case.cause_code
        Case.objects.filter(pk=case.pk).update(cause_code=code)
        case.cause_code = code
        if row["protected"]:
            _dissolve_squad(case, _day_of(at))
        _touch(case, _day_of(at))
        _audit(case, "recorded cause", by, at, {"cause": code, "before": before, "evidence": evidence})


def _dissolve_squad(case: Case, on: date) -> None:
    """A protected debtor is not left facing a squad until tomorrow: all but the lead leave at once."""
    seats = TeamMember.objects.filter(case=case, left_on__isnull=True)
    others = seats.exclude(staff_id=case.lead_id) if case.lead_id is not None else seats
    # A book that is run ahead of the clock has seats that begin later than now.
    others.update(left_on=Greatest("joined_on", Value(on, output_field=DateField())))


def set_aside(item: WorkItem, *, on: date, by: Staff, at: datetime) -> None:
    """Not now: the case stays off the top of its list for the rest of the day ``on``."""
    with transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(set_aside_on=on)
        _audit(item.case, "set aside", by, at, {"until": on})


def reassign_lead(case: Case, *, staff: Staff, by: Staff, on: date, at: datetime) -> None:
    """Gives the lead of a case to somebody else in the same seat.

    Raises LeadRefused when the case is closed, or the person is inactive or of another branch.
    """
    if case.closed_on is not None:
        raise LeadRefused("a closed case has no lead")
    if not staff.is_active or (staff.branch_id is not None and staff.branch_id != case.branch_id):
        raise LeadRefused(f"{staff.name} is not of this branch")
    if case.lead_id == staff.pk:
        return
    with transaction.atomic():
        open_seats = TeamMember.objects.filter(case=case, left_on__isnull=True)
        seat = open_seats.filter(staff_id=case.lead_id).first() if case.lead_id else None
        role = seat.role if seat else "relationship_manager"
        open_seats.filter(role=role).update(left_on=on)
        open_seats.filter(staff=staff).update(left_on=on)
        TeamMember.objects.create(case=case, staff=staff, role=role, joined_on=on, why=BY_ORDER)
        Case.objects.filter(pk=case.pk).update(lead=staff, lead_since=on)
        WorkItem.objects.filter(case=case).update(staff=staff)
        _audit(case, "reassigned", by, at, {"to": staff.username})


def _audit(case: Case, action: str, by: Staff, at: datetime, detail: dict[str, Any]) -> None:
    AuditEntry.objects.create(
        at=at, actor=by, actor_name=by.name, action=action, subject_kind="case", subject_ref=case.ref, detail=detail
    )
