"""Several terms in one column: what ``if``, rules and defaults choose between."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Cases
from typing import TypeAlias

from recoup.tables.column import logic, numbers, quotients
from recoup.tables.column.build import Build
from recoup.tables.column.fragments import FALSE, NULL, TRUE, Refusal, Sql, joined, some_of, sql, sure
from recoup.tables.column.terms import (
    UNKNOWN,
    Double,
    Group,
    Groups,
    Items,
    Known,
    Number,
    Quotient,
    Scalar,
    Sequence,
    Term,
    Truth,
    is_null,
    is_number,
    type_of,
)
from recoup.tables.feel import types
from recoup.tables.feel.types import FeelType, ListOf

#: A condition and the term that holds under it; conditions are looked at in their order.
Case: TypeAlias = tuple[Sql, Term]
#: Writes a choice between (condition, column) pairs and a last column.
Writer: TypeAlias = Callable[[Cases[tuple[Sql, Sql]], Sql], Sql]


def chosen(build: Build, cases: Cases[Case], otherwise: Term, write: Writer | None = None) -> Term:
    """The term of the first case whose condition is true, else ``otherwise``. Raises Refusal where kinds are mixed.

    ``write`` says the choice between plain columns in another way than CASE.
    """
    cases = _reachable(cases)
    if cases and cases[-1][0] == TRUE:
        cases, otherwise = cases[:-1], cases[-1][1]
    terms = [term for _, term in cases] + [otherwise]
    if all(term == terms[0] for term in terms):
        return terms[0]
    named = [opened(term) for term in terms if term != UNKNOWN]
    pairs = [(condition, opened(term)) for condition, term in cases]
    if any(isinstance(term, Group) for term in named):
        return _chosen_groups(build, pairs, opened(otherwise))
    if any(isinstance(term, Items | Sequence | Groups) for term in named):
        return _chosen_lists(build, pairs, opened(otherwise))
    if all(is_number(term) for term in named):
        return _chosen_numbers(build, pairs, otherwise, write or case_of)
    return _chosen_scalars(build, pairs, otherwise, write or case_of)


def opened(term: Term) -> Term:
    """A constant list or context as a structure of constants."""
    if isinstance(term, Known) and isinstance(term.value, list | tuple):
        return Items(tuple(Known(each) for each in term.value))
    if isinstance(term, Known) and isinstance(term.value, dict):
        return Group({name: Known(each) for name, each in term.value.items()})
    return term


def _reachable(cases: Cases[Case]) -> list[Case]:
    found: list[Case] = []
    for condition, term in cases:
        if condition in (FALSE, NULL):
            continue
        found.append((condition, term))
        if condition == TRUE:
            break
    return found


def case_of(cases: Cases[tuple[Sql, Sql]], otherwise: Sql) -> Sql:
    """``CASE``, with the conditions of neighbours that give the same put together."""
    arms: list[tuple[list[Sql], Sql]] = []
    for condition, value in cases:
        if arms and arms[-1][1] == value:
            arms[-1][0].append(condition)
        else:
            arms.append(([condition], value))
    if arms and arms[-1][1] == otherwise:
        arms.pop()
    if not arms:
        return otherwise
    written = joined(" ", (sql("WHEN {} THEN {}", some_of(conditions), value) for conditions, value in arms))
    return sql("CASE {} ELSE {} END", written, otherwise)


def _chosen_numbers(build: Build, cases: Cases[Case], otherwise: Term, writer: Writer) -> Term:
    terms = [term for _, term in cases] + [otherwise]
    if any(isinstance(term, Quotient) for term in terms):
        return _chosen_quotients(build, cases, otherwise)
    write, read = numbers.common(build, terms)
    return read(writer([(condition, write(term)) for condition, term in cases], write(otherwise)))


def _chosen_quotients(build: Build, cases: Cases[Case], otherwise: Term) -> Term:
    """Quotients stay pairs: tops and bottoms are chosen apart, an exact number being over 1."""

    def half(term: Term, *, top: bool) -> Term:
        if isinstance(term, Quotient):
            return term.top if top else term.bottom
        return term if top or term == UNKNOWN else Known(1)

    top, bottom = (
        _chosen_numbers(build, [(c, half(t, top=side)) for c, t in cases], half(otherwise, top=side), case_of)
        for side in (True, False)
    )
    one, other = (logic.bound(build, numbers.exact(build, each)) for each in (top, bottom))
    one = sure(one, Number)
    other = sure(other, Number)
    return Quotient(one, other)


def _chosen_scalars(build: Build, cases: Cases[Case], otherwise: Term, writer: Writer) -> Term:
    terms = [term for _, term in cases] + [otherwise]
    kinds = {type_of(term) for term in terms if term != UNKNOWN}
    if len(kinds) != 1:
        names = " and ".join(sorted(map(name_of, kinds)))
        raise Refusal(f"{names} in one column: what is chosen must be of one kind")
    kind = kinds.pop()
    written = writer([(c, logic.written(build, t)) for c, t in cases], logic.written(build, otherwise))
    if kind == types.BOOLEAN:
        return Truth(written, written, sql("(NOT {})", written))
    if not isinstance(kind, types.Simple):
        raise Refusal("ranges or functions in a column")
    return Scalar(written, kind, days=all(is_days(term) for term in terms))


def is_days(term: Term) -> bool:
    """Whether a duration is known to be of whole days (or months)."""
    return isinstance(term, Known) or (isinstance(term, Scalar) and term.days)


def name_of(kind: FeelType) -> str:
    """A type as a reader would say it."""
    if isinstance(kind, types.Simple):
        return kind.name
    return {ListOf: "list", types.ContextOf: "context", types.FunctionOf: "function"}.get(type(kind), "range")


# --- contexts and lists -----------------------------------------------------------------------------------------------


def _chosen_groups(build: Build, cases: Cases[Case], otherwise: Term) -> Term:
    terms = [term for _, term in cases] + [otherwise]
    groups = [term for term in terms if isinstance(term, Group)]
    names = list(groups[0].parts)
    if any(set(group.parts) != set(names) for group in groups) or any(
        not isinstance(term, Group) for term in terms if term != UNKNOWN
    ):
        raise Refusal("contexts of different shapes in one column")

    def part(term: Term, name: str) -> Term:
        return term.parts[name] if isinstance(term, Group) else UNKNOWN

    parts = {name: chosen(build, [(c, part(t, name)) for c, t in cases], part(otherwise, name)) for name in names}
    there = case_of([(c, _present(t)) for c, t in cases], _present(otherwise))
    return Group(parts, there if there in (TRUE, FALSE) else build.bind(there))


def _present(term: Term) -> Sql:
    return term.present if isinstance(term, Group) else FALSE


def _chosen_lists(build: Build, cases: Cases[Case], otherwise: Term) -> Term:
    terms = [term for _, term in cases] + [otherwise]
    if any(not isinstance(term, Items | Sequence | Groups) for term in terms if term != UNKNOWN):
        raise Refusal("a list and something else in one column")
    names = next((names for term in terms if (names := component_names(term))), None)
    if names is None:
        return _chosen_plain_lists(build, cases, otherwise)
    parts = {
        name: _chosen_plain_lists(build, [(c, listed_part(t, name)) for c, t in cases], listed_part(otherwise, name))
        for name in names
    }
    return Groups(parts)


def component_names(term: Term) -> tuple[str, ...] | None:
    """The components of the contexts that a list holds."""
    if isinstance(term, Groups):
        return tuple(term.parts)
    groups = [opened(item) for item in term.items] if isinstance(term, Items) else []
    return next((tuple(group.parts) for group in groups if isinstance(group, Group)), None)


def listed_part(term: Term, name: str) -> Term:
    """One component of each context of a list, as a list."""
    if isinstance(term, Groups) and name in term.parts:
        return term.parts[name]
    if not isinstance(term, Items):
        return term
    groups = [opened(item) for item in term.items]
    if not all(isinstance(group, Group) and name in group.parts for group in groups):
        raise Refusal("a list of contexts of different shapes", name)
    return Items(tuple(group.parts[name] for group in groups if isinstance(group, Group)))


def _chosen_plain_lists(build: Build, cases: Cases[Case], otherwise: Term) -> Sequence:
    terms = [term for _, term in cases] + [otherwise]
    if any(isinstance(opened(item), Items | Group) for term in terms if isinstance(term, Items) for item in term.items):
        raise Refusal("lists of lists or contexts that depend on facts")
    item, item_type, write = list_item(build, terms)
    answers = [item for term in terms if isinstance(term, Items) for item in term.items]
    answers += [answer for term in terms if isinstance(term, Sequence) for answer in term.answers]
    column = case_of([(c, write(t)) for c, t in cases], write(otherwise))
    return Sequence(build.bind(column), item, item_type, tuple(answers))


def list_item(build: Build, terms: Cases[Term]):  # type: ignore[no-untyped-def]
    """What the lists have in common: an example item, its SQL type, and how each list is written."""
    items = [item for term in terms if isinstance(term, Items) for item in term.items]
    items += [term.item for term in terms if isinstance(term, Sequence)]
    example = chosen(build, [(Sql(f"{n} = 0", 0), item) for n, item in enumerate(items)], UNKNOWN)
    example = example if not isinstance(example, Known) else as_column(build, example)
    kind = sql_type(build, example)

    def write(term: Term) -> Sql:
        if isinstance(term, Sequence):
            return sql("CAST({} AS {})", term.sql, build.dialect.list_type(kind))
        if isinstance(term, Items):
            return listed(build, [cast(build, item, like=example) for item in term.items], kind)
        return NULL

    return example, kind, write


def listed(build: Build, items: list[Sql], kind: str) -> Sql:
    """A list of columns of one type."""
    return Sql(
        build.dialect.listed([item.text for item in items], kind), max((item.level for item in items), default=0)
    )


def cast(build: Build, term: Term, *, like: Term) -> Sql:
    """A term as a column of the type that another has."""
    if term == UNKNOWN:
        return NULL
    if isinstance(like, Double):
        return numbers.common(build, [like, term])[0](term)
    if isinstance(like, Number):
        number = numbers.exact(build, term)
        if like.whole and number.whole:
            return number.sql
        return numbers.as_decimal(build, number, precision=like.precision, scale=like.scale)
    return logic.written(build, term)


def as_column(build: Build, term: Term) -> Term:
    """A term that the database can hold: constants written, quotients written down."""
    if isinstance(term, Quotient):
        return quotients.written_down(build, term)
    if not isinstance(term, Known) or term == UNKNOWN:
        return term
    if is_number(term):
        return numbers.constant(build, term.value)
    if isinstance(term.value, bool):
        return Truth(*(logic.written(build, term),) * 3)
    kind = type_of(term)
    if not isinstance(kind, types.Simple):
        raise Refusal("a list, context, range or function where a column needs one value")
    return Scalar(logic.written(build, term), kind)


def sql_type(build: Build, term: Term) -> str:
    """The type that a term's column has."""
    dialect = build.dialect
    if isinstance(term, Number):
        return dialect.whole_type if term.whole else dialect.decimal_type(term.precision, term.scale)
    if isinstance(term, Double):
        return dialect.double_type
    if isinstance(term, Truth):
        return dialect.boolean_type
    if isinstance(term, Sequence):
        return dialect.list_type(term.item_type)
    kinds = {
        types.DATE: dialect.date_type,
        types.DATE_AND_TIME: dialect.timestamp_type,
        types.TIME: "TIME",
        types.DAYS_DURATION: dialect.whole_type,
        types.MONTHS_DURATION: dialect.whole_type,
    }
    return kinds.get(term.type, dialect.text_type) if isinstance(term, Scalar) else dialect.text_type


def nothing_unless(build: Build, condition: Sql, term: Term) -> Term:
    """The term where a condition is true, null elsewhere."""
    if condition == TRUE:
        return term
    if condition in (FALSE, NULL):
        return UNKNOWN
    return chosen(build, [(condition, term)], UNKNOWN)


__all__ = [
    "Case",
    "as_column",
    "case_of",
    "cast",
    "chosen",
    "is_null",
    "listed",
    "name_of",
    "nothing_unless",
    "opened",
    "sql_type",
]
