"""Payments and what undoes them: each once, on its own debt, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recoup.book.imports import import_file, operations
from recoup.book.models import DebtFacts, Posting
from tests.book.book_content import content
from tests.book.lenders_files import (
    AT,
    BOOK,
    PAYMENTS,
    SNAPSHOT,
    WU_1,
    ZHOU_1,
    ZHOU_2,
    ZHOUS_CARD,
    counts,
    reasons,
    sent,
    take,
    with_cells,
)

pytestmark = pytest.mark.django_db

PAID = "harbour,L-1,2026-09-05,50.00,CNY,P-1,transfer,"
UNDONE = "harbour,L-1,2026-09-08,50.00,CNY,R-1,,P-1"


def paid(**cells: str) -> str:
    """Zhou's payment with some cells changed."""
    return with_cells(PAID, PAYMENTS, **cells)


def undone(**cells: str) -> str:
    """What undoes Zhou's payment, with some cells changed."""
    return with_cells(UNDONE, PAYMENTS, **cells)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Zhou owes Harbour on L-1 and on a card; Wu owes Jade on another L-1."""
    take(tmp_path, BOOK, ZHOU_1, ZHOU_2, WU_1)
    take(tmp_path, SNAPSHOT, ZHOUS_CARD)
    return tmp_path


def postings() -> list[tuple[object, ...]]:
    """Everything posted that is no instalment."""
    rows = Posting.objects.exclude(kind="due").order_by("ref")
    return list(rows.values_list("debt__ref", "kind", "dated_on", "amount_minor", "ref", "reverses__ref"))


def test_a_payment_is_posted_on_its_debt(book: Path) -> None:
    report = take(book, PAYMENTS, PAID)
    assert counts(report) == (1, 1, 0, 0)
    assert (report.debts, report.debtors, report.payments) == (1, 1, 1)
    assert postings() == [("L-1", "payment", date(2026, 9, 5), 5000, "P-1", None)]
    assert Posting.objects.get(ref="P-1").method == "transfer"
    assert DebtFacts.objects.get(debt__ref="L-1", debt__creditor__code="harbour").owed_minor == 16000


def test_payments_come_with_their_book(tmp_path: Path) -> None:
    payments = sent(tmp_path, PAYMENTS, PAID, paid(payment_ref="P-2"), name="payments.csv")
    report = take(tmp_path, BOOK, ZHOU_1, ZHOU_2, payments=payments)
    assert (report.rows, report.accepted, report.debts, report.debtors, report.payments) == (4, 4, 1, 1, 2)
    assert [(file["file"], file["rows"]) for file in report.files] == [("file.csv", 2), ("payments.csv", 2)]
    again = take(tmp_path, BOOK, ZHOU_1, ZHOU_2, payments=payments)
    assert (again.accepted, again.repeated, again.payments) == (4, 4, 2)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"debt_ref": "L-9"}, "debt_ref", "no debt L-9 is known"),
        ({"creditor": "nobody"}, "creditor", "no creditor nobody is known"),
        ({"creditor": ""}, "debt_ref", "several creditors have a debt L-1: name the creditor"),
        ({"currency": "USD"}, "currency", "the debt is kept in CNY"),
        ({"amount": "-1"}, "amount", "-1 is negative"),
        ({"amount": "60.00", "payment_ref": "P-0"}, "payment_ref", "payment 2026-09-05 50.00"),
        ({"paid_on": "2026-09-06", "payment_ref": "P-0"}, "payment_ref", "known with other content"),
        ({"debt_ref": "C-1", "payment_ref": "P-0"}, "payment_ref", "known with other content"),
        ({"reverses": "P-9"}, "reverses", "no payment P-9 is known"),
    ],
)
def test_a_payment_that_cannot_be_posted_is_rejected(
    book: Path, cells: dict[str, str], column: str, reason: str
) -> None:
    take(book, PAYMENTS, paid(payment_ref="P-0"))
    [(row, found, said)] = reasons(take(book, PAYMENTS, paid(**cells)))
    assert (row, found) == ("2", column)
    assert reason in said
    assert len(postings()) == 1


def test_a_creditor_may_be_left_out_where_the_reference_tells(book: Path) -> None:
    assert take(book, PAYMENTS, paid(creditor="", debt_ref="C-1")).accepted == 1
    assert take(book, PAYMENTS.removeprefix("creditor,"), "C-1,2026-09-06,1,CNY,P-2,,").accepted == 1
    assert [row[0] for row in postings()] == ["C-1", "C-1"]


def test_the_same_reference_of_two_creditors_is_two_payments(book: Path) -> None:
    report = take(book, PAYMENTS, PAID, paid(creditor="jade", currency="HKD"))
    assert counts(report) == (2, 2, 0, 0)
    assert len(postings()) == 2


def test_payments_repeat_without_effect(book: Path) -> None:
    take(book, PAYMENTS, PAID, PAID)
    before = content()
    assert counts(take(book, PAYMENTS, PAID, PAID)) == (2, 2, 2, 0)
    assert content() == before


@pytest.mark.parametrize("chunk_rows", [1, 10_000])
@pytest.mark.parametrize("rows", [(PAID, UNDONE), (UNDONE, PAID)])
def test_a_payment_is_undone_wherever_it_stands_in_the_file(
    book: Path, monkeypatch: pytest.MonkeyPatch, rows: tuple[str, str], chunk_rows: int
) -> None:
    monkeypatch.setattr(operations, "CHUNK_ROWS", chunk_rows)
    report = take(book, PAYMENTS, *rows)
    assert (counts(report), report.payments) == ((2, 2, 0, 0), 1)
    assert postings() == [
        ("L-1", "payment", date(2026, 9, 5), 5000, "P-1", None),
        ("L-1", "reversal", date(2026, 9, 8), 5000, "R-1", "P-1"),
    ]
    assert DebtFacts.objects.get(debt__ref="L-1", debt__creditor__code="harbour").owed_minor == 21000
    assert counts(take(book, PAYMENTS, *rows)) == (2, 2, 2, 0)


def test_a_reversal_needs_no_amount(book: Path) -> None:
    assert take(book, PAYMENTS, PAID, undone(amount="")).accepted == 2
    assert postings()[1][3] == 5000


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"reverses": "P-9"}, "reverses", "no payment P-9 is known"),
        ({"amount": "49.99"}, "amount", "the payment P-1 is of 50.00"),
        ({"debt_ref": "C-1"}, "debt_ref", "the payment P-1 was made on another debt"),
        ({"paid_on": "2026-09-04"}, "paid_on", "the payment P-1 was made later, on 2026-09-05"),
        ({"payment_ref": "R-2"}, "reverses", "the payment P-1 is undone already"),
        ({"paid_on": "2026-09-09"}, "payment_ref", "the reference R-1 is known with other content"),
        ({"payment_ref": "P-1"}, "payment_ref", "the reference P-1 is known with other content"),
        ({"payment_ref": "R-3", "reverses": "R-1"}, "reverses", "no payment R-1 is known"),
        ({"creditor": "jade", "currency": "HKD"}, "reverses", "no payment P-1 is known"),
    ],
)
def test_a_reversal_that_cannot_be_is_rejected(book: Path, cells: dict[str, str], column: str, reason: str) -> None:
    take(book, PAYMENTS, PAID, UNDONE)
    [(_, found, said)] = reasons(take(book, PAYMENTS, undone(**cells)))
    assert found == column
    assert reason in said
    assert len(postings()) == 2


def test_a_payment_cannot_take_a_reference_that_undoes(book: Path) -> None:
    take(book, PAYMENTS, PAID, UNDONE)
    assert take(book, PAYMENTS, paid(payment_ref="R-1")).rejected == 1
    assert [row[4] for row in postings()] == ["P-1", "R-1"]


def test_payments_up_to_a_snapshot_are_history(book: Path) -> None:
    take(book, PAYMENTS, paid(creditor="", debt_ref="C-1", paid_on="2026-10-31"))
    assert DebtFacts.objects.get(debt__ref="C-1").owed_minor == 25000
    take(book, PAYMENTS, paid(creditor="", debt_ref="C-1", paid_on="2026-11-01", payment_ref="P-2"))
    assert DebtFacts.objects.get(debt__ref="C-1").owed_minor == 20000


MAPPING = """
format = "recoup/mapping@1"
[columns]
creditor = { constant = "harbour" }
debt_ref = "No"
debtor_ref = "No"
debtor_name = "Name"
kind = { constant = "card" }
currency = { constant = "CNY" }
as_of = { constant = "2026-10-31" }
balance_principal = "Owed"
days_overdue = { constant = 0 }
[[payments]]
when = "Paid != null"
amount = "Paid"
paid_on = { constant = "2026-10-15" }
payment_ref = { feel = 'No + "-10"' }
"""


def test_a_mapped_row_is_taken_with_its_payments_or_not_at_all(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    report = take(tmp_path, "No,Name,Owed,Paid", "1,Zhou,10,5", "2,Wu,20,", "3,Wei,30,-1", mapping=mapping)
    assert (counts(report), report.payments, report.debts) == ((3, 2, 0, 1), 1, 2)
    again = take(tmp_path, "No,Name,Owed,Paid", "1,Zhou,10,6", "2,Wu,20,", "4,Lan,5,5", mapping=mapping)
    assert counts(again) == (3, 2, 1, 1)
    assert [row[4] for row in postings()] == ["1-10", "4-10"]


def test_a_mapping_of_payments_is_for_the_payments_file(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'format = "recoup/mapping@1"\nfile = "payments"\n[columns]\ncreditor = { constant = "harbour" }\n'
        'debt_ref = "No"\npaid_on = "Day"\namount = "Sum"\ncurrency = { constant = "CNY" }\npayment_ref = "Slip"\n'
    )
    payments = sent(tmp_path, "No,Day,Sum,Slip", "L-1,2026-09-05,50,P-1", name="payments.csv")
    assert take(tmp_path, BOOK, ZHOU_1, payments=payments, mapping=mapping).payments == 1
    assert import_file(payments, mapping=mapping, at=AT).repeated == 1
