"""One input of a table as a row of pieces on which every exact test has one answer.

A set of pieces is an int read as bits: bit ``n`` is piece ``n``. Piece 0 is always null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from recoup.tables.check.reading import ORDERED_KINDS, PLAIN_KINDS, Cut, Reading, reading_of
from recoup.tables.check.words import written
from recoup.tables.feel import nodes
from recoup.tables.feel.closures import any_of, test_of
from recoup.tables.feel.nodes import Test
from recoup.tables.feel.types import FeelType, Simple
from recoup.tables.feel.values import EXACT, Months, kind_of

_KIND_OF_TYPE = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "days and time duration": "days duration",
    "years and months duration": "months duration",
}
_OTHER = "other"
_ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Piece:
    """A value by itself (``point``), all between two values, any other string, or anything at all.

    ``samples`` are values in it, the most readable first; none where none is known.
    """

    kind: str
    samples: tuple[Any, ...]
    point: bool = False
    low: Any = None
    high: Any = None


class Axis:
    """The pieces of one input. ``domain``: what it may be; ``sure``: what it certainly may be, null left out."""

    def __init__(self, type_: FeelType, readings: Iterable[Reading], allowed: Sequence[tuple[Test, ...]]) -> None:
        cuts = [cut for reading in readings for cut in reading.cuts]
        self.pieces = [Piece("null", (None,), point=True), *_pieces(type_, cuts)]
        self._places = {(piece.kind, piece.samples[0]): place for place, piece in enumerate(self.pieces) if piece.point}
        self.everything = (1 << len(self.pieces)) - 1
        self._runs = self._runs_of_kinds()
        self.domain = self.everything
        self.sure = 0
        self.example = [piece.samples[0] if piece.samples else None for piece in self.pieces]
        self._narrow(allowed)

    def _runs_of_kinds(self) -> dict[str, tuple[int, int]]:
        runs: dict[str, tuple[int, int]] = {}
        for place, piece in enumerate(self.pieces):
            first, _ = runs.get(piece.kind, (place, place))
            runs[piece.kind] = (first, place + 1)
        return runs

    def _narrow(self, allowed: Sequence[tuple[Test, ...]]) -> None:
        """Takes away what the allowed values exclude; what they may exclude is no longer sure."""
        cells = [any_of(tests) for tests in allowed]
        for place, piece in enumerate(self.pieces[1:], start=1):
            passing = [value for value in piece.samples if all(holds(value, {}) is True for holds in cells)]
            if passing or (piece.kind == _ANYTHING and not allowed):
                self.sure |= 1 << place
                self.example[place] = passing[0] if passing else None
        for tests in allowed:
            self.domain &= self.mask(tests)[1] | 1

    @cached_property
    def known(self) -> int:
        """All that it may be, null left out."""
        return self.domain & ~1

    def mask(self, tests: tuple[Test, ...]) -> tuple[int, int]:
        """The pieces on which one of the tests certainly holds, and those on which one may hold."""
        certain = possible = 0
        for test in tests:
            yes, perhaps = self._mask_of(test)
            certain, possible = certain | yes, possible | perhaps
        return certain, possible

    def _mask_of(self, test: Test) -> tuple[int, int]:
        if isinstance(test, nodes.AnyValue):
            return self.everything, self.everything
        quick = self._stretch(test)
        return (quick, quick) if quick is not None else self._tried(test)

    def _stretch(self, test: Test) -> int | None:
        """The mask of the commonest tests, by their ends; None for all others."""
        if _ANYTHING in self._runs:
            return None
        if isinstance(test, nodes.Bound):
            return self._beside(test.operator, test.limit)
        if isinstance(test, nodes.Interval):
            above = self._beside(">=" if test.low_included else ">", test.low)
            below = self._beside("<=" if test.high_included else "<", test.high)
            return None if above is None or below is None else above & below
        if isinstance(test, nodes.Match):
            return self._beside("=", test.expression)
        return None

    def _beside(self, operator: str, limit: nodes.Node) -> int | None:
        if not isinstance(limit, nodes.Literal) or operator == "!=":
            return None
        kind = kind_of(limit.value)
        place = self._places.get((str(kind), limit.value))
        if place is None or kind not in ORDERED_KINDS:
            return None
        first, end = self._runs[str(kind)]
        at, below, above = 1 << place, _bits(first, place), _bits(place + 1, end)
        return {"=": at, "<": below, "<=": below | at, ">": above, ">=": above | at}[operator]

    def _tried(self, test: Test) -> tuple[int, int]:
        """The mask by computing the answer for a sample of each piece, where that answers for the whole piece."""
        reading = reading_of(test)
        if not reading.alone:
            return 0, self.everything & ~1 if _never_holds_for_null(test) else self.everything
        holds = test_of(test)
        certain = possible = 0
        for place, piece in enumerate(self.pieces):
            if piece.samples and piece.kind != _ANYTHING and (piece.point or reading.exact):
                if holds(piece.samples[0], {}) is True:
                    certain |= 1 << place
                    possible |= 1 << place
            else:
                possible |= 1 << place
        return certain, possible

    def has(self, mask: int, value: Any) -> bool:
        """Whether a value lies in one of the pieces of a set."""
        place = self._place_of(value)
        return place is not None and bool(mask >> place & 1)

    def _place_of(self, value: Any) -> int | None:
        if value is None:
            return 0
        kind = str(kind_of(value))
        if (kind, value) in self._places:
            return self._places[kind, value]
        first, end = self._runs.get(kind, (0, 0))
        for place in range(first, end):
            piece = self.pieces[place]
            if not piece.point and (piece.low == _OTHER or _is_between(piece.low, value, piece.high)):
                return place
        return None

    def words(self, mask: int) -> str:
        """A set of pieces as a cell would say it."""
        parts = ["null"] if mask & 1 else []
        for kind, (first, end) in self._runs.items():
            if kind == "null":
                continue
            places = [place for place in range(first, end) if mask >> place & 1]
            if places:
                parts += self._words_of_kind(kind, places)
        return ", ".join(parts)

    def _words_of_kind(self, kind: str, places: list[int]) -> list[str]:
        pieces = [self.pieces[place] for place in places]
        if kind == _ANYTHING:
            return ["anything"]
        if any(piece.low == _OTHER for piece in pieces):
            return [self._all_but(kind, set(places))]
        if kind == "boolean" or all(piece.point for piece in pieces):
            return [written(piece.samples[0]) for piece in pieces]
        return [_range_words(self.pieces[first], self.pieces[last]) for first, last in _stretches(places)]

    def _all_but(self, kind: str, places: set[int]) -> str:
        first, end = self._runs[kind]
        named = [written(self.pieces[place].samples[0]) for place in range(first, end) if place not in places]
        return f"not({','.join(named)})" if named else "any string"


def _never_holds_for_null(test: Test) -> bool:
    """Whether a test is a comparison by order, which null never passes whatever stands on the other side."""
    return isinstance(test, nodes.Interval) or (isinstance(test, nodes.Bound) and test.operator not in ("=", "!="))


def _is_between(low: Any, value: Any, high: Any) -> bool:
    return (low is None or value > low) and (high is None or value < high)


def _bits(first: int, end: int) -> int:
    return (1 << end) - (1 << first)


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _range_words(first: Piece, last: Piece) -> str:
    if first is last and first.point:
        return written(first.samples[0])
    low, high = (first.samples[0] if first.point else first.low), (last.samples[0] if last.point else last.high)
    if low is None and high is None:
        return f"any {first.kind}"
    if low is None:
        return f"{'<=' if last.point else '<'} {written(high)}"
    if high is None:
        return f"{'>=' if first.point else '>'} {written(low)}"
    return f"{'[' if first.point else '('}{written(low)}..{written(high)}{']' if last.point else ')'}"


# --- cutting a line -----------------------------------------------------------------------------------------


def _pieces(type_: FeelType, cuts: list[Cut]) -> list[Piece]:
    kind = _KIND_OF_TYPE.get(type_.name) if isinstance(type_, Simple) else None
    if kind is not None:
        return _pieces_of(kind, cuts)
    if isinstance(type_, Simple) and type_.name == "Null":
        return []
    kinds = sorted({str(kind_of(cut.value)) for cut in cuts} & PLAIN_KINDS)
    return [Piece(_ANYTHING, ()), *(piece for each in kinds for piece in _pieces_of(each, cuts))]


def _pieces_of(kind: str, cuts: list[Cut]) -> list[Piece]:
    own = [cut for cut in cuts if kind_of(cut.value) == kind]
    if kind == "boolean":
        return [Piece(kind, (value,), point=True) for value in (True, False)]
    values: list[Any] = list({cut.value: None for cut in own})
    if kind == "string" and not any(cut.orders for cut in own):
        return [Piece(kind, (value,), point=True) for value in values] + [_other_string(values)]
    return _line(kind, sorted(values))


def _other_string(values: list[Any]) -> Piece:
    samples = [name for name in ("other", "something else") if name not in values]
    count = 0
    while not samples:
        count += 1
        samples = [f"other {count}"] if f"other {count}" not in values else []
    return Piece("string", tuple(samples), low=_OTHER)


def _line(kind: str, values: list[Any]) -> list[Piece]:
    pieces = _open_piece(kind, None, values[0] if values else None)
    for value, following in zip(values, [*values[1:], None], strict=False):
        pieces.append(Piece(kind, (value,), point=True))
        pieces += _open_piece(kind, value, following)
    return pieces


def _open_piece(kind: str, low: Any, high: Any) -> list[Piece]:
    """All between two ends that are left out; nothing where there is nothing between them."""
    candidates = _CANDIDATES[kind](low, high)
    inside = [value for value in candidates if (low is None or value > low) and (high is None or value < high)]
    # Between two strings there may be others that were not thought of: the piece stands, without a sample.
    return [Piece(kind, tuple(dict.fromkeys(inside)), low=low, high=high)] if inside or kind == "string" else []


def _numbers(low: Any, high: Any) -> list[Any]:
    if low is None and high is None:
        return [1, 0, -1, Decimal("0.5")]
    if low is None or high is None:
        end, sign = (high, -1) if low is None else (low, 1)
        whole = int(end.to_integral_value()) if isinstance(end, Decimal) else end
        return [whole + sign, whole + 2 * sign, whole, EXACT.add(Decimal(end), Decimal(sign) / 2)]
    middle = EXACT.divide(EXACT.add(Decimal(low), Decimal(high)), Decimal(2))
    whole = int(middle.to_integral_value())
    return [whole, int(low) + 1, whole - 1, whole + 1, middle]


def _dates(low: date | None, high: date | None) -> list[Any]:
    first = low.toordinal() + 1 if low else (high.toordinal() - 1 if high else date(2026, 1, 1).toordinal())
    last = high.toordinal() - 1 if high else first + 1
    return [date.fromordinal(each) for each in (first, (first + last) // 2, last) if 1 <= each <= date.max.toordinal()]


def _days(low: timedelta | None, high: timedelta | None) -> list[Any]:
    day = timedelta(days=1)
    try:
        if low is None or high is None:
            return [timedelta(0) if low is high else low + day if low is not None else high - day]  # type: ignore[operator]
        middle = low + (high - low) / 2
        return [timedelta(days=middle.days), timedelta(days=middle.days + 1), middle]
    except OverflowError:
        return []


def _months(low: Months | None, high: Months | None) -> list[Any]:
    if low is None or high is None:
        return [Months(0) if low is high else Months(low.count + 1) if low else Months(high.count - 1)]  # type: ignore[union-attr]
    return [Months(low.count + 1), Months((low.count + high.count) // 2)]


def _strings(low: str | None, high: str | None) -> list[Any]:
    start = low or ""
    endings = ("a", "0", "A", " ", "")
    shorter = [high[:-1]] if high else []
    return [start + ending for ending in endings] + shorter


_CANDIDATES: dict[str, Any] = {
    "number": _numbers,
    "date": _dates,
    "days duration": _days,
    "months duration": _months,
    "string": _strings,
}
