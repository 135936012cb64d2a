"""A first look at a file: its shape, what its columns may mean, and a mapping made of that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.portfolio.columns import FILE_KINDS
from recoup.portfolio.headers import NAMES, guess_columns
from recoup.portfolio.mapping import Entry, Mapping, PaymentSection, mapping_from
from recoup.portfolio.preview import guessed_entries, mapping_to_toml, preview_file
from recoup.portfolio.reasons import FileRefused
from recoup.portfolio.sources import Reading
from tests.needs import ROOT
from tests.portfolio.files import BOOK, HEADER, ZHOU, written

BOOK_COLUMNS = FILE_KINDS["book"].columns


def test_a_book_is_shown_with_its_first_rows_and_their_faults(tmp_path: Path) -> None:
    text = BOOK + ZHOU.replace("100.00", "-1") + "\n" + ZHOU * 30
    preview = preview_file(written(tmp_path, text.encode("gb18030")), limit=2)
    assert (preview.encoding, preview.delimiter, preview.file_kind) == ("gb18030", ",", "book")
    assert [number for number, _ in preview.sample] == [2, 3]
    assert [(fault.number, fault.column) for fault in preview.faults] == [(3, "due_principal")]
    assert preview.problem is None
    assert {guess.confidence for guess in preview.guesses} == {1.0}


def test_a_file_that_needs_a_mapping_says_what_is_missing_and_what_is_meant(tmp_path: Path) -> None:
    preview = preview_file(written(tmp_path, "借据号;客户姓名;手机号码;逾期天数;欠款余额(元);备注\n1;周明;138;3;10;\n"))
    assert "columns are missing" in str(preview.problem) or "fit no file" in str(preview.problem)
    assert {guess.source: guess.column for guess in preview.guesses} == {
        "借据号": "debt_ref",
        "客户姓名": "debtor_name",
        "手机号码": "phone",
        "逾期天数": "days_overdue",
        "欠款余额(元)": "balance_principal",
    }


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Loan No.", "Customer ID", "Borrower", "Due Date", "Mobile"],
         ["debt_ref", "debtor_ref", "debtor_name", "due_on", "phone"]),
        (["貸款編號", "客戶編號", "戶名", "幣別", "到期日", "應還本金"],
         ["debt_ref", "debtor_ref", "debtor_name", "currency", "due_on", "due_principal"]),
        (["保证人", "保证人电话", "联系电话"], ["guarantor_name", "guarantor_phone", "phone"]),
        (["Curency", "DPD"], ["currency", "days_overdue"]),  # a slip of the pen
        (["hobby", "", "备注"], []),
    ],
)  # fmt: skip
def test_headers_are_understood_in_three_writings(headers: list[str], columns: list[str]) -> None:
    assert [guess.column for guess in guess_columns(headers, BOOK_COLUMNS)] == columns


def test_every_header_named_means_a_column_that_exists() -> None:
    assert set(NAMES) <= set().union(*(kind.columns for kind in FILE_KINDS.values()))


def test_a_mapping_made_of_guesses_imports_the_file(tmp_path: Path) -> None:
    text = "贷款编号,客户编号,姓名,到期日,应还本金\n1,Z,周明,2026/03/01,100\n"
    path = written(tmp_path, text)
    entries = guessed_entries(preview_file(path).guesses)
    entries |= {
        name: Entry(constant=value) for name, value in (("creditor", "h"), ("kind", "loan"), ("currency", "CNY"))
    }
    entries["due_on"] = Entry(column="到期日", date_format="YYYY/MM/DD")
    mapping = mapping_from(mapping_to_toml(Mapping(columns=entries, title='周 "quoted" \x7f')))
    preview = preview_file(path, mapping)
    assert (preview.problem, preview.faults, preview.unused) == (None, (), ())


def test_a_mapping_that_does_not_fit_is_told_not_raised(tmp_path: Path) -> None:
    mapping = mapping_from('format = "recoup/mapping@1"\n[columns]\ndebt_ref = { feel = "1 +" }')
    assert "columns.debt_ref: column 4" in str(preview_file(written(tmp_path, BOOK), mapping).problem)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        preview_file(written(tmp_path, b"%PDF-1.7"))


@pytest.mark.parametrize("name", ["taiwan_default.toml", "template.toml"])
def test_a_shipped_mapping_survives_being_written_again(name: str) -> None:
    mapping = mapping_from((ROOT / "examples/mappings" / name).read_text())
    assert mapping_from(mapping_to_toml(mapping)) == mapping


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(
    st.dictionaries(st.sampled_from(sorted(BOOK_COLUMNS)), texts, min_size=1), texts, st.sampled_from(["", ";", "\t"])
)
def test_any_mapping_survives_being_written(columns: dict[str, str], text: str, delimiter: str) -> None:
    mapping = Mapping(
        columns={name: Entry(column=column, values={text: text}) for name, column in columns.items()},
        payments=(PaymentSection({"paid_on": Entry(constant=text), "amount": Entry(feel=text),
                                  "payment_ref": Entry(column=text, decimal=",", grouping=".")}, when=text),),
        title=text,
        reading=Reading(delimiter=delimiter, sheet=text),
    )  # fmt: skip
    assert mapping_from(mapping_to_toml(mapping)) == mapping


def test_the_header_of_the_book_means_itself() -> None:
    guesses = guess_columns(HEADER.split(","), BOOK_COLUMNS)
    assert [guess.column for guess in guesses] == HEADER.split(",")
