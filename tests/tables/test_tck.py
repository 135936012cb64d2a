"""The compatibility kit's cases: test files read, answers compared, and the command that runs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recoup.project.commandline import main
from recoup.project.commands.tables import tck as command
from recoup.project.commands.tables.columns_engine import duckdb_engine
from recoup.tables.feel import Months
from recoup.tables.model import Model
from recoup.tables.problems import ModelError
from recoup.tables.tck import Finding, Untyped, agree, judged, read_tests, row_engine
from tests.needs import shared_file
from tests.tables.dmn import decision, definitions, fact, function, literal, needs

HEAD = (
    '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)


def kit_file(*cases: str, named: str = "m.dmn") -> bytes:
    return f"{HEAD}<modelName>{named}</modelName>{''.join(cases)}</testCases>".encode()


def value(text: object, kind: str = "decimal") -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


def case(facts: Mapping[str, str], expected: Mapping[str, str], head: str = 'id="1"') -> str:
    inputs = "".join(f'<inputNode name="{name}">{inner}</inputNode>' for name, inner in facts.items())
    results = "".join(
        f'<resultNode name="{name}" type="decision"><expected>{inner}</expected></resultNode>'
        for name, inner in expected.items()
    )
    return f"<testCase {head}>{inputs}{results}</testCase>"


MODEL = definitions(
    fact("n", "number"),
    decision("Twice", literal("n * 2"), kind="number", requires=needs(facts=["n"])),
    decision("Third", literal("n / 3"), requires=needs(facts=["n"])),
    decision("Odd", literal("beyond all (support)")),
    function("Half", {"x": "number"}, literal("x / 2")),
    '<decisionService name="Doubling"><outputDecision href="#d Twice"/><inputData href="#i n"/></decisionService>',
)


def finding_of(text: str, data: bytes = MODEL) -> Finding:
    [found] = read_tests(kit_file(text), file="m-test-01.xml").cases
    return judged(found, data, model_file="m.dmn", test_file="m-test-01.xml", engine=row_engine)


# --- test files -------------------------------------------------------------------------------------------------------

VALUES = [
    (value("1.50"), Decimal("1.5")),
    (value("-1e3", "double"), Decimal(-1000)),
    (value(7, "integer"), Decimal(7)),
    (value(" a b ", "string"), " a b "),
    (value("", "string"), ""),
    (value("true", "boolean"), True),
    (value("0", "boolean"), False),
    (value("2026-11-23", "date"), date(2026, 11, 23)),
    (value("P1Y2M", "duration"), Months(14)),
    (value("P1DT2H", "dayTimeDuration"), timedelta(days=1, hours=2)),
    ('<value xsi:nil="true"/>', None),
    ("", None),
    ("<value>7</value>", Untyped("7")),
    ("<list/>", []),
    ('<list xsi:nil="true"/>', None),
    (f"<list><item>{value(1)}</item><item><list><item>{value(2)}</item></list></item></list>", [Decimal(1), [2]]),
    (f'<component name="a">{value(1)}</component><component name="b"><list/></component>', {"a": 1, "b": []}),
    (f'<list><item><component name="a">{value("x", "string")}</component></item></list>', [{"a": "x"}]),
]


@pytest.mark.parametrize(("written", "expected"), VALUES)
def test_a_value_of_every_sort_is_read(written: str, expected: object) -> None:
    [found] = read_tests(kit_file(case({"n": written}, {"A": written})), file="t.xml").cases
    assert found.facts["n"] == expected
    assert type(found.facts["n"]) is type(expected)
    assert found.expected[0].value == expected


@pytest.mark.parametrize(
    "written", [value("x"), value("2026-02-30", "date"), value("NaN", "double"), value("1e9999"), value(1, "odd")]
)
def test_a_value_that_cannot_be_read_refuses_its_case_and_says_why(written: str) -> None:
    found = finding_of(case({"n": written}, {"Twice": value(2)}))
    assert found.verdict == "refused"
    assert "line 1" in found.reason


AGREE = [
    # expected, found, whether they agree
    (Decimal("0.333333333"), Decimal("0.3333333333333333333333333333333333"), True),  # 1e-9 away, relative
    (Decimal("0.33333"), Decimal("0.33333333333"), False),
    (Decimal(10**12), Decimal(10**12 + 1), True),
    (Decimal(0), Decimal("1e-30"), False),
    (Decimal(1), 1, True),
    (Decimal(1), True, False),
    (True, True, True),
    (True, 1, False),
    ("1", Decimal(1), False),
    (None, None, True),
    (None, False, False),
    (False, None, False),
    ([], [], True),
    ([], None, False),
    ({}, {}, True),
    ({}, [], False),
    ([Decimal(1)], [1, 2], False),
    ([Decimal(1)], 1, False),
    ({"a": None}, {"a": None}, True),
    ({"a": None}, {}, False),
    ({"a": Decimal(1)}, {"a": 1, "b": 2}, False),
    ([{"a": ["x"]}], [{"a": ["x"]}], True),
    ([{"a": ["x"]}], [{"a": ["y"]}], False),
    (Untyped("7"), 7, True),
    (Untyped("true"), True, True),
    (Untyped("a"), "a", True),
    (date(2026, 1, 1), date(2026, 1, 1), True),
    (date(2026, 1, 1), "2026-01-01", False),
]


@pytest.mark.parametrize(("expected", "found", "same"), AGREE)
def test_an_answer_agrees_only_with_the_same_value(expected: Any, found: Any, same: bool) -> None:
    assert agree(expected, found) is same


# --- verdicts ---------------------------------------------------------------------------------------------------------


def test_a_case_passes_when_every_node_is_right() -> None:
    right = {"Twice": value(10), "Third": value("1.66666666666667")}
    assert finding_of(case({"n": value(5)}, right)).verdict == "passed"
    wrong = finding_of(case({"n": value(5)}, right | {"Twice": value(11)}))
    assert wrong.verdict == "wrong"
    assert wrong.reason == "'Twice' is Decimal('10'), expected Decimal('11')"


def test_a_case_is_refused_when_one_of_its_nodes_is_beyond_support_and_the_others_are_not_harmed() -> None:
    refused = finding_of(case({"n": value(5)}, {"Twice": value(10), "Odd": value(1)}))
    assert refused.verdict == "refused"
    assert (refused.problems[0].file, refused.problems[0].line) == ("m.dmn", 5)
    assert finding_of(case({"n": value(5)}, {"Twice": value(10)})).verdict == "passed"


def test_a_function_and_an_offer_of_decisions_are_called_by_name() -> None:
    assert (
        finding_of(case({"x": value(5)}, {"Half": value("2.5")}, 'type="bkm" invocableName="Half"')).verdict == "passed"
    )
    offer = 'type="decisionService" invocableName="Doubling"'
    for name in ("Doubling", "Twice"):
        assert finding_of(case({"n": value(5)}, {name: value(10)}, offer)).verdict == "passed"
        assert finding_of(case({"n": value(5)}, {name: value(9)}, offer)).verdict == "wrong"
    assert finding_of(case({"n": value(5)}, {"Third": value(1)}, offer)).verdict == "wrong"


def test_a_value_without_type_is_read_as_of_the_type_of_the_input() -> None:
    assert finding_of(case({"n": "<value>5</value>"}, {"Twice": "<value>10</value>"})).verdict == "passed"


# --- the command ------------------------------------------------------------------------------------------------------


def folder_with(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


def test_the_command_counts_cases_at_any_depth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong, odd = (case({"n": value(5)}, expected) for expected in (
        {"Twice": value(10)}, {"Twice": value(9)}, {"Odd": value(1)}))  # fmt: skip
    folder_with(tmp_path, {
        "m.dmn": MODEL,
        "m-test-01.xml": kit_file(right, wrong),
        "deep/er/m.dmn": MODEL,
        "deep/er/m-test-02.xml": kit_file(right, odd),
        "none/x-test-01.xml": kit_file(right, named="nowhere.dmn"),
        "broken/x-test-01.xml": kit_file(right, right, right).replace(b"</testCases>", b""),
        "broken/m.dmn": b"<broken",
        "broken/y-test-01.xml": kit_file(right),
    })  # fmt: skip
    assert main(["tables", "tck", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"cases": 9, "passed": 2, "refused": 6, "wrong": 1}
    main(["tables", "tck", str(tmp_path)])
    said = capsys.readouterr().out
    assert "wrong: m-test-01.xml:1, case 1: 'Twice' is Decimal('10'), expected Decimal('9')" in said
    assert "m.dmn:5:" in said
    assert "there is no model 'nowhere.dmn' beside it" in said


def test_a_folder_without_tests_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables", "tck", str(tmp_path)]) == 2
    assert main(["tables", "tck", str(tmp_path / "none")]) == 2
    assert "no test file" in capsys.readouterr().err


def test_a_case_that_takes_too_long_is_wrong_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(model: Model, invoked: str, wanted: tuple[str, ...], facts: Mapping[str, Any]) -> Mapping[str, Any]:
        while True:
            pass

    monkeypatch.setattr(command, "SECONDS_MAX", 0.2)
    [found] = read_tests(kit_file(case({}, {"Twice": value(1)})), file="t.xml").cases
    finding = command.within_time(found, MODEL, "m.dmn", "t.xml", never)
    assert (finding.verdict, finding.reason) == ("wrong", "no answer within 0.2 seconds")


def test_an_engine_that_fails_is_wrong_and_no_crash() -> None:
    def failing(model: Model, invoked: str, wanted: tuple[str, ...], facts: Mapping[str, Any]) -> Mapping[str, Any]:
        raise ZeroDivisionError("oh")

    [found] = read_tests(kit_file(case({}, {"Twice": value(1)})), file="t.xml").cases
    finding = command.within_time(found, MODEL, "m.dmn", "t.xml", failing)
    assert (finding.verdict, finding.reason) == ("wrong", "the engine failed: ZeroDivisionError: oh")


def test_a_file_that_is_no_test_file_is_refused() -> None:
    for data in (b"", b"<testCases/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + kit_file()):
        with pytest.raises(ModelError):
            read_tests(data, file="t.xml")


# --- the kit ----------------------------------------------------------------------------------------------------------


def kit_figures(engine: str, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    main(["tables", "tck", str(shared_file("tck/level-2")), "--engine", engine, "--json"])
    found: dict[str, int] = json.loads(capsys.readouterr().out)
    return found


def test_every_case_of_level_2_passes_one_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert kit_figures("row", capsys) == {"cases": 116, "passed": 116, "refused": 0, "wrong": 0}


def test_level_2_passes_over_columns_or_is_refused_and_is_never_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    figures = kit_figures("duckdb", capsys)
    assert figures["wrong"] == 0
    assert figures["cases"] == 116
    assert figures["passed"] >= 110


def test_columns_refuse_functions_and_facts_that_no_column_holds() -> None:
    for text in (
        case({"x": value(5)}, {"Half": value("2.5")}, 'type="bkm" invocableName="Half"'),
        case({"n": f"<list><item>{value(5)}</item></list>"}, {"Twice": value(10)}),
        case({"n": value("1e50")}, {"Twice": value("2e50")}),
    ):
        [found] = read_tests(kit_file(text), file="t.xml").cases
        finding = judged(found, MODEL, model_file="m.dmn", test_file="t.xml", engine=duckdb_engine)
        assert finding.verdict == "refused", finding
