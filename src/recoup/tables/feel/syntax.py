"""Tokens into nodes: the grammar of FEEL. Source: OMG DMN 1.5, chapter 10.3.1.2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recoup.tables.feel import nodes
from recoup.tables.feel.errors import FeelError
from recoup.tables.feel.nodes import Node, Test
from recoup.tables.feel.primaries import Primaries
from recoup.tables.feel.scope import Scope
from recoup.tables.feel.types import FeelType

#: Longest way from the top of an expression down to a value: more would exhaust the stack when it is evaluated.
HEIGHT_MAX = 120
_SHORT = 200

Names = Iterable[str] | Mapping[str, FeelType]


def expression_of(
    text: str, names: Names, *, types: Mapping[str, FeelType] | None = None, strict: bool = False
) -> Node:
    """The node of one expression over the given names. Raises FeelError."""
    parser = _Parser(text, Scope.of(names, types), strict=strict)
    node = parser.expression()
    parser.expect_end()
    _check_height(text, (node,))
    return node


def unary_tests_of(
    text: str, names: Names, *, types: Mapping[str, FeelType] | None = None, strict: bool = False
) -> tuple[Test, ...]:
    """The tests of one cell of a decision table; one of them must hold. Raises FeelError."""
    parser = _Parser(text, Scope.of(names, types), strict=strict, in_test=True)
    tests = parser.unary_tests()
    parser.expect_end()
    _check_height(text, tests)
    return tests


def _check_height(text: str, top: tuple[Node | Test, ...]) -> None:
    """Refuses chains of hundreds of operators, each of which is a step down. Short texts cannot hold as many."""
    if len(text) < _SHORT:
        return
    level: list[Node | Test] = list(top)
    for _ in range(HEIGHT_MAX):
        level = [below for node in level for below in nodes.below(node)]
        if not level:
            return
    raise FeelError(f"the expression is nested more than {HEIGHT_MAX} deep", text=text, offset=0, construct=text[:20])


class _Parser(Primaries):
    __slots__ = ()

    def unary_tests(self) -> tuple[Test, ...]:
        if self.sees("-"):
            start = self.next
            self.take()
            if self.next.kind == "end":
                return (nodes.AnyValue(),)
            self.next = start
        if self.next.kind == "function" and self.next.text == "not":
            return self._negated_tests()
        return self.tests()

    def _negated_tests(self) -> tuple[Test, ...]:
        start = self.take()
        if self.skip("("):
            tests = self.tests()
            self.expect(")", "after 'not'")
            if self.next.kind == "end":
                return (nodes.NoneOf(tests),)
        # Something follows, so this was the function in a longer condition.
        self.next = start
        return self.tests()
