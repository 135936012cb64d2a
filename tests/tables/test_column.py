"""What columns promise: exact figures, FEEL's nulls, any name and string, and a refusal for everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest

from recoup.tables.column import SqlColumn, assembled, compile_columns, flattened
from recoup.tables.feel import compile_expression
from recoup.tables.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, ContextOf, FeelType
from recoup.tables.model import Constraint, Decision, InputData, Model
from recoup.tables.problems import ModelError
from recoup.tables.row import compile_model
from tests.tables.by_hand import cell, table
from tests.tables.by_hand import model as model_of

MONEY = SqlColumn("decimal", 18, 2)
KINDS: dict[str, tuple[FeelType, str]] = {
    "decimal": (NUMBER, "DECIMAL(18,2)"),
    "bigint": (NUMBER, "BIGINT"),
    "double": (NUMBER, "DOUBLE"),
    "varchar": (STRING, "VARCHAR"),
    "boolean": (BOOLEAN, "BOOLEAN"),
    "date": (DATE, "DATE"),
}


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """A database in memory, in which nothing is written."""
    return duckdb.connect()


def expression(text: str, columns: dict[str, SqlColumn], *, kind: FeelType = ANY) -> Model:
    """A model of one literal expression over facts that these columns hold."""
    inputs = tuple(InputData(name, KINDS[column.kind][0], line=3) for name, column in columns.items())
    node = compile_expression(text, list(columns)).node
    decision = Decision("Answer", kind, node, requires=tuple(columns), text=text, line=7)
    return Model("m", "https://recoup.dev/test", "m.dmn", "v", inputs, (decision,))


def source(columns: dict[str, SqlColumn], facts: dict[str, Any]) -> str:
    written = ", ".join(
        f"CAST({_literal(facts.get(name))} AS {_type(column)}) AS " + '"' + name.replace('"', '""') + '"'
        for name, column in columns.items()
    )
    return f"(SELECT {written}) AS facts"


def _type(column: SqlColumn) -> str:
    return f"DECIMAL({column.precision},{column.scale})" if column.kind == "decimal" else KINDS[column.kind][1]


def _literal(value: Any) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def run(model: Model, columns: dict[str, SqlColumn], facts: dict[str, Any], name: str = "Answer") -> dict[str, Any]:
    """The row that the statement gives in DuckDB, by column."""
    statement = compile_columns(model, name, columns=columns, dialect="duckdb", source=source(columns, facts))
    found = memory().execute(statement.sql)
    names = [each[0] for each in found.description]
    row = found.fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))


def answer(text: str, columns: dict[str, SqlColumn], **facts: Any) -> Any:
    return run(expression(text, columns), columns, facts)["Answer"]


def refusal(text: str, columns: dict[str, SqlColumn], dialect: str = "duckdb") -> str:
    """Why columns refuse an expression."""
    with pytest.raises(ModelError) as caught:
        compile_columns(expression(text, columns), "Answer", columns=columns, dialect=dialect, source="facts")
    problem = caught.value.problems[0]
    assert caught.value.refused
    assert problem.file == "m.dmn"
    assert problem.line in (3, 7)
    assert problem.construct
    return problem.message


# --- exact figures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount * 0.07", Decimal("86419752308641.9746")),
        ("amount + 0.001", Decimal("1234567890123456.781")),
        ("amount * 12", Decimal("14814814681481481.36")),
        ("amount / 8", Decimal("154320986265432.0975")),
        ("-amount", Decimal("-1234567890123456.78")),
        ("decimal(amount / 7, 2)", Decimal("176366841446208.11")),
        ("floor(amount)", Decimal("1234567890123456")),
        ("ceiling(amount)", Decimal("1234567890123457")),
    ],
)
def test_money_keeps_every_digit(text: str, expected: Decimal) -> None:
    assert answer(text, {"amount": MONEY}, amount="1234567890123456.78") == expected


@pytest.mark.parametrize(
    ("places", "number", "expected"),
    [
        (0, "2.50", "2"),
        (0, "3.50", "4"),
        (0, "-2.50", "-2"),
        (1, "0.25", "0.2"),
        (1, "0.35", "0.4"),
        (-1, "25.00", "20"),
    ],
)
def test_rounding_is_half_even_at_the_very_half(places: int, number: str, expected: str) -> None:
    assert answer(f"decimal(amount, {places})", {"amount": MONEY}, amount=number) == Decimal(expected)


def test_a_figure_that_does_not_fit_stops_the_statement_and_is_never_cut() -> None:
    wide = SqlColumn("decimal", 30, 0)
    with pytest.raises(duckdb.Error):
        answer("amount * amount", {"amount": wide}, amount="9" * 30)
    assert answer("amount * amount", {"amount": wide}, amount="12") == 144


def test_a_quotient_is_exact_at_a_boundary() -> None:
    columns = {"debt": MONEY, "income": MONEY}
    assert answer("debt / income <= 0.35", columns, debt="35.00", income="100.00") is True
    assert answer("debt / income <= 0.35", columns, debt="35.01", income="100.00") is False
    assert answer("0.1 + debt / income > 0.45", columns, debt="35.01", income="100.00") is True
    assert answer("0.1 + debt / income > 0.45", columns, debt="35.00", income="100.00") is False
    assert "34 digits could show" in refusal("debt / income < 1 / 3", columns)


def test_a_division_by_nought_is_null() -> None:
    columns = {"debt": MONEY, "income": MONEY}
    assert answer("debt / income", columns, debt="1.00", income="0.00") is None
    assert answer("debt / income > 1", columns, debt="1.00", income="0.00") is None
    assert answer("debt / 0", columns, debt="1.00") is None


def test_a_product_of_a_quotient_is_refused_because_feel_rounds_in_between() -> None:
    columns = {"debt": MONEY, "income": MONEY}
    assert "divide last" in refusal("debt / income * income", columns)
    assert answer("debt / income * 100", columns, debt="1.00", income="3.00") == Decimal("33.33333333333")


@pytest.mark.parametrize("number", [0.1, 0.3, 1e-7, 123456789012345.0, float("nan"), float("inf"), None])
def test_a_double_compares_as_the_decimal_that_is_written_so(number: float | None) -> None:
    columns = {"rate": SqlColumn("double")}
    for text in ("rate < 0.3", "rate = 0.1", "rate >= 123456789012345", "rate + 1 > 1"):
        row = compile_model(expression(text, columns)).decide({"rate": number}).values["Answer"]
        assert answer(text, columns, rate=number) is row, text


@pytest.mark.parametrize("limit", ["0.001", "1.005", "-0.001", "99999999999999999999", "1e30", "-1e30", "1.00"])
@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=", "!="])
def test_a_constant_of_any_size_compares_without_moving_the_column(operator: str, limit: str) -> None:
    columns = {"amount": MONEY}
    model = expression(f"amount {operator} {limit}", columns)
    statement = compile_columns(model, "Answer", columns=columns, dialect="duckdb", source="facts")
    assert 'CAST("amount"' not in statement.sql
    for value in (None, "0.00", "1.00", "1.01", "-0.01"):
        expected = compile_model(model).decide({"amount": None if value is None else Decimal(value)}).values["Answer"]
        assert run(model, columns, {"amount": value})["Answer"] is expected


# --- nulls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = null", True),
        ("a = 1", False),
        ("a != 1", True),
        ("a < 1", None),
        ("not(a < 1)", None),
        ("a < 1 or true", True),
        ("a < 1 and false", False),
        ("a in (1, 2)", False),
        ("a in (< 1)", None),
        ('a = "x"', False),
        ("if a < 1 then 1 else 2", 2),
        ("a + 1", None),
        ("max(a, 1)", None),
        ("list contains([1, null], a)", True),
        ("a between 1 and 2", None),
    ],
)
def test_a_null_fact_means_what_feel_says(text: str, expected: object) -> None:
    columns = {"a": MONEY}
    assert answer(text, columns, a=None) == expected
    assert compile_model(expression(text, columns)).decide({"a": None}).values["Answer"] == expected


def test_a_fact_without_a_column_is_null() -> None:
    model = expression("a = null", {"a": MONEY})
    columns = {"other": MONEY}
    assert run(model, columns, {"other": "1.00"})["Answer"] is True


def test_a_fact_that_is_not_allowed_is_null() -> None:
    allowed = Constraint((cell('"A","B"'),))
    grade = InputData("grade", STRING, constraint=allowed)
    node = compile_expression("grade = null", ["grade"]).node
    model = Model("m", "n", "m.dmn", "v", (grade,), (Decision("Answer", BOOLEAN, node, ("grade",)),))
    columns = {"grade": SqlColumn("varchar")}
    for value, expected in (("A", False), ("C", True), (None, True), ("a", True)):
        assert run(model, columns, {"grade": value})["Answer"] is expected


# --- names and strings ------------------------------------------------------------------------------------------------

HOSTILE = ('x"; DROP TABLE facts; --', "it's", "a\\b", "${x}", "ü {0} %s :a ?", "–dash", "select")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_have_any_name(name: str) -> None:
    from recoup.tables.feel.nodes import Comparison, Literal, Name

    decision = Decision(f"{name} decided", ANY, Comparison("=", Name(name), Literal("v")), requires=(name,))
    model = Model("m", "n", "m.dmn", "v", (InputData(name, STRING),), (decision,))
    row = run(model, {name: SqlColumn("varchar")}, {name: "v"}, f"{name} decided")
    assert row == {name: "v", f"{name} decided": True}


@pytest.mark.parametrize("text", [*HOSTILE, "", "横綱🤦", "tab\tnew\nline"])
def test_a_string_may_hold_anything(text: str) -> None:
    from recoup.tables.feel.nodes import Arithmetic, Literal, Name

    logic = Arithmetic("+", Name("a"), Literal(text))
    model = Model("m", "n", "m.dmn", "v", (InputData("a", STRING),), (Decision("Answer", STRING, logic, ("a",)),))
    assert run(model, {"a": SqlColumn("varchar")}, {"a": text})["Answer"] == text + text


def test_a_string_with_the_character_zero_is_refused() -> None:
    from recoup.tables.feel.nodes import Comparison, Literal, Name

    logic = Comparison("=", Name("a"), Literal("a\0b"))
    model = Model("m", "n", "m.dmn", "v", (InputData("a", STRING),), (Decision("Answer", ANY, logic, ("a",)),))
    with pytest.raises(ModelError, match="character zero"):
        compile_columns(model, "Answer", columns={"a": SqlColumn("varchar")}, dialect="duckdb", source="f")


def test_strings_compare_by_code_point() -> None:
    columns = {"a": SqlColumn("varchar")}
    assert answer('a < "a"', columns, a="Z") is True
    assert answer('a > "z"', columns, a="é") is True
    assert answer('a > "\uffff"', columns, a="🤦") is True
    assert answer("string length(a)", columns, a="横綱🤦") == 3


def test_a_column_that_is_there_already_is_not_written_twice() -> None:
    assert "two columns of one name" in refusal("answer", {"answer": MONEY})


def test_a_column_of_another_kind_than_the_fact_is_refused() -> None:
    model = expression("amount > 1", {"amount": MONEY})
    with pytest.raises(ModelError, match="holds string, the model wants number"):
        compile_columns(model, "Answer", columns={"amount": SqlColumn("varchar")}, dialect="duckdb", source="f")


# --- tables -----------------------------------------------------------------------------------------------------------

ROWS = ("< 30 => 1", ">= 20 => 2", ">= 25 => 1", "> 90 => 3")


POLICIES = ("U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#")
WITH_DEFAULT = [(policy, "9") for policy in POLICIES if policy not in ("R", "O", "C")]


@pytest.mark.parametrize(("policy", "default"), [*((policy, "") for policy in POLICIES), *WITH_DEFAULT])
def test_every_hit_policy_answers_as_one_by_one(policy: str, default: str) -> None:
    made = table(policy, {"days": "number"}, *ROWS, outputs="number", priorities="3,2,1", default=default)
    model = _untyped(model_of(made))
    columns = {"days": SqlColumn("bigint")}
    statement = compile_columns(model, "answer", columns=columns, dialect="duckdb", source="facts")
    for days in (None, 0, 19, 20, 24, 25, 29, 30, 90, 91):
        outcome = compile_model(model).decide({"days": days})
        expected = flattened(statement.layout, outcome.values, outcome.fired)
        assert list(run(model, columns, {"days": days}, "answer").values())[1:] == expected


def _untyped(model: Model) -> Model:
    decisions = tuple(
        Decision(each.name, ANY, each.logic, each.requires) if each.table else each for each in model.decisions
    )
    return Model(model.name, model.namespace, model.file, model.version, model.inputs, decisions)


def test_a_table_computes_its_rule_once_and_later_tables_build_on_it() -> None:
    first = table("F", {"days": "number"}, '< 30 => "early"', '- => "late"', name="stage")
    second = table("F", {"stage": "string"}, '"early" => "A"', '"late" => "B"', name="team")
    columns = {"days": SqlColumn("bigint")}
    statement = compile_columns(model_of(first, second), "team", columns=columns, dialect="duckdb", source="facts")
    assert [name for name, _, _ in statement.outputs] == ["stage", "stage.rule", "team", "team.rule"]
    assert statement.sql.count('"days" < 30') == 1
    row = run(model_of(first, second), columns, {"days": 31}, "team")
    assert row == {"days": 31, "stage": "late", "stage.rule": 2, "team": "B", "team.rule": 2}


def test_rules_that_exclude_each_other_are_not_counted() -> None:
    apart = table("U", {"days": "number"}, '< 30 => "a"', '[30..60) => "b"', '>= 60 => "c"')
    columns = {"days": SqlColumn("bigint")}
    statement = compile_columns(model_of(apart), "answer", columns=columns, dialect="duckdb", source="facts")
    assert statement.sql.count("CASE WHEN") == 2
    assert run(model_of(apart), columns, {"days": 60}, "answer")["answer"] == "c"


def test_several_outputs_are_columns_of_their_own() -> None:
    made = table("U", {"days": "number"}, '< 30 => "a"', '[30..60) => "b"')
    two = replace(
        made,
        outputs=(replace(made.outputs[0], name="team"), replace(made.outputs[0], name="tone")),
        rules=tuple(replace(rule, conclusions=rule.conclusions * 2) for rule in made.rules),
    )
    model = _untyped(model_of(two))
    columns = {"days": SqlColumn("bigint")}
    row = run(model, columns, {"days": 30}, "answer")
    assert row == {"days": 30, "answer.team": "b", "answer.tone": "b", "answer.rule": 2}
    assert list(run(model, columns, {"days": 60}, "answer").values()) == [60, None, None, None]


def test_facts_of_a_context_are_a_struct_or_flat_columns() -> None:
    kind = ContextOf({"income": NUMBER, "name": STRING})
    node = compile_expression("applicant.income > 100", {"applicant": kind}).node
    model = Model(
        "m", "n", "m.dmn", "v", (InputData("applicant", kind),), (Decision("Answer", ANY, node, ("applicant",)),)
    )
    flat = {"applicant.income": MONEY, "applicant.name": SqlColumn("varchar")}
    assert run(model, flat, {"applicant.income": "101.00"})["Answer"] is True
    struct = {"applicant": SqlColumn("struct", fields={"income": MONEY, "name": SqlColumn("varchar")})}
    statement = compile_columns(
        model, "Answer", columns=struct, dialect="duckdb",
        source="(SELECT struct_pack(income := 99::DECIMAL(18,2), name := 'x') AS applicant) AS f",
    )  # fmt: skip
    assert memory().execute(statement.sql).fetchall()[0][-1] is False


def test_contexts_functions_and_lists_leave_only_columns_behind() -> None:
    columns = {"amount": MONEY}
    model = expression("{ fee: function(x) x * 0.1, parts: [amount, fee(amount)], total: sum(parts) }.total", columns)
    assert run(model, columns, {"amount": "10.00"})["Answer"] == Decimal("11.000")
    model = expression("every p in [amount, amount * 2] satisfies p > 5", columns)
    assert run(model, columns, {"amount": "3.00"})["Answer"] is False
    model = expression("for p in [amount, amount * 2] return p + 1", columns)
    assert run(model, columns, {"amount": "3.00"})["Answer"] == [Decimal("4.00"), Decimal("7.00")]
    model = expression("{ fee: function(x) x * 0.1, much: fee(amount) }", columns)
    with pytest.raises(ModelError, match="function as a column"):
        run(model, columns, {"amount": "3.00"})


def test_a_decision_that_gives_a_context_gives_a_column_for_each_component_and_back() -> None:
    columns = {"amount": MONEY}
    model = expression('{ net: amount * 2, note: "x", inner: { day: date("2025-01-31") } }', columns)
    statement = compile_columns(
        model, "Answer", columns=columns, dialect="duckdb", source=source(columns, {"amount": "1.50"})
    )
    row = memory().execute(statement.sql).fetchall()[0]
    assert [output.name for output in statement.layout] == ["Answer.net", "Answer.note", "Answer.inner.day"]
    names = ["amount", *(output.name for output in statement.layout)]
    assert assembled(statement.layout, dict(zip(names, row, strict=True)), "Answer") == {
        "net": Decimal("3.00"),
        "note": "x",
        "inner": {"day": date(2025, 1, 31)},
    }


def test_durations_between_dates_are_written_as_feel_writes_them() -> None:
    columns = {"since": SqlColumn("date"), "until": SqlColumn("date")}
    facts = {"since": "2024-01-31", "until": "2024-03-01"}
    assert answer("until - since", columns, **facts) == "P30D"
    assert answer("since - until", columns, **facts) == "-P30D"
    assert answer("until - until", columns, **facts) == "PT0S"
    assert answer('until - since > duration("P29D")', columns, **facts) is True
    assert answer("years and months duration(since, until)", columns, **facts) == "P1M"
    assert answer('since + duration("P1M")', columns, **facts) == date(2024, 2, 29)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "upper case(name)",
        'matches(name, "a.*")',
        "amount ** 0.5",
        "amount ** amount",
        "sqrt(amount)",
        'if amount > 1 then "x" else 1',
        "for n in 1..amount return n",
        "{ f: function(n) f(n - 1), x: f(amount) }.x",
        "date(name)",
        "number(name)",
        "[amount, 1][item > 0]",
        "substring(name, amount)",
        "amount / 3 + amount / 7",
    ],
)
def test_what_columns_cannot_do_exactly_is_refused_with_file_line_and_construct(text: str) -> None:
    assert refusal(text, {"amount": MONEY, "name": SqlColumn("varchar")}).startswith("columns cannot do this exactly")


def test_a_refused_cell_is_named_with_its_table_and_rule() -> None:
    made = table("F", {"name": "string"}, '"a" => 1', 'upper case(?) = "B" => 2', outputs="number")
    with pytest.raises(ModelError) as caught:
        compile_columns(
            model_of(made), "answer", columns={"name": SqlColumn("varchar")}, dialect="duckdb", source="facts"
        )
    problem = caught.value.problems[0]
    assert (problem.table, problem.rule, problem.construct) == ("answer", 2, 'upper case(?) = "B"')


def test_postgresql_cuts_long_names_so_they_are_refused_there() -> None:
    name = "n" * 64
    assert "more than 63 bytes" in refusal(f"{name} > 1", {name: MONEY}, "postgresql")
