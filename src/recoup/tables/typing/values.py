"""The type that a value has. Source: OMG DMN 1.5, chapter 10.3.2.9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from recoup.tables.feel import types
from recoup.tables.feel.kinds import (
    DateAndTime,
    FarDate,
    FeelFunction,
    FeelRange,
    FeelTime,
    LongDuration,
    Months,
)
from recoup.tables.feel.types import ANY, NULL, ContextOf, FeelType, FunctionOf, ListOf, RangeOf

_BY_CLASS: dict[type, FeelType] = {
    int: types.NUMBER,
    Decimal: types.NUMBER,
    str: types.STRING,
    bool: types.BOOLEAN,
    date: types.DATE,
    FarDate: types.DATE,
    FeelTime: types.TIME,
    DateAndTime: types.DATE_AND_TIME,
    timedelta: types.DAYS_DURATION,
    LongDuration: types.DAYS_DURATION,
    Months: types.MONTHS_DURATION,
    type(None): NULL,
}


def type_of_value(value: object) -> FeelType:
    """The narrowest type of a value; ANY for what is no value of FEEL."""
    if found := _BY_CLASS.get(type(value)):
        return found
    if isinstance(value, list | tuple):
        return ListOf(common(map(type_of_value, value)))
    if isinstance(value, Mapping):
        return ContextOf({name: type_of_value(part) for name, part in value.items()})
    if isinstance(value, FeelRange):
        return RangeOf(common((type_of_value(value.low), type_of_value(value.high))))
    if isinstance(value, FeelFunction):
        return FunctionOf(value.types, value.result)
    return ANY


def common(kinds: Iterable[FeelType]) -> FeelType:
    """The type that all of these are: null is everything, different types are ANY. NULL for none at all."""
    found = [kind for kind in kinds if kind != NULL]
    if not found:
        return NULL
    first = found[0]
    if all(kind == first for kind in found):
        return first
    if all(isinstance(kind, ListOf) for kind in found):
        return ListOf(common(kind.item for kind in found if isinstance(kind, ListOf)))
    contexts = [kind for kind in found if isinstance(kind, ContextOf)]
    if len(contexts) == len(found) and all(kind.parts.keys() == contexts[0].parts.keys() for kind in contexts):
        return ContextOf({name: common(kind.parts[name] for kind in contexts) for name in contexts[0].parts})
    return ANY
