"""Complete tables, made by splitting the space of facts again and again: every combination of facts is in one rule.

A region of one input is ``-`` (everything, null too), ``null``, a stretch of a line, or a set of named values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from recoup.tables.model import DecisionTable
from tests.tables.by_hand import table


@dataclass(frozen=True)
class Region:
    """Part of what one input can be: all of it, null, ends of a stretch with whether they are in, or names."""

    kind: str
    whole: bool = True
    null: bool = False
    low: int | None = None
    low_in: bool = False
    high: int | None = None
    high_in: bool = False
    names: tuple[str, ...] = ()
    others: bool = False

    def text(self, write: Callable[[int], str]) -> str:
        if self.whole:
            return "-"
        if self.null:
            return "null"
        if self.kind == "string":
            named = ",".join(f'"{name}"' for name in self.names)
            return f"not({named},null)" if self.others else named
        if self.kind == "boolean":
            return self.names[0]
        if self.low is None and self.high is None:
            return "not(null)"
        if self.low is None:
            return f"{'<=' if self.high_in else '<'} {write(self.high or 0)}"
        if self.high is None:
            return f"{'>=' if self.low_in else '>'} {write(self.low)}"
        return f"{'[' if self.low_in else '('}{write(self.low)}..{write(self.high)}{']' if self.high_in else ')'}"


DAY = timedelta(days=1)
WRITE: dict[str, Callable[[int], str]] = {
    "number": str,
    # Every other day, so that there is a day between any two.
    "date": lambda count: f'date("{date(2026, 1, 1) + 2 * count * DAY}")',
    "days and time duration": lambda count: f'duration("P{count}D")',
    "string": str,
    "boolean": str,
}


def _parts(draw: st.DrawFn, region: Region) -> list[Region]:
    """The region cut into two or three, or left alone where nothing more can be cut."""
    if region.null:
        return [region]
    if region.kind == "boolean" and not region.whole:
        return [region]
    null = [replace(region, whole=False, null=True)] if region.whole else []
    parts = _named_parts(draw, region) if region.kind in ("string", "boolean") else _stretches(draw, region)
    return [*parts, *null] if len(parts) > 1 else [region]


def _named_parts(draw: st.DrawFn, region: Region) -> list[Region]:
    if region.kind == "boolean":
        return [replace(region, whole=False, names=(each,)) for each in ("true", "false")]
    if not region.whole and not region.others:
        if len(region.names) < 2:
            return [region]
        at = draw(st.integers(1, len(region.names) - 1))
        return [replace(region, names=region.names[:at]), replace(region, names=region.names[at:])]
    new = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3, unique=True))
    new = [name for name in new if name not in region.names]
    if not new:
        return [region]
    return [
        replace(region, whole=False, names=tuple(new), others=False),
        replace(region, whole=False, names=(*region.names, *new), others=True),
    ]


def _stretches(draw: st.DrawFn, region: Region) -> list[Region]:
    at, left = draw(st.integers(1, 27)), draw(st.booleans())
    if (region.low is not None and at <= region.low) or (region.high is not None and at >= region.high):
        return [region]
    return [
        replace(region, whole=False, high=at, high_in=left),
        replace(region, whole=False, low=at, low_in=not left),
    ]


def split(draw: st.DrawFn, space: tuple[Region, ...], cuts: int) -> list[tuple[Region, ...]]:
    """The space cut by as many cuts into regions that cover it and do not overlap."""
    regions = [space]
    for _ in range(cuts):
        at = draw(st.integers(0, len(regions) - 1))
        side = draw(st.integers(0, len(space) - 1))
        region = regions.pop(at)
        regions += [(*region[:side], part, *region[side + 1 :]) for part in _parts(draw, region[side])]
    return regions


@st.composite
def partitions(draw: st.DrawFn, sides_max: int = 4, cuts_max: int = 12) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Inputs by name and type, and the cells of the rules of a complete table without overlaps."""
    kinds = draw(st.lists(st.sampled_from(sorted(WRITE)), min_size=1, max_size=sides_max))
    inputs = {f"fact {place}": kind for place, kind in enumerate(kinds)}
    regions = split(draw, tuple(map(Region, kinds)), draw(st.integers(0, cuts_max)))
    rows = [tuple(part.text(WRITE[part.kind]) for part in region) for region in regions]
    return inputs, draw(st.permutations(rows))


def written_rows(rows: list[tuple[str, ...]], conclusions: Iterator[str] | None = None) -> list[str]:
    """The rows as ``by_hand.table`` takes them; each its own conclusion where none are given."""
    said = conclusions or iter(f'"{number}"' for number in range(len(rows)))
    return [f"{' | '.join(row)} => {next(said)}" for row in rows]


def table_of(policy: str, inputs: dict[str, str], rows: list[tuple[str, ...]]) -> DecisionTable:
    return table(policy, inputs, *written_rows(rows))
