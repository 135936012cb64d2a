"""Why this case and why now: the first row of the house table whose conditions hold, said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils import translation

from recoup import rulebooks
from recoup.book.wording import date_text, money_text
from recoup.casework.causes import name_of
from recoup.contact.models import StopReason
from recoup.tables.feel import UnaryTests, compile_unary_tests

_KEYS = {"en": "en", "zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of the table: its conditions by fact, its weight in the order of the list, its sentence by language."""

    id: str
    weight: int
    tests: tuple[tuple[str, UnaryTests], ...]
    text: Mapping[str, str]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether every condition is met; a fact that is unknown meets only conditions that name null."""
        return all(test.matches(facts[fact], facts) is True for fact, test in self.tests)


@cache
def reasons() -> tuple[Reason, ...]:
    """The house table, compiled once."""
    return tuple(
        Reason(
            id=row["id"],
            weight=row["weight"],
            tests=tuple((fact, compile_unary_tests(text)) for fact, text in row["when"].items()),
            text=row["text"],
        )
        for row in rulebooks.read("house/priority")["reason"]
    )


def reason_for(facts: Mapping[str, Any], table: Sequence[Reason] | None = None) -> Reason:
    """The first reason that holds; the table's last row holds always."""
    return next(reason for reason in (table or reasons()) if reason.holds(facts))


def sentence(reason: str, facts: Mapping[str, Any], language: str) -> str:
    """Why this case and why now, in ``en``, ``zh-hans`` or ``zh-hant``.

    ``facts`` are those kept with the work item: dates as ISO text, money as ``[minor, currency]``, codes as they are.
    """
    known = language.lower() if language.lower() in _KEYS else "en"
    row = next((each for each in reasons() if each.id == reason), None)
    if row is None:
        return ""
    return row.text[_KEYS[known]].format_map(_Shown(facts, known))


class _Shown(dict[str, str]):
    """Facts as a reader of one language sees them."""

    def __init__(self, facts: Mapping[str, Any], language: str) -> None:
        super().__init__({name: _show(name, value, language) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        return "–"


def _show(name: str, value: Any, language: str) -> str:
    if value is None:
        return "–"
    if name.endswith("_money"):
        minor, currency = value
        return money_text(minor, currency, language)
    if name.endswith(("_on", "_since")):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return date_text(day, language, "short")
    if name == "cause_name":
        return name_of(value, language)
    if name == "stopped_name":
        with translation.override(language):
            return str(StopReason(value).label)
    return str(value)
