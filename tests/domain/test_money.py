"""Money is kept as whole minor units: what a clerk writes comes back as it was written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.domain.money import (
    AMOUNT_MINOR_MAX,
    CURRENCIES,
    MoneyError,
    decimal_text,
    exponent,
    minor_from_decimal,
    share_minor,
)
from tests.generative import sampled


@sampled
@given(minor=st.integers(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX), currency=st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_comes_back_as_it_was_written(minor: int, currency: str, examples: str) -> None:
    text = decimal_text(minor, currency)
    assert minor_from_decimal(text, currency) == minor
    assert Decimal(text) == Decimal(minor).scaleb(-exponent(currency))


@sampled
@given(text=st.text(alphabet="0123456789.+- e\u0661", max_size=50), currency=st.sampled_from(["CNY", "JPY", "KWD"]))
def test_whatever_is_taken_for_an_amount_is_exactly_what_was_written(text: str, currency: str, examples: str) -> None:
    try:
        minor = minor_from_decimal(text, currency)
    except MoneyError:
        return
    assert Decimal(text.strip()).scaleb(exponent(currency)) == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.56", "CNY", 123_456),
        ("1234.5", "CNY", 123_450),  # fewer decimals than the currency has
        ("1234", "CNY", 123_400),
        ("-0.01", "CNY", -1),  # a credit
        ("+7", "CNY", 700),
        (" 7 ", "CNY", 700),
        ("007.00", "CNY", 700),
        ("1.500", "CNY", 150),  # zeros say nothing more
        ("500", "JPY", 500),  # a yen has no parts
        ("500.00", "JPY", 500),
        ("1.234", "KWD", 1_234),  # a dinar has a thousand
        ("1.2345", "CLF", 12_345),  # and this unit ten thousand
        ("0", "TWD", 0),
        ("-0", "TWD", 0),
        ("10000000000000.00", "CNY", AMOUNT_MINOR_MAX),  # the largest there is
    ],
)
def test_amounts_by_the_decimals_of_their_currency(text: str, currency: str, minor: int) -> None:
    assert minor_from_decimal(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "complaint"),
    [
        ("10000000000000.01", "CNY", "larger"),  # one fen too many
        ("-10000000000000.01", "CNY", "larger"),
        ("9" * 39, "CNY", "larger"),
        ("9" * 41, "CNY", "not an amount"),  # nobody writes so many digits
        ("1.005", "CNY", "more decimals"),
        ("0.5", "JPY", "more decimals"),
        ("", "CNY", "not an amount"),
        ("1,234.00", "CNY", "not an amount"),  # thousands are not grouped in a file
        ("1e5", "CNY", "not an amount"),
        (".5", "CNY", "not an amount"),
        ("5.", "CNY", "not an amount"),
        ("１２", "CNY", "not an amount"),  # full-width digits are not digits of a file
        ("1 000", "CNY", "not an amount"),
        ("NaN", "CNY", "not an amount"),
        ("Infinity", "CNY", "not an amount"),
        ("--5", "CNY", "not an amount"),
        ("¥5", "CNY", "not an amount"),
        ("5", "RMB", "unknown currency"),  # everyday names are not codes
        ("5", "cny", "unknown currency"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_the_reason(text: str, currency: str, complaint: str) -> None:
    with pytest.raises(MoneyError, match=complaint):
        minor_from_decimal(text, currency)


def test_a_refusal_does_not_repeat_a_whole_page_of_junk() -> None:
    with pytest.raises(MoneyError) as refusal:
        minor_from_decimal("x" * 10_000, "CNY")
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize(
    ("amount", "share", "part"),
    [
        (10_000, "0.05", 500),
        (50, "0.05", 2),  # 2.5: half to even
        (70, "0.05", 4),  # 3.5: half to even
        (51, "0.05", 3),
        (-50, "0.05", -2),
        (0, "0.05", 0),
    ],
)
def test_shares_are_rounded_half_to_even(amount: int, share: str, part: int) -> None:
    assert share_minor(amount, Decimal(share)) == part
