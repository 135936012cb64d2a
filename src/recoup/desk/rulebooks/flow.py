"""A picture of what would move: old answers at the left, new ones at the right, a band for each move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

_WIDTH, _LEFT, _RIGHT, _BAR = 460, 130, 320, 10
_GAP, _TOP, _LOWEST = 10.0, 12.0, 3.0
_ROOM, _ROOM_OF_ONE = 190.0, 48.0


class Node(NamedTuple):
    """An answer at one side: its bar, its name, how many cases."""

    x: float
    y: float
    height: float
    label_x: float
    label_y: float
    anchor: str
    name: str
    cases: str


class Band(NamedTuple):
    """The cases that move from one answer to another: a path and what it says."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture."""

    width: int
    height: int
    bar: int
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]


def flow_of(moves: Mapping[tuple[str, str], int]) -> Flow | None:
    """The picture of the moves, largest first at each side; None when nothing moves."""
    moved = {pair: count for pair, count in moves.items() if count > 0 and pair[0] != pair[1]}
    if not moved:
        return None
    answers = max(len({old for old, _new in moved}), len({new for _old, new in moved}))
    scale = min(_ROOM, _ROOM_OF_ONE * answers) / sum(moved.values())
    left = _side(moved, 0, scale, _LEFT, "end")
    right = _side(moved, 1, scale, _RIGHT, "start")
    lowest = max(node.y + node.height for node in (*left.values(), *right.values()))
    bands = _bands(moved, left, right, scale)
    return Flow(_WIDTH, round(lowest + _TOP), _BAR, (*left.values(), *right.values()), bands)


def _side(moved: Mapping[tuple[str, str], int], side: int, scale: float, x: float, anchor: str) -> dict[str, Node]:
    totals: dict[str, int] = {}
    for pair, count in moved.items():
        totals[pair[side]] = totals.get(pair[side], 0) + count
    found, y = {}, _TOP
    for name, count in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        height = max(count * scale, _LOWEST)
        label_x = x - 10 if anchor == "end" else x + _BAR + 10
        found[name] = Node(
            x, round(y, 1), round(height, 1), label_x, round(y + height / 2 + 4, 1), anchor, name, f"{count:,}"
        )
        y += max(height, 16.0) + _GAP
    return found


def _bands(
    moved: Mapping[tuple[str, str], int], left: Mapping[str, Node], right: Mapping[str, Node], scale: float
) -> tuple[Band, ...]:
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    bands = []
    order = list(right)
    for (old, new), count in sorted(
        moved.items(), key=lambda item: (list(left).index(item[0][0]), order.index(item[0][1]))
    ):
        height = max(count * scale, 1.0)
        start, end = left[old].y + used_left[old], right[new].y + used_right[new]
        used_left[old] += height
        used_right[new] += height
        bands.append(Band(_ribbon(start, end, height), f"{old} → {new}: {count:,}"))
    return tuple(bands)


def _ribbon(start: float, end: float, height: float) -> str:
    x, to = _LEFT + _BAR, _RIGHT
    middle = (x + to) / 2
    upper = f"M{x} {start:.1f}C{middle} {start:.1f} {middle} {end:.1f} {to} {end:.1f}"
    lower = (
        f"L{to} {end + height:.1f}C{middle} {end + height:.1f} {middle} {start + height:.1f} {x} {start + height:.1f}Z"
    )
    return upper + lower
