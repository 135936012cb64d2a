"""Nothing in the demonstration book reaches a living person."""

from __future__ import annotations

import re

import phonenumbers
from stdnum.cn import ric

from recoup.demo.colleagues import COLLEAGUES
from recoup.demo.files import debt_columns
from tests.demo.books import whole_book

#: Numbers that regulators keep for fiction: 555-01xx in the United States; Ofcom's drama numbers for mobiles and Leeds.
FICTION = re.compile(r"1[0-9]{3}55501[0-9]{2}|447700900[0-9]{3}|441134960[0-9]{3}")
EXAMPLE_MAIL = re.compile(r"[a-z0-9.]+@example\.(com|org|net)")


def test_no_phone_number_can_be_dialled() -> None:
    numbers = 0
    for debt in whole_book():
        row = debt_columns(debt)
        for text in (row["phone"], row["guarantor_phone"]):
            if text:
                numbers += 1
                assert not dialable(text, row["country"]), text
    assert numbers > 1_000


def dialable(text: str, country: str) -> bool:
    number = phonenumbers.parse(text, country)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
    return FICTION.fullmatch(written) is None and phonenumbers.is_valid_number(number)


def test_the_check_above_knows_a_number_that_rings() -> None:
    assert dialable("010 6552 9988", "CN")
    assert dialable("+44 113 222 4444", "GB")


def test_every_mail_address_is_an_example() -> None:
    found = [debt.debtor.contact.email for debt in whole_book() if debt.debtor.contact.email]
    assert len(found) > 500
    assert all(EXAMPLE_MAIL.fullmatch(address) for address in found)


def test_no_identity_number_has_the_right_check_digit() -> None:
    found = [debt.debtor.id_number for debt in whole_book() if debt.debtor.id_number]
    assert len(found) > 200
    assert all(len(number) == 18 and ric.calc_check_digit(number) != number[17] for number in found)


def test_every_colleague_has_a_password_that_the_desk_accepts() -> None:
    assert 12 <= len(COLLEAGUES) <= 16
    assert all(len(each.password) >= 10 for each in COLLEAGUES)
    assert len({each.username for each in COLLEAGUES}) == len(COLLEAGUES)
