"""DMN files into models: what is read, what is refused with file, line and construct, and what a version is."""

from __future__ import annotations

import re

import pytest

from recoup.tables.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, ContextOf, FunctionOf, ListOf
from recoup.tables.model import HitPolicy
from recoup.tables.problems import ModelError, Problem
from recoup.tables.read import read_model
from recoup.tables.read.pieces import DMN
from tests.needs import shared_file
from tests.tables.dmn import FILE, decision, definitions, fact, function, literal, model, needs, table


def problems_of(data: bytes) -> list[Problem]:
    with pytest.raises(ModelError) as refusal:
        read_model(data, file=FILE)
    return list(refusal.value.problems)


def problem_of(*elements: str, extra: str = "") -> Problem:
    [problem] = problems_of(definitions(*elements, extra=extra))
    return problem


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", sorted(DMN))
def test_every_version_of_the_standard_reads_the_same(space: str) -> None:
    elements = (fact("n", "number"), decision("A", literal("n"), requires=needs(facts=["n"])))
    made = read_model(definitions(*elements, space=space), file=FILE)
    assert [each.name for each in made.decisions] == ["A"]
    assert made.version == read_model(definitions(*elements), file=FILE).version


def test_every_model_of_the_kit_is_read() -> None:
    paths = sorted(shared_file("tck/level-2").glob("*/*.dmn"))
    assert len(paths) == 28
    for path in paths:
        assert read_model(path.read_bytes(), file=path.name).decisions


def test_a_table_is_read_with_all_its_parts() -> None:
    text = """
    <decision id="d" name="Team"><variable name="Team" typeRef="string"/>
      <informationRequirement><requiredInput href="#i stage"/></informationRequirement>
      <decisionTable id="t" hitPolicy="PRIORITY" outputLabel="Team" preferredOrientation="Rule-as-Column">
        <input id="in" label="the stage"><inputExpression typeRef="string"><text>stage</text></inputExpression>
          <inputValues><text>"S1","S2"</text></inputValues></input>
        <output id="out" label="the team" typeRef="string"><outputValues><text>"a","b"</text></outputValues>
          <defaultOutputEntry><text>"b"</text></defaultOutputEntry></output>
        <annotation name="citation"/><annotation name="in force from"/>
        <rule id="r1"><inputEntry><text>"S1"</text></inputEntry><outputEntry><text>"a"</text></outputEntry>
          <annotationEntry><text>Art. 1</text></annotationEntry>
          <annotationEntry><text>2026-01-01</text></annotationEntry></rule>
      </decisionTable></decision>"""
    found = model(fact("stage", "string"), text).decision("Team").table
    assert found is not None
    assert (found.name, found.hit_policy, found.id) == ("Team", HitPolicy.PRIORITY, "t")
    assert (found.inputs[0].label, found.inputs[0].expression.text, found.inputs[0].type) == (
        "the stage",
        "stage",
        STRING,
    )
    assert found.inputs[0].allowed is not None
    assert found.inputs[0].allowed.text == '"S1","S2"'
    assert found.outputs[0].default is not None
    assert found.annotation_names == ("citation", "in force from")
    assert found.rules[0].annotations == ("Art. 1", "2026-01-01")
    assert (found.rules[0].number, found.rules[0].id) == (1, "r1")
    assert found.rules[0].conditions[0].text == '"S1"'
    assert found.rules[0].conditions[0].line == 12


def test_an_empty_condition_is_the_one_that_always_holds() -> None:
    found = model(fact("n"), decision("A", table("FIRST", ["n"], [("", "1"), ("-", "2")]), requires=needs(facts=["n"])))
    made = found.decision("A").table
    assert made is not None
    assert made.rules[0].conditions[0].tests == made.rules[1].conditions[0].tests


