"""Decision tables as pages show them: headings, rows in words, what a trial lit and what it struck through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.desk.rulebooks.answer_words import answer_words, citation_words
from recoup.desk.rulebooks.cell_words import Words, conclusion_words, condition_words
from recoup.desk.rulebooks.fact_words import fact_words, question_words
from recoup.tables.model import Decision, DecisionTable, HitPolicy, InputClause, Model, OutputClause, Rule

#: From so many columns on a table is told row by row, one under another, instead of in columns.
_WIDE = 10
_CITATION, _SOURCE, _FROM, _UNTIL = "citation", "source", "in force from", "in force until"
_NAME = "name"
#: Notes that speak for themselves; others are told with their heading.
_BARE = frozenset({"why", "text", "because", "note", "reason"})
_KNOWN_NOTES = frozenset({_CITATION, _SOURCE, _FROM, _UNTIL})

POLICIES = {
    HitPolicy.UNIQUE: gettext_lazy("exactly one row fits"),
    HitPolicy.ANY: gettext_lazy("rows that fit give the same answer"),
    HitPolicy.FIRST: gettext_lazy("the first row that fits decides"),
    HitPolicy.PRIORITY: gettext_lazy("of the rows that fit, the highest answer counts"),
    HitPolicy.RULE_ORDER: gettext_lazy("every row that fits answers, from the top"),
    HitPolicy.OUTPUT_ORDER: gettext_lazy("every row that fits answers, the highest first"),
    HitPolicy.COLLECT: gettext_lazy("every row that fits answers"),
    HitPolicy.COLLECT_SUM: gettext_lazy("the rows that fit are added up"),
    HitPolicy.COLLECT_MIN: gettext_lazy("of the rows that fit, the smallest answer counts"),
    HitPolicy.COLLECT_MAX: gettext_lazy("of the rows that fit, the largest answer counts"),
    HitPolicy.COLLECT_COUNT: gettext_lazy("the rows that fit are counted"),
}


class Heading(NamedTuple):
    """The head of a column: its words, and the fact or output it is written as."""

    words: str
    name: str


class Shown(NamedTuple):
    """One cell with its heading; ``mark`` says what a trial made of it: met, miss, unknown or nothing."""

    heading: str
    words: Words
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in words. ``state`` is what a trial made of it: lit, out, or nothing."""

    number: int
    conditions: tuple[Shown, ...]
    conclusions: tuple[Shown, ...]
    title: str
    notes: tuple[str, ...]
    citation: str
    source: str
    dates: str
    state: str = ""

    @property
    def link(self) -> str:
        """Where the source can be read, when it is an address."""
        return self.source if self.source.startswith(("https://", "http://")) else ""

    @property
    def told(self) -> tuple[Shown, ...]:
        """The conditions that say something: what holds for everything is left out."""
        return tuple(each for each in self.conditions if not each.words.is_any)

    @property
    def gives(self) -> tuple[Shown, ...]:
        """The conclusions that say something."""
        return tuple(each for each in self.conclusions if each.words.feel)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a page."""

    name: str
    title: str
    question: str
    policy: str
    when: tuple[Heading, ...]
    then: tuple[Heading, ...]
    rows: tuple[Row, ...]
    otherwise: tuple[Shown, ...]
    has_notes: bool
    is_wide: bool
    place: int

    @property
    def lit(self) -> str:
        """The numbers of the rows that a trial lit."""
        return _(", ").join(str(row.number) for row in self.rows if row.state == "lit")


class Marks(NamedTuple):
    """What a trial made of one table: by rule number the mark of each condition, and the rules that fired."""

    cells: Mapping[int, Sequence[bool | None]]
    fired: frozenset[int]


class Formula(NamedTuple):
    """A decision that is worked out by an expression instead of a table."""

    name: str
    title: str
    text: str
    question: str


def sheets_of(model: Model, language: str, marks: Mapping[str, Marks] | None = None) -> list[Sheet]:
    """The tables of a model in the order in which they are decided."""
    tables = [(decision, decision.table) for decision in model.decisions]
    return [
        _sheet(decision, table, place, language, (marks or {}).get(table.name))
        for place, (decision, table) in enumerate((each for each in tables if each[1] is not None), start=1)
        if table is not None
    ]


def formulas_of(model: Model) -> list[Formula]:
    """Decisions that are worked out, in the order in which they are decided."""
    return [
        Formula(
            decision.name, fact_words(decision.name, decision.label), decision.text, question_words(decision.question)
        )
        for decision in model.decisions
        if decision.table is None and decision.text
    ]


def _sheet(decision: Decision, table: DecisionTable, place: int, language: str, marks: Marks | None) -> Sheet:
    when = tuple(_input_heading(clause) for clause in table.inputs)
    then = _output_headings(decision, table, language)
    rows = tuple(_row(rule, table, when, then, language, marks) for rule in table.rules)
    otherwise = tuple(
        Shown(heading.words, conclusion_words(default, language))
        for heading, default in zip(then, table.default, strict=True)
        if heading is not None and default is not None
    )
    return Sheet(
        name=table.name,
        title=fact_words(decision.name, decision.label),
        question=question_words(decision.question),
        policy=str(POLICIES[table.hit_policy]),
        when=when,
        then=tuple(heading for heading in then if heading is not None),
        rows=rows,
        otherwise=otherwise,
        has_notes=any(row.title or row.notes or row.citation or row.dates for row in rows),
        is_wide=len(table.inputs) + len(table.outputs) >= _WIDE,
        place=place,
    )


def _input_heading(clause: InputClause) -> Heading:
    return Heading(fact_words(clause.expression.text, clause.label), clause.expression.text)


def _output_headings(decision: Decision, table: DecisionTable, language: str) -> tuple[Heading | None, ...]:
    """One heading an output; None for a text in another language than the page's."""
    found: list[Heading | None] = []
    for output in table.outputs:
        name = output.name or decision.name
        found.append(Heading(_output_words(output, name), name) if in_language(name, language) else None)
    return tuple(found)


