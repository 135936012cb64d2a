"""Findings of the check as sentences, with the row they are about and facts that show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.desk.rulebooks.cell_words import value_words
from recoup.desk.rulebooks.fact_words import fact_words
from recoup.desk.rulebooks.lamp import MEANINGS
from recoup.tables.model import Model
from recoup.tables.problems import Problem

SHOWN = 40
#: What a sort of finding means, for readers of other languages than the check's own.
_SORTS = {
    "gap": gettext_lazy("No row fits these facts."),
    "null-gap": gettext_lazy("No row fits when this is not known."),
    "more-gaps": gettext_lazy("There are more such gaps."),
    "overlap": gettext_lazy("Two rows fit the same facts: %(rows)s."),
    "more-overlaps": gettext_lazy("More rows fit the same facts."),
    "dead-rule": gettext_lazy("This row can never answer."),
    "duplicate-rule": gettext_lazy("This row says the same as another."),
    "not-complete": gettext_lazy("The table is too large to be checked to the end."),
    "cannot-be-checked": gettext_lazy(
        "Gaps and overlaps cannot be found here: the cell looks at more than its column."
    ),
    "unknown-fact": gettext_lazy("It asks for a fact that nobody gives."),
    "fact-type": gettext_lazy("A fact has another type than the program gives."),
    "missing-decision": gettext_lazy("A decision that the program asks for is missing."),
    "answer-type": gettext_lazy("The answer has another form than the program reads."),
    "answer-values": gettext_lazy("Other answers are allowed than in the shipped rules: can everybody use them?"),
    "missing-citation": gettext_lazy("This row names no citation."),
    "missing-source": gettext_lazy("This row names no source."),
    "missing-in-force-from": gettext_lazy("This row does not say since when it holds."),
    "not-a-date": gettext_lazy("This is not a date like 2026-01-31."),
    "dates-out-of-order": gettext_lazy("It ends before it begins."),
    "out-of-force": gettext_lazy("This row holds no more."),
    "not-yet-in-force": gettext_lazy("This row does not hold yet."),
    "unsupported": gettext_lazy("Recoup does not support this."),
    "type-mismatch": gettext_lazy("Values of different kinds meet here, so there is never an answer."),
    "unknown-name": gettext_lazy("A name is used that nothing explains."),
    "unknown-type": gettext_lazy("A type is named that the file does not have."),
    "unknown-reference": gettext_lazy("It points to something that the file does not have."),
    "unknown-demand": gettext_lazy("A particular is demanded that Recoup does not know."),
    "output-not-allowed": gettext_lazy("The answer is not among those that the column allows."),
    "invalid-feel": gettext_lazy("This cell cannot be read as an expression."),
    "invalid-model": gettext_lazy("The file is not built as the standard says."),
    "broken-xml": gettext_lazy("The file is broken and cannot be read."),
    "unsafe-xml": gettext_lazy("The file contains something that is never read, for safety."),
    "too-deep": gettext_lazy("The file is nested too deeply."),
    "duplicate-name": gettext_lazy("Two things have the same name."),
    "duplicate-id": gettext_lazy("Two things have the same id."),
    "no-ladder": gettext_lazy("These rows are no ladder: each day must have one step, and the last must be open."),
    "long-name": gettext_lazy("The name is missing or too long."),
    "unknown-role": gettext_lazy("A role is named that nobody has."),
    "stop-holds-ageing": gettext_lazy("A stop never holds the ageing: agree on a pause beside it."),
}
_ROWS = re.compile(r"rules (\d+) and (\d+)")


class ProblemShown(NamedTuple):
    """One finding: where it is, what it is, facts that show it, and how to get there."""

    meaning: str
    where: str
    words: str
    exact: str
    example: str
    table: str
    rule: int | None
    anchor: str
    is_live: bool


def problems_shown(
    problems: Iterable[Problem], model: Model | None, language: str, *, is_live: bool = False
) -> list[ProblemShown]:
    """Findings, what must be mended first. ``is_live`` makes the place a button of the editor instead of a link."""
    tables = [decision.table.name for decision in model.decisions if decision.table] if model else []
    places = {name: place for place, name in enumerate(tables, start=1)}
    ordered = sorted(problems, key=lambda problem: problem.severity == "warning")
    labels = labels_of(model)
    return [_shown(problem, places, labels, language, is_live=is_live) for problem in ordered[:SHOWN]]


def labels_of(model: Model | None) -> dict[str, str]:
    """How the facts of a model are called, by name."""
    if model is None:
        return {}
    outputs = [output for decision in model.decisions if decision.table for output in decision.table.outputs]
    return {output.name: output.label for output in outputs} | {fact.name: fact.label for fact in model.inputs}


def _shown(
    problem: Problem, places: Mapping[str, int], labels: Mapping[str, str], language: str, *, is_live: bool
) -> ProblemShown:
    place = places.get(problem.table)
    anchor = f"#t{place}r{problem.rule}" if place and problem.rule else f"#table-{place}" if place else ""
    return ProblemShown(
        meaning=MEANINGS[problem.severity],
        where=_where(problem),
        words=words_of(problem),
        exact=str(problem),
        example=facts_in_words(problem.example, labels, language),
        table=problem.table,
        rule=problem.rule,
        anchor=anchor,
        is_live=is_live,
    )


def _where(problem: Problem) -> str:
    if problem.table and problem.rule:
        return _("%(table)s, row %(rule)s:") % {"table": fact_words(problem.table), "rule": problem.rule}
    if problem.table:
        return f"{fact_words(problem.table)}:"
    return _("Line %(line)s:") % {"line": problem.line} if problem.line else ""


def words_of(problem: Problem) -> str:
    """What is wrong, in the reader's language where the sort of finding is known, else in the check's own words."""
    known = _SORTS.get(problem.code)
    if known is None:
        return problem.message[:1].upper() + problem.message[1:] + ("" if problem.message.endswith(".") else ".")
    rows = _ROWS.search(problem.construct)
    return (
        str(known) % {"rows": f"{rows[1]}, {rows[2]}" if rows else problem.rule or "–"}
        if "%(" in str(known)
        else str(known)
    )


def facts_in_words(facts: Mapping[str, object], labels: Mapping[str, str], language: str) -> str:
    """Facts as a reader sees them: ``Stage S3, days past due 47``."""
    said = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            said.append(facts_in_words(value, labels, language))
        else:
            said.append(f"{fact_words(name, labels.get(name, ''))} {value_words(value, language)}")
    return _(", ").join(said)
