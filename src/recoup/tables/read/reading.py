"""What a reading of one file shares: where it is, and every problem found so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from recoup.tables.feel import FeelError, UnsupportedFeel, compile_expression, compile_unary_tests
from recoup.tables.feel.nodes import AnyValue, Literal, Node, Test
from recoup.tables.feel.types import FeelType
from recoup.tables.model import Cell, Entry
from recoup.tables.problems import Problem, Severity
from recoup.tables.read.grammar import ATTRIBUTES, CHILDREN, EXPRESSIONS, UNREAD
from recoup.tables.read.pieces import Piece

#: The names that an expression may use, with their types.
Scope = Mapping[str, FeelType]
_Read = TypeVar("_Read")

#: Names under which expressions are said to be FEEL, in every version of the standard.
_FEEL = re.compile(
    r"(feel|https?://www\.omg\.org/spec/(feel/20140401|dmn/(20151101|20180521|20191111|20211108|20230324)/feel))/?",
    re.IGNORECASE,
)


def is_feel(language: str) -> bool:
    """Whether an expression language or a type language is FEEL."""
    return not language or _FEEL.fullmatch(language.strip()) is not None


@dataclass(slots=True)
class Reading:
    """One file being read. Problems are collected, so that a person hears of all of them at once."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    table: str = ""
    rule: int | None = None
    #: The types of the model's items, for ``instance of``.
    item_types: Mapping[str, FeelType] = field(default_factory=dict)
    #: Tests by text and scope: cells of a table repeat each other.
    _tests: dict[tuple[str, int], tuple[Test, ...]] = field(default_factory=dict)
    _nodes: dict[tuple[str, int], Node] = field(default_factory=dict)
    #: Scopes are compared by identity while they are alive.
    _scopes: dict[int, Scope] = field(default_factory=dict)

    def refuse(self, message: str, at: Piece, construct: str = "", *, code: str = "unsupported") -> None:
        """Notes something that Recoup does not support."""
        self._note(code, "refused", message, at.line, construct or f"<{at.tag}>")

    def wrong(self, message: str, at: Piece, construct: str = "", *, code: str = "invalid-model") -> None:
        """Notes something that is wrong in itself."""
        self._note(code, "error", message, at.line, construct or f"<{at.tag}>")

    def _note(self, code: str, severity: Severity, message: str, line: int, construct: str) -> None:
        message, construct, table = _cut(message, 400), _cut(construct, 80), _cut(self.table, 80)
        problem = Problem(code, severity, message, self.file, line, construct, table, self.rule)
        if problem not in self.problems[-3:]:
            self.problems.append(problem)

    def check(self, piece: Piece, row: str = "") -> None:
        """Notes every element and attribute below that the standard does not have, or not there."""
        attributes, children = ATTRIBUTES[row or piece.tag], CHILDREN[row or piece.tag]
        for name in piece.attributes:
            if name not in attributes and not name.startswith("xsi:"):
                self.refuse(f"<{piece.tag}> has no attribute {name!r} that Recoup knows", piece, name)
        for child in piece.children:
            if child.tag not in children:
                self.refuse(f"<{piece.tag}> holds no <{child.tag}> that Recoup knows", child)
            elif child.tag not in UNREAD:
                # The input data of a service are references, not elements of their own.
                self.check(
                    child, "inputDecision" if piece.tag == "decisionService" and child.tag == "inputData" else ""
                )
        if piece.text.strip() and piece.tag not in ("text", "typeRef"):
            self.refuse(f"text stands loose in <{piece.tag}>", piece, piece.text.strip()[:40])

    def is_language_known(self, piece: Piece, attribute: str = "expressionLanguage") -> bool:
        """Whether the element is written in FEEL; notes a problem when it is not."""
        language = piece.get(attribute)
        if not is_feel(language):
            self.refuse("only FEEL is read", piece, language[:80])
            return False
        return True

    def only_expression(self, piece: Piece) -> Piece | None:
        """The one boxed expression in an element, None where there is none."""
        found = piece.all(*EXPRESSIONS)
        if len(found) > 1:
            self.wrong(f"<{piece.tag}> holds {len(found)} expressions, not one", found[1])
        return found[0] if found else None

    # --- texts of FEEL --------------------------------------------------------------------------------

    def entry(self, piece: Piece, scope: Scope, what: str) -> Entry:
        """The expression written in an element's text."""
        text, line = self._text(piece, what)
        if not text.strip():
            return Entry("", Literal(None), line)
        read = _once(self._nodes, (text, self._known(scope)), lambda: self._node(text, scope))
        return Entry(text.strip(), self._read(read, piece, line) or Literal(None), line)

    def cell(self, piece: Piece, scope: Scope) -> Cell:
        """The tests written in an element's text; nothing written holds for every value."""
        text, line = self._text(piece, "")
        if text.strip() in ("", "-"):
            return Cell("-", (AnyValue(),), line)
        read = _once(self._tests, (text, self._known(scope)), lambda: self._cell_tests(text, scope))
        return Cell(text.strip(), self._read(read, piece, line) or (AnyValue(),), line)

    def node(self, text: str, scope: Scope, piece: Piece, line: int) -> Node | None:
        """The node of a text that stands in an element; None with a note when it cannot be read."""
        return self._read(lambda: self._node(text, scope), piece, line)

    def _node(self, text: str, scope: Scope) -> Node:
        return compile_expression(text, scope, types=self.item_types).node

    def _cell_tests(self, text: str, scope: Scope) -> tuple[Test, ...]:
        return compile_unary_tests(text, scope, types=self.item_types).tests

    def _text(self, piece: Piece, what: str) -> tuple[str, int]:
        self.is_language_known(piece)
        if imported := piece.first("importedValues"):
            self.refuse("imported values are not read", imported)
        child = piece.first("text")
        if what and (child is None or not child.text.strip()):
            self.wrong(f"{what} is empty", piece)
        return (child.text, child.line) if child else ("", piece.line)

    def _known(self, scope: Scope) -> int:
        self._scopes[id(scope)] = scope
        return id(scope)

    def _read(self, read: Callable[[], _Read], piece: Piece, line: int) -> _Read | None:
        try:
            return read()
        except FeelError as problem:
            severity: Severity = "refused" if isinstance(problem, UnsupportedFeel) else "error"
            code = "unsupported" if severity == "refused" else "invalid-feel"
            message = f"{problem.problem}, column {problem.column}"
            self._note(code, severity, message, line + problem.line - 1, problem.construct[:80] or f"<{piece.tag}>")
        except RecursionError:
            self.refuse("the expression is nested too deep", piece)
        except ArithmeticError:
            self.refuse("the expression holds a number that does not fit", piece)
        return None


def _once(cache: dict[tuple[str, int], _Read], key: tuple[str, int], read: Callable[[], _Read]) -> Callable[[], _Read]:
    def found() -> _Read:
        if key not in cache:
            cache[key] = read()
        return cache[key]

    return found


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
