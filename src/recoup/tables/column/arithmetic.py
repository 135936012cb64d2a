"""``+ - * / **`` and comparison of numbers, whether they are columns or quotients not yet written down."""

from __future__ import annotations

from recoup.tables.column import numbers, quotients
from recoup.tables.column.build import Build
from recoup.tables.column.numbers import MIRRORED, exact
from recoup.tables.column.terms import Known, Number, Quotient, Term
from recoup.tables.feel.values import ARITHMETIC


def calculated(build: Build, operator: str, left: Term, right: Term) -> Term:
    """An operator on two numbers."""
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(ARITHMETIC[operator](left.value, right.value))
    if operator == "/":
        return quotients.divided(build, left, right)
    if operator == "**":
        return numbers.to_the_power(build, left, right)
    if isinstance(left, Quotient) or isinstance(right, Quotient):
        return quotients.calculated(build, operator, left, right)
    if operator == "*":
        return numbers.multiplied(build, exact(build, left), exact(build, right))
    return numbers.added(build, exact(build, left), exact(build, right), minus=operator == "-")


def opposite(build: Build, term: Term) -> Term:
    """``-term``."""
    if isinstance(term, Quotient):
        return Quotient(numbers.opposite(build, term.top), term.bottom)
    return numbers.opposite(build, exact(build, term))


def compared(build: Build, operator: str, left: Term, right: Term) -> Term:
    """A comparison of two numbers, at least one of which is a column."""
    if isinstance(left, Known):
        return compared(build, MIRRORED[operator], right, left)
    if isinstance(left, Quotient) or isinstance(right, Quotient):
        return quotients.compared(build, operator, left, right)
    return numbers.compared(build, operator, left, right)


def written_down(build: Build, term: Term) -> Number:
    """A number as an exact column, quotients rounded as ``quotients`` says."""
    return quotients.written_down(build, term) if isinstance(term, Quotient) else exact(build, term)
