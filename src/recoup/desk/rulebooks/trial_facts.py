"""The form of a trial: one field a fact of the model, and the facts that somebody typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from recoup.desk.rulebooks.cell_words import value_words
from recoup.desk.rulebooks.fact_words import fact_words
from recoup.desk.rulebooks.nearest import literals_in, words_written
from recoup.tables.feel import FeelError, Months, compile_expression
from recoup.tables.feel.types import BOOLEAN, DATE, NUMBER, STRING
from recoup.tables.model import InputData, Model

PREFIX = "fact:"
_OPTIONS_MAX = 60


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: how it is asked for (choice, number, date, text), what was typed, what is wrong with that."""

    name: str
    label: str
    kind: str
    typed: str
    options: tuple[Option, ...] = ()
    wrong: str = ""

    @property
    def key(self) -> str:
        """The field's name in the form."""
        return PREFIX + self.name


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked: the fields as they stand and the facts they make. ``asked`` is False for an empty form."""

    fields: tuple[Field, ...]
    facts: Mapping[str, object]
    asked: bool

    @property
    def is_whole(self) -> bool:
        """Whether every field could be read."""
        return not any(field.wrong for field in self.fields)


def trial_of(model: Model, typed: Mapping[str, str], language: str) -> Trial:
    """Reads a form. An empty field is a fact that is not known."""
    fields, facts = [], dict[str, object]()
    asked = False
    for fact in model.inputs:
        text = typed.get(PREFIX + fact.name, "").strip()
        asked = asked or PREFIX + fact.name in typed
        wrong = ""
        try:
            facts[fact.name] = value_of(fact, text)
        except ValueError as error:
            wrong = str(error)
        fields.append(_field(model, fact, text, wrong, language))
    return Trial(tuple(fields), facts, asked)


def typed_from(facts: Mapping[str, object]) -> dict[str, str]:
    """Facts of a case as they would be typed."""
    return {PREFIX + name: _as_typed(value) for name, value in facts.items()}


def _as_typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_as_feel(each) for each in value) + "]"
    return value.isoformat() if isinstance(value, date) else _as_feel(value)


def _as_feel(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Months):
        return f'@"P{value.count}M"'
    if isinstance(value, timedelta):
        return f'@"P{value.days}D"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_as_feel(each)}" for name, each in value.items()) + "}"
    if isinstance(value, date):
        return f'@"{value.isoformat()}"'
    return "null" if value is None else _as_typed(value)


def value_of(fact: InputData, text: str) -> object:
    """What was typed for a fact. Raises ValueError with a sentence that is fit to show."""
    if not text:
        return None
    if fact.type == NUMBER:
        return _number(text)
    if fact.type == BOOLEAN:
        return {"true": True, "false": False}.get(text)
    if fact.type == DATE:
        return _date(text)
    if fact.type == STRING:
        return text
    return _expression(text)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
    return number


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is not a date like 2026-11-23.") % {"text": text}) from None


def _expression(text: str) -> object:
    """Lists, durations and groups of facts are typed as FEEL; a bare word is that word."""
    try:
        return compile_expression(text, ()).evaluate({})
    except FeelError:
        if text.replace("_", "").replace("-", "").isalnum():
            return text
        raise ValueError(_("“%(text)s” cannot be read.") % {"text": text}) from None


def _field(model: Model, fact: InputData, text: str, wrong: str, language: str) -> Field:
    label = fact_words(fact.name, fact.label)
    if fact.type == BOOLEAN:
        choices = [("", _("unknown")), ("true", _("yes")), ("false", _("no"))]
        return Field(fact.name, label, "choice", text, _options(choices, text), wrong)
    if fact.type == STRING:
        words = _words_of(model, fact)
        choices = [("", _("unknown")), *((word, value_words(word, language)) for word in words)]
        if words and text in {"", *words}:
            return Field(fact.name, label, "choice", text, _options(choices, text), wrong)
        return Field(fact.name, label, "text", text, (), wrong)
    kind = "number" if fact.type == NUMBER else "date" if fact.type == DATE else "text"
    return Field(fact.name, label, kind, text, (), wrong)


def _options(choices: list[tuple[str, str]], text: str) -> tuple[Option, ...]:
    return tuple(Option(value, label, value == text) for value, label in choices)


def _words_of(model: Model, fact: InputData) -> list[str]:
    """What a text may be: what is allowed of it, else every word that some cell tests."""
    allowed = [] if fact.allowed is None else [each for each in literals_in(fact.allowed) if isinstance(each, str)]
    found = allowed or list(words_written(model, fact))
    return list(dict.fromkeys(found))[:_OPTIONS_MAX]
