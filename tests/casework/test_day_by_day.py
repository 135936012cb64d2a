"""Money, reversals and pauses come in at random, in time, late or ahead; on each day that is run, facts, cases and work
lists are what a naive reading of that day says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recoup.book.models import Debt, DebtFacts
from recoup.book.models import Posting as Line
from recoup.book.operations import Treatment, pause_ageing, record_payment, reverse_payment, set_terms
from recoup.casework.models import Case, CaseStage, TeamMember, WorkItem
from recoup.casework.operations import run_day
from recoup.domain.ageing import Pause
from recoup.domain.posting import Posting, Terms
from tests.book.random_books import TERMS, day, undone
from tests.domain.naive import clocks_on
from tests.generative import sampled_in_database
from tests.people_and_book import NOW, House, creditor, debt, debtor, house

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Event:
    """Something entered on a day; ``back`` days before it (after it when negative) is its date."""

    on: int
    kind: str
    which: int
    amount: int
    back: int
    length: int | None


EVENTS = st.builds(
    Event,
    on=st.integers(0, 140),
    kind=st.sampled_from(["pay", "pay", "pay", "reverse", "pause"]),
    which=st.integers(0, 9),
    amount=st.integers(1, 250),
    back=st.integers(-10, 50),
    length=st.none() | st.integers(1, 60),
)
SCHEDULES = st.lists(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=4), min_size=1, max_size=3
)
#: Nights on which the run is missed are those that are not here.
NIGHTS = st.sets(st.integers(1, 150), min_size=1, max_size=4)


@dataclass
class Ledger:
    """What the test itself knows of one debt, apart from the database."""

    owed: Debt
    terms: Terms
    postings: list[Posting]
    pauses: list[Pause] = field(default_factory=list)
    payments: list[Line] = field(default_factory=list)
    reversed_ids: set[int] = field(default_factory=set)

    def enter(self, event: Event, people: House, on: date) -> None:
        """Gives the order that the event stands for."""
        dated_on = day(event.on - event.back)
        by: dict[str, Any] = {"by": people.mei, "at": NOW, "on": on}
        if event.kind == "pay":
            self._pay(event, dated_on, by)
        elif event.kind == "reverse":
            self._reverse(event, dated_on, by)
        else:
            ends_on = None if event.length is None else dated_on + timedelta(days=event.length)
            pause_ageing(self.owed, starts_on=dated_on, ends_on=ends_on, reason="agreed", **by)
            self.pauses.append(Pause(dated_on, ends_on))

    def _pay(self, event: Event, paid_on: date, by: dict[str, Any]) -> None:
        ref = f"{self.owed.ref}-{len(self.payments)}"
        line = record_payment(self.owed, amount_minor=event.amount, paid_on=paid_on, ref=ref, method="cash", **by)
        self.payments.append(line)
        self.postings.append(Posting(line.pk, "payment", paid_on, event.amount))

    def _reverse(self, event: Event, dated_on: date, by: dict[str, Any]) -> None:
        standing = [line for line in self.payments if line.pk not in self.reversed_ids]
        if standing:
            line = standing[event.which % len(standing)]
            back_on = max(dated_on, line.dated_on)
            row = reverse_payment(line, dated_on=back_on, reason="came back", **by)
            self.reversed_ids.add(line.pk)
            self.postings.append(Posting(row.pk, "reversal", back_on, line.amount_minor, reverses_id=line.pk))


def ledgers_of(schedules: list[list[tuple[int, int]]], terms: Terms, people: House) -> list[Ledger]:
    """Zhou owes the first two of the debts, Wu the third."""
    set_terms(creditor(), "loan", terms=terms, accruals=[], by=people.mei, at=NOW)
    owners = {"D-1": debtor("D-1", "Zhou"), "D-2": debtor("D-2", "Wu")}
    found = []
    for place, schedule in enumerate(schedules):
        owed = debt(owners["D-2" if place == 2 else "D-1"], f"L-{place}", branch=people.riverside)
        rows = [_due(owed, number, parts, day(30 * number + 10 + 7 * place)) for number, parts in enumerate(schedule)]
        lines = [
            Posting(
                row.pk,
                "due",
                row.dated_on,
                row.amount_minor,
                row.principal_minor,
                row.interest_minor,
                0,
                row.instalment_no,
            )
            for row in rows
        ]
        found.append(Ledger(owed, terms, lines))
    return found


def _due(owed: Debt, number: int, parts: tuple[int, int], on: date) -> Line:
    principal, interest = parts
    return Line.objects.create(
        creditor=owed.creditor,
        debt=owed,
        kind="due",
        dated_on=on,
        amount_minor=principal + interest,
        principal_minor=principal,
        interest_minor=interest,
        instalment_no=str(number + 1),
        recorded_at=NOW,
    )


@sampled_in_database
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(schedules=SCHEDULES, terms=TERMS, events=st.lists(EVENTS, max_size=10), nights=NIGHTS)
def test_every_run_finds_what_a_naive_reading_of_the_day_finds(
    schedules: list[list[tuple[int, int]]], terms: Terms, events: list[Event], nights: set[int], examples: str
) -> None:
    with undone():
        people = house()
        ledgers = ledgers_of(schedules, terms, people)
        waiting, book_date = sorted(events, key=lambda event: event.on), day(0)
        for night in sorted(nights):
            while waiting and waiting[0].on <= night:
                event = waiting.pop(0)
                ledgers[event.which % len(ledgers)].enter(event, people, book_date)
            book_date = day(night)
            report = run_day(book_date, at=NOW)
            check_day(book_date, ledgers, report)
        check_histories()


def check_day(on: date, ledgers: list[Ledger], report: dict[str, Any]) -> None:
    """Buckets and stages of debts, and the cases and work lists that follow from them."""
    treatment = Treatment.read()
    buckets, stages = treatment.buckets(None), treatment.stages(None)
    worst: defaultdict[str, int] = defaultdict(int)
    overdue = 0
    for ledger in ledgers:
        past, delinquent = clocks_on(ledger.postings, on, ledger.terms, ledger.pauses)
        facts = DebtFacts.objects.get(debt=ledger.owed)
        assert (facts.bucket_rank, facts.stage_rank) == (buckets.rank_on(past), stages.rank_on(delinquent))
        owner = ledger.owed.debtor.ref
        worst[owner] = max(worst[owner], facts.stage_rank)
        overdue += past > 0
    cases = {case.debtor.ref: case for case in Case.objects.filter(closed_on=None).select_related("debtor")}
    assert {ref: case.stage_rank for ref, case in cases.items()} == {ref: rank for ref, rank in worst.items() if rank}
    assert all(case.stage == stages.steps[case.stage_rank].name for case in cases.values())
    assert set(WorkItem.objects.values_list("case", "listed_on")) == {(case.pk, on) for case in cases.values()}
    assert (report["overdue"], report["work_items"]) == (overdue, len(cases))


def check_histories() -> None:
    """Stages follow each other day by day, upwards one at a time; closed cases hold nobody."""
    for case in Case.objects.all():
        rows = list(CaseStage.objects.filter(case=case).order_by("pk"))
        assert rows[0].rank == 1
        for row, following in pairwise(rows):
            assert row.left_on == following.entered_on >= row.entered_on
            assert following.rank - row.rank <= 1, "no step is skipped"
        assert (rows[-1].rank, rows[-1].left_on) == (case.stage_rank, case.closed_on)
        seats = TeamMember.objects.filter(case=case, left_on=None)
        assert seats.exists() == (case.closed_on is None)
