"""Operators between values, and the tests of cells and of ``in``. Source: OMG DMN 1.5, chapter 10.3.1.2."""

from __future__ import annotations

from abc import abstractmethod

from recoup.tables.feel import nodes
from recoup.tables.feel.cursor import Cursor
from recoup.tables.feel.nodes import Node, Test
from recoup.tables.feel.scope import Scope
from recoup.tables.feel.tokens import Token
from recoup.tables.feel.type_syntax import TypeReader
from recoup.tables.feel.types import FeelType

#: Deepest nesting that is read: enough for any rule, too little to exhaust the stack.
DEPTH_MAX = 40
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(1, 7)
#: An end of a range or of a comparison: no comparison and no logic in it.
OPERAND = _ADD
_BINDS = {
    "or": _OR, "and": _AND, "between": _COMPARE, "in": _COMPARE, **dict.fromkeys(COMPARISONS, _COMPARE),
    "+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER,
}  # fmt: skip


class Operators(Cursor):
    """Reads values joined by operators; what a value is, ``Primaries`` says."""

    __slots__ = ("depth", "in_range", "in_test", "strict")

    def __init__(self, text: str, scope: Scope, *, strict: bool = False, in_test: bool = False) -> None:
        """``strict`` refuses calls that can never have a value; ``in_test`` reads ``?`` as the value tested."""
        super().__init__(text, scope)
        self.strict = strict
        self.in_test = in_test
        self.in_range = False
        self.depth = 0

    @abstractmethod
    def primary(self) -> Node:
        """A value with the paths, filters and calls after it."""

    def expression(self) -> Node:
        """Any expression."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self.refuse(f"the expression is nested more than {DEPTH_MAX} deep")
        in_range, self.in_range = self.in_range, False
        node = self.operation(_OR)
        self.in_range = in_range
        self.depth -= 1
        return node

    def operation(self, tightest: int) -> Node:
        """Values joined by operators that bind at least so tightly."""
        left = self._signed()
        while True:
            token = self.next
            if token.kind not in ("operator", "keyword"):
                return left
            binds = _BINDS.get(token.text, 0)
            if binds < tightest or binds == 0:
                return left
            if binds <= _AND:
                left = self._logic(token.text, binds, left)
            elif binds == _COMPARE:
                left = self._comparison(left)
            else:
                self.take()
                left = nodes.Arithmetic(token.text, left, self.operation(binds + 1))

    def _logic(self, operator: str, binds: int, left: Node) -> Node:
        operands = [left]
        while self.skip(operator):
            operands.append(self.operation(binds + 1))
        return nodes.Logic(operator, tuple(operands))

    def _comparison(self, left: Node) -> Node:
        operator = self.take().text
        if operator == "between":
            low = self.operation(OPERAND)
            self.expect("and", "after 'between'")
            node: Node = nodes.Between(left, low, self.operation(OPERAND))
        elif operator == "in":
            node = nodes.Membership(left, self._tests_after_in())
        else:
            node = nodes.Comparison(operator, left, self.operation(OPERAND))
        if self.sees(*COMPARISONS, "between", "in"):
            self.refuse(f"a second {self.next.text!r}: put one comparison in parentheses")
        return node

    def _signed(self) -> Node:
        if not self.sees("-"):
            return self._with_type(self.primary())
        signs = 0
        while self.skip("-"):
            signs += 1
        if signs > DEPTH_MAX:
            self.refuse("too many signs")
        node = self._with_type(self.primary())
        for _ in range(signs):
            node = nodes.Negation(node)
        return node

    def _with_type(self, node: Node) -> Node:
        while self.sees("instance"):
            self.take()
            if self.next.text != "of":
                self.refuse("'of' is missing after 'instance'")
            node = nodes.InstanceOf(node, self.type_at(self.next.end))
        return node

    def type_at(self, offset: int) -> FeelType:
        """The type that is written at a place; goes on behind it."""
        reader = TypeReader(self.text, offset, self.scope.named_types)
        found = reader.read()
        self.go_to(reader.at, after_operand=True)
        return found

    # --- tests ----------------------------------------------------------------------------------------

    def tests(self) -> tuple[Test, ...]:
        """Tests with commas between them."""
        tests = [self.test(_OR)]
        while self.skip(","):
            tests.append(self.test(_OR))
        return tuple(tests)

    def test(self, tightest: int) -> Test:
        """One test: a bound, a range, or an expression."""
        if self.sees(*COMPARISONS):
            return nodes.Bound(self.take().text, self.operation(OPERAND))
        in_test, self.in_test = self.in_test, True
        node = self.expression() if tightest == _OR else self.operation(tightest)
        self.in_test = in_test
        return as_test(node)

    def _tests_after_in(self) -> tuple[Test, ...]:
        if not self.sees("("):
            return (self.test(OPERAND),)
        opening = self.take()
        test = self.test(_OR)
        if self.sees(".."):
            if not isinstance(test, nodes.Match):
                self.refuse("a range begins with a value")
            return (as_test(self.range_from(opening, test.expression)),)
        tests = [test]
        while self.skip(","):
            tests.append(self.test(_OR))
        self.expect(")", "after the list of 'in'")
        return tuple(tests)

    def range_from(self, opening: Token, low: Node) -> Node:
        """A range whose first end has been read."""
        self.expect("..", "between the ends of the range")
        in_range, self.in_range = self.in_range, True
        high = self.operation(OPERAND)
        self.in_range = in_range
        if not self.sees(")", "]", "["):
            self.refuse("the range is not closed")
        closing = self.take()
        if closing.text == "[":
            # An operator is due after it, though it looks like the start of a list.
            self.go_to(closing.end, after_operand=True)
        return nodes.Range(low, high, opening.text == "[", closing.text == "]")


def as_test(node: Node) -> Test:
    """An expression as a test: a range that is written out becomes the test that the value lies in it."""
    if not isinstance(node, nodes.Range):
        return nodes.Match(node)
    if node.low is None or node.high is None:
        limit = node.high if node.low is None else node.low
        sign = "<" if node.low is None else ">"
        closed = node.high_included if node.low is None else node.low_included
        if limit is not None:
            return nodes.Bound(sign + "=" * closed, limit)
        return nodes.Match(node)
    if node.low is node.high:
        return nodes.Bound("=", node.low)
    return nodes.Interval(node.low, node.high, node.low_included, node.high_included)
