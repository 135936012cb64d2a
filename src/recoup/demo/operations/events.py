"""Charge-offs, stops, pauses and attempts of the demonstration book, made as colleagues would have on the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction

from recoup.book.models import Debt, Posting, PostingKind
from recoup.book.operations import mark_for_rebuild, pause_ageing
from recoup.casework.models import Case
from recoup.casework.operations import touch_case
from recoup.contact.models import Attempt
from recoup.contact.operations import stop_contact
from recoup.demo.arrangements import DraftPause, DraftStop
from recoup.demo.colleagues import leaders_of
from recoup.demo.contacts import DraftAttempt
from recoup.demo.drafts import DebtKey, DraftDebt
from recoup.demo.months import instant_on
from recoup.demo.stretches import state_on
from recoup.people.models import Staff


@transaction.atomic
def charge_off(drafts: Iterable[DraftDebt], debts: Mapping[DebtKey, Debt], by: Mapping[str, Staff]) -> int:
    """Posts the charge-offs, each over what was owed on its day. Returns how many."""
    rows = []
    for draft in drafts:
        if draft.written_off_on is None:
            continue
        debt = debts[draft.key]
        rows.append(
            Posting(
                creditor_id=debt.creditor_id,
                debt=debt,
                kind=PostingKind.WRITE_OFF,
                dated_on=draft.written_off_on,
                amount_minor=state_on(draft, draft.written_off_on).owed_minor,
                ref=f"{draft.ref}-WO",
                recorded_at=instant_on(draft.written_off_on),
                recorded_by=by[leaders_of(draft.lender.branch)[0]],
            )
        )
    Posting.objects.bulk_create(rows)
    mark_for_rebuild([row.debt_id for row in rows])
    return len(rows)


def stop_contacts(stops: Iterable[DraftStop], debts: Mapping[DebtKey, Debt], by: Mapping[str, Staff]) -> None:
    """Records the stops on the day on which they began."""
    for stop in stops:
        debt = debts[stop.debt.key]
        stop_contact(
            debt.debtor,
            debt=debt if stop.reason == "dispute_open" else None,
            reason=stop.reason,
            starts_on=stop.starts_on,
            ends_on=stop.ends_on,
            proof=stop.proof,
            by=by[stop.debt.relationship_manager],
            at=instant_on(stop.starts_on),
        )


def pause_debts(pauses: Iterable[DraftPause], debts: Mapping[DebtKey, Debt], by: Mapping[str, Staff]) -> None:
    """Agrees the pauses on the day on which they began."""
    for pause in pauses:
        pause_ageing(
            debts[pause.debt.key],
            starts_on=pause.starts_on,
            ends_on=pause.ends_on,
            reason=pause.reason,
            by=by[leaders_of(pause.debt.lender.branch)[0]],
            at=instant_on(pause.starts_on),
            on=pause.starts_on,
        )


@transaction.atomic
def record_attempts(drafts: Sequence[DraftAttempt], debts: Mapping[DebtKey, Debt], by: Mapping[str, Staff]) -> None:
    """Writes down attempts in order of time, and that their cases were worked on."""
    rows = []
    for draft in drafts:
        debt = debts[draft.debt]
        rows.append(
            Attempt(
                debtor_id=debt.debtor_id,
                debt=debt,
                at=draft.at,
                channel=draft.channel,
                direction=draft.direction,
                person=draft.person,
                connected=draft.connected,
                conversation=draft.conversation,
                said=draft.said,
                by=by[draft.by],
                recorded_at=draft.at + timedelta(minutes=6),
                key=draft.key,
            )
        )
    Attempt.objects.bulk_create(rows, batch_size=500)
    spoken = {row.debtor_id: row.at.date() for row in rows if row.conversation}
    for case in Case.objects.filter(debtor_id__in=spoken, closed_on__isnull=True):
        touch_case(case, spoken[case.debtor_id])
