"""Facts of debts: what follows from their postings on a day. Rebuilt by replay whenever postings change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from recoup.book.models import REBUILD_ON, Debt, DebtFacts, FactsBasis, Posting
from recoup.book.operations.bulk import upsert
from recoup.book.operations.lines import DebtLines, read_lines
from recoup.book.queries.rules import Treatment
from recoup.book.rows import CHUNK
from recoup.domain.accrual import Charge, charges_due
from recoup.domain.ageing import Clock, Spell, Standing, clocks, spells, standing
from recoup.domain.posting import Posting as Line
from recoup.domain.posting import Replay, replay


class DebtState(NamedTuple):
    """A debt replayed to a day: what is unpaid, how late it is, and by which clocks."""

    lines: DebtLines
    replay: Replay
    standing: Standing
    buckets: Clock
    stages: Clock

    def spells(self) -> dict[str, tuple[Spell, ...]]:
        """Every time on a bucket or a stage above the first, until the day."""
        on = self.replay.on
        return {
            "bucket": spells(self.replay.marks, self.buckets, on),
            "stage": spells(self.replay.marks, self.stages, on),
        }


def state_of(debt: Debt, on: date) -> DebtState:
    """One debt as the postings dated up to ``on`` leave it; writes nothing."""
    return _state(read_lines([debt.pk])[0], on, Treatment.read(on))


def states_of(debt_ids: Sequence[int], on: date, treatment: Treatment | None = None) -> Iterable[DebtState]:
    """The same for many debts, in order of id, chunk by chunk; writes nothing."""
    treatment = treatment or Treatment.read(on)
    for start in range(0, len(debt_ids), CHUNK):
        for lines in read_lines(debt_ids[start : start + CHUNK]):
            yield _state(lines, on, treatment)


def states_when_charged(debt_ids: Sequence[int], on: date, treatment: Treatment) -> list[DebtState]:
    """These debts (at most CHUNK) as ``derive_facts`` would find them, with the charges that it would post first.

    Writes nothing.
    """
    states = []
    for lines in read_lines(debt_ids):
        for place, charge in enumerate(charges_of(lines, on, treatment)):
            lines.postings.append(_line(_NOT_POSTED + place, charge))
        states.append(_state(lines, on, treatment))
    return states


def _state(lines: DebtLines, on: date, treatment: Treatment) -> DebtState:
    terms = treatment.terms_for(lines.creditor_id, lines.kind)
    replayed = replay(lines.postings, on=on, terms=terms, snapshots=lines.snapshots)
    buckets, stages = clocks(
        treatment.buckets(lines.creditor_id), treatment.stages(lines.creditor_id), terms, lines.pauses
    )
    late = standing(replayed, buckets, stages, next_posting_on=lines.next_line_on(on))
    return DebtState(lines, replayed, late, buckets, stages)


def derive_facts(debt_ids: Sequence[int], on: date, *, at: datetime, treatment: Treatment | None = None) -> int:
    """Charges what lateness rules want by ``on``, then rebuilds the facts of these debts (at most CHUNK).

    Must run inside a transaction. A repeat changes nothing. Returns how many debts were derived. Where the day has
    other ladders than the rest of the book was derived by, the debts stay marked for the next run.
    """
    _hold(debt_ids)
    treatment = treatment or Treatment.read(on)
    look = _next_look_on if _stands_on_basis(treatment) else _marked
    states = []
    for lines in read_lines(debt_ids):
        _charge(lines, on, at, treatment)
        states.append(_state(lines, on, treatment))
    upsert("book_debtfacts", _FACTS, [_facts_row(state, look(state, treatment)) for state in states])
    return len(states)


def settle_facts(treatment: Treatment | None = None) -> int:
    """Rebuilds the facts of debts marked for it (at most CHUNK), each as of its own last posting.

    They stay true from there until ``next_change_on``, so that the day's run has only late debts left to look at.
    Charges nothing. Must run inside a transaction; returns how many debts were settled, 0 when none is left.
    """
    marked = DebtFacts.objects.filter(next_change_on=REBUILD_ON).order_by("debt_id")
    debt_ids = list(marked.values_list("debt_id", flat=True)[:CHUNK])
    if not debt_ids:
        return 0
    _hold(debt_ids)
    treatment = treatment or Treatment.read()
    if not _stands_on_basis(treatment):
        return 0
    states = [_state(lines, lines.last_line_on(), treatment) for lines in read_lines(debt_ids)]
    upsert("book_debtfacts", _FACTS, [_facts_row(state, _first_look_on(state, treatment)) for state in states])
    return len(states)


def set_basis(treatment: Treatment) -> None:
    """Puts the facts on the ladders of the treatment's day: where they hold other days, every debt is marked for
    rebuilding. Must run inside a transaction; a repeat changes nothing.
    """
    basis = FactsBasis.objects.select_for_update().first()
    if basis is not None and basis.ladders != treatment.basis:
        DebtFacts.objects.exclude(next_change_on=REBUILD_ON).update(next_change_on=REBUILD_ON)
    if basis is None or (basis.ladders, basis.on) != (treatment.basis, treatment.on):
        FactsBasis.objects.update_or_create(defaults={"on": treatment.on, "ladders": treatment.basis}, key=1)


def _stands_on_basis(treatment: Treatment) -> bool:
    """Whether facts derived by this treatment have the ranks of all others. Must be asked while they are held."""
    basis, _ = FactsBasis.objects.get_or_create(key=1, defaults={"on": treatment.on, "ladders": treatment.basis})
    return basis.ladders == treatment.basis


def _marked(_state: DebtState, _treatment: Treatment) -> date:
    return REBUILD_ON


def _hold(debt_ids: Sequence[int]) -> None:
    """Whoever else posts to these debts, or changes their terms, waits: it is read here, or it rebuilds after us.

    Without it facts read before another's posting could be written after that other's facts. SQLite has one writer.
    """
    if connection.features.has_select_for_update:
        held = DebtFacts.objects.select_for_update().filter(debt_id__in=debt_ids).order_by("debt_id")
        list(held.values_list("debt_id"))


def mark_for_rebuild(debt_ids: Iterable[int]) -> None:
    """The next day's run will rebuild the facts of these debts, whatever its date."""
    DebtFacts.objects.filter(debt_id__in=list(debt_ids)).update(next_change_on=REBUILD_ON)


