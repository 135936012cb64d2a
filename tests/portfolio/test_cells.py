"""Formulas in cells: defused on the way out, restored on the way in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.portfolio.cells import escape_cell, is_dangerous, unescape_cell


@pytest.mark.parametrize(
    ("cell", "escaped"),
    [
        ('=HYPERLINK("http://example.com")', '\'=HYPERLINK("http://example.com")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+86 138 5550 0142", "'+86 138 5550 0142"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),  # full width, which East Asian spreadsheets read as a formula
        ("'=1", "''=1"),  # so that undoing gives back what was there
        ("-12.50", "-12.50"),  # a plain number is harmless
        ("+8613855500142", "+8613855500142"),
        ("'-12", "'-12"),
        ("周明", "周明"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_formula_is_defused_and_a_number_left_alone(cell: str, escaped: str) -> None:
    assert escape_cell(cell) == escaped
    assert unescape_cell(escaped) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n1.a＝"), max_size=6))
def test_undoing_gives_back_every_cell(cell: str) -> None:
    assert unescape_cell(escape_cell(cell)) == cell


@given(st.text(st.sampled_from("=+-@\t\r\n1.a＝"), max_size=6))
def test_no_exported_cell_begins_like_a_formula(cell: str) -> None:
    escaped = escape_cell(cell)
    assert escaped[:1] == "'" or not is_dangerous(escaped)
