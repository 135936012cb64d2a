"""Files from outside: read when they are rulebooks, refused with a reason when not, harmless either way."""

from __future__ import annotations

from typing import Any

import pytest

from recoup.policy import operations as policy
from recoup.policy import refusals, texts
from recoup.policy.models import DraftText, RuleDraft
from recoup.policy.queries import check_text, draft_differences, draft_text, text_differences
from tests.people_and_book import NOW, House
from tests.policy.made_rules import EARLIER, NAME, proposed, published, rules, workbook

pytestmark = pytest.mark.django_db

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
HOSTILE = {
    "nothing": b"",
    "no XML": b"days,lead\n31,risk_manager\n",
    "another XML": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "half a file": EARLIER.encode()[:700],
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "zeros": bytes(1000),
    "zeros inside": EARLIER.replace("Team", "Te\0am").encode(),
    "a lone surrogate": EARLIER.encode().replace(b"Team", b"\xed\xa0\x80"),
    "an unknown encoding": EARLIER.replace("UTF-8", "X-NONE").encode(),
    "an encoding that runs code": EARLIER.replace("UTF-8", "unicode_escape").encode(),
    "not in the encoding it says": EARLIER.replace("UTF-8", "GB18030").encode() + "<!-- 規則".encode(),
    "a billion laughs": EARLIER.replace("<definitions", f'<!DOCTYPE d [<!ENTITY l0 "ha">{_LAUGHS}]><definitions', 1)
    .replace("House manual", "&l8;")
    .encode(),
    "somebody else's file": EARLIER.replace(
        "<definitions", '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><definitions', 1
    )
    .replace("House manual", "&f;")
    .encode(),
    "depth": b"<definitions>" + b"<a>" * 20_000,
    "too large": EARLIER.encode() + b" " * texts.TEXT_BYTES_MAX,
    "too large when decoded": ("<!--" + "規" * (texts.TEXT_BYTES_MAX // 2 - 100)).encode("utf-16"),
}


@pytest.mark.parametrize("sort", HOSTILE)
def test_a_file_that_is_no_rulebook_is_refused_with_a_reason(people: House, sort: str) -> None:
    with pytest.raises(refusals.PolicyRefusal) as refused:
        proposed(people.han, HOSTILE[sort])
    assert str(refused.value)
    assert not RuleDraft.objects.exists()
    if isinstance(refused.value, refusals.RulesUnsound):
        assert all(problem.file == "house/lead.dmn" for problem in refused.value.problems)


@pytest.mark.parametrize("sort", HOSTILE)
def test_hostile_text_in_the_editor_is_refused_or_found_wrong(people: House, sort: str) -> None:
    draft = proposed(people.han)
    try:
        saved = policy.save_draft(draft.pk, revision=1, dmn=HOSTILE[sort], by=people.han, at=NOW)
    except refusals.PolicyRefusal:
        assert DraftText.objects.count() == 1
    else:
        assert any(finding.blocks for finding in check_text(draft_text(saved), name=NAME))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_a_file_is_read_in_the_encoding_it_says(people: House, encoding: str) -> None:
    said = encoding.removesuffix("-sig").upper()
    text = rules(title="誰來承辦").replace('encoding="UTF-8"', f'encoding="{said}"')
    draft = proposed(people.han, text.encode(encoding))
    assert draft_text(draft) == text.replace(f' encoding="{said}"', "")


def test_line_ends_of_another_machine_make_no_difference(people: House) -> None:
    draft = proposed(people.han, EARLIER)
    same = policy.save_draft(draft.pk, revision=1, dmn=EARLIER.replace("\n", "\r\n").encode(), by=people.yan, at=NOW)
    assert same.revision == 1


def test_a_spreadsheet_becomes_a_draft(people: House) -> None:
    sheet = workbook(rules(), say={"31": "21"})
    given: dict[str, Any] = {"sheet": sheet, "file_name": "team.xlsx", "by": people.han, "at": NOW}
    draft = policy.propose_spreadsheet(NAME, why="Reviewed", key="sheet", **given)
    assert draft.origin == "spreadsheet"
    assert draft_differences(draft) == text_differences(EARLIER, name=NAME) != []
    later = workbook(draft_text(draft), say={"21": "22"})
    saved = policy.save_spreadsheet(draft.pk, revision=1, **given | {"sheet": later})
    assert (saved.revision, draft_differences(saved)) == (2, text_differences(rules(late_from=22), name=NAME))


def test_a_spreadsheet_of_an_older_version_does_not_undo_the_latest(people: House) -> None:
    sheet = workbook(rules(), say={"31": "15"})
    published(people.han, people.mei)
    with pytest.raises(refusals.RulesUnsound):
        policy.propose_spreadsheet(
            NAME, sheet=sheet, file_name="team.xlsx", why="Reviewed", key="sheet", by=people.han, at=NOW
        )


@pytest.mark.parametrize("sheet", [b"", b"PK\x03\x04 no workbook", b"days;lead\n", b"x" * (texts.TEXT_BYTES_MAX + 1)])
def test_a_file_that_is_no_spreadsheet_is_refused(people: House, sheet: bytes) -> None:
    with pytest.raises(refusals.PolicyRefusal):
        policy.propose_spreadsheet(NAME, sheet=sheet, file_name="a.xlsx", why="w", key="k", by=people.han, at=NOW)
    assert not RuleDraft.objects.exists()
