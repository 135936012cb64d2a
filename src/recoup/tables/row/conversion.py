"""Values as of their declared type: what does not conform, or is not allowed, becomes null with a complaint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, TypeAlias

from recoup.tables.feel.closures import TestClosure, any_of
from recoup.tables.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    ContextOf,
    FeelType,
    ListOf,
)
from recoup.tables.feel.values import Months, coerced
from recoup.tables.model import Constraint
from recoup.tables.row.trace import complain

#: Takes a value, gives it as of a type, or None.
Conversion: TypeAlias = Callable[[Any], Any]
_NO_FACTS: Mapping[str, object] = {}

#: Python types whose values are of a simple type as they are. Decimals that are not finite are looked at besides.
PLAIN: Mapping[FeelType, frozenset[type]] = {
    NUMBER: frozenset({int, Decimal, NoneType}),
    STRING: frozenset({str, NoneType}),
    BOOLEAN: frozenset({bool, NoneType}),
    DATE: frozenset({date, NoneType}),
    DAYS_DURATION: frozenset({timedelta, NoneType}),
    MONTHS_DURATION: frozenset({Months, NoneType}),
}


def fact_value(value: Any) -> Any:
    """A fact from outside as a value of FEEL: a float by the digits it prints, null where that is no number."""
    if isinstance(value, float):
        value = Decimal(repr(float(value)))
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    if isinstance(value, Mapping):
        return {str(name): fact_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [fact_value(item) for item in value]
    if isinstance(value, datetime):
        return _moment(value)
    return value


def completed(value: Any, declared: FeelType) -> Any:
    """A fact with null for each component that its type has and the fact has not: what is absent is null."""
    if isinstance(declared, ContextOf) and isinstance(value, Mapping):
        known = {name: completed(value.get(name), part) for name, part in declared.parts.items()}
        return {**value, **known}
    if isinstance(declared, ListOf) and isinstance(value, list):
        return [completed(item, declared.item) for item in value]
    return value


def _moment(value: datetime) -> Any:
    from recoup.tables.feel.values import date_and_time_from

    return date_and_time_from(value.isoformat())


def conversion(declared: FeelType, constraint: Constraint | None, what: str) -> Conversion | None:
    """Gives values as of a type and what it allows; None where every value is as it should be."""
    allowed = _Allowed.of(constraint) if constraint else None
    if declared == ANY and allowed is None:
        return None
    plain = PLAIN.get(declared, frozenset())

    def convert(value: Any) -> Any:
        if value is None:
            return None
        if type(value) not in plain:
            given, value = value, coerced(value, declared)
            if value is None:
                complain(f"{what} is {shown(given)}, which is no {type_name(declared)}")
                return None
        if allowed is not None and not allowed.holds(value):
            complain(f"{what} is {shown(value)}, which is not allowed")
            return None
        return value

    return convert


@dataclass(frozen=True, slots=True)
class _Allowed:
    """A constraint ready to be looked at."""

    tests: tuple[TestClosure, ...]
    item: _Allowed | None
    parts: Mapping[str, _Allowed]

    @classmethod
    def of(cls, constraint: Constraint) -> _Allowed:
        return cls(
            tuple(any_of(cell.tests) for cell in constraint.tests),
            cls.of(constraint.item) if constraint.item else None,
            {name: cls.of(part) for name, part in constraint.parts.items()},
        )

    def holds(self, value: Any) -> bool:
        """Whether a value is allowed; null always is."""
        if value is None:
            return True
        if not all(test(value, _NO_FACTS) is True for test in self.tests):
            return False
        if self.item is not None and isinstance(value, Sequence) and not isinstance(value, str):
            return all(self.item.holds(item) for item in value)
        if self.parts and isinstance(value, Mapping):
            return all(part.holds(value.get(name)) for name, part in self.parts.items())
        return True


def is_allowed(value: Any, constraint: Constraint) -> bool:
    """Whether a value passes all that its declared type allows."""
    return _Allowed.of(constraint).holds(value)


def shown(value: object) -> str:
    """A value in a sentence, cut short."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def type_name(declared: FeelType) -> str:
    """A type in a sentence."""
    if isinstance(declared, ContextOf):
        return f"context of {', '.join(declared.parts)}"
    if isinstance(declared, ListOf):
        return f"list of {type_name(declared.item)}"
    return getattr(declared, "name", type(declared).__name__.removesuffix("Of").lower())
