"""Why this case and why now: the row of the house table that fired, said in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation

from recoup.book.queries.rules import shipped
from recoup.book.wording import date_text, money_text
from recoup.casework.causes import name_of
from recoup.casework.models import WorkItem
from recoup.casework.rules import PRIORITY, under
from recoup.contact.models import StopReason
from recoup.rulebooks import Rules, once_a_model
from recoup.tables.feel.nodes import Literal

_FACT = re.compile(r"\{(\w+)\}")
_TEXTS = {"en": "text en", "zh-hans": "text zh-Hans", "zh-hant": "text zh-Hant"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What the table says of a case: the reason, its weight, the case's place in the order, and the rule that fired.

    No reason, and a place behind all others, where no rule fires.
    """

    id: str
    weight: int
    priority: int
    rule: int | None


def reason_for(facts: Mapping[str, Any], rules: Rules | None = None) -> Reason:
    """The reason that the priority table in force gives; without ``rules`` the shipped one."""
    outcome = (rules or shipped(PRIORITY)).compiled.decide(facts)
    why: Mapping[str, Any] = outcome.values["Reason"] or {}
    fired = outcome.fired.get("Reason", ())
    return Reason(
        id=str(why.get("id") or ""),
        weight=int(why.get("weight") or 0),
        priority=int(outcome.values["Priority"] or 0),
        rule=fired[0] if fired else None,
    )


@once_a_model
def texts(rules: Rules) -> dict[tuple[str, int], dict[str, str]]:
    """The sentence of each row of a table, by its reason and number, in each language."""
    table = rules.model.decision("Reason").table
    found: dict[tuple[str, int], dict[str, str]] = {}
    for rule in table.rules if table else ():
        given = dict(zip(table.annotation_names, rule.annotations, strict=False)) if table else {}
        node = rule.conclusions[0].node
        reason = str(node.value) if isinstance(node, Literal) else ""
        found[reason, rule.number] = {language: given.get(column, "") for language, column in _TEXTS.items()}
    return found


def sentence(
    reason: str, facts: Mapping[str, Any], language: str, rules: Rules | None = None, rule: int | None = None
) -> str:
    """Why this case and why now, in ``en``, ``zh-hans`` or ``zh-hant``, as the table says that gave the reason.

    ``facts`` are those kept with the work item: dates as ISO text, money as ``[minor, currency]``, codes as they are.
    Without ``rules`` the shipped table speaks; a reason that it does not have is said with nothing. ``rule`` tells
    apart rows that give the same reason.
    """
    known = language.lower() if language.lower() in _TEXTS else "en"
    every = texts(rules or shipped(PRIORITY))
    exact = every.get((reason, rule)) if rule is not None else None
    said = exact or next((each for (id_, _), each in every.items() if id_ == reason), None)
    if said is None:
        return ""
    shown = _Shown(facts, known)
    # Texts are written by people: what is no fact in braces stands as it is, and nothing else is read out of them.
    return _FACT.sub(lambda found: shown[found[1]], said[known] or said["en"])


def why_listed(item: WorkItem, language: str) -> str:
    """The sentence of a work item, as the version says under which it was listed."""
    return sentence(item.reason, item.reason_facts, language, under(item.policy_version, PRIORITY), item.rule)


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
        return _cause_name(value, language)
    if name == "stopped_name":
        with translation.override(language):
            return str(StopReason(value).label)
    return str(value)


def _cause_name(value: Any, language: str) -> str:
    """The cause as it was named when the item was written, or by its code as the rulebook names it."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("en") or "–")
    return name_of(str(value), language)
