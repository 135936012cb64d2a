"""``recoup tables tck``: an engine against the test cases of the DMN Technology Compatibility Kit."""

from __future__ import annotations

import argparse
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from recoup.project.commands.talk import DONE, REFUSED, show, unusable
from recoup.tables.problems import ModelError
from recoup.tables.tck import Case, Engine, Finding, Report, TestFile, judged, read_tests, row_engine

#: The longest that one case may take; the longest in the public kit takes a hundredth of it.
SECONDS_MAX = 20
ENGINES = ("row", "duckdb")


def add(commands: Any) -> None:
    """Adds the command."""
    tck = commands.add_parser("tck", help="run the test cases of the DMN Technology Compatibility Kit in a folder")
    tck.add_argument("folder", type=Path)
    tck.add_argument("--engine", choices=ENGINES, default="row")
    tck.add_argument("--json", action="store_true")
    tck.set_defaults(run=_tck)


def _tck(args: argparse.Namespace) -> int:
    if not args.folder.is_dir():
        return unusable(f"{args.folder} is no folder")
    tests = sorted(path for path in args.folder.rglob("*.xml") if "-test-" in path.name)
    if not tests:
        return unusable(f"{args.folder} holds no test file such as 0004-simpletable-U-test-01.xml")
    engine = engine_of(args.engine)
    report = Report([finding for path in tests for finding in findings_in(path, engine)])
    if args.json:
        show(report.figures(), as_json=True)
    else:
        _list(report)
    return REFUSED if report.count("wrong") else DONE


def engine_of(name: str) -> Engine:
    """The engine of that name."""
    if name == "row":
        return row_engine
    from recoup.project.commands.tables.columns_engine import duckdb_engine

    return duckdb_engine


def findings_in(path: Path, engine: Engine) -> Iterator[Finding]:
    """What came of each case of a test file. A file that cannot be read refuses all its cases."""
    data = path.read_bytes()
    try:
        tests = read_tests(data, file=path.name)
    except ModelError as problem:
        cases = max(1, len(re.findall(rb"<(?:\w+:)?testCase[\s>]", data)))
        yield from (Finding(path.name, str(at), 0, "refused", problems=problem.problems) for at in range(1, cases + 1))
        return
    model = model_beside(path, tests)
    written = model.read_bytes() if model is not None else b""
    for case in tests.cases:
        if model is None:
            yield Finding(path.name, case.id, case.line, "refused", f"there is no model {tests.model!r} beside it")
        else:
            yield within_time(case, written, model.name, path.name, engine)


def model_beside(path: Path, tests: TestFile) -> Path | None:
    """The model that a test file names, else the only one in its folder."""
    named = path.parent / Path(tests.model).name
    if tests.model and named.is_file():
        return named
    found = sorted(path.parent.glob("*.dmn"))
    return found[0] if len(found) == 1 else None


def within_time(case: Case, data: bytes, model_file: str, test_file: str, engine: Engine) -> Finding:
    """What came of one case; one that takes too long or breaks the engine is wrong, never a crash."""
    try:
        with _time_limit(SECONDS_MAX):
            return judged(case, data, model_file=model_file, test_file=test_file, engine=engine)
    except _TooLong:
        reason = f"no answer within {SECONDS_MAX} seconds"
    except Exception as problem:
        reason = f"the engine failed: {type(problem).__name__}: {problem}"
    return Finding(test_file, case.id, case.line, "wrong", reason)


class _TooLong(BaseException):
    """A case that takes too long. No Exception, so that nothing on the way takes it for its own."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _list(report: Report) -> None:
    for finding in report.findings:
        if finding.verdict == "passed":
            continue
        print(f"{finding.verdict}: {finding.file}:{finding.line}, case {finding.case}: {finding.reason}".rstrip(": "))
        for problem in finding.problems:
            print(f"    {problem}")
    show(report.figures(), as_json=False)
