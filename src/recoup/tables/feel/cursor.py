"""A place in the tokens of an expression, and what to say when something else is found there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.tokens import Token


@dataclass(slots=True)
class Cursor:
    """Reads tokens one after the other; ``at`` is the next one."""

    text: str
    tokens: list[Token]
    at: int = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """The next token, which is then behind."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these operators or keywords."""
        return self.next.kind in ("operator", "keyword") and self.next.text in texts

    def skip(self, *texts: str) -> bool:
        """Takes the next token when it is one of these."""
        found = self.sees(*texts)
        self.at += found
        return found

    def expect(self, text: str, after: str) -> None:
        """Takes a token that must come next. Raises FeelError when it does not."""
        if not self.skip(text):
            self.refuse(f"{text!r} is missing {after}")

    def expect_end(self) -> None:
        """Raises FeelError when anything is left."""
        if self.next.kind != "end":
            self.refuse(f"unexpected {self.next.text!r}")

    def refuse(self, problem: str) -> NoReturn:
        """Raises FeelError at the next token."""
        if self.sees("["):
            self.unsupported("a filter")
        raise FeelError(problem, text=self.text, offset=self.next.offset, construct=self.next.text)

    def unsupported(self, construct: str) -> NoReturn:
        """Raises UnsupportedFeel at the next token."""
        raise UnsupportedFeel(
            f"{construct} is FEEL that Recoup does not read",
            text=self.text,
            offset=self.next.offset,
            construct=self.next.text,
        )