def test_types_are_read_through_item_definitions() -> None:
    made = model(
        '<itemDefinition name="tLoan"><itemComponent name="amount"><typeRef>number</typeRef></itemComponent>'
        '<itemComponent name="dates" isCollection="true"><typeRef>feel:date</typeRef></itemComponent>'
        '<itemComponent name="holder"><itemComponent name="adult"><typeRef>own:tFlag</typeRef></itemComponent>'
        "</itemComponent></itemDefinition>",
        '<itemDefinition name="tFlag"><typeRef>tFlag2</typeRef></itemDefinition>',
        '<itemDefinition name="tFlag2"><typeRef>boolean</typeRef></itemDefinition>',
        '<itemDefinition name="tLoans" isCollection="true"><typeRef>tLoan</typeRef></itemDefinition>',
        '<itemDefinition name="tRule"><functionItem outputTypeRef="number"><parameters name="x" typeRef="string"/>'
        "</functionItem></itemDefinition>",
        fact("loans", "tLoans"),
        extra='xmlns:own="https://test" xmlns:feel="https://www.omg.org/spec/DMN/20230324/FEEL/"',
    )
    loan = ContextOf({"amount": NUMBER, "dates": ListOf(DATE), "holder": ContextOf({"adult": BOOLEAN})})
    assert made.inputs[0].type == ListOf(loan)
    assert made.inputs[0].type_name == "tLoans"
    assert made.item_types["tRule"] == FunctionOf((STRING,), NUMBER)


def test_allowed_values_follow_the_chain_of_types_and_of_items() -> None:
    made = model(
        '<itemDefinition name="tSmall"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues>'
        "</itemDefinition>",
        '<itemDefinition name="tFew" isCollection="true"><typeRef>tSmall</typeRef>'
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>",
        '<itemDefinition name="tTiny"><typeRef>tSmall</typeRef><allowedValues><text>[0..3]</text></allowedValues>'
        "</itemDefinition>",
        fact("one", "tSmall"),
        fact("few", "tFew"),
        fact("tiny", "tTiny"),
    )
    one, few, tiny = made.inputs
    assert one.allowed is not None
    assert one.allowed.text == "[0..9]"
    assert few.constraint is not None
    assert [cell.text for cell in few.constraint.tests] == ["count(?) < 3"]
    assert few.constraint.item == one.constraint
    assert tiny.constraint is not None
    assert [cell.text for cell in tiny.constraint.tests] == ["[0..9]", "[0..3]"]
    assert tiny.allowed is None


def test_the_order_of_a_model_is_that_of_its_requirements() -> None:
    made = model(
        decision("C", literal("B"), requires=needs(decisions=["B"])),
        decision("B", literal("A"), requires=needs(decisions=["A"])),
        decision("A", literal("1")),
    )
    assert [each.name for each in made.decisions] == ["A", "B", "C"]
    assert made.decision("C").requires == ("B",)


def test_an_element_of_the_own_namespace_may_be_referred_to_in_full() -> None:
    requirement = '<informationRequirement><requiredInput href="https://test#i n"/></informationRequirement>'
    assert model(fact("n"), decision("A", literal("n"), requires=requirement)).decision("A").requires == ("n",)


def test_a_rulebook_says_its_own_particulars() -> None:
    made = model(
        "<description> What holds for whom. </description>",
        extra='xmlns:recoup="https://recoup.dev/dmn/1" recoup:title="Stages" recoup:title.zh-Hans="阶段" '
        'recoup:inForceFrom="2026-01-01" recoup:demands="citation in-force-from"',
    )
    assert made.about == {
        "title": "Stages",
        "title.zh-Hans": "阶段",
        "in_force_from": "2026-01-01",
        "demands": "citation in-force-from",
        "description": "What holds for whom.",
    }


