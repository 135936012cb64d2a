"""Nodes of FEEL into terms. What needs no fact is computed at once by the engine for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from recoup.tables.column import arithmetic, choices, dates, logic, texts
from recoup.tables.column.build import Build
from recoup.tables.column.conformance import conformed
from recoup.tables.column.fragments import FALSE, TRUE, Refusal, all_of, some_of, sql
from recoup.tables.column.terms import (
    UNKNOWN,
    Function,
    Group,
    Groups,
    Items,
    Known,
    Scalar,
    Sequence,
    Span,
    Term,
    Truth,
    holds,
    is_null,
    is_number,
    type_of,
)
from recoup.tables.feel import nodes, types
from recoup.tables.feel.closures import SUBJECT, closure_of
from recoup.tables.feel.nodes import Node, free_names
from recoup.tables.feel.values import FeelRange

#: Deepest nesting of calls that is written out; a function that calls itself never ends.
CALLS_MAX = 24
#: Longest list that is written out item by item.
ITEMS_MAX = 2_000
#: The name under which the list so far is known inside ``for``.
PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees: terms by name, under a statement that is being built."""

    build: Build
    names: Mapping[str, Term]
    calls: int = 0

    def inside(self) -> Scope:
        """A scope for the body of a call."""
        if self.calls >= CALLS_MAX:
            raise Refusal("a function that calls itself, or calls nested too deep")
        return replace(self, calls=self.calls + 1)

    def having(self, names: Mapping[str, Term]) -> Scope:
        """The scope with more names."""
        return replace(self, names={**self.names, **names})


def term_of(node: Node, scope: Scope) -> Term:
    """What a node is in columns. Raises Refusal where columns cannot do it exactly."""
    if isinstance(node, nodes.Literal):
        return Known(node.value)
    if isinstance(node, nodes.Name):
        return scope.names.get(node.name, UNKNOWN)
    facts = None if _holds_functions(node) else known_facts(node, scope)
    if facts is not None:
        return Known(closure_of(node)(facts))
    return written(node, scope)


def _holds_functions(node: Node) -> bool:
    """Whether a node is a function, or a context of functions, that may still be called with facts."""
    entries = [entry for _, entry in node.entries] if isinstance(node, nodes.ContextNode) else [node]
    return any(isinstance(each, nodes.FunctionNode) for each in entries)


def known_facts(node: Node | nodes.Test, scope: Scope) -> dict[str, Any] | None:
    """The values of all the names that a node reads; None where one of them is no constant."""
    facts: dict[str, Any] = {}
    for name in free_names(node):
        term = scope.names.get(name, UNKNOWN)
        if not isinstance(term, Known):
            return None
        facts[name] = term.value
    subject = scope.names.get(SUBJECT)
    if isinstance(subject, Known):
        facts[SUBJECT] = subject.value
    elif subject is not None and any(isinstance(each, nodes.Subject) for each in nodes.descendants(node)):
        return None
    return facts


@singledispatch
def written(node: Node, _scope: Scope) -> Term:
    """What a node is that reads facts."""
    raise Refusal(f"{type(node).__name__} over facts")


@written.register
def _subject(_node: nodes.Subject, scope: Scope) -> Term:
    return scope.names.get(SUBJECT, UNKNOWN)


@written.register
def _negation(node: nodes.Negation, scope: Scope) -> Term:
    term = term_of(node.operand, scope)
    if isinstance(term, Known):
        return Known(closure_of(nodes.Negation(nodes.Literal(term.value)))({}))
    if is_number(term):
        return arithmetic.opposite(scope.build, term)
    if type_of(term) in (types.DAYS_DURATION, types.MONTHS_DURATION) and isinstance(term, Scalar):
        return Scalar(sql("(-{})", term.sql), term.type, days=term.days)
    return UNKNOWN


@written.register
def _arithmetic(node: nodes.Arithmetic, scope: Scope) -> Term:
    return calculated(scope, node.operator, term_of(node.left, scope), term_of(node.right, scope))


