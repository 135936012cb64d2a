"""Boxed expressions: each kind of them read into nodes and decided, alone and inside one another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from recoup.tables.problems import ModelError
from recoup.tables.read import read_model
from recoup.tables.row import compile_model
from tests.tables.dmn import FILE, decision, definitions, fact, function, literal, model, needs, table, variable


def value_of(logic: str, facts: dict[str, Any] | None = None, *others: str, functions: tuple[str, ...] = ()) -> Any:
    """The value of a decision with this logic; facts are inputs of any type."""
    facts = facts or {}
    requires = needs(facts=list(facts), functions=list(functions))
    made = model(*others, *(fact(name) for name in facts), decision("Answer", logic, requires=requires))
    return compile_model(made).decide(facts).values["Answer"]


def refusal_of(logic: str, *others: str, functions: tuple[str, ...] = ()) -> str:
    with pytest.raises(ModelError) as refusal:
        read_model(
            definitions(*others, decision("Answer", logic, requires=needs(functions=list(functions)))), file=FILE
        )
    return str(refusal.value)


def entry(name: str, logic: str, kind: str = "") -> str:
    return f"<contextEntry>{variable(name, kind) if name else ''}{logic}</contextEntry>"


def child(tag: str, logic: str) -> str:
    return f"<{tag}>{logic}</{tag}>"


# --- contexts ---------------------------------------------------------------------------------------------------------


def test_later_entries_of_a_context_see_earlier_ones() -> None:
    logic = (
        f"<context>{entry('a', literal('n'))}{entry('b c', literal('a + 1'))}{entry('d', literal('b c * 2'))}</context>"
    )
    assert value_of(logic, {"n": 1}) == {"a": 1, "b c": 2, "d": 4}


def test_a_context_with_a_final_result_is_worth_that_result() -> None:
    logic = f"<context>{entry('a', literal('n'))}{entry('b', literal('a + 1'))}{entry('', literal('a * b'))}</context>"
    assert value_of(logic, {"n": 3}) == 12


def test_a_context_with_nothing_but_a_result_is_the_result() -> None:
    assert value_of(f"<context>{entry('', literal('7'))}</context>") == 7


def test_only_the_last_entry_may_be_without_a_name() -> None:
    assert "only the last entry" in refusal_of(
        f"<context>{entry('', literal('7'))}{entry('a', literal('7'))}</context>"
    )


def test_two_entries_of_one_name_are_refused() -> None:
    assert "two entries" in refusal_of(f"<context>{entry('a', literal('7'))}{entry('a', literal('8'))}</context>")


def test_an_entry_that_is_not_of_its_type_is_null() -> None:
    logic = f"<context>{entry('a', literal('n'), 'number')}{entry('b', literal('n'), 'string')}</context>"
    assert value_of(logic, {"n": 3}) == {"a": 3, "b": None}


def test_an_entry_may_be_a_table_whose_rules_are_told() -> None:
    inner = table("FIRST", ["n"], [("< 5", '"few"'), ("-", '"many"')])
    made = model(
        fact("n"),
        decision("Answer", f"<context>{entry('size', inner)}{entry('', literal('size'))}</context>",
                 requires=needs(facts=["n"])),
    )  # fmt: skip
    outcome = compile_model(made).decide({"n": 9})
    assert outcome.values == {"Answer": "many"}
    assert outcome.fired == {"size": (2,)}


# --- functions --------------------------------------------------------------------------------------------------------

SQUARE = function("my square", {"x": "number"}, literal("x * x"), kind="number")


def invocation(name: str, **bindings: str) -> str:
    bound = "".join(f'<binding><parameter name="{key}"/>{literal(text)}</binding>' for key, text in bindings.items())
    return f"<invocation>{literal(name)}{bound}</invocation>"


def test_a_business_knowledge_model_is_called_in_words_and_in_a_box() -> None:
    assert value_of(literal("my square(n)"), {"n": 3}, SQUARE, functions=("my square",)) == 9
    assert value_of(literal("my square(x: n)"), {"n": 3}, SQUARE, functions=("my square",)) == 9
    assert value_of(invocation("my square", x="n + 1"), {"n": 3}, SQUARE, functions=("my square",)) == 16


def test_an_argument_of_another_type_is_null() -> None:
    assert value_of(literal('my square("3")'), None, SQUARE, functions=("my square",)) is None


def test_a_function_that_is_not_required_is_unknown() -> None:
    assert "my" in refusal_of(literal("my square(3)"), SQUARE)


def test_functions_know_the_functions_that_they_require() -> None:
    fourth = function("fourth", {"y": ""}, literal("my square(my square(y))"), requires=needs(functions=["my square"]))
    assert value_of(literal("fourth(n)"), {"n": 2}, SQUARE, fourth, functions=("fourth",)) == 16


def test_functions_that_require_one_another_are_refused() -> None:
    one = function("one", {"y": ""}, literal("y"), requires=needs(functions=["other"]))
    other = function("other", {"y": ""}, literal("y"), requires=needs(functions=["one"]))
    assert "requires itself" in refusal_of(literal("1"), one, other)


def test_a_function_may_be_a_table() -> None:
    body = table("UNIQUE", ["days"], [("< 30", '"early"'), (">= 30", '"late"')])
    made = model(
        fact("n"), function("Stage", {"days": "number"}, body),
        decision("Answer", literal("[Stage(n), Stage(n + 10)]"), requires=needs(facts=["n"], functions=["Stage"])),
    )  # fmt: skip
    assert compile_model(made).decide({"n": 25}).values == {"Answer": ["early", "late"]}


def test_a_result_that_is_not_of_the_function_s_type_is_null() -> None:
    text = function("text", {"x": ""}, literal("x"), kind="string")
    assert value_of(literal("text(n)"), {"n": 3}, text, functions=("text",)) is None
    kind = (
        '<itemDefinition name="tF"><functionItem outputTypeRef="string"><parameters name="x"/></functionItem>'
        "</itemDefinition>"
    )
    text = function("text", {"x": ""}, literal("x"), kind="tF")
    assert value_of(literal("text(n)"), {"n": 3}, kind, text, functions=("text",)) is None
    assert value_of(literal("text(n)"), {"n": "3"}, kind, text, functions=("text",)) == "3"


def test_a_boxed_function_in_a_context_is_called_by_later_entries() -> None:
    boxed = f'<functionDefinition><formalParameter name="x" typeRef="number"/>{literal("x + n")}</functionDefinition>'
    logic = f"<context>{entry('add', boxed)}{entry('', literal('add(10)'))}</context>"
    assert value_of(logic, {"n": 1}) == 11
    logic = (
        f"<context>{entry('add', boxed)}{entry('sum', invocation('add', x='20'))}{entry('', literal('sum'))}</context>"
    )
    assert value_of(logic, {"n": 1}) == 21


def test_a_boxed_function_may_call_itself() -> None:
    body = literal("if x <= 1 then 1 else x * factorial(x - 1)")
    boxed = f'<functionDefinition><formalParameter name="x"/>{body}</functionDefinition>'
    assert value_of(f"<context>{entry('factorial', boxed)}{entry('', literal('factorial(5)'))}</context>") == 120


def test_a_function_that_calls_itself_for_ever_is_null() -> None:
    boxed = f'<functionDefinition><formalParameter name="x"/>{literal("f(x + 1)")}</functionDefinition>'
    assert value_of(f"<context>{entry('f', boxed)}{entry('', literal('f(5)'))}</context>") is None


def test_an_invocation_of_what_is_no_function_or_with_too_many_parameters_is_refused() -> None:
    requires = ("my square",)
    assert "more parameters" in refusal_of(invocation("my square", x="1", y="2"), SQUARE, functions=requires)
    no_function = f"<context>{entry('a', literal('1'), 'number')}{entry('', invocation('a', x='1'))}</context>"
    assert "no function" in refusal_of(no_function)


def test_a_built_in_function_is_invoked_in_a_box_by_the_names_of_its_parameters() -> None:
    assert value_of(invocation("abs", n="-1")) == 1
    assert value_of(invocation("contains", match='"b"', string='"abc"')) is True
    assert value_of(invocation("contains", nothing='"b"')) is None


def test_a_decision_may_be_a_function_that_others_call() -> None:
    boxed = f'<functionDefinition><formalParameter name="x" typeRef="number"/>{literal("x * 2")}</functionDefinition>'
    made = model(
        decision("double", boxed), decision("Answer", literal("double(4)"), requires=needs(decisions=["double"]))
    )
    assert compile_model(made).decide({}).values["Answer"] == 8


def test_an_expression_may_ask_for_the_types_of_the_model_but_for_those_that_allow_only_some_values() -> None:
    person = (
        '<itemDefinition name="tPerson"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
        "</itemDefinition>"
    )
    small = (
        '<itemDefinition name="tSmall"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues>'
        '</itemDefinition><itemDefinition name="tOther"><typeRef>tSmall</typeRef></itemDefinition>'
    )
    assert value_of(literal("n instance of tPerson"), {"n": {"age": 3}}, person, small) is True
    assert value_of(literal("n instance of tPerson"), {"n": {"age": "3"}}, person, small) is False
    assert "unknown type 'tSmall'" in refusal_of(literal("1 instance of tSmall"), person, small)
    assert "unknown type 'tOther'" in refusal_of(literal("1 instance of tOther"), person, small)


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_functions_in_other_languages_are_refused(kind: str) -> None:
    boxed = f'<functionDefinition kind="{kind}">{literal("1")}</functionDefinition>'
    assert "only functions in FEEL" in refusal_of(boxed)


# --- lists and relations ----------------------------------------------------------------------------------------------


def test_a_list_holds_its_expressions_in_order() -> None:
    inner = f"<list>{literal('n + 1')}</list>"
    assert value_of(f"<list>{literal('n')}{literal('null')}{inner}</list>", {"n": 1}) == [1, None, [2]]


def relation(names: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    columns = "".join(f'<column name="{name}"/>' for name in names)
    cells = "".join(f"<row>{''.join(map(literal, row))}</row>" for row in rows)
    return f"<relation>{columns}{cells}</relation>"


def test_a_relation_is_a_list_of_contexts() -> None:
    assert value_of(relation(("a", "b"), ("1", '"x"'), ("2", "null"))) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_cells_of_a_row_do_not_see_one_another() -> None:
    logic = relation(("n", "b"), ("n + 1", "n"), ("n + 2", "n * 2"))
    assert value_of(logic, {"n": 5}) == [{"n": 6, "b": 5}, {"n": 7, "b": 10}]


def test_a_row_with_too_few_cells_is_refused() -> None:
    assert "1 cells, the relation 2 columns" in refusal_of(relation(("a", "b"), ("1",)))


# --- boxed expressions of DMN 1.4 -------------------------------------------------------------------------------------


def conditional(condition: str) -> str:
    parts = child("if", literal(condition)), child("then", literal('"yes"')), child("else", literal('"no"'))
    return f"<conditional>{''.join(parts)}</conditional>"


@pytest.mark.parametrize(("n", "expected"), [(6, "yes"), (5, "no"), (None, "no")])
def test_a_boxed_conditional_takes_the_second_branch_for_all_that_is_not_true(n: object, expected: str) -> None:
    assert value_of(conditional("n > 5"), {"n": n}) == expected


def test_a_boxed_filter_keeps_the_items_that_match() -> None:
    logic = f"<filter>{child('in', literal('n'))}{child('match', literal('item > 2'))}</filter>"
    assert value_of(logic, {"n": [1, 2, 3, 4]}) == [3, 4]


def test_a_boxed_filter_sees_the_components_of_items_of_a_known_type() -> None:
    kind = (
        '<itemDefinition name="tDebts" isCollection="true"><itemComponent name="days late"><typeRef>number</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    logic = f"<filter>{child('in', literal('debts'))}{child('match', literal('days late > 30'))}</filter>"
    answer = decision("Answer", logic, requires=needs(facts=["debts"]))
    made = model(kind, fact("debts", "tDebts"), answer)
    debts = [{"days late": 10}, {"days late": 40}]
    assert compile_model(made).decide({"debts": debts}).values["Answer"] == [{"days late": 40}]


def test_a_boxed_filter_finds_the_components_of_items_of_an_unknown_type() -> None:
    logic = f"<filter>{child('in', literal('n'))}{child('match', literal('late > 30'))}</filter>"
    assert value_of(logic, {"n": [{"late": 10}, {"late": 40}]}) == [{"late": 40}]


def test_a_boxed_iteration_gives_a_list() -> None:
    parts = child("in", literal("n")), child("return", literal("x * 2 + count(partial)"))
    assert value_of(f'<for iteratorVariable="x">{"".join(parts)}</for>', {"n": [1, 2, 3]}) == [2, 5, 8]


@pytest.mark.parametrize(("tag", "expected"), [("some", True), ("every", False)])
def test_boxed_quantifiers_ask_of_some_or_of_every_item(tag: str, expected: bool) -> None:
    parts = child("in", literal("n")), child("satisfies", literal("x > 2"))
    logic = f'<{tag} iteratorVariable="x">{"".join(parts)}</{tag}>'
    assert value_of(logic, {"n": [1, 2, 3]}) is expected
    assert value_of(logic, {"n": [3, 4]}) is True
    assert value_of(logic, {"n": [1, 2]}) is False
    assert value_of(logic, {"n": []}) is (tag == "every")


@pytest.mark.parametrize(
    "logic",
    [
        "<conditional><if><literalExpression><text>true</text></literalExpression></if></conditional>",
        "<for><in><literalExpression><text>[1]</text></literalExpression></in><return><literalExpression><text>1</text>"
        "</literalExpression></return></for>",
        '<every iteratorVariable="x"><in><literalExpression><text>[1]</text></literalExpression></in></every>',
        "<filter><in></in><match><literalExpression><text>true</text></literalExpression></match></filter>",
        "<list><nothing/></list>",
    ],
)
def test_a_boxed_expression_that_lacks_a_part_is_refused(logic: str) -> None:
    assert refusal_of(logic)


# --- decision services ------------------------------------------------------------------------------------------------


def offer(name: str, *, gives: tuple[str, ...], inside: tuple[str, ...] = (), given: tuple[str, ...] = (),
            facts: tuple[str, ...] = (), kind: str = "") -> str:  # fmt: skip
    parts = [f'<outputDecision href="#d {each}"/>' for each in gives]
    parts += [f'<encapsulatedDecision href="#d {each}"/>' for each in inside]
    parts += [f'<inputDecision href="#d {each}"/>' for each in given]
    parts += [f'<inputData href="#i {each}"/>' for each in facts]
    return f'<decisionService id="f {name}" name="{name}">{variable(name, kind)}{"".join(parts)}</decisionService>'


CHAIN = (
    fact("n", "number"),
    decision("A", literal("n + 1"), kind="number", requires=needs(facts=["n"])),
    decision("B", literal("A * 10"), kind="number", requires=needs(decisions=["A"])),
    decision("C", literal("B + n"), kind="number", requires=needs(decisions=["B"], facts=["n"])),
)


def test_an_offer_computes_what_it_holds_from_what_it_is_handed() -> None:
    made_offer = offer("S", gives=("C",), inside=("A", "B"), facts=("n",))
    made = model(*CHAIN, made_offer, decision("Answer", literal("S(5)"), requires=needs(functions=["S"])))
    assert compile_model(made).decide({"n": 1}).values["Answer"] == 65
    assert compile_model(made).call("S", {"n": 5}).values == {"S": 65, "C": 65}


def test_a_decision_that_is_handed_in_is_not_computed() -> None:
    made_offer = offer("S", gives=("C",), given=("B",), facts=("n",))
    made = model(*CHAIN, made_offer, decision("Answer", literal("S(n: 5, B: 1)"), requires=needs(functions=["S"])))
    assert compile_model(made).decide({"n": 1}).values["Answer"] == 6
    assert compile_model(made).call("S", {"n": 5, "B": 2}).values["S"] == 7


def test_parameters_of_an_offer_are_its_facts_and_then_the_decisions_handed_in() -> None:
    # Source: OMG DMN 1.5, chapter 10.4: function(input data, input decisions).
    made_offer = offer("S", gives=("C",), given=("B",), facts=("n",))
    made = model(*CHAIN, made_offer, decision("Answer", literal("S(5, 100)"), requires=needs(functions=["S"])))
    assert [each.name for each in made.offers[0].parameters] == ["n", "B"]
    assert compile_model(made).decide({}).values["Answer"] == 105


def test_several_outputs_of_an_offer_are_a_context() -> None:
    made_offer = offer("S", gives=("B", "C"), inside=("A",), facts=("n",))
    made = model(*CHAIN, made_offer, decision("Answer", literal("S(1).C - S(1).B"), requires=needs(functions=["S"])))
    assert compile_model(made).decide({}).values["Answer"] == 1
    assert compile_model(made).call("S", {"n": 1}).values == {"S": {"B": 20, "C": 21}, "B": 20, "C": 21}


def test_what_an_offer_holds_is_inferred_where_it_is_not_listed() -> None:
    made = model(*CHAIN, offer("S", gives=("C",)))
    assert made.offers[0].inside == ("A", "B", "C")
    assert [each.name for each in made.offers[0].parameters] == ["n"]


def test_only_an_offer_is_read_with_all_that_it_needs() -> None:
    data = definitions(*CHAIN, offer("S", gives=("B",), facts=("n",)), decision("Z", literal("odd odd")))
    made = read_model(data, file=FILE, only=["S"])
    assert compile_model(made).call("S", {"n": Decimal(2)}).values["S"] == 30
