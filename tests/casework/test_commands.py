"""`recoup day`, `recoup cases` and `recoup debt`, as a clerk or a program reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from recoup.book.models import Debt
from recoup.project.commandline import main
from tests.casework.lateness import day, owes, pays, person, run
from tests.people_and_book import TODAY, House, creditor, debt, debtor, house, instalments, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> House:
    return house()


@pytest.fixture
def late(people: House) -> Debt:
    """Zhou owes one instalment of 1,000.00 that has been due for 12 days."""
    return owes(person(), "HL-1", 12, branch=people.riverside)


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """What a command prints, one JSON object a line; it must succeed and print nothing else."""
    assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_days_run_reports_the_figures_of_the_format(late: Debt, capsys: pytest.CaptureFixture[str]) -> None:
    (report,) = lines(capsys, "day", "--date", TODAY.isoformat())
    assert report == {
        "date": "2026-11-23",
        "debts": 1,
        "overdue": 1,
        "by_bucket": {"current": 0, "M1": 1, "M2": 0, "M3": 0, "M4": 0, "M5": 0, "M6": 0, "M7": 0},
        "by_stage": {"S1": 0, "S2": 1, "S3": 0, "S4": 0, "S5": 0},
        "cases_opened": 1,
        "cases_escalated": 0,
        "cases_cured": 0,
        "work_items": 1,
    }


def test_the_days_run_is_readable_without_json(late: Debt, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["day", "--date", TODAY.isoformat()]) == 0
    assert "by stage: S1 0, S2 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["day", "--date", "2026-02-30"], ["day", "--date", "yesterday"], ["debt"], ["dance"]]
)
def test_words_that_make_no_sense_are_unusable_input(words: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_of:
        main(words)
    assert exit_of.value.code == 2


def test_open_cases_are_printed_one_a_line_with_debts_and_team(
    late: Debt, people: House, capsys: pytest.CaptureFixture[str]
) -> None:
    owes(late.debtor, "HL-2", 3, branch=people.riverside)
    owes(late.debtor, "HL-3", 0, branch=people.riverside)
    wu = debtor("D-2", "Wu", creditor("north/1", "North Finance"))
    owes(wu, "NF-1", 2, branch=people.hillside)
    run()
    assert lines(capsys, "cases") == [
        {
            "case_ref": "harbour-00001",
            "debtor_ref": "D-1",
            "creditor": "harbour",
            "stage": "S2",
            "debts": ["HL-1", "HL-2"],
            "team": [{"staff": "lin", "role": "relationship_manager"}, {"staff": "han", "role": "risk_manager"}],
        },
        {
            "case_ref": f"north-1~{wu.creditor_id}-00001",
            "debtor_ref": "D-2",
            "creditor": "north/1",
            "stage": "S1",
            "debts": ["NF-1"],
            "team": [{"staff": "gao", "role": "relationship_manager"}],
        },
    ]
    assert [case["debtor_ref"] for case in lines(capsys, "cases", "--stage", "S2")] == ["D-1"]
    assert lines(capsys, "cases", "--stage", "S5") == []


def test_a_cured_case_is_not_printed(late: Debt, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    pays(late, day(1))
    run(1)
    assert lines(capsys, "cases") == []


def test_a_debt_is_printed_as_it_stands_on_a_day(people: House, capsys: pytest.CaptureFixture[str]) -> None:
    loan = debt(person(), "HL-1")
    instalments(loan, day(-33), 2, principal=100_000, interest=5_000)
    paid(loan, 30_000, day(-30), "P-1")
    paid(loan, 100_000, day(1), "P-2")
    (printed,) = lines(capsys, "debt", "HL-1", "--date", TODAY.isoformat())
    assert printed == {
        "debt_ref": "HL-1",
        "creditor": "harbour",
        "debtor_ref": "D-1",
        "kind": "loan",
        "date": "2026-11-23",
        "currency": "CNY",
        "owed": "1800.00",
        "past_due": "1800.00",
        "principal": "1750.00",
        "interest": "50.00",
        "fees": "0.00",
        "credit": "0.00",
        "paid": "300.00",
        "oldest_unpaid_due_on": "2026-10-21",
        "next_due_on": None,
        "days_past_due": 33,
        "days_delinquent": 33,
        "bucket": "M2",
        "stage": "S3",
        "written_off": False,
    }


def test_a_yen_has_no_decimals(people: House, capsys: pytest.CaptureFixture[str]) -> None:
    owes(person(), "HL-1", 5, amount=12_345, currency="JPY")
    assert lines(capsys, "debt", "HL-1", "--date", TODAY.isoformat())[0]["owed"] == "12345"


@pytest.mark.parametrize("code", ["north", "north/1"])
def test_a_reference_that_two_creditors_use_needs_the_creditor(
    code: str, late: Debt, capsys: pytest.CaptureFixture[str]
) -> None:
    owes(debtor("D-2", "Wu", creditor(code, "North Finance")), "HL-1", 3)
    assert main(["debt", "HL-1", "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "harbour/HL-1" in said.err
    assert f"{code}/HL-1" in said.err
    on = ("--date", TODAY.isoformat())
    assert lines(capsys, "debt", f"{code}/HL-1", *on)[0]["debtor_ref"] == "D-2"
    assert lines(capsys, "debt", "harbour/HL-1", *on)[0]["debtor_ref"] == "D-1"


@pytest.mark.parametrize("ref", ["HL-9", "harbour/HL-9", "south/HL-1", "/", "harbour/"])
def test_a_debt_that_nobody_knows_is_unusable_input(ref: str, late: Debt, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["debt", ref, "--json"]) == 2
    assert ref in capsys.readouterr().err
