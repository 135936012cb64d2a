"""A decision table as columns: the number of the rule that fires, once, and what follows from the number.

Source: OMG DMN 1.5, chapters 8.2.10 and 10.3.2.10. Where no rule holds, the answer is the default, null without one.
Several rules of a UNIQUE table, and rules of an ANY table that disagree, give null: the number is then 0 inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recoup.tables.column import choices, logic, numbers
from recoup.tables.column.cells import cell_term
from recoup.tables.column.conformance import conformed
from recoup.tables.column.expressions import Scope, allowed, term_of, written
from recoup.tables.column.fragments import FALSE, NULL, Refusal, Sql, all_of, joined, some_of, sql, sure
from recoup.tables.column.ladder import Ladder
from recoup.tables.column.regions import covered_by, may_hold_together
from recoup.tables.column.terms import (
    UNKNOWN,
    Group,
    Groups,
    Items,
    Known,
    Number,
    Quotient,
    Term,
    holds,
    is_number,
    type_of,
)
from recoup.tables.column.terms import (
    Sequence as ListColumn,
)
from recoup.tables.feel import nodes, types
from recoup.tables.feel.nodes import Literal
from recoup.tables.feel.types import ANY, FeelType, ListOf
from recoup.tables.feel.values import equal as equal_values
from recoup.tables.feel.values import ordered as ordered_values
from recoup.tables.model import Cell, Constrained, DecisionTable, Entry, HitPolicy, OutputClause

#: Inside, the number of a table whose rules contradict each other.
CONFLICT = 0
#: From so many rules on, constants are looked up in a list rather than by CASE.
_PLACES_MIN = 4
_FOLDS = (HitPolicy.COLLECT_SUM, HitPolicy.COLLECT_MIN, HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_COUNT)


@dataclass(frozen=True, slots=True)
class Decided:
    """A table's answer, and the rule that gave it: a column of numbers, or of lists of numbers."""

    value: Term
    rule: Sql
    lists: bool


@written.register
def _table(table: DecisionTable, scope: Scope) -> Term:
    return decided(table, scope).value


@written.register
def _constrained(node: Constrained, scope: Scope) -> Term:
    return allowed(term_of(node.value, scope), node.constraint, scope)


def decided(table: DecisionTable, scope: Scope, wanted: FeelType = ANY) -> Decided:
    """The table over the scope. Raises Refusal, with the line of the cell, for what columns cannot do.

    ``wanted`` is the type that is declared of the answer: one answer as a default becomes a list where that is one.
    """
    ladder = _ladder(table, scope)
    rules = [ladder.rule(place) for place in range(len(table.rules))]
    answers = [_answer(table, rule.conclusions, scope, rule=rule.number) for rule in table.rules]
    default = _answer(table, [output.default for output in table.outputs], scope)
    if not table.hit_policy.gives_one:
        return _several(table, scope, rules, answers, _as_wanted(default, wanted, table))
    number = _one_rule(table, scope, ladder, answers)
    if isinstance(number, int):
        value = answers[number - 1] if number else default
        return Decided(value, Sql(str(number)) if number else NULL, lists=False)
    value = by_number(scope, number, answers, default)
    shown = sql("nullif({}, 0)", number) if number in scope.build.conflicts else number
    return Decided(value, shown, lists=False)


def _as_wanted(default: Term, wanted: FeelType, table: DecisionTable) -> Term:
    if default == UNKNOWN or table.hit_policy in _FOLDS or isinstance(choices.opened(default), Items):
        return default
    if isinstance(wanted, ListOf) and _is_constant(default):
        return Items((default,))
    raise Refusal("a default that is no list, of a table that lists its answers", table=table.name, line=table.line)


# --- which rules hold -------------------------------------------------------------------------------------------------