def test_what_other_tools_write_into_a_model_is_left_out() -> None:
    made = model(
        '<x:own xmlns:x="https://other"><x:deep/></x:own>',
        '<extensionElements><x:thing xmlns:x="https://other"/></extensionElements>',
        '<d:DMNDI xmlns:d="https://www.omg.org/spec/DMN/20230324/DMNDI/"><d:DMNDiagram/></d:DMNDI>',
        '<decision name="A" x:colour="red" xmlns:x="https://other"><literalExpression><text>1</text>'
        "</literalExpression></decision>",
    )
    assert made.decision("A").type == ANY


# --- only a part ------------------------------------------------------------------------------------------------------


def test_only_what_is_asked_for_and_what_it_needs_is_read() -> None:
    data = definitions(
        decision("A", literal("1")),
        decision("B", literal("A"), requires=needs(decisions=["A"])),
        decision("Z", literal("this is no FEEL at all")),
        '<itemDefinition name="tOdd"><typeRef>tUnknown</typeRef></itemDefinition>',
    )
    made = read_model(data, file=FILE, only=["B"])
    assert [each.name for each in made.decisions] == ["A", "B"]
    with pytest.raises(ModelError):
        read_model(data, file=FILE)
    with pytest.raises(ModelError, match="the model has no 'Q'"):
        read_model(data, file=FILE, only=["Q"])


