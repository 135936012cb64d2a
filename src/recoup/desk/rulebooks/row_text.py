"""One rule as a form sees it: its cells by field name, how each reads in words, and the text with it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recoup.desk.rulebooks.cell_words import conclusion_words, condition_words
from recoup.desk.rulebooks.fact_words import fact_words
from recoup.tables.model import DecisionTable, Model, Rule
from recoup.tables.named import named_tables
from recoup.tables.write.xml import Document, Row

Texts = tuple[tuple[str | None, ...], tuple[str | None, ...], tuple[str | None, ...]]
_AS_IT_IS: Texts = ((), (), ())


@dataclass(frozen=True, slots=True)
class NewRow:
    """A rule that is not there yet."""

    name: str
    table: DecisionTable

    def shown(self, form: Any, language: str) -> dict[str, Any]:
        """The form's fields in their three groups."""
        return _groups(self.table, None, form, language)


@dataclass(frozen=True, slots=True)
class OldRow:
    """A rule that is to be changed."""

    name: str
    table: DecisionTable
    rule: Rule

    def shown(self, form: Any, language: str) -> dict[str, Any]:
        """The form's fields in their three groups, each with how it reads now."""
        return _groups(self.table, self.rule, form, language)


def row_at(model: Model, table: int, rule: int) -> NewRow | OldRow | None:
    """The rule at a place: tables and rules count from 1, rule 0 is a new one."""
    tables = [decision.table for decision in model.decisions if decision.table is not None]
    if not 1 <= table <= len(tables):
        return None
    found = tables[table - 1]
    if rule == 0:
        return NewRow(found.name, found)
    return OldRow(found.name, found, found.rules[rule - 1]) if rule <= len(found.rules) else None


def cells_of(row: NewRow | OldRow) -> list[tuple[str, str, str]]:
    """Field name, label and text of each cell: conditions, conclusions, notes."""
    table, rule = row.table, row.rule if isinstance(row, OldRow) else None
    found = []
    for place, clause in enumerate(table.inputs):
        label = fact_words(clause.expression.text, clause.label)
        found.append((f"when-{place}", label, rule.conditions[place].text if rule else "-"))
    for place, output in enumerate(table.outputs):
        label = fact_words(output.name or table.name, output.label)
        found.append((f"then-{place}", label, rule.conclusions[place].text if rule else ""))
    for place, name in enumerate(table.annotation_names):
        noted = rule.annotations[place] if rule and place < len(rule.annotations) else ""
        found.append((f"note-{place}", fact_words(name), noted))
    return found


def texts_from(row: NewRow | OldRow, given: Mapping[str, str]) -> Texts:
    """What was typed; an empty condition holds for everything."""
    table = row.table
    return (
        tuple(given[f"when-{place}"].strip() or "-" for place in range(len(table.inputs))),
        tuple(given[f"then-{place}"].strip() for place in range(len(table.outputs))),
        tuple(given[f"note-{place}"].strip() for place in range(len(table.annotation_names))),
    )


def with_row(text: str, model: Model, row: NewRow | OldRow, says: Texts, *, after: int = 0) -> bytes:
    """The text with a rule saying something else; a new one stands below rule ``after``, 0 for the top."""
    rows = [Row(place, _AS_IT_IS) for place in range(len(row.table.rules))]
    if isinstance(row, OldRow):
        rows[row.rule.number - 1] = Row(row.rule.number - 1, says)
    else:
        rows.insert(min(after, len(rows)), Row(None, says))
    return _with_rows(text, model, row.table, rows)


def without_row(text: str, model: Model, row: OldRow) -> bytes:
    """The text without a rule."""
    kept = [place for place in range(len(row.table.rules)) if place != row.rule.number - 1]
    return _with_rows(text, model, row.table, [Row(place, _AS_IT_IS) for place in kept])


def _with_rows(text: str, model: Model, table: DecisionTable, rows: list[Row]) -> bytes:
    document = Document(text.encode(), model)
    key = next(key for key, _where, each in named_tables(model) if each is table)
    document.set_rows(key, rows)
    return document.bytes()


def _groups(table: DecisionTable, rule: Rule | None, form: Any, language: str) -> dict[str, Any]:
    def read(place: int, kind: str) -> str:
        if rule is None:
            return ""
        if kind == "when":
            return condition_words(rule.conditions[place], language).text
        return conclusion_words(rule.conclusions[place], language).text

    def group(kind: str, count: int) -> list[tuple[Any, str]]:
        return [(form[f"{kind}-{place}"], read(place, kind)) for place in range(count)]

    return {
        "when": group("when", len(table.inputs)),
        "then": group("then", len(table.outputs)),
        "notes": [form[f"note-{place}"] for place in range(len(table.annotation_names))],
        "place": form["after"] if "after" in form.fields else None,
    }
