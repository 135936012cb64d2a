"""A rulebook small enough to read: who leads a case by its days. No run asks it, so it may say what it likes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from recoup.people.models import Staff
from recoup.policy import operations as policy
from recoup.policy.models import RulebookVersion, RuleDraft
from recoup.policy.queries import check_draft
from tests.people_and_book import NOW, TODAY

NAME = "house/lead"
TOMORROW = TODAY + timedelta(days=1)
_KEYS = count(1)

_RULES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:recoup="https://recoup.dev/dmn/1"
    id="team" name="Team" namespace="https://example.org/team" recoup:title="{title}"
    recoup:citation="House manual, 3" recoup:inForceFrom="2026-01-01">
  <inputData id="days" name="days"><variable name="days" typeRef="number"/></inputData>
  <decision id="lead" name="Lead">
    <variable name="Lead" typeRef="string"/>
    <informationRequirement id="r1"><requiredInput href="#days"/></informationRequirement>
    <decisionTable id="t1" hitPolicy="FIRST">
      <input id="c1"><inputExpression id="e1" typeRef="number"><text>days</text></inputExpression></input>
      <output id="o1" typeRef="string">{allowed}</output>
      <rule id="w1"><inputEntry id="x1"><text>&gt;= {late_from}</text></inputEntry>
        <outputEntry id="y1"><text>{late}</text></outputEntry></rule>
      {last}
    </decisionTable>
  </decision>
</definitions>
"""
_LAST = """<rule id="w2"><inputEntry id="x2"><text>-</text></inputEntry>
        <outputEntry id="y2"><text>"collector"</text></outputEntry></rule>"""
_ALLOWED = '<outputValues id="v1"><text>{values}</text></outputValues>'


def rules(
    *,
    late_from: int = 31,
    late: str = '"risk_manager"',
    title: str = "Team",
    allowed: str = '"collector", "risk_manager", "branch_manager"',
    complete: bool = True,
) -> str:
    """DMN in which somebody of another role leads a case from so many days on."""
    values = _ALLOWED.format(values=allowed) if allowed else ""
    last = _LAST if complete else ""
    return _RULES.format(late_from=late_from, late=late, title=title, allowed=values, last=last)


#: The change that most tests are about: the risk manager comes earlier.
EARLIER = rules(late_from=21)
#: Says the same as the shipped file, laid out otherwise.
LAID_OUT = rules().replace("      <rule", "\n\n          <rule")
#: Not every case has a rule.
WITH_A_GAP = rules(complete=False)
#: Sound, but other answers are allowed than the shipped file allows, of which the check warns.
WITH_A_WARNING = rules(late_from=21, allowed='"collector", "risk_manager"')


def ship(folder: Path, text: str, *, name: str = NAME) -> None:
    """Puts a file where a release keeps its rulebooks."""
    path = folder / f"{name}.dmn"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def proposed(by: Staff, dmn: str | bytes | None = EARLIER, **more: Any) -> RuleDraft:
    """A draft of the team's rules."""
    given = {"why": "Cases turn bad earlier", "key": f"k{next(_KEYS)}", "by": by, "at": NOW, "dmn": dmn, **more}
    return policy.propose_draft(NAME, **given)


def tried(draft: RuleDraft) -> RuleDraft:
    """The draft after a dry run of its latest revision."""
    draft.refresh_from_db()
    done = policy.record_dry_run(
        draft.pk, revision=draft.revision, book_on=TODAY, figures={"otherwise": 2, "cases": 5}, at=NOW
    )
    assert done
    draft.refresh_from_db()
    return draft


def submitted(by: Staff, dmn: str | bytes | None = EARLIER, **more: Any) -> RuleDraft:
    """A draft that waits for a second person, its warnings read."""
    draft = tried(proposed(by, dmn, **more))
    return submit(draft, by)


def submit(draft: RuleDraft, by: Staff) -> RuleDraft:
    """The draft handed to a second person, all its warnings read."""
    keys = [finding.key for finding in check_draft(draft)]
    return policy.submit_draft(draft.pk, revision=draft.revision, acknowledged=keys, by=by, at=NOW)


def approve(draft: RuleDraft, by: Staff, *, on: date = TODAY, today: date = TODAY) -> RulebookVersion:
    """The draft published by a second person, in force from ``on``."""
    return policy.approve_draft(draft.pk, revision=draft.revision, in_force_from=on, by=by, at=NOW, today=today)


def published(
    by: Staff, approver: Staff, dmn: str = EARLIER, *, on: date = TODAY, today: date = TODAY
) -> RulebookVersion:
    """A version that went the whole way."""
    return approve(submitted(by, dmn), approver, on=on, today=today)


def workbook(dmn: str, *, say: Mapping[str, str]) -> bytes:
    """The spreadsheet of a text, in which somebody wrote other words into cells."""
    from openpyxl import load_workbook

    from recoup.tables.read import read_model
    from recoup.tables.write.spreadsheet import to_xlsx

    book = load_workbook(BytesIO(to_xlsx(read_model(dmn.encode(), file="team.dmn"))))
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            for old, new in say.items():
                if cell.value == f">= {old}":
                    cell.value = f">= {new}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
