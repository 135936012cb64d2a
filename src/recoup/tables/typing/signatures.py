"""What FEEL's built-in functions give. Source: OMG DMN 1.5, chapter 10.3.4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from recoup.tables.feel import types
from recoup.tables.feel.types import ANY, BOOLEAN, NUMBER, STRING, FeelType, ListOf
from recoup.tables.typing.values import common

#: Gives the type of a call from those of its arguments.
Result: TypeAlias = "FeelType | Callable[[Sequence[FeelType]], FeelType]"


def _first(arguments: Sequence[FeelType]) -> FeelType:
    return arguments[0] if arguments else ANY


def _item(arguments: Sequence[FeelType]) -> FeelType:
    if len(arguments) == 1 and isinstance(arguments[0], ListOf):
        return arguments[0].item
    return common(arguments)


def _list(arguments: Sequence[FeelType]) -> FeelType:
    return arguments[0] if arguments and isinstance(arguments[0], ListOf) else ListOf(ANY)


def _all_of(names: Sequence[str], result: Result) -> dict[str, Result]:
    return dict.fromkeys(names, result)


RESULTS: dict[str, Result] = {
    **_all_of(
        ("not", "contains", "starts with", "ends with", "matches", "list contains", "all", "any", "and", "or", "even",
         "odd", "is", "is defined", "before", "after", "meets", "met by", "overlaps", "overlaps before",
         "overlaps after", "finishes", "finished by", "includes", "during", "starts", "started by", "coincides"),
        BOOLEAN,
    ),
    **_all_of(
        ("number", "string length", "floor", "ceiling", "decimal", "round up", "round down", "round half up",
         "round half down", "modulo", "sqrt", "log", "exp", "sum", "mean", "median", "product", "stddev", "count",
         "day of year", "week of year"),
        NUMBER,
    ),
    **_all_of(
        ("string", "upper case", "lower case", "substring", "substring before", "substring after", "replace",
         "string join", "day of week", "month of year"),
        STRING,
    ),
    **_all_of(("abs",), _first),
    **_all_of(("min", "max"), _item),
    **_all_of(("append", "concatenate", "sublist", "reverse", "distinct values", "remove", "insert before", "union",
               "sort", "list replace"), _list),
    "mode": ListOf(NUMBER),
    "split": ListOf(STRING),
    "index of": ListOf(NUMBER),
    "date": types.DATE,
    "time": types.TIME,
    "date and time": types.DATE_AND_TIME,
    "years and months duration": types.MONTHS_DURATION,
}  # fmt: skip

#: The types of arguments, where every other type gives null; ANY takes all.
PARAMETERS: dict[str, tuple[FeelType, ...]] = {
    "not": (BOOLEAN,),
    "string length": (STRING,),
    "upper case": (STRING,),
    "lower case": (STRING,),
    "substring": (STRING, NUMBER, NUMBER),
    "substring before": (STRING, STRING),
    "substring after": (STRING, STRING),
    "contains": (STRING, STRING),
    "starts with": (STRING, STRING),
    "ends with": (STRING, STRING),
    "floor": (NUMBER, NUMBER),
    "ceiling": (NUMBER, NUMBER),
    "decimal": (NUMBER, NUMBER),
    "round up": (NUMBER, NUMBER),
    "round down": (NUMBER, NUMBER),
    "round half up": (NUMBER, NUMBER),
    "round half down": (NUMBER, NUMBER),
    "modulo": (NUMBER, NUMBER),
    "sqrt": (NUMBER,),
    "even": (NUMBER,),
    "odd": (NUMBER,),
}


def result_of(function: str, arguments: Sequence[FeelType]) -> FeelType:
    """The type of a call; ANY for a function that gives now this and now that."""
    result = RESULTS.get(function, ANY)
    return result(arguments) if callable(result) else result
