"""The built-in functions: by position, by name, at their edges, and with what they do not take."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.feel import FeelError, UnsupportedFeel, compile_expression
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.patterns import matches, replaced, split


def value_of(text: str) -> Any:
    """The value of an expression without facts."""
    return compile_expression(text, []).evaluate({})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sum([1, 2, 3])", 6),
        ("sum([])", None),
        ("sum(1)", 1),
        ('sum(1, "a")', None),
        ("product([2, 3, 4])", 24),
        ("mean([1, 2, 4])", Decimal("2.333333333333333333333333333333333")),
        ("mean([])", None),
        ("median([8, 2, 5, 3, 4])", 4),
        ("median([6, 1, 2, 3])", Decimal("2.5")),
        ("median([])", None),
        ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
        ("stddev([47])", None),
        ("mode([6, 3, 9, 6, 6])", [6]),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("mode([])", []),
        ("mode([1, null])", None),
        ("min([])", None),
        ("min([1, null])", None),
        ('max("a", "c", "b")', "c"),
        ('max([@"P1D", @"PT25H"]).hours', 1),
        ("all([true, null])", None),
        ("all([false, null])", False),
        ("all([])", True),
        ("all(0)", None),
        ("any([true, null])", True),
        ("any([false, null])", None),
        ("any([])", False),
        ("count(null)", None),
        ("sublist([4, 5, 6], 1, 2)", [4, 5]),
        ("sublist([4, 5, 6], -2)", [5, 6]),
        ("sublist([4, 5, 6], 4)", None),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1, 2], [3], [])", [1, 2, 3]),
        ("insert before([1, 3], 1, 2)", [2, 1, 3]),
        ("insert before([1, 3], -1, 2)", [1, 2, 3]),
        ("insert before([1, 3], 3, 2)", None),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("reverse([1, 2, 3])", [3, 2, 1]),
        ("index of([1, 2, 3, 2], 2)", [2, 4]),
        ("index of([1, null], null)", [2]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 1.0, null, null, [1], [1], true])", [1, None, [1], True]),
        ("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4]),
        ("list contains([1, null], null)", True),
        ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
        ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
        ("sort(list: [3, 1, 2], precedes: function(x, y) x > y)", [3, 2, 1]),
        ("sort([{a: 2}, {a: 1}], function(x, y) x.a < y.a).a", [1, 2]),
        ('sort([1, "a"], function(x, y) x < y)', None),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", "b"])', "ab"),
        ("string join([1])", None),
        ('list contains("a", "a")', True),  # a value alone is a list of one
        ('upper case(["a"])', "A"),  # and a list of one its value
    ],
)
def test_functions_of_lists(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(2.5, 0)", 2),
        ("decimal(1234, -2)", 1200),
        ("decimal(1, 6177)", None),
        ("floor(-1.56, 1)", Decimal("-1.6")),
        ("ceiling(-1.5)", -1),
        ("round up(5.5, 0)", 6),
        ("round up(-5.5, 0)", -6),
        ("round down(-5.5, 0)", -5),
        ("round half up(-5.5, 0)", -6),
        ("round half down(-5.5, 0)", -5),
        ("round half up(1.125, 2)", Decimal("1.13")),
        ("round half down(1.125, 2)", Decimal("1.12")),
        ("modulo(10, -3)", -2),
        ("modulo(-10.1, 4.5)", Decimal("3.4")),
        ("modulo(5, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("log(1)", 0),
        ("log(0)", None),
        ("exp(0)", 1),
        ("odd(5)", True),
        ("odd(-3)", True),
        ("even(0)", True),
        ("even(2.0)", True),
        ("odd(1.5)", None),
        ("2 ** -1", Decimal("0.5")),
        ("0 ** 0", 1),
        ("0 ** -1", None),
        ("1e6144 * 10", None),
    ],
)
def test_functions_of_numbers(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('replace("abracadabra", "bra", "*")', "a*cada*"),
        ('replace("abracadabra", "a.*?a", "*")', "*c*bra"),
        ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
        ('replace("AAAA", "A+?", "b")', "bbbb"),
        ('replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("a.b", ".", "x", "q")', "axb"),
        ('replace("abc", "b", "$")', None),
        ('matches("abracadabra", "^a.*a$")', True),
        ('matches("abracadabra", "^bra")', False),
        ('matches("AbC", "abc", "i")', True),
        ('matches("a\\nb", "a.b")', False),
        ('matches("a\\nb", "a.b", "s")', True),
        ('matches("a\\nb", "^b", "m")', True),
        ('matches("helloworld", "hello world", "x")', True),
        ('matches("a", "[")', None),
        ('matches("a", "a", "y")', None),
        (r'matches("a1", "\\p{L}\\d")', True),
        (r'matches("a_", "\\w\\w")', False),  # an underscore is punctuation to XML Schema
        ('matches("aec", "[a-z-[aeiou]]+c")', False),
        ('split("John Doe", "\\\\s")', ["John", "Doe"]),
        ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]),
        ('string length("\\uD83D\\uDC0E")', 1),
        (r'"\d"', r"\d"),
        (r'"a\"b\\c\u0041\U01F40E"', 'a"b\\cA🐎'),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("foobar", 3, null)', None),
        ('substring before("foobar", "xyz")', ""),
        ('substring after("foobar", "")', "foobar"),
        ('string([1, null, "a", {b: true}])', '[1, null, "a", {b: true}]'),
        ("string([1..3))", "[1..3)"),
        ("string(1e-7)", "0.0000001"),
    ],
)
def test_functions_of_text(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1, b: 2})", [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ('context([{key: "a", value: 1}, {key: "b", value: 2}])', {"a": 1, "b": 2}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context([{key: "a"}])', None),
        ('context put({x: 1}, "y", 2)', {"x": 1, "y": 2}),
        ('context put({x: {y: 1, z: 5}}, ["x", "y"], 2)', {"x": {"y": 2, "z": 5}}),
        ("context put({x: 1}, [], 2)", None),
        ("context merge([{x: 1}, {x: 2, y: 3}])", {"x": 2, "y": 3}),
        ("context merge([{x: 1}, 2])", None),
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
        ("is(null, null)", True),
    ],
)
def test_functions_of_contexts(text: str, value: object) -> None:
    assert value_of(text) == value


# Examples of the standard's table of range functions: 1 where it holds, 0 where it does not.
RANGES = {
    "before": "1,10:1 10,1:0 1,[1..10]:0 1,(1..10]:1 1,[5..10]:1 [1..10],10:0 [1..10),10:1 [1..10],[15..20]:1"
    " [1..10],[10..20]:0 [1..10),[10..20]:1 [1..10],(10..20]:1",
    "after": "10,5:1 5,10:0 12,[1..10]:1 10,[1..10):1 10,[1..10]:0 [11..20],12:0 [11..20],10:1 (11..20],11:1"
    " [11..20],11:0 [11..20],[1..10]:1 [1..10],[11..20]:0 [11..20],[1..11):1 (11..20],[1..11]:1",
    "meets": "[1..5],[5..10]:1 [1..5),[5..10]:0 [1..5],(5..10]:0 [1..5],[6..10]:0",
    "met by": "[5..10],[1..5]:1 [5..10],[1..5):0 (5..10],[1..5]:0 [6..10],[1..5]:0",
    "overlaps": "[1..5],[3..8]:1 [3..8],[1..5]:1 [1..8],[3..5]:1 [1..5],[6..8]:0 [6..8],[1..5]:0 [1..5],[5..8]:1"
    " [1..5],(5..8]:0 [1..5),[5..8]:0 [5..8],[1..5]:1",
    "overlaps before": "[1..5],[3..8]:1 [1..5],[6..8]:0 [1..5],[5..8]:1 [1..5],(5..8]:0 [1..5),[5..8]:0 [1..5),(1..5]:1"
    " [1..5],(1..5]:1 [1..5),[1..5]:0 [1..5],[1..5]:0",
    "overlaps after": "[3..8],[1..5]:1 [6..8],[1..5]:0 [5..8],[1..5]:1 (5..8],[1..5]:0 [5..8],[1..5):0 (1..5],[1..5):1"
    " (1..5],[1..5]:1 [1..5],[1..5):0 [1..5],[1..5]:0",
    "finishes": "10,[1..10]:1 10,[1..10):0 [5..10],[1..10]:1 [5..10),[1..10]:0 [5..10),[1..10):1 [1..10],[1..10]:1"
    " (1..10],[1..10]:1",
    "finished by": "[1..10],10:1 [1..10),10:0 [1..10],[5..10]:1 [1..10],[5..10):0 [1..10),[5..10):1 [1..10],(1..10]:1",
    "includes": "[1..10],5:1 [1..10],12:0 [1..10],1:1 [1..10],10:1 (1..10],1:0 [1..10),10:0 [1..10],[4..6]:1"
    " [1..10],[1..5]:1 (1..10],(1..5]:1 [1..10],(1..10):1 [1..10),[5..10):1 [1..10],[1..10):1 [1..10],[1..10]:1",
    "during": "5,[1..10]:1 12,[1..10]:0 1,[1..10]:1 10,[1..10]:1 1,(1..10]:0 10,[1..10):0 [4..6],[1..10]:1"
    " (1..5],(1..10]:1 (1..10),[1..10]:1",
    "starts": "1,[1..10]:1 1,(1..10]:0 2,[1..10]:0 [1..5],[1..10]:1 (1..5],(1..10]:1 (1..5],[1..10]:0 [1..5],(1..10]:0"
    " [1..10],[1..10]:1 [1..10),[1..10]:1 (1..10),(1..10):1",
    "started by": "[1..10],1:1 (1..10],1:0 [1..10],2:0 [1..10],[1..5]:1 (1..10],(1..5]:1 [1..10],(1..5]:0"
    " (1..10],[1..5]:0 [1..10],[1..10]:1 [1..10],[1..10):1",
    "coincides": "5,5:1 3,4:0 [1..5],[1..5]:1 (1..5),[1..5]:0 [1..5],[2..6]:0",
}  # fmt: skip


@pytest.mark.parametrize("function", RANGES)
def test_functions_of_ranges(function: str) -> None:
    for example in RANGES[function].split():
        arguments, _, holds = example.rpartition(":")
        assert value_of(f"{function}({arguments})") is (holds == "1"), (function, example)


@pytest.mark.parametrize(
    "text",
    ['before("a", 1)', 'includes([1..3], "a")', 'overlaps([1..3], ["a".."c"])', "before(null, 1)", "meets(1, [1..2])"],
)
def test_ranges_of_different_kinds_cannot_be_compared(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('substring(start position: 3, string: "foobar", length: 2)', "ob"),
        ('contains(match: "o", string: "foo")', True),
        ('number(from: "1,5", decimal separator: ",")', Decimal("1.5")),
        ("date(year: 2024, month: 2, day: 29).day", 29),
        ("append(list: [1], item: 2)", [1, 2]),
        ("modulo(divisor: 3, dividend: 10)", 1),
        ('replace(input: "ab", pattern: "a", replacement: "x", flags: "")', "xb"),
        ("before(point: 1, range: [2..3])", True),
        ("round half up(scale: 0, n: 2.5)", 3),
        ('context put(context: {}, key: "a", value: 1)', {"a": 1}),
    ],
)
def test_arguments_may_be_named(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    "text",
    ["abs()", "abs(1, 2)", 'abs("a")', "abs(null)", "abs(m: 1)", "substring(string: 1)", "sum()", "string length(1)",
     'substring("a", "b")', "not(1)", "floor(true)", "date(1, 2)", "list replace([1], 1)"],
)  # fmt: skip
def test_what_a_function_does_not_take_gives_null(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize("text", ["abs()", "abs(1, 2)", "abs(m: 1)", 'date("2024-02-30")', '@"soon"', 'number("x")'])
def test_a_mapping_refuses_what_can_never_have_a_value(text: str) -> None:
    with pytest.raises(FeelError):
        compile_expression(text, [], strict=True)


@pytest.mark.parametrize(
    "text",
    [
        r'matches("a", "\\bword")',  # words' ends
        'matches("a", "(?=a)")',  # looking ahead
        r'matches("aa", "(a)\\1")',  # references back
        'replace("abc", "x*", "-")',  # matches nothing at all
        'split("abc", "x*")',
        'date and time("2024-02-29")',
        'time("24:00:00")',
        'time("10:00:00+15:00")',
        'substring("abc", 2, 9)',
        "sort([2, 1])",
    ],
)
def test_what_engines_read_differently_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedFeel):
        compile_expression(text, [])


def test_every_function_gives_null_or_a_value_for_nulls() -> None:
    for name, builtin in BUILTINS.items():
        for count in range(5):
            builtin.compute(*[None] * count)
        assert name == "sort" or compile_expression(f"{name}(null)", []).evaluate({}) in (None, [], False, True), name


# Patterns that mean the same to XPath and to Python.
patterns = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "ab", "(a)", "(b|ab)"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["?", "+", "*", "+?", "*?", "??", "{2}", "{1,2}"])).map(
            lambda part: f"(?:{part[0]}){part[1]}"
        ),
    ),
    max_leaves=4,
)


@given(patterns, st.text("abc", max_size=8))
def test_patterns_find_what_python_finds(pattern: str, text: str) -> None:
    found = re.search(pattern, text)
    assert matches(text, pattern) is (found is not None)
    if re.search(pattern, "") is None:
        assert split(text, pattern) == _split(pattern, text)
        assert replaced(text, pattern, "<$0>") == re.sub(pattern, r"<\g<0>>", text)


def _split(pattern: str, text: str) -> list[str]:
    parts, at = [], 0
    for found in re.finditer(pattern, text):
        parts.append(text[at : found.start()])
        at = found.end()
    return [*parts, text[at:]]
