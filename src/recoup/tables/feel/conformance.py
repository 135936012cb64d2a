"""What type a value is of, and what becomes of one that is not of the type it should be.

Source: OMG DMN 1.5, chapters 10.3.2.9.3 (conformance) and 10.3.2.9.4 (implicit conversions).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recoup.tables.feel.calendar import utc_midnight
from recoup.tables.feel.kinds import KINDS, FeelFunction, FeelRange, Value, kind_of
from recoup.tables.feel.types import (
    ANY,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    ContextOf,
    FeelType,
    FunctionOf,
    ListOf,
    RangeOf,
    Simple,
)

_KIND_OF_TYPE = {DAYS_DURATION: "days duration", MONTHS_DURATION: "months duration"}


def conforms(value: object, wanted: FeelType) -> bool:
    """Whether a value is of a type; null is of every type, and a context may have more components than its type."""
    if value is None or wanted == ANY:
        return True
    if isinstance(wanted, Simple):
        return kind_of(value) == _KIND_OF_TYPE.get(wanted, wanted.name)
    if isinstance(wanted, ListOf):
        return isinstance(value, list | tuple) and all(conforms(item, wanted.item) for item in value)
    if isinstance(wanted, ContextOf):
        return isinstance(value, Mapping) and all(
            name in value and conforms(value[name], part) for name, part in wanted.parts.items()
        )
    if isinstance(wanted, RangeOf):
        return isinstance(value, FeelRange) and conforms(value.low, wanted.item) and conforms(value.high, wanted.item)
    return isinstance(value, FeelFunction) and _fits_function(value, wanted)


def _fits_function(function: FeelFunction, wanted: FunctionOf) -> bool:
    types = function.types or (ANY,) * len(function.parameters)
    return (
        len(types) == len(wanted.parameters)
        and all(is_narrower(given, taken) for given, taken in zip(wanted.parameters, types, strict=True))
        and is_narrower(function.result, wanted.result)
    )


def is_narrower(narrow: FeelType, wide: FeelType) -> bool:
    """Whether every value of one type is one of the other."""
    if wide == ANY or narrow in (NULL, wide):
        return True
    if isinstance(narrow, ListOf) and isinstance(wide, ListOf):
        return is_narrower(narrow.item, wide.item)
    if isinstance(narrow, RangeOf) and isinstance(wide, RangeOf):
        return is_narrower(narrow.item, wide.item)
    if isinstance(narrow, ContextOf) and isinstance(wide, ContextOf):
        return all(name in narrow.parts and is_narrower(narrow.parts[name], part) for name, part in wide.parts.items())
    if isinstance(narrow, FunctionOf) and isinstance(wide, FunctionOf):
        return (
            len(narrow.parameters) == len(wide.parameters)
            and all(is_narrower(w, n) for w, n in zip(wide.parameters, narrow.parameters, strict=True))
            and is_narrower(narrow.result, wide.result)
        )
    return False


def is_instance(value: object, wanted: FeelType) -> bool:
    """``value instance of wanted``: null is an instance of Null alone."""
    if value is None:
        return wanted == NULL
    return conforms(value, wanted)


def coerced(value: Any, wanted: FeelType) -> Value:
    """The value as one of the type: a list of one for its item, an item for a list of one, a date for its midnight.

    None for a value that does not conform.
    """
    if value is None or wanted == ANY:
        return value  # type: ignore[no-any-return]
    if isinstance(wanted, Simple) and kind_of(value) == _KIND_OF_TYPE.get(wanted, wanted.name):
        return value  # type: ignore[no-any-return]
    if isinstance(value, list | tuple):
        return _coerced_list(value, wanted)
    if isinstance(wanted, ListOf):
        item = coerced(value, wanted.item)
        return None if item is None else [item]
    if wanted == DATE_AND_TIME and kind_of(value) == DATE.name:
        return utc_midnight(value)
    if isinstance(wanted, ContextOf) and isinstance(value, Mapping):
        return _coerced_context(value, wanted)
    return value if conforms(value, wanted) else None


def _coerced_list(items: Any, wanted: FeelType) -> Value:
    if not isinstance(wanted, ListOf):
        return coerced(items[0], wanted) if len(items) == 1 else None
    found = [coerced(item, wanted.item) for item in items]
    return None if any(new is None and old is not None for new, old in zip(found, items, strict=True)) else found


def _coerced_context(value: Mapping[str, Any], wanted: ContextOf) -> Value:
    found = dict(value)
    for name, part in wanted.parts.items():
        if name not in found:
            return None
        if found[name] is not None:
            found[name] = coerced(found[name], part)
            if found[name] is None:
                return None
    return found


def kind_named(wanted: FeelType) -> str | None:
    """The kind that values of a simple type are of; None for Any, Null and types that hold others."""
    name = _KIND_OF_TYPE.get(wanted, wanted.name) if isinstance(wanted, Simple) else ""
    return name if name in set(KINDS.values()) else None