def _ladder(table: DecisionTable, scope: Scope) -> Ladder:
    """The conditions of the rules, each cell's written once."""
    values = [_input(table, place, scope) for place in range(len(table.inputs))]
    known: dict[tuple[int, str], Sql] = {}
    found = []
    for rule in table.rules:
        conditions = []
        for place, cell in enumerate(rule.conditions):
            key = (place, cell.text or repr(cell.tests))
            if key not in known:
                known[key] = _cell_holds(table, rule.number, cell, values[place], scope)
            conditions.append(known[key])
            scope.build.spend(known[key])
        found.append(conditions)
    return Ladder(found, covered_by(table.rules))


def _cell_holds(table: DecisionTable, rule: int, cell: Cell, value: Term, scope: Scope) -> Sql:
    try:
        return holds(cell_term(value, cell.tests, scope))
    except Refusal as refusal:
        raise located(refusal, table, cell, rule) from refusal


def located(refusal: Refusal, table: DecisionTable, place: Cell | Entry, rule: int | None) -> Refusal:
    """A refusal with the table, the line and the text in which it stands, unless it has them."""
    if refusal.line:
        return refusal
    name = refusal.table or table.name
    return Refusal(refusal.problem, place.text, line=place.line or table.line, table=name, rule=rule)


def _input(table: DecisionTable, place: int, scope: Scope) -> Term:
    """The value that a column of conditions tests, computed once; null where its type does not allow it."""
    clause = table.inputs[place]
    if all(rule.conditions[place].tests == (nodes.AnyValue(),) for rule in table.rules):
        return UNKNOWN
    try:
        term = conformed(scope.build, term_of(clause.expression.node, scope), clause.type)
        term = allowed(term, clause.constraint, scope)
        if clause.allowed is not None and term != UNKNOWN:
            term = logic.bound(scope.build, term)
            passing = holds(cell_term(term, clause.allowed.tests, Scope(scope.build, {}, scope.calls)))
            term = choices.nothing_unless(scope.build, passing, term)
        return logic.bound(scope.build, term)
    except Refusal as refusal:
        raise located(refusal, table, clause.expression, None) from refusal


# --- answers ----------------------------------------------------------------------------------------------------------


def _answer(table: DecisionTable, entries: Sequence[Entry | None], scope: Scope, *, rule: int | None = None) -> Term:
    """What a rule (or the default) concludes: a term, or a group by output name."""
    if not any(entries):
        return UNKNOWN
    terms = {
        output.name: UNKNOWN if entry is None else _conclusion(table, entry, output, scope, rule)
        for entry, output in zip(entries, table.outputs, strict=True)
    }
    return Group(terms) if len(table.outputs) > 1 else next(iter(terms.values()))


def _conclusion(table: DecisionTable, entry: Entry, output: OutputClause, scope: Scope, rule: int | None) -> Term:
    try:
        if isinstance(entry.node, Literal):
            term: Term = Known(entry.node.value)
        else:
            term = term_of(entry.node, scope)
        return allowed(conformed(scope.build, term, output.type), output.constraint, scope)
    except Refusal as refusal:
        raise located(refusal, table, entry, rule) from refusal


def by_number(scope: Scope, number: Sql, answers: Sequence[Term], default: Term) -> Term:
    """The answer of the rule with that number; the default where there is no number."""
    if any(isinstance(each, Group) for each in (*answers, default)):
        return _group_by_number(scope, number, answers, default)
    together: list[tuple[Term, list[int]]] = []
    for place, answer in enumerate(answers, 1):
        for known, places in together:
            if known == answer:
                places.append(place)
                break
        else:
            together.append((answer, [place]))
    together = [(answer, places) for answer, places in together if answer != UNKNOWN]
    cases = [(_is_one_of(number, places), answer) for answer, places in together]
    write = None
    if all(isinstance(answer, Known) for answer, _ in together):
        write = _at_place(scope, number, [places for _, places in together], len(answers))
    if default != UNKNOWN:
        cases.append((sql("{} IS NULL", number), default))
    return choices.chosen(scope.build, cases, UNKNOWN, write)


