"""Writes about contact: attempts that were made, and stops that bar it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from recoup.book.models import Debt, Debtor
from recoup.contact.models import Attempt, Stop, StopReason
from recoup.people.models import Staff
from recoup.people.operations import record_audit


class ContactRefusal(ValueError):
    """An attempt or a stop that cannot be written down; the message is fit to show."""


class AttemptInFuture(ContactRefusal):
    """An attempt is said to have happened later than now."""


class ConversationWithNobody(ContactRefusal):
    """A conversation is claimed where nobody answered."""


class StopRefused(ContactRefusal):
    """A stop that ends before it starts, or that has no proof."""


#: Clocks of two machines may differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=2)


@transaction.atomic
def record_attempt(
    debtor: Debtor,
    *,
    at: datetime,
    channel: str,
    direction: str,
    person: str,
    connected: bool,
    conversation: bool,
    said: str,
    key: str,
    by: Staff,
    recorded_at: datetime,
    debt: Debt | None = None,
) -> Attempt:
    """Writes down one attempt to reach somebody; the same ``key`` again returns the first line.

    Raises AttemptInFuture and ConversationWithNobody.
    """
    if at > recorded_at + CLOCK_TOLERANCE:
        raise AttemptInFuture(_("A contact cannot be written down before it happened."))
    if conversation and (not connected or person == Attempt.Person.NOBODY):
        raise ConversationWithNobody(_("A conversation needs somebody who answered."))
    facts = {"channel": channel, "direction": direction, "person": person, "said": said}
    attempt, _new = Attempt.objects.get_or_create(
        key=key,
        defaults={
            **facts,
            "debtor": debtor,
            "debt": debt,
            "at": at,
            "connected": connected,
            "conversation": conversation,
            "by": by,
            "recorded_at": recorded_at,
        },
    )
    return attempt


@transaction.atomic
def stop_contact(
    debtor: Debtor,
    *,
    reason: str,
    starts_on: date,
    ends_on: date | None = None,
    proof: str,
    by: Staff,
    at: datetime,
    debt: Debt | None = None,
) -> Stop:
    """Bars contact on ``starts_on <= date < ends_on``; without ``debt``, about all debts. It pauses no clock.

    Raises StopRefused when it ends before it starts or nothing is said of its proof.
    """
    if ends_on is not None and ends_on <= starts_on:
        raise StopRefused(_("A stop must end after it starts."))
    if not proof.strip():
        raise StopRefused(_("Say what shows that contact must stop."))
    stop = Stop.objects.create(
        debtor=debtor,
        debt=debt,
        reason=StopReason(reason).value,
        starts_on=starts_on,
        ends_on=ends_on,
        proof=proof.strip(),
        recorded_by=by,
    )
    _audit(stop, by, at, "contact stopped")
    return stop


@transaction.atomic
def end_stop(stop: Stop, *, ends_on: date, by: Staff, at: datetime) -> None:
    """Contact is lawful again from ``ends_on``. A stop that has not begun is emptied to its first day.

    Raises StopRefused when the stop is over already.
    """
    if stop.ends_on is not None and stop.ends_on <= ends_on:
        raise StopRefused(_("This stop is over already."))
    stop.ends_on = max(ends_on, stop.starts_on + timedelta(days=1))
    stop.save(update_fields=["ends_on"])
    _audit(stop, by, at, "stop ended")


def _audit(stop: Stop, by: Staff, at: datetime, action: str) -> None:
    detail = {"reason": stop.reason, "starts_on": stop.starts_on, "ends_on": stop.ends_on, "debt": stop.debt_id}
    ref = f"{stop.debtor.creditor.code}/{stop.debtor.ref}"
    record_audit(by=by, at=at, action=action, subject_kind="debtor", subject_ref=ref, detail=detail)
