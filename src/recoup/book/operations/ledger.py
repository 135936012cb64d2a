"""Orders that change a debt: money entered by hand, corrections, pauses, terms and ladders.

Each is one transaction, leaves an audit line, and rebuilds what follows from the debt's postings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from recoup.book.models import (
    REBUILD_ON,
    Creditor,
    Debt,
    DebtFacts,
    LadderStep,
    Pause,
    Posting,
    PostingKind,
    ProductTerms,
)
from recoup.book.operations.facts import derive_facts, set_basis
from recoup.book.queries.rules import Treatment, charge_names, is_chosen
from recoup.domain.ladder import Ladder, LadderError, Step
from recoup.domain.money import AMOUNT_MINOR_MAX, decimal_text
from recoup.domain.posting import Terms
from recoup.people.models import AuditEntry, Staff
from recoup.policy.queries import in_force
from recoup.rulebooks.ladders import LADDERS


class PostingRefused(ValueError):
    """A line of money that cannot be posted; the message is fit to show."""


class TermsRefused(ValueError):
    """Terms that name what no rulebook has; the message is fit to show."""


class PauseRefused(ValueError):
    """A pause that cannot be kept; the message is fit to show."""


def record_payment(
    debt: Debt, *, amount_minor: int, paid_on: date, ref: str, method: str, by: Staff, at: datetime, on: date
) -> Posting:
    """Posts money that came in; ``on`` is the day to which facts are rebuilt. The same reference again returns the
    line that stands.

    Raises PostingRefused for an amount that is not positive, a missing reference, or a reference already used with
    other content.
    """
    if not 0 < amount_minor <= AMOUNT_MINOR_MAX:
        raise PostingRefused("a payment is more than nothing")
    if not ref.strip():
        raise PostingRefused("a payment needs a reference, so that it is posted once")
    wanted = {"debt_id": debt.pk, "kind": "payment", "dated_on": paid_on, "amount_minor": amount_minor}
    with transaction.atomic():
        row, fresh = Posting.objects.get_or_create(
            creditor_id=debt.creditor_id, ref=ref.strip(), defaults={**_common(by, at), **wanted, "method": method}
        )
        if not fresh and any(getattr(row, name) != value for name, value in wanted.items()):
            raise PostingRefused(f"the reference {ref} stands for another payment already")
        if fresh:
            _after(debt, row, by, at, on)
    return row


def reverse_payment(payment: Posting, *, dated_on: date, reason: str, by: Staff, at: datetime, on: date) -> Posting:
    """Undoes a payment as of ``dated_on``; a second reversal of the same payment returns the first.

    Raises PostingRefused when the line is not a payment or the date lies before the payment.
    """
    if payment.kind != PostingKind.PAYMENT:
        raise PostingRefused("only a payment can be reversed")
    if dated_on < payment.dated_on:
        raise PostingRefused("a payment cannot be reversed before it was made")
    with transaction.atomic():
        row, fresh = Posting.objects.get_or_create(
            reverses=payment,
            defaults={
                **_common(by, at),
                "creditor_id": payment.creditor_id,
                "debt_id": payment.debt_id,
                "kind": PostingKind.REVERSAL,
                "dated_on": dated_on,
                "amount_minor": payment.amount_minor,
                "reason": reason,
            },
        )
        if fresh:
            _after(payment.debt, row, by, at, on)
    return row


def adjust_debt(
    debt: Debt,
    *,
    parts_minor: tuple[int, int, int],
    dated_on: date,
    ref: str,
    reason: str,
    by: Staff,
    at: datetime,
    on: date,
) -> Posting:
    """Corrects what is owed by signed fees, interest and principal; the same reference again returns the first line.

    Raises PostingRefused without a reason or a reference, when nothing would change, for a sum that cannot be kept, and
    for a reference already used with other content.
    """
    if not reason.strip() or not any(parts_minor):
        raise PostingRefused("a correction needs a sum and a reason")
    if not ref.strip():
        raise PostingRefused("a correction needs a reference, so that it is posted once")
    if max(abs(part) for part in parts_minor) > AMOUNT_MINOR_MAX:
        raise PostingRefused("a correction is larger than Recoup can keep")
    fees, interest, principal = parts_minor
    wanted = {
        "debt_id": debt.pk,
        "kind": "adjustment",
        "dated_on": dated_on,
        "amount_minor": sum(parts_minor),
        "fees_minor": fees,
        "interest_minor": interest,
        "principal_minor": principal,
    }
    with transaction.atomic():
        row, fresh = Posting.objects.get_or_create(
            creditor_id=debt.creditor_id, ref=ref.strip(), defaults={**_common(by, at), **wanted, "reason": reason}
        )
        if not fresh and any(getattr(row, name) != value for name, value in wanted.items()):
            raise PostingRefused(f"the reference {ref} stands for another line already")
        if fresh:
            _after(debt, row, by, at, on)
    return row


def _common(by: Staff, at: datetime) -> dict[str, Any]:
    return {"recorded_by": by, "recorded_at": at}


def _after(debt: Debt, row: Posting, by: Staff, at: datetime, on: date) -> None:
    derive_facts([debt.pk], on, at=at)
    detail = {"line": row.kind, "amount": decimal_text(row.amount_minor, debt.currency), "dated_on": row.dated_on}
    _audit(by, at, "posted", "debt", debt.ref, {**detail, "reason": row.reason, "ref": row.ref})


def _audit(by: Staff, at: datetime, action: str, kind: str, ref: str, detail: dict[str, Any]) -> None:
    AuditEntry.objects.create(
        at=at, actor=by, actor_name=by.name, action=action, subject_kind=kind, subject_ref=ref, detail=detail
    )


def pause_ageing(
    debt: Debt, *, starts_on: date, ends_on: date | None, reason: str, by: Staff, at: datetime, on: date
) -> Pause:
    """Ageing of the debt stands still on ``starts_on <= date < ends_on``; the same pause again returns the first.

    Raises PauseRefused without a reason or when it ends before it starts.
    """
    if not reason.strip():
        raise PauseRefused("a pause needs a reason")
    if ends_on is not None and ends_on <= starts_on:
        raise PauseRefused("a pause ends after it starts")
    with transaction.atomic():
        pause, fresh = Pause.objects.get_or_create(
            debt=debt, starts_on=starts_on, ends_on=ends_on, reason=reason, defaults={"agreed_by": by}
        )
        if fresh:
            derive_facts([debt.pk], on, at=at)
            _audit(by, at, "paused ageing", "debt", debt.ref, {"from": starts_on, "until": ends_on, "reason": reason})
    return pause


def end_pause(pause: Pause, *, ends_on: date, by: Staff, at: datetime, on: date) -> None:
    """Ends a pause on a date, never later than agreed; the days before it stay paused.

    Raises PauseRefused when it would not start at all, or is over by then.
    """
    if ends_on <= pause.starts_on:
        raise PauseRefused("a pause ends after it starts")
    if pause.ends_on is not None and pause.ends_on < ends_on:
        raise PauseRefused("this pause is over already")
    with transaction.atomic():
        Pause.objects.filter(pk=pause.pk).update(ends_on=ends_on)
        derive_facts([pause.debt_id], on, at=at)
        _audit(by, at, "ended pause", "debt", pause.debt.ref, {"until": ends_on})


def save_ladder(creditor: Creditor | None, clock: str, steps: Sequence[Step], *, by: Staff, at: datetime) -> Ladder:
    """Replaces the buckets or stages of a creditor, or of the house; every debt under them is rebuilt by the next run.

    Raises LadderError (domain) for gaps, overlaps or a closed last step, and for steps of the house once a version of
    its rulebook was published; nothing is written then.
    """
    ladder = Ladder.of(steps)
    if creditor is None and is_chosen(in_force(LADDERS[clock], at.date())):
        raise LadderError("the house's own steps are published in its rulebook: propose a change there")
    with transaction.atomic():
        LadderStep.objects.filter(creditor=creditor, clock=clock).delete()
        LadderStep.objects.bulk_create(
            LadderStep(creditor=creditor, clock=clock, name=step.name, days_min=step.days_min, days_max=step.days_max)
            for step in ladder.steps
        )
        _rebuild_all(creditor)
        if creditor is None:
            set_basis(Treatment.read())
        detail = {"clock": clock, "steps": [[step.name, step.days_min, step.days_max] for step in ladder.steps]}
        _audit(by, at, "changed ladder", "creditor", creditor.code if creditor else "house", detail)
    return ladder


def set_terms(
    creditor: Creditor,
    kind: str,
    *,
    terms: Terms,
    accruals: Sequence[str],
    by: Staff,
    at: datetime,
) -> ProductTerms:
    """Sets how a creditor treats one kind of debt; its debts are rebuilt by the next run.

    Raises TermsRefused for a charge that the rulebook does not have.
    """
    unknown = sorted(set(accruals) - set(charge_names(at.date())))
    if unknown:
        raise TermsRefused(f"no charge for lateness is named {unknown[0]}")
    with transaction.atomic():
        row, _ = ProductTerms.objects.update_or_create(
            creditor=creditor,
            kind=kind,
            defaults={
                "payment_order": ",".join(terms.order),
                "grace_days": terms.grace_days,
                "tolerance_minor": terms.tolerance_minor,
                "accruals": list(accruals),
            },
        )
        _rebuild_all(creditor)
        detail = {"kind": kind, "order": terms.order, "grace_days": terms.grace_days, "accruals": list(accruals)}
        _audit(by, at, "changed terms", "creditor", creditor.code, detail)
    return row


def _rebuild_all(creditor: Creditor | None) -> None:
    touched = DebtFacts.objects.all() if creditor is None else DebtFacts.objects.filter(debt__creditor=creditor)
    touched.update(next_change_on=REBUILD_ON)
