"""Cells of tables, changes and nearest answers as readers see them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from recoup.desk.rulebooks.cell_words import conclusion_words, condition_words
from recoup.desk.rulebooks.change_words import changes_shown
from recoup.desk.rulebooks.nearest import Change, nearest_changes
from recoup.desk.rulebooks.sheet import sheets_of
from recoup.desk.rulebooks.trial_facts import PREFIX, trial_of, typed_from
from recoup.policy.shipped import shipped_text
from recoup.tables.feel import compile_expression, compile_unary_tests
from recoup.tables.model import Cell, Entry, Model
from recoup.tables.read import read_model
from recoup.tables.row import compile_model
from recoup.tables.write.difference import differences


def shipped(name: str, *changes: tuple[str, str]) -> Model:
    """A shipped rulebook, with words of its text exchanged."""
    text = shipped_text(name) or ""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_model(text.encode(), file=name)


CONDITIONS = (
    ("-", "any"),
    ("5", "5"),
    ("-5", "−5"),
    ("12000", "12,000"),
    ("0.050", "0.05"),
    ("[1..30]", "1 to 30"),
    ("(0..30]", "over 0, up to 30"),
    ("[0..1)", "0 to under 1"),
    ("(0..1)", "over 0, under 1"),
    ("< 3", "less than 3"),
    ("<= 3", "up to 3"),
    ("> 3", "more than 3"),
    (">= 3", "3 or more"),
    ('"card", "loan"', "Credit card, Loan"),
    ('"card,loan"', "Credit card + Loan"),
    ("null", "unknown"),
    ("not(null)", "known"),
    ("null, >= 14", "unknown or 14 or more"),
    ('not("S1", "S2")', "not S1 or S2"),
    ("true", "yes"),
    ("false", "no"),
    ('date("2026-10-01")', "1 Oct 2026"),
    ('>= date("2026-10-01")', "from 1 Oct 2026"),
    ('< @"2026-10-01"', "before 1 Oct 2026"),
    # Nobody has words for these: the FEEL itself is shown.
    ("> a + 1", "> a + 1"),
    ("string length(?) > 3", "string length(?) > 3"),
)


@pytest.mark.parametrize(("feel", "words"), CONDITIONS)
def test_a_condition_is_said_in_words(feel: str, words: str) -> None:
    cell = Cell(feel, compile_unary_tests(feel, ["a"]).tests)
    assert condition_words(cell, "en").text == words


@pytest.mark.parametrize(
    ("feel", "words"),
    [
        ('"lead_voice"', "Lead voice"),
        ("null", "–"),
        ("", "–"),
        ('["a","b"]', "a, b"),
        ("1 + 1", "1 + 1"),
        ("[]", "none"),
    ],
)
def test_a_conclusion_is_said_in_words(feel: str, words: str) -> None:
    node = compile_expression(feel or "null", ()).node
    assert conclusion_words(Entry(feel, node), "en").text == words


def test_a_condition_that_holds_for_everything_is_told_apart() -> None:
    assert condition_words(Cell("-", compile_unary_tests("-").tests), "en").is_any
    assert not condition_words(Cell("5", compile_unary_tests("5").tests), "en").is_any


def test_words_are_said_in_the_language_of_the_page() -> None:
    with translation.override("zh-hans"):
        assert condition_words(Cell("-", compile_unary_tests("-").tests), "zh-hans").text == "任意"


def test_columns_in_other_languages_than_the_page_are_left_out() -> None:
    [sheet] = [each for each in sheets_of(shipped("house/priority"), "zh-hans") if each.name == "Reason"]
    assert any("已停止联系" in note for note in sheet.rows[0].notes)
    assert not any("Contact is stopped" in note for note in sheet.rows[0].notes)


def test_a_wide_table_is_told_row_by_row_without_what_holds_for_everything() -> None:
    [sheet] = [each for each in sheets_of(shipped("house/priority"), "en") if each.name == "Reason"]
    assert sheet.is_wide
    assert [cell.heading for cell in sheet.rows[0].told] == ["Contact stopped"]


def test_a_changed_cell_is_said_by_the_names_of_its_table() -> None:
    new = shipped("house/stages", ("(30..60]", "(30..50]"), ("(60..180]", "(50..180]"))
    assert changes_shown(differences(shipped("house/stages"), new), new, "en") == [
        "Row 4: Days delinquent: over 30, up to 60 → over 30, up to 50",
        "Row 5: Days delinquent: over 60, up to 180 → over 50, up to 180",
    ]


def test_a_change_of_another_kind_is_said_as_the_tables_say_it() -> None:
    assert changes_shown(["fact 'x' added (number)"], None, "en") == ["Fact 'x' added (number)"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # In the middle of a stage: the nearest day below and above, and the day nobody knows.
        (47, [("30", "S2"), ("61", "S4"), (None, None)]),
        # On the first day of a stage the day before changes it.
        (31, [("30", "S2"), ("61", "S4"), (None, None)]),
        (60, [("30", "S2"), ("61", "S4"), (None, None)]),
        # The last stage has nothing above it.
        (200, [("180", "S4"), (None, None)]),
    ],
)
def test_the_nearest_change_lies_just_past_a_boundary(days: int, expected: list[tuple[str | None, str | None]]) -> None:
    compiled = compile_model(shipped("house/stages"))

    def answer(facts: object) -> object:
        value = compiled.decide(facts).values["Stage"]  # type: ignore[arg-type]
        return value and value["name"]

    found = nearest_changes(compiled.model, {"days_delinquent": Decimal(days)}, answer)
    assert found == [
        Change("days_delinquent", None if value is None else Decimal(value), stage) for value, stage in expected
    ]


def test_a_trial_keeps_what_was_typed_and_says_what_cannot_be_read() -> None:
    trial = trial_of(shipped("house/stages"), {PREFIX + "days_delinquent": "soon"}, "en")
    assert trial.asked
    assert not trial.is_whole
    assert trial.fields[0].typed == "soon"
    assert "not a number" in trial.fields[0].wrong


def test_an_empty_field_is_a_fact_that_is_not_known() -> None:
    trial = trial_of(shipped("house/stages"), {PREFIX + "days_delinquent": " "}, "en")
    assert trial.facts == {"days_delinquent": None}


def test_facts_of_a_case_are_typed_as_a_reader_would() -> None:
    model = shipped("house/priority")
    facts = {"stopped": None, "protected": True, "days_open": 3, "paid_share": Decimal("0.5")}
    trial = trial_of(model, typed_from(facts), "en")
    assert {name: trial.facts[name] for name in facts} == facts
