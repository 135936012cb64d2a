"""How money and dates are said in the three languages. Debtor amounts are never shortened."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

from recoup.domain.money import exponent

_LOCALES = {"en": "en_GB", "zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW"}
_SIGNS = {
    "CNY": "¥",
    "TWD": "NT$",
    "HKD": "HK$",
    "MOP": "MOP$",
    "SGD": "S$",
    "USD": "US$",
    "JPY": "JP¥",
    "EUR": "€",
    "GBP": "£",
    "KRW": "₩",
}
#: Currencies whose cents are a thing of the ledger only: shown when there are any.
_WHOLE = frozenset({"TWD", "KRW"})
_LONG = {"en": "d MMM y", "zh-hans": "y年M月d日", "zh-hant": "y 年 M 月 d 日"}
_SHORT = {"en": "d MMM", "zh-hans": "M月d日", "zh-hant": "M 月 d 日"}
_WEEKDAY = {"en": "EEE d MMM", "zh-hans": "M月d日 EEE", "zh-hant": "M 月 d 日 EEE"}
_FULL = {"en": "EEEE d MMMM", "zh-hans": "M月d日 EEEE", "zh-hant": "M 月 d 日 EEEE"}
_MONTH = {"en": "LLLL y", "zh-hans": "y年M月", "zh-hant": "y 年 M 月"}
_MONTH_SHORT = {"en": "MMM", "zh-hans": "M月", "zh-hant": "M 月"}
_MONTH_NARROW = {"en": "LLLLL", "zh-hans": "M", "zh-hant": "M"}
PATTERNS = {
    "long": _LONG,
    "short": _SHORT,
    "weekday": _WEEKDAY,
    "full": _FULL,
    "month": _MONTH,
    "month_short": _MONTH_SHORT,
    "month_narrow": _MONTH_NARROW,
}


def known(language: str) -> str:
    """One of the three languages; English for any other."""
    lowered = language.lower()
    return lowered if lowered in _LOCALES else "en"


@lru_cache(maxsize=16_384)
def amount_text(minor: int, currency: str, language: str) -> str:
    """The amount without its currency, such as ``3,702.72``; a credit has a true minus."""
    places = exponent(currency)
    if currency in _WHOLE and minor % 10**places == 0:
        minor, places = minor // 10**places, 0
    value = Decimal(abs(minor)).scaleb(-places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text: str = format_decimal(value, format=pattern, locale=_LOCALES[known(language)])
    return f"−{text}" if minor < 0 else text


def sign_of(currency: str) -> str:
    """What stands before an amount: ``¥``, ``NT$``, or the code and a space that does not break."""
    return _SIGNS.get(currency, currency + "\xa0")


@lru_cache(maxsize=16_384)
def money_text(minor: int, currency: str, language: str) -> str:
    """The amount with its currency: ``¥6,094.00``, ``NT$27,420``, ``CHF 12.50``."""
    text = amount_text(abs(minor), currency, language)
    return f"{'−' if minor < 0 else ''}{sign_of(currency)}{text}"


@lru_cache(maxsize=16_384)
def date_text(day: date, language: str, pattern: str = "long") -> str:
    """A date in one of the PATTERNS: ``23 Nov 2026``, ``2026年11月23日``, ``2026 年 11 月 23 日``."""
    language = known(language)
    text: str = babel_date(day, PATTERNS[pattern][language], locale=_LOCALES[language])
    # British abbreviations have one of four letters, which no column expects.
    return text.replace("Sept", "Sep") if "EEEE" not in PATTERNS[pattern][language] else text


def moment_text(at: datetime, language: str, pattern: str = "weekday") -> str:
    """A date and the time of day, in the zone that ``at`` carries."""
    return f"{date_text(at.date(), language, pattern)} {at:%H:%M}"


@lru_cache(maxsize=1_024)
def language_text(code: str, language: str) -> str:
    """The name of a language in another, such as ``Chinese``; the code itself when nobody knows it."""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(_LOCALES[known(language)])
    except ValueError:
        return code
    return name or code


@lru_cache(maxsize=1_024)
def territory_text(code: str, language: str) -> str:
    """The name of a country or territory by its ISO 3166 code; the code itself when nobody knows it."""
    return Locale.parse(_LOCALES[known(language)]).territories.get(code) or code
