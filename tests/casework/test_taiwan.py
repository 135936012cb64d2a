"""Thirty thousand real card debts, stated by their lender as of one day, go through import and the day's run."""

from __future__ import annotations

import pytest

from tests.installation import Installation
from tests.needs import ROOT, shared_file

FIGURES = {"current": 24_871, "M1": 1_999, "M2": 2_667, "M3": 322, "M4": 76, "M5": 26, "M6": 11, "M7": 28}


@pytest.mark.one_database
def test_who_owes_nothing_is_not_overdue_whatever_the_code_says(installation: Installation) -> None:
    book = shared_file("data/taiwan_default.csv.gz")
    read = installation.figures("import", book, "--mapping", ROOT / "examples/mappings/taiwan_default.toml")
    assert (read["rows"], read["accepted"], read["rejected"]) == (30_000, 30_000, 0)
    assert (read["debts"], read["debtors"], read["payments"]) == (30_000, 30_000, 143_103)
    report = installation.figures("day", "--date", "2005-10-01")
    assert (report["debts"], report["overdue"]) == (30_000, 5_129)
    assert report["by_bucket"] == FIGURES
    assert report["cases_opened"] == sum(report["by_stage"].values()) == report["work_items"] == 5_129
    assert installation.figures("day", "--date", "2005-10-01") == report
    _payments_are_history(installation)


def _payments_are_history(installation: Installation) -> None:
    """Balances are as stated: what was paid up to the statement is in them already."""
    owed = installation.rows(
        "SELECT SUM(owed_minor), SUM(CASE WHEN owed_minor < 0 THEN 1 ELSE 0 END) FROM book_debtfacts"
    )
    parts = "balance_principal_minor + balance_interest_minor + balance_fees_minor"
    stated = installation.rows(f"SELECT SUM({parts}), SUM(CASE WHEN {parts} < 0 THEN 1 ELSE 0 END) FROM book_snapshot")
    assert owed == stated
    assert owed[0][1] == 590
