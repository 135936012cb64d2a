"""``recoup tables check``: is a model sound?"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from recoup.project.commands.tables.files import Unusable, model_in
from recoup.project.commands.talk import DONE, REFUSED, UNUSABLE, day, show, unusable
from recoup.tables.problems import ModelError, Problem


def add(commands: Any) -> None:
    """Adds the command."""
    check = commands.add_parser("check", help="types, gaps, overlaps, rules that never fire, missing citations")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument(
        "--demand", action="append", default=[], help="citation, source, in-force-from …; may be repeated"
    )
    check.add_argument("--on", type=day, metavar="DATE", help="point out rules that are not in force on that day")
    check.add_argument("--strict", action="store_true", help="warnings fail too")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from recoup.tables.check import check

    found: dict[str, list[Problem]] = {}
    unread = []
    for path in args.files:
        try:
            found[str(path)] = check(model_in(path), demands=args.demand, on=args.on)
        except Unusable as reason:
            return unusable(str(reason))
        except ModelError as refusal:
            found[str(path)] = list(refusal.problems)
            unread.append(path)
    problems = [problem for each in found.values() for problem in each]
    counts = {severity: _count(problems, severity) for severity in ("refused", "error", "warning")}
    if args.json:
        files = [{"file": file, "problems": [_data(each) for each in those]} for file, those in found.items()]
        show({"files": files, **counts}, as_json=True)
    else:
        _print(problems)
        show(counts, as_json=False)
    failed = counts["refused"] + counts["error"] + (counts["warning"] if args.strict else 0)
    return UNUSABLE if unread else REFUSED if failed else DONE


def _count(problems: list[Problem], severity: str) -> int:
    return sum(problem.severity == severity for problem in problems)


def _data(problem: Problem) -> dict[str, Any]:
    from recoup.tables.check import example_words

    return asdict(problem) | {"example_words": example_words(problem.example)}


def _print(problems: list[Problem]) -> None:
    from recoup.tables.check import example_words

    for problem in problems:
        example = f"; for example {example_words(problem.example)}" if problem.example else ""
        print(f"{problem.severity}: {problem}{example}")
