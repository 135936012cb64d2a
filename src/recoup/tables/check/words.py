"""Values as FEEL writes them, for messages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from recoup.tables.feel.values import Months, plain_number

_WHOLE_MAX = 10**15
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(value: object) -> str:
    """The literal of a value: ``"a"``, ``1.5``, ``date("2026-01-31")``, ``null``."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return '"' + "".join(_ESCAPES.get(letter, letter) for letter in value) + '"'
    if isinstance(value, int | Decimal):
        return plain_number(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, Months | timedelta):
        return f'duration("{_duration(value)}")'
    return f'date("{value.isoformat()}")' if type(value) is date else str(value)


def plain_value(value: Any) -> Any:
    """The same value, a whole number as an int, as people and JSON write it."""
    if isinstance(value, dict):
        return {name: plain_value(each) for name, each in value.items()}
    whole = isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < _WHOLE_MAX
    return int(value) if whole else value


def listed(numbers: list[int]) -> str:
    """Numbers for people: ``1``, ``1 and 3``, ``1, 3 and 7``; long lists are cut short."""
    shown = [str(number) for number in numbers[:10]]
    if len(numbers) > 10:
        shown.append(f"{len(numbers) - 10} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _duration(value: Months | timedelta) -> str:
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-" if value.count < 0 else "") + "P" + parts
    seconds = abs(value) // timedelta(seconds=1)
    clock = "".join(
        f"{count}{letter}"
        for count, letter in ((seconds // 3600 % 24, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
        if count
    )
    days = f"{seconds // 86_400}D" if seconds >= 86_400 or not clock else ""
    return ("-" if value < timedelta(0) else "") + "P" + days + (f"T{clock}" if clock else "")
