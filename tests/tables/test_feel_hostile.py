"""Whatever text comes in: it is read or refused with its place, and evaluates to a value of FEEL, soon."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.feel import FeelError, compile_expression, compile_unary_tests
from recoup.tables.feel.functions import BUILTINS, string_from
from recoup.tables.feel.types import ANY, NUMBER, STRING, ContextOf, FunctionOf, ListOf
from recoup.tables.feel.values import kind_of
from tests.generative import sampled

NAMES = {
    "n": NUMBER,
    "kind": STRING,
    "a b": ANY,
    "loan": ContextOf({"rate": NUMBER, "first day": ANY}),
    "loans": ListOf(ContextOf({"rate": NUMBER, "first day": ANY})),
    "twice": FunctionOf((NUMBER,), NUMBER),
}
FACTS = {
    "n": Decimal(3),
    "kind": "card",
    "a b": [1, None, "x", True, {"rate": 2}],
    "loan": {"rate": Decimal("0.1"), "first day": date(2024, 2, 29)},
    "loans": [{"rate": 1, "first day": None}, {"rate": 2}],
}
TOKENS = [
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function", "instance of", "and", "or",
    "between", "not", "true", "false", "null", "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "@", "?", "+", "-",
    "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "->", "1", "-1", "0.5", "9e99", '"a"', '"2024-02-30"',
    '@"2024-02-29"', '@"P1M"', '@"PT1H"', '@"10:00:00Z"', '@"2024-02-29T10:00:00@Europe/Paris"', "n", "kind", "a b",
    "loan", "loans", "rate", "first day", "twice", "item", "partial", "x", "x:", "list<number>", "number", "//", "/*",
    *BUILTINS,
]  # fmt: skip


def tried(text: str) -> None:
    """Compiles and evaluates a text both as an expression and as a cell."""
    with suppress(FeelError):
        value = compile_expression(text, NAMES).evaluate(FACTS)
        assert value is None or kind_of(value) is not None
        assert string_from(value) is None or isinstance(string_from(value), str)
    with suppress(FeelError):
        assert compile_unary_tests(text, NAMES).matches(Decimal(1), FACTS) in (True, False, None)


@sampled
@given(st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join))
def test_any_tokens_are_a_value_or_a_named_mistake(examples: str, text: str) -> None:
    tried(text)


ATOMS = st.sampled_from(
    ["1", "-2.5", "0", "null", "true", "false", '"a"', '"b c"', "n", "kind", "loan.rate", "loans.rate", "loan", "loans",
     '@"2024-02-29"', '@"P1Y2M"', '@"-PT90M"', '@"23:59:59.5"', '@"2024-02-29T10:00:00Z"', '@"-99999-01-01"', "[]",
     "[1, 2, null]", "{}", "[1..5]", "(>3)", '["a".."c")', "function(x) x", "twice", "a b"]
)  # fmt: skip


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
    calls = st.tuples(st.sampled_from(sorted(BUILTINS)), st.lists(inner, min_size=1, max_size=3))
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        calls.map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(inner, inner, inner).map(lambda t: f"if {t[0]} then {t[1]} else {t[2]}"),
        st.tuples(inner, inner).map(lambda t: f"for x in {t[0]} return [x, {t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"some x in {t[0]} satisfies x = ({t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"{{a: {t[0]}, b c: [a, {t[1]}]}}.b c"),
        st.tuples(inner, inner).map(lambda t: f"(function(x) {t[0]})({t[1]})"),
        inner.map(lambda text: f"({text}) instance of list<number>"),
        inner.map(lambda text: f"[{text}]"),
        inner.map(lambda text: f"string({text})"),
    )


@sampled
@given(st.recursive(ATOMS, _larger, max_leaves=8))
def test_a_written_out_expression_is_read_and_has_a_value(examples: str, text: str) -> None:
    """Every operator and function meets values of every kind: what does not fit is null, never an exception."""
    try:
        value = compile_expression(text, NAMES).evaluate(FACTS)
    except FeelError as error:
        refused = error.construct
        value = None
    else:
        refused = ""
    assert refused in ("", "matches", "replace", "split", "sort", "("), text
    assert value is None or kind_of(value) is not None, (text, value)


@pytest.mark.parametrize(
    "text",
    [
        "9 ** (9 ** (9 ** 9))",
        "10 ** 6144 * 10",
        "for i in 1..1000000000 return i",
        "for i in 1..1000, j in 1..1000, k in 1..1000 return i",
        "count(for i in 1..3000 return for j in 1..3000 return for k in 1..3000 return k)",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) [f(n + 1), f(n + 2)], r: f(1)}.r",
        'for i in 1..100 return if i = 1 then "aaaaaaaaaa" else partial[-1] + partial[-1]',
        "for i in 1..100 return concatenate(partial, partial)",
        "for i in 1..40 return [partial[-1], partial[-1]]",
        "string(for i in 1..60 return [partial[-1], partial[-1]])",
        "(for i in 1..60 return [partial[-1], partial[-1]]) = (for i in 1..60 return [partial[-1], partial[-1]])",
        "flatten(for i in 1..60 return [partial[-1], partial[-1]])",
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a+)+$")',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "(a|aa)*c")',
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*b", "x")',
        "distinct values(for i in 1..100000 return [i])",
        "sort(for i in 1..100000 return -i, function(x, y) x < y)",
        "exp(1000000)",
        "decimal(1, 99999999999)",
        'date("999999999-12-31") + @"P999999999Y"',
        '@"P999999999999Y" * 1000000',
        '@"P999999999999D" * 1000000',
        'for d in @"0001-01-01"..@"999999999-01-01" return d',
        "sublist([1], 1e6144)",
        "substring(\"a\", 1e6144)",
        "odd(1e6144)",
        "modulo(1e6144, 3)",
        "round up(1e6144, 5)",
    ],
)  # fmt: skip
def test_what_would_take_for_ever_ends(text: str) -> None:
    value = compile_expression(text, []).evaluate({})
    assert value is None or kind_of(value) is not None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "[" * 3000 + "1",
        "{a:" * 1000 + "1",
        "-" * 3000 + "1",
        "1" + "+1" * 4000,
        "a" + ".b" * 3000,
        "[1]" + "[1]" * 3000,
        "not(" * 1000,
        "if " * 1000,
        "for x in " * 1000,
        "function(x) " * 800,
        "1 instance of " + "list<" * 1500,
        "1" + " and 1" * 500 + " or 2" * 500 + "=",
        'matches("a", "' + "(" * 500 + 'a")',
        'matches("a", "' + "a{1000}" * 1000 + '")',
        "/*" + "*" * 5000,
    ],
)
def test_endless_nesting_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        compile_expression(text, ["a", "x"])


def test_a_long_chain_that_is_allowed_is_evaluated() -> None:
    assert compile_expression("1" + "+1" * 100, []).evaluate({}) == 101
