"""Charges for lateness: each once for its debt, rule and period, however often they are looked for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.book.queries.rules import shipped_charges
from recoup.domain.accrual import AccrualRule, Charge, Charged, charges_due
from recoup.domain.posting import Posting, Terms, replay
from tests.domain.test_ageing_by_replay import TERMS, postings_of_a_debt
from tests.generative import sampled

FIXED = AccrualRule("late_fee", "fee", "instalment", after_days=5, amount_minor=6_000)
SHARE = AccrualRule("late_share", "fee", "instalment", after_days=5, share=Decimal("0.05"))
DAILY = AccrualRule("daily", "interest", "month", daily_share=Decimal("0.001"))
DUE_ON = date(2026, 3, 1)
DUE = Posting(1, "due", DUE_ON, 100_000, 100_000, 0, 0, "1")
CHARGED_ON = date(2026, 3, 7)  # the sixth day late: five days are borne


def paid(on: date, amount: int, number: int = 50) -> Posting:
    return Posting(number, "payment", on, amount)


class Debt:
    """One debt whose charges are posted as they are found, as the book does it."""

    def __init__(
        self, *postings: Posting, rules: tuple[AccrualRule, ...] = (FIXED,), terms: Terms | None = None
    ) -> None:
        self.postings = list(postings)
        self.charged: list[Charged] = []
        self.rules = rules
        self.terms = terms or Terms()

    def charge(self, on: date) -> tuple[Charge, ...]:
        known = [line for line in self.postings if line.dated_on <= on or line.kind == "due"]
        found = charges_due(known, self.charged, self.rules, on=on, terms=self.terms)
        for line in found:
            number = 1_000 + len(self.charged)
            fee = line.amount_minor
            self.postings.append(Posting(number, line.kind, line.dated_on, fee, 0, 0, fee, line.instalment_no))
            self.charged.append(Charged(line.rule, line.period, fee, line.dated_on))
        return found

    def charges_minor(self) -> int:
        return sum(line.amount_minor for line in self.charged)


def test_a_late_fee_looked_for_every_hour_is_charged_once() -> None:
    # The defect seen elsewhere: added hourly, then doubled, then lost.
    debt = Debt(DUE)
    hours = [debt.charge(CHARGED_ON) for _ in range(24)]
    assert [line.amount_minor for line in hours[0]] == [6_000]
    assert hours[1:] == [()] * 23
    days = [debt.charge(CHARGED_ON + timedelta(days=day)) for day in range(1, 40)]
    assert days == [()] * 39
    assert replay(debt.postings, on=date(2026, 5, 1)).owed_minor == 106_000


@pytest.mark.parametrize(
    ("paid_on", "fee"),
    [
        (date(2026, 2, 20), 0),  # before it falls due
        (date(2026, 3, 1), 0),  # on its day
        (date(2026, 3, 6), 0),  # the fifth day late is still borne
        (date(2026, 3, 7), 6_000),  # the sixth is not
        (None, 6_000),
    ],
)
def test_a_late_fee_begins_after_the_days_that_are_borne(paid_on: date | None, fee: int) -> None:
    debt = Debt(DUE, *([paid(paid_on, 100_000)] if paid_on else []))
    debt.charge(date(2026, 4, 1))
    assert debt.charges_minor() == fee


def test_a_fee_found_weeks_later_carries_the_date_on_which_it_arose() -> None:
    (fee,) = Debt(DUE).charge(date(2026, 5, 20))
    assert (fee.dated_on, fee.instalment_no, fee.kind) == (CHARGED_ON, "1", "fee")


def test_a_backdated_payment_takes_the_fee_back_by_one_correction() -> None:
    debt = Debt(DUE)
    debt.charge(CHARGED_ON)
    debt.postings.append(paid(date(2026, 3, 5), 100_000))
    (correction,) = debt.charge(date(2026, 3, 20))
    assert (correction.kind, correction.amount_minor, correction.dated_on) == ("adjustment", -6_000, date(2026, 3, 20))
    assert [debt.charge(date(2026, 3, 20) + timedelta(days=day)) for day in range(20)] == [()] * 20
    assert replay(debt.postings, on=date(2026, 5, 1)).owed_minor == 0


def test_a_fee_comes_back_when_the_backdated_payment_is_undone() -> None:
    debt = Debt(DUE)
    debt.charge(CHARGED_ON)
    debt.postings.append(paid(date(2026, 3, 5), 100_000))
    debt.charge(date(2026, 3, 20))
    debt.postings.append(Posting(60, "reversal", date(2026, 3, 6), 100_000, reverses_id=50))
    (again,) = debt.charge(date(2026, 3, 25))
    assert (again.amount_minor, debt.charges_minor()) == (6_000, 6_000)
    assert debt.charge(date(2026, 3, 26)) == ()
    assert len({(line.rule, line.period) for line in debt.charged}) == 3, "each line has a key of its own"


def test_a_share_is_taken_of_what_is_unpaid_and_corrected_when_less_was_unpaid() -> None:
    debt = Debt(DUE, paid(date(2026, 3, 3), 40_000), rules=(SHARE,))
    assert [line.amount_minor for line in debt.charge(CHARGED_ON)] == [3_000]
    debt.postings.append(paid(date(2026, 3, 4), 20_000, 51))
    assert [line.amount_minor for line in debt.charge(date(2026, 3, 9))] == [-1_000]


def test_each_instalment_bears_its_own_fee() -> None:
    second = Posting(2, "due", date(2026, 4, 1), 100_000, 100_000, 0, 0, "2")
    debt = Debt(DUE, second)
    assert [line.period for line in debt.charge(date(2026, 4, 30))] == ["1", "2"]
    assert debt.charges_minor() == 12_000


@pytest.mark.parametrize("number", ["2026-03", "A/c1", "一", "x" * 40])
def test_a_correction_finds_its_instalment_whatever_it_is_called(number: str) -> None:
    due = DUE._replace(instalment_no=number)
    debt = Debt(due, rules=(FIXED,), terms=Terms(order=("principal", "interest", "fees")))
    debt.charge(CHARGED_ON)
    debt.postings.append(paid(date(2026, 3, 5), 100_000))
    (correction,) = debt.charge(date(2026, 3, 20))
    assert correction.instalment_no == number
    assert debt.charge(date(2026, 3, 21)) == ()
    assert replay(debt.postings, on=date(2026, 3, 21)).unpaid == ()


def test_interest_on_arrears_is_charged_by_the_month_for_its_overdue_days() -> None:
    debt = Debt(DUE, paid(date(2026, 4, 11), 100_000), rules=(DAILY,))
    months = {line.period: (line.dated_on, line.amount_minor) for line in debt.charge(date(2026, 5, 31))}
    assert months == {
        "2026-03": (date(2026, 4, 1), 3_000),  # overdue from the 2nd to the 31st: 30 days of 100
        "2026-04": (date(2026, 5, 1), 1_000),  # the 1st to the 10th; paid on the 11th
    }


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2026, 3, 31), []),  # the month is not over
        (date(2026, 4, 1), ["2026-03"]),
        (date(2026, 4, 30), ["2026-03"]),
        (date(2026, 6, 15), ["2026-03", "2026-04", "2026-05"]),  # months that nobody looked at are not lost
    ],
)
def test_a_month_is_charged_when_it_is_over(on: date, months: list[str]) -> None:
    assert [line.period for line in Debt(DUE, rules=(DAILY,)).charge(on)] == months


def test_charges_do_not_breed_charges() -> None:
    debt = Debt(DUE, rules=(FIXED, SHARE, DAILY))
    debt.charge(date(2026, 6, 30))
    daily = [line.amount_minor for line in debt.charged if line.rule == "daily"]
    assert daily == [3_000, 3_000, 3_100], "of the principal alone, not of the fees on top"


def test_a_correction_of_fee_and_principal_counts_its_principal() -> None:
    waived = Posting(40, "adjustment", date(2026, 3, 2), -105_000, -100_000, 0, -5_000, "1")
    debt = Debt(DUE, waived)
    assert debt.charge(CHARGED_ON) == ()


def test_a_remainder_within_the_tolerance_bears_no_charge() -> None:
    left = paid(date(2026, 3, 1), 99_990)
    assert Debt(DUE, left, rules=(FIXED, DAILY), terms=Terms(tolerance_minor=10)).charge(date(2026, 5, 1)) == ()
    assert Debt(DUE, left, terms=Terms(tolerance_minor=9)).charge(date(2026, 5, 1))


def test_nothing_is_charged_or_taken_back_for_a_day_before_the_last_charge() -> None:
    debt = Debt(DUE)
    debt.charge(date(2026, 6, 1))
    assert debt.charge(date(2026, 3, 2)) == ()
    assert debt.charges_minor() == 6_000


def test_charges_of_a_rule_that_is_gone_stay_as_they_are() -> None:
    debt = Debt(DUE)
    debt.charge(CHARGED_ON)
    debt.rules = ()
    debt.postings.append(paid(date(2026, 3, 5), 100_000))
    assert debt.charge(date(2026, 3, 20)) == ()


def test_a_late_fee_alone_never_keeps_an_instalment_unpaid() -> None:
    debt = Debt(DUE)
    debt.charge(CHARGED_ON)
    debt.postings.append(paid(date(2026, 3, 10), 106_000 - 6_000))
    assert replay(debt.postings, on=date(2026, 3, 10), terms=Terms(("principal", "interest", "fees"))).oldest_on is None


def test_every_charge_of_the_rulebook_can_be_read_in_every_kind_of_currency() -> None:
    for name, answer in shipped_charges().items():
        for currency in ("JPY", "CNY", "KWD"):
            assert AccrualRule.of(name, answer.values, currency).name == name


@pytest.mark.parametrize("change", [{"kind": "payment"}, {"period": "hour"}])
def test_a_rule_of_an_unknown_kind_or_period_is_refused(change: dict[str, str]) -> None:
    row = {**shipped_charges()["late_fee_fixed"].values, **change}
    with pytest.raises(ValueError, match="late_fee_fixed"):
        AccrualRule.of("late_fee_fixed", row, "CNY")


@sampled
@given(postings=postings_of_a_debt(), terms=TERMS, days=st.lists(st.integers(0, 170), max_size=6))
def test_a_repeat_adds_nothing_whatever_was_posted(
    postings: list[Posting], terms: Terms, days: list[int], examples: str
) -> None:
    debt = Debt(*postings, rules=(FIXED, SHARE, DAILY), terms=terms)
    for offset in sorted(days):
        on = date(2026, 1, 1) + timedelta(days=offset)
        debt.charge(on)
        assert debt.charge(on) == ()
    keys = [(line.rule, line.period) for line in debt.charged]
    assert len(set(keys)) == len(keys), "the database would refuse a key used twice"


@sampled
@given(postings=postings_of_a_debt(), terms=TERMS, days=st.lists(st.integers(0, 170), max_size=6))
def test_looking_every_day_or_once_at_the_end_charges_the_same(
    postings: list[Posting], terms: Terms, days: list[int], examples: str
) -> None:
    """Backdated lines are not among these: what is known on a day never changes later."""
    end = date(2026, 1, 1) + timedelta(days=170)
    often, once = (Debt(*postings, rules=(FIXED, SHARE, DAILY), terms=terms) for _ in range(2))
    for offset in sorted(days):
        often.charge(date(2026, 1, 1) + timedelta(days=offset))
    often.charge(end)
    once.charge(end)
    assert often.charges_minor() == once.charges_minor()
