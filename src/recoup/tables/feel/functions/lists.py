"""Functions of lists. Source: OMG DMN 1.5, chapter 10.3.4.4. Positions count from 1, or from the end below 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from recoup.tables.feel.arithmetic import add, divide, multiply, subtract
from recoup.tables.feel.comparing import both, either, equal, ordered
from recoup.tables.feel.functions.signatures import Builtin, builtin
from recoup.tables.feel.kinds import (
    EXACT,
    KINDS,
    LIST_RESULT_MAX,
    NUMBER_TYPES,
    PLAINLY_ORDERED,
    FeelFunction,
    Value,
    exactly,
    whole,
)
from recoup.tables.feel.limits import TooMuch, bounded, called, spend


def _counted(compute: Callable[[Sequence[Any]], Value]) -> Callable[..., Value]:
    """A function of one list, or of its items as arguments; its items count as steps."""

    def run(*items: Any) -> Value:
        found = items[0] if len(items) == 1 and isinstance(items[0], list | tuple) else items
        spend(len(found))
        return compute(found)

    return run


def _furthest(symbol: str) -> Callable[[Sequence[Any]], Value]:
    def compute(items: Sequence[Any]) -> Value:
        best = items[0] if items else None
        for item in items[1:]:
            further = ordered(symbol, item, best)
            if further is None:
                return None
            best = item if further else best
        return best if ordered("<=", best, best) else None

    return compute


def _all_numbers(items: Sequence[Any]) -> bool:
    return bool(items) and all(type(item) in NUMBER_TYPES for item in items)


def _folded(operation: Callable[[Any, Any], Value]) -> Callable[[Sequence[Any]], Value]:
    def compute(items: Sequence[Any]) -> Value:
        if not _all_numbers(items):
            return None
        total: Value = items[0]
        for item in items[1:]:
            total = operation(total, item)
        return total

    return compute


_total = _folded(add)


def _mean(items: Sequence[Any]) -> Value:
    return divide(_total(items), len(items)) if items else None


def _median(items: Sequence[Any]) -> Value:
    if not _all_numbers(items):
        return None
    middle, sorted_items = len(items) // 2, sorted(items)
    if len(items) % 2:
        return sorted_items[middle]  # type: ignore[no-any-return]
    return divide(add(sorted_items[middle - 1], sorted_items[middle]), 2)


def _deviation(items: Sequence[Any]) -> Value:
    """The deviation of a sample: over one less than its size."""
    if not _all_numbers(items) or len(items) < 2:
        return None
    mean = _mean(items)
    squares = [multiply(subtract(item, mean), subtract(item, mean)) for item in items]
    variance = divide(_total(squares), len(items) - 1)
    return exactly(EXACT.sqrt, variance) if isinstance(variance, Decimal) else None


def _mode(items: Sequence[Any]) -> Value:
    if items and not _all_numbers(items):
        return None
    counts: dict[Any, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


def _joined(join: Callable[[object, object], bool | None], *, empty: bool) -> Callable[[Sequence[Any]], Value]:
    def compute(items: Sequence[Any]) -> bool | None:
        result: bool | None = empty
        for item in items:
            result = join(result, item)
            if result is (not empty):
                return result
        return result

    return compute


def _contains(items: Sequence[Any], element: Any) -> bool:
    spend(len(items))
    return any(equal(item, element) is True for item in items)


def _place(items: Sequence[Any], position: Any) -> int | None:
    """The index in Python of a position in a list; None outside it."""
    place = whole(position)
    if place is None or place == 0 or abs(place) > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place


def _sublist(items: Sequence[Any], start: Any, *lengths: Any) -> Value:
    begin = _place(items, start)
    if begin is None:
        return None
    count = whole(lengths[0]) if lengths else len(items) - begin
    if count is None or not 1 <= count <= len(items) - begin:
        return None
    return list(items[begin : begin + count])


def _append(items: Sequence[Any], *more: Any) -> Value:
    return _bounded_list([*items, *more])


def _bounded_list(items: list[Any]) -> list[Any] | None:
    spend(len(items))
    return items if len(items) <= LIST_RESULT_MAX else None


def _concatenate(*lists: Sequence[Any]) -> Value:
    if sum(map(len, lists)) > LIST_RESULT_MAX:
        return None
    return _bounded_list([item for items in lists for item in items])


def _insert_before(items: Sequence[Any], position: Any, new: Any) -> Value:
    place = _place(items, position)
    return None if place is None else _bounded_list([*items[:place], new, *items[place:]])


def _remove(items: Sequence[Any], position: Any) -> Value:
    place = _place(items, position)
    return None if place is None else _bounded_list([*items[:place], *items[place + 1 :]])


def _replace(items: Sequence[Any], which: Any, new: Any) -> Value:
    place = _place(items, which)
    return None if place is None else _bounded_list([*items[:place], new, *items[place + 1 :]])


def _replace_where(items: Sequence[Any], which: FeelFunction, new: Any) -> Value:
    found = []
    for item in items:
        replaces = called(which.compute, [item, new])
        if not isinstance(replaces, bool):
            return None
        found.append(new if replaces else item)
    return found


def _index_of(items: Sequence[Any], match: Any) -> Value:
    spend(len(items))
    return [number for number, item in enumerate(items, start=1) if equal(item, match) is True]


def _distinct(items: Iterable[Any]) -> Value:
    """Each value once, in the order of its first place; simple values are found by their hash."""
    found: list[Any] = []
    seen: set[tuple[str, Any]] = set()
    rare: list[Any] = []
    for item in items:
        kind = KINDS.get(type(item), "null" if item is None else "")
        if kind in PLAINLY_ORDERED or kind in ("boolean", "null"):
            if (kind, item) in seen:
                continue
            seen.add((kind, item))
        else:
            _spend_or_stop(len(rare))
            if any(equal(item, each) is True for each in rare):
                continue
            rare.append(item)
        found.append(item)
    return found


#: Most comparisons that one call makes outside loops.
_COMPARISONS_MAX = 2_000


def _spend_or_stop(count: int) -> None:
    if count > _COMPARISONS_MAX:
        raise TooMuch
    spend(count)


def _union(*lists: Sequence[Any]) -> Value:
    joined = _concatenate(*lists)
    return None if joined is None else _distinct(joined)  # type: ignore[arg-type]


def _flatten(items: Sequence[Any]) -> Value:
    found: list[Any] = []
    open_lists: list[Iterator[Any]] = [iter(items)]
    steps = 0
    while open_lists:
        steps += 1
        if steps > 2 * LIST_RESULT_MAX:
            return None
        item = next(open_lists[-1], _END)
        if item is _END:
            open_lists.pop()
        elif isinstance(item, list | tuple):
            open_lists.append(iter(item))
        else:
            found.append(item)
    return _bounded_list(found)


_END = object()


class _Unordered(Exception):
    """Two items of which a sort cannot tell the first."""


def _sort(items: Sequence[Any], precedes: FeelFunction) -> Value:
    def compared(left: Any, right: Any) -> int:
        before = called(precedes.compute, [left, right])
        if not isinstance(before, bool):
            raise _Unordered
        return -1 if before else int(called(precedes.compute, [right, left]) is True)

    try:
        return sorted(items, key=cmp_to_key(compared))
    except _Unordered:
        return None


def _looping(compute: Callable[..., Value]) -> Callable[..., Value]:
    """A function that calls functions for every item, which must end."""
    run = bounded(lambda arguments: compute(*arguments))
    return lambda *arguments: run(arguments)


def _of_items(name: str, compute: Callable[[Sequence[Any]], Value]) -> Builtin:
    run = _counted(compute)
    return builtin(name, ("list: list", run), ("c...: any", run))


FUNCTIONS = (
    builtin("list contains", ("list: list, element: any", _contains)),
    builtin("count", ("list: list", len)),
    _of_items("min", _furthest("<")),
    _of_items("max", _furthest(">")),
    _of_items("sum", _total),
    _of_items("product", _folded(multiply)),
    _of_items("mean", _mean),
    _of_items("median", _median),
    _of_items("stddev", _deviation),
    _of_items("mode", _mode),
    _of_items("all", _joined(both, empty=True)),
    _of_items("any", _joined(either, empty=False)),
    builtin(
        "sublist",
        ("list: list, start position: number", _sublist),
        ("list: list, start position: number, length: number", _sublist),
    ),
    builtin("append", ("list: list, item...: any", _append)),
    builtin("concatenate", ("list...: list", _concatenate)),
    builtin("insert before", ("list: list, position: number, newItem: any", _insert_before)),
    builtin("remove", ("list: list, position: number", _remove)),
    builtin("reverse", ("list: list", lambda items: list(reversed(items)))),
    builtin("index of", ("list: list, match: any", _index_of)),
    builtin("union", ("list...: list", _looping(_union))),
    builtin("distinct values", ("list: list", _looping(_distinct))),
    builtin("flatten", ("list: list", _flatten)),
    builtin(
        "list replace",
        ("list: list, position: number, newItem: any", _replace),
        ("list: list, match: function, newItem: any", _looping(_replace_where)),
    ),
    builtin("sort", ("list: list, precedes: function", _looping(_sort))),
)
