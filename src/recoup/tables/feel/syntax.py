"""Tokens into nodes: the grammar of FEEL as far as Recoup reads it. Source: OMG DMN 1.4, chapter 10.3.1.2."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recoup.tables.feel import nodes
from recoup.tables.feel.cursor import Cursor
from recoup.tables.feel.errors import FeelError
from recoup.tables.feel.functions import BUILTINS
from recoup.tables.feel.nodes import Node, Test
from recoup.tables.feel.tokens import Scope, Token, tokens_of

#: Deepest nesting that is read: enough for any rule, too little to exhaust the stack.
DEPTH_MAX = 40
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_BOUNDS = ("<", "<=", ">", ">=", "=", "!=")


def expression_of(text: str, names: Iterable[str]) -> Node:
    """The node of one expression over the given names. Raises FeelError."""
    parser = _Parser(text, tokens_of(text, Scope.of(names)))
    node = parser.expression()
    parser.expect_end()
    return node


def unary_tests_of(text: str, names: Iterable[str]) -> tuple[Test, ...]:
    """The tests of one cell of a decision table; one of them must hold. Raises FeelError."""
    parser = _Parser(text, tokens_of(text, Scope.of(names)), in_test=True)
    tests = parser.unary_tests()
    parser.expect_end()
    return tests


@dataclass(slots=True)
class _Parser(Cursor):
    in_test: bool = False
    depth: int = 0
    in_range: bool = False

    # --- expressions ----------------------------------------------------------------------------------

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self.refuse(f"the expression is nested more than {DEPTH_MAX} deep")
        node = self._conditional() if self.skip("if") else self._joined("or")
        self.depth -= 1
        return node

    def _conditional(self) -> Node:
        condition = self.expression()
        self.expect("then", "after the condition of 'if'")
        yes = self.expression()
        self.expect("else", "after 'then': every 'if' needs both answers")
        return nodes.Conditional(condition, yes, self.expression())

    def _joined(self, operator: str) -> Node:
        below = self._conjunction if operator == "or" else self._comparison
        operands = [below()]
        while self.skip(operator):
            operands.append(below())
        return operands[0] if len(operands) == 1 else nodes.Logic(operator, tuple(operands))

    def _conjunction(self) -> Node:
        return self._joined("and")

    def _comparison(self) -> Node:
        left = self._sum()
        if self.sees(*_COMPARISONS):
            left = nodes.Comparison(self.take().text, left, self._sum())
        elif self.skip("between"):
            low = self._sum()
            self.expect("and", "after 'between'")
            left = nodes.Between(left, low, self._sum())
        elif self.skip("in"):
            left = nodes.Membership(left, self._tests_after_in())
        if self.sees(*_COMPARISONS, "between", "in"):
            self.refuse(f"a second {self.next.text!r}: put one comparison in parentheses")
        return left

    def _tests_after_in(self) -> tuple[Test, ...]:
        if self.sees("(") and not self._opens_interval():
            self.take()
            tests = self._tests()
            self.expect(")", "after the list of 'in'")
            return tests
        return (self._test(self._sum),)

    def _sum(self) -> Node:
        left = self._product()
        while self.sees("+", "-"):
            left = nodes.Arithmetic(self.take().text, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._power()
        while self.sees("*", "/"):
            left = nodes.Arithmetic(self.take().text, left, self._power())
        return left

    def _power(self) -> Node:
        left = self._signed()
        while self.skip("**"):
            left = nodes.Arithmetic("**", left, self._signed())
        return left

    def _signed(self) -> Node:
        signs = 0
        while self.skip("-"):
            signs += 1
        if signs > DEPTH_MAX:
            self.refuse("too many signs")
        node = self._with_parts(self._primary())
        for _ in range(signs):
            node = nodes.Negation(node)
        return node

    def _with_parts(self, node: Node) -> Node:
        for _ in range(DEPTH_MAX):
            if not self.skip("."):
                break
            if self.next.kind != "name":
                self.refuse("a name must follow the full stop")
            node = nodes.Path(node, self.take().text)
        if self.sees("[") and not self.in_range:
            self.unsupported("a filter")
        if self.sees("(") and isinstance(node, nodes.Name | nodes.Path):
            self.unsupported("a function of the model's own")
        return node

    def _primary(self) -> Node:
        token = self.next
        if token.kind == "literal":
            return nodes.Literal(self.take().value)
        if token.kind == "name":
            return nodes.Name(self.take().text)
        if token.kind == "function":
            return self._call()
        if self.skip("("):
            node = self.expression()
            self.expect(")", "after the expression in parentheses")
            return node
        if self.skip("["):
            return self._listing()
        return self._rare_primary()

    def _rare_primary(self) -> Node:
        if self.skip("@"):
            return self._temporal()
        if self.sees("?"):
            if not self.in_test:
                self.refuse("'?' stands for the value tested, and there is none here")
            self.take()
            return nodes.Subject()
        found = self.next.text
        return self.refuse(f"a value is missing before {found!r}" if found else "the expression ends too early")

    def _temporal(self) -> Node:
        token = self.next
        if not isinstance(token.value, str):
            self.refuse("'@' must be followed by a date or a duration in quotes")
        self.take()
        for function in ("date", "duration"):
            value = BUILTINS[function].compute(token.value)
            if value is not None:
                return nodes.Literal(value)
        problem = f"{token.text} is no date and no duration"
        raise FeelError(problem, text=self.text, offset=token.offset, construct=token.text)

    def _listing(self) -> Node:
        if self.skip("]"):
            return nodes.Listing(())
        items = [self.expression()]
        while self.skip(","):
            items.append(self.expression())
        self.expect("]", "after the list")
        return nodes.Listing(tuple(items))

    def _call(self) -> Node:
        name = self.take()
        self.expect("(", f"after {name.text!r}")
        arguments = [] if self.sees(")") else [self.expression()]
        while self.skip(","):
            arguments.append(self.expression())
        self.expect(")", f"after the arguments of {name.text!r}")
        self._check_call(name, arguments)
        return nodes.Call(name.text, tuple(arguments))

    def _check_call(self, name: Token, arguments: list[Node]) -> None:
        builtin = BUILTINS[name.text]
        problem = ""
        if not builtin.takes(len(arguments)):
            problem = f"{name.text!r} takes {builtin.arity} arguments, not {len(arguments)}"
        elif name.text in ("date", "duration", "number") and all(isinstance(each, nodes.Literal) for each in arguments):
            values = [each.value for each in arguments if isinstance(each, nodes.Literal)]
            if None not in values and builtin.compute(*values) is None:
                problem = f"{name.text}({', '.join(map(repr, values))}) does not exist"
        if problem:
            raise FeelError(problem, text=self.text, offset=name.offset, construct=name.text)

    # --- unary tests ----------------------------------------------------------------------------------

    def unary_tests(self) -> tuple[Test, ...]:
        if self.sees("-") and self.tokens[self.at + 1].kind == "end":
            self.take()
            return (nodes.AnyValue(),)
        if self.next.kind == "function" and self.next.text == "not":
            return self._negated_tests()
        return self._tests()

    def _negated_tests(self) -> tuple[Test, ...]:
        start = self.at
        self.at += 2
        tests = self._tests()
        self.expect(")", "after 'not'")
        if self.next.kind == "end":
            return (nodes.NoneOf(tests),)
        # Something follows, so this was the function in a longer condition.
        self.at = start
        return self._tests()

    def _tests(self) -> tuple[Test, ...]:
        tests = [self._test(self.expression)]
        while self.skip(","):
            tests.append(self._test(self.expression))
        return tuple(tests)

    def _test(self, operand: Callable[[], Node]) -> Test:
        if self.sees(*_BOUNDS):
            return nodes.Bound(self.take().text, self._sum())
        if self._opens_interval():
            return self._interval()
        return nodes.Match(operand())

    def _opens_interval(self) -> bool:
        """Whether a bracket here opens ``low..high``: its matching level holds two full stops."""
        if not self.sees("(", "[", "]"):
            return False
        level = 0
        for token in self.tokens[self.at + 1 :]:
            if token.kind == "operator" and token.text == ".." and level == 0:
                return True
            if token.kind == "operator" and token.text in ("(", "["):
                level += 1
            elif token.kind == "operator" and token.text in (")", "]"):
                level -= 1
            if level < 0 or (token.text == "," and level == 0):
                return False
        return False

    def _interval(self) -> Test:
        opening = self.take().text
        low = self._sum()
        self.expect("..", "between the ends of the range")
        self.in_range = True
        high = self._sum()
        self.in_range = False
        if not self.sees(")", "]", "["):
            self.refuse("the range is not closed")
        return nodes.Interval(low, high, opening == "[", self.take().text == "]")
