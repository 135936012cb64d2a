"""Calls of built-in functions as nodes: named arguments in their places, what can never have a value, ``@``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from recoup.tables.feel import nodes
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.patterns import refusal_of
from recoup.tables.feel.values import NUMBER_TYPES, Value, date_and_time_from, date_from, duration_from, time_from

#: Functions that turn a written-out value into one of another type: what they cannot turn does not exist.
_CONVERSIONS = frozenset({"date", "time", "date and time", "duration", "number"})
_PATTERNS = frozenset({"matches", "replace", "split"})


class Argument(NamedTuple):
    """An argument of a call, with the name that it is given by, or none."""

    name: str
    node: Node


class UnreadCall(str):
    """Why a call is not read."""

    __slots__ = ()


def arguments_of(arguments: Sequence[Argument]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The arguments and, where they are given by name, their names."""
    return tuple(each.node for each in arguments), tuple(each.name for each in arguments if each.name)


def builtin_call(function: str, arguments: Sequence[Argument]) -> tuple[nodes.Call, str]:
    """A call of a built-in function, and why it can never have a value or, an UnreadCall, is not read; else nothing."""
    builtin = BUILTINS[function]
    given, names = arguments_of(arguments)
    if names:
        places = builtin.places(names) if len(set(names)) == len(names) else None
        if places is None:
            fault = f"{function!r} has no arguments {', '.join(names)}"
            return nodes.Call(function, given, fault), fault
        given = tuple(nodes.Literal(None) if place is None else given[place] for place in places)
    if not builtin.takes(len(given)):
        if function == "sort":
            return nodes.Call(function, given), UnreadCall("a sort without an order is FEEL that Recoup does not read")
        fault = f"{function!r} takes {builtin.arity} arguments, not {len(given)}"
        return nodes.Call(function, given, fault), fault
    return nodes.Call(function, given), _problem(function, given)


def fault_of(node: nodes.Call) -> str:
    """Why a call as it is written can never have a value, such as ``date("2026-13-01")``; empty where it may."""
    return node.fault or str(_problem(node.function, node.arguments))


#: Texts that engines read differently where the standard is not plain: a day and time without time, the end of a day
#: as its 24th hour, offsets beyond those of XML Schema.
_DOUBTFUL = {
    "date and time": re.compile(r"-?[0-9]{4,9}-[0-9]{2}-[0-9]{2}|.*T24:.*|.*[+-]1[4-8]:[0-9]{2}(:[0-9]{2})?"),
    "time": re.compile(r"T.*|24:.*|[0-9]{2}:[0-9]{2}|.*[+-]1[4-8]:[0-9]{2}(:[0-9]{2})?"),
}


def _doubt(function: str, arguments: tuple[Node, ...]) -> str:
    """Why a call with written-out arguments is not read though it could be; empty where it is plain."""
    values = [each.value for each in arguments if isinstance(each, nodes.Literal)]
    if len(values) < len(arguments):
        return ""
    text = values[0] if values else None
    if isinstance(text, str) and len(values) == 1 and function in _DOUBTFUL and _DOUBTFUL[function].fullmatch(text):
        read = BUILTINS[function].compute(text)
        return "" if read is not None else f"{function}({text!r}) is not read: engines differ about it"
    if function == "substring" and isinstance(text, str) and len(values) == 3:
        start, length = values[1:]
        if _reaches_beyond(len(text), start, length):
            return "a substring that reaches beyond the end is not read: engines differ about it"
    return ""


def _reaches_beyond(size: int, start: Value, length: Value) -> bool:
    if type(start) not in NUMBER_TYPES or type(length) not in NUMBER_TYPES:
        return False
    begin = start - 1 if start > 0 else size + start  # type: ignore[operator]
    return 0 <= begin < size < begin + length  # type: ignore[operator]


def _problem(function: str, arguments: tuple[Node, ...]) -> str:
    if doubt := _doubt(function, arguments):
        return UnreadCall(doubt)
    values = [each.value for each in arguments if isinstance(each, nodes.Literal)]
    if len(values) < len(arguments):
        values = []
    if function in _PATTERNS and len(arguments) > 1 and isinstance(arguments[1], nodes.Literal):
        return _pattern_problem(function, arguments)
    if function in _CONVERSIONS and values and None not in values and BUILTINS[function].compute(*values) is None:
        return f"{function}({', '.join(map(repr, values))}) does not exist"
    return ""


def _pattern_problem(function: str, arguments: tuple[Node, ...]) -> str:
    pattern, place = arguments[1], {"matches": 2, "replace": 3}.get(function, 9)
    flags = arguments[place] if len(arguments) > place else nodes.Literal("")
    if not isinstance(pattern, nodes.Literal) or not isinstance(pattern.value, str):
        return ""
    written = flags.value if isinstance(flags, nodes.Literal) and isinstance(flags.value, str) else ""
    refusal = refusal_of(function, pattern.value, written)
    return UnreadCall(f"{refusal} ({pattern.value!r})") if refusal else ""


_READERS: tuple[Callable[[str], Value], ...] = (date_from, date_and_time_from, time_from, duration_from)


def at_literal(text: str) -> nodes.Literal | nodes.Call:
    """``@"2005-10-01"`` as its value; what is no date, time or duration as a call that gives null."""
    for read in _READERS:
        value = read(text)
        if value is not None:
            return nodes.Literal(value)
    return nodes.Call("date", (nodes.Literal(text),))
