"""A place in the tokens of an expression, and what to say when something else is found there."""

from __future__ import annotations

import re
from typing import NoReturn

from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.scope import Scope
from recoup.tables.feel.tokens import TEXT_MAX, Token, token_at

_ENDS_OPERAND = frozenset({"literal", "name", "function", "word"})
_CLOSING = frozenset(")]}?")


class Cursor:
    """Reads tokens one after the other; ``next`` is the one that comes. The scope may change on the way."""

    __slots__ = ("next", "scope", "text")

    def __init__(self, text: str, scope: Scope) -> None:
        """Raises FeelError for a text that is too long, and for a first token that is none."""
        if len(text) > TEXT_MAX:
            problem = f"the expression is longer than {TEXT_MAX} characters"
            raise FeelError(problem, text=text, offset=TEXT_MAX, construct="")
        self.text = text
        self.scope = scope
        self.next: Token = token_at(text, 0, scope, after_operand=False)

    def take(self) -> Token:
        """The next token, which is then behind."""
        token = self.next
        after_operand = token.kind in _ENDS_OPERAND or (token.kind == "operator" and token.text in _CLOSING)
        self.next = token_at(self.text, token.end, self.scope, after_operand=after_operand)
        return token

    def go_to(self, offset: int, *, after_operand: bool) -> None:
        """Goes on at a place in the text."""
        self.next = token_at(self.text, offset, self.scope, after_operand=after_operand)

    def enter(self, scope: Scope) -> Scope:
        """Reads what comes next with other names; gives the scope that was. A value is due next."""
        before, self.scope = self.scope, scope
        if self.next.kind not in ("operator", "end"):
            self.go_to(self.next.offset, after_operand=False)
        return before

    def leave(self, scope: Scope) -> None:
        """Goes back to the names from before; an operator is due next."""
        self.scope = scope
        if self.next.kind not in ("operator", "end"):
            self.go_to(self.next.offset, after_operand=True)

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these operators or keywords."""
        token = self.next
        return token.text in texts and token.kind in ("operator", "keyword")

    def skip(self, *texts: str) -> bool:
        """Takes the next token when it is one of these."""
        found = self.sees(*texts)
        if found:
            self.take()
        return found

    def expect(self, text: str, after: str) -> None:
        """Takes a token that must come next. Raises FeelError when it does not."""
        if not self.skip(text):
            self.refuse(f"{text!r} is missing {after}")

    def expect_end(self) -> None:
        """Raises FeelError when anything is left."""
        if self.next.kind != "end":
            self.refuse(f"unexpected {self.next.text!r}")

    def read(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands at the next token, by a pattern."""
        return pattern.match(self.text, self.next.offset)

    def refuse(self, problem: str, at: Token | None = None) -> NoReturn:
        """Raises FeelError at a token, the next one by default."""
        token = at or self.next
        raise FeelError(problem, text=self.text, offset=token.offset, construct=token.text)

    def unsupported(self, construct: str, at: Token | None = None) -> NoReturn:
        """Raises UnsupportedFeel at a token, the next one by default."""
        token = at or self.next
        problem = f"{construct} is FEEL that Recoup does not read"
        raise UnsupportedFeel(problem, text=self.text, offset=token.offset, construct=token.text)
