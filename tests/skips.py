"""Where nothing may be skipped (RECOUP_NO_SKIPS=1, set by continuous integration), a skip is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

NO_SKIPS = os.environ.get("RECOUP_NO_SKIPS") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips fails with its reason; one that is expected to fail is no skip."""
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that skips fails too."""
    report = yield
    if NO_SKIPS and report.skipped:
        forbid(report)
    return report


def forbid(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that keeps its reason."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"skipped where nothing may be: {reason}"
