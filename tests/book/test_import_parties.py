"""Parties and collateral come in beside the book."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recoup.book.imports import ImportRefused
from recoup.book.models import Collateral, Party
from tests.book.lenders_files import BOOK, WU_1, ZHOU_1, counts, reasons, take

pytestmark = pytest.mark.django_db

PARTIES = "creditor,debt_ref,role,name,phone,address"
COLLATERAL = "creditor,debt_ref,kind,value,valued_on"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Zhou owes Harbour in yuan, Wu owes Jade in Hong Kong dollars, both on a debt called L-1."""
    take(tmp_path, BOOK, ZHOU_1, WU_1)
    return tmp_path


def test_a_party_is_kept_once_and_learns_contacts(book: Path) -> None:
    assert counts(take(book, PARTIES, "harbour,L-1,guarantor,吴芳,,", "harbour,L-1,owner,吴芳,,")) == (2, 2, 0, 0)
    assert counts(take(book, PARTIES, "harbour,L-1,guarantor,吴芳,+86 138 5550 0143,")) == (1, 1, 0, 0)
    assert counts(take(book, PARTIES, "harbour,L-1,guarantor,吴芳,,")) == (1, 1, 1, 0)
    assert sorted(Party.objects.values_list("role", "phone")) == [("guarantor", "+86 138 5550 0143"), ("owner", "")]


def test_a_party_of_no_debt_or_of_several_is_rejected(book: Path) -> None:
    report = take(book, PARTIES, "harbour,L-9,owner,吴芳,,", ",L-1,owner,吴芳,,", "harbour,L-1,uncle,吴芳,,")
    assert [found[1] for found in reasons(report)] == ["debt_ref", "debt_ref", "role"]
    assert not Party.objects.exists()


def test_collateral_is_valued_in_the_debts_currency_once_a_day(book: Path) -> None:
    flat = "harbour,L-1,flat,1000000.50,2026-01-31"
    assert counts(take(book, COLLATERAL, flat, flat)) == (2, 2, 1, 0)
    assert counts(take(book, COLLATERAL, flat)) == (1, 1, 1, 0)
    report = take(book, COLLATERAL, flat.replace("1000000.50", "2"), flat.replace("01-31", "02-28"))
    assert counts(report) == (2, 1, 0, 1)
    assert reasons(report)[0][1:] == (
        "value",
        "this collateral is known on that day with another value: 1000000.50",
    )
    assert sorted(Collateral.objects.values_list("kind", "value_minor", "valued_on")) == [
        ("flat", 100000050, date(2026, 1, 31)),
        ("flat", 100000050, date(2026, 2, 28)),
    ]


def test_a_value_that_is_no_amount_is_rejected(book: Path) -> None:
    report = take(book, COLLATERAL, "harbour,L-1,flat,1.005,2026-01-31", "harbour,L-1,flat,-5,2026-01-31")
    assert [found[1] for found in reasons(report)] == ["value", "value"]


def test_a_file_may_be_told_what_it_is(book: Path) -> None:
    assert take(book, PARTIES, "harbour,L-1,owner,吴芳,,", file_kind="parties").accepted == 1
    with pytest.raises(ImportRefused, match="files of kind visits cannot be imported"):
        take(book, PARTIES, "harbour,L-1,owner,吴芳,,", file_kind="visits")