def test_the_version_is_that_of_the_whole_file_also_where_a_part_is_read() -> None:
    data = definitions(decision("A", literal("1")), decision("B", literal("2")))
    assert read_model(data, file=FILE, only=["A"]).version == read_model(data, file=FILE).version


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = [
    # elements, severity, said, construct
    (['<import name="x" namespace="y" importType="z"/>'], "refused", "other models", "y"),
    (["<somethingNew/>"], "refused", "<definitions> holds no <somethingNew>", "<somethingNew>"),
    ([decision("A", "<surprise/>")], "refused", "<decision> holds no <surprise>", "<surprise>"),
    ([decision("A", '<literalExpression odd="1"><text>1</text></literalExpression>')], "refused", "attribute 'odd'",
     "odd"),
    ([decision("A", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>')], "refused",
     "only FEEL", "python"),
    ([function("F", {}, '<context/>').replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')], "refused",
     "only functions in FEEL", "Java"),
    ([decision("A", literal("1 +"))], "error", "ends too early", ""),
    ([decision("A", literal("unknown"))], "error", "unknown name", "unknown"),
    ([decision("A", literal(""))], "error", "the expression is empty", "<literalExpression>"),
    ([decision("A", literal("1"), kind="tNone")], "error", "no type 'tNone'", "tNone"),
    ([decision("A", literal("1"), requires=needs(decisions=["A"]))], "refused", "'A' requires itself: A > A", "A"),
    ([decision("A", literal("B"), requires=needs(decisions=["B"])),
      decision("B", literal("A"), requires=needs(decisions=["A"]))], "refused", "requires itself", ""),
    ([decision("A", literal("1"), requires=needs(facts=["none"]))], "error", "there is no", "#i none"),
    ([fact("n"), fact("n").replace("i n", "other")], "error", "two elements are called 'n'", "n"),
    ([fact("n"), fact("m").replace("i m", "i n")], "error", "two elements have the id 'i n'", "i n"),
    ([decision("A", '<literalExpression><text>1</text></literalExpression>').replace('<variable name="A"',
      '<variable name="B"')], "error", "has another name", "B"),
    (['<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'], "refused", "made of itself", "t"),
    (['<itemDefinition name="t"><itemComponent name="c"><typeRef>t</typeRef></itemComponent></itemDefinition>'],
     "refused", "made of itself", "t"),
    (['<itemDefinition name="number"><typeRef>string</typeRef></itemDefinition>'], "error", "like a type of FEEL", ""),
    ([decision("A", table("BEST", [], [("1",)]))], "error", "no hit policy 'BEST'", "BEST"),
    ([decision("A", table("COLLECT MEDIAN", [], [("1",)]))], "error", "no aggregation 'MEDIAN'", "MEDIAN"),
    ([decision("A", table("COLLECT SUM", [], [("1", "2")], outputs=("a", "b")))], "error", "single output", "SUM"),
    ([decision("A", table("PRIORITY", [], [("1",)]))], "error", "needs output values", "<decisionTable>"),
    ([decision("A", table("FIRST", [], [("1", "2")], outputs=("a", "a")))], "error", "a name of its own", ""),
    ([decision("A", table("FIRST", ["1"], [("-", "1", "2")]))], "error", "has 2 outputs, the table 1", "<rule>"),
    ([decision("A", table("FIRST", ["1"], [("-", "")]))], "error", "an output entry is empty", "<outputEntry>"),
    ([decision("A", "<decisionTable><rule/></decisionTable>")], "error", "has no output", "<decisionTable>"),
    ([decision("A", literal("1") + literal("2"))], "error", "2 expressions, not one", "<literalExpression>"),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "severity", "said", "construct"), REFUSED)
def test_what_is_wrong_or_unknown_is_said_with_file_line_and_construct(
    elements: list[str], severity: str, said: str, construct: str
) -> None:
    problems = problems_of(definitions(*elements))
    assert any(said in problem.message and construct in problem.construct for problem in problems), problems
    assert {problem.severity for problem in problems} == {severity}
    assert all(problem.file == FILE and problem.line for problem in problems)


def test_every_problem_of_a_file_is_said_at_once() -> None:
    data = definitions(decision("A", literal("x")), decision("B", literal("y")), "<odd/>")
    assert len(problems_of(data)) == 3


def test_a_problem_names_the_line_of_the_expression_the_table_and_the_rule() -> None:
    rows = [("< 1", "1"), ("< ", "2")]
    problem = problem_of(fact("n"), decision("A", table("FIRST", ["n"], rows), requires=needs(facts=["n"])))
    assert (problem.line, problem.table, problem.rule) == (5, "A", 2)


def test_a_line_inside_a_long_expression_is_counted() -> None:
    problem = problem_of(decision("A", literal("1 +\n2 +\nnowhere")))
    assert problem.line == 4
    assert problem.construct == "nowhere"


# --- versions ---------------------------------------------------------------------------------------------------------


def version(text: str) -> str:
    return read_model(text.encode(), file=FILE).version


def test_layout_ids_order_and_drawing_do_not_change_a_version() -> None:
    text = definitions(
        fact("n", "number"), decision("A", table("FIRST", ["n"], [("< 1", '"a  b"')]), requires=needs(facts=["n"]))
    ).decode()
    first, second = fact("n", "number"), text[text.index("<decision ") : text.index("</definitions>")]
    same = [
        text.replace("><", ">\n   <"),
        text.replace("i n", "another").replace('"d A"', '"own"'),
        text.replace(first, "").replace("</definitions>", first + "</definitions>"),
        text.replace("</definitions>", '<z:DMNDI xmlns:z="https://drawing"/></definitions>'),
        text.replace("&lt; 1", "&lt;\n1"),
        text.replace('name="test"', 'exporter="x" exporterVersion="1" name="test"'),
        text.replace("<decisionTable ", '<decisionTable preferredOrientation="Rule-as-Row" '),
    ]
    assert second in text
    assert {version(each) for each in [text, *same]} == {version(text)}
    assert len(set(same) | {text}) == len(same) + 1


def test_content_changes_a_version() -> None:
    text = definitions(
        fact("n", "number"), decision("A", table("FIRST", ["n"], [("< 1", '"a  b"')]), requires=needs(facts=["n"]))
    ).decode()
    others = [
        text.replace("&lt; 1", "&lt; 2"),
        text.replace("a  b", "a b"),
        text.replace("FIRST", "ANY"),
        text.replace('typeRef="number"', 'typeRef="string"'),
        text.replace('name="test"', 'name="other"'),
        re.sub(r"(<rule>.*</rule>)", r"\1\1", text, flags=re.DOTALL),
    ]
    assert len({version(each) for each in [text, *others]}) == len(others) + 1
