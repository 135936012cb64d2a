"""Lists, contexts, ranges, loops, functions and types in expressions: what they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recoup.tables.feel import FeelError, compile_expression, compile_unary_tests
from recoup.tables.feel.nodes import Boxed, Literal, Name, Path, descendants, free_names
from recoup.tables.feel.types import ANY, BOOLEAN, DATE, DATE_AND_TIME, NUMBER, STRING, ContextOf, FunctionOf, ListOf
from recoup.tables.feel.values import FeelFunction, FeelRange, coerced, conforms, date_and_time_from, date_from

PERSON = ContextOf({"first name": STRING, "age": NUMBER})
NAMES = {
    "n": NUMBER,
    "people": ListOf(PERSON),
    "anything": ANY,
    "loan": ContextOf({"monthly-rate": NUMBER, "monthly": NUMBER, "rate": NUMBER}),
    "half of": FunctionOf((NUMBER,), NUMBER),
    "date": STRING,
    "in force": BOOLEAN,
    "flag": BOOLEAN,
}
FACTS = {
    "n": 5,
    "people": [{"first name": "Lin", "age": 31}, {"first name": "Mei", "age": 52}],
    "anything": {"deep down": [{"q": 1}, {"q": 2}, {"p": 3}]},
    "loan": {"monthly-rate": 3, "monthly": 8, "rate": 2},
    "half of": FeelFunction(("whole",), lambda whole: None if whole is None else whole / Decimal(2), (NUMBER,)),
    "date": "no day",
    "in force": True,
    "flag": True,
}


def value_of(text: str) -> object:
    """The value of an expression over the facts above."""
    return compile_expression(text, NAMES, types={"tPerson": PERSON}).evaluate(FACTS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][-4]", None),
        ("[1, 2, 3][1.5]", None),
        ("[[1, 2], [3]][1][2]", 2),
        ("100[1]", 100),  # a value alone is a list of one
        ("100[2]", None),
        ("null[1]", None),
        ("[][1]", None),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("[1, 2, 3][item > 5]", []),
        ("[1, null, 3][item > 1]", [3]),
        ("[1, 2, 3, 4][even(item)]", [2, 4]),
        ("[1, 2, 3, 4, 5][n]", 5),
        ("people[age > 40].first name", ["Mei"]),
        ('people[first name = "Lin"].age', [31]),
        ("people[item.age > 40][1].first name", "Mei"),
        ("people.age", [31, 52]),
        ("people[2].age", 52),
        ("anything.deep down[q = 2]", [{"q": 2}]),
        ("anything.deep down.q", [1, 2, None]),
        ("[{a: 1}, {b: 2}][a = 1]", [{"a": 1}]),
        ("[{n: 1}, {n: 9}][n > 4]", [{"n": 9}]),  # the item's own component hides the fact
        ("people[age > n].age", [31, 52]),
        ("n.first name", None),
    ],
)
def test_a_filter_picks_items_and_a_path_their_components(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, b: a + 1}.b", 2),
        ("{}", {}),
        ('{a b: 1, "c d": a b + 1}.c d', 2),
        ("{n: 1, b: n}.b", 1),
        ("{a: {b: {c: 5}}}.a.b.c", 5),
        ("{a: 1}.b", None),
        ("{a: n + 1}.a", 6),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("{a: 1} = {a: 1, b: null}", False),
        ("{f: function(k) if k <= 1 then 1 else k * f(k - 1), r: f(20)}.r", 2432902008176640000),
        ("{f: function(a, b) a - b}.f(b: 1, a: 3)", 2),
        ("{f: function(a, b) a - b}.f(c: 1, a: 3)", None),
        ("{f: function(a, b) a - b}.f(1)", None),
        ('{f: function(a: number) a}.f("x")', None),
        ("{f: function(a: number) a}.f([3])", 3),
        ("{f: function(a: list<number>) count(a)}.f(3)", 1),
        ("(function() 5)()", 5),
        ("{k: 10, f: function(a) a + k}.f(1)", 11),  # a function keeps the scope that it was made in
        ("half of(n)", Decimal("2.5")),
        ("half of(whole: n)", Decimal("2.5")),
        ("half of(1, 2)", None),
        ('half of("x")', None),
    ],
)
def test_contexts_and_functions_see_what_is_around_them(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in 1..3 return i * 2", [2, 4, 6]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3) return i", [1, 2]),
        ("for i in (1..3] return i", [2, 3]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in [1, 2], j in [i..3] return i * j", [1, 2, 3, 4, 6]),
        ("for i in [] return i", []),
        ("for i in 7 return i", [7]),
        ("for i in null return i", None),
        ("for p in people return p.first name", ["Lin", "Mei"]),
        ("for the one in people return the one.age", [31, 52]),
        ('count(for d in @"2024-02-27"..@"2024-03-01" return d)', 4),
        ("for i in 1..2 return for j in 1..2 return i * j", [[1, 2], [2, 4]]),
        ("some p in people satisfies p.age > 50", True),
        ("every p in people satisfies p.age > 50", False),
        ("some x in [] satisfies x", False),
        ("every x in [] satisfies x", True),
        ("some x in [null, 1] satisfies x > 5", None),
        ("some x in [null, 9] satisfies x > 5", True),
        ("every x in [null, 1] satisfies x > 5", False),
        ("some i in 1..3, j in 2..3 satisfies i = j", True),
    ],
)
def test_loops_run_over_lists_ranges_and_days(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1..5].start", 1),
        ("(1..5].start included", False),
        ("[1..5].end included", True),
        ("(< 5).end", 5),
        ("(< 5).start", None),
        ("(>= 5).start included", True),
        ("3 in [1..5]", True),
        ("n in (1..5)", False),
        ("n in ]1..5]", True),
        ("n in (> 4)", True),
        ("n in ([1..3], [5..9])", True),
        ("4 in [[1..3], [4..5]]", True),
        ('"b" in ["a".."c"]', True),
        ("[1..3] = [1..3]", True),
        ("[1..3] = [1..3)", False),
        ('[1.."a"]', None),
        ("[null..3]", None),
        ("{r: [1..3], x: 2 in r}.x", True),
        ("null in [1, null]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ('range("[1..5)")', FeelRange(Decimal(1), Decimal(5), True, False)),
        ('range("(..@\\"2024-02-29\\"]")', FeelRange(None, date_from("2024-02-29"), False, True)),
        ('range("5")', None),
    ],
)
def test_ranges_are_values(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n instance of number", True),
        ("n instance of string", False),
        ("null instance of number", False),
        ("n instance of Any", True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("[[1]] instance of list<list<number>>", True),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{a: 1} instance of context<a: string>", False),
        ("{b: 1} instance of context<a: number>", False),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of days and time duration', False),
        ('@"2024-02-29T00:00:00" instance of date and time', True),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("(function(a: number) a) instance of function<number, number> -> Any", False),
        ("people[1] instance of tPerson", True),
        ("not(n instance of string)", True),
    ],
)
def test_a_value_is_an_instance_of_its_types(text: str, value: object) -> None:
    assert value_of(text) is value


def test_the_longest_known_name_wins() -> None:
    assert value_of("loan.monthly-rate") == 3
    assert value_of("loan.monthly - loan.rate") == 6
    assert value_of("loan.monthly -loan.rate") == 6
    assert value_of("if in force then 1 else 2") == 1


def test_a_fact_may_be_called_like_a_function_and_both_are_found() -> None:
    assert value_of("date") == "no day"
    assert value_of('date("2024-02-29").year') == 2024
    assert value_of("{max: 3, x: max + max(1, 2)}.x") == 5


def test_a_function_of_the_model_hides_a_built_in_of_its_name() -> None:
    names = {"abs": FunctionOf((NUMBER,), NUMBER)}
    facts = {"abs": FeelFunction(("n",), lambda n: Decimal(42), (NUMBER,))}
    assert compile_expression("abs(-1)", names).evaluate(facts) == 42


def test_only_facts_count_as_names_that_are_read() -> None:
    texts = {
        "for i in people return i.age + n": {"people", "n"},
        "some n in [1] satisfies n > 1": set(),
        "{a: n, b: a}": {"n"},
        "people[age > n]": {"people", "n"},
        "(function(n) n)(1)": set(),
        "for i in 1..n return partial": {"n"},
    }
    assert {text: compile_expression(text, NAMES).names for text in texts} == texts


def test_nodes_inside_what_a_model_adds_are_found() -> None:
    class Table(Boxed):
        """A table, for the test."""

    assert list(descendants(Path(Name("a"), "b"))) == [Path(Name("a"), "b"), Name("a")]
    assert free_names(Literal(None)) == frozenset()
    assert free_names(Table()) == frozenset()


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("? in [1..3]", 2, True),
        ("[? - 1..? + 1]", 2, True),
        ("<= ?", 2, True),
        ("some x in [1, 2] satisfies x = ?", 2, True),
        ("? instance of string", 2, False),
        ("flag", 2, True),  # an expression that is true about a number has decided
        ("flag", False, False),  # but a boolean is compared
        ("string length(?) > 1", "ab", True),
        ("string length(?)", "ab", None),  # neither true nor false
        ("[[1..3], 7]", 2, True),
        ("(> 3)", 4, True),
        ("(= 3)", 3, True),
        ("{a: 1}", {"a": 1}, True),
        ('date("2024-02-29")', date_from("2024-02-29"), True),
        ("n", 5, True),
        ("anything.deep down.q", 2, True),
    ],
)
def test_a_cell_may_hold_any_expression(text: str, value: object, passes: bool | None) -> None:
    assert compile_unary_tests(text, NAMES).matches(value, FACTS) is passes


def test_a_list_of_one_and_its_item_stand_for_each_other() -> None:
    assert coerced([5], NUMBER) == 5
    assert coerced(5, ListOf(NUMBER)) == [5]
    assert coerced([5, 6], NUMBER) is None
    assert coerced(date_from("2024-02-29"), DATE_AND_TIME) == date_and_time_from("2024-02-29T00:00:00Z")
    assert coerced(date_and_time_from("2024-02-29T00:00:00Z"), DATE) is None
    assert coerced({"first name": "Lin", "age": [31]}, PERSON) == {"first name": "Lin", "age": 31}
    assert coerced({"age": 31}, PERSON) is None
    assert coerced([1, "a"], ListOf(NUMBER)) is None
    assert coerced(0.5, NUMBER) is None
    assert conforms(None, PERSON)


@pytest.mark.parametrize(
    "text",
    ["{a: 1, a: 2}", "{1: 2}", "for in [1] return 1", "some x in [1]", "function(a, a) a", "f(a: 1, 2)",
     "n instance of", "n in (1..3, 5)",
     "n instance of tNobody", "[1, 2,]", "{a: 1,}", "people[ages > 1]", "abs(n: 1, 2)", "1 < 2 < 3"],
)  # fmt: skip
def test_broken_structures_are_refused(text: str) -> None:
    with pytest.raises(FeelError):
        value_of(text)
