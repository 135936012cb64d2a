"""``for``, ``some``, ``every``, filters, functions and their calls: nodes whose closures bind names of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from recoup.tables.feel import nodes
from recoup.tables.feel.closures import Closure, closure_of
from recoup.tables.feel.limits import bounded, called, spend
from recoup.tables.feel.types import ANY
from recoup.tables.feel.values import (
    Facts,
    FeelFunction,
    FeelRange,
    add,
    both,
    coerced,
    either,
    kind_of,
    ordered,
    subtract,
    whole,
)

#: Takes a scope, gives what a name runs over; None where that is nothing to run over.
Source = Callable[[dict[str, Any]], "list[Any] | None"]


def _source(binding: nodes.Binding) -> Source:
    over = closure_of(binding.over)
    if binding.to is None:
        return lambda scope: _items(over(scope))
    to = closure_of(binding.to)
    return lambda scope: _run(over(scope), to(scope))


def _items(value: Any) -> list[Any] | None:
    """What a value gives to run over: a list's items, a range's members, itself alone."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, FeelRange):
        return _members(value)
    return None if value is None else [value]


def _members(found: FeelRange) -> list[Any] | None:
    if found.low is None or found.high is None:
        return None
    members = _run(found.low, found.high)
    if members is None:
        return None
    first = 0 if found.low_included or not members else 1
    ends_early = bool(members) and not found.high_included and members[-1] == found.high
    return members[first : len(members) - ends_early]


def _run(start: Any, end: Any) -> list[Any] | None:
    """Whole numbers or days from one to another, up or down."""
    if kind_of(start) != kind_of(end):
        return None
    if kind_of(start) == "number":
        low, high = whole(start), whole(end)
        if low is None or high is None:
            return None
        spend(abs(high - low) + 1)
        return [Decimal(number) for number in range(low, high + 1)] or [
            Decimal(number) for number in range(low, high - 1, -1)
        ]
    return _run_of_days(start, end) if kind_of(start) == "date" else None


def _run_of_days(start: Any, end: Any) -> list[Any] | None:
    step = timedelta(days=1 if ordered("<=", start, end) else -1)
    between: Any = subtract(end, start)
    if not isinstance(between, timedelta):
        return None
    spend(abs(between.days) + 1)
    days = [start]
    while days[-1] != end:
        days.append(add(days[-1], step))
    return days


def _scopes(sources: list[tuple[str, Source]], scope: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    """A scope for every combination of what the names run over, the last name running fastest; None for null."""
    if not sources:
        spend(1)
        yield scope
        return
    (name, source), rest = sources[0], sources[1:]
    items = source(scope)
    if items is None:
        yield None
        return
    for item in items:
        yield from _scopes(rest, {**scope, name: item})


@closure_of.register
def _for(node: nodes.For) -> Closure:
    sources = [(binding.name, _source(binding)) for binding in node.iterators]
    body = closure_of(node.body)
    needs_partial = "partial" in nodes.free_names(node.body)

    def loop(facts: Facts) -> list[Any] | None:
        made: list[Any] = []
        for scope in _scopes(sources, dict(facts)):
            if scope is None:
                return None
            if needs_partial:
                spend(len(made))
                scope["partial"] = list(made)
            made.append(body(scope))
        return made

    return bounded(loop)


@closure_of.register
def _quantified(node: nodes.Quantified) -> Closure:
    sources = [(binding.name, _source(binding)) for binding in node.iterators]
    condition, every = closure_of(node.condition), node.every
    join = both if every else either

    def quantified(facts: Facts) -> bool | None:
        result: bool | None = every
        for scope in _scopes(sources, dict(facts)):
            if scope is None:
                return None
            result = join(result, condition(scope))
            if result is (not every):
                return result
        return result

    return bounded(quantified)


@closure_of.register
def _filter(node: nodes.Filter) -> Closure:
    of, condition = closure_of(node.of), closure_of(node.condition)

    def filtered(facts: Facts) -> Any:
        found = of(facts)
        if found is None:
            return None
        items = found if isinstance(found, list | tuple) else [found]
        scope = _item_scope(dict(facts), items[0] if items else None)
        first = condition(scope)
        if kind_of(first) == "number":
            return _at(items, condition(facts))
        return _passing(items, condition, facts) if items else []

    return bounded(filtered)


def _item_scope(facts: dict[str, Any], item: Any) -> dict[str, Any]:
    scope = {**facts, "item": item}
    return {**scope, **item} if isinstance(item, dict) else scope


def _passing(items: Any, condition: Closure, facts: Facts) -> list[Any]:
    spend(len(items))
    outer = dict(facts)
    return [item for item in items if condition(_item_scope(outer, item)) is True]


def _at(items: Any, position: Any) -> Any:
    place = whole(position)
    if place is None or place == 0 or abs(place) > len(items):
        return None
    return items[place - 1 if place > 0 else place]


@closure_of.register
def _function(node: nodes.FunctionNode) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    types = tuple(kind for _, kind in node.parameters)
    body = closure_of(node.body)

    def function(facts: Facts) -> FeelFunction:
        def compute(*arguments: Any) -> Any:
            return body({**facts, **dict(zip(names, arguments, strict=True))})

        return FeelFunction(names, compute, types)

    return function


@closure_of.register
def _invocation(node: nodes.Invocation) -> Closure:
    of, arguments, names = closure_of(node.of), [closure_of(each) for each in node.arguments], node.names

    def invoked(facts: Facts) -> Any:
        function = of(facts)
        if not isinstance(function, FeelFunction):
            return None
        return invoke(function, [argument(facts) for argument in arguments], names)

    return bounded(invoked)


def invoke(function: FeelFunction, arguments: list[Any], names: tuple[str, ...] = ()) -> Any:
    """What a function gives for arguments, by position or, with as many ``names``, by name.

    Null for arguments too many, too few, of other names or not of the parameters' types.
    """
    if names:
        if len(set(names)) != len(names) or set(names) != set(function.parameters):
            return None
        given = dict(zip(names, arguments, strict=True))
        arguments = [given[name] for name in function.parameters]
    if function.name:
        return called(function.compute, arguments)
    if len(arguments) != len(function.parameters):
        return None
    for place, wanted in enumerate(function.types):
        if wanted != ANY and arguments[place] is not None:
            arguments[place] = coerced(arguments[place], wanted)
            if arguments[place] is None:
                return None
    result = called(function.compute, arguments)
    return result if function.result == ANY else coerced(result, function.result)
