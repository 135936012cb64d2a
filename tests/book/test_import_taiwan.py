"""A real card book, read with the mapping that is shipped for it."""

from __future__ import annotations

import pytest

from tests.installation import Installation
from tests.needs import ROOT, shared_file

pytestmark = pytest.mark.every_database


def test_the_taiwan_card_file_comes_in_whole(installation: Installation) -> None:
    figures = installation.figures(
        "import",
        shared_file("data/taiwan_default.csv.gz"),
        "--mapping",
        ROOT / "examples/mappings/taiwan_default.toml",
    )
    del figures["warnings"], figures["files"]
    assert figures == {
        "rows": 30_000,
        "accepted": 30_000,
        "repeated": 0,
        "rejected": 0,
        "rejects": None,
        "debts": 30_000,
        "debtors": 30_000,
        "payments": 143_103,
    }
    counted = "SELECT count(*), sum(CASE WHEN balance_principal_minor < 0 THEN 1 ELSE 0 END) FROM book_snapshot"
    assert [tuple(map(int, row)) for row in installation.rows(counted)] == [(30_000, 590)]
    [(paid_minor,)] = installation.rows("SELECT sum(amount_minor) FROM book_posting WHERE kind = 'payment'")
    assert int(paid_minor) == 94_954_177_700  # the sum of X18 to X23 in cents
