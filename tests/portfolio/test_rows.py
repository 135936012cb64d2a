"""Rows of every kind of file: what is taken, and the column and reason of what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.domain.money import decimal_text
from recoup.portfolio.fields import BadValue, amount_reader, balance_reader, email_is_doubtful, phone_is_doubtful
from recoup.portfolio.layouts import Layout, layout_of
from recoup.portfolio.lines import CollateralLine, Instalment, PartyLine, PaymentLine, ReadRow, Reject, SnapshotLine
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import open_source
from tests.portfolio.files import BOOK, HEADER, ZHOU, written


def read(folder: Path, text: str, **options: object) -> tuple[Layout, list[ReadRow | Reject]]:
    """The layout and the rows of a file."""
    source = open_source(written(folder, text))
    layout = layout_of(source, **options)  # type: ignore[arg-type]
    return layout, list(layout.rows(source))


def faults(folder: Path, text: str, **options: object) -> list[tuple[int, str, str]]:
    """Row, column and reason of each reject."""
    _, rows = read(folder, text, **options)
    return [(row.number, row.column, str(row.reason)) for row in rows if isinstance(row, Reject)]


def with_columns(**cells: str) -> str:
    """The book of Zhou's one instalment with some of its columns changed, or more of them."""
    names, values = HEADER.split(","), ZHOU.split(",")
    row = {**dict(zip(names, values, strict=True)), **cells}
    return ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n"


def test_an_instalment_is_read_into_minor_units(tmp_path: Path) -> None:
    text = with_columns(due_interest="1.5", due_fees="", instalment_no="7", annual_rate="0.18", opened_on="2026-01-01")
    _, [row] = read(tmp_path, text)
    assert isinstance(row, ReadRow)
    assert row.line == Instalment(date(2026, 3, 1), 10000, 150, 0, "7")
    assert row.debt is not None
    assert (row.debt.debtor_name, row.debt.kind, row.debt.annual_rate) == ("周明", "loan", "0.180000")


