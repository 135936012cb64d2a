"""An expression cut into tokens. Names may hold spaces and marks, so the names in scope decide where one ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.values import EXACT, Value

#: Longest expression that is read: a longer one is a mistake, not a rule.
TEXT_MAX = 10_000

KEYWORDS = frozenset({"and", "or", "if", "then", "else", "between", "in", "true", "false", "null"})
_UNSUPPORTED = ("for", "some", "every", "function", "instance of", "return", "satisfies", "external")
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}

_SKIPPED = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_OPERATOR = re.compile(r"\*\*|<=|>=|!=|\.\.|[-+*/=<>()\[\],.?@]")
_REFUSED_MARKS = {"{": "a context", "}": "a context", ":": "a named argument"}
_WORD = re.compile(r"[^\W\d]\w*")


class Token(NamedTuple):
    """A piece of an expression; ``kind`` is literal, name, function, keyword, operator or end."""

    kind: str
    text: str
    offset: int
    value: Value = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression may use, ready to be found in a text, longest first."""

    known: re.Pattern[str]
    spelled: dict[str, str]

    @classmethod
    def of(cls, names: Iterable[str]) -> Scope:
        """Names with any spacing between their words; a name that is a word of FEEL itself cannot be reached."""
        spelled = {" ".join(name.split()): name for name in names}
        reachable = [name for name in spelled if _WORD.match(name) and name not in KEYWORDS]
        return cls(_alternatives(reachable, after=r"(?!\w)"), spelled)


def _alternatives(names: Iterable[str], *, after: str) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    # A boundary only where the name ends in a letter: "rate (%)" may be followed by anything.
    choices = [
        r"\s+".join(re.escape(word) for word in name.split()) + (after if re.search(r"\w\Z", name) else "")
        for name in longest_first
    ]
    return re.compile("|".join(choices) if choices else r"(?!)")


_FUNCTIONS = _alternatives(BUILTINS, after=r"(?=\s*\()")
_REFUSED = _alternatives(_UNSUPPORTED, after=r"(?!\w)")


def tokens_of(text: str, scope: Scope) -> list[Token]:
    """The tokens of an expression, ended by an ``end`` token.

    Raises FeelError for an unknown name, a broken string or a stray character, UnsupportedFeel for the rest of
    FEEL.
    """
    if len(text) > TEXT_MAX:
        raise FeelError(
            f"the expression is longer than {TEXT_MAX} characters", text=text, offset=TEXT_MAX, construct=""
        )
    return [*_scan(text, scope), Token("end", "", len(text))]


def _scan(text: str, scope: Scope) -> Iterator[Token]:
    offset, after_dot = 0, False
    while True:
        skipped = _SKIPPED.match(text, offset)
        offset = skipped.end() if skipped else offset
        if offset >= len(text):
            return
        token, offset = _part(text, offset) if after_dot else _token(text, offset, scope)
        after_dot = token.kind == "operator" and token.text == "."
        yield token


def _part(text: str, offset: int) -> tuple[Token, int]:
    word = _WORD.match(text, offset)
    if word is None:
        raise FeelError("a name must follow the full stop", text=text, offset=offset, construct=text[offset])
    return Token("name", word.group(), offset), word.end()


def _token(text: str, offset: int, scope: Scope) -> tuple[Token, int]:
    first = text[offset]
    if first == '"':
        return _string(text, offset)
    if number := _NUMBER.match(text, offset):
        return _number(text, number)
    if first.isalpha() or first == "_":
        return _word(text, offset, scope)
    if found := _OPERATOR.match(text, offset):
        return Token("operator", found.group(), offset), found.end()
    if first in _REFUSED_MARKS:
        problem = f"{_REFUSED_MARKS[first]} is FEEL that Recoup does not read"
        raise UnsupportedFeel(problem, text=text, offset=offset, construct=first)
    raise FeelError(f"unexpected {first!r}", text=text, offset=offset, construct=first)


def _number(text: str, found: re.Match[str]) -> tuple[Token, int]:
    stray = _WORD.match(text, found.end())
    if stray:
        written = found.group() + stray.group()
        raise FeelError(f"{written!r} is not a number", text=text, offset=found.start(), construct=written)
    return Token("literal", found.group(), found.start(), EXACT.create_decimal(found.group())), found.end()


def _string(text: str, offset: int) -> tuple[Token, int]:
    found = _STRING.match(text, offset)
    if found is None:
        raise FeelError("the string has no closing quote", text=text, offset=offset, construct=text[offset:][:20])
    try:
        value = _ESCAPE.sub(_unescaped, found.group(1))
    except (KeyError, ValueError, OverflowError):
        raise FeelError("the string has an unknown escape", text=text, offset=offset, construct=found.group()) from None
    return Token("literal", found.group(), offset, value), found.end()


def _unescaped(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    code = short or long
    if code is None:
        return _ESCAPES[letter]
    if 0xD800 <= int(code, 16) <= 0xDFFF:
        raise ValueError("half a character")
    return chr(int(code, 16))


def _word(text: str, offset: int, scope: Scope) -> tuple[Token, int]:
    if found := _FUNCTIONS.match(text, offset):
        return Token("function", " ".join(found.group().split()), offset), found.end()
    if found := scope.known.match(text, offset):
        return Token("name", scope.spelled[" ".join(found.group().split())], offset), found.end()
    if found := _REFUSED.match(text, offset):
        problem = f"{found.group()!r} is FEEL that Recoup does not read"
        raise UnsupportedFeel(problem, text=text, offset=offset, construct=found.group())
    word = _WORD.match(text, offset)
    if word is None:
        raise FeelError(f"unexpected {text[offset]!r}", text=text, offset=offset, construct=text[offset])
    return _keyword(text, word)


def _keyword(text: str, word: re.Match[str]) -> tuple[Token, int]:
    written, offset = word.group(), word.start()
    if written in _LITERALS:
        return Token("literal", written, offset, _LITERALS[written]), word.end()
    if written in KEYWORDS:
        return Token("keyword", written, offset), word.end()
    if re.match(r"[\w ]*:", text[word.end() :]):
        problem = "a named argument is FEEL that Recoup does not read"
        raise UnsupportedFeel(problem, text=text, offset=offset, construct=written)
    if re.match(r"[\w ]*\(", text[word.end() :]):
        called = text[offset:].partition("(")[0].strip()
        problem = f"Recoup has no function {called!r}"
        raise UnsupportedFeel(problem, text=text, offset=offset, construct=called)
    raise FeelError(f"unknown name {written!r}", text=text, offset=offset, construct=written)
