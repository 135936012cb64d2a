"""Which type an expression has, and what is said of a model whose types do not go together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recoup.tables.feel import compile_expression
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    ContextOf,
    FeelType,
    ListOf,
)
from recoup.tables.model import Decision, InputData, Model
from recoup.tables.typing import infer, type_problems
from tests.tables.by_hand import cell, entry, model, table

SCOPE: dict[str, FeelType] = {
    "n": NUMBER,
    "s": STRING,
    "b": BOOLEAN,
    "d": DATE,
    "any": ANY,
    "c": ContextOf({"x": NUMBER}),
    "l": ListOf(ContextOf({"x": NUMBER})),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n + 1", NUMBER),
        ('s + "x"', STRING),
        ("n > 1", BOOLEAN),
        ("d - d", DAYS_DURATION),
        ('d + duration("P1M")', DATE),
        ("d.year", NUMBER),
        ("years and months duration(d, d)", MONTHS_DURATION),
        ("if b then 1 else 2", NUMBER),
        ('if b then 1 else "x"', ANY),
        ("if b then n else null", NUMBER),
        ("[1, n]", ListOf(NUMBER)),
        ("c.x", NUMBER),
        ("l.x", ListOf(NUMBER)),
        ("l[1]", ContextOf({"x": NUMBER})),
        ("l[x > 1]", ListOf(ContextOf({"x": NUMBER}))),
        ("for i in [1, 2] return string(i)", ListOf(STRING)),
        ("some i in [1, 2] satisfies i > n", BOOLEAN),
        ("{a: n, b: a > 1}.b", BOOLEAN),
        ("any + 1", ANY),
        ("null + 1", NULL),
        ("max(n, 2)", NUMBER),
        ("string length(s)", NUMBER),
    ],
)
def test_an_expression_has_the_type_that_its_parts_give_it(text: str, expected: FeelType) -> None:
    assert infer(compile_expression(text, SCOPE).node, SCOPE) == expected


def problems_of(text: str) -> list[tuple[str, str]]:
    inputs = tuple(InputData(name, kind) for name, kind in SCOPE.items())
    node = compile_expression(text, SCOPE).node
    decision = Decision("Answer", ANY, node, tuple(SCOPE), text=text, line=9)
    made = Model("m", "n", "m.dmn", "v", inputs, (decision,))
    found = type_problems(made)
    assert all((each.file, each.line, each.construct, each.table) == ("m.dmn", 9, text, "Answer") for each in found)
    return [(each.code, each.message) for each in found]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('n > "1"', "number is compared with string"),
        ("s = 1", "string is compared with number"),
        ("s * 2", "string * number has no value"),
        ("d + 1", "date + number has no value"),
        ("-s", "the minus sign before a string"),
        ("n and b", "'and' joins conditions, not a number"),
        ("if n then 1 else 2", "'if' needs a condition, not a number"),
        ("string length(n)", "string length() takes a string, not a number"),
        ("b < true", "a boolean is neither more nor less than another"),
        ('n in ("a", "b")', "a number is tested for a string"),
        ("n between d and d", "number is compared with date"),
        ("some i in [1] satisfies i = s", "number is compared with string"),
        ('date("2026-13-01") < d', "date(): date('2026-13-01') does not exist"),
    ],
)
def test_what_can_never_have_a_value_is_said(text: str, message: str) -> None:
    assert problems_of(text) == [("type-mismatch", message)]


@pytest.mark.parametrize(
    "text",
    [
        "n > 1", "s = null", "any > 1", "d > date(s)", "n in ([1..2], 7)", "n in [1, 2]", "l[x > 1]", "c = {x: 1}",
        'b = (s = "x")', "{f: function(a: number) a * n, y: f(2)}.y", "if b then n else null", "l[item.x = 1][1].x",
    ],
)  # fmt: skip
def test_nothing_is_said_where_everything_may_have_a_value(text: str) -> None:
    assert problems_of(text) == []


def test_a_cell_of_another_type_than_its_column_is_said_with_table_rule_and_line() -> None:
    made = table("F", {"n": "number"}, "> 1 => 1", '"x" => 2', outputs="number")
    rules = list(made.rules)
    rules[1] = replace(rules[1], conditions=(replace(rules[1].conditions[0], line=12),))
    problem = type_problems(model(replace(made, rules=tuple(rules))))[0]
    assert (problem.code, problem.severity, problem.message) == (
        "type-mismatch",
        "error",
        "a number is tested for a string",
    )
    assert (problem.table, problem.rule, problem.line, problem.construct) == ("answer", 2, 12, '"x"')


def test_an_answer_of_another_type_than_declared_is_said() -> None:
    made = table("F", {"n": "number"}, '> 1 => "one"', "> 2 => 2", outputs="string", default="3")
    found = type_problems(model(made))
    assert [(each.message, each.rule) for each in found] == [
        ("declared as string, but it is a number", 2),
        ("declared as string, but it is a number", None),
    ]


def test_an_input_of_another_type_than_declared_and_its_allowed_values_are_said() -> None:
    made = table("F", {"n": "number"}, "- => 1", outputs="number", allowed={"n": '"a"'})
    assert [each.construct for each in type_problems(model(made))] == ['"a"']


def test_a_name_that_nothing_defines_is_said() -> None:
    made = table("F", {"n": "number"}, "> 1 => 1", outputs="number")
    clause = replace(made.inputs[0], expression=entry("stranger + 1", ["stranger"]))
    rule = replace(made.rules[0], conditions=(cell("> limit", ["limit"]),))
    kinds = (InputData("n", NUMBER),)
    decision = Decision("answer", NUMBER, replace(made, inputs=(clause,), rules=(rule,)), ("n",))
    found = type_problems(Model("m", "n", "m.dmn", "v", kinds, (decision,)))
    assert {(each.code, each.message) for each in found} == {
        ("unknown-name", "nothing is called 'stranger' here"),
        ("unknown-name", "nothing is called 'limit' here"),
    }
