"""Cells of decision tables: when a value passes."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.tables.feel import FeelError, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("-", None, True),
        ("-", 5, True),
        ("<= 3", 3, True),
        ("<= 3", 4, False),
        ("<= 3", None, None),
        ("[1..7]", 1, True),
        ("[1..7]", 7, True),
        ("(1..7)", 7, False),
        ("]1..7[", 1, False),
        ("[1..7], > 100", 101, True),
        ('"a","b"', "b", True),
        ('"a","b"', "c", False),
        ('"a","b"', None, False),
        ('not("a","b")', "c", True),
        ('not("a","b")', "a", False),
        ('not("a")', None, True),  # null = "a" is false, so its opposite is true
        ("not(< 3)", None, None),
        ("-5", -5, True),
        ("null", None, True),
        ("not(null)", 0, True),
        ("true", True, True),
        ("false", False, True),  # equal to false, not a condition that fails
        ("? > 3 and ? < 9", 5, True),
        ("not(? > 3) and ? > 1", 2, True),
        ("= 4", 4, True),
        ("!= 4", 4, False),
        ('contains(?, "x")', "axe", True),
        ("[1, 2]", 2, True),  # a list holds what it contains
        ('> date("2005-01-01")', date(2005, 1, 2), True),
        ("1", "1", None),
    ],
)
def test_a_value_passes_a_cell(text: str, value: object, passes: bool | None) -> None:
    assert compile_unary_tests(text).matches(value) is passes


def test_a_cell_may_compare_with_another_fact() -> None:
    tests = compile_unary_tests("> limit, limit - 1", ["limit"])
    assert tests.names == {"limit"}
    assert [tests.matches(value, {"limit": 5}) for value in (6, 5, 4)] == [True, False, True]


@pytest.mark.parametrize("text", ["", ",", "<", "[1..", '"a" "b"', "- 1 -", "[1..7"])
def test_a_broken_cell_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        compile_unary_tests(text)
