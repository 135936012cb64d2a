"""``recoup tables publish``: a file as the next version of a rulebook, by one person and approved by another."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from recoup.project.commands.talk import DONE, REFUSED, day, instant, show, unusable, working_day

if TYPE_CHECKING:
    from recoup.people.models import Staff
    from recoup.policy.models import RuleDraft

_ENDINGS = (".dmn", ".xml", ".xlsx")


def add(commands: Any) -> None:
    """Adds the command."""
    publish = commands.add_parser("publish", help="propose a file as the next version of a rulebook, and approve it")
    publish.add_argument("file", type=Path, help="DMN, or an edited spreadsheet of the rulebook (.xlsx)")
    publish.add_argument("--rulebook", required=True, metavar="NAME", help="such as house/team")
    publish.add_argument("--from", dest="in_force_from", type=day, metavar="DATE", help="default today")
    publish.add_argument("--by", required=True, metavar="USERNAME", help="who proposes")
    publish.add_argument("--approved-by", metavar="USERNAME", help="somebody else; without, the draft waits")
    publish.add_argument("--reason", default="", metavar="TEXT")
    publish.add_argument("--accept-warnings", action="store_true", help="the warnings of the check are meant")
    publish.add_argument("--json", action="store_true")
    publish.set_defaults(run=_publish)


@dataclass
class _Report:
    """What ``recoup tables publish`` did; ``state`` is unchanged, refused, submitted or published."""

    rulebook: str
    state: str = "unchanged"
    number: int | None = None
    draft: int | None = None
    in_force_from: date | None = None
    differences: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    dry_run: dict[str, Any] = field(default_factory=dict)

    def show(self, *, as_json: bool) -> int:
        """Prints the report; the exit code."""
        lines = vars(self)
        if not as_json:
            for line in (*self.differences, *self.problems):
                print(line)
            lines = {name: value for name, value in lines.items() if name in ("rulebook", "state", "number") and value}
        show(lines, as_json=as_json)
        return REFUSED if self.state == "refused" else DONE


def _publish(args: argparse.Namespace) -> int:
    from recoup.people.queries import staff_named
    from recoup.policy.refusals import PolicyRefusal
    from recoup.project.commands.home import migrate

    if not args.file.is_file() or args.file.suffix.lower() not in _ENDINGS:
        return unusable(f"{args.file}: no such file, or neither {', '.join(_ENDINGS[:-1])} nor {_ENDINGS[-1]}")
    migrate()
    people = {name: staff_named(name) for name in (args.by, args.approved_by) if name}
    if unknown := [name for name, person in people.items() if person is None]:
        return unusable(f"nobody signs in as {unknown[0]}")
    report = _Report(args.rulebook)
    try:
        _carry_out(args, people[args.by], people.get(args.approved_by), report)
    except PolicyRefusal as refusal:
        report.state = "refused"
        report.problems = report.problems or [str(each) for each in getattr(refusal, "problems", ())]
        print(f"recoup: {refusal}", file=sys.stderr)
    return report.show(as_json=args.json)


def _carry_out(args: argparse.Namespace, by: Any, approver: Any, report: _Report) -> None:
    """Proposes, checks, tries, submits and approves, as far as it goes; a repeated command takes up where it ended."""
    from recoup.policy.queries import text_differences

    text = _text(args)
    report.problems = [str(finding.problem) for finding in _sound(text, args.rulebook)]
    report.differences = text_differences(text, name=args.rulebook)
    if _holds_already(text, args.rulebook, report):
        return
    _must_be_two(by, approver)
    draft = _draft(args, text, by)
    report.draft = draft.pk
    if draft.state != "submitted":
        report.dry_run = _tried(draft, by)
        draft = _submitted(draft, by, accept_warnings=args.accept_warnings)
    report.state = draft.state
    if approver is not None:
        _approve(draft, args.in_force_from or working_day(), approver, report)


def _text(args: argparse.Namespace) -> str:
    from recoup.policy.queries import sheet_on_latest
    from recoup.policy.texts import as_text

    data = args.file.read_bytes()
    if args.file.suffix.lower() == ".xlsx":
        return sheet_on_latest(data, file_name=args.file.name, name=args.rulebook)
    return as_text(data)


def _sound(text: str, name: str) -> list[Any]:
    """What the check finds, all of it warnings. Raises RulesUnsound for errors."""
    from recoup.policy.queries import check_text
    from recoup.policy.refusals import RulesUnsound

    found = check_text(text, name=name)
    if errors := [finding.problem for finding in found if finding.blocks]:
        raise RulesUnsound("the check found errors in these rules", errors)
    return found


def _holds_already(text: str, name: str, report: _Report) -> bool:
    from recoup.policy.queries import latest_version, same_as_latest

    latest = latest_version(name)
    if latest is None or not same_as_latest(text, name=name):
        return False
    report.number, report.in_force_from = latest.number, latest.in_force_from
    return True


def _must_be_two(by: Staff, approver: Staff | None) -> None:
    from recoup.policy.refusals import SamePerson

    if approver is not None and approver.pk == by.pk:
        raise SamePerson("whoever proposes rules does not approve them: name somebody else with --approved-by")


def _draft(args: argparse.Namespace, text: str, by: Staff) -> RuleDraft:
    """The draft that an earlier run of the same command left, or a new one."""
    from recoup.policy.models import Origin
    from recoup.policy.operations import propose_draft
    from recoup.policy.queries import open_draft_with

    origin = Origin.SPREADSHEET if args.file.suffix.lower() == ".xlsx" else Origin.UPLOADED
    return open_draft_with(text, name=args.rulebook, by=by) or propose_draft(
        args.rulebook,
        why=args.reason or f"Published from {args.file.name}",
        key=f"publish:{uuid4().hex}",
        by=by,
        at=instant(),
        dmn=text,
        origin=origin,
    )


def _tried(draft: RuleDraft, by: Staff) -> dict[str, Any]:
    """What the dry run of the draft found, here and now; a worker is not waited for. Raises DryRunMissing."""
    from recoup.casework.jobs import try_rules
    from recoup.policy.operations import start_dry_run
    from recoup.policy.queries import draft_by_id
    from recoup.policy.refusals import DryRunMissing

    start_dry_run(draft.pk, revision=draft.revision, by=by, at=instant())
    try_rules.call(draft.pk, draft.revision)
    after = draft_by_id(draft.pk) or draft
    if after.dry_run != after.DryRun.DONE:
        raise DryRunMissing(f"the dry run came to nothing: {after.dry_run_failure}")
    figures: dict[str, Any] = after.dry_run_figures
    return figures


def _submitted(draft: RuleDraft, by: Staff, *, accept_warnings: bool) -> RuleDraft:
    from recoup.policy.operations import submit_draft
    from recoup.policy.queries import check_draft

    keys = [finding.key for finding in check_draft(draft)] if accept_warnings else []
    return submit_draft(draft.pk, revision=draft.revision, acknowledged=keys, by=by, at=instant())


def _approve(draft: RuleDraft, in_force_from: date, approver: Staff, report: _Report) -> None:
    from recoup.policy.operations import approve_draft

    version = approve_draft(
        draft.pk,
        revision=draft.revision,
        in_force_from=in_force_from,
        by=approver,
        at=instant(),
        today=working_day(),
    )
    report.state, report.number, report.in_force_from = "published", version.number, version.in_force_from
