"""Values read from text, remembered: whole books repeat the same dates, amounts and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Remembered(dict[str, Value]):
    """``remembered[text]`` is ``read(text)``, computed once while at most ``limit`` texts are known.

    A hit costs one look-up in a dict. What ``read`` raises passes through and is not remembered.
    """

    def __init__(self, read: Callable[[str], Value], limit: int = 50_000) -> None:
        super().__init__()
        self._read = read
        self._limit = limit

    def __missing__(self, text: str) -> Value:
        if len(self) >= self._limit:
            self.clear()
        value = self[text] = self._read(text)
        return value
