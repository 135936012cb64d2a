"""Whole files are decided: the same rows in the same order, with decisions beside them, or nothing at all."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from recoup.portfolio.decide import ColumnsRefused, FactsRefused, decide_batches, decide_file
from recoup.tables.problems import ModelError
from tests.needs import ROOT
from tests.portfolio.decided import TREATED, decided, fact, literal, model, parquet, result, table

ENGINES = ["duckdb", "row"]
FACTS = """ref,amount,since,vip
a,100.50,2025-12-31,true
b,100.50,2026-01-01,false
c,100.49,2026-01-01,
d,,2026-01-01,true
e,1e3,,true
f,200,2020-02-29,
"""
both_engines = pytest.mark.parametrize("engine", ENGINES)


@both_engines
def test_each_row_keeps_its_cells_and_gains_decisions_and_rules(tmp_path: Path, engine: str) -> None:
    report, rows = decided(tmp_path, TREATED, "Treatment", FACTS, engine=engine)
    assert [tuple(row.values()) for row in rows] == [
        ("a", "100.50", "2025-12-31", "true", "large", "2", "care", "0.25", "2"),
        ("b", "100.50", "2026-01-01", "false", "new and large", "1", "field", "0.5", "3"),
        ("c", "100.49", "2026-01-01", "", "small", "3", "self", "0", "1"),
        ("d", "", "2026-01-01", "true", "", "", "care", "0.25", "2"),  # null is not "small"
        ("e", "1e3", "", "true", "", "", "care", "0.25", "2"),
        ("f", "200", "2020-02-29", "", "large", "2", "", "", ""),
    ]
    assert list(rows[0])[4:] == ["Grade", "Grade.rule", "Treatment.team", "Treatment.share", "Treatment.rule"]
    assert (report.rows, report.engine, report.decision) == (6, engine, "Treatment")
    assert report.rules == {
        "Grade": {"1": 1, "2": 2, "3": 1, "none": 2},
        "Treatment": {"1": 1, "2": 3, "3": 1, "none": 1},
    }


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_both_engines_write_the_same_file_cell_by_cell(tmp_path: Path, out: str) -> None:
    by_column = decided(tmp_path, TREATED, "Treatment", FACTS, engine="duckdb", out=out)
    by_row = decided(tmp_path, TREATED, "Treatment", FACTS, engine="row", out=out)
    assert by_row[1] == by_column[1]
    assert by_row[0].rules == by_column[0].rules
    assert by_row[0].version == by_column[0].version


@both_engines
def test_a_parquet_result_holds_typed_columns(tmp_path: Path, engine: str) -> None:
    _, rows = decided(tmp_path, TREATED, "Treatment", FACTS, engine=engine, out="out.parquet")
    assert rows[0]["amount"] == Decimal("100.50")
    assert rows[0]["since"] == date(2025, 12, 31)
    assert rows[0]["vip"] is True
    assert rows[0]["Treatment.share"] == Decimal("0.25")
    assert rows[0]["Treatment.rule"] == 2
    assert rows[3]["Grade.rule"] is None


@both_engines
@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        (FACTS, "utf-16"),
        (FACTS, "utf-8-sig"),
        (FACTS.replace(",", ";"), "utf-8"),
        (FACTS.replace(",", "\t"), "gb18030"),
    ],
)
def test_encodings_and_delimiters_change_nothing(tmp_path: Path, engine: str, written: str, encoding: str) -> None:
    text = written.replace("ref", "债务的编号和客户的姓名")  # something that encodings write differently
    _, plain = decided(tmp_path, TREATED, "Treatment", FACTS, engine=engine)
    _, rows = decided(tmp_path, TREATED, "Treatment", text.encode(encoding), engine=engine)
    assert [list(row.values()) for row in rows] == [list(row.values()) for row in plain]


def test_a_compressed_file_is_decided_like_the_file_in_it(tmp_path: Path) -> None:
    packed = tmp_path / "facts.csv.gz"
    packed.write_bytes(gzip.compress(FACTS.encode()))
    _, rows = decided(tmp_path, TREATED, "Treatment", packed)
    assert rows == decided(tmp_path, TREATED, "Treatment", FACTS)[1]


@both_engines
def test_a_number_is_decided_with_all_its_digits(tmp_path: Path, engine: str) -> None:
    dmn = model(
        fact("amount", "number"),
        table("Large", [("amount", "number")], [("", "boolean")],
              [["> 1234567890123456789012.123456", "true"], ["<= 1234567890123456789012.123456", "false"]],
              needs=["amount"]),
    )  # fmt: skip
    cells = ["1234567890123456789012.123456", "1234567890123456789012.123457", "1e-6", "-0", ".5", "+7."]
    _, rows = decided(tmp_path, dmn, "Large", "ref,amount\n" + "".join(f"x,{cell}\n" for cell in cells), engine=engine)
    assert [row["Large"] for row in rows] == ["false", "true", "false", "false", "false", "false"]
    assert [row["amount"] for row in rows] == cells


@both_engines
def test_floating_point_stands_for_the_decimals_it_is_written_as(tmp_path: Path, engine: str) -> None:
    facts = parquet(
        tmp_path / "facts.parquet",
        "SELECT unnest([0.1::DOUBLE, 0.3, 0.1::DOUBLE + 0.2::DOUBLE, NULL, 1e-9, 123456.78]) AS amount",
    )
    dmn = model(fact("amount", "number"), table("Is", [("amount", "number")], [("", "string")], [
        ["0.1", '"a tenth"'], ["0.3", '"three tenths"'], ["0.30000000000000004", '"a little more"'],
        ["0.000000001", '"tiny"'], ["123456.78", '"money"'],
    ], needs=["amount"]))  # fmt: skip
    _, rows = decided(tmp_path, dmn, "Is", facts, engine=engine, out="out.parquet")
    assert [row["Is"] for row in rows] == ["a tenth", "three tenths", "a little more", None, "tiny", "money"]
    assert rows[0]["amount"] == 0.1  # what the file holds is kept as it is


STRUCTURED = model(
    '<itemDefinition name="Loan"><itemComponent name="amount"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="kind"><typeRef>string</typeRef></itemComponent></itemDefinition>',
    fact("Loan", "Loan"),
    table("Big", [("Loan.amount", "number"), ("Loan.kind", "string")], [("", "string")],
          [["> 10", '"card"', '"big card"'], ["> 10", 'not("card")', '"big"'], ["<= 10", "-", '"small"']],
          needs=["Loan"]),
)  # fmt: skip


@both_engines
def test_a_structured_fact_comes_flat_or_as_one_column(tmp_path: Path, engine: str) -> None:
    _, flat = decided(tmp_path, STRUCTURED, "Big", "Loan.kind,Loan.amount\ncard,10.5\nloan,11\n,10\n", engine=engine)
    nested = parquet(
        tmp_path / "facts.parquet",
        "SELECT unnest([{'amount': 10.5, 'kind': 'card'}, {'amount': 11, 'kind': 'loan'},"
        " {'amount': 10, 'kind': NULL}]) AS \"Loan\", 7 AS other",
    )
    _, rows = decided(tmp_path, STRUCTURED, "Big", nested, engine=engine, out="out.parquet")
    assert [row["Big"] for row in flat] == [row["Big"] for row in rows] == ["big card", "big", "small"]
    assert list(rows[0]) == ["Loan", "other", "Big", "Big.rule"]
    assert rows[0]["Loan"] == {"amount": Decimal("10.5"), "kind": "card"}


def test_rows_keep_their_order_and_number(tmp_path: Path) -> None:
    facts = parquet(
        tmp_path / "facts.parquet",
        "SELECT i, (i * 7919 % 20000 / 100)::DECIMAL(9, 2) AS amount, DATE '2026-01-01' - i::INT % 2 AS since,"
        " i % 3 = 0 AS vip FROM range(300000) t(i)",
    )
    report, _ = decided(tmp_path, TREATED, "Treatment", facts, out="out.parquet")
    assert report.rows == 300_000
    path = tmp_path / "out.parquet"
    query = f"SELECT count(*) FROM (SELECT i, row_number() OVER () - 1 AS place FROM '{path}') WHERE i <> place"
    assert duckdb.execute(query).fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ("amount,since\n1,2026-01-01\n", "facts.csv: column vip is missing"),
        ("amount,since,vip\n1,2026-02-30,true\n", "row 2, column since: 2026-02-30 is not a date"),
        ("amount,since,vip\n1,2026-01-01,true\n\n2x,2026-01-01,true\n", "row 4, column amount: 2x is not a number"),
        ("amount,since,vip\n1_0,2026-01-01,true\n", "row 2, column amount: 1_0 is not a number"),
        ("amount,since,vip\ninf,2026-01-01,true\n", "row 2, column amount: inf is not a number"),
        ("amount,since,vip\n1,infinity,yes\n", "row 2, column since: infinity is not a date"),
        ("amount,since,vip\n1,infinity,yes\n", "row 2, column vip: yes is not true or false"),
        ("amount,since,vip\n1,2026-01-01\n", "row 2: the row has 2 cells, the first row has 3"),
        ('amount,since,vip\n1,2026-01-01,"true\n', "row 2: a quote is opened and not closed"),
        ("amount,since,vip,Grade\n1,2026-01-01,true,x\n", "columns named as what is decided: Grade"),
        ("amount,since,vip,AMOUNT\n1,2026-01-01,true,x\n", "'amount' and 'AMOUNT'"),
        ("amount,since,vip\n1" + "0" * 40 + ",2026-01-01,true\n", "column amount: its numbers need 41 digits"),
        ("", "facts.csv: the file is empty"),
    ],
)
def test_facts_that_cannot_be_used_are_refused_in_words_and_nothing_is_written(
    tmp_path: Path, facts: str, says: str
) -> None:
    (tmp_path / "out.csv").write_text("from before")
    with pytest.raises(FactsRefused) as refused:
        decided(tmp_path, TREATED, "Treatment", facts)
    assert says in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.csv", "out.csv"]
    assert (tmp_path / "out.csv").read_text() == "from before"


def test_the_first_twenty_bad_cells_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(FactsRefused) as refused:
        decided(tmp_path, TREATED, "Treatment", "amount,since,vip\n" + "x,2026-01-01,y\n" * 15)
    assert len(refused.value.findings) == 21
    assert refused.value.findings[0] == (
        "facts.csv: row 2, column amount: x is not a number (digits, a full stop, no separators)"
    )
    assert refused.value.findings[-1] == "facts.csv: and 10 more cells"


@pytest.mark.parametrize(
    ("select", "says"),
    [
        (
            "SELECT 'x' AS amount, DATE '2026-01-01' AS since, true AS vip",
            "column amount is VARCHAR: the model asks for",
        ),
        (
            "SELECT 1 AS amount, DATE '2026-01-01' AS since, 1 AS vip",
            "column vip is INTEGER: the model asks for boolean",
        ),
        ("SELECT 1 AS amount, DATE '2026-01-01' AS since", "column vip is missing"),
        ("SELECT 1 AS \"Amount\", DATE '2026-01-01' AS since, true AS vip", "column amount is missing"),
        ("SELECT 'nan'::DOUBLE AS amount, DATE '2026-01-01' AS since, true AS vip", "row 1, column amount: nan"),
        ("SELECT 1 AS amount, TIMESTAMP '2026-01-01 10:00:00' AS since, true AS vip", "it has a time of day"),
    ],
)
def test_parquet_columns_must_have_the_type_that_the_model_asks_for(tmp_path: Path, select: str, says: str) -> None:
    facts = parquet(tmp_path / "facts.parquet", select)
    with pytest.raises(FactsRefused) as refused:
        decided(tmp_path, TREATED, "Treatment", facts)
    assert says in str(refused.value)


def test_a_column_of_nulls_and_dates_at_midnight_are_what_the_model_asks_for(tmp_path: Path) -> None:
    facts = parquet(tmp_path / "facts.parquet", "SELECT 1 AS amount, TIMESTAMP '2026-01-01' AS since, NULL::INT AS vip")
    _, rows = decided(tmp_path, TREATED, "Treatment", facts, out="out.parquet")
    assert (rows[0]["Grade"], rows[0]["Treatment.team"], rows[0]["Treatment.share"]) == ("small", "self", 0)


def test_a_file_that_is_neither_csv_nor_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts.txt").write_text(FACTS)
    with pytest.raises(FactsRefused, match=r"facts\.txt: is named neither"):
        decided(tmp_path, TREATED, "Treatment", tmp_path / "facts.txt")
    with pytest.raises(FactsRefused, match=r"out\.xlsx: is named neither"):
        decided(tmp_path, TREATED, "Treatment", FACTS, out="out.xlsx")
    (tmp_path / "broken.parquet").write_text(FACTS)
    with pytest.raises(FactsRefused, match=r"broken\.parquet: is no readable Parquet file"):
        decided(tmp_path, TREATED, "Treatment", tmp_path / "broken.parquet")


def test_an_unknown_decision_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match="no decision 'Grades'; it has: Grade, Treatment"):
        decided(tmp_path, TREATED, "Grades", FACTS)
    with pytest.raises(FactsRefused, match="no engine 'abacus'"):
        decided(tmp_path, TREATED, "Grade", FACTS, engine="abacus")


def test_a_part_of_the_model_that_is_not_needed_may_be_unsupported(tmp_path: Path) -> None:
    dmn = TREATED.replace(b"</definitions>", literal("Odd", "1 +", needs=["vip"]).encode() + b"</definitions>")
    _, rows = decided(tmp_path, dmn, "Grade", "amount,since\n1,2026-01-01\n")
    assert rows == [{"amount": "1", "since": "2026-01-01", "Grade": "small", "Grade.rule": "3"}]
    with pytest.raises(ModelError, match=r"test\.dmn:1"):
        decided(tmp_path, dmn, "Odd", FACTS)


LOOP = model(fact("amount", "number"), literal("All", "for i in 1..amount return i * i", needs=["amount"]))


def test_what_columns_cannot_say_rows_decide(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused, match=r"test\.dmn:1"):
        decided(tmp_path, LOOP, "All", "ref,amount\na,3\nb,\n")
    _, rows = decided(tmp_path, LOOP, "All", "ref,amount\na,3\nb,\n", engine="row")
    assert rows == [{"ref": "a", "amount": "3", "All": "[1, 4, 9]"}, {"ref": "b", "amount": "", "All": ""}]


def test_a_decision_that_needs_no_facts_is_the_same_on_every_row(tmp_path: Path) -> None:
    for engine in ENGINES:
        _, rows = decided(tmp_path, model(literal("Limit", "2 * 21")), "Limit", "a,b\n1,2\n3,4\n", engine=engine)
        assert [row["Limit"] for row in rows] == ["42", "42"]


def test_an_empty_file_of_facts_gives_an_empty_result(tmp_path: Path) -> None:
    for engine in ENGINES:
        report, rows = decided(tmp_path, TREATED, "Treatment", "amount,since,vip\n", engine=engine)
        assert (report.rows, rows) == (0, [])
        assert (tmp_path / "out.csv").read_text().startswith("amount,since,vip,Grade,Grade.rule,Treatment.team")


@both_engines
def test_batches_of_arrow_are_decided_without_a_file(tmp_path: Path, engine: str) -> None:
    arrow = (
        duckdb.connect()
        .execute("SELECT i::DECIMAL(9, 2) AS amount, DATE '2025-01-01' AS since, true AS vip FROM range(99, 103) t(i)")
        .to_arrow_reader(2)
    )
    found = decide_batches(TREATED, file="test.dmn", decision="Treatment", facts=arrow, engine=engine).read_all()
    assert found.column("Treatment.team").to_pylist() == ["self", "self", "care", "care"]
    assert found.column("amount").to_pylist() == [Decimal(99), Decimal(100), Decimal(101), Decimal(102)]


def test_batches_may_also_become_a_file(tmp_path: Path) -> None:
    arrow = duckdb.connect().execute("SELECT 1.5 AS amount, DATE '2025-01-01' AS since, true AS vip").to_arrow_reader()
    decide_file(TREATED, file="t.dmn", decision="Grade", facts=arrow, out=tmp_path / "out.csv")
    assert result(tmp_path / "out.csv") == [
        {"amount": "1.5", "since": "2025-01-01", "vip": "true", "Grade": "small", "Grade.rule": "3"}
    ]


def test_the_example_says_what_its_page_says(tmp_path: Path) -> None:
    folder = ROOT / "examples/decisions"
    dmn = (folder / "first_contact.dmn").read_bytes()
    _, rows = decided(tmp_path, dmn, "Contact", folder / "first_contact.csv")
    assert rows[0] == {
        "debt_ref": "L-1001", "Loan.owed": "250.00", "Loan.days overdue": "0", "Broken promises": "0",
        "Has a plan": "false", "Urgency": "none", "Urgency.rule": "1", "Contact.channel": "none",
        "Contact.within days": "0", "Contact.rule": "5",
    }  # fmt: skip
    assert [row["Urgency.rule"] for row in rows] == ["1", "6", "5", "3", "4", "4", "2", "3", "", "5", "5"]
    assert [row["Contact.channel"] for row in rows[8:]] == ["", "message", ""]
