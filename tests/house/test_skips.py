"""A test that lacks what it needs says so, and in continuous integration that is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import needs

ROOT = Path(__file__).resolve().parents[2]
LACKING = """
import pytest
def test_that_needs_a_phone():
    pytest.skip("needs a phone")
"""


@pytest.mark.parametrize(("no_skips", "outcome"), [("", {"skipped": 1}), ("1", {"failed": 1})])
def test_a_skip_fails_only_where_nothing_may_be_skipped(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, no_skips: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("RECOUP_NO_SKIPS", no_skips)
    pytester.makepyfile(LACKING)
    done = pytester.runpytest_subprocess("-p", "tests.skips", "-p", "no:django", "-rs")
    done.assert_outcomes(**outcome)
    done.stdout.fnmatch_lines(["*needs a phone*"])


def test_a_whole_file_that_skips_fails_as_well(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("RECOUP_NO_SKIPS", "1")
    pytester.makepyfile('import pytest\npytest.importorskip("no_such_package")')
    done = pytester.runpytest_subprocess("-p", "tests.skips", "-p", "no:django")
    assert done.ret != 0
    done.stdout.fnmatch_lines(["*skipped where nothing may be*no_such_package*"])


def test_what_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(needs, "SHARED", tmp_path)
    with pytest.raises(pytest.skip.Exception, match=r"needs \.\./shared/data/book\.csv"):
        needs.shared_file("data/book.csv")
    with pytest.raises(pytest.skip.Exception, match="needs no-such-browser"):
        needs.program("no-such-browser")
