"""The made-up debts: the same from a seed, of every kind, and late as real books are."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from recoup.demo.debts import book_of
from recoup.demo.drafts import DraftDebt
from recoup.demo.files import book_rows, debt_columns, payment_rows, snapshot_rows
from recoup.demo.lenders import LENDERS
from recoup.demo.stretches import state_on
from recoup.domain.ageing import days_past_due
from recoup.domain.particulars import PARTICULARS, parse_particulars
from tests.demo.books import SMALL, TODAY, whole_book

SEEDS = (1, 2, 3)


def rows_of(book: list[DraftDebt]) -> list[dict[str, str]]:
    days = sorted({shot.as_of for debt in book for shot in debt.statements})
    snapshots = [row for day in days for row in snapshot_rows(book, day)]
    return [*book_rows(book), *snapshots, *payment_rows(book)]


def bucket_of(debt: DraftDebt) -> int:
    """Months late, 0 to 7, today."""
    return min((days_past_due(state_on(debt, TODAY).oldest_on, TODAY) + 29) // 30, 7)


@pytest.fixture(scope="module", params=SEEDS)
def buckets(request: pytest.FixtureRequest) -> Counter[int]:
    return Counter(bucket_of(debt) for debt in whole_book(request.param))


def test_the_same_seed_gives_the_same_rows() -> None:
    assert rows_of(book_of(7, TODAY, SMALL)) == rows_of(book_of(7, TODAY, SMALL))


def test_another_seed_gives_other_rows() -> None:
    assert rows_of(book_of(7, TODAY, SMALL)) != rows_of(book_of(8, TODAY, SMALL))


@pytest.mark.parametrize("later_days", [1, 31, 96, 400])
def test_another_day_moves_the_dates_and_nothing_else(later_days: int) -> None:
    later = book_of(7, TODAY + timedelta(days=later_days), SMALL)
    assert [undated(row) for row in rows_of(later)] == [undated(row) for row in rows_of(book_of(7, TODAY, SMALL))]


def undated(row: dict[str, str]) -> dict[str, str]:
    dated = {"contract_ref", "statement_day"}
    return {name: text for name, text in row.items() if not (name.endswith("_on") or name == "as_of" or name in dated)}


def test_there_are_two_thousand_debts_of_all_six_kinds() -> None:
    book = whole_book()
    assert len(book) == 2_000
    assert {debt.product.kind for debt in book} == set(PARTICULARS)
    assert {debt.product.currency for debt in book} == {"CNY", "TWD", "HKD", "GBP", "USD"}
    assert {debt.debtor.language for debt in book} == {"zh-hans", "zh-hant", "en"}


def test_some_debtors_owe_more_than_once_and_some_are_firms() -> None:
    book = whole_book()
    assert sum(count > 1 for count in Counter(debt.debtor_key for debt in book).values()) > 60
    assert sum(debt.debtor.is_firm for debt in book) > 100
    assert sum(debt.guarantor is not None for debt in book) > 80


def test_references_are_unique_for_each_creditor() -> None:
    book = whole_book()
    payments = Counter((row["creditor"], row["payment_ref"]) for row in payment_rows(book))
    assert max(Counter(debt.key for debt in book).values()) == 1
    assert max(payments.values()) == 1


def test_postings_reach_back_two_years_and_no_payment_lies_ahead() -> None:
    paid_on = [paid.paid_on for debt in whole_book() for paid in debt.paid]
    assert min(paid_on) < TODAY - timedelta(days=650)
    assert max(paid_on) <= TODAY


def test_about_a_sixth_of_the_debts_is_overdue_most_of_it_by_one_or_two_months(buckets: Counter[int]) -> None:
    # The Taiwan card book of 2005-10-01: 17.1 % overdue, of which M1 and M2 are 91 %, M3 6 %, later 3 %.
    overdue = sum(buckets.values()) - buckets[0]
    assert 0.14 < overdue / 2_000 < 0.21
    assert 0.70 < (buckets[1] + buckets[2]) / overdue < 0.93
    assert buckets[2] > buckets[1] * 0.9
    assert buckets[3] < buckets[2] / 3


def test_every_bucket_up_to_the_last_holds_somebody(buckets: Counter[int]) -> None:
    assert all(buckets[months] > 0 for months in range(8))


@pytest.mark.parametrize("seed", SEEDS)
def test_little_comes_back_of_what_was_charged_off(seed: int) -> None:
    gone = [debt for debt in whole_book(seed) if debt.written_off_on is not None]
    owed = sum(state_on(debt, debt.written_off_on).owed_minor for debt in gone if debt.written_off_on)
    back = sum(
        paid.amount_minor for debt in gone for paid in debt.paid if paid.paid_on > (debt.written_off_on or TODAY)
    )
    assert len(gone) >= 5
    assert back < owed * 0.3


def test_some_direct_debits_came_back_and_some_debtors_are_in_credit() -> None:
    book = whole_book()
    assert sum(paid.bounced_on is not None for debt in book for paid in debt.paid) > 20
    assert sum(state_on(debt, TODAY).owed_minor < 0 for debt in book) > 10


def test_nobody_who_settled_a_late_instalment_with_its_fee_stays_overdue_for_pennies() -> None:
    charged = [
        debt for debt in whole_book() if debt.lender.code == "CHENGHU" and debt.product.kind == "consumer_finance"
    ]
    owing = [state_on(debt, TODAY).past_due_minor for debt in charged]
    # The late fee alone is 60 yuan: whoever owes less has a part payment behind them, which is rare.
    assert sum(0 < minor < 5_000 for minor in owing) <= 2
    assert sum(minor == 0 for minor in owing) > 150


def test_taiwan_dollars_have_no_cents() -> None:
    amounts = [row["amount"] for row in payment_rows(whole_book()) if row["currency"] == "TWD"]
    assert amounts
    assert all(amount.endswith(".00") for amount in amounts)


def test_particulars_are_those_of_the_kind() -> None:
    for debt in whole_book():
        found = parse_particulars(debt.product.kind, debt_columns(debt))
        assert found, debt.ref


def test_every_relationship_manager_named_in_a_file_works_for_the_branch() -> None:
    from recoup.demo.colleagues import collectors_of

    for lender in LENDERS:
        assert set(lender.relationship_managers) <= set(collectors_of(lender.branch))


def test_zhou_and_wu_are_late_whatever_the_seed() -> None:
    for seed in SEEDS:
        known = [debt for debt in whole_book(seed) if debt.debtor.is_known]
        assert {debt.debtor.name.written for debt in known} == {"周雅琴", "吴志远"}
        assert all(bucket_of(debt) >= 2 for debt in known)
