"""`recoup day`, `recoup cases`: the day's run, and the open cases."""

from __future__ import annotations

import argparse
import json
from typing import Any

from recoup.project.commands.talk import DONE, day, instant, progress_line, show, working_day


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    run = commands.add_parser("day", help="run a day: age the book, move cases, write work lists")
    run.add_argument("--date", type=day, help="default today; a date before the last run only reports")
    run.add_argument("--json", action="store_true")
    run.set_defaults(run=_day)
    cases = commands.add_parser("cases", help="the open cases")
    cases.add_argument("--stage", help="only this stage, such as S4")
    cases.add_argument("--json", action="store_true", help="one JSON object a line")
    cases.set_defaults(run=_cases)


def _day(args: argparse.Namespace) -> int:
    from recoup.casework.operations import run_day

    report = run_day(args.date or working_day(), at=instant(), progress=progress_line)
    show(report, as_json=args.json)
    return DONE


def _cases(args: argparse.Namespace) -> int:
    from recoup.casework.queries.listing import open_case_lines

    for case in open_case_lines(stage=args.stage):
        if args.json:
            print(json.dumps(case, ensure_ascii=False))
        else:
            print(f"{case['case_ref']}  {case['stage']}  {case['debtor_ref']}  {', '.join(case['debts'])}")
    return DONE
