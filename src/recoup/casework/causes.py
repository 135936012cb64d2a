"""Causes of arrears as the house rulebook names them."""

from __future__ import annotations

from functools import cache
from typing import Any

from recoup import rulebooks
from recoup.domain.team import CauseLimit

UNKNOWN = "UNK"


class CauseRefused(ValueError):
    """A cause that the rulebook does not know; the message is fit to show."""


@cache
def causes() -> dict[str, dict[str, Any]]:
    """All causes by code, as the rulebook's rows."""
    return {row["code"]: row for row in rulebooks.read("house/causes")["cause"]}


def cause_row(code: str) -> dict[str, Any]:
    """One cause. Raises CauseRefused when the rulebook has no such code."""
    if code not in causes():
        raise CauseRefused(f"no cause has the code {code}")
    return causes()[code]


def limit_of(code: str) -> CauseLimit:
    """What the cause allows of a team."""
    row = cause_row(code)
    return CauseLimit(protected=bool(row["protected"]), head_count_max=row.get("head_count_max"))


def name_of(code: str, language: str) -> str:
    """The cause in plain words, in ``en``, ``zh-hans`` or ``zh-hant``; English for any other language."""
    name = cause_row(code)["name"]
    key = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}.get(language.lower(), "en")
    return str(name[key])
