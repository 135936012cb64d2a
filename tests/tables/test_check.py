"""The checker: what it finds in a table, and where it keeps silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from recoup.tables.check import check
from recoup.tables.model import DecisionTable, Model
from recoup.tables.problems import Problem
from recoup.tables.row import compile_model
from tests.tables import dmn
from tests.tables.by_hand import model, table

DAYS = {"days": "number"}


def found(*tables: DecisionTable, **more: object) -> list[Problem]:
    return check(model(*tables, **more))  # type: ignore[arg-type]


def codes(*tables: DecisionTable, **more: object) -> list[str]:
    return [problem.code for problem in found(*tables, **more)]


# --- gaps -----------------------------------------------------------------------------------------------------


def test_a_complete_table_is_silent() -> None:
    assert found(table("U", DAYS, '< 0 => "early"', '[0..30] => "B1"', '> 30 => "B2"', 'null => "?"')) == []


def test_a_gap_is_named_with_facts_that_fall_in() -> None:
    (gap,) = found(table("U", DAYS, '<= 30 => "B1"', '> 31 => "B2"', 'null => "?"'))
    assert (gap.code, gap.severity, gap.table) == ("gap", "error", "answer")
    assert gap.message == "no rule matches when days is (30..31]"
    assert gap.example == {"days": 31}


def test_a_gap_of_one_point_is_found() -> None:
    (gap,) = found(table("U", DAYS, '< 30 => "B1"', '> 30 => "B2"', 'null => "?"'))
    assert gap.message == "no rule matches when days is 30"


def test_a_gap_between_whole_numbers_counts_because_facts_may_have_cents() -> None:
    (gap,) = found(table("U", DAYS, '<= 30 => "B1"', '>= 31 => "B2"', 'null => "?"'))
    assert gap.example == {"days": Decimal("30.5")}


@pytest.mark.parametrize("whole", ["floor(?) = ?", "? = floor(?)", "modulo(?, 1) = 0"])
def test_where_only_whole_numbers_are_allowed_there_is_nothing_between_two(whole: str) -> None:
    assert found(table("U", DAYS, '<= 30 => "B1"', '>= 31 => "B2"', 'null => "?"', allowed={"days": whole})) == []


def test_there_is_no_day_between_a_day_and_the_next() -> None:
    on = {"on": "date"}
    rows = ('<= date("2026-01-31") => "a"', '>= date("2026-02-01") => "b"', 'null => "?"')
    assert found(table("U", on, *rows)) == []


def test_strings_leave_all_others_open() -> None:
    (gap,) = found(table("U", {"kind": "string"}, '"a" => "1"', '"b","c" => "2"', 'null => "?"'))
    assert gap.message == 'no rule matches when kind is not("a","b","c")'
    assert gap.example["kind"] not in ("a", "b", "c")


def test_strings_that_are_enumerated_leave_nothing_else_open() -> None:
    kind = {"kind": "string"}
    allowed = {"kind": '"a","b","c"'}
    assert found(table("U", kind, '"a" => "1"', '"b","c" => "2"', 'null => "?"', allowed=allowed)) == []
    (gap,) = found(table("U", kind, '"a" => "1"', '"b" => "2"', 'null => "?"', allowed=allowed))
    assert gap.message == 'no rule matches when kind is "c"'


def test_what_is_allowed_of_the_fact_counts_for_the_column() -> None:
    rows = ('"a" => "1"', 'null => "?"')
    assert found(table("U", {"kind": "string"}, *rows), allowed={"kind": '"a"'}) == []


def test_strings_in_order_are_a_line() -> None:
    (gap,) = found(table("U", {"name": "string"}, '< "m" => "1"', '> "m" => "2"', 'null => "?"'))
    assert gap.message == 'no rule matches when name is "m"'


def test_an_unknown_fact_that_matches_no_rule_is_a_warning_once_an_input() -> None:
    inputs = {"days": "number", "kind": "string"}
    problems = found(table("U", inputs, '<= 3 | - => "a"', '> 3 | not("x") => "b"', '> 3 | "x" => "c"'))
    assert [(each.code, each.severity, each.construct) for each in problems] == [("null-gap", "warning", "days")]
    assert problems[0].example["days"] is None


def test_nulls_are_not_named_again_where_there_is_a_gap_anyway() -> None:
    inputs = {"days": "number", "late": "boolean"}
    assert codes(table("F", inputs, '<= 3 | true => "a"', '- | true => "c"', '- | null => "d"')) == ["gap"]


@pytest.mark.parametrize("policy", ["C", "R", "O", "C+", "C#"])
def test_where_several_rules_may_answer_a_gap_is_only_a_warning(policy: str) -> None:
    problems = found(table(policy, DAYS, "<= 30 => 1", "null => 1", outputs="number", priorities="1"))
    assert [(each.code, each.severity) for each in problems] == [("gap", "warning")]


def test_a_default_leaves_no_gap() -> None:
    assert found(table("U", DAYS, '<= 30 => "B1"', default='"B0"')) == []


def test_a_table_without_rules_is_a_gap() -> None:
    (gap,) = found(table("U", DAYS))
    assert gap.message == "no rule matches"


def test_a_table_without_inputs_and_with_a_rule_is_complete() -> None:
    assert found(table("U", {}, '=> "always"')) == []


def test_two_columns_of_one_expression_are_one_side() -> None:
    days = table("U", DAYS, '< 5 => "a"', '>= 5 => "b"', 'null => "c"')
    twice = DAYS | {"days ": "number"}
    doubled = table(
        "U", twice, '< 5 | - => "a"', '>= 5 | < 9 => "b"', '- | >= 9 => "c"', 'null | - => "d"', facts=["days"]
    )
    assert len(doubled.inputs) == 2
    assert found(days) == found(doubled) == []


def test_a_gap_that_computed_inputs_may_never_reach_is_only_doubted() -> None:
    inputs = {"days": "number", "days > 5": "boolean"}
    rows = ('<= 5 | false => "a"', '> 5 | true => "b"', 'null | - => "c"', '- | null => "d"')
    problems = found(table("F", inputs, *rows))
    assert {each.severity for each in problems} == {"warning"}
    assert all("if these values can occur together" in each.message for each in problems)


def test_an_input_that_a_decision_gives_takes_only_what_that_gives() -> None:
    first = table("U", DAYS, '<= 5 => "low"', '> 5 => "high"', default='"none"', name="level")
    second = table("U", {"level": "string"}, '"low","none" => "a"', '"high" => "b"')
    assert found(first, second) == []
    third = table("U", {"level": "string"}, '"low" => "a"', '"high" => "b"')
    assert [each.message for each in found(first, third)] == ['no rule matches when level is "none"']


# --- inputs that are computed ----------------------------------------------------------------------------------


def chained(*rows: Sequence[str], late: str = "days - 5", policy: str = "FIRST") -> Model:
    """Days, how late that is, and a table over both."""
    return dmn.model(
        dmn.fact("days", "number"),
        dmn.decision("late", dmn.literal(late), kind="number", requires=dmn.needs(facts=["days"])),
        dmn.decision(
            "letter",
            dmn.table(policy, ["days", "late"], rows, kinds=["number", "number"]),
            kind="string",
            requires=dmn.needs(facts=["days"], decisions=["late"]),
        ),
    )


def test_a_gap_in_computed_inputs_is_proved_by_facts_that_reach_it() -> None:
    whole = chained(["null", "-", '"none"'], ["-", "null", '"none"'], ["-", "< 30", '"soft"'], ["-", "> 30", '"hard"'])
    (gap,) = check(whole)
    assert (gap.severity, gap.message) == ("error", "no rule matches when late is 30")
    assert gap.example == {"days": 35}
    assert compile_model(whole).decide(gap.example).fired["letter"] == ()


def test_an_overlap_in_computed_inputs_is_proved_by_facts_that_reach_it() -> None:
    whole = chained(["<= 35", "-", '"a"'], ["-", ">= 30", '"b"'], policy="UNIQUE")
    (overlap,) = [each for each in check(whole) if each.code == "overlap"]
    assert (overlap.severity, overlap.example) == ("error", {"days": 35})


def test_a_corner_that_computed_inputs_never_reach_stays_a_doubt() -> None:
    whole = chained(["null", "-", '"none"'], ["-", "null", '"none"'], ["< 9", "-", '"a"'], ["-", ">= 4", '"b"'])
    assert [(each.code, each.severity) for each in check(whole)] == [("gap", "warning")]


def test_a_decision_whose_type_does_not_take_its_answers_may_be_null() -> None:
    whole = dmn.model(
        dmn.fact("days", "number"),
        dmn.decision(
            "level", dmn.table("FIRST", ["days"], [["-", '"high"']]), kind="number", requires=dmn.needs(facts=["days"])
        ),
        dmn.decision(
            "letter",
            dmn.table("FIRST", ["level"], [["null", '"none"'], ["-", '"some"']]),
            kind="string",
            requires=dmn.needs(decisions=["level"]),
        ),
    )
    assert "dead-rule" not in [each.code for each in check(whole)]


def test_a_function_sees_its_parameters_not_the_facts_and_decisions_of_their_names() -> None:
    rows = [['"low"', "1"], ['not("low")', "2"]]
    whole = dmn.model(
        dmn.decision("level", dmn.literal('"low"'), kind="string"),
        dmn.function("points", {"level": "string"}, dmn.table("FIRST", ["level"], rows), kind="number"),
    )
    assert check(whole) == []


# --- overlaps ---------------------------------------------------------------------------------------------------


def test_an_overlap_under_unique_names_both_rules_and_facts() -> None:
    (overlap,) = found(table("U", DAYS, '<= 30 => "a"', '>= 30 => "b"', 'null => "c"'))
    assert (overlap.code, overlap.severity, overlap.rule) == ("overlap", "error", 2)
    assert overlap.message == "rules 1 and 2 both match when days is 30"
    assert overlap.example == {"days": 30}


def test_an_overlap_under_any_is_wrong_only_where_the_answers_differ() -> None:
    assert found(table("A", DAYS, '<= 30 => "a"', '>= 30 => "a"', 'null => "c"')) == []
    assert codes(table("A", DAYS, '<= 30 => "a"', '>= 30 => "b"', 'null => "c"')) == ["overlap"]


@pytest.mark.parametrize("policy", ["F", "R", "C"])
def test_overlaps_are_normal_where_the_policy_settles_them(policy: str) -> None:
    assert found(table(policy, DAYS, '<= 30 => "a"', '>= 30 => "b"', 'null => "c"')) == []


def test_rules_that_meet_only_in_null_overlap() -> None:
    (overlap,) = found(table("U", {"kind": "string"}, '"a" => "1"', 'not("a") => "2"', 'null => "3"'))
    assert overlap.example == {"kind": None}


def test_a_thousand_overlaps_are_counted_not_listed() -> None:
    problems = found(table("U", DAYS, *['- => "a"'] * 60))
    assert len(problems) == 21
    assert problems[-1].message == "more than 1000 pairs of rules overlap, 20 are shown"


# --- rules that never fire -----------------------------------------------------------------------------------


def test_a_rule_behind_a_wider_one_never_fires_under_first() -> None:
    (dead,) = found(table("F", DAYS, '<= 30 => "a"', '[5..10] => "b"', '- => "c"'))
    assert (dead.code, dead.severity, dead.rule) == ("dead-rule", "error", 2)
    assert dead.message == "rule 2 can never fire: rule 1 always comes first"


def test_a_rule_behind_several_that_cover_it_together_never_fires() -> None:
    (dead,) = found(table("F", DAYS, '<= 30 => "a"', '> 30 => "b"', '[20..40] => "c"', '- => "d"'))
    assert dead.message == "rule 3 can never fire: rules 1 and 2 always come first"


def test_a_last_rule_for_all_else_still_answers_for_null() -> None:
    assert found(table("F", DAYS, '<= 30 => "a"', '> 30 => "b"', '- => "unknown"')) == []


def test_under_priority_the_order_of_outputs_decides_what_is_beaten() -> None:
    rows = ('[5..10] => "low"', '<= 30 => "high"', '> 30 => "low"', 'null => "low"')
    (dead,) = found(table("P", DAYS, *rows, priorities='"high","low"'))
    assert (dead.code, dead.rule) == ("dead-rule", 1)
    assert found(table("P", DAYS, *rows, priorities='"low","high"')) == []


def test_a_cell_that_nothing_passes_kills_its_rule() -> None:
    dead = [each for each in found(table("C", DAYS, '[9..1] => "a"', '- => "b"')) if each.code == "dead-rule"]
    assert [(each.rule, each.construct) for each in dead] == [(1, "[9..1]")]


def test_a_cell_that_the_allowed_values_exclude_kills_its_rule() -> None:
    rows = ('"a" => "1"', '"z" => "2"', 'null => "3"')
    (dead,) = found(table("U", {"kind": "string"}, *rows, allowed={"kind": '"a"'}))
    assert dead.message == "rule 2 can never fire: no value of kind passes"


def test_a_rule_said_twice_is_pointed_out_where_both_count() -> None:
    assert codes(table("C+", DAYS, "- => 1", "- => 1", outputs="number")) == ["duplicate-rule"]


def test_a_conclusion_outside_the_allowed_values_is_an_error() -> None:
    (problem,) = found(table("U", DAYS, '- => "c"', priorities='"a","b"'))
    assert (problem.code, problem.rule, problem.construct) == ("output-not-allowed", 1, '"c"')


# --- what cannot be seen ---------------------------------------------------------------------------------------


def test_a_cell_that_reads_other_facts_is_neither_gap_nor_overlap_but_said() -> None:
    rows = ('< limit => "a"', '>= limit => "b"', 'null => "c"')
    problems = found(table("U", DAYS, *rows, facts=["limit"]))
    assert [(each.code, each.severity) for each in problems] == [("cannot-be-checked", "warning")]
    assert "rules 1 and 2 cannot be checked" in problems[0].message


def test_a_cell_that_cannot_be_read_is_not_mentioned_where_it_does_not_matter() -> None:
    assert found(table("F", DAYS, '< limit => "a"', '- => "b"', facts=["limit"])) == []


def test_functions_are_computed_where_the_values_are_enumerated() -> None:
    rows = ('starts with(?, "a") => "1"', 'starts with(?, "b") => "2"', 'null => "3"')
    kind = {"kind": "string"}
    assert found(table("U", kind, *rows, allowed={"kind": '"a1","a2","b1"'})) == []
    (gap,) = found(table("U", kind, *rows, allowed={"kind": '"a1","a2","c1"'}))[:1]
    assert gap.code in ("gap", "dead-rule")


def test_a_table_with_too_many_combinations_says_that_it_is_not_complete() -> None:
    from recoup.tables.check.coverage import Coverage
    from recoup.tables.check.grid import grid_of
    from recoup.tables.check.sources import Sources

    whole = model(table("F", DAYS | {"late": "boolean"}, '<= 30 | - => "a"', '> 30 | true => "b"', '- | - => "c"'))
    logic = whole.decisions[0].table
    assert logic is not None
    problems = Coverage(grid_of(logic, Sources(whole)), "answer", "x.dmn", steps=1).problems()
    assert {each.code for each in problems} == {"not-complete"}


# --- citations and dates ---------------------------------------------------------------------------------------


def test_what_the_rulebook_demands_must_be_written() -> None:
    rows = ('<= 3 => "a" # §4', '> 3 => "b" #  ', 'null => "c" # §5')
    written = table("U", DAYS, *rows, annotations=["Citation"])
    problems = found(written, about={"demands": "citation", "citation": "Act 12"})
    assert [(each.code, each.rule) for each in problems] == [("missing-citation", 2)]
    assert found(written, about={"demands": "citation"})[0].message == "the rulebook has no citation"


def test_a_demand_without_a_column_is_one_finding() -> None:
    problems = check(
        model(table("U", DAYS, '- => "a"'), about={"in_force_from": "2026-01-01"}), demands=["in-force-from"]
    )
    assert [each.code for each in problems] == ["missing-in-force-from"]


def test_an_unknown_demand_is_said() -> None:
    assert [each.code for each in check(model(), demands=["colour"])] == ["unknown-demand"]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("2026-01-01 | 2026-02-01", []),
        ("2026-01-01 | ", []),
        ('date("2026-01-01") | @"2026-02-01"', []),
        ("2026-02-30 | ", ["not-a-date"]),
        ("soon | later", ["not-a-date", "not-a-date"]),
        ("2026-02-01 | 2026-02-01", ["dates-out-of-order"]),  # until is the first day without
        ("2026-02-01 | 2026-01-01", ["dates-out-of-order"]),
    ],
)
def test_dates_of_rules_are_dates_in_order(notes: str, expected: list[str]) -> None:
    columns = ["in force from", "in force until"]
    assert codes(table("U", DAYS, f'- => "a" # {notes}', annotations=columns)) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 12, 31), ["not-yet-in-force"]),
        (date(2026, 1, 1), []),
        (date(2026, 1, 31), []),
        (date(2026, 2, 1), ["out-of-force"]),
    ],
)
def test_rules_out_of_force_on_a_day_are_pointed_out(on: date, expected: list[str]) -> None:
    dated = table("U", DAYS, '- => "a" # 2026-01-01 | 2026-02-01', annotations=["in force from", "in force until"])
    assert [each.code for each in check(model(dated), on=on)] == expected
    assert check(model(dated)) == []
