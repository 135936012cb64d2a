"""What a built-in function takes: its parameters by name and type, and the conversions that the standard makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from recoup.tables.feel.calendar import utc_midnight
from recoup.tables.feel.kinds import KINDS, Value, kind_of

Converter: TypeAlias = Callable[[Any], Any]

#: What a converter gives for a value that is not of its type.
_UNFIT: Any = object()


def _only(*kinds: str) -> Converter:
    """Takes a value of these kinds, or a list of one such value."""

    def convert(value: Any) -> Any:
        kind = KINDS.get(type(value)) or kind_of(value)
        if kind in kinds:
            return value
        if kind == "list" and len(value) == 1 and "list" not in kinds:
            return convert(value[0])
        return _UNFIT

    return convert


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    return _UNFIT if value is None else [value]


_only_moment, _only_day = _only("date and time"), _only("date")


def _moment(value: Any) -> Any:
    day = _only_day(value)
    return _only_moment(value) if day is _UNFIT else utc_midnight(day)


#: The words by which signatures below name types.
_CONVERTERS: dict[str, Converter] = {
    "any": lambda value: value,
    "string": _only("string"),
    "number": _only("number"),
    "boolean": _only("boolean"),
    "date": _only_day,
    "time": _only("time"),
    "moment": _only_moment,
    "date or moment": _only("date", "date and time"),
    "as moment": _moment,
    "days duration": _only("days duration"),
    "duration": _only("days duration", "months duration"),
    "list": _listed,
    "context": _only("context"),
    "range": _only("range"),
    "function": _only("function"),
    "point": _only("number", "string", "date", "time", "date and time", "days duration", "months duration"),
    "string or null": lambda value: None if value is None else _CONVERTERS["string"](value),
    "days duration or null": lambda value: None if value is None else _CONVERTERS["days duration"](value),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    names: tuple[str, ...]
    converters: tuple[Converter, ...]
    fewest: int
    variadic: bool
    compute: Callable[..., Value]

    @classmethod
    def of(cls, written: str, compute: Callable[..., Value]) -> Signature:
        """Of ``"string: string, length?: number"``; ``?`` marks what may be left out, ``...`` what may be repeated."""
        names, converters, fewest = [], [], 0
        for part in filter(None, written.split(", ")):
            name, _, kind = part.partition(": ")
            fewest += not name.endswith("?")
            names.append(name.rstrip("?."))
            converters.append(_CONVERTERS[kind])
        return cls(tuple(names), tuple(converters), fewest, "..." in written, compute)

    def takes(self, count: int) -> bool:
        """Whether it can be called with that many arguments."""
        return self.fewest <= count and (self.variadic or count <= len(self.names))

    def converted(self, arguments: Sequence[Any]) -> list[Any] | None:
        """The arguments as what it takes; None when one is of another type."""
        converters = self.converters
        if self.variadic:
            converters = (*converters, *converters[-1:] * (len(arguments) - len(converters)))
        found = [convert(argument) for convert, argument in zip(converters, arguments, strict=False)]
        return None if any(each is _UNFIT for each in found) else found


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function by its FEEL name, with the ways to call it, tried in their order."""

    name: str
    signatures: tuple[Signature, ...]
    compute: Callable[..., Value] = field(repr=False)

    def takes(self, count: int) -> bool:
        """Whether it can be called with that many arguments."""
        return any(signature.takes(count) for signature in self.signatures)

    @property
    def arity(self) -> str:
        """How many arguments it takes, for people."""
        fewest = min(signature.fewest for signature in self.signatures)
        if any(signature.variadic for signature in self.signatures):
            return f"{fewest} or more"
        most = max(len(signature.names) for signature in self.signatures)
        return str(fewest) if fewest == most else f"{fewest} to {most}"

    def places(self, names: Sequence[str]) -> tuple[int | None, ...] | None:
        """Which of the named arguments stands at each place (None: left out); None when no signature has the names."""
        for signature in self.signatures:
            if set(names) <= set(signature.names) and set(signature.names[: signature.fewest]) <= set(names):
                last = max(map(signature.names.index, names), default=-1)
                return tuple(names.index(name) if name in names else None for name in signature.names[: last + 1])
        return None


def builtin(name: str, *ways: tuple[str, Callable[..., Value]]) -> Builtin:
    """A function of ways to call it, each a signature and what computes it. Arguments of other types give null."""
    signatures = tuple(Signature.of(written, compute) for written, compute in ways)
    return Builtin(name, signatures, _one_way(signatures[0]) if len(signatures) == 1 else _several_ways(signatures))


def _one_way(signature: Signature) -> Callable[..., Value]:
    compute, converted, takes = signature.compute, signature.converted, signature.takes

    def run(*arguments: Any) -> Value:
        if not takes(len(arguments)):
            return None
        found = converted(arguments)
        return None if found is None else compute(*found)

    return run


def _several_ways(signatures: tuple[Signature, ...]) -> Callable[..., Value]:
    def run(*arguments: Any) -> Value:
        for signature in signatures:
            if signature.takes(len(arguments)):
                found = signature.converted(arguments)
                if found is not None:
                    return signature.compute(*found)
        return None

    return run
