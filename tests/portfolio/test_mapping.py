"""Mappings: a lender's own columns, by name, constant and expression."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from recoup.portfolio.date_formats import DateFormat, DateFormatError
from recoup.portfolio.fields import BadValue
from recoup.portfolio.layouts import layout_of
from recoup.portfolio.lines import Instalment, ReadRow, Reject, SnapshotLine
from recoup.portfolio.mapping import MappingRefused, load_mapping, mapping_from
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import open_source
from tests.needs import ROOT, shared_file
from tests.portfolio.files import written

MAPPINGS = ROOT / "examples/mappings"
TOP = 'format = "recoup/mapping@1"\n'
COLUMNS = """
[columns]
creditor = { constant = "harbour" }
debt_ref = "Loan no."
debtor_ref = "Customer"
debtor_name = "Name"
kind = { column = "Product", values = { "Personal loan" = "loan", "信用卡" = "card" } }
currency = { constant = "CNY" }
due_on = { column = "Due", date_format = "DD.MM.YYYY" }
due_principal = { column = "Principal", decimal = ",", grouping = "." }
due_fees = { feel = 'if Product = "信用卡" then 2.50 else 0' }
"""
LENDERS = "Loan no.;Customer;Name;Product;Due;Principal\n"


def rows_of(folder: Path, mapping: str, text: str, **options: object) -> list[ReadRow | Reject]:
    """The rows that a mapping makes of a file."""
    read = mapping_from(TOP + mapping)
    source = open_source(written(folder, text), read.reading)
    return list(layout_of(source, read, **options).rows(source))  # type: ignore[arg-type]


def test_a_lenders_columns_become_the_books(tmp_path: Path) -> None:
    [row] = rows_of(tmp_path, COLUMNS, LENDERS + "7;Z;周明;信用卡;01.03.2026;1.234,50\n")
    assert isinstance(row, ReadRow)
    assert row.debt is not None
    assert (row.debt.debt_ref, row.debt.debtor_name, row.debt.kind) == ("7", "周明", "card")
    assert row.line == Instalment(date(2026, 3, 1), 123450, 0, 250, "2026-03-01")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("7;Z;周明;Boat;01.03.2026;1", "Product", "the mapping has no value for Boat"),
        ("7;Z;周明;信用卡;2026/03/01;1", "Due", "not a date (DD.MM.YYYY)"),
        ("7;Z;周明;信用卡;31.02.2026;1", "Due", "not a date (DD.MM.YYYY)"),
        ("7;Z;周明;信用卡;01.03.2026;1,2,3", "Principal", "not an amount"),
        (";Z;周明;信用卡;01.03.2026;1", "Loan no.", "a value is needed"),
    ],
)
def test_a_fault_names_the_lenders_own_column(tmp_path: Path, row: str, column: str, reason: str) -> None:
    [reject] = rows_of(tmp_path, COLUMNS, LENDERS + row + "\n")
    assert isinstance(reject, Reject)
    assert reject.column == column
    assert reason in str(reject.reason)


def test_a_date_that_a_workbook_gives_in_iso_is_read_with_any_format(tmp_path: Path) -> None:
    [row] = rows_of(tmp_path, COLUMNS, LENDERS + "7;Z;周明;信用卡;2026-03-01;1\n")
    assert isinstance(row, ReadRow)
    assert isinstance(row.line, Instalment)
    assert row.line.due_on == date(2026, 3, 1)


PAYING = """
[source]
numbers = ["Late", "Paid"]
decimal = ","
[columns]
creditor = { constant = "harbour" }
debt_ref = "No"
debtor_ref = "No"
debtor_name = "Name"
kind = { constant = "card" }
currency = { constant = "CNY" }
as_of = { constant = 2026-03-31 }
balance_principal = "Owed"
days_overdue = { feel = "max(0, 30 * Late)" }
[[payments]]
when = "Paid != null and Paid != 0"
amount = "Paid"
paid_on = { constant = "2026-03-15" }
payment_ref = { feel = 'No + "-03"' }
"""


def test_payments_are_made_of_the_same_row(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, PAYING, "No;Name;Owed;Late;Paid\n1;Zhou;10,50;2;5,25\n2;Wu;-3;0;0\n3;Wei;1;0;\n")
    assert [row.line for row in rows if isinstance(row, ReadRow)] == [
        SnapshotLine(date(2026, 3, 31), 1050, 0, 0, 60),
        SnapshotLine(date(2026, 3, 31), -300, 0, 0, 0),
        SnapshotLine(date(2026, 3, 31), 100, 0, 0, 0),
    ]
    [payment] = [payment for row in rows if isinstance(row, ReadRow) for payment in row.payments]
    assert (payment.debt_ref, payment.amount_minor, payment.ref) == ("1", 525, "1-03")


def test_a_bad_payment_rejects_its_row(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, PAYING, "No;Name;Owed;Late;Paid\n1;Zhou;10;0;-5\n2;Wu;10;x;5\n")
    assert [(row.column, str(row.reason)) for row in rows if isinstance(row, Reject)] == [
        ("Paid", "-5 is negative"),
        ("Late", "x is not a number"),
    ]


def test_the_date_given_wins_over_the_mappings_constant(tmp_path: Path) -> None:
    [row] = rows_of(tmp_path, PAYING, "No;Name;Owed;Late;Paid\n1;Zhou;10;0;0\n", as_of=date(2026, 4, 30))
    assert isinstance(row, ReadRow)
    assert isinstance(row.line, SnapshotLine)
    assert row.line.as_of == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("format =", "is not TOML"),
        ("[columns]", 'must begin with: format = "recoup/mapping@1"'),
        (TOP, "has no [columns]"),
        (TOP + "colums = {}", "unknown key colums"),
        (TOP + 'file = "boats"\n[columns]', "is none of book"),
        (TOP + '[columns]\nboat = "x"', "the book has no column boat"),
        (TOP + "[columns]\ncreditor = 1", "columns.creditor: a table is expected"),
        (TOP + "[columns]\ncreditor = {}", "columns.creditor: give one of"),
        (TOP + '[columns]\ncreditor = { column = "a", feel = "b" }', "columns.creditor: give one of"),
        (TOP + "[columns]\ncreditor = { constant = 1.5 }", "a constant is"),
        (TOP + '[columns]\ncreditor = { column = "a", size = 3 }', "unknown key size"),
        (TOP + '[columns]\ndue_on = { column = "a", date_format = "MM/DD" }', "must hold YYYY"),
        (TOP + '[columns]\ndue_fees = { column = "a", decimal = ";" }', "decimal is"),
        (TOP + '[source]\ndelimiter = "|"\n[columns]\ncreditor = "a"', "delimiter is a comma"),
        (TOP + COLUMNS + '[[payments]]\namount = "x"', "payments 1: paid_on, payment_ref is missing"),
        (TOP + COLUMNS + '[[payments]]\nreverses = "x"', "no column reverses"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        mapping_from(text)
    assert says in str(refused.value)


def test_a_mapping_that_does_not_fit_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="columns are missing: Principal"):
        rows_of(tmp_path, COLUMNS, "Loan no.;Customer;Name;Product;Due\n")
    with pytest.raises(MappingRefused, match=r"columns\.due_fees: column 4: unknown name 'Produkt'"):
        rows_of(tmp_path, COLUMNS.replace("if Product", "if Produkt"), LENDERS)
    with pytest.raises(FileRefused, match="columns are missing: due_on"):
        rows_of(tmp_path, COLUMNS.replace("due_on", "opened_on"), LENDERS)


def test_an_expression_that_gives_no_plain_value_rejects_the_row(tmp_path: Path) -> None:
    [reject] = rows_of(tmp_path, COLUMNS.replace("2.50", "[1, 2]"), LENDERS + "7;Z;周明;信用卡;01.03.2026;1\n")
    assert isinstance(reject, Reject)
    assert (reject.column, str(reject.reason)) == ("due_fees", "the mapping's expression gives no plain value here")


@pytest.mark.parametrize(
    ("written_as", "text", "day"),
    [
        ("YYYY/MM/DD", "2026/03/01", date(2026, 3, 1)),
        ("D.M.YYYY", "1.3.2026", date(2026, 3, 1)),
        ("YYYY年M月D日", "2026年3月1日", date(2026, 3, 1)),
        ("ROC/MM/DD", "115/03/01", date(2026, 3, 1)),
        ("YYYYMMDD", "20260301", date(2026, 3, 1)),
        ("MM-DD-YYYY", "02-30-2026", None),
        ("MM-DD-YYYY", "2-3-2026", None),
        ("YYYY.MM.DD", "2026x03x01", None),  # the full stop is a full stop
    ],
)
def test_dates_are_read_as_their_format_says(written_as: str, text: str, day: date | None) -> None:
    if day is not None:
        assert DateFormat(written_as).read(text) == day
        return
    with pytest.raises(BadValue):
        DateFormat(written_as).read(text)


@pytest.mark.parametrize("written_as", ["", "YYYY/MM", "YYYY/MM/DD/DD", "ROC YYYY MM DD"])
def test_a_date_format_needs_year_month_and_day_once(written_as: str) -> None:
    with pytest.raises(DateFormatError):
        DateFormat(written_as)


def test_the_shipped_mappings_can_be_read() -> None:
    assert {path.name for path in MAPPINGS.glob("*.toml")} >= {"taiwan_default.toml", "template.toml"}
    for path in MAPPINGS.glob("*.toml"):
        load_mapping(path)


def test_the_taiwan_file_becomes_thirty_thousand_snapshots() -> None:
    mapping = load_mapping(MAPPINGS / "taiwan_default.toml")
    source = open_source(shared_file("data/taiwan_default.csv.gz"), mapping.reading)
    rows = [row for row in layout_of(source, mapping).rows(source) if isinstance(row, ReadRow)]
    lines = [row.line for row in rows if isinstance(row.line, SnapshotLine)]
    paid = Counter(payment.paid_on.isoformat() for row in rows for payment in row.payments)
    assert (len(lines), sum(paid.values())) == (30_000, 143_103)
    assert {line.as_of for line in lines} == {date(2005, 10, 1)}
    assert sum(line.principal_minor < 0 for line in lines) == 590
    assert sorted(paid) == ["2005-04-30", "2005-05-31", "2005-06-30", "2005-07-31", "2005-08-31", "2005-09-30"]
