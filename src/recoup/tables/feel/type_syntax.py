"""Types as they are written after ``instance of`` and in parameters. Source: OMG DMN 1.5, grammar rule 66."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recoup.tables.feel.errors import FeelError
from recoup.tables.feel.scope import WORD, find, spellings_of
from recoup.tables.feel.tokens import SKIPPED
from recoup.tables.feel.types import ANY, BY_NAME, ContextOf, FeelType, FunctionOf, ListOf, RangeOf

_BUILT_IN = spellings_of(BY_NAME)
_COMPONENT = re.compile(r"([^\W\d][^:<>,]*?)\s*:")
_DEPTH_MAX = 20


class TypeReader:
    """Reads types in a text; ``at`` is where the last one ended. ``named`` are those of the model's items."""

    def __init__(self, text: str, at: int, named: Mapping[str, FeelType]) -> None:
        self.text = text
        self.at = at
        self._named = spellings_of(named)
        self._types = named
        self._depth = 0

    def read(self) -> FeelType:
        """The type that stands here. Raises FeelError."""
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise self._error("the type is nested too deep")
        found = self._type()
        self._depth -= 1
        return found

    def _type(self) -> FeelType:
        self._skip()
        word = WORD.match(self.text, self.at)
        if word is None:
            raise self._error("a type is missing")
        named = self._longest(word)
        if named is not None:
            return named
        start, self.at = self.at, word.end()
        kind = word.group()
        readers = {"list": self._list, "range": self._range, "context": self._context, "function": self._function}
        if kind in readers:
            return readers[kind]()
        self.at = start
        raise self._error(f"unknown type {kind!r}")

    def _longest(self, word: re.Match[str]) -> FeelType | None:
        own, built_in = find(self._named, word, self.text), find(_BUILT_IN, word, self.text)
        if own is not None and (built_in is None or own[1] >= built_in[1]):
            self.at = own[1]
            return self._types[own[0]]
        if built_in is None:
            return None
        self.at = built_in[1]
        return BY_NAME[built_in[0]]

    def _list(self) -> FeelType:
        return ListOf(self._inside() if self._takes("<") else ANY)

    def _range(self) -> FeelType:
        return RangeOf(self._inside() if self._takes("<") else ANY)

    def _inside(self) -> FeelType:
        found = self.read()
        self._expect(">")
        return found

    def _context(self) -> FeelType:
        parts: dict[str, FeelType] = {}
        if self._takes("<"):
            while True:
                self._skip()
                name = _COMPONENT.match(self.text, self.at)
                if name is None:
                    raise self._error("a component needs a name and a type")
                self.at = name.end()
                parts[" ".join(name.group(1).split())] = self.read()
                if not self._takes(","):
                    break
            self._expect(">")
        return ContextOf(parts)

    def _function(self) -> FeelType:
        parameters: list[FeelType] = []
        self._expect("<")
        if not self._takes(">"):
            parameters.append(self.read())
            while self._takes(","):
                parameters.append(self.read())
            self._expect(">")
        self._expect("->")
        return FunctionOf(tuple(parameters), self.read())

    def _skip(self) -> None:
        skipped = SKIPPED.match(self.text, self.at)
        self.at = skipped.end() if skipped else self.at

    def _takes(self, mark: str) -> bool:
        self._skip()
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) * found
        return found

    def _expect(self, mark: str) -> None:
        if not self._takes(mark):
            raise self._error(f"{mark!r} is missing in the type")

    def _error(self, problem: str) -> FeelError:
        return FeelError(problem, text=self.text, offset=self.at, construct=self.text[self.at : self.at + 20])
