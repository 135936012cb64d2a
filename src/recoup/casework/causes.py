"""Causes of arrears as the house rulebook names them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from recoup.book.queries.rules import shipped
from recoup.casework.rules import CAUSES
from recoup.domain.team import CauseLimit
from recoup.policy.queries import in_force
from recoup.rulebooks import Rules, once_a_model
from recoup.rulebooks.codes import Answer, answers_by_code

UNKNOWN = "UNK"
_LANGUAGES = {"en": "name en", "zh_Hans": "name zh-Hans", "zh_Hant": "name zh-Hant"}


class CauseRefused(ValueError):
    """A cause that the rulebook does not know; the message is fit to show."""


def causes(on: date | None = None) -> dict[str, dict[str, Any]]:
    """All causes by code as the rulebook in force on the day has them; without a day, as Recoup ships them."""
    return rows_of_causes(in_force(CAUSES, on) if on is not None else shipped(CAUSES))


@once_a_model
def rows_of_causes(rules: Rules) -> dict[str, dict[str, Any]]:
    """Every cause that a rulebook names: its method, and its name by language."""
    return {code: _row(code, answer) for code, answer in answers_by_code(rules, "Method", "cause").items()}


def _row(code: str, answer: Answer) -> dict[str, Any]:
    head_count = answer.values.get("head_count_max")
    codes = answer.annotations.get("X12 641", "")
    return {
        **answer.values,
        "code": code,
        "rule": answer.rule,
        "protected": answer.values.get("protected") is not False,
        "head_count_max": int(head_count) if head_count is not None else None,
        "name": {key: answer.annotations.get(column, "") or code for key, column in _LANGUAGES.items()},
        "x12_641": [each.strip() for each in codes.split(",") if each.strip()],
    }


def cause_row(code: str, on: date | None = None) -> dict[str, Any]:
    """One cause. Raises CauseRefused when the rulebook has no such code."""
    found = causes(on)
    if code not in found:
        raise CauseRefused(f"no cause has the code {code}")
    return found[code]


@once_a_model
def limits(rules: Rules) -> dict[str, CauseLimit]:
    """What each cause of a rulebook allows of a team."""
    return {
        code: CauseLimit(protected=row["protected"], head_count_max=row["head_count_max"])
        for code, row in rows_of_causes(rules).items()
    }


def limit_under(rules: Rules, code: str) -> CauseLimit:
    """What a cause allows. One that the rulebook no longer names is protected, with the smallest team of any cause."""
    return limits(rules).get(code) or _gentlest(rules)


@once_a_model
def _gentlest(rules: Rules) -> CauseLimit:
    head_counts = [limit.head_count_max for limit in limits(rules).values() if limit.head_count_max is not None]
    return CauseLimit(protected=True, head_count_max=min(head_counts, default=None))


def limit_of(code: str, on: date | None = None) -> CauseLimit:
    """What the cause allows of a team. Raises CauseRefused when the rulebook has no such code."""
    row = cause_row(code, on)
    return CauseLimit(protected=row["protected"], head_count_max=row["head_count_max"])


def name_of(code: str, language: str, on: date | None = None) -> str:
    """The cause in plain words; a code that the rulebook does not have is its own name."""
    row = causes(on).get(code)
    return named(row, language) if row else code


def named(row: Mapping[str, Any], language: str) -> str:
    """A cause's row in plain words, in ``en``, ``zh-hans`` or ``zh-hant``; English for any other language."""
    key = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}.get(language.lower(), "en")
    return str(row["name"][key])
