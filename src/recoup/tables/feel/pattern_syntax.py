"""Regular expressions of XPath read into a small program. Sources: XML Schema 2, appendix F; XPath functions 3.1, 5.6.

What the standard calls an error makes no pattern (null); what other dialects know besides (looking around, words'
ends, references back) is refused, for it would mean something else elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

#: Longest pattern, and the most steps of a program: counted repetitions are written out.
PATTERN_MAX = 2_000
PROGRAM_MAX = 4_000

CharTest: TypeAlias = Callable[[str], bool]


class BadPattern(ValueError):
    """A text that is no regular expression; functions give null for it."""


class UnreadPattern(ValueError):
    """A regular expression that Recoup does not read."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character that passes a test."""

    holds: CharTest


@dataclass(frozen=True, slots=True)
class Edge:
    """A place without width: ``^`` or ``$``; ``lines`` when that of every line counts."""

    sign: str
    lines: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """One part after the other."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first of the branches that leads to a match."""

    branches: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part that is captured under a number."""

    number: int
    part: Any


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part so many times; ``most`` None has no limit, ``lazy`` takes as few as it can."""

    part: Any
    fewest: int
    most: int | None
    lazy: bool


_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"} | {mark: mark for mark in "\\|.-^?*+{}()[]$"}
_SPACES = " \t\n\r"


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _is_name_start(char: str) -> bool:
    return char in ":_" or unicodedata.category(char) in ("Lu", "Ll", "Lo", "Lt", "Nl")


def _is_name(char: str) -> bool:
    return _is_name_start(char) or char in ".-·" or unicodedata.category(char) in ("Nd", "Mc", "Me", "Mn", "Lm")


_CLASSES: dict[str, CharTest] = {
    "d": lambda char: unicodedata.category(char) == "Nd",
    "s": lambda char: char in _SPACES,
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name,
}
_CATEGORIES = frozenset(
    {
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
        "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
    }
)  # fmt: skip


def _without_spaces(text: str) -> str:
    """A pattern under flag x: spaces outside classes are no part of it."""
    kept, depth, escaped = [], 0, False
    for char in text:
        if char in _SPACES and not depth:
            continue
        kept.append(char)
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


def _not(holds: CharTest) -> CharTest:
    return lambda char: not holds(char)


