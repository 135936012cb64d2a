"""Which column of the book a lender's header means, by its name in English, 简体 or 繁體."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from importlib.resources import files
from typing import NamedTuple

#: How lenders call each column of the book.
NAMES: dict[str, list[str]] = tomllib.loads(
    files("recoup.portfolio").joinpath("headers.toml").read_text(encoding="utf-8")
)

_MARKS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_ALIKE_MIN = 0.82


class Guess(NamedTuple):
    """A source column taken for a column of the book, with a confidence from 0 to 1 (1: the same name)."""

    column: str
    source: str
    confidence: float


def guess_columns(headers: Sequence[str], known: Iterable[str]) -> tuple[Guess, ...]:
    """The best column of the book for each header, each used once, in the order of the headers."""
    columns = [column for column in NAMES if column in set(known)]
    scored = [
        Guess(column, header, score)
        for header in headers
        for column in columns
        if header and (score := confidence(header, column)) > 0
    ]
    best: dict[str, Guess] = {}
    taken: set[str] = set()
    for guess in sorted(scored, key=lambda guess: (-guess.confidence, headers.index(guess.source))):
        if guess.source not in best and guess.column not in taken:
            best[guess.source] = guess
            taken.add(guess.column)
    return tuple(best[header] for header in headers if header in best)


def confidence(header: str, column: str) -> float:
    """How likely a header means a column of the book: 1 its own name, 0.95 a known one, less for a part of it."""
    plain = _plain(header)
    if not plain:
        return 0.0
    if plain == _plain(column):
        return 1.0
    names = [_plain(name) for name in NAMES.get(column, [])]
    if plain in names or _plain(_BRACKETS.sub("", header)) in names:
        return 0.95
    inside = max((len(name) for name in names if len(name) >= 2 and name in plain), default=0)
    if inside:
        return round(0.4 + 0.5 * inside / len(plain), 2)
    alike = max((SequenceMatcher(None, plain, name).ratio() for name in names), default=0.0)
    return round(0.6 * alike, 2) if alike >= _ALIKE_MIN else 0.0


def _plain(name: str) -> str:
    return _MARKS.sub("", name.casefold())
