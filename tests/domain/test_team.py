"""The team grows with the stage, never against the cause: nobody protected ever faces a squad."""

from __future__ import annotations

from typing import Any

import pytest

from recoup.book.queries.rules import shipped
from recoup.casework.causes import causes, limit_of
from recoup.casework.rules import TEAM, CaseRules
from recoup.casework.seating import Seating, team_on
from recoup.domain.team import CauseLimit, Team
from recoup.rulebooks.ladders import LADDERS, ladder_of

RULES = shipped(TEAM)
STAGES = ladder_of(shipped(LADDERS["stage"]).model)
ANY_CAUSE = CauseLimit()


def team(
    stage: str, cause: CauseLimit = ANY_CAUSE, *, kinds: tuple[str, ...] = ("loan",), overdue_units: int = 100_000
) -> Team:
    return team_on(
        RULES, stage_rank=STAGES.rank_of(stage), kinds=frozenset(kinds), late_units=overdue_units, cause=cause
    )


def roles(found: Team) -> list[str]:
    return [seat.role for seat in found.seats]


@pytest.mark.parametrize(
    ("stage", "expected", "squad", "route"),
    [
        ("S0", [], False, "team"),
        ("S1", ["relationship_manager"], False, "team"),
        ("S2", ["relationship_manager", "risk_manager"], False, "team"),
        ("S3", ["relationship_manager", "risk_manager", "branch_manager"], False, "team"),
        ("S4", ["lead_voice", "second_voice", "numbers", "recorder", "safety_and_law"], True, "team"),
        ("S5", ["legal_lead", "lead_voice", "second_voice", "numbers", "safety_and_law"], True, "legal"),
    ],
)
def test_the_team_grows_with_the_stage(stage: str, expected: list[str], squad: bool, route: str) -> None:
    found = team(stage)
    assert (roles(found), found.squad, found.route) == (expected, squad, route)


@pytest.mark.parametrize(
    ("kinds", "overdue_units", "route"),
    [
        (("card",), 5_000, "placement"),  # small and unsecured: another house may try
        (("card", "consumer_finance"), 1, "placement"),
        (("card",), 5_001, "legal"),  # too much to give away
        (("card", "loan"), 100, "legal"),  # one of its debts is of another kind
        (("loan",), 100, "legal"),
        (("sales_contract",), 100, "legal"),
    ],
)
def test_the_last_stage_goes_to_legal_or_to_placement_by_the_table(
    kinds: tuple[str, ...], overdue_units: int, route: str
) -> None:
    assert team("S5", kinds=kinds, overdue_units=overdue_units).route == route
    assert team("S4", kinds=kinds, overdue_units=overdue_units).route == "team"


@pytest.mark.parametrize("code", sorted(causes()))
def test_the_limits_of_every_cause_hold_at_every_stage(code: str) -> None:
    limit = limit_of(code)
    for stage in (step.name for step in STAGES.steps):
        for kinds, overdue_units in ((("loan",), 10**6), (("card",), 10)):
            found = team(stage, limit, kinds=kinds, overdue_units=overdue_units)
            assert not (limit.protected and found.squad)
            assert len(found.seats) <= (limit.head_count_max or 5)
            assert bool(found.seats) == (stage != "S0"), "somebody always has the case"


def test_a_cause_cuts_the_team_from_its_end() -> None:
    assert roles(team("S3", CauseLimit(head_count_max=2))) == ["relationship_manager", "risk_manager"]
    assert roles(team("S3", CauseLimit(head_count_max=1))) == ["relationship_manager"]
    assert roles(team("S4", CauseLimit(head_count_max=3))) == ["lead_voice", "second_voice", "numbers"]


def test_a_protected_debtor_gets_the_largest_team_that_is_no_squad() -> None:
    found = team("S5", CauseLimit(protected=True))
    assert (roles(found), found.squad) == (["relationship_manager", "risk_manager", "branch_manager"], False)


def test_illness_death_and_disaster_are_protected() -> None:
    named = [code for code, row in causes().items() if row["protected"]]
    assert {"STP-1", "PRT-1", "PRT-2", "PRT-5"} <= set(named)
    assert not limit_of("UNK").protected


def test_every_cause_is_named_in_three_languages() -> None:
    for row in causes().values():
        names: dict[str, Any] = row["name"]
        assert all(names[language].strip() for language in ("en", "zh_Hans", "zh_Hant"))


@pytest.mark.parametrize("code", ["UNK", "PRT-1", "WIL-1"])
def test_a_run_that_asks_the_table_once_for_many_cases_gets_each_ones_answer(code: str) -> None:
    rules = CaseRules(**{name: shipped(f"house/{name}") for name in ("team", "causes", "priority", "holds")})
    stages = [(step.name, rank) for rank, step in enumerate(STAGES.steps)]
    seating = Seating.of(rules, stages)
    for kinds, late_units in (("loan", 10**6), ("card", 5_000), ("card", 5_001), ("loan", 1)):
        for name, rank in stages:
            found = seating.team(rank, code, kinds=frozenset({kinds}), late_units=late_units)
            assert found == team(name, limit_of(code), kinds=(kinds,), overdue_units=late_units)
