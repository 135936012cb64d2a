"""How wide a text stands in letters of one width: Chinese characters take two, accents none."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """The number of columns that a text takes on a terminal."""
    return sum(_width_of(letter) for letter in text)


def _width_of(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def padded(text: str, columns: int) -> str:
    """The text with spaces behind it up to a width."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines no wider than that, broken at spaces where there are any."""
    lines = [line for part in text.splitlines() or [""] for line in _lines(part, columns)]
    return lines or [""]


def _lines(text: str, columns: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined) <= columns:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if width(lines[-1] + letter) > columns:
                lines.append("")
            lines[-1] += letter
    return lines