def test_an_instalment_without_a_number_goes_by_its_date(tmp_path: Path) -> None:
    _, [row] = read(tmp_path, BOOK)
    assert isinstance(row, ReadRow)
    assert isinstance(row.line, Instalment)
    assert row.line.number == "2026-03-01"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("due_on", "2026-02-29", "not a date"),  # no leap year
        ("due_on", "2026-2-3", "not a date"),
        ("due_on", "20260203", "not a date"),
        ("due_on", "0202-02-03", "outside the years"),
        ("due_on", "2200-01-01", "outside the years"),
        ("due_on", "", "a value is needed"),
        ("due_principal", "", "a value is needed"),
        ("due_principal", "-1", "negative"),
        ("due_principal", "1,000.00", "not an amount"),
        ("due_principal", "1e3", "not an amount"),
        ("due_principal", "１００", "not an amount"),  # full width
        ("due_principal", "NaN", "not an amount"),
        ("due_principal", "1.005", "more decimals than CNY has (2)"),
        ("due_principal", "10000000000000.01", "larger than Recoup can keep"),
        ("due_principal", "9" * 400, "larger than Recoup can keep"),
        ("due_interest", "-0.01", "negative"),
        ("due_fees", "x", "not an amount"),
        ("currency", "XYZ", "not a currency"),
        ("currency", "", "a value is needed"),
        ("kind", "mortgage", "none of card, loan"),
        ("creditor", " ", "a value is needed"),
        ("debt_ref", "", "a value is needed"),
        ("debt_ref", "x" * 121, "longer than 120"),
        ("debtor_name", "", "a value is needed"),
        ("debtor_name", "Zhou\x07", "control character"),
        ("opened_on", "yesterday", "not a date"),
        ("annual_rate", "18%", "not a yearly rate"),
        ("country", "ZZ", "not a country code"),
        ("time_zone", "Mars/Base", "not a time zone"),
        ("time_zone", "../etc/passwd", "not a time zone"),
        ("language", "Chinese (simplified)", "not a language tag"),
        ("instalment_no", "x" * 41, "longer than 40"),
        ("card_ending", "1234", "no such particular"),  # Zhou's debt is a loan
        ("term_months", "twelve", "not a whole number"),
    ],
)
def test_a_bad_cell_rejects_its_row_with_column_and_reason(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    [(number, found_column, found_reason)] = faults(tmp_path, with_columns(**{column: cell}))
    assert (number, found_column) == (2, column)
    assert reason in found_reason


@pytest.mark.parametrize(
    ("column", "cell", "field", "kept"),
    [
        ("currency", "cny", "currency", "CNY"),
        ("kind", "Loan", "kind", "loan"),
        ("country", "cn", "country", "CN"),
        ("language", "zh_Hans", "language", "zh-Hans"),
        ("time_zone", "Asia/Shanghai", "time_zone", "Asia/Shanghai"),
        ("debtor_name", "  Zhou  ", "debtor_name", "Zhou"),
        ("phone", "ask his sister", "phone", "ask his sister"),
        ("annual_rate", "18", "annual_rate", "18.000000"),
        ("term_months", "12", "particulars", {"term_months": 12}),
    ],
)
def test_what_can_be_kept_is_kept(tmp_path: Path, column: str, cell: str, field: str, kept: object) -> None:
    _, [row] = read(tmp_path, with_columns(**{column: cell}))
    assert isinstance(row, ReadRow)
    assert getattr(row.debt, field) == kept


@pytest.mark.parametrize(
    ("phone", "doubtful"),
    [
        ("+86 138 5550 0142", False),
        ("(021) 5550-0142 转 12", True),  # begins with a bracket: somebody should look at it
        ("021-5550 0142 转 12", False),
        ("5550", True),
        ("13855500142;13855500143", True),
        ("ask his sister", True),
        ("", False),
    ],
)
def test_a_doubtful_phone_is_marked_and_kept(tmp_path: Path, phone: str, doubtful: bool) -> None:
    _, [row] = read(tmp_path, with_columns(phone=phone))
    assert isinstance(row, ReadRow)
    assert row.debt is not None
    assert (row.debt.phone, row.debt.phone_doubtful) == (phone, doubtful)
    assert phone_is_doubtful(phone) is doubtful


def test_an_address_without_a_dot_or_an_at_sign_is_doubtful() -> None:
    assert [email_is_doubtful(text) for text in ("", "zhou@example.com", "zhou@example", "zhou")] == [
        False,
        False,
        True,
        True,
    ]


def test_faults_name_their_own_rows_and_leave_the_others(tmp_path: Path) -> None:
    text = BOOK + "\n" + ZHOU.replace("100.00", "x") + "\n" + ZHOU + ",one,two\n" + "Harbour,L-2\n" + ZHOU + "\n"
    assert faults(tmp_path, text) == [
        (4, "due_principal", "x is not an amount (digits, a full stop, no separators)"),
        (5, "", "the row has 10 cells, the first row has 8; left over: one | two"),
        (6, "", "the row has 2 cells, the first row has 8"),
    ]


SNAPSHOT = "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,as_of,balance_principal,days_overdue"
ZHOUS_CARD = "Harbour,C-1,Z-1,周明,card,CNY,2026-03-01,-12.50,0"


def test_a_snapshot_may_be_a_credit(tmp_path: Path) -> None:
    _, [row] = read(tmp_path, f"{SNAPSHOT}\n{ZHOUS_CARD}\n")
    assert isinstance(row, ReadRow)
    assert row.line == SnapshotLine(date(2026, 3, 1), -1250, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("days_overdue", "-1", "whole number"),
        ("days_overdue", "1.5", "whole number"),
        ("days_overdue", "", "a value is needed"),
        ("days_overdue", "999999999999999999", "whole number"),
        ("as_of", "2026-02-30", "not a date"),
        ("as_of", "", "a value is needed"),
        ("balance_principal", "", "a value is needed"),
        ("past_due", "-5", "negative"),
        ("next_due_on", "soon", "not a date"),
    ],
)
def test_a_bad_snapshot_is_rejected(tmp_path: Path, name: str, cell: str, reason: str) -> None:
    names = [*SNAPSHOT.split(","), "past_due", "next_due_on"]
    row = {**dict(zip(names, [*ZHOUS_CARD.split(","), "", ""], strict=True)), name: cell}
    [(_, column, found)] = faults(tmp_path, ",".join(names) + "\n" + ",".join(row.values()) + "\n")
    assert column == name
    assert reason in found


def test_the_date_given_fills_snapshots_that_have_none(tmp_path: Path) -> None:
    text = f"{SNAPSHOT}\n{ZHOUS_CARD}\n{ZHOUS_CARD.replace('2026-03-01', '')}\n"
    _, rows = read(tmp_path, text, as_of=date(2026, 4, 1))
    assert [row.line.as_of for row in rows if isinstance(row, ReadRow) and isinstance(row.line, SnapshotLine)] == [
        date(2026, 3, 1),
        date(2026, 4, 1),
    ]


def test_a_file_may_hold_schedules_and_snapshots_row_by_row(tmp_path: Path) -> None:
    header = f"{SNAPSHOT},due_on,due_principal"
    lines = [
        f"{ZHOUS_CARD},,",
        "Harbour,L-1,Z-1,周明,loan,CNY,,,,2026-03-01,100",
        f"{ZHOUS_CARD},2026-03-01,100",
        "Harbour,L-1,Z-1,周明,loan,CNY,,,,,",
    ]
    _, rows = read(tmp_path, "\n".join([header, *lines]))
    kinds = [type(row.line) for row in rows if isinstance(row, ReadRow)]
    assert kinds == [SnapshotLine, Instalment]
    assert [str(row.reason) for row in rows if isinstance(row, Reject)] == [
        "the row has both a due date and a balance: a debt has a schedule or snapshots",
        "the row has neither a due date nor a balance",
    ]


