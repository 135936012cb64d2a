"""An expression cut into tokens, one at a time: the names in scope decide where a name ends.

Source: OMG DMN 1.5, chapter 10.3.1.2.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from recoup.tables.feel.errors import FeelError
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.scope import KEYWORDS, WORD, WORD_TEXT, Scope, find, spellings_of
from recoup.tables.feel.types import ANY, FunctionOf
from recoup.tables.feel.values import EXACT, Value

#: Longest expression that is read: a longer one is a mistake, not a rule.
TEXT_MAX = 10_000

#: Words that are operators where one is expected, whatever names there are.
OPERATOR_WORDS = frozenset({"and", "or", "in", "between", "then", "else", "return", "satisfies", "instance"})
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}

_SPACE = r"(?:[\s\ufeff\u180e\u200b]+|//[^\n]*|/\*(?s:.*?)\*/)*"
SKIPPED = re.compile(_SPACE)
_TOKEN = re.compile(
    _SPACE
    + r"(?:(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)"
    + rf"|(?P<word>{WORD_TEXT})"
    + r'|(?P<string>"(?:[^"\\\n\r]|\\.)*")'
    + r"|(?P<operator>\*\*|<=|>=|!=|\.\.|->|[-+*/=<>()\[\]{},.:?@]))"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_HALVES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_CALLED = re.compile(_SPACE + r"\(")
_FUNCTIONS = spellings_of(BUILTINS)


class Token(NamedTuple):
    """A piece of an expression, from ``offset`` to ``end``.

    ``kind`` is literal, name, function (a built-in), word (not known), keyword, operator or end.
    """

    kind: str
    text: str
    offset: int
    end: int
    value: Value = None


def token_at(text: str, offset: int, scope: Scope, *, after_operand: bool) -> Token:
    """The token that begins at a place or after the spaces there. Raises FeelError for a stray character.

    ``after_operand`` is whether a value has just ended, so that an operator is due.
    """
    found = _TOKEN.match(text, offset)
    if found is None:
        return _stray(text, offset)
    kind = found.lastgroup
    if kind == "word":
        start = found.start("word")
        word = WORD.match(text, start)
        if word is None:  # pragma: no cover  # the pattern has just matched a word
            raise AssertionError(text)
        return _after_operand(word) if after_operand else _word(text, word, scope)
    start = found.start(kind or 0)
    written = text[start : found.end()]
    if kind == "number":
        return _number(text, written, start, found.end())
    if kind == "string":
        return Token("literal", written, start, found.end(), string_value(text, written, start))
    return Token("operator", written, start, found.end())


def _stray(text: str, offset: int) -> Token:
    skipped = SKIPPED.match(text, offset)
    at = skipped.end() if skipped else offset
    if at >= len(text):
        return Token("end", "", len(text), len(text))
    if text[at] == '"':
        raise FeelError("the string has no closing quote", text=text, offset=at, construct=text[at:][:20])
    raise FeelError(f"unexpected {text[at]!r}", text=text, offset=at, construct=text[at])


def _number(text: str, written: str, start: int, end: int) -> Token:
    stray = WORD.match(text, end)
    if stray:
        written += stray.group()
        raise FeelError(f"{written!r} is not a number", text=text, offset=start, construct=written)
    try:
        return Token("literal", written, start, end, EXACT.create_decimal(written))
    except ArithmeticError:
        raise FeelError(f"{written} is too large", text=text, offset=start, construct=written) from None


def string_value(text: str, written: str, offset: int) -> str:
    """What a string in quotes says. Raises FeelError for half a character."""
    value = written[1:-1]
    if "\\" in value:
        try:
            value = _HALVES.sub(_joined, _ESCAPE.sub(_unescaped, value))
            value.encode()
        except (ValueError, OverflowError):
            problem = "the string has an unknown escape"
            raise FeelError(problem, text=text, offset=offset, construct=written) from None
    return value


def _unescaped(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    code = short or long
    if code is not None:
        return chr(int(code, 16))
    # A backslash before any other letter is a backslash: the grammar allows it as a character.
    return _ESCAPES.get(letter, "\\" + letter)


def _joined(halves: re.Match[str]) -> str:
    return halves.group().encode("utf-16", "surrogatepass").decode("utf-16")


def _after_operand(word: re.Match[str]) -> Token:
    kind = "keyword" if word.group() in OPERATOR_WORDS else "word"
    return Token(kind, word.group(), word.start(), word.end())


def _word(text: str, word: re.Match[str], scope: Scope) -> Token:
    written, start = word.group(), word.start()
    known = find(scope.spellings, word, text) if written in scope.spellings else None
    if written in KEYWORDS and (known is None or known[1] <= word.end()):
        if written in _LITERALS:
            return Token("literal", written, start, word.end(), _LITERALS[written])
        return Token("keyword", written, start, word.end())
    builtin = find(_FUNCTIONS, word, text) if written in _FUNCTIONS else None
    if builtin is not None and _hides(builtin, known, text, scope):
        return Token("function", builtin[0], start, builtin[1])
    if known is not None:
        return Token("name", known[0], start, known[1])
    return Token("word", written, start, word.end())


def _hides(builtin: tuple[str, int], known: tuple[str, int] | None, text: str, scope: Scope) -> bool:
    """Whether a built-in function is meant, not a name of the model's that is spelled alike."""
    if known is None:
        return True
    if _CALLED.match(text, builtin[1]) is None or known[1] > builtin[1]:
        return False
    kind = scope.types.get(known[0], ANY)
    return known[1] < builtin[1] or not isinstance(kind, FunctionOf)
