"""The files of the demonstration are files that the product reads, every row of them."""

from __future__ import annotations

import csv
from pathlib import Path

from recoup.demo.branch import write_files
from recoup.demo.debts import book_of
from recoup.demo.files import PAYMENT_COLUMNS, payment_rows, write_rows
from recoup.portfolio.columns import file_kind_of
from recoup.portfolio.rows import BookReader, PaymentReader
from tests.demo.books import SMALL, TODAY, whole_book


def cells_of(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    return header, rows


def test_every_row_of_the_whole_book_can_be_read(tmp_path: Path) -> None:
    from recoup.demo.lenders import LENDERS

    read = 0
    for path, payments in write_files(tmp_path, whole_book(), LENDERS):
        header, rows = cells_of(path)
        assert file_kind_of(header).name == "book"
        reader = BookReader(header)
        read += len([reader(row) for row in rows])
        if payments is not None:
            header, rows = cells_of(payments)
            assert file_kind_of(header).name == "payments"
            pay = PaymentReader(header)
            read += len([pay(row) for row in rows])
    assert read > 50_000


def test_reversals_name_the_payment_that_they_undo() -> None:
    rows = list(payment_rows(whole_book()))
    refs = {(row["creditor"], row["payment_ref"]): row for row in rows if not row["reverses"]}
    undone = [row for row in rows if row["reverses"]]
    assert undone
    for row in undone:
        payment = refs[row["creditor"], row["reverses"]]
        assert payment["amount"] == row["amount"]
        assert payment["paid_on"] <= row["paid_on"]


def test_each_creditor_sends_a_book_and_payments(tmp_path: Path) -> None:
    files = list(write_files(tmp_path, book_of(1, TODAY, SMALL), SMALL))
    assert sum(payments is not None for _, payments in files) == len(SMALL)
    assert sum("cards" in path.name for path, _ in files) > 6


def test_columns_that_nobody_fills_are_left_out(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "few.csv", PAYMENT_COLUMNS, [{"creditor": "A", "debt_ref": "1"}])
    assert path.read_text(encoding="utf-8").splitlines() == ["creditor,debt_ref", "A,1"]
