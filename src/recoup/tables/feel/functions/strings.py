"""Functions of text. Source: OMG DMN 1.5, chapter 10.3.4.3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from recoup.tables.feel.functions.signatures import builtin
from recoup.tables.feel.kinds import TEXT_RESULT_MAX, whole
from recoup.tables.feel.patterns import matches, replaced, split


def _substring(text: str, start: Any, length: Any = -1) -> str | None:
    first, count = whole(start), whole(length)
    if first is None or count is None or first == 0 or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length == -1 and count == -1:
        return text[begin:]
    return text[begin : begin + count] if count >= 1 else None


def _substring_of(text: str, start: Any, length: Any) -> str | None:
    return _substring(text, start, length) if length >= 1 else None


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _join(items: Sequence[Any], delimiter: str | None = None) -> str | None:
    if any(not isinstance(item, str) for item in items if item is not None):
        return None
    joined = (delimiter or "").join(item for item in items if item is not None)
    return joined if len(joined) <= TEXT_RESULT_MAX else None


def _contains(text: str, part: str) -> bool:
    return part in text


_TWO: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("contains", _contains),
    ("starts with", str.startswith),
    ("ends with", str.endswith),
    ("substring before", _before),
    ("substring after", _after),
)

FUNCTIONS = (
    builtin(
        "substring",
        ("string: string, start position: number", _substring),
        ("string: string, start position: number, length: number", _substring_of),
    ),
    builtin("string length", ("string: string", len)),
    builtin("upper case", ("string: string", str.upper)),
    builtin("lower case", ("string: string", str.lower)),
    *(builtin(name, ("string: string, match: string", compute)) for name, compute in _TWO),
    builtin("matches", ("input: string, pattern: string, flags?: string or null", matches)),
    builtin("replace", ("input: string, pattern: string, replacement: string, flags?: string or null", replaced)),
    builtin("split", ("string: string, delimiter: string", split)),
    builtin("string join", ("list: list, delimiter?: string or null", _join)),
)
