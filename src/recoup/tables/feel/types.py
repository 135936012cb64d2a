"""Types of FEEL. Source: OMG DMN 1.5, chapter 10.3.2.9 and table 46 (the lattice of types)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Simple:
    """A built-in type by its name in FEEL."""

    name: str


ANY = Simple("Any")
NULL = Simple("Null")
NUMBER = Simple("number")
STRING = Simple("string")
BOOLEAN = Simple("boolean")
DATE = Simple("date")
TIME = Simple("time")
DATE_AND_TIME = Simple("date and time")
DAYS_DURATION = Simple("days and time duration")
MONTHS_DURATION = Simple("years and months duration")


@dataclass(frozen=True, slots=True)
class ListOf:
    """``list<item>``."""

    item: FeelType


@dataclass(frozen=True, slots=True)
class ContextOf:
    """``context<a: number, …>``: the components by name."""

    parts: Mapping[str, FeelType] = field(default_factory=lambda: MappingProxyType({}))

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.parts)))


@dataclass(frozen=True, slots=True)
class RangeOf:
    """``range<item>``."""

    item: FeelType


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """``function<parameters> -> result``."""

    parameters: tuple[FeelType, ...]
    result: FeelType


FeelType: TypeAlias = "Simple | ListOf | ContextOf | RangeOf | FunctionOf"

BY_NAME: Mapping[str, Simple] = MappingProxyType(
    {
        each.name: each
        for each in (
            ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION
        )
    }
    | {"dateTime": DATE_AND_TIME, "dayTimeDuration": DAYS_DURATION, "yearMonthDuration": MONTHS_DURATION}
)  # fmt: skip
