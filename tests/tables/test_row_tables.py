"""Decision tables, one case at a time: hit policies, nulls, allowed values, types, and what is said about a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.feel import Months, compile_unary_tests
from recoup.tables.feel.closures import any_of
from recoup.tables.model import Cell
from recoup.tables.row import Outcome, compile_model, explain
from recoup.tables.row.index import ColumnIndex
from tests.generative import sampled
from tests.tables.dmn import decision, definitions, fact, literal, model, needs, table

ROWS = (("< 30", '"early"'), (">= 30", '"late"'), (">= 60", '"very late"'))


def decided(logic: str, facts: dict[str, Any], *, kind: str = "", fact_kind: str = "number", **more: str) -> Outcome:
    """The outcome of one table `Answer` over one fact `days`."""
    made = model(fact("days", fact_kind), decision("Answer", logic, kind=kind, requires=needs(facts=["days"])), **more)
    return compile_model(made).decide(facts)


def answer_and_rules(policy: str, days: object, rows: Sequence[Sequence[str]] = ROWS, **more: Any) -> tuple[Any, Any]:
    outcome = decided(table(policy, ["days"], rows, **more), {"days": days})
    return outcome.values["Answer"], outcome.fired["Answer"]


# --- hit policies -------------------------------------------------------------------------------------------------


def test_a_unique_table_gives_the_one_rule_that_holds() -> None:
    assert answer_and_rules("UNIQUE", 29) == ("early", (1,))
    assert answer_and_rules("UNIQUE", 30) == ("late", (2,))


def test_a_unique_table_with_two_rules_that_hold_gives_null_and_complains() -> None:
    outcome = decided(table("UNIQUE", ["days"], ROWS), {"days": 60})
    assert outcome.values["Answer"] is None
    assert outcome.fired["Answer"] == ()
    assert outcome.complaints == ["'Answer' is UNIQUE, and rules 2, 3 hold"]


def test_an_any_table_gives_the_answer_on_which_its_rules_agree() -> None:
    rows = ((">= 0", '"x"'), (">= 10", '"x"'), (">= 20", '"y"'))
    assert answer_and_rules("ANY", 10, rows) == ("x", (1,))
    outcome = decided(table("ANY", ["days"], rows), {"days": 20})
    assert outcome.values["Answer"] is None
    assert outcome.complaints == ["'Answer' is ANY, and rules 1, 2, 3 give different answers"]


def test_a_first_table_gives_the_first_rule_that_holds() -> None:
    assert answer_and_rules("FIRST", 90) == ("late", (2,))


def test_a_priority_table_gives_the_answer_that_stands_first_in_its_output_values() -> None:
    values = '"very late", "late", "early"'
    assert answer_and_rules("PRIORITY", 90, values=values) == ("very late", (3,))
    assert answer_and_rules("PRIORITY", 31, values=values) == ("late", (2,))


def test_answers_of_equal_priority_come_in_the_order_of_the_rules() -> None:
    rows = (("-", '"b"'), ("-", '"a"'), ("-", '"a"'))
    assert answer_and_rules("OUTPUT ORDER", 1, rows, values='"a","b"') == (["a", "a", "b"], (2, 3, 1))
    assert answer_and_rules("PRIORITY", 1, rows, values='"a","b"') == ("a", (2,))


def test_an_answer_that_is_not_among_the_output_values_comes_last() -> None:
    assert answer_and_rules("OUTPUT ORDER", 90, values='"very late"') == (["very late", "late"], (3, 2))


def test_rule_order_and_collect_give_every_answer_in_the_order_of_the_rules() -> None:
    for policy in ("RULE ORDER", "COLLECT"):
        assert answer_and_rules(policy, 90) == (["late", "very late"], (2, 3))


@pytest.mark.parametrize(
    ("fold", "expected"), [("SUM", Decimal("3.3")), ("MIN", Decimal("1.1")), ("MAX", Decimal("2.2")), ("COUNT", 2)]
)
def test_an_aggregation_folds_the_answers(fold: str, expected: object) -> None:
    rows = ((">= 1", "1.1"), (">= 2", "2.2"), (">= 3", "3.3"))
    assert answer_and_rules(f"COLLECT {fold}", 2, rows) == (expected, (1, 2))


POLICIES = (
    "UNIQUE", "ANY", "FIRST", "PRIORITY", "OUTPUT ORDER", "RULE ORDER", "COLLECT", "COLLECT SUM", "COLLECT MIN",
    "COLLECT MAX", "COLLECT COUNT",
)  # fmt: skip


@pytest.mark.parametrize("policy", POLICIES)
def test_where_no_rule_holds_the_answer_is_null_under_every_policy(policy: str) -> None:
    assert answer_and_rules(policy, 5, ((">= 9", "1"),), values="1") == (None, ())


@pytest.mark.parametrize("policy", POLICIES)
def test_where_no_rule_holds_the_answer_is_the_default_under_every_policy(policy: str) -> None:
    assert answer_and_rules(policy, 5, ((">= 9", "1"),), values="1,7", default="7") == (7, ())


def test_several_outputs_give_a_context_by_their_names() -> None:
    rows = (("< 30", '"call"', "1"), ("-", '"visit"', "2"))
    assert answer_and_rules("FIRST", 3, rows, outputs=("what", "who")) == ({"what": "call", "who": 1}, (1,))
    assert answer_and_rules("COLLECT", 3, rows, outputs=("what", "who"))[0] == [
        {"what": "call", "who": 1},
        {"what": "visit", "who": 2},
    ]


def test_of_several_outputs_the_left_one_decides_the_priority() -> None:
    rows = (("-", '"b"', '"a"'), ("-", '"a"', '"b"'), ("-", '"a"', '"a"'))
    found, rules = answer_and_rules("OUTPUT ORDER", 1, rows, outputs=("one", "two"), values='"a","b"')
    assert rules == (3, 2, 1)
    assert found[0] == {"one": "a", "two": "a"}


def test_two_cases_never_share_the_context_that_they_were_given() -> None:
    rows = (("-", '"call"', "1"),)
    logic = table("FIRST", ["days"], rows, outputs=("what", "who"))
    compiled = compile_model(model(fact("days"), decision("Answer", logic, requires=needs(facts=["days"]))))
    compiled.decide({}).values["Answer"]["what"] = "spoilt"
    assert compiled.decide({}).values["Answer"] == {"what": "call", "who": 1}


def test_a_table_without_inputs_takes_its_rules_as_they_are() -> None:
    made = model(decision("Answer", table("FIRST", [], [('"x"',)])))
    assert compile_model(made).decide({}).values == {"Answer": "x"}


def test_conclusions_are_reckoned_from_the_facts() -> None:
    assert answer_and_rules("FIRST", 40, (("< 30", "days"), ("-", "days * 2 + 1"))) == (81, (2,))


# --- nulls, types, allowed values -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["< 30", "> 0", "[0..30]", "not(5)", '"x"', "5", "not(> 3)"])
def test_a_null_fact_passes_no_comparison(cell: str) -> None:
    # not(5) holds for null: null = 5 is false, not unknown.
    expected = 1 if cell == "not(5)" else None
    assert answer_and_rules("FIRST", None, ((cell, "1"),))[0] == expected


@pytest.mark.parametrize("cell", ["-", "null", "? = null", "not(null)", "null, 7"])
def test_a_null_fact_passes_what_says_so(cell: str) -> None:
    assert answer_and_rules("FIRST", None, ((cell, "1"),))[0] == (None if cell == "not(null)" else 1)


def test_an_absent_fact_is_null_and_no_reason_to_complain() -> None:
    outcome = decided(table("FIRST", ["days"], (("null", "1"),)), {})
    assert (outcome.values, outcome.complaints) == ({"Answer": 1}, [])


@pytest.mark.parametrize("value", ["thirty", True, date(2026, 1, 1), [1, 2], {"a": 1}, float("nan"), float("inf")])
def test_a_fact_of_another_type_is_null_with_a_complaint(value: object) -> None:
    outcome = decided(table("FIRST", ["days"], (("null", '"null"'), ("-", '"other"'))), {"days": value})
    assert outcome.values["Answer"] == "null"
    assert len(outcome.complaints) == 1
    assert "'days'" in outcome.complaints[0]


@pytest.mark.parametrize("value", [0.1, Decimal("0.1"), Decimal("0.10"), [0.1]])
def test_a_binary_fraction_is_taken_by_the_digits_it_prints(value: object) -> None:
    assert answer_and_rules("FIRST", value, (("0.1", '"a tenth"'),))[0] == "a tenth"


def test_a_fact_that_is_not_allowed_is_null_with_a_complaint() -> None:
    kind = (
        '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"card","loan"</text>'
        "</allowedValues></itemDefinition>"
    )
    logic = table("FIRST", ["days"], (("null", '"unknown"'), ("-", "days")))
    made = model(kind, fact("days", "tKind"), decision("Answer", logic, requires=needs(facts=["days"])))
    compiled = compile_model(made)
    assert compiled.decide({"days": "card"}).values == {"Answer": "card"}
    refused = compiled.decide({"days": "boat"})
    assert refused.values == {"Answer": "unknown"}
    assert refused.complaints == ["the fact 'days' is 'boat', which is not allowed"]


def test_an_input_outside_its_values_is_tested_as_null_with_a_complaint() -> None:
    logic = table("FIRST", ["days"], (("> 5", "1"), ("null", "2"), ("-", "3")), allowed={"days": "[0..100]"})
    assert decided(logic, {"days": 50}).values["Answer"] == 1
    outcome = decided(logic, {"days": 101})
    assert outcome.values["Answer"] == 2
    assert outcome.complaints == ["the input 'days' of 'Answer' is 101, which is not among [0..100]"]


def test_a_value_that_is_not_of_its_declared_type_is_null_with_a_complaint() -> None:
    outcome = decided(literal("string(days)"), {"days": 3}, kind="number")
    assert outcome.values["Answer"] is None
    assert outcome.complaints == ["the decision 'Answer' is '3', which is no number"]


def test_a_list_of_one_and_its_item_are_taken_for_each_other() -> None:
    numbers = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    made = model(numbers, fact("days", "tNumbers"), decision("Answer", literal("days"), kind="number",
                 requires=needs(facts=["days"])))  # fmt: skip
    compiled = compile_model(made)
    assert compiled.decide({"days": 7}).values == {"Answer": 7}
    assert compiled.decide({"days": [7]}).values == {"Answer": 7}
    assert compiled.decide({"days": [7, 8]}).values == {"Answer": None}


LOAN = (
    '<itemDefinition name="tLoan"><itemComponent name="owed"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="holder"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="name"><typeRef>string</typeRef></itemComponent></itemComponent></itemDefinition>'
)


def test_a_component_that_is_absent_from_a_fact_is_null() -> None:
    answer = decision(
        "Answer", literal("[loan.owed, loan.holder.age, loan.holder.name]"), requires=needs(facts=["loan"])
    )
    compiled = compile_model(model(LOAN, fact("loan", "tLoan"), answer))
    outcome = compiled.decide({"loan": {"owed": 5, "holder": {"age": 7}}})
    assert outcome.values == {"Answer": [5, 7, None]}
    assert outcome.complaints == []
    assert compiled.decide({"loan": {"holder": None}}).values == {"Answer": [None, None, None]}


def test_a_context_that_an_expression_makes_without_a_component_is_not_of_the_type() -> None:
    outcome = compile_model(model(LOAN, decision("Answer", literal("{owed: 5}"), kind="tLoan"))).decide({})
    assert outcome.values == {"Answer": None}
    assert outcome.complaints == [
        "the decision 'Answer' is {'owed': Decimal('5')}, which is no context of owed, holder"
    ]


def test_one_and_true_are_two_different_conditions() -> None:
    rows = (("1", '"number"'), ("true", '"boolean"'), ('"1"', '"text"'))
    logic = table("FIRST", ["days"], rows)
    given_ = [decided(logic, {"days": value}, fact_kind="Any").values["Answer"] for value in (1, True, "1")]
    assert given_ == ["number", "boolean", "text"]


def test_a_condition_may_read_other_facts() -> None:
    logic = table("UNIQUE", ["days"], (("< limit", '"below"'), (">= limit", '"above"')))
    made = model(
        fact("days", "number"),
        fact("limit", "number"),
        decision("Answer", logic, requires=needs(facts=["days", "limit"])),
    )
    compiled = compile_model(made)
    assert compiled.decide({"days": 5, "limit": 9}).values["Answer"] == "below"
    assert compiled.decide({"days": 9, "limit": 9}).values["Answer"] == "above"
    assert compiled.decide({"days": 9, "limit": None}).values["Answer"] is None


# --- graphs ---------------------------------------------------------------------------------------------------------


def chain() -> bytes:
    return definitions(
        decision("C", literal("B + 1"), requires=needs(decisions=["B"])),
        decision("B", literal("A * 2"), requires=needs(decisions=["A"])),
        decision("A", literal("n"), requires=needs(facts=["n"])),
        decision("D", literal("n - 1"), requires=needs(facts=["n"])),
        fact("n", "number"),
    )


def test_decisions_are_taken_after_those_they_require_whatever_their_place_in_the_file() -> None:
    from recoup.tables.read import read_model

    made = read_model(chain(), file="chain.dmn")
    assert compile_model(made).decide({"n": 5}).values == {"A": 5, "B": 10, "C": 11, "D": 4}


def test_one_decision_is_taken_with_what_it_requires_and_nothing_else() -> None:
    from recoup.tables.read import read_model

    made = read_model(chain(), file="chain.dmn")
    assert compile_model(made, "B").decide({"n": 5}).values == {"A": 5, "B": 10}
    with pytest.raises(KeyError):
        compile_model(made, "E")


# --- explanation ----------------------------------------------------------------------------------------------------


def test_the_story_says_of_every_cell_whether_it_held() -> None:
    logic = table("FIRST", ["days", "kind"], (("> 5", '"card"', "1"), ("> 50", "-", "2"), ("-", "-", "3")))
    made = model(
        fact("days", "number"),
        fact("kind", "string"),
        decision("Answer", logic, requires=needs(facts=["days", "kind"])),
    )
    facts = {"days": 10, "kind": None}
    [story] = explain(made, compile_model(made).decide(facts), facts)
    assert story.table == "Answer"
    assert story.inputs == (("days", 10), ("kind", None))
    assert [rule.cells for rule in story.rules] == [(True, False), (False, True), (True, True)]
    assert [rule.holds for rule in story.rules] == [False, False, True]
    assert [rule.number for rule in story.fired] == [3]
    assert story.value == 3


# --- the index says what the cells say ------------------------------------------------------------------------------

CELLS = [
    "-", "1", "2.5", "< 2", "<= 2", "> 2", ">= 2.5", "[1..3]", "(1..3)", "[1..3)", "]1..3[", "1, 3", "not(2)",
    "not([1..2.5])", "not(< 2, > 3)", "null", "not(null)", '"a"', '"b"', '< "b"', 'not("a","b")', '["a".."c")', "true",
    "false", "not(true)", "1, \"a\"", 'date("2026-01-01")', '>= date("2026-01-01")',
    '[date("2026-01-01")..date("2026-06-30")]', 'duration("P1D")', '> duration("PT36H")', 'duration("P1Y")',
    '< duration("P18M")', "[3..1]", "-1", "< -1", "!= 2", '!= "a"', "? > 1 and ? < 3", "null, > 3", "not(-)", "< n",
    "[n..3]", "n", "not(n)", '[1.."a"]', "@\"2026-01-01\"",
]  # fmt: skip
VALUES: list[Any] = [
    None, 0, 1, 2, 3, 4, -1, -2, Decimal("1.0"), Decimal("2.5"), Decimal("2.25"), Decimal("1e3"), "", "a", "b", "c",
    "ab", "z", True, False, date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 30), date(2027, 1, 1),
    timedelta(days=1), timedelta(hours=36), timedelta(days=2), Months(12), Months(17), Months(18), [], [1], [1, 2],
    ["a"], {"a": 1},
]  # fmt: skip


def readable(cells: Sequence[str]) -> list[str]:
    """Those of the cells that FEEL can read."""
    found = []
    for cell in cells:
        try:
            compile_unary_tests(cell, ["n"])
        except ValueError:
            continue
        found.append(cell)
    return found


@sampled
@given(data=st.data())
def test_the_index_finds_exactly_the_rules_whose_cells_hold(examples: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from(readable(CELLS)), min_size=1, max_size=12))
    cells = [Cell(text, compile_unary_tests(text, ["n"]).tests) for text in texts]
    index = ColumnIndex.of(cells)
    facts = {"n": data.draw(st.sampled_from([None, 1, 2, "a"]))}
    for value in VALUES:
        asked = sum(1 << at for at, cell in enumerate(cells) if any_of(cell.tests)(value, facts) is True)
        assert index.rules(value, facts, (1 << len(cells)) - 1) == asked, (value, facts, texts)


def test_every_cell_of_the_list_is_readable_but_the_one_that_is_meant_not_to_be() -> None:
    assert set(CELLS) - set(readable(CELLS)) <= {"not(-)"}
