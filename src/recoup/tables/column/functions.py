"""The built-in functions that columns have. A call with constants alone never comes here: it is computed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeAlias

from recoup.tables.column import choices, dates, logic, numbers, quotients, texts
from recoup.tables.column.build import Build
from recoup.tables.column.expressions import Scope, calculated, term_of, written
from recoup.tables.column.fragments import FALSE, Refusal, Sql, all_of, some_of, sql, sure
from recoup.tables.column.terms import (
    UNKNOWN,
    Function,
    Group,
    Groups,
    Items,
    Known,
    Number,
    Quotient,
    Scalar,
    Span,
    Term,
    Truth,
    is_number,
    type_of,
)
from recoup.tables.column.terms import (
    Sequence as ListColumn,
)
from recoup.tables.dialects import NotWritable
from recoup.tables.feel import nodes, types
from recoup.tables.feel.closures import closure_of

Written: TypeAlias = Callable[[Scope, Sequence[Term]], Term]

#: How FEEL's rounding functions move a digit.
_MODES = {
    "decimal": "half even",
    "floor": "floor",
    "ceiling": "ceiling",
    "round up": "up",
    "round down": "down",
    "round half up": "half up",
    "round half down": "half down",
}


@written.register
def _call(node: nodes.Call, scope: Scope) -> Term:
    if node.fault:
        return UNKNOWN
    arguments = [term_of(each, scope) for each in node.arguments]
    if all(isinstance(each, Known) for each in arguments):
        values = tuple(nodes.Literal(each.value) for each in arguments if isinstance(each, Known))
        return Known(closure_of(nodes.Call(node.function, values))({}))
    if node.function not in _WRITTEN:
        raise Refusal(f"{node.function}() over facts", node.function)
    if node.function not in _OF_LISTS and any(_is_structure(each) for each in arguments):
        # FEEL takes a list of one for its item; of a list that may hold more or less, nobody knows.
        raise Refusal(f"{node.function}() of a list or context", node.function)
    try:
        return _WRITTEN[node.function](scope, arguments)
    except NotWritable as error:
        raise Refusal(str(error), node.function) from error


def _is_structure(term: Term) -> bool:
    return isinstance(choices.opened(term), Items | Group | ListColumn | Groups | Span | Function)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _rounding(mode: str) -> Written:
    def rounded(scope: Scope, arguments: Sequence[Term]) -> Term:
        number = arguments[0]
        places = arguments[1] if len(arguments) > 1 else Known(0)
        if not is_number(number) or places == UNKNOWN:
            return UNKNOWN
        if not isinstance(places, Known) or not is_number(places) or places.value != int(places.value):
            raise Refusal("rounding to decimals that are no constant whole number")
        return rounded_number(scope.build, number, scale=int(places.value), mode=mode)

    return rounded


def rounded_number(build: Build, term: Term, *, scale: int, mode: str) -> Term:
    """A number rounded to ``scale`` decimals."""
    if isinstance(term, Quotient):
        return quotients.rounded(build, term, scale=scale, mode=mode)
    number = numbers.exact(build, term)
    if scale >= number.scale:
        return number
    if scale < -18:
        raise Refusal("rounding to so many tens")
    shifted = numbers.multiplied(build, number, numbers.constant(build, Decimal(1).scaleb(scale)))
    value = build.bind(shifted.sql)
    floor = build.bind(sql("floor({})", value))
    part = build.bind(sql("({} - {})", value, floor))
    moved = build.bind(sql("({} + CASE WHEN {} THEN 1 ELSE 0 END)", floor, _raised(mode, value, floor, part)))
    digits = max(number.precision - number.scale, 1) + 1 + max(scale, 0)
    whole = numbers.fitted(build, moved, digits, 0)
    if scale == 0:
        return whole
    return numbers.multiplied(build, whole, numbers.constant(build, Decimal(1).scaleb(-scale)))


def _raised(mode: str, value: Sql, floor: Sql, part: Sql) -> Sql:
    """Whether the floor must be moved one up."""
    half = "CAST(0.5 AS DECIMAL(2,1))"
    some = sql("{} > 0", part)
    if mode == "floor":
        return FALSE
    if mode == "ceiling":
        return some
    if mode in ("up", "down"):
        return sql("({} {} 0 AND {})", value, ">" if mode == "up" else "<", some)
    above, tie = sql(f"{{}} > {half}", part), sql(f"{{}} = {half}", part)
    if mode == "half even":
        return some_of([above, sql("({} AND ({} % 2) <> 0)", tie, floor)])
    return some_of([above, sql("({} AND {} {} 0)", tie, value, ">" if mode == "half up" else "<")])


def _absolute(scope: Scope, arguments: Sequence[Term]) -> Term:
    term = arguments[0]
    if isinstance(term, Quotient):
        raise Refusal("the size of a quotient: round it first")
    if is_number(term):
        number = numbers.exact(scope.build, term)
        size = numbers.as_decimal(scope.build, number, precision=number.precision, scale=number.scale)
        return Number(sql("abs({})", size), number.precision, number.scale)
    if isinstance(term, Scalar) and term.type in (types.DAYS_DURATION, types.MONTHS_DURATION):
        return Scalar(sql("abs({})", term.sql), term.type, days=term.days)
    return UNKNOWN


def _parity(*, odd: bool) -> Written:
    def tested(scope: Scope, arguments: Sequence[Term]) -> Term:
        if not is_number(arguments[0]):
            return UNKNOWN
        number = numbers.exact(scope.build, arguments[0])
        if number.scale:
            raise Refusal("whether a number with decimals is even or odd")
        uneven = sql("(({} % 2) <> 0)", number.sql)
        even = sql("(({} % 2) = 0)", number.sql)
        return Truth(uneven, uneven, even) if odd else Truth(even, even, uneven)

    return tested


# --- lists ------------------------------------------------------------------------------------------------------------


def _items(arguments: Sequence[Term]) -> tuple[Term, ...]:
    if len(arguments) > 1:
        return tuple(arguments)
    only = choices.opened(arguments[0])
    if isinstance(only, Items):
        return only.items
    if isinstance(only, ListColumn | Groups | Group):
        raise Refusal("a list whose length depends on facts")
    return (only,)


def _furthest(word: str) -> Written:
    def found(scope: Scope, arguments: Sequence[Term]) -> Term:
        items = _items(arguments)
        kinds = {type_of(item) for item in items if item != UNKNOWN}
        if UNKNOWN in items or len(kinds) > 1:
            return UNKNOWN
        kind = kinds.pop()
        if kind == types.NUMBER:
            return _furthest_number(scope.build, word, items)
        if kind not in (types.STRING, types.DATE, types.DAYS_DURATION, types.MONTHS_DURATION):
            raise Refusal(f"{word}() of values that are no numbers, strings, dates or durations")
        mark = scope.build.dialect.by_code_point if kind == types.STRING else ""
        columns = [logic.written(scope.build, item) for item in items]
        kind = sure(kind, types.Simple)
        return Scalar(_pick(scope.build, word, columns, mark), kind, days=all(map(choices.is_days, items)))

    return found


def _furthest_number(build: Build, word: str, items: Sequence[Term]) -> Term:
    if any(isinstance(item, Quotient) for item in items):
        raise Refusal(f"{word}() of a quotient: round it first")
    write, read = numbers.common(build, list(items))
    return read(_pick(build, word, [write(item) for item in items], ""))


def _pick(build: Build, word: str, columns: Sequence[Sql], mark: str) -> Sql:
    """The least or greatest, null as soon as one is null (databases leave nulls out)."""
    if len(columns) == 1:
        return columns[0]
    marked = [sql(f"{{}}{mark}", column) for column in columns]
    function = build.dialect.least if word == "min" else build.dialect.greatest
    picked = Sql(function([each.text for each in marked]), max(each.level for each in marked))
    whole = all_of(sql("({} IS NOT NULL)", column) for column in columns)
    return sql("CASE WHEN {} THEN {} END", whole, picked)


def _sum(scope: Scope, arguments: Sequence[Term]) -> Term:
    items = _items(arguments)
    if not items or any(not is_number(item) for item in items):
        return UNKNOWN
    total = items[0]
    for item in items[1:]:
        total = calculated(scope, "+", total, item)
    return total


def _mean(scope: Scope, arguments: Sequence[Term]) -> Term:
    items = _items(arguments)
    total = _sum(scope, [Items(items)])
    return UNKNOWN if total == UNKNOWN else calculated(scope, "/", total, Known(len(items)))


def _count(scope: Scope, arguments: Sequence[Term]) -> Term:
    term = choices.opened(arguments[0])
    if isinstance(term, Items):
        return Known(len(term.items))
    listed = next(iter(term.parts.values())) if isinstance(term, Groups) else term
    if isinstance(listed, ListColumn):
        return Number(Sql(scope.build.dialect.size(listed.sql.text), listed.sql.level), 10, 0, whole=True)
    raise Refusal("count() of what is no list")


def _list_contains(scope: Scope, arguments: Sequence[Term]) -> Term:
    items, element = choices.opened(arguments[0]), arguments[1]
    if not isinstance(items, Items):
        raise Refusal("list contains() of what is no list of known length")
    return logic.disjunction([logic.settled(logic.compared(scope.build, "=", each, element)) for each in items.items])


def _concatenated(_scope: Scope, arguments: Sequence[Term]) -> Term:
    lists = [choices.opened(each) for each in arguments]
    if not all(isinstance(each, Items) for each in lists):
        raise Refusal("concatenate() of what is no list of known length")
    return Items(tuple(item for each in lists if isinstance(each, Items) for item in each.items))


def _appended(_scope: Scope, arguments: Sequence[Term]) -> Term:
    first = choices.opened(arguments[0])
    if not isinstance(first, Items):
        raise Refusal("append() to what is no list of known length")
    return Items((*first.items, *arguments[1:]))


# --- the rest ---------------------------------------------------------------------------------------------------------


def _not(_scope: Scope, arguments: Sequence[Term]) -> Term:
    return logic.negated(arguments[0])


def _text_test(function: str) -> Written:
    return lambda scope, arguments: texts.tested(scope.build, function, arguments[0], arguments[1])


def _beside(function: str) -> Written:
    return lambda scope, arguments: texts.beside(scope.build, function, arguments[0], arguments[1])


def _substring(scope: Scope, arguments: Sequence[Term]) -> Term:
    size = arguments[2] if len(arguments) > 2 else None
    return texts.substring(scope.build, arguments[0], arguments[1], size)


def _date(_scope: Scope, arguments: Sequence[Term]) -> Term:
    if len(arguments) == 1 and type_of(arguments[0]) == types.DATE:
        return arguments[0]
    raise Refusal("date() of a string or numbers that depend on facts: give the fact as a date")


def _number(_scope: Scope, arguments: Sequence[Term]) -> Term:
    del arguments
    raise Refusal("number() of a string that depends on facts: give the fact as a number")


#: Functions that know what to do with a list.
_OF_LISTS = frozenset({"min", "max", "sum", "mean", "count", "list contains", "concatenate", "append"})
_WRITTEN: dict[str, Written] = {
    **{name: _rounding(mode) for name, mode in _MODES.items()},
    **{name: _text_test(name) for name in ("contains", "starts with", "ends with")},
    **{name: _beside(name) for name in ("substring before", "substring after")},
    "not": _not,
    "abs": _absolute,
    "even": _parity(odd=False),
    "odd": _parity(odd=True),
    "min": _furthest("min"),
    "max": _furthest("max"),
    "sum": _sum,
    "mean": _mean,
    "count": _count,
    "list contains": _list_contains,
    "concatenate": _concatenated,
    "append": _appended,
    "string length": lambda scope, arguments: texts.length(scope.build, arguments[0]),
    "substring": _substring,
    "string": lambda scope, arguments: texts.written_out(scope.build, arguments[0]),
    "date": _date,
    "number": _number,
    "day of week": lambda scope, arguments: dates.named(scope.build, "day of week", arguments[0]),
    "month of year": lambda scope, arguments: dates.named(scope.build, "month of year", arguments[0]),
    "day of year": lambda scope, arguments: dates.day_number(scope.build, "day of year", arguments[0]),
    "week of year": lambda scope, arguments: dates.day_number(scope.build, "week of year", arguments[0]),
    "years and months duration": lambda scope, arguments: dates.months_between(scope.build, *arguments),
}
