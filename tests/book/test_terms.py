"""Ladders and terms are data: saved whole or not at all, and every debt under them is rebuilt by the next run."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recoup.book.models import REBUILD_ON, Creditor, Debt, DebtFacts, LadderStep, Posting, ProductTerms
from recoup.book.operations import TermsRefused, record_payment, save_ladder, set_terms, state_of
from recoup.casework.operations import run_day
from recoup.domain.ladder import LadderError, Step
from recoup.domain.posting import Terms
from recoup.people.models import AuditEntry
from tests.people_and_book import NOW, TODAY, House, creditor, debt, debtor, house, instalments, rebuilt

pytestmark = pytest.mark.django_db

SHORT = [Step("current", 0, 0), Step("early", 1, 15), Step("late", 16)]


@pytest.fixture
def people() -> House:
    return house()


@pytest.fixture
def loan(people: House) -> Debt:
    """Zhou's instalment of 1,000.00 has been due for 20 days."""
    return late_loan("D-1", "HL-1", creditor())


@pytest.fixture
def elsewhere(people: House) -> Debt:
    """Wu owes another house the same."""
    return late_loan("D-2", "NF-1", creditor("north", "North Finance"))


def late_loan(debtor_ref: str, ref: str, of: Creditor) -> Debt:
    owed = debt(debtor(debtor_ref, "Zhou", of), ref)
    instalments(owed, TODAY - timedelta(days=20), 1, principal=100_000)
    rebuilt(owed)
    return owed


def pay(loan: Debt, people: House, amount_minor: int, paid_on: date) -> None:
    record_payment(
        loan, amount_minor=amount_minor, paid_on=paid_on, ref="P-1", method="cash", by=people.mei, at=NOW, on=TODAY
    )


def marked(debt: Debt) -> bool:
    return DebtFacts.objects.get(debt=debt).next_change_on == REBUILD_ON


def bucket(debt: Debt) -> str:
    state = state_of(debt, TODAY)
    return state.buckets.ladder.steps[state.standing.bucket_rank].name


@pytest.mark.parametrize(
    "steps",
    [
        [Step("current", 0, 0), Step("early", 1, 15), Step("late", 17)],  # day 16 has no bucket
        [Step("current", 0, 0), Step("early", 1, 15), Step("late", 15)],  # day 15 has two
        [Step("current", 0, 0), Step("early", 1, 15), Step("late", 16, 90)],  # day 91 has none
        [],
    ],
)
def test_a_ladder_with_a_gap_is_refused_and_nothing_is_written(steps: list[Step], loan: Debt, people: House) -> None:
    save_ladder(None, "bucket", SHORT, by=people.mei, at=NOW)
    rebuilt(loan)
    audits = AuditEntry.objects.count()
    with pytest.raises(LadderError):
        save_ladder(None, "bucket", steps, by=people.mei, at=NOW)
    assert list(LadderStep.objects.order_by("days_min").values_list("name", flat=True)) == ["current", "early", "late"]
    assert not marked(loan)
    assert AuditEntry.objects.count() == audits


def test_saving_the_houses_ladder_marks_every_debt_for_rebuilding(loan: Debt, elsewhere: Debt, people: House) -> None:
    assert bucket(loan) == "M1"
    save_ladder(None, "bucket", SHORT, by=people.mei, at=NOW)
    assert (marked(loan), marked(elsewhere)) == (True, True)
    assert bucket(loan) == "late"


def test_a_creditors_own_ladder_is_its_own(loan: Debt, elsewhere: Debt, people: House) -> None:
    save_ladder(elsewhere.creditor, "bucket", SHORT, by=people.mei, at=NOW)
    assert (marked(loan), marked(elsewhere)) == (False, True)
    assert (bucket(loan), bucket(elsewhere)) == ("M1", "late")


def test_the_next_run_counts_by_the_new_ladder(loan: Debt, elsewhere: Debt, people: House) -> None:
    run_day(TODAY, at=NOW)
    save_ladder(elsewhere.creditor, "bucket", SHORT, by=people.mei, at=NOW)
    report = run_day(TODAY, at=NOW)
    assert {name: count for name, count in report["by_bucket"].items() if count} == {"M1": 1, "late": 1}
    assert not marked(elsewhere)


def test_a_creditors_terms_set_order_grace_and_tolerance(loan: Debt, elsewhere: Debt, people: House) -> None:
    terms = Terms(("principal", "interest", "fees"), grace_days=15, tolerance_minor=500)
    set_terms(loan.creditor, "loan", terms=terms, accruals=[], by=people.mei, at=NOW)
    late = state_of(loan, TODAY).standing
    assert (late.days_past_due, late.days_delinquent) == (20, 5)
    assert state_of(elsewhere, TODAY).standing.days_delinquent == 20
    assert marked(loan)
    pay(loan, people, 99_500, TODAY)
    assert state_of(loan, TODAY).standing.days_past_due == 0


def test_terms_are_for_one_kind_of_debt(loan: Debt, people: House) -> None:
    set_terms(loan.creditor, "card", terms=Terms(grace_days=15), accruals=[], by=people.mei, at=NOW)
    assert state_of(loan, TODAY).standing.days_delinquent == 20


def test_a_charge_that_no_rulebook_has_is_refused(loan: Debt, people: House) -> None:
    with pytest.raises(TermsRefused, match="bogus"):
        set_terms(loan.creditor, "loan", terms=Terms(), accruals=["late_fee_fixed", "bogus"], by=people.mei, at=NOW)
    assert not ProductTerms.objects.exists()


def test_the_run_charges_what_the_terms_name_once(loan: Debt, people: House) -> None:
    set_terms(loan.creditor, "loan", terms=Terms(), accruals=["late_fee_fixed"], by=people.mei, at=NOW)
    for day in range(3):
        run_day(TODAY + timedelta(days=day), at=NOW)
        run_day(TODAY + timedelta(days=day), at=NOW)
    fee = Posting.objects.get(kind="fee")
    assert (fee.amount_minor, fee.dated_on, fee.rule, fee.period) == (
        6_000,
        TODAY - timedelta(days=14),
        "late_fee_fixed",
        "1",
    )
    assert DebtFacts.objects.get(debt=loan).owed_minor == 106_000


def test_a_backdated_payment_takes_the_fee_back_once(loan: Debt, people: House) -> None:
    set_terms(loan.creditor, "loan", terms=Terms(), accruals=["late_fee_fixed"], by=people.mei, at=NOW)
    run_day(TODAY, at=NOW)
    pay(loan, people, 100_000, TODAY - timedelta(days=18))
    run_day(TODAY, at=NOW)
    run_day(TODAY + timedelta(days=1), at=NOW)
    (correction,) = Posting.objects.filter(kind="adjustment")
    assert (correction.amount_minor, correction.fees_minor, correction.rule) == (-6_000, -6_000, "late_fee_fixed/c1")
    assert DebtFacts.objects.get(debt=loan).owed_minor == 0