def _at_place(scope: Scope, number: Sql, together: Sequence[Sequence[int]], count: int) -> choices.Writer | None:
    """Writes constants as a list in which the number is a place; None where the dialect has no such way."""
    if count < _PLACES_MIN or not scope.build.dialect.at_place(["NULL"], "1"):
        return None

    def write(cases: Sequence[tuple[Sql, Sql]], otherwise: Sql) -> Sql:
        items = [otherwise.text] * count
        for places, (_, value) in zip(together, cases, strict=False):
            for place in places:
                items[place - 1] = value.text
        listed = Sql(scope.build.dialect.at_place(items, number.text), number.level)
        return choices.case_of(cases[len(together) :], listed)

    return write


def _group_by_number(scope: Scope, number: Sql, answers: Sequence[Term], default: Term) -> Term:
    names = next(list(each.parts) for each in (*answers, default) if isinstance(each, Group))
    parts = {
        name: by_number(scope, number, [_part(each, name) for each in answers], _part(default, name)) for name in names
    }
    present = sql("({} > 0)", number) if default == UNKNOWN else sql("(coalesce({}, 1) > 0)", number)
    return Group(parts, present)


def _part(answer: Term, name: str) -> Term:
    return answer.parts[name] if isinstance(answer, Group) else UNKNOWN


def _is_one_of(number: Sql, places: Sequence[int]) -> Sql:
    if len(places) == 1:
        return sql(f"{{}} = {places[0]}", number)
    return sql(f"{{}} IN ({', '.join(map(str, places))})", number)


# --- policies that give one rule --------------------------------------------------------------------------------------


def _one_rule(table: DecisionTable, scope: Scope, ladder: Ladder, answers: Sequence[Term]) -> Sql | int:
    """The number of the rule, bound as a column; an int where it is the same for all facts (0: none)."""
    order = list(range(len(table.rules)))
    if table.hit_policy is HitPolicy.PRIORITY:
        order = by_priority(table, answers)
    first = ladder.first(order)
    if table.hit_policy is HitPolicy.UNIQUE and len(order) > 1:
        return _unique(table, scope, ladder, first)
    if table.hit_policy is HitPolicy.ANY and len(order) > 1:
        return _agreeing(table, scope, [ladder.rule(place) for place in order], answers, first)
    return _settled(scope, first)


def _settled(scope: Scope, number: Sql) -> Sql | int:
    if number == NULL:
        return 0
    if number.text.isdigit():
        return int(number.text)
    return scope.build.bind(number)


def _unique(table: DecisionTable, scope: Scope, ladder: Ladder, first: Sql) -> Sql | int:
    """The first that holds, unless the last that holds is another."""
    together = may_hold_together(table.rules)
    doubtful = [place for place, others in enumerate(together) if others and ladder.rule(place) != FALSE]
    if not doubtful:
        return _settled(scope, first)
    last = ladder.first(doubtful[::-1])
    one, other = (
        Sql(text.text, text.level) if text.text.isdigit() else scope.build.bind(text) for text in (first, last)
    )
    same = some_of([sql("{} IS NULL", other), sql("{} = {}", other, one)])
    number = scope.build.bind(sql(f"CASE WHEN {{}} THEN {{}} ELSE {CONFLICT} END", same, one))
    scope.build.conflicts.add(number)
    return number


def _agreeing(
    table: DecisionTable, scope: Scope, rules: Sequence[Sql], answers: Sequence[Term], first: Sql
) -> Sql | int:
    """The first that holds, unless rules with another answer hold too."""
    groups = _alike(answers)
    together = may_hold_together(table.rules)
    apart = [places for places in groups if any(_meets(together[place], places) for place in places)]
    if not apart:
        return _settled(scope, first)
    if any(not _is_constant(answers[place]) for places in apart for place in places):
        raise Refusal("a table of policy ANY whose rules may hold together with answers that depend on facts",
                      table=table.name, line=table.line)  # fmt: skip
    counted = [sql("CASE WHEN {} THEN 1 ELSE 0 END", some_of(rules[place] for place in places)) for places in apart]
    several = sql("({}) > 1", joined(" + ", counted))
    number = scope.build.bind(sql(f"CASE WHEN {{}} THEN {CONFLICT} ELSE {{}} END", several, first))
    scope.build.conflicts.add(number)
    return number


