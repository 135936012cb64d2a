"""How commands speak: figures on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

DONE, REFUSED, UNUSABLE = 0, 1, 2


def unusable(reason: str) -> int:
    """Says why the input cannot be used, and gives the exit code for it."""
    print(f"recoup: {reason}", file=sys.stderr)
    return UNUSABLE


def show(report: dict[str, Any], *, as_json: bool) -> None:
    """One JSON object, or one line a figure."""
    if as_json:
        print(json.dumps(report, ensure_ascii=False, default=str))
        return
    for name, value in report.items():
        shown = ", ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else value
        print(f"{name.replace('_', ' ')}: {shown}")


def instant() -> datetime:
    """Now, for what is written down."""
    return datetime.now(UTC)


def working_day() -> date:
    """Today in the zone of the working day (RECOUP_TIME_ZONE)."""
    from django.conf import settings

    return datetime.now(ZoneInfo(settings.TIME_ZONE)).date()


def day(text: str) -> date:
    """An ISO date given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None


def progress_line(step: str, done: int) -> None:
    """One line that rewrites itself on a terminal; nothing anywhere else."""
    if sys.stderr.isatty():
        print(f"\r{step} {done:,}".ljust(50), end="", file=sys.stderr, flush=True)
