"""One cell of a book into a typed value. Each reader takes the text and raises BadValue with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recoup.domain.money import CURRENCIES, MoneyError, exponent, minor_from_decimal
from recoup.domain.particulars import PARTICULARS
from recoup.portfolio.countries import COUNTRIES
from recoup.portfolio.reasons import (
    AMOUNT_TOO_LARGE,
    CONTROL_CHARACTER,
    DATE_OUT_OF_RANGE,
    NEGATIVE_AMOUNT,
    NOT_A_DATE,
    NOT_A_WHOLE_NUMBER,
    NOT_AN_AMOUNT,
    RATE_OUT_OF_RANGE,
    TEXT_TOO_LONG,
    TOO_MANY_DECIMALS,
    UNKNOWN_COUNTRY,
    UNKNOWN_CURRENCY,
    UNKNOWN_LANGUAGE,
    UNKNOWN_TIME_ZONE,
    UNKNOWN_VALUE,
    VALUE_MISSING,
    Reason,
    because,
)

YEAR_MIN, YEAR_MAX = 1900, 2199
DAYS_OVERDUE_MAX = 36_500
KINDS = tuple(PARTICULARS)
ROLES = ("co_debtor", "guarantor", "owner", "representative")

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]*(?:\s*(?:ext\.?|x|#|转|轉)\s*[0-9]{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


class BadValue(ValueError):
    """A text that cannot be kept as what its column holds."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


def needed(text: str) -> str:
    """The text without spaces around it. Raises BadValue when nothing is left."""
    stripped = text.strip()
    if not stripped:
        raise BadValue(because(VALUE_MISSING))
    return stripped


def read_date(text: str) -> date:
    """A real day of the years 1900 to 2199, written ``2005-10-01``."""
    written = needed(text)
    found = _ISO_DATE.fullmatch(written)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise BadValue(because(NOT_A_DATE, value=written))
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise BadValue(because(DATE_OUT_OF_RANGE, value=written, first=YEAR_MIN, last=YEAR_MAX))
    return day


def read_date_or_none(text: str) -> date | None:
    """The same; None for an empty text."""
    return read_date(text) if text.strip() else None


def balance_reader(currency: str) -> Callable[[str], int]:
    """Reads amounts of a currency into minor units, sign kept."""

    def read(text: str) -> int:
        try:
            return minor_from_decimal(text, currency)
        except MoneyError:
            raise BadValue(_money_trouble(needed(text), currency)) from None

    return read


def amount_reader(currency: str) -> Callable[[str], int]:
    """Reads amounts that must not be negative."""
    read_balance = balance_reader(currency)

    def read(text: str) -> int:
        minor = read_balance(text)
        if minor < 0:
            raise BadValue(because(NEGATIVE_AMOUNT, value=text.strip()))
        return minor

    return read


def or_nothing(read: Callable[[str], int]) -> Callable[[str], int]:
    """The same reader, with 0 for an empty text."""
    return lambda text: read(text) if text.strip() else 0


def _money_trouble(written: str, currency: str) -> Reason:
    if not _PLAIN_NUMBER.fullmatch(written):
        return because(NOT_AN_AMOUNT, value=written)
    places = exponent(currency)
    if len(written.partition(".")[2].rstrip("0")) > places:
        return because(TOO_MANY_DECIMALS, value=written, currency=currency, places=places)
    return because(AMOUNT_TOO_LARGE, value=written)


def text_reader(limit: int) -> Callable[[str], str]:
    """Reads a text of at most ``limit`` characters without control characters; it may be empty."""

    def read(text: str) -> str:
        written = text.strip()
        if len(written) > limit:
            raise BadValue(because(TEXT_TOO_LONG, limit=limit))
        # Nearly every text is printable, which is quicker to see; spaces of other widths are not, and allowed.
        if not written.isprintable() and _CONTROL.search(written):
            raise BadValue(because(CONTROL_CHARACTER))
        return written

    return read


def needed_text_reader(limit: int) -> Callable[[str], str]:
    """The same for a text that must not be empty."""
    read_text = text_reader(limit)
    return lambda text: read_text(needed(text))


def read_currency(text: str) -> str:
    """An ISO 4217 code, in capitals."""
    code = needed(text).upper()
    if code not in CURRENCIES:
        raise BadValue(because(UNKNOWN_CURRENCY, value=code))
    return code


def one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    """Reads one of a few known words, in any case."""

    def read(text: str) -> str:
        word = needed(text).lower()
        if word not in known:
            raise BadValue(because(UNKNOWN_VALUE, value=word, known=", ".join(known)))
        return word

    return read


def whole_number_reader(largest: int) -> Callable[[str], int]:
    """Reads a whole number from 0 to ``largest``; ``30.0`` counts as whole, for spreadsheets write so."""

    def read(text: str) -> int:
        written = needed(text)
        whole, _, fraction = written.partition(".")
        if not (whole.isascii() and whole.isdigit()) or fraction.strip("0") or int(whole[:12]) > largest:
            raise BadValue(because(NOT_A_WHOLE_NUMBER, value=written, largest=largest))
        return int(whole)

    return read


def read_rate(text: str) -> str | None:
    """A yearly rate as a plain decimal of at most six places; None for an empty text."""
    written = text.strip()
    if not written:
        return None
    if not _PLAIN_NUMBER.fullmatch(written) or len(written) > 24 or not 0 <= Decimal(written) < 1000:
        raise BadValue(because(RATE_OUT_OF_RANGE, value=written))
    return format(Decimal(written).quantize(Decimal("0.000001")), "f")


def read_country(text: str) -> str:
    """An ISO 3166 code of two letters, or empty."""
    code = text.strip().upper()
    if code and code not in COUNTRIES:
        raise BadValue(because(UNKNOWN_COUNTRY, value=code))
    return code


def read_time_zone(text: str) -> str:
    """A name of the time zone database, or empty."""
    name = text.strip()
    if not name:
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue(because(UNKNOWN_TIME_ZONE, value=name)) from None
    return name


def read_language(text: str) -> str:
    """A language tag such as ``zh-Hans``, or empty."""
    tag = text.strip().replace("_", "-")
    if tag and (len(tag) > 20 or not _LANGUAGE.fullmatch(tag)):
        raise BadValue(because(UNKNOWN_LANGUAGE, value=tag))
    return tag


def phone_is_doubtful(phone: str) -> bool:
    """Whether a text can hardly be dialled; it is kept all the same, for somebody may make sense of it."""
    return bool(phone) and not (_PHONE.fullmatch(phone) and 5 <= sum(map(str.isdigit, phone)) <= 21)


def email_is_doubtful(email: str) -> bool:
    """Whether a text can hardly be written to; kept all the same."""
    return bool(email) and _EMAIL.fullmatch(email) is None
