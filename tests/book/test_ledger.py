"""Money entered by hand: posted once, undone once, corrected with a reason, and what follows is rebuilt at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recoup.book.models import Debt, Pause, Posting
from recoup.book.operations import (
    PauseRefused,
    PostingRefused,
    adjust_debt,
    end_pause,
    pause_ageing,
    record_payment,
    reverse_payment,
    state_of,
)
from recoup.domain.money import AMOUNT_MINOR_MAX
from recoup.people.models import AuditEntry
from tests.people_and_book import NOW, TODAY, House, debt, debtor, house, instalments, rebuilt

pytestmark = pytest.mark.django_db

FIRST_DUE = TODAY - timedelta(days=40)


@pytest.fixture
def people() -> House:
    return house()


@pytest.fixture
def loan(people: House) -> Debt:
    """Zhou owes three instalments of 1,000.00; the first has been due for 40 days, the second for 9."""
    owed = debt(debtor("D-1", "Zhou"), "HL-1", branch=people.riverside)
    instalments(owed, FIRST_DUE, 3, principal=100_000)
    rebuilt(owed)
    return owed


def pay(loan: Debt, people: House, ref: str = "P-1", *, amount_minor: int = 100_000, paid_on: date = TODAY) -> Posting:
    return record_payment(
        loan, amount_minor=amount_minor, paid_on=paid_on, ref=ref, method="transfer", by=people.mei, at=NOW, on=TODAY
    )


def undo(payment: Posting, people: House, *, dated_on: date = TODAY) -> Posting:
    return reverse_payment(payment, dated_on=dated_on, reason="came back", by=people.mei, at=NOW, on=TODAY)


def correct(
    loan: Debt,
    people: House,
    ref: str = "C-1",
    *,
    principal: int = -100_000,
    fees: int = 0,
    reason: str = "not owed",
    dated_on: date = TODAY,
) -> Posting:
    parts = (fees, 0, principal)
    return adjust_debt(
        loan, parts_minor=parts, dated_on=dated_on, ref=ref, reason=reason, by=people.mei, at=NOW, on=TODAY
    )


def days_late(loan: Debt) -> int:
    return state_of(loan, TODAY).standing.days_past_due


def lines_of(loan: Debt) -> int:
    return Posting.objects.filter(debt=loan).exclude(kind="due").count()


def test_a_payment_covers_the_oldest_instalment_at_once(loan: Debt, people: House) -> None:
    assert days_late(loan) == 40
    pay(loan, people)
    loan.facts.refresh_from_db()
    assert (loan.facts.oldest_on, loan.facts.past_due_minor) == (FIRST_DUE + timedelta(days=31), 100_000)
    assert (loan.facts.last_paid_on, loan.facts.last_paid_minor, loan.facts.owed_minor) == (TODAY, 100_000, 200_000)


def test_a_payment_told_twice_with_one_reference_is_posted_once(loan: Debt, people: House) -> None:
    first, second = pay(loan, people), pay(loan, people, " P-1 ")
    assert first == second
    assert lines_of(loan) == 1
    assert AuditEntry.objects.filter(action="posted").count() == 1


@pytest.mark.parametrize("change", [{"amount_minor": 100_001}, {"paid_on": TODAY - timedelta(days=1)}])
def test_a_reference_that_stands_for_another_payment_is_refused(
    change: dict[str, int], loan: Debt, people: House
) -> None:
    pay(loan, people)
    with pytest.raises(PostingRefused, match="P-1"):
        pay(loan, people, **change)  # type: ignore[arg-type]  # one of two kinds of value
    assert lines_of(loan) == 1


def test_a_reference_is_the_creditors_own_whichever_debt_it_was_for(loan: Debt, people: House) -> None:
    pay(loan, people)
    card = debt(loan.debtor, "HC-1", kind="card")
    with pytest.raises(PostingRefused):
        pay(card, people)


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MINOR_MAX + 1])
def test_a_payment_is_an_amount_that_can_be(amount: int, loan: Debt, people: House) -> None:
    with pytest.raises(PostingRefused):
        pay(loan, people, amount_minor=amount)


def test_a_payment_needs_a_reference(loan: Debt, people: House) -> None:
    with pytest.raises(PostingRefused, match="reference"):
        pay(loan, people, "  ")


def test_a_backdated_payment_rebuilds_the_days_overdue_and_their_history(loan: Debt, people: House) -> None:
    before = state_of(loan, TODAY).spells()["stage"]
    assert [spell.step for spell in before] == ["S1", "S2", "S3"]
    pay(loan, people, paid_on=FIRST_DUE + timedelta(days=3))
    assert days_late(loan) == 9
    after = state_of(loan, TODAY).spells()["stage"]
    assert [(spell.step, (spell.entered_on - FIRST_DUE).days) for spell in after] == [("S1", 1), ("S1", 32), ("S2", 39)]


def test_a_payment_dated_tomorrow_waits_until_tomorrow(loan: Debt, people: House) -> None:
    pay(loan, people, paid_on=TODAY + timedelta(days=1))
    loan.facts.refresh_from_db()
    assert days_late(loan) == 40
    assert loan.facts.next_change_on == TODAY + timedelta(days=1)


def test_a_payment_undone_twice_is_undone_once(loan: Debt, people: House) -> None:
    payment = pay(loan, people, paid_on=TODAY - timedelta(days=2))
    assert days_late(loan) == 9
    first, second = undo(payment, people), undo(payment, people)
    assert first == second
    assert days_late(loan) == 40
    assert lines_of(loan) == 2
    assert AuditEntry.objects.filter(detail__line="reversal").count() == 1


def test_only_a_payment_is_undone_and_not_before_it_was_made(loan: Debt, people: House) -> None:
    payment = pay(loan, people)
    with pytest.raises(PostingRefused, match="before"):
        undo(payment, people, dated_on=TODAY - timedelta(days=1))
    with pytest.raises(PostingRefused, match="only a payment"):
        undo(Posting.objects.get(debt=loan, instalment_no="1"), people)


def test_a_correction_has_a_reason_and_changes_what_is_owed(loan: Debt, people: House) -> None:
    correct(loan, people)
    loan.facts.refresh_from_db()
    assert (loan.facts.owed_minor, days_late(loan)) == (200_000, 9)
    assert AuditEntry.objects.get(action="posted").detail["reason"] == "not owed"
    for wrong in ({"reason": " "}, {"principal": 0}, {"ref": " "}, {"principal": -AMOUNT_MINOR_MAX - 1}):
        with pytest.raises(PostingRefused):
            correct(loan, people, **{"ref": "C-2", **wrong})  # type: ignore[arg-type]  # each wrong in one way


def test_a_correction_told_twice_is_posted_once_and_with_other_content_refused(loan: Debt, people: House) -> None:
    assert correct(loan, people) == correct(loan, people)
    # The same sum, but taken off the fees: that is another correction.
    for other in ({"principal": 0, "fees": -100_000}, {"dated_on": TODAY - timedelta(days=3)}, {"principal": -1}):
        with pytest.raises(PostingRefused, match="C-1"):
            correct(loan, people, **other)
    assert lines_of(loan) == 1


def paused(loan: Debt, people: House, starts: int, ends: int | None) -> Pause:
    """A pause from so many days after the first due date."""
    ends_on = None if ends is None else FIRST_DUE + timedelta(days=ends)
    starts_on = FIRST_DUE + timedelta(days=starts)
    return pause_ageing(loan, starts_on=starts_on, ends_on=ends_on, reason="hardship", by=people.mei, at=NOW, on=TODAY)


def clocks(loan: Debt) -> tuple[int, int, str]:
    late = state_of(loan, TODAY)
    stage = late.stages.ladder.steps[late.standing.stage_rank].name
    return late.standing.days_past_due, late.standing.days_delinquent, stage


def test_paused_days_do_not_count_as_delinquent_but_stay_past_due(loan: Debt, people: House) -> None:
    assert clocks(loan) == (40, 40, "S3")
    paused(loan, people, 5, 20)
    assert clocks(loan) == (40, 25, "S2")
    loan.facts.refresh_from_db()
    assert (loan.facts.bucket_rank, loan.facts.stage_rank) == (2, 2)


@pytest.mark.parametrize(
    ("second", "delinquent"),
    [
        ((10, 15), 25),  # inside the first
        ((0, 25), 16),  # around it: days 1 to 24, for the due date itself is no day late
        ((10, 20), 25),  # ends with it
        ((5, 12), 25),  # begins with it
        ((20, 23), 22),  # touches it
        ((30, 33), 22),  # apart
        ((18, None), 4),  # overlaps, until further notice
    ],
)
def test_a_day_within_two_pauses_counts_once(
    second: tuple[int, int | None], delinquent: int, loan: Debt, people: House
) -> None:
    paused(loan, people, 5, 20)
    paused(loan, people, *second)
    assert clocks(loan)[1] == delinquent


def test_a_pause_agreed_twice_is_one_pause(loan: Debt, people: House) -> None:
    assert paused(loan, people, 5, None) == paused(loan, people, 5, None)
    assert Pause.objects.count() == 1


def test_ageing_goes_on_from_the_day_a_pause_is_ended(loan: Debt, people: House) -> None:
    pause = paused(loan, people, 5, None)
    assert clocks(loan)[1] == 4
    end_pause(pause, ends_on=FIRST_DUE + timedelta(days=20), by=people.mei, at=NOW, on=TODAY)
    assert clocks(loan) == (40, 25, "S2")


def test_a_pause_is_refused_that_makes_no_sense(loan: Debt, people: House) -> None:
    with pytest.raises(PauseRefused, match="after it starts"):
        paused(loan, people, 5, 5)
    with pytest.raises(PauseRefused, match="reason"):
        pause_ageing(loan, starts_on=TODAY, ends_on=None, reason=" ", by=people.mei, at=NOW, on=TODAY)
    pause = paused(loan, people, 5, 20)
    for ends in (5, 21):  # before it began, after it was over
        with pytest.raises(PauseRefused):
            end_pause(pause, ends_on=FIRST_DUE + timedelta(days=ends), by=people.mei, at=NOW, on=TODAY)
    assert clocks(loan)[1] == 25