def _meets(others: int, own: Sequence[int]) -> bool:
    """Whether a rule may hold together with one outside its own group."""
    for place in own:
        others &= ~(1 << place)
    return others != 0


def _alike(answers: Sequence[Term]) -> list[list[int]]:
    groups: list[list[int]] = []
    for place, answer in enumerate(answers):
        for group in groups:
            if same_answer(answers[group[0]], answer):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


def same_answer(left: Term, right: Term) -> bool:
    """Whether two answers are equal for all facts, as far as that can be seen."""
    if isinstance(left, Group) and isinstance(right, Group):
        return all(same_answer(left.parts[name], right.parts[name]) for name in left.parts)
    if isinstance(left, Known) and isinstance(right, Known):
        return equal_values(left.value, right.value) is True
    return left == right


def _is_constant(answer: Term) -> bool:
    if isinstance(answer, Group):
        return all(map(_is_constant, answer.parts.values()))
    return isinstance(answer, Known)


def by_priority(table: DecisionTable, answers: Sequence[Term]) -> list[int]:
    """Places of the rules, the highest priority first; equals keep the order of the rules."""
    ranked = [output for output in table.outputs if output.allowed is not None]
    if ranked and not all(map(_is_constant, answers)):
        raise Refusal("priorities of answers that depend on facts", table=table.name, line=table.line)
    return sorted(range(len(answers)), key=lambda place: tuple(_rank(answers[place], output) for output in ranked))


def _rank(answer: Term, output: OutputClause) -> int:
    from recoup.tables.feel.closures import any_of

    part = _part(answer, output.name) if isinstance(answer, Group) else answer
    tests = output.allowed.tests if output.allowed is not None else ()
    value = part.value if isinstance(part, Known) else None
    return next((at for at, test in enumerate(tests) if any_of((test,))(value, {}) is True), len(tests))


# --- policies that give several ---------------------------------------------------------------------------------------


def _several(
    table: DecisionTable, scope: Scope, rules: Sequence[Sql], answers: Sequence[Term], default: Term
) -> Decided:
    order = by_priority(table, answers) if table.hit_policy is HitPolicy.OUTPUT_ORDER else list(range(len(rules)))
    dialect = scope.build.dialect
    marks = [sql(f"CASE WHEN {{}} THEN {place + 1} END", rules[place]) for place in order if rules[place] != FALSE]
    if not marks:
        return Decided(default, NULL, lists=True)
    every = choices.listed(scope.build, marks, "INTEGER")
    found = scope.build.bind(Sql(dialect.without_nulls(every.text), every.level))
    size = Sql(dialect.size(found.text), found.level)
    fired = scope.build.bind(sql("CASE WHEN {} > 0 THEN {} END", size, found))
    if table.hit_policy in _FOLDS:
        value = _folded(table, scope, rules, answers, size)
    else:
        value = _collected(scope, fired, answers)
    if default != UNKNOWN:
        value = choices.chosen(scope.build, [(sql("{} IS NOT NULL", fired), value)], default)
    return Decided(value, fired, lists=True)


def _collected(scope: Scope, fired: Sql, answers: Sequence[Term]) -> Term:
    """The answers of the rules that fired, in their order: a list, or a list of contexts as one list a component."""
    groups = [each for each in answers if isinstance(each, Group)]
    if not groups:
        return _listed_answers(scope, fired, answers)
    parts = {}
    for name in groups[0].parts:
        part = _listed_answers(scope, fired, [_part(each, name) for each in answers])
        part = sure(part, ListColumn)
        parts[name] = part
    return Groups(parts)


def _listed_answers(scope: Scope, fired: Sql, answers: Sequence[Term]) -> Term:
    build = scope.build
    number = Sql("_n", fired.level)
    example = by_number(scope, number, [_one_value(build, each) for each in answers], UNKNOWN)
    if isinstance(example, Known):
        example = choices.as_column(build, example)
    kind = choices.sql_type(build, example)
    choice = example.sql if not isinstance(example, Known) and hasattr(example, "sql") else NULL
    listed = build.dialect.chosen(fired.text, number.text, choice.text, kind)
    return ListColumn(build.bind(Sql(listed, max(fired.level, choice.level))), example, kind, tuple(answers))