def _output_words(output: OutputClause, name: str) -> str:
    return fact_words(_without_language(name), _without_language(output.label))


_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}


def in_language(name: str, language: str) -> bool:
    """Whether a column belongs on a page of this language: its name ends in no other language."""
    for each in _LANGUAGES.values():
        if name.lower().replace("_", "-").replace(" ", "-").endswith(("-" + each.lower(), "." + each.lower())):
            return each == _LANGUAGES.get(language.lower(), "en")
    return True


def _without_language(name: str) -> str:
    for each in _LANGUAGES.values():
        low = name.lower().replace("_", "-")
        if low.endswith(tuple(sign + each.lower() for sign in "-. ")):
            return name[: -len(each) - 1]
    return name


def _row(
    rule: Rule,
    table: DecisionTable,
    when: Sequence[Heading],
    then: Sequence[Heading | None],
    language: str,
    marks: Marks | None,
) -> Row:
    cells = marks.cells.get(rule.number, ()) if marks else ()
    conditions = tuple(
        Shown(heading.words, condition_words(cell, language), _mark(cells, place))
        for place, (heading, cell) in enumerate(zip(when, rule.conditions, strict=True))
    )
    conclusions = tuple(
        Shown(heading.words, conclusion_words(entry, language))
        for heading, entry in zip(then, rule.conclusions, strict=True)
        if heading is not None
    )
    noted = dict(zip(table.annotation_names, rule.annotations, strict=False))
    told = _in_language(noted, language)
    state = ("lit" if rule.number in marks.fired else "out") if marks else ""
    return Row(
        number=rule.number,
        conditions=conditions,
        conclusions=conclusions,
        title=_title(told.pop(_NAME, ""), conditions),
        notes=tuple(text if name in _BARE else f"{fact_words(name)}: {text}" for name, text in told.items()),
        citation=citation_words(noted.get(_CITATION, "")),
        source=noted.get(_SOURCE, ""),
        dates=_dates(noted),
        state=state,
    )


def _title(name: str, conditions: Sequence[Shown]) -> str:
    """The row's own name, unless a condition says it already."""
    return "" if any(name in condition.words.text for condition in conditions) else name


def _in_language(noted: Mapping[str, str], language: str) -> dict[str, str]:
    """The notes of a rule that belong on a page of this language, by their name without it."""
    return {
        _without_language(name): answer_words(text)
        for name, text in noted.items()
        if text and name not in _KNOWN_NOTES and in_language(name, language)
    }


def note_in_language(noted: Mapping[str, str], language: str) -> str:
    """The first note of a rule that speaks for itself, in the reader's language."""
    return next((text for name, text in _in_language(noted, language).items() if name in _BARE), "")


def name_in_language(noted: Mapping[str, str], language: str) -> str:
    """What a rule calls itself, in the reader's language; empty when it has no name."""
    return _in_language(noted, language).get(_NAME, "")


def _mark(cells: Sequence[bool | None], place: int) -> str:
    if place >= len(cells):
        return ""
    return {True: "met", False: "miss", None: "unknown"}[cells[place]]


def _dates(noted: Mapping[str, str]) -> str:
    start, end = noted.get(_FROM, ""), noted.get(_UNTIL, "")
    if start and end:
        return _("from %(start)s until %(end)s") % {"start": start, "end": end}
    if start:
        return _("since %(day)s") % {"day": start}
    return _("until %(end)s") % {"end": end} if end else ""


def tag_of(language: str) -> str:
    """The language as rulebooks name it: ``zh-Hans``."""
    return _LANGUAGES.get(language.lower(), "en")


def title_of(model: Model, language: str) -> str:
    """The rulebook's title in the reader's language, English where it has none in it."""
    about = model.about
    return about.get(f"title.{tag_of(language)}") or about.get("title") or model.name
