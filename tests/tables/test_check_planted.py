"""A complete table is silent; what is taken out of it or put into it is found, with facts that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from recoup.tables.check import check
from recoup.tables.model import DecisionTable, HitPolicy
from recoup.tables.problems import Problem
from recoup.tables.row import compile_model
from tests.generative import sampled
from tests.tables.by_hand import model
from tests.tables.splitting import partitions, table_of


def matching(logic: DecisionTable, facts: Mapping[str, object]) -> list[int]:
    """The rules that match, by the engine for one case: under COLLECT every rule that matches fires."""
    every = replace(logic, hit_policy=HitPolicy.COLLECT)
    outcome = compile_model(model(every)).decide(facts)
    assert not any(complaint.startswith("the fact") for complaint in outcome.complaints)
    return list(outcome.fired[logic.name])


def found(logic: DecisionTable) -> list[Problem]:
    return check(model(logic))


@sampled
@given(partitions(), st.sampled_from("UAFC"))
def test_a_complete_table_without_overlaps_is_silent(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], policy: str
) -> None:
    assert found(table_of(policy, *parts)) == []


@sampled
@given(partitions(), st.data())
def test_a_rule_taken_out_leaves_a_gap_with_facts_that_no_rule_matches(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], data: st.DataObject
) -> None:
    inputs, rows = parts
    missing = data.draw(st.integers(0, len(rows) - 1))
    whole = table_of("U", inputs, rows)
    holed = table_of("U", inputs, rows[:missing] + rows[missing + 1 :])
    problems = found(holed)
    assert problems
    assert {each.code for each in problems} <= {"gap", "null-gap", "more-gaps"}
    shown = [each for each in problems if each.example]
    assert shown
    for each in shown:
        assert matching(holed, each.example) == []
        assert matching(whole, each.example) == [missing + 1]


@sampled
@given(partitions(), st.data())
def test_a_rule_made_wider_overlaps_with_facts_that_both_match(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], data: st.DataObject
) -> None:
    inputs, rows = parts
    at, side = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(inputs) - 1))
    assume(rows[at][side] != "-")
    wider = [*rows[:at], (*rows[at][:side], "-", *rows[at][side + 1 :]), *rows[at + 1 :]]
    logic = table_of("U", inputs, wider)
    problems = found(logic)
    assert {each.code for each in problems} <= {"overlap", "more-overlaps"}
    pairs = [each for each in problems if each.code == "overlap"]
    assert pairs
    for each in pairs:
        assert each.construct == "rules {} and {}".format(*matching(logic, each.example))
        assert at + 1 in matching(logic, each.example)


@sampled
@given(partitions(), st.data())
def test_a_rule_put_behind_those_that_cover_it_never_fires_under_first(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], data: st.DataObject
) -> None:
    inputs, rows = parts
    at, side = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(inputs) - 1))
    wider = (*rows[at][:side], "-", *rows[at][side + 1 :])
    assert dead_rules(inputs, [*rows, wider]) == [len(rows) + 1]


@sampled
@given(partitions(), st.data())
def test_the_second_of_two_equal_rules_never_fires_under_first(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], data: st.DataObject
) -> None:
    inputs, rows = parts
    first = data.draw(st.integers(0, len(rows) - 1))
    second = data.draw(st.integers(first + 1, len(rows)))
    assert dead_rules(inputs, [*rows[:second], rows[first], *rows[second:]]) == [second + 1]


@sampled
@given(partitions(), st.data())
def test_nothing_fires_behind_a_rule_for_everything_under_first(
    examples: str, parts: tuple[dict[str, str], list[tuple[str, ...]]], data: st.DataObject
) -> None:
    inputs, rows = parts
    at = data.draw(st.integers(0, len(rows)))
    everything = ("-",) * len(inputs)
    behind = list(range(at + 2, len(rows) + 2)) or [at + 1]  # at the end it has nothing left to fire for
    assert dead_rules(inputs, [*rows[:at], everything, *rows[at:]]) == behind


def dead_rules(inputs: dict[str, str], rows: list[tuple[str, ...]]) -> list[int | None]:
    problems = found(table_of("F", inputs, rows))
    assert {each.code for each in problems} <= {"dead-rule"}
    return [each.rule for each in problems]
