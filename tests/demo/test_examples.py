"""The example files that the README points to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recoup.book.imports import import_file
from recoup.book.models import Debt, Posting
from recoup.casework.operations import run_day
from tests.needs import ROOT

EXAMPLES = ROOT / "examples"
NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_the_example_book_and_its_payments_import_whole() -> None:
    report = import_file(EXAMPLES / "book.csv", payments=EXAMPLES / "payments.csv", at=NOW)
    assert (report.rejected, report.debts, report.payments) == (0, 10, 12)
    assert set(Debt.objects.values_list("kind", flat=True)) == {
        "card", "loan", "consumer_finance", "private_loan", "property_fee", "sales_contract",
    }  # fmt: skip
    assert Posting.objects.filter(kind="reversal").count() == 1


def test_the_example_snapshot_imports_whole_and_ages() -> None:
    report = import_file(EXAMPLES / "snapshot.csv", at=NOW)
    assert (report.rejected, report.debts) == (0, 6)
    day = run_day(date(2026, 9, 30), at=NOW)
    assert {name: count for name, count in day["by_bucket"].items() if count} == {
        "current": 2, "M1": 1, "M2": 1, "M4": 1, "M7": 1,
    }  # fmt: skip


def test_the_same_debtor_may_stand_in_both_files() -> None:
    import_file(EXAMPLES / "book.csv", at=NOW)
    import_file(EXAMPLES / "snapshot.csv", at=NOW)
    assert Debt.objects.filter(debtor__ref="D-201").count() == 3
