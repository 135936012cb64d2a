"""The names that an expression may use, found in a text whatever spaces and marks they hold.

Source: OMG DMN 1.5, chapters 10.3.1.2 (names) and 10.3.1.4 (the longest name known wins).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf, ListOf, RangeOf, Simple

#: A word of a name; letters of every script, and the signs that FEEL allows beyond Python's idea of a letter.
WORD_TEXT = r"(?:[^\W\d]|[\U00010000-\U000EFFFF])(?:\w|[\U00010000-\U000EFFFF·\u0300-\u036f\u203f\u2040])*"
WORD = re.compile(WORD_TEXT)

KEYWORDS = frozenset(
    {
        "and", "or", "if", "then", "else", "between", "in", "true", "false", "null", "for", "some", "every", "return",
        "satisfies", "function", "instance",
    }
)  # fmt: skip


class Spelling(NamedTuple):
    """A name as it may stand in a text: ``pattern`` is None where it is a single word."""

    name: str
    pattern: re.Pattern[str] | None
    length: int


Spellings = Mapping[str, tuple[Spelling, ...]]


@lru_cache(maxsize=20_000)
def _spelling(name: str) -> tuple[str, Spelling] | None:
    """The first word of a name, and how it may stand; None for a name that does not begin with a word."""
    written = " ".join(name.split())
    first = WORD.match(written)
    if first is None:
        return None
    if first.end() == len(written):
        return written, Spelling(name, None, len(written))
    # A boundary only where the name ends in a letter: "rate (%)" may be followed by anything.
    end = r"(?!\w)" if re.search(r"\w\Z", written) else ""
    pattern = re.compile(r"\s+".join(map(re.escape, written.split(" "))) + end)
    return first.group(), Spelling(name, pattern, len(written))


def spellings_of(names: Iterable[str]) -> dict[str, tuple[Spelling, ...]]:
    """Names by their first words, the longest first."""
    found: dict[str, list[Spelling]] = {}
    for name in names:
        spelled = _spelling(name)
        if spelled is not None:
            found.setdefault(spelled[0], []).append(spelled[1])
    return {word: tuple(sorted(each, key=lambda spelling: -spelling.length)) for word, each in found.items()}


def find(spellings: Spellings, word: re.Match[str], text: str) -> tuple[str, int] | None:
    """The longest name that begins with this word of a text, and where it ends."""
    for spelling in spellings.get(word.group(), ()):
        if spelling.pattern is None:
            return spelling.name, word.end()
        found = spelling.pattern.match(text, word.start())
        if found is not None:
            return spelling.name, found.end()
    return None


def components_of(kind: FeelType) -> Iterator[str]:
    """The names of all components in a type, however deep."""
    if isinstance(kind, ContextOf):
        yield from kind.parts
        for part in kind.parts.values():
            yield from components_of(part)
    elif isinstance(kind, ListOf | RangeOf):
        yield from components_of(kind.item)
    elif isinstance(kind, FunctionOf):
        yield from components_of(kind.result)


@dataclass(frozen=True, slots=True)
class Scope:
    """Names with their types, as of one place in an expression.

    ``components`` are names that the items of a filter around supply; ``lenient`` is whether such items may have
    components that are not known. A name without a type is known to be no function.
    """

    spellings: Spellings
    types: Mapping[str, FeelType]
    parts: Spellings
    components: frozenset[str] = frozenset()
    lenient: bool = False
    named_types: Mapping[str, FeelType] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, names: Iterable[str] | Mapping[str, FeelType], types: Mapping[str, FeelType] | None = None) -> Scope:
        """The scope of names with any spacing between their words; a name that is a word of FEEL cannot be reached."""
        given = tuple(names.items()) if isinstance(names, Mapping) and _typed(names) else tuple(names)
        scope = _scope_of(given)
        return replace(scope, named_types=types) if types else scope

    def type_of(self, name: str) -> FeelType:
        """The type of a name, Any where it is not known."""
        return self.types.get(name, ANY)

    def may_call(self, name: str) -> bool:
        """Whether a name may be that of a function."""
        kind = self.types.get(name)
        if kind is None:
            return name in self.components
        return isinstance(kind, FunctionOf) or kind == ANY

    def within(self, names: Mapping[str, FeelType], *, components: bool = False, lenient: bool | None = None) -> Scope:
        """The scope with more names, which hide others of the same name."""
        first = spellings_of(names)
        merged = dict(self.spellings)
        for word, each in first.items():
            hidden = {spelling.name for spelling in each}
            kept = [spelling for spelling in merged.get(word, ()) if spelling.name not in hidden]
            merged[word] = tuple(sorted([*each, *kept], key=lambda spelling: -spelling.length))
        return replace(
            self,
            spellings=merged,
            types={**self.types, **names},
            parts=self._parts_with(part for kind in names.values() for part in components_of(kind)),
            components=self.components | names.keys() if components else self.components - names.keys(),
            lenient=self.lenient if lenient is None else lenient,
        )

    def with_parts(self, names: Iterable[str]) -> Scope:
        """The scope with more names known to be components of something."""
        return replace(self, parts=self._parts_with(names))

    def _parts_with(self, names: Iterable[str]) -> Spellings:
        known = {spelling.name for each in self.parts.values() for spelling in each}
        new = set(names) - known
        return spellings_of(known | new) if new else self.parts


def _typed(names: Mapping[str, object]) -> bool:
    return not names or isinstance(next(iter(names.values())), Simple | ListOf | ContextOf | RangeOf | FunctionOf)


@lru_cache(maxsize=256)
def _scope_of(given: tuple[str | tuple[str, FeelType], ...]) -> Scope:
    types: dict[str, FeelType] = {}
    names = []
    for each in given:
        if isinstance(each, tuple):
            names.append(each[0])
            types[each[0]] = each[1]
        else:
            names.append(each)
    reachable = [name for name in names if " ".join(name.split()) not in KEYWORDS]
    parts = {part for kind in types.values() for part in components_of(kind)}
    return Scope(spellings_of(reachable), types, spellings_of(parts))
