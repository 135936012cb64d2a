"""What a trial found: the answer, the path to it, and the nearest change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from recoup.desk.rulebooks.answer_words import citation_words
from recoup.desk.rulebooks.cell_words import condition_words, value_words
from recoup.desk.rulebooks.fact_words import fact_words
from recoup.desk.rulebooks.nearest import Change, nearest_changes
from recoup.desk.rulebooks.sheet import Marks, name_in_language, note_in_language
from recoup.tables.model import Decision, Model
from recoup.tables.row import Compiled, Outcome, RuleStory, TableStory, explain

_CHANGES_SHOWN = 8
#: An answer of more parts than this has no part that could stand for it.
_LEAD_PARTS_MAX = 4
_VERDICTS = {"allow": "allow", "require": "require", "hold": "hold", "refuse": "refuse"}


class Part(NamedTuple):
    """One more piece of an answer."""

    heading: str
    words: str


class Answer(NamedTuple):
    """What a decision says. ``meaning`` is one of the four of our permission, or empty."""

    title: str
    lead: str
    parts: tuple[Part, ...]
    note: str
    citation: str
    meaning: str


class Step(NamedTuple):
    """One line of the path. ``kind``: of (a table begins), end (the row that fired), or nothing; ``to`` is its row."""

    kind: str
    rows: str
    words: str
    to: str = ""


class ChangeShown(NamedTuple):
    """One fact that would change the answer."""

    fact: str
    value: str
    answer: str


@dataclass(frozen=True, slots=True)
class Result:
    """All that a trial shows."""

    answers: tuple[Answer, ...]
    complaints: tuple[str, ...]
    path: tuple[Step, ...]
    changes: tuple[ChangeShown, ...]
    marks: Mapping[str, Marks]


def result_of(compiled: Compiled, facts: Mapping[str, object], language: str) -> Result:
    """Decides the case and tells how."""
    model = compiled.model
    outcome = compiled.decide(facts)
    stories = explain(model, outcome, facts)
    last = last_decisions(model)
    return Result(
        answers=tuple(_answer(decision, outcome, stories, language) for decision in last),
        complaints=tuple(outcome.complaints),
        path=tuple(
            step for story in stories for step in _path(model, story, language, is_one_of_many=len(stories) > 1)
        ),
        changes=_changes(compiled, facts, last, language),
        marks={story.table: _marks(story) for story in stories},
    )


def last_decisions(model: Model) -> list[Decision]:
    """The decisions that no other decision requires: what a rulebook is asked for."""
    required = {name for decision in model.decisions for name in decision.requires}
    return [decision for decision in model.decisions if decision.name not in required]


def _marks(story: TableStory) -> Marks:
    fired = frozenset(rule.number for rule in story.fired)
    return Marks({rule.number: rule.cells for rule in story.rules}, fired)


def _answer(decision: Decision, outcome: Outcome, stories: Sequence[TableStory], language: str) -> Answer:
    value = outcome.values.get(decision.name)
    story = next((each for each in stories if each.table == decision.name), None)
    rule = story.fired[0] if story and story.fired else None
    lead, parts = _split(decision, value, language)
    if rule is not None and len(parts) >= _LEAD_PARTS_MAX:
        parts = (Part(_heading(decision), lead), *parts)
        lead = name_in_language(rule.annotations, language) or _("Row %(rule)s") % {"rule": rule.number}
    return Answer(
        title=fact_words(decision.name, decision.label),
        lead=lead,
        parts=parts,
        note=note_in_language(rule.annotations, language) if rule else "",
        citation=citation_words(rule.annotations.get("citation", "")) if rule else "",
        meaning=_VERDICTS.get(_first_text(value), "hold" if value is None else ""),
    )


def _first_text(value: object) -> str:
    first = next(iter(value.values()), None) if isinstance(value, Mapping) else value
    return first if isinstance(first, str) else ""


def _split(decision: Decision, value: object, language: str) -> tuple[str, tuple[Part, ...]]:
    """The first component leads, the others follow; lists of several components become one line an item."""
    if value is None:
        return _("No answer"), ()
    if isinstance(value, Mapping) and value:
        labels = _labels(decision)
        named = [
            Part(fact_words(name, labels.get(name, "")), value_words(each, language)) for name, each in value.items()
        ]
        return named[0].words, tuple(named[1:])
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        lines = [
            _(", ").join(value_words(each, language) for each in item.values() if each is not None) for item in value
        ]
        return lines[0], tuple(Part(str(place), line) for place, line in enumerate(lines[1:], start=2))
    return value_words(value, language), ()


def _heading(decision: Decision) -> str:
    """What the first component of an answer is called."""
    first = decision.table.outputs[0] if decision.table else None
    return fact_words(first.name, first.label) if first else ""


def _labels(decision: Decision) -> dict[str, str]:
    return {output.name: output.label for output in decision.table.outputs} if decision.table else {}


def _path(model: Model, story: TableStory, language: str, *, is_one_of_many: bool) -> list[Step]:
    """How a table came to its answer: the rows above the one that fired, by the fact that ruled them out."""
    tables = [each.table for each in model.decisions if each.table is not None]
    place, table = next((at, each) for at, each in enumerate(tables, start=1) if each.name == story.table)
    steps = [Step("of", "", fact_words(story.table))] if is_one_of_many else []
    fired = [rule.number for rule in story.fired]
    above = [rule for rule in story.rules if not fired or rule.number < fired[0]]
    steps += [_ruled_out(group, story, language) for group in _groups(above) if group[0].number not in fired]
    for number in fired:
        rule = table.rules[number - 1]
        said = [
            condition_words(cell, language).text
            for cell in rule.conditions
            if not condition_words(cell, language).is_any
        ]
        words = _(", ").join(said) or _("nothing else fits")
        steps.append(Step("end", str(number), words, f"#t{place}r{number}"))
    if not fired:
        steps.append(Step("end", "–", _("no row fits")))
    return steps


def _groups(rules: Sequence[RuleStory]) -> list[list[RuleStory]]:
    """Neighbouring rows that the same column ruled out."""
    groups: list[list[RuleStory]] = []
    for rule in rules:
        if groups and _column(groups[-1][0]) == _column(rule):
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def _column(rule: RuleStory) -> int:
    """The first column that did not hold, a certain no before an unknown; -1 where all held."""
    if False in rule.cells:
        return rule.cells.index(False)
    return rule.cells.index(None) if None in rule.cells else -1


def _ruled_out(group: Sequence[RuleStory], story: TableStory, language: str) -> Step:
    first, last = group[0].number, group[-1].number
    rows = str(first) if first == last else f"{first}–{last}"
    column = _column(group[0])
    if column < 0:
        return Step("", rows, _("fits too"))
    label, value = story.inputs[column]
    said = _("%(fact)s: %(value)s") % {"fact": fact_words(label), "value": value_words(value, language)}
    return Step("", rows, said)


def _changes(
    compiled: Compiled, facts: Mapping[str, object], last: Sequence[Decision], language: str
) -> tuple[ChangeShown, ...]:
    names = [decision.name for decision in last]

    def answer(tried: Mapping[str, object]) -> object:
        values = compiled.decide(tried).values
        return tuple(values.get(name) for name in names)

    found = nearest_changes(compiled.model, facts, answer)
    now = answer(facts)
    return tuple(_change(change, compiled.model, last, now, language) for change in found[:_CHANGES_SHOWN])


def _change(change: Change, model: Model, last: Sequence[Decision], now: object, language: str) -> ChangeShown:
    label = next((fact.label for fact in model.inputs if fact.name == change.fact), "")
    answers = change.answer if isinstance(change.answer, tuple) else ()
    before = now if isinstance(now, tuple) else ()
    said = [
        _difference(decision, old, new, language)
        for decision, old, new in zip(last, before, answers, strict=True)
        if old != new
    ]
    return ChangeShown(fact_words(change.fact, label), value_words(change.value, language), _(", ").join(said))


def _difference(decision: Decision, old: object, new: object, language: str) -> str:
    """The first thing that is otherwise: the lead, or the component that changed."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        labels = _labels(decision)
        if len(new) > _LEAD_PARTS_MAX:
            return _("another row")
        changed = [name for name in new if new[name] != old.get(name)]
        first = next(iter(new), "")
        name = first if first in changed or not changed else changed[0]
        words = value_words(new[name], language)
        return words if name == first else f"{fact_words(name, labels.get(name, ''))} {words}"
    return _split(decision, new, language)[0]
