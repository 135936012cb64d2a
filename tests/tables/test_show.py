"""Models as readable text."""

from __future__ import annotations

import pytest

from recoup.tables.read import read_model
from recoup.tables.write.show import as_data, as_text
from recoup.tables.write.widths import padded, width, wrapped
from tests.tables.by_hand import model, table
from tests.tables.loans_dmn import LOANS


def test_a_table_is_drawn_in_columns() -> None:
    text = as_text(read_model(LOANS, file="loans.dmn"))
    start = text.index("Bucket: string")
    drawn = text[start:].split("\n\n")[0].splitlines()
    assert drawn == [
        "Bucket: string",
        "  from days overdue",
        "  U (unique: at most one rule matches)",
        "  ---+----------------++----------++--------------------",
        "   # | Days           || Bucket   || citation",
        "     | (days overdue) ||          ||",
        "     | (number)       || (string) ||",
        "  ---+----------------++----------++--------------------",
        '   1 | <= 0           || "none"   || 3.1',
        '   2 | (0..30]        || "early"  ||',
        '   3 | > 30           || "late"   || =1+1 is no formula',
        "  ---+----------------++----------++--------------------",
    ]


def test_particulars_and_facts_stand_at_the_head() -> None:
    text = as_text(read_model(LOANS, file="loans.dmn"))
    assert text.startswith("Loans\n=====\ntitle: Loan desk\ncitation: Credit manual, 3\nin force from: 2026-01-01\n")
    assert "Facts\n  days overdue: number\n  kind: string" in text


def test_chinese_letters_take_two_columns() -> None:
    drawn = as_text(model(table("F", {"kind": "string"}, '"\u4fe1\u7528\u5361" => "\u9010\u6237"', '- => "b"')))
    lines = [line for line in drawn.splitlines() if "|" in line]
    assert len({width(line[: line.rindex("||")]) for line in lines}) == 1


def test_a_default_is_said_below() -> None:
    assert 'otherwise answer = "none"' in as_text(model(table("F", {"kind": "string"}, default='"none"')))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("\u94f6\u884c", 4), ("e\u0301", 1), ("\u200b", 0), ("\uff21", 2), ("", 0)],
)
def test_the_width_of_a_text_is_what_a_terminal_gives_it(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(padded(text, 6)) == 6


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("onetwothree", ["onetwoth", "ree"]),
        ("\u94f6\u884c\u5361\u90e8\u95e8", ["\u94f6\u884c\u5361\u90e8", "\u95e8"]),
        ("a\nb", ["a", "b"]),
        ("", [""]),
    ],
)
def test_long_texts_are_broken_into_lines(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines


def test_the_same_as_data() -> None:
    data = as_data(read_model(LOANS, file="loans.dmn"))
    bucket = data["decisions"][0]["table"]
    assert bucket["hit_policy"] == "U"
    assert bucket["rules"][0] == {"number": 1, "when": ["<= 0"], "then": ['"none"'], "annotations": ["3.1"]}