def calculated(scope: Scope, operator: str, left: Term, right: Term) -> Term:
    """``left operator right`` of any two terms; null for kinds that do not go together."""
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(closure_of(nodes.Arithmetic(operator, _literal(left), _literal(right)))({}))
    if UNKNOWN in (left, right):
        return UNKNOWN
    if is_number(left) and is_number(right):
        return arithmetic.calculated(scope.build, operator, left, right)
    if any(isinstance(each, Items | Sequence | Groups | Group | Span | Function) for each in (left, right)):
        raise Refusal("arithmetic on lists or contexts")
    kinds = {type_of(left), type_of(right)}
    if types.ANY in kinds:
        raise Refusal("arithmetic on a value of no known type")
    if kinds == {types.STRING}:
        return texts.joined(scope.build, left, right) if operator == "+" else UNKNOWN
    return dates.calculated(scope.build, operator, left, right)


def _literal(term: Known) -> Node:
    return nodes.Literal(term.value)


@written.register
def _comparison(node: nodes.Comparison, scope: Scope) -> Term:
    return logic.compared(scope.build, node.operator, term_of(node.left, scope), term_of(node.right, scope))


@written.register
def _logic(node: nodes.Logic, scope: Scope) -> Term:
    join = logic.conjunction if node.operator == "and" else logic.disjunction
    return join([term_of(each, scope) for each in node.operands])


@written.register
def _between(node: nodes.Between, scope: Scope) -> Term:
    value, build = term_of(node.value, scope), scope.build
    above = logic.compared(build, ">=", value, term_of(node.low, scope))
    return logic.conjunction([above, logic.compared(build, "<=", value, term_of(node.high, scope))])


@written.register
def _conditional(node: nodes.Conditional, scope: Scope) -> Term:
    condition = holds(term_of(node.condition, scope))
    if condition == TRUE:
        return term_of(node.yes, scope)
    no = term_of(node.no, scope)
    if condition == FALSE:
        return no
    return choices.chosen(scope.build, [(condition, term_of(node.yes, scope))], no)


# --- structures -------------------------------------------------------------------------------------------------------


@written.register
def _listing(node: nodes.Listing, scope: Scope) -> Term:
    return Items(tuple(term_of(item, scope) for item in node.items))


@written.register
def _context(node: nodes.ContextNode, scope: Scope) -> Term:
    # Functions among the entries keep this scope, so that they see themselves and each other.
    names, parts = dict(scope.names), dict[str, Term]()
    inner = replace(scope, names=names)
    for name, entry in node.entries:
        parts[name] = names[name] = term_of(entry, inner)
    return Group(parts)


@written.register
def _range(_node: nodes.Range, _scope: Scope) -> Term:
    raise Refusal("a range as a value whose ends depend on facts")


@written.register
def _path(node: nodes.Path, scope: Scope) -> Term:
    return part_of(scope, term_of(node.of, scope), node.part)


def part_of(scope: Scope, term: Term, part: str) -> Term:
    """``term.part``."""
    if isinstance(term, Known):
        return Known(closure_of(nodes.Path(_literal(term), part))({}))
    if isinstance(term, Group):
        return term.parts.get(part, UNKNOWN)
    if isinstance(term, Items):
        return Items(tuple(part_of(scope, item, part) for item in term.items))
    if isinstance(term, Groups):
        if part not in term.parts:
            raise Refusal("a component that the list's contexts do not have", part)
        return term.parts[part]
    if isinstance(term, Scalar):
        return dates.part_of(scope.build, term, part)
    if isinstance(term, Sequence | Span | Function):
        raise Refusal("a component of a list or range that depends on facts", part)
    return UNKNOWN


@written.register
def _filter(node: nodes.Filter, scope: Scope) -> Term:
    of = choices.opened(term_of(node.of, scope))
    if not isinstance(of, Items):
        raise Refusal("a filter over what is no list of known length")
    facts = known_facts(node.condition, scope)
    index: Any = closure_of(node.condition)(facts) if facts is not None and not _reads_items(node.condition) else None
    if is_number(Known(index)):
        place = int(index) if index == int(index) else 0
        there = 0 < abs(place) <= len(of.items)
        return of.items[place - 1 if place > 0 else place] if there else UNKNOWN
    return _filtered(node, of, scope)


