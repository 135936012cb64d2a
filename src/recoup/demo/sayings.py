"""Sentences of the demonstration book in three writings, read from sayings.toml beside this file."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from recoup.domain.money import decimal_text

_SIGNS = {"CNY": "¥", "TWD": "NT$", "HKD": "HK$", "GBP": "£", "USD": "$"}


@cache
def _sayings() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("sayings.toml").read_text(encoding="utf-8"))


def said(section: str, name: str, language: str, **values: str) -> str:
    """The sentence ``section.name`` with its blanks filled, such as ``said("contact", "promise", "en", ...)``."""
    return str(_sayings()[section][name][language]).format(**values)


def cause_said(code: str, language: str) -> str:
    """What a debtor with this cause says."""
    return str(_sayings()["cause"][code]["said"][language])


def cause_evidence(code: str, language: str) -> str:
    """What shows the cause."""
    return str(_sayings()["cause"][code]["evidence"][language])


def cause_codes() -> frozenset[str]:
    """The causes that there are words for."""
    return frozenset(_sayings()["cause"])


def money_words(minor: int, currency: str) -> str:
    """A sum as colleagues write it in a note: ``¥1,234.00``."""
    whole, _, cents = decimal_text(minor, currency).partition(".")
    return f"{_SIGNS[currency]}{int(whole):,}" + (f".{cents}" if cents and cents != "00" else "")


def day_words(day: date, language: str) -> str:
    """A day as colleagues write it in a note."""
    if language == "en":
        return f"{day.day} {day:%b}"
    return f"{day.month}月{day.day}日"
