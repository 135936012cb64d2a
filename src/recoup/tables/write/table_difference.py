"""What has changed in one decision table, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recoup.tables.model import DecisionTable, InputClause, OutputClause, Rule
from recoup.tables.write.layout import policy_words, type_words
from recoup.tables.write.phrases import change, quoted, single_spaced
from recoup.tables.write.row_matching import matched


def table_differences(old: DecisionTable, new: DecisionTable, name: str, *, alone: bool) -> Iterator[str]:
    """The changes of a table; its name stands before each unless it is the only one of the model."""
    prefix = "" if alone else f"{name}: "
    columns = _columns(old, new, name)
    for sentence in (*_heads(old, new, columns), *_rows(old, new, columns)):
        yield prefix + sentence


@dataclass(frozen=True, slots=True)
class _Column:
    """One column as it was and as it is; None where it is not there. ``empty`` is what a missing cell says."""

    side: str
    label: str
    was: int | None
    now: int | None

    @property
    def empty(self) -> str:
        return "-" if self.side == "when" else ""

    def before(self, rule: Rule) -> str:
        return _text(rule, self.side, self.was, self.empty)

    def after(self, rule: Rule) -> str:
        return _text(rule, self.side, self.now, self.empty)


def _text(rule: Rule, side: str, place: int | None, empty: str) -> str:
    if place is None:
        return empty
    if side == "note":
        return single_spaced(rule.annotations[place]) if place < len(rule.annotations) else empty
    cells = rule.conditions if side == "when" else rule.conclusions
    return single_spaced(cells[place].text)


def _columns(old: DecisionTable, new: DecisionTable, name: str) -> list[_Column]:
    return [
        *_paired(
            "when",
            [(each.id, single_spaced(each.expression.text)) for each in old.inputs],
            [(each.id, single_spaced(each.expression.text)) for each in new.inputs],
            [_input_label(each) for each in old.inputs],
            [_input_label(each) for each in new.inputs],
        ),
        *_paired(
            "then",
            [(each.id, each.name) for each in old.outputs],
            [(each.id, each.name) for each in new.outputs],
            [_output_label(each, name) for each in old.outputs],
            [_output_label(each, name) for each in new.outputs],
        ),
        *_paired(
            "note",
            [("", each) for each in old.annotation_names],
            [("", each) for each in new.annotation_names],
            list(old.annotation_names),
            list(new.annotation_names),
        ),
    ]


def _input_label(clause: InputClause) -> str:
    return single_spaced(clause.expression.text) or clause.label


def _output_label(clause: OutputClause, name: str) -> str:
    return clause.name or clause.label or name


def _paired(
    side: str, old: list[tuple[str, str]], new: list[tuple[str, str]], was: list[str], now: list[str]
) -> Iterator[_Column]:
    """Columns that have the same expression or name, else the same id."""
    free = dict(enumerate(old))
    found: dict[int, int] = {}
    for part in (1, 0):
        for place, keys in enumerate(new):
            match = next((at for at, each in free.items() if each[part] == keys[part] and keys[part]), None)
            if place not in found and match is not None:
                found[place] = match
                del free[match]
    if side == "then" and len(old) == len(new) == 1:
        found, free = {0: 0}, {}
    for place, label in enumerate(now):
        yield _Column(side, label, found.get(place), place)
    for at in free:
        yield _Column(side, was[at], at, None)


_SIDE_WORDS = {"when": "input", "then": "output", "note": "annotation"}


def _heads(old: DecisionTable, new: DecisionTable, columns: list[_Column]) -> Iterator[str]:
    if old.hit_policy is not new.hit_policy:
        yield f"hit policy {old.hit_policy.value} > {policy_words(new.hit_policy)}"
    for column in columns:
        what = f"{_SIDE_WORDS[column.side]} {column.label!r}"
        if column.was is None:
            yield f"{what} added"
        elif column.now is None:
            yield f"{what} removed"
        elif column.side == "when":
            yield from _input_changes(old.inputs[column.was], new.inputs[column.now], what)
        elif column.side == "then":
            yield from _output_changes(old.outputs[column.was], new.outputs[column.now], what)


def _input_changes(old: InputClause, new: InputClause, what: str) -> Iterator[str]:
    yield from change(f"expression of {what}:", old.expression.text, new.expression.text)
    yield from change(f"label of {what}:", old.label, new.label)
    yield from change(f"type of {what}:", type_words(old.type), type_words(new.type))
    yield from change(f"allowed values of {what}:", _cell(old), _cell(new))


def _output_changes(old: OutputClause, new: OutputClause, what: str) -> Iterator[str]:
    yield from change(f"name of {what}:", old.name, new.name)
    yield from change(f"label of {what}:", old.label, new.label)
    yield from change(f"type of {what}:", type_words(old.type), type_words(new.type))
    yield from change(f"allowed values of {what}:", _cell(old), _cell(new))
    defaults = (old.default.text if old.default else "", new.default.text if new.default else "")
    yield from change(f"default of {what}:", *defaults)


def _cell(clause: InputClause | OutputClause) -> str:
    return clause.allowed.text if clause.allowed else ""


# --- rows ---------------------------------------------------------------------------------------------------


def _rows(old: DecisionTable, new: DecisionTable, columns: list[_Column]) -> Iterator[str]:
    kept = [column for column in columns if column.now is not None]
    shared = [column for column in kept if column.was is not None]
    found = matched(
        [tuple(column.before(rule) for column in shared) for rule in old.rules],
        [tuple(column.after(rule) for column in shared) for rule in new.rules],
        [rule.id for rule in old.rules],
        [rule.id for rule in new.rules],
    )
    for place in found.removed:
        yield f"row {place + 1} removed: {_told(old.rules[place], columns, old=True)}"
    partners = {now: was for was, now in found.pairs}
    for place, rule in enumerate(new.rules):
        if place in partners:
            pair = (partners[place], place)
            yield from _one_row(old.rules[pair[0]], rule, kept, moved=pair in found.moved)
        else:
            yield f"row {place + 1} added: {_told(rule, kept, old=False)}"


def _one_row(old: Rule, new: Rule, columns: list[_Column], *, moved: bool) -> Iterator[str]:
    if moved:
        yield f"row {old.number} moved to {new.number}"
    row = f"row {new.number}" if moved or old.number == new.number else f"row {new.number} (was {old.number})"
    cells = [
        f"{column.label} {quoted(column.before(old))} > {quoted(column.after(new))}"
        for column in columns
        if column.side != "note" and column.before(old) != column.after(new)
    ]
    if cells:
        yield f"{row}: {'; '.join(cells)}"
    for column in columns:
        if column.side == "note":
            yield from change(f"{column.label} of {row}:", column.before(old), column.after(new))


def _told(rule: Rule, columns: list[_Column], *, old: bool) -> str:
    said = {
        side: [
            f"{column.label} {quoted(text)}"
            for column in columns
            if column.side == side and (text := column.before(rule) if old else column.after(rule)) not in ("-", "")
        ]
        for side in ("when", "then")
    }
    when = f"when {' and '.join(said['when'])} " if said["when"] else "always "
    return f"{when}then {', '.join(said['then']) or 'nothing'}"
