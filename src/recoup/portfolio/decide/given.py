"""Batches of typed columns as the facts of one case after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from recoup.portfolio.decide.stored import Typed
from recoup.portfolio.decide.wanted import Wanted
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.types import DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION, TIME, FeelType

#: How FEEL reads what stands in a column as text.
_FROM_TEXT: dict[FeelType, str] = {
    TIME: "time",
    DATE_AND_TIME: "date and time",
    DAYS_DURATION: "duration",
    MONTHS_DURATION: "duration",
}


def given_facts(
    wanted: Sequence[Wanted], typed: Mapping[str, Typed], columns: Mapping[str, Sequence[Any]], rows: int
) -> Iterator[dict[str, Any]]:
    """The facts of each row; ``columns`` hold the values of each typed column."""
    readers = [_reader(typed[fact.name]) for fact in wanted]
    values = [
        [read(value) for value in columns[fact.name]] if read else columns[fact.name]
        for fact, read in zip(wanted, readers, strict=True)
    ]
    if all(len(fact.path) == 1 for fact in wanted):
        names = [fact.name for fact in wanted]
        if not names:
            yield from ({} for _ in range(rows))
        for row in zip(*values, strict=True):
            yield dict(zip(names, row, strict=True))
        return
    for row in zip(*values, strict=True):
        yield _nested(wanted, row)


def _nested(wanted: Sequence[Wanted], row: Sequence[Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact, value in zip(wanted, row, strict=True):
        inner = facts
        for name in fact.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[fact.path[-1]] = value
    return facts


def _reader(typed: Typed) -> Callable[[Any], Any] | None:
    """What turns a column's value into FEEL's, None where they are the same already."""
    if typed.kind == "double":
        return lambda value: None if value is None else Decimal(repr(value))
    if typed.type not in _FROM_TEXT:
        return None
    compute = BUILTINS[_FROM_TEXT[typed.type]].compute
    return lambda value: None if value is None else compute(value if isinstance(value, str) else value.isoformat())
