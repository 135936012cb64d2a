"""The team that the house's table gives a case, and when the table must be asked again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from recoup.casework.causes import limit_under, limits
from recoup.casework.rules import CaseRules
from recoup.domain.team import CauseLimit, Seat, Team
from recoup.rulebooks import Rules, once_a_model
from recoup.tables.feel import compile_unary_tests
from recoup.tables.feel.nodes import AnyValue, Name
from recoup.tables.model import Cell
from recoup.tables.row import Compiled, compile_model

#: Facts of the table that may change while stage and cause do not.
_MONEY = {"kinds", "late_sum"}


@once_a_model
def _compiled(rules: Rules) -> Compiled:
    return compile_model(rules.model, "Seats")


@once_a_model
def _held(rules: Rules) -> Compiled:
    return compile_model(rules.model, "Held too long")


def team_on(rules: Rules, *, stage_rank: int, kinds: Collection[str], late_units: int, cause: CauseLimit) -> Team:
    """The team that the table (rulebooks/house/team) gives; no seats where it gives none, as on the first stage.

    ``kinds`` are those of the delinquent debts, ``late_units`` the largest of their sums in whole units.
    """
    facts = {
        "stage_rank": stage_rank,
        "kinds": ",".join(sorted(kinds)),
        "late_sum": late_units,
        "protected": cause.protected,
        "head_count_max": cause.head_count_max,
    }
    outcome = _compiled(rules).decide(facts)
    team: Mapping[str, Any] = outcome.values["Team"] or {}
    fired = outcome.fired.get("Team", ())
    return Team(
        seats=tuple(_seat(row) for row in outcome.values["Seats"] or () if row["role"] is not None),
        squad=bool(team.get("squad")),
        route=str(team.get("route") or "team"),
        rule=fired[0] if fired else None,
    )


def _seat(row: Mapping[str, Any]) -> Seat:
    return Seat(row["role"], tuple(str(row[place]) for place in ("first", "second") if row[place] is not None))


@dataclass(frozen=True, slots=True)
class Seating:
    """The team table as one run asks it. ``held_days`` by stage, ``asking`` the ranks at which it asks about money,
    ``silent`` those at which it does not."""

    rules: CaseRules
    key: str
    held_days: Mapping[str, int]
    asking: frozenset[int]
    silent: frozenset[int]
    _teams: dict[tuple[int, CauseLimit], Team] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: CaseRules, stages: Collection[tuple[str, int]]) -> Seating:
        """The table for cases on these stages, given by name and rank."""
        ranks = frozenset(rank for _, rank in stages)
        asking = frozenset(rank for rank in ranks if _asks_about_money(rules.team, rank))
        limited = sorted(
            (code, limit.protected, limit.head_count_max or 0) for code, limit in limits(rules.causes).items()
        )
        said = f"{rules.team.model.version} {limited}"
        return cls(
            rules=rules,
            key=sha256(said.encode()).hexdigest()[:16],
            held_days=_held_days(rules.team, {name for name, _ in stages}),
            asking=asking,
            silent=ranks - asking,
        )

    def team_for(self, stage_rank: int, cause_code: str) -> str:
        """What a case keeps of the question that its team answers: stage, cause, and the content of the tables."""
        return f"{stage_rank}:{cause_code}:{self.key}"

    def team(self, stage_rank: int, cause_code: str, *, kinds: frozenset[str], late_units: int) -> Team:
        """The team of a case (see ``team_on``). Where the table asks only for stage and cause, it is asked once."""
        cause = self.limit(cause_code)
        money: dict[str, Any] = {"kinds": kinds, "late_units": late_units}
        if stage_rank not in self.silent:
            return team_on(self.rules.team, stage_rank=stage_rank, cause=cause, **money)
        if (stage_rank, cause) not in self._teams:
            self._teams[stage_rank, cause] = team_on(self.rules.team, stage_rank=stage_rank, cause=cause, **money)
        return self._teams[stage_rank, cause]

    def limit(self, cause_code: str) -> CauseLimit:
        """What the cause allows of a team."""
        return limit_under(self.rules.causes, cause_code)


def _held_days(rules: Rules, stages: Collection[str]) -> dict[str, int]:
    found = {stage: _held(rules).decide({"stage": stage}).values["Held too long"] for stage in stages}
    return {stage: int(days) for stage, days in found.items() if days is not None}


def _asks_about_money(rules: Rules, rank: int) -> bool:
    """Whether some row that this stage can reach has a condition on kinds or sums."""
    table = rules.model.decision("Team").table
    others = (each for each in rules.model.needed_for("Seats") if each.name != "Team")
    if any(_MONEY & set(each.requires) for each in others):
        return True
    if table is None or any(not isinstance(column.expression.node, Name) for column in table.inputs):
        return True
    facts = [column.expression.node.name for column in table.inputs if isinstance(column.expression.node, Name)]
    return any(
        _may_hold(rule.conditions, facts, rank)
        and any(fact in _MONEY and not _is_open(cell) for fact, cell in zip(facts, rule.conditions, strict=True))
        for rule in table.rules
    )


def _may_hold(cells: tuple[Cell, ...], facts: list[str], rank: int) -> bool:
    stages = [cell for fact, cell in zip(facts, cells, strict=True) if fact == "stage_rank"]
    return all(compile_unary_tests(cell.text, facts).matches(rank) is not False for cell in stages)


def _is_open(cell: Cell) -> bool:
    return all(isinstance(test, AnyValue) for test in cell.tests)