PAYMENTS = "creditor,debt_ref,paid_on,amount,currency,payment_ref,method,reverses"


def test_payments_and_reversals_are_read(tmp_path: Path) -> None:
    text = f"{PAYMENTS}\n,L-1,2026-03-05,10,CNY,P-1,transfer,\n,L-1,2026-03-06,,CNY,R-1,,P-1\n"
    layout, rows = read(tmp_path, text)
    assert layout.file_kind == "payments"
    assert [row.payments[0] for row in rows if isinstance(row, ReadRow)] == [
        PaymentLine("", "L-1", date(2026, 3, 5), 1000, "CNY", "P-1", "transfer", ""),
        PaymentLine("", "L-1", date(2026, 3, 6), None, "CNY", "R-1", "", "P-1"),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",,2026-03-05,10,CNY,P-1,,", "debt_ref"),
        (",L-1,2026-13-05,10,CNY,P-1,,", "paid_on"),
        (",L-1,2026-03-05,-10,CNY,P-1,,", "amount"),
        (",L-1,2026-03-05,,CNY,P-1,,", "amount"),
        (",L-1,2026-03-05,10,RMB,P-1,,", "currency"),
        (",L-1,2026-03-05,10,CNY,,,", "payment_ref"),
    ],
)
def test_a_bad_payment_is_rejected(tmp_path: Path, row: str, column: str) -> None:
    assert [found for _, found, _ in faults(tmp_path, f"{PAYMENTS}\n{row}\n")] == [column]


def test_parties_and_collateral_are_read(tmp_path: Path) -> None:
    layout, [row] = read(tmp_path, "debt_ref,role,name,phone\nL-1,Guarantor,吴芳,+86 138 5550 0143\n")
    assert (layout.file_kind, isinstance(row, ReadRow) and row.line) == (
        "parties",
        PartyLine("", "L-1", "guarantor", "吴芳", "+86 138 5550 0143"),
    )
    layout, [row] = read(tmp_path, "debt_ref,kind,value,valued_on\nL-1,flat,1000000,2026-01-31\n")
    assert (layout.file_kind, isinstance(row, ReadRow) and row.line) == (
        "collateral",
        CollateralLine("", "L-1", "flat", "1000000", date(2026, 1, 31)),
    )
    assert faults(tmp_path, "debt_ref,role,name\nL-1,uncle,吴芳\n")[0][1] == "role"


@pytest.mark.parametrize(
    ("header", "options", "says"),
    [
        ("creditor,debt_ref,debtor_ref,debtor_name,kind,due_on,due_principal", {}, "columns are missing: currency"),
        ("creditor,debt_ref,debtor_ref,debtor_name,kind,currency", {}, "columns are missing: due_on, due_principal"),
        (SNAPSHOT.replace("as_of,", ""), {}, "a snapshot needs its date"),
        (SNAPSHOT.replace(",days_overdue", ""), {}, "columns are missing: days_overdue"),
        ("debt_ref,paid_on,amount", {}, "columns are missing: currency, payment_ref"),
        ("name,address", {}, "fit no file that Recoup knows"),
        (HEADER, {"file_kind": "applications"}, "files of kind applications cannot be imported"),
        (HEADER, {"file_kind": "payments"}, "columns are missing: paid_on"),
    ],
)
def test_a_file_without_its_columns_is_refused(
    tmp_path: Path, header: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, header + "\n", **options)
    assert says in str(refused.value)


def test_columns_go_by_name_in_any_order_and_case(tmp_path: Path) -> None:
    _, [row] = read(tmp_path, " Due_Principal ,DUE_ON,creditor,debt_ref,debtor_ref,debtor_name,kind,currency\n"
                              "5,2026-03-01,Harbour,L-1,Z-1,Zhou,loan,CNY\n")  # fmt: skip
    assert isinstance(row, ReadRow)
    assert row.line == Instalment(date(2026, 3, 1), 500, 0, 0, "2026-03-01")


def test_columns_that_nothing_reads_are_told(tmp_path: Path) -> None:
    layout, _ = read(tmp_path, f"{HEADER},hobby,,reject_row,reject_column,reject_reason\n{ZHOU},chess,x,2,kind,why\n")
    assert layout.unused == ("hobby", "(column 10)")


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_every_amount_that_can_be_written_is_read_back(minor: int, currency: str) -> None:
    assert balance_reader(currency)(decimal_text(minor, currency)) == minor


@given(st.text("0123456789.,-+e ", max_size=12))
def test_an_amount_is_exact_or_refused(text: str) -> None:
    try:
        minor = amount_reader("CNY")(text)
    except BadValue:
        return
    assert Decimal(minor).scaleb(-2) == Decimal(text.strip())