def _one_value(build: Any, answer: Term) -> Term:
    answer = choices.opened(answer)
    if isinstance(answer, Quotient):
        return choices.as_column(build, answer)
    kind = type_of(answer)
    if answer != UNKNOWN and not isinstance(kind, types.Simple):
        raise Refusal("a list of lists")
    # A lambda sees columns; what it is to see must be one.
    return answer if isinstance(answer, Known) else logic.bound(build, answer)


def _folded(table: DecisionTable, scope: Scope, rules: Sequence[Sql], answers: Sequence[Term], size: Sql) -> Term:
    """``C#``, ``C+``, ``C<`` and ``C>``: null where one of the answers is null or of another kind."""
    if table.hit_policy is HitPolicy.COLLECT_COUNT:
        return Number(scope.build.bind(sql("nullif({}, 0)", size)), 10, 0, whole=True)
    if any(isinstance(each, Group) for each in answers):
        raise Refusal("a sum, minimum or maximum of several outputs", table=table.name, line=table.line)
    pairs = [(rules[place], answer) for place, answer in enumerate(answers) if rules[place] != FALSE]
    wrong = some_of(_not_foldable(condition, answer, table.hit_policy) for condition, answer in pairs)
    sound = [(condition, answer) for condition, answer in pairs if answer != UNKNOWN]
    if not sound:
        return UNKNOWN
    if table.hit_policy is HitPolicy.COLLECT_SUM:
        value = _sum(scope, sound)
    else:
        value = _furthest(scope, sound, least=table.hit_policy is HitPolicy.COLLECT_MIN)
    if wrong != FALSE:
        value = choices.chosen(scope.build, [(sql("coalesce({}, FALSE)", wrong), UNKNOWN)], value)
    return logic.bound(scope.build, value)


def _not_foldable(condition: Sql, answer: Term, policy: HitPolicy) -> Sql:
    if answer == UNKNOWN or (policy is HitPolicy.COLLECT_SUM and not is_number(answer)):
        return condition
    return FALSE if isinstance(answer, Known) else all_of([condition, sql("{} IS NULL", _column(answer))])


def _column(answer: Term) -> Sql:
    if isinstance(answer, Known | Group | Groups) or not hasattr(answer, "sql"):
        raise Refusal("a sum, minimum or maximum of what is no single value")
    return answer.sql


def _sum(scope: Scope, pairs: Sequence[tuple[Sql, Term]]) -> Term:
    summands = [choices.chosen(scope.build, [(condition, term)], Known(0)) for condition, term in pairs]
    total = numbers.total(scope.build, [numbers.exact(scope.build, each) for each in summands])
    any_holds = some_of(condition for condition, _ in pairs)
    return choices.nothing_unless(scope.build, any_holds, total)


def _furthest(scope: Scope, pairs: Sequence[tuple[Sql, Term]], *, least: bool) -> Term:
    """The smallest or largest: constants are looked at in their order, so that the first that holds is the answer."""
    if len({type_of(answer) for _, answer in pairs}) > 1:
        raise Refusal("a minimum or maximum of values of different kinds")
    if not all(isinstance(answer, Known) for _, answer in pairs):
        raise Refusal("a minimum or maximum of answers that depend on facts")
    ordered = list(pairs)
    symbol = "<" if least else ">"
    ranked: list[tuple[Sql, Term]] = []
    for condition, answer in ordered:
        at = next((place for place, (_, other) in enumerate(ranked) if _before(symbol, answer, other)), len(ranked))
        ranked.insert(at, (condition, answer))
    return choices.chosen(scope.build, ranked, UNKNOWN)


def _before(symbol: str, one: Term, other: Term) -> bool:
    one = sure(one, Known)
    other = sure(other, Known)
    found = ordered_values(symbol, one.value, other.value)
    if found is None:
        raise Refusal("a minimum or maximum of values without an order")
    return found
