"""FEEL, the expression language of decision tables and mappings: its public face.

>>> compile_expression("if X6 >= 1 then 30 * X6 else 0", ["X6"]).evaluate({"X6": 2})
Decimal('60')
>>> compile_unary_tests("[1..7]").matches(3)
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

from recoup.tables.feel.closures import Closure, TestClosure, any_of, closure_of
from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.nodes import Name, Node, Test, descendants
from recoup.tables.feel.syntax import expression_of, unary_tests_of
from recoup.tables.feel.values import Facts, Months, Value

__all__ = [
    "Expression",
    "Facts",
    "FeelError",
    "Months",
    "UnaryTests",
    "UnsupportedFeel",
    "Value",
    "compile_expression",
    "compile_unary_tests",
]

_NO_FACTS: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression ready to be evaluated: ``evaluate(facts)`` gives its value, null (None) for what is unknown.

    Numbers come back as Decimal or int, dates as date. ``names`` are the facts it reads.
    """

    text: str
    node: Node
    names: frozenset[str]
    evaluate: Closure = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """One cell of conditions: ``<= 3``, ``[1..7]``, ``"a","b"``, ``not(...)``, ``-``."""

    text: str
    tests: tuple[Test, ...]
    names: frozenset[str]
    holds: TestClosure = field(repr=False, compare=False)

    def matches(self, value: object, facts: Facts = _NO_FACTS) -> bool | None:
        """Whether the value passes; None where that is unknown. A rule applies only when this is True."""
        return self.holds(value, facts)


def compile_expression(text: str, names: Iterable[str]) -> Expression:
    """Reads an expression over facts of the given names, which may hold spaces.

    Raises FeelError with the place and the construct, UnsupportedFeel for FEEL beyond what Recoup reads.
    """
    node = expression_of(text, names)
    return Expression(text, node, _names_in(node), closure_of(node))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Reads the tests of one cell; ``?`` in them is the value tested, ``names`` are other facts they may use.

    Raises FeelError as compile_expression does.
    """
    tests = unary_tests_of(text, names)
    return UnaryTests(text, tests, frozenset().union(*map(_names_in, tests)), any_of(tests))


def _names_in(node: Node | Test) -> frozenset[str]:
    return frozenset(each.name for each in descendants(node) if isinstance(each, Name))
