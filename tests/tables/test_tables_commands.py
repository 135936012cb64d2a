"""`recoup tables check`, `show` and `diff`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from recoup.project.commandline import main
from tests.tables.loans_dmn import LOANS

OVERLAPPING = LOANS.replace(b"&gt; 30", b"&gt; 29")


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    path = tmp_path / "loans.dmn"
    path.write_bytes(LOANS)
    return path


def said(capsys: Any) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_sound_model_passes_with_its_warnings(loans: Path, capsys: Any) -> None:
    assert main(["tables", "check", str(loans)]) == 0
    out = capsys.readouterr().out
    assert "warning: " in out
    assert "days overdue is null" in out


def test_warnings_fail_where_they_shall(loans: Path) -> None:
    assert main(["tables", "check", str(loans), "--strict"]) == 1


def test_errors_fail_and_show_facts(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "overlapping.dmn"
    path.write_bytes(OVERLAPPING)
    assert main(["tables", "check", str(path), "--json"]) == 1
    report = said(capsys)
    assert report["error"] == 1
    overlap = next(each for each in report["files"][0]["problems"] if each["code"] == "overlap")
    assert overlap["rule"] == 3
    assert overlap["example"] == {"days overdue": 30}
    assert overlap["example_words"] == "days overdue = 30"
    assert overlap["line"] > 0


def test_a_demand_of_the_caller_is_checked(loans: Path, capsys: Any) -> None:
    assert main(["tables", "check", str(loans), "--demand", "citation", "--json"]) == 1
    problems = said(capsys)["files"][0]["problems"]
    missing = [(each["table"], each["rule"]) for each in problems if each["code"] == "missing-citation"]
    assert missing == [("Bucket", 2), ("Letter", None)]


@pytest.mark.parametrize("command", ["check", "show"])
def test_what_is_no_model_is_unusable(command: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "bad.dmn"
    path.write_bytes(LOANS.replace(b"days overdue</text>", b"days overdue +</text>"))
    assert main(["tables", command, str(path)]) == 2
    captured = capsys.readouterr()
    assert f"{path}:12" in captured.out + captured.err
    assert main(["tables", command, str(tmp_path / "nothing.dmn")]) == 2


def test_a_model_is_shown_as_text_and_as_data(loans: Path, capsys: Any) -> None:
    assert main(["tables", "show", str(loans)]) == 0
    assert '1 | <= 0           || "none"' in capsys.readouterr().out
    assert main(["tables", "show", str(loans), "--json"]) == 0
    assert said(capsys)["decisions"][0]["name"] == "Bucket"


def test_a_workbook_is_made_changed_compared_and_taken_back(loans: Path, tmp_path: Path, capsys: Any) -> None:
    book, result = tmp_path / "loans.xlsx", tmp_path / "new.dmn"
    assert main(["tables", "show", str(loans), "--xlsx", str(book), "--json"]) == 0
    assert said(capsys)["workbook"] == str(book)
    opened = load_workbook(book)
    opened["Bucket"]["D10"] = '"early"'
    opened.save(book)
    assert main(["tables", "diff", str(loans), str(book), "--dmn", str(result), "--json"]) == 0
    assert said(capsys)["differences"] == ["Bucket: row 3: Bucket late > early"]
    assert main(["tables", "diff", str(loans), str(result)]) == 0
    assert capsys.readouterr().out == "Bucket: row 3: Bucket late > early\n"
    assert main(["tables", "diff", str(loans), str(loans)]) == 0
    assert capsys.readouterr().out == "no differences\n"


def test_a_bad_workbook_is_unusable_and_writes_nothing(loans: Path, tmp_path: Path, capsys: Any) -> None:
    book, result = tmp_path / "loans.xlsx", tmp_path / "new.dmn"
    main(["tables", "show", str(loans), "--xlsx", str(book)])
    opened = load_workbook(book)
    opened["Bucket"]["C10"] = "> nobody"
    opened.save(book)
    assert main(["tables", "diff", str(loans), str(book), "--dmn", str(result)]) == 2
    assert "sheet 'Bucket', row 10: column C" in capsys.readouterr().err
    assert not result.exists()
