"""The nearest change of answer: which one fact, moved just past a boundary of the tables, gives another answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from recoup.tables.feel.nodes import Call, Literal, Name, Negation, Node, Test, descendants
from recoup.tables.feel.types import BOOLEAN, DATE, NUMBER, FeelType
from recoup.tables.model import Cell, DecisionTable, InputData, Model

Facts = Mapping[str, object]
Answer = Callable[[Facts], object]

#: More candidates than any house table has boundaries; a hostile draft shall not keep a page waiting.
_TRIED_MAX = 400
_WORDS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One fact set to another value, all others kept, and the answer that comes of it."""

    fact: str
    value: object
    answer: object


def nearest_changes(model: Model, facts: Facts, answer: Answer) -> list[Change]:
    """For each fact the nearest values that change the answer: one below, one above, other words, unknown.

    ``answer`` decides one case; it is asked once a candidate. Numbers and dates come first, then words, then unknown.
    """
    now = answer(facts)
    found: list[list[Change]] = [[], [], []]
    tried = 0
    for fact in model.inputs:
        candidates = list(_candidates(model, fact, facts.get(fact.name)))
        tried += len(candidates)
        if tried > _TRIED_MAX:
            break
        changed = [
            Change(fact.name, value, other)
            for value in candidates
            if (other := answer({**facts, fact.name: value})) != now
        ]
        _sort_in(changed, facts.get(fact.name), found)
    return [change for group in found for change in group]


def _sort_in(changed: list[Change], now: object, found: list[list[Change]]) -> None:
    """The nearest below and above go first, words after them, unknown last."""
    steps = [change for change in changed if _distance(change.value, now) is not None]
    for side in (-1, 1):
        on_side = [change for change in steps if _far(change, now) * side > 0]
        found[0].extend(sorted(on_side, key=lambda change: abs(_far(change, now)))[:1])
    words = [change for change in changed if change not in steps and change.value is not None]
    found[1].extend(words[:_WORDS_SHOWN])
    found[2].extend(change for change in changed if change.value is None)


def _far(change: Change, now: object) -> Decimal:
    return _distance(change.value, now) or Decimal(0)


def _distance(value: object, now: object) -> Decimal | None:
    """How far a number or date lies from the present one, with its side; None for anything else."""
    if _is_number(value) and _is_number(now):
        return Decimal(str(value)) - Decimal(str(now))
    if isinstance(value, date) and isinstance(now, date):
        return Decimal((value - now).days)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _candidates(model: Model, fact: InputData, now: object) -> Iterator[object]:
    """Values worth trying: the boundaries of every cell that tests the fact, and a step to either side."""
    written = list(dict.fromkeys(_written(model, fact)))
    tried: Iterable[object] = _around(written, fact.type, now)
    yield from (value for value in dict.fromkeys(tried) if value != now)
    if now is not None:
        yield None


def _around(written: list[object], kind: FeelType, now: object) -> Iterator[object]:
    if kind == BOOLEAN:
        yield from (True, False)
    elif kind == NUMBER:
        numbers = [Decimal(str(value)) for value in written if _is_number(value)]
        step = _step([*numbers, Decimal(str(now))] if _is_number(now) else numbers)
        yield from (value for each in numbers for value in (each, each - step, each + step))
    elif kind == DATE:
        day = timedelta(days=1)
        yield from (value for each in written if isinstance(each, date) for value in (each, each - day, each + day))
    else:
        yield from (value for value in written if isinstance(value, str))


def _step(numbers: list[Decimal]) -> Decimal:
    """One of the last digit that anybody wrote: 1 for counts, 0.01 for shares in hundredths."""
    places = [int(exponent) for number in numbers if isinstance(exponent := number.as_tuple().exponent, int)]
    return Decimal(1).scaleb(min([0, *places]))


def _written(model: Model, fact: InputData) -> Iterator[object]:
    """Values that stand in cells testing the fact, and in what is allowed of it."""
    for table in tables_in(model):
        for place, clause in enumerate(table.inputs):
            if _reads(clause.expression.node, fact.name):
                for rule in table.rules:
                    yield from literals_in(rule.conditions[place])
    if fact.allowed is not None:
        yield from literals_in(fact.allowed)


def words_written(model: Model, fact: InputData) -> Iterator[str]:
    """The words that cells testing a fact name, in their order."""
    yield from (value for value in _written(model, fact) if isinstance(value, str))


def _reads(node: Node, name: str) -> bool:
    return any(isinstance(each, Name) and each.name == name for each in descendants(node))


def tables_in(model: Model) -> list[DecisionTable]:
    """The decision tables of a model, each after what it requires."""
    return [decision.table for decision in model.decisions if decision.table is not None]


def literals_in(cell: Cell) -> Iterator[object]:
    """The values written out in a cell."""
    for test in cell.tests:
        yield from _literals(test)


def _literals(test: Node | Test) -> Iterator[object]:
    below = list(descendants(test))
    negated = {id(each.operand) for each in below if isinstance(each, Negation)}
    for each in below:
        if isinstance(each, Call) and each.function == "date" and len(each.arguments) == 1:
            yield from _dates(each.arguments[0])
        elif isinstance(each, Literal) and each.value is not None:
            value = each.value
            yield -value if id(each) in negated and isinstance(value, int | Decimal) else value


def _dates(node: Node) -> Iterator[date]:
    """The date that a text says."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        try:
            yield date.fromisoformat(node.value)
        except ValueError:
            return
