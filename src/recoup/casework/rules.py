"""The rulebooks that a day's casework lives by, read once for a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recoup.book.queries.rules import Tried, shipped
from recoup.policy.models import RulebookVersion
from recoup.policy.queries import all_in_force
from recoup.policy.queries.rules import version_loaded
from recoup.rulebooks import Rules, once_a_model
from recoup.rulebooks.codes import answers_by_code

TEAM, CAUSES, PRIORITY, HOLDS = "house/team", "house/causes", "house/priority", "house/holds"


@dataclass(frozen=True, slots=True)
class CaseRules:
    """Who is on a case, what a cause allows, which case comes first and why, what a stop bars."""

    team: Rules
    causes: Rules
    priority: Rules
    holds: Rules

    @classmethod
    def on(cls, day: date, tried: Tried | None = None) -> CaseRules:
        """The rules in force on the day; ``tried`` ones stand in for them."""
        names = (TEAM, CAUSES, PRIORITY, HOLDS)
        given = {**all_in_force(names, day), **(tried or {})}
        return cls(*(given[name] for name in names))


def under(version: RulebookVersion | None, name: str) -> Rules:
    """The rules under which a decision was taken; the shipped ones where it names no version."""
    return version_loaded(version, name) if version is not None else shipped(name)


@once_a_model
def bars_work(rules: Rules) -> dict[str, bool]:
    """By reason, whether a stop bars asking for money. A reason that the table does not name bars it."""
    found = answers_by_code(rules, "Stop", "stop_reason")
    return {reason: answer.values.get("bars_work") is not False for reason, answer in found.items()}
