"""Unary tests in columns. Source: OMG DMN 1.5, chapter 7.3.3 and 10.3.2.7."""

from __future__ import annotations

from recoup.tables.column import choices, logic
from recoup.tables.column.expressions import Scope, passed_term, span_of, term_of, tested
from recoup.tables.column.fragments import Refusal, all_of, some_of, sql
from recoup.tables.column.terms import Group, Groups, Items, Known, Sequence, Span, Term, Truth, holds, is_null, type_of
from recoup.tables.feel import nodes
from recoup.tables.feel.closures import SUBJECT, is_condition, passes
from recoup.tables.feel.types import BOOLEAN
from recoup.tables.feel.values import equal


def cell_term(value: Term, tests: tuple[nodes.Test, ...], scope: Scope) -> Term:
    """Whether a value passes one of a cell's tests, in three values; equalities with constants become one ``IN``."""
    wanted = [Known(test.expression.value) for test in tests if _is_literal(test)]  # type: ignore[union-attr]
    together = logic.one_of(scope.build, value, wanted)
    if together is None:
        return tested(value, tests, scope)
    rest = [passed_term(test, value, scope) for test in tests if not _is_literal(test)]
    return logic.disjunction([together, *rest])


def _is_literal(test: nodes.Test) -> bool:
    literal = test.expression if isinstance(test, nodes.Match) else None
    return isinstance(literal, nodes.Literal) and isinstance(literal.value, str)


@passed_term.register
def _any_value(_test: nodes.AnyValue, _value: Term, _scope: Scope) -> Term:
    return Known(True)


@passed_term.register
def _bound(test: nodes.Bound, value: Term, scope: Scope) -> Term:
    return logic.compared(scope.build, test.operator, value, term_of(test.limit, scope))


@passed_term.register
def _interval(test: nodes.Interval, value: Term, scope: Scope) -> Term:
    span = Span(term_of(test.low, scope), term_of(test.high, scope), test.low_included, test.high_included)
    return within(value, span, scope)


def within(value: Term, span: Span, scope: Scope) -> Term:
    """Whether a value lies in a range, in three values."""
    ends: list[Term] = []
    if span.low is not None:
        ends.append(logic.compared(scope.build, ">=" if span.low_included else ">", value, span.low))
    if span.high is not None:
        ends.append(logic.compared(scope.build, "<=" if span.high_included else "<", value, span.high))
    return logic.conjunction(ends)


@passed_term.register
def _match(test: nodes.Match, value: Term, scope: Scope) -> Term:
    inner = scope.having({SUBJECT: value})
    if is_condition(test.expression):
        return term_of(test.expression, inner)
    wanted = term_of(test.expression, inner)
    plain = isinstance(test.expression, nodes.Literal | nodes.Negation)
    if isinstance(value, Known) and isinstance(wanted, Known):
        return Known((equal if plain else passes)(value.value, wanted.value))
    if not plain and type_of(wanted) == BOOLEAN and type_of(value) != BOOLEAN:
        return _verdict(value, wanted)
    return among(value, wanted, scope)


def _verdict(value: Term, wanted: Term) -> Term:
    """What an expression says that is true or false about a value that is neither; null is tested for being equal."""
    there, null = sql("(NOT {})", is_null(value)), is_null(value)
    yes = some_of([all_of([there, holds(wanted)]), all_of([null, is_null(wanted)])])
    settled = sql("coalesce({}, FALSE)", yes)
    return Truth(settled, yes, sql("(NOT {})", settled))


def among(value: Term, wanted: Term, scope: Scope) -> Term:
    """Whether a value passes another as a test: equal to it, or in it where it is a list or a range."""
    span = span_of(wanted)
    if span is not None:
        return within(value, span, scope)
    wanted = choices.opened(wanted)
    if isinstance(choices.opened(value), Items | Group) or isinstance(value, Sequence | Groups):
        raise Refusal("a test of a list or context that depends on facts")
    if isinstance(wanted, Items):
        fits = [among(value, each, scope) for each in wanted.items]
        return logic.disjunction([logic.settled(each) for each in fits])
    if isinstance(wanted, Sequence | Groups | Group):
        raise Refusal("a test against a list or context that depends on facts")
    return logic.compared(scope.build, "=", value, wanted)


@passed_term.register
def _none_of(test: nodes.NoneOf, value: Term, scope: Scope) -> Term:
    return logic.negated(cell_term(value, test.tests, scope))
