"""What has changed between two versions of a model, in words: ``row 7: stage S3 > S2``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recoup.tables.feel.types import FeelType
from recoup.tables.model import BusinessKnowledge, Cell, Decision, DecisionTable, InputData, Model
from recoup.tables.named import named_tables
from recoup.tables.write.layout import type_words
from recoup.tables.write.phrases import change
from recoup.tables.write.table_difference import table_differences

_ABOUT_WORDS = {
    "in_force_from": "in force from",
    "in_force_until": "in force until",
}


def differences(old: Model, new: Model) -> list[str]:
    """The changes from the old model to the new, one sentence each, in the order of the new model.

    Texts that differ in spaces only are the same. Rows are matched by id, else by what they say; their numbers are the
    new ones unless said otherwise.
    """
    found = [
        *_about_differences(old, new),
        *_type_differences(old.item_types, new.item_types),
        *_fact_differences(old, new),
        *_decision_differences(old, new),
        *_function_differences(old, new),
        *_offered_differences(old, new),
    ]
    if not found and old.version != new.version:
        found.append("nothing that decides has changed: only descriptions, requirements or the spelling of texts")
    return found


def _about_differences(old: Model, new: Model) -> Iterator[str]:
    yield from change("name of the rulebook", old.name, new.name)
    for key in dict.fromkeys((*new.about, *old.about)):
        yield from change(
            f"{_ABOUT_WORDS.get(key, key)} of the rulebook", old.about.get(key, ""), new.about.get(key, "")
        )


def _type_differences(old: Mapping[str, FeelType], new: Mapping[str, FeelType]) -> Iterator[str]:
    for name in dict.fromkeys((*new, *old)):
        if name not in old:
            yield f"type {name!r} added: {type_words(new[name]) or 'anything'}"
        elif name not in new:
            yield f"type {name!r} removed"
        else:
            yield from change(f"type {name!r}:", type_words(old[name]), type_words(new[name]))


def _allowed(cell: Cell | None) -> str:
    return cell.text if cell else ""


def _fact_differences(old: Model, new: Model) -> Iterator[str]:
    before = {fact.name: fact for fact in old.inputs}
    renamed = _renamed(old.inputs, new.inputs)
    for fact in new.inputs:
        was = before.get(renamed.get(fact.name, fact.name))
        if was is None:
            yield f"fact {fact.name!r} added{_of_type(fact.type)}"
            continue
        if was.name != fact.name:
            yield f"fact {was.name!r} renamed {fact.name!r}"
        yield from change(f"type of the fact {fact.name!r}:", type_words(was.type), type_words(fact.type))
        yield from change(f"allowed values of the fact {fact.name!r}:", _allowed(was.allowed), _allowed(fact.allowed))
        yield from change(f"description of the fact {fact.name!r}:", was.description, fact.description)
    for name in _gone(before, new.inputs, renamed):
        yield f"fact {name!r} removed"


def _of_type(type_: FeelType) -> str:
    words = type_words(type_)
    return f" ({words})" if words else ""


def _decision_differences(old: Model, new: Model) -> Iterator[str]:
    before = {decision.name: decision for decision in old.decisions}
    renamed = _renamed(old.decisions, new.decisions)
    alone = sum(1 for _ in named_tables(new)) <= 1 and sum(1 for _ in named_tables(old)) <= 1
    for decision in new.decisions:
        was = before.get(renamed.get(decision.name, decision.name))
        if was is None:
            yield f"decision {decision.name!r} added"
            continue
        if was.name != decision.name:
            yield f"decision {was.name!r} renamed {decision.name!r}"
        yield from _one_decision(was, decision, alone=alone)
    for name in _gone(before, new.decisions, renamed):
        yield f"decision {name!r} removed"


def _one_decision(old: Decision, new: Decision, *, alone: bool) -> Iterator[str]:
    name = new.name
    yield from change(f"type of {name!r}:", type_words(old.type), type_words(new.type))
    for requirement in new.requires:
        if requirement not in old.requires:
            yield f"{name!r} now asks for {requirement!r}"
    for requirement in old.requires:
        if requirement not in new.requires:
            yield f"{name!r} no longer asks for {requirement!r}"
    yield from change(f"question of {name!r}:", old.question, new.question)
    yield from change(f"description of {name!r}:", old.description, new.description)
    if old.table is not None and new.table is not None:
        yield from table_differences(old.table, new.table, name, alone=alone)
    elif old.text and new.text:
        yield from change(f"{name!r}:", old.text, new.text)
    elif old.logic != new.logic:
        yield f"the logic of {name!r} is another"


def _function_differences(old: Model, new: Model) -> Iterator[str]:
    before = {function.name: function for function in old.functions}
    for function in new.functions:
        was = before.pop(function.name, None)
        if was is None:
            yield f"function {function.name!r} added"
        else:
            yield from _one_function(was, function)
    for name in before:
        yield f"function {name!r} removed"


def _one_function(old: BusinessKnowledge, new: BusinessKnowledge) -> Iterator[str]:
    yield from change(f"parameters of {new.name!r}:", _parameters(old), _parameters(new))
    yield from change(f"type of {new.name!r}:", type_words(old.type), type_words(new.type))
    if isinstance(old.body, DecisionTable) and isinstance(new.body, DecisionTable):
        yield from table_differences(old.body, new.body, new.name, alone=False)
    elif old.body != new.body:
        yield f"the logic of {new.name!r} is another"


def _parameters(function: BusinessKnowledge) -> str:
    return ", ".join(f"{each.name}{_of_type(each.type)}" for each in function.parameters)


def _offered_differences(old: Model, new: Model) -> Iterator[str]:
    before, after = {each.name: each for each in old.offers}, {each.name: each for each in new.offers}
    for name in dict.fromkeys((*after, *before)):
        if name not in before:
            yield f"decision service {name!r} added"
        elif name not in after:
            yield f"decision service {name!r} removed"
        elif (before[name].gives, before[name].parameters) != (after[name].gives, after[name].parameters):
            yield f"decision service {name!r} offers or asks for something else"


def _renamed(old: Sequence[InputData | Decision], new: Sequence[InputData | Decision]) -> dict[str, str]:
    """New names by which elements of the same id and another name go, to their old names."""
    names = {each.name for each in old}
    known = {each.id: each.name for each in old if each.id}
    kept = {each.name for each in new}
    return {
        each.name: known[each.id]
        for each in new
        if each.name not in names and each.id in known and known[each.id] not in kept
    }


def _gone(before: Mapping[str, object], new: Sequence[InputData | Decision], renamed: Mapping[str, str]) -> list[str]:
    kept = {renamed.get(each.name, each.name) for each in new}
    return [name for name in before if name not in kept]