#: Ids of charges that are thought of but not posted lie above all others, as those of new postings do.
_NOT_POSTED = 2**62


def charges_of(lines: DebtLines, on: date, treatment: Treatment) -> tuple[Charge, ...]:
    """The charges and corrections that the rules want of a debt by a day and that do not stand on it yet."""
    rules = treatment.rules_for(lines.creditor_id, lines.kind, lines.currency)
    if not rules or lines.snapshots:
        return ()
    terms = treatment.terms_for(lines.creditor_id, lines.kind)
    known = [line for line in lines.postings if line.dated_on <= on or line.kind == "due"]
    return charges_due(known, lines.charged, rules, on=on, terms=terms)


def _charge(lines: DebtLines, on: date, at: datetime, treatment: Treatment) -> None:
    for charge in charges_of(lines, on, treatment):
        row = Posting.objects.create(
            creditor_id=lines.creditor_id,
            debt_id=lines.debt_id,
            kind=charge.kind,
            dated_on=charge.dated_on,
            amount_minor=charge.amount_minor,
            fees_minor=charge.amount_minor,
            instalment_no=charge.instalment_no,
            rule=charge.rule,
            period=charge.period,
            recorded_at=at,
        )
        lines.postings.append(_line(row.pk, charge))


def _line(line_id: int, charge: Charge) -> Line:
    amount = charge.amount_minor
    return Line(line_id, charge.kind, charge.dated_on, amount, 0, 0, amount, charge.instalment_no)


_FACTS = (
    "debt_id",
    "debtor_id",
    "derived_on",
    "owed_minor",
    "past_due_minor",
    "oldest_on",
    "next_due_on",
    "bucket_rank",
    "stage_rank",
    "last_paid_on",
    "last_paid_minor",
    "written_off",
    "next_change_on",
)


def _facts_row(state: DebtState, next_look_on: date | None) -> tuple[Any, ...]:
    late, replayed = state.standing, state.replay
    return (
        state.lines.debt_id,
        state.lines.debtor_id,
        _text(late.on),
        late.owed_minor,
        late.past_due_minor,
        _text(late.oldest_on),
        _text(late.next_due_on),
        late.bucket_rank,
        late.stage_rank,
        _text(replayed.last_paid_on),
        replayed.last_paid_minor,
        replayed.written_off,
        _text(next_look_on),
    )


def _next_look_on(state: DebtState, treatment: Treatment) -> date | None:
    """When the facts change by time alone, or when a charge for lateness may become due."""
    late = state.standing
    if not _may_be_charged(state, treatment):
        return late.changes_on
    # A month that holds an overdue day is charged when it ends, whether or not the debt is still late then.
    month_end = (late.on.replace(day=1) + timedelta(days=32)).replace(day=1)
    looks = [late.changes_on, month_end, late.on + timedelta(days=1) if late.days_past_due else None]
    return min(day for day in looks if day is not None)


def _first_look_on(state: DebtState, treatment: Treatment) -> date | None:
    """The same where nobody has looked for charges yet: the next run does, whatever its date."""
    if _may_be_charged(state, treatment):
        return max(state.standing.on, REBUILD_ON + timedelta(days=1))
    return state.standing.changes_on


def _may_be_charged(state: DebtState, treatment: Treatment) -> bool:
    lines = state.lines
    return bool(treatment.accruals.get((lines.creditor_id, lines.kind))) and not lines.snapshots


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None and day != date.max else None
