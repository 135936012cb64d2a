"""How long an expression may take: steps of loops and depth of calls, so that none hangs or exhausts the stack."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

#: Items that the loops of one expression look at, and calls that it makes, all together.
STEPS_MAX = 1_000_000
#: Calls of functions inside one another.
CALLS_MAX = 80


class TooMuch(Exception):
    """An expression that takes more than it may: the outermost loop or call that ran into it is null."""


class _Budget(threading.local):
    def __init__(self) -> None:
        self.running = False
        self.left = 0
        self.calls = 0


_budget = _Budget()


def spend(steps: int) -> None:
    """Counts steps of a loop. Raises TooMuch when the expression has taken too many."""
    if _budget.running:
        _budget.left -= steps
        if _budget.left < 0:
            raise TooMuch


def bounded(closure: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A closure that may take long: when it is not inside another, what takes too much makes it null."""

    @wraps(closure)
    def run(facts: Any) -> Any:
        if _budget.running:
            return closure(facts)
        _budget.running, _budget.left, _budget.calls = True, STEPS_MAX, 0
        try:
            return closure(facts)
        except (TooMuch, RecursionError, MemoryError):
            return None
        finally:
            _budget.running = False

    return run


def called(function: Callable[..., Any], arguments: list[Any]) -> Any:
    """Calls a function, counting how deep the call is. Raises TooMuch."""
    spend(1)
    _budget.calls += 1
    try:
        if _budget.calls > CALLS_MAX and _budget.running:
            raise TooMuch
        return function(*arguments)
    finally:
        _budget.calls -= 1