@dataclass(slots=True)
class PatternReader:
    """Reads one pattern. ``flags`` are those of XPath: s, m, i, x."""

    text: str
    flags: str
    at: int = 0
    groups: int = 0
    depth: int = field(default=0)

    def read(self) -> Any:
        """The pattern's tree. Raises BadPattern, UnreadPattern."""
        if len(self.text) > PATTERN_MAX:
            raise UnreadPattern(f"the pattern is longer than {PATTERN_MAX} characters")
        if "x" in self.flags:
            self.text = _without_spaces(self.text)
        tree = self._choice()
        if self.at < len(self.text):
            raise BadPattern(f"unexpected {self.text[self.at]!r}")
        return tree

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, mark: str) -> bool:
        found = self._next() == mark
        self.at += found
        return found

    def _choice(self) -> Any:
        self.depth += 1
        if self.depth > 50:
            raise UnreadPattern("the pattern is nested more than 50 deep")
        branches = [self._sequence()]
        while self._skip("|"):
            branches.append(self._sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Any:
        parts = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return Parts(tuple(parts))

    def _repeated(self, part: Any) -> Any:
        mark = self._next()
        if mark not in ("?", "*", "+", "{"):
            return part
        if isinstance(part, Edge):
            raise UnreadPattern("a repeated edge is not read")
        self.at += 1
        fewest, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(mark) or self._counts()
        lazy = self._skip("?")
        if self._next() in ("*", "+", "{") or (not lazy and self._next() == "?"):
            if self._next() == "+":
                raise UnreadPattern("possessive repetition is not read")
            raise BadPattern("a repetition of a repetition")
        return Repeat(part, fewest, most, lazy)

    def _counts(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : end].partition(",")
        if end < 0 or not low.isascii() or not low.isdigit() or (high and not (high.isascii() and high.isdigit())):
            raise BadPattern("a repetition that is no number")
        self.at = end + 1
        fewest, most = int(low[:9]), (int(high[:9]) if high else None) if comma else int(low[:9])
        if most is not None and most < fewest:
            raise BadPattern("a repetition of more than its most")
        if max(fewest, most or 0) > 1000:
            raise UnreadPattern("a repetition of more than 1000")
        return fewest, most

    def _atom(self) -> Any:
        mark = self._next()
        self.at += 1
        if mark == "(":
            return self._group()
        if mark == "[":
            return Chars(self._folded(self._class()))
        if mark == ".":
            return Chars((lambda _char: True) if "s" in self.flags else (lambda char: char not in "\n\r"))
        if mark in ("^", "$"):
            return Edge(mark, "m" in self.flags)
        if mark == "\\":
            return Chars(self._folded(self._escape()))
        if mark in ("?", "*", "+", "{", "}", "]"):
            raise BadPattern(f"{mark!r} stands alone")
        return Chars(self._folded(lambda char: char == mark))

    def _group(self) -> Any:
        if self.text.startswith("?:", self.at):
            self.at += 2
            part = self._choice()
        elif self._next() == "?":
            raise UnreadPattern("a group with (? is not read")
        else:
            self.groups += 1
            number = self.groups
            part = Group(number, self._choice())
        if not self._skip(")"):
            raise BadPattern("a group is not closed")
        return part

    def _escape(self) -> CharTest:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter in _ESCAPED:
            wanted = _ESCAPED[letter]
            return lambda char: char == wanted
        if letter.lower() in _CLASSES and letter:
            holds = _CLASSES[letter.lower()]
            return holds if letter.islower() else _not(holds)
        if letter in ("p", "P"):
            return self._category(without=letter == "P")
        if letter.isalnum():
            raise UnreadPattern(f"\\{letter} is not read")
        raise BadPattern(f"\\{letter} is no escape")

    def _category(self, *, without: bool) -> CharTest:
        end = self.text.find("}", self.at)
        name = self.text[self.at + 1 : end]
        if self.text[self.at : self.at + 1] != "{" or end < 0:
            raise BadPattern("a category without its name")
        if name not in _CATEGORIES:
            raise UnreadPattern(f"the category {name} is not read")
        self.at = end + 1
        holds: CharTest = lambda char: unicodedata.category(char).startswith(name)  # noqa: E731  # a value here
        return _not(holds) if without else holds

    # --- classes in brackets ---------------------------------------------------------------------------

    def _class(self) -> CharTest:
        without = self.text.startswith("^", self.at)
        self.at += without
        tests: list[CharTest] = []
        less: CharTest | None = None
        while not self.text.startswith("]", self.at) or not tests:
            if tests and self.text.startswith("-[", self.at):
                self.at += 2
                less = self._class()
                break
            tests.append(self._member(first=not tests))
        if not self.text.startswith("]", self.at):
            raise BadPattern("a class is not closed")
        self.at += 1
        return _class_test(tuple(tests), less, without=bool(without))

    def _member(self, *, first: bool) -> CharTest:
        low = self._class_char(first=first)
        if not isinstance(low, str):
            return low
        follows = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at : self.at + 1] != "-" or follows in ("]", "[", ""):
            return lambda char: char == low
        self.at += 1
        high = self._class_char(first=False)
        if not isinstance(high, str) or high < low:
            raise BadPattern("a range of characters without an end")
        return lambda char: low <= char <= high

    def _class_char(self, *, first: bool) -> str | CharTest:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char == "\\":
            letter = self.text[self.at : self.at + 1]
            if letter in _ESCAPED:
                self.at += 1
                return _ESCAPED[letter]
            return self._escape()
        if char in ("", "["):
            self._stray(char)
        if char == "-" and not first and self.text[self.at : self.at + 1] != "]":
            raise BadPattern("a hyphen in the middle of a class")
        if char == "]":
            raise BadPattern("an empty class")
        if char == "&" and self.text.startswith("&", self.at):
            raise UnreadPattern("&& in a class is not read")
        return char

    @staticmethod
    def _stray(char: str) -> NoReturn:
        if char:
            raise UnreadPattern("a class in a class is not read")
        raise BadPattern("a class is not closed")

    def _folded(self, holds: CharTest) -> CharTest:
        if "i" not in self.flags:
            return holds
        return lambda char: any(holds(each) for each in {char, char.lower(), char.upper()} if len(each) == 1)


def _class_test(tests: tuple[CharTest, ...], less: CharTest | None, *, without: bool) -> CharTest:
    def holds(char: str) -> bool:
        found = any(test(char) for test in tests) is not without
        return found and not (less is not None and less(char))

    return holds
