"""Declared types in columns: what does not conform is null, and what a type does not allow is null too."""

from __future__ import annotations

from recoup.tables.column.build import Build
from recoup.tables.column.choices import nothing_unless, opened
from recoup.tables.column.fragments import Refusal
from recoup.tables.column.terms import (
    UNKNOWN,
    Function,
    Group,
    Groups,
    Items,
    Known,
    Sequence,
    Term,
    is_null,
    type_of,
)
from recoup.tables.feel import types
from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf, ListOf
from recoup.tables.feel.values import coerced as coerced_value


def conformed(build: Build, term: Term, wanted: FeelType) -> Term:
    """A term as one of the type, as ``feel.values.coerced`` does with a value."""
    if wanted == ANY or term == UNKNOWN:
        return term
    if isinstance(term, Known):
        return Known(coerced_value(term.value, wanted))
    if isinstance(term, Items):
        return _conformed_items(build, term, wanted)
    if isinstance(wanted, ListOf):
        return _conformed_to_list(build, term, wanted)
    if isinstance(wanted, ContextOf) and isinstance(term, Group):
        return _conformed_group(build, term, wanted)
    if isinstance(wanted, FunctionOf) and isinstance(term, Function):
        raise Refusal("a function with a declared type")
    kind = type_of(term)
    if kind == wanted:
        return term
    if isinstance(term, Sequence | Groups):
        raise Refusal("a list of unknown length where one value is declared")
    if (kind, wanted) == (types.DATE, types.DATE_AND_TIME):
        raise Refusal("a date that becomes a date and time")
    return UNKNOWN


def _conformed_items(build: Build, term: Items, wanted: FeelType) -> Term:
    if not isinstance(wanted, ListOf):
        return conformed(build, term.items[0], wanted) if len(term.items) == 1 else UNKNOWN
    found = tuple(conformed(build, item, wanted.item) for item in term.items)
    for old, new in zip(term.items, found, strict=True):
        if new == UNKNOWN and old != UNKNOWN:
            # Null where the odd item is not: the list itself is null only then.
            raise Refusal("a list with an item that is not of the declared type")
    return Items(found)


def _conformed_to_list(build: Build, term: Term, wanted: ListOf) -> Term:
    if isinstance(term, Groups) and isinstance(wanted.item, ContextOf | type(ANY)):
        return _conformed_groups(term, wanted)
    if isinstance(term, Sequence):
        if type_of(term.item) in (wanted.item, types.NULL) or wanted.item == ANY:
            return term
        raise Refusal("a list of another type than declared")
    item = conformed(build, term, wanted.item)
    if item == UNKNOWN:
        return UNKNOWN
    return nothing_unless_null(build, item)


def nothing_unless_null(build: Build, item: Term) -> Term:
    """A list of one item, which is null where the item is: columns have no words for that."""
    del build, item
    raise Refusal("one value where a list is declared")


def _conformed_groups(term: Groups, wanted: ListOf) -> Term:
    declared = wanted.item.parts if isinstance(wanted.item, ContextOf) else {}
    for name, kind in declared.items():
        if name not in term.parts or type_of(term.parts[name].item) not in (kind, types.NULL, types.ANY):
            raise Refusal("a list of contexts of another type than declared", name)
    return term


def _conformed_group(build: Build, term: Group, wanted: ContextOf) -> Term:
    parts = dict(term.parts)
    for name, kind in wanted.parts.items():
        if name not in parts:
            return UNKNOWN
        old = parts[name]
        parts[name] = conformed(build, old, kind)
        if parts[name] == UNKNOWN and old != UNKNOWN:
            if is_null(old).text == "FALSE":
                return UNKNOWN
            raise Refusal("a component that is not of the declared type", name)
    return Group(parts, term.present)


def structure(term: Term) -> Term:
    """A constant list or context opened, other terms as they are."""
    return opened(term)


__all__ = ["conformed", "nothing_unless"]
