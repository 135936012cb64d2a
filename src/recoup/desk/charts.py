"""Pictures made on the server: places of bars and lines in an SVG, and the same numbers as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from recoup.book.wording import sign_of
from recoup.domain.money import exponent

_GAP = 1.5
_TICKS = 4


class Bar(NamedTuple):
    """One part of a column."""

    x: float
    y: float
    width: float
    height: float
    rank: int


class Column(NamedTuple):
    """One column: its parts, its label below and its total above."""

    bars: tuple[Bar, ...]
    middle: float
    top: float
    label: str
    total: str


class SideLabel(NamedTuple):
    """A part of the last column, named at its side."""

    x: float
    y: float
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A stacked column chart."""

    width: int
    height: int
    columns: tuple[Column, ...]
    sides: tuple[SideLabel, ...]


class Tick(NamedTuple):
    """A line across with its label."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the days of a month: path, last point, ticks."""

    width: int
    height: int
    path: str
    x: float
    y: float
    label_anchor: str
    ticks: tuple[Tick, ...]
    days: tuple[tuple[float, str], ...]


def short_amount(minor: int, currency: str, language: str) -> str:
    """A sum for a board: ``¥1.28 m``, ``¥38.4 k``, ``¥128.4 万``. Never for a debtor's amount."""
    sign, units = sign_of(currency), minor / 10 ** exponent(currency)
    if language.startswith("zh"):
        ten_thousand, hundred_million = ("万", "亿") if language == "zh-hans" else ("萬", "億")
        steps = ((1e8, hundred_million), (1e4, ten_thousand))
    else:
        steps = ((1e6, " m"), (1e3, " k"))
    for size, name in steps:
        if abs(units) >= size:
            return sign + _three_digits(units / size) + name
    return f"{sign}{units:,.0f}"


def _three_digits(number: float) -> str:
    """Three digits that count, more only before the point."""
    places = max(3 - len(str(int(abs(number)))), 0)
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def stack_of(
    columns: Sequence[tuple[str, Sequence[int]]],
    names: Sequence[tuple[int, str]],
    currency: str,
    language: str,
) -> Stack | None:
    """Columns of parts, lowest first; ``names`` gives rank and name of each part. None when all are empty."""
    highest = max((sum(parts) for _label, parts in columns), default=0)
    if highest <= 0:
        return None
    width, height, base, top = 600, 250, 220.0, 34.0
    step = min((width - 100) / max(len(columns), 1), 86)
    scale = (base - top) / highest
    found: list[Column] = []
    for place, (label, parts) in enumerate(columns):
        found.append(_column(8 + place * step, step * 0.65, base, scale, label, parts, names, currency, language))
    return Stack(
        width,
        height,
        tuple(found),
        _sides(8 + len(columns) * step - step * 0.2, columns[-1][1], names, base, scale, currency, language),
    )


def _column(
    x: float,
    width: float,
    base: float,
    scale: float,
    label: str,
    parts: Sequence[int],
    names: Sequence[tuple[int, str]],
    currency: str,
    language: str,
) -> Column:
    bars, y = [], base
    for (rank, _name), part in zip(names, parts, strict=True):
        height = part * scale
        if height > 0:
            bars.append(Bar(x, round(y - height, 1), round(width, 1), round(max(height - _GAP, 0.5), 1), min(rank, 7)))
        y -= height
    return Column(
        tuple(bars), round(x + width / 2, 1), round(y - 7, 1), label, short_amount(sum(parts), currency, language)
    )


def _sides(
    x: float,
    parts: Sequence[int],
    names: Sequence[tuple[int, str]],
    base: float,
    scale: float,
    currency: str,
    language: str,
) -> tuple[SideLabel, ...]:
    found: list[SideLabel] = []
    y, lowest = base, base + 16
    for (_rank, name), part in zip(names, parts, strict=True):
        middle = y - part * scale / 2 + 4
        y -= part * scale
        if part <= 0:
            continue
        # Labels of thin parts move up rather than lie over one another.
        lowest = min(middle, lowest - 15)
        found.append(SideLabel(round(x, 1), round(lowest, 1), name, short_amount(part, currency, language)))
    return tuple(found)


def line_of(days: Sequence[tuple[date, int]], last_day: int, currency: str, language: str) -> Line | None:
    """The running total over a month of ``last_day`` days. None without money."""
    totals, running = [], 0
    for day, minor in days:
        running += minor
        totals.append((day.day, running))
    highest = max((total for _day, total in totals), default=0)
    if highest <= 0:
        return None
    width, height, left, right, base, top = 690, 232, 64, 640, 202.0, 24.0
    ceiling = _round_up(highest)
    place = {
        day: (
            round(left + (day - 1) * (right - left) / (last_day - 1), 1),
            round(base - (base - top) * total / ceiling, 1),
        )
        for day, total in totals
    }
    path = "M" + "L".join(f"{x} {y}" for x, y in place.values())
    x, y = place[totals[-1][0]]
    ticks = tuple(
        Tick(round(base - (base - top) * step / _TICKS, 1), short_amount(ceiling * step // _TICKS, currency, language))
        for step in range(_TICKS + 1)
    )
    marks = tuple(
        (round(left + (day - 1) * (right - left) / (last_day - 1), 1), str(day)) for day in (1, 8, 15, 22, last_day)
    )
    return Line(width, height, path, x, y, "end" if x > right / 2 else "start", ticks, marks)


def _round_up(minor: int) -> int:
    size: int = 10 ** (len(str(minor)) - 1)
    steps = (step * size // 2 for step in (2, 3, 4, 6, 8, 10, 12, 16))
    return next((step for step in steps if step >= minor), 10 * size)


def parts_of(figures: dict[str, Any], names: Sequence[tuple[int, str]], field: str, group: str) -> list[int]:
    """The figure ``field`` of each named part of a BranchDay's ``group``."""
    lines = figures.get(group, {})
    return [int(lines.get(name, {}).get(field, 0)) for _rank, name in names]