def _reads_items(condition: Node) -> bool:
    return any(isinstance(each, nodes.Component) for each in nodes.descendants(condition))


def _filtered(node: nodes.Filter, of: Items, scope: Scope) -> Term:
    kept = []
    for item in of.items:
        group = choices.opened(item)
        names = dict(group.parts) if isinstance(group, Group) else {}
        inner = scope.having({**names, "item": item})
        condition = holds(_with_components(node.condition, inner))
        if condition not in (TRUE, FALSE):
            raise Refusal("a filter whose answer depends on facts")
        if condition == TRUE:
            kept.append(item)
    return Items(tuple(kept))


def _with_components(condition: Node, scope: Scope) -> Term:
    if _reads_items(condition):
        raise Refusal("a filter by components over facts")
    term = term_of(condition, scope)
    if is_number(term):
        raise Refusal("a filter by a number that depends on facts")
    return term


@written.register
def _quantified(node: nodes.Quantified, scope: Scope) -> Term:
    terms = [term_of(node.condition, each) for each in _iterations(node.iterators, scope)]
    return (logic.conjunction if node.every else logic.disjunction)(terms)


@written.register
def _for(node: nodes.For, scope: Scope) -> Term:
    found: list[Term] = []
    for each in _iterations(node.iterators, scope):
        found.append(term_of(node.body, each.having({PARTIAL: Items(tuple(found))})))
    return Items(tuple(found))


def _iterations(iterators: tuple[nodes.Binding, ...], scope: Scope) -> list[Scope]:
    scopes = [scope]
    for iterator in iterators:
        scopes = [each.having({iterator.name: item}) for each in scopes for item in _items_over(iterator, each)]
        if len(scopes) > ITEMS_MAX:
            raise Refusal(f"an iteration over more than {ITEMS_MAX} items")
    return scopes


def _items_over(iterator: nodes.Binding, scope: Scope) -> tuple[Term, ...]:
    over = term_of(iterator.over, scope)
    if iterator.to is None:
        opened = choices.opened(over)
        if not isinstance(opened, Items):
            raise Refusal("an iteration over what is no list of known length")
        return opened.items
    to = term_of(iterator.to, scope)
    if not isinstance(over, Known) or not isinstance(to, Known):
        raise Refusal("an iteration whose ends depend on facts")
    alone = nodes.Binding("each", _literal(over), _literal(to))
    values = closure_of(nodes.For((alone,), nodes.Name("each")))({})
    if not isinstance(values, list | tuple):
        raise Refusal("an iteration over what is no range")
    return tuple(Known(value) for value in values)


@written.register
def _instance(node: nodes.InstanceOf, scope: Scope) -> Term:
    term = term_of(node.value, scope)
    if isinstance(term, Known):
        return Known(closure_of(nodes.InstanceOf(_literal(term), node.type))({}))
    kind = type_of(term)
    if not isinstance(kind, types.Simple) or not isinstance(node.type, types.Simple) or kind == types.ANY:
        raise Refusal("instance of a list, context, range or function")
    of_null = closure_of(nodes.InstanceOf(nodes.Literal(None), node.type))({})
    of_value = node.type in (kind, types.ANY)
    if of_null is of_value:
        return Known(of_value)
    if of_null is not False:
        raise Refusal("instance of a type that null has")
    there = sql("(NOT {})", is_null(term))
    return Truth(there, there, is_null(term))


@written.register
def _typed(node: nodes.Typed, scope: Scope) -> Term:
    return conformed(scope.build, term_of(node.value, scope), node.type)


# --- functions of the model's own -------------------------------------------------------------------------------------


@written.register
def _function(node: nodes.FunctionNode, scope: Scope) -> Term:
    names, kinds = zip(*node.parameters, strict=True) if node.parameters else ((), ())
    return Function(tuple(names), tuple(kinds), (None,) * len(names), node.body, scope.names)


