"""`recoup tables publish`: a file as the next version of a rulebook, in the name of two people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recoup.policy.models import RulebookVersion, RuleDraft
from recoup.project.commandline import main
from recoup.tables.read import read_model
from tests.people_and_book import House
from tests.policy.made_rules import EARLIER, NAME, WITH_A_GAP, WITH_A_WARNING, rules, workbook

pytestmark = pytest.mark.django_db

Publish = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def publish(people: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Publish:
    """Runs the command on a text; the exit code and the report."""

    def run(text: str, *words: str, by: str = "han", name: str = "team.dmn") -> tuple[int, dict[str, Any]]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        capsys.readouterr()
        code = main(["tables", "publish", str(path), "--rulebook", NAME, "--by", by, *words, "--json"])
        return code, json.loads(capsys.readouterr().out or "{}")

    return run


def test_two_people_publish_a_file_and_the_differences_are_said(publish: Publish, people: House) -> None:
    code, report = publish(EARLIER, "--approved-by", "mei", "--reason", "Cases turn bad earlier")
    assert (code, report["state"], report["number"]) == (0, "published", 2)
    assert any("31" in said and "21" in said for said in report["differences"])
    version = RulebookVersion.objects.get(number=2)
    assert (version.proposed_by, version.approved_by, version.why) == (
        people.han, people.mei, "Cases turn bad earlier",
    )  # fmt: skip
    assert version.dry_run_at is not None


def test_the_same_command_again_changes_nothing(publish: Publish) -> None:
    first = publish(EARLIER, "--approved-by", "mei")
    again = publish(EARLIER.replace("\n", "\n\n"), "--approved-by", "mei")
    assert [code for code, _report in (first, again)] == [0, 0]
    assert (again[1]["state"], again[1]["number"], again[1]["differences"]) == ("unchanged", 2, [])
    assert (RulebookVersion.objects.count(), RuleDraft.objects.count()) == (2, 1)


def test_without_a_second_person_the_draft_waits_and_is_taken_up_again(publish: Publish) -> None:
    code, report = publish(EARLIER)
    assert (code, report["state"], RulebookVersion.objects.count()) == (0, "submitted", 1)
    assert publish(EARLIER)[1]["draft"] == report["draft"]
    code, report = publish(EARLIER, "--approved-by", "mei", "--from", "2999-01-01")
    assert (code, report["state"], report["in_force_from"]) == (0, "published", "2999-01-01")
    assert RuleDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "by"),
    [
        pytest.param(["--approved-by", "yan"], "yan", id="one person in both roles"),
        pytest.param(["--approved-by", "lin"], "han", id="somebody who may not publish"),
        pytest.param(["--approved-by", "mei"], "lin", id="somebody who may not propose"),
        pytest.param(["--approved-by", "mei", "--from", "2020-01-01"], "han", id="a day that has passed"),
    ],
)
def test_what_the_rules_of_publishing_forbid_is_refused(publish: Publish, words: list[str], by: str) -> None:
    code, report = publish(EARLIER, *words, by=by)
    assert (code, report["state"]) == (1, "refused")
    assert RulebookVersion.objects.count() == 1


def test_errors_of_the_check_are_said_and_leave_no_draft(publish: Publish) -> None:
    code, report = publish(WITH_A_GAP, "--approved-by", "mei")
    assert (code, report["state"]) == (1, "refused")
    assert any("house/lead.dmn" in said for said in report["problems"])
    assert not RuleDraft.objects.exists()


def test_warnings_must_be_meant(publish: Publish) -> None:
    assert publish(WITH_A_WARNING, "--approved-by", "mei")[0] == 1
    assert publish(WITH_A_WARNING, "--approved-by", "mei", "--accept-warnings")[1]["state"] == "published"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        pytest.param(["--approved-by", "nobody"], "team.dmn", id="nobody"),
        pytest.param([], "team.pdf", id="another kind of file"),
    ],
)
def test_what_makes_no_sense_is_unusable_input(publish: Publish, words: list[str], name: str) -> None:
    assert publish(rules(), *words, name=name)[0] == 2


def test_a_spreadsheet_is_published_like_a_file_and_once(people: House, tmp_path: Path) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(workbook(rules(), say={"31": "21"}))
    words = ["--rulebook", NAME, "--by", "han", "--approved-by", "mei"]
    assert [main(["tables", "publish", str(path), *words]) for _time in range(2)] == [0, 0]
    assert RulebookVersion.objects.get(number=2).content_hash == as_published(EARLIER)
    assert RulebookVersion.objects.count() == 2


def test_a_spreadsheet_that_would_undo_a_later_version_is_refused(publish: Publish, tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(workbook(rules(), say={"31": "15"}))
    publish(EARLIER, "--approved-by", "mei")
    assert main(["tables", "publish", str(path), "--rulebook", NAME, "--by", "han", "--approved-by", "mei"]) == 1
    assert RulebookVersion.objects.count() == 2


def as_published(dmn: str) -> str:
    """The version that a text has as a model."""
    return read_model(dmn.encode(), file="team.dmn").version
