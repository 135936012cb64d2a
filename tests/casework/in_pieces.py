"""The day's run in small pieces, which can be killed at any statement."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from recoup.casework.operations import run_day
from tests.people_and_book import NOW

_MODULES = ("book.operations.facts", "casework.operations.cases", "casework.operations.teams")
MODULES = [f"recoup.{name}" for name in (*_MODULES, "casework.queries.facts", "casework.operations.day")]


def cut(size: int, put: Callable[[Any, str, int], None] = setattr) -> None:
    """Makes every step of the run take so many rows at once."""
    for name in MODULES:
        put(sys.modules[name], "CHUNK", size)


class Counter:
    """Counts the statements that a connection executes, and ends the process at one of them as `kill -9` would."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.done = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.done += 1
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def run_in_pieces(on: date, size: int, last: int | None) -> int:
    """Runs a day, ``size`` rows a piece; never returns when there is a ``last`` statement. How many there were."""
    cut(size)
    counter = Counter(last)
    with connection.execute_wrapper(counter):
        run_day(on, at=NOW)
    return counter.done
