"""Functions of contexts. Source: OMG DMN 1.5, chapter 10.3.4.10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recoup.tables.feel.functions.signatures import builtin
from recoup.tables.feel.kinds import Value
from recoup.tables.feel.limits import spend


def _get_value(context: Mapping[str, Any], key: str) -> Value:
    return context.get(key)


def _entries(context: Mapping[str, Any]) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(entries: Sequence[Any]) -> Value:
    spend(len(entries))
    found: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in found:
            return None
        found[key] = entry["value"]
    return found


def _put(context: Mapping[str, Any], key: str, value: Any) -> Value:
    return {**context, key: value}


def _put_deep(context: Mapping[str, Any], keys: Sequence[Any], value: Any) -> Value:
    spend(len(keys))
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    first, rest = keys[0], keys[1:]
    if not rest:
        return _put(context, first, value)
    inner = context.get(first)
    if inner is not None and not isinstance(inner, Mapping):
        return None
    below = None if inner is None else _put_deep(inner, rest, value)
    return None if below is None else _put(context, first, below)


def _merge(contexts: Sequence[Any]) -> Value:
    found: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, Mapping):
            return None
        spend(len(context))
        found.update(context)
    return found


FUNCTIONS = (
    builtin("get value", ("m: context, key: string", _get_value)),
    builtin("get entries", ("m: context", _entries)),
    builtin("context", ("entries: list", _context)),
    builtin(
        "context put",
        ("context: context, key: string, value: any", _put),
        ("context: context, keys: list, value: any", _put_deep),
    ),
    builtin("context merge", ("contexts: list", _merge)),
)
