"""FEEL, the expression language of decision tables and mappings: its public face.

>>> compile_expression("if X6 >= 1 then 30 * X6 else 0", ["X6"]).evaluate({"X6": 2})
Decimal('60')
>>> compile_unary_tests("[1..7]").matches(3)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from recoup.tables.feel import iteration as _iteration  # noqa: F401  # registers the closures of loops and functions
from recoup.tables.feel.closures import Closure, TestClosure, any_of, closure_of
from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.nodes import Node, Test, free_names
from recoup.tables.feel.syntax import expression_of, unary_tests_of
from recoup.tables.feel.types import FeelType
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


def compile_expression(
    text: str,
    names: Iterable[str] | Mapping[str, FeelType],
    *,
    types: Mapping[str, FeelType] | None = None,
    strict: bool = False,
) -> Expression:
    """Reads an expression over facts of the given names, which may hold spaces.

    A mapping gives each name its type, by which components with spaces and functions of the model are found; ``types``
    are those of the model's items, for ``instance of``. ``strict`` refuses what the standard gives null for though no
    fact could help it: a call with too many arguments, a day that does not exist.
    Raises FeelError with the place and the construct, UnsupportedFeel for FEEL beyond what Recoup reads.
    """
    node = expression_of(text, names, types=types, strict=strict)
    return Expression(text, node, free_names(node), closure_of(node))


def compile_unary_tests(
    text: str,
    names: Iterable[str] | Mapping[str, FeelType] = (),
    *,
    types: Mapping[str, FeelType] | None = None,
    strict: bool = False,
) -> UnaryTests:
    """Reads the tests of one cell; ``?`` in them is the value tested, ``names`` are other facts they may use.

    Raises FeelError as compile_expression does.
    """
    tests = unary_tests_of(text, names, types=types, strict=strict)
    return UnaryTests(text, tests, frozenset().union(*map(free_names, tests)), any_of(tests))