@written.register
def _invocation(node: nodes.Invocation, scope: Scope) -> Term:
    function = term_of(node.of, scope)
    if not isinstance(function, Function):
        raise Refusal("a call of what is no function of the model")
    arguments = _in_order(function, node)
    if arguments is None:
        return UNKNOWN
    return called(function, [UNKNOWN if each is None else term_of(each, scope) for each in arguments], scope)


def _in_order(function: Function, node: nodes.Invocation) -> list[Node | None] | None:
    """The arguments by position; None for a call that does not fit the function."""
    if not node.names:
        return list(node.arguments) if len(node.arguments) == len(function.parameters) else None
    given = dict(zip(node.names, node.arguments, strict=True))
    if set(given) != set(function.parameters):
        return None
    return [given[name] for name in function.parameters]


def called(function: Function, arguments: list[Term], scope: Scope) -> Term:
    """A function written out with these arguments."""
    bound = {}
    for name, kind, constraint, argument in zip(
        function.parameters, function.types, function.constraints, arguments, strict=True
    ):
        term = conformed(scope.build, argument, kind)
        if not function.name and term == UNKNOWN and argument != UNKNOWN:
            # A function that FEEL itself defines gives null for an argument of another type.
            if not isinstance(argument, Known):
                raise Refusal("a call with an argument of another type than declared")
            return UNKNOWN
        bound[name] = logic.bound(scope.build, allowed(term, constraint, scope))
    own = {function.name: function} if function.name else {}
    inner = replace(scope.inside(), names={**function.scope, **own, **bound})
    answer = conformed(scope.build, term_of(function.body, inner), function.result)
    return allowed(answer, function.result_constraint, scope)


def allowed(term: Term, constraint: Any, scope: Scope) -> Term:
    """A term where a declared type allows it, null elsewhere."""
    if constraint is None or term == UNKNOWN:
        return term
    return choices.nothing_unless(scope.build, passes(term, constraint, scope), term)


def passes(term: Term, constraint: Any, scope: Scope) -> Any:
    """The condition under which a value keeps to what its type allows; null always does."""
    term = choices.opened(term)
    conditions = [holds(tested(term, cell.tests, Scope(scope.build, {}))) for cell in constraint.tests]
    if constraint.item is not None:
        conditions.append(_items_pass(term, constraint.item, scope))
    if isinstance(term, Group):
        conditions += [passes(term.parts[n], part, scope) for n, part in constraint.parts.items() if n in term.parts]
    return some_of([is_null(term), all_of(conditions)])


def _items_pass(term: Term, constraint: Any, scope: Scope) -> Any:
    if isinstance(term, Items):
        return all_of(passes(item, constraint, scope) for item in term.items)
    if isinstance(term, Groups):
        if constraint.tests or constraint.item is not None:
            raise Refusal("allowed values of contexts in a list that depends on facts")
        return all_of(
            _items_pass(term.parts[n], part, scope) for n, part in constraint.parts.items() if n in term.parts
        )
    if isinstance(term, Sequence):
        if term.answers and all(passes(answer, constraint, scope) == TRUE for answer in term.answers):
            return TRUE
        raise Refusal("allowed values of the items of a list that depends on facts")
    return TRUE


@singledispatch
def passed_term(test: nodes.Test, _value: Term, _scope: Scope) -> Term:
    """Whether a value passes one unary test; the tests register themselves in ``cells``."""
    raise Refusal(f"{type(test).__name__} over facts")


def tested(value: Term, tests: tuple[nodes.Test, ...], scope: Scope) -> Term:
    """Whether a value passes one of the tests, in three values."""
    return logic.disjunction([passed_term(test, value, scope) for test in tests])


@written.register
def _membership(node: nodes.Membership, scope: Scope) -> Term:
    return tested(term_of(node.value, scope), node.tests, scope)


def span_of(term: Term) -> Span | None:
    """A range, whether constant or not; None for anything else."""
    if isinstance(term, Span):
        return term
    if isinstance(term, Known) and isinstance(term.value, FeelRange):
        found = term.value
        low, high = (None if end is None else Known(end) for end in (found.low, found.high))
        return Span(low, high, found.low_included, found.high_included)
    return None
