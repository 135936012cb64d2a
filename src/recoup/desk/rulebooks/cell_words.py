"""Cells of decision tables in plain words: ``[1..30]`` is "1 to 30", ``-`` is "any", ``null`` is "unknown".

The FEEL itself stays beside the words: whoever wants to know exactly reads that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from recoup.book.models import DebtKind
from recoup.book.wording import date_text, known
from recoup.casework.causes import name_of
from recoup.casework.models import TeamRole
from recoup.contact.models import StopReason
from recoup.desk.rulebooks.answer_words import answer_words
from recoup.people.models import Role
from recoup.tables.feel.nodes import (
    AnyValue,
    Bound,
    Call,
    Interval,
    Listing,
    Literal,
    Match,
    Negation,
    Node,
    NoneOf,
    Test,
)
from recoup.tables.model import Cell, Entry

#: Codes of the house that have a name: a reader meets "Lead voice", not lead_voice.
_NAMES: dict[str, Any] = {
    str(choice.value): choice.label
    for choices in (DebtKind, StopReason, TeamRole, Role)
    for choice in choices
    # A road may be legal and a check compliance's: alone, these words are no people.
    if choice.value not in {"legal", "compliance"}
}
_LONG_NUMBER = 10_000


class Words(NamedTuple):
    """One cell: what it says, the FEEL that says it, and whether it holds for everything."""

    text: str
    feel: str
    is_any: bool = False

    @property
    def is_code(self) -> bool:
        """Whether nobody found words for it, so that the FEEL itself is shown."""
        return bool(self.feel) and self.text == self.feel and not self.text.replace(" ", "").isalnum()


def condition_words(cell: Cell, language: str) -> Words:
    """The tests of a cell in words."""
    if not cell.tests or any(isinstance(test, AnyValue) for test in cell.tests):
        return Words(_("any"), cell.text, is_any=True)
    said = [_test(test, language) for test in cell.tests]
    if any(each is None for each in said):
        return Words(cell.text, cell.text)
    plain = all(isinstance(test, Match) for test in cell.tests)
    return Words((_(", ") if plain else _(" or ")).join(each for each in said if each is not None), cell.text)


def conclusion_words(entry: Entry | None, language: str) -> Words:
    """What a row answers, in words."""
    if entry is None or entry.text.strip() in {"", "null"}:
        return Words("–", "")
    said = node_words(entry.node, language)
    return Words(entry.text if said is None else said, entry.text)


def node_words(node: Node, language: str) -> str | None:
    """A written value in words; None for anything that has to be worked out."""
    match node:
        case Literal(value):
            return value_words(value, language)
        case Negation(Literal(value)) if isinstance(value, int | Decimal):
            return value_words(-value, language)
        case Call("date", (Literal(str(text)),)):
            day = _day(text)
            return None if day is None else date_text(day, language)
        case Listing(items):
            said = [node_words(item, language) for item in items]
            if any(each is None for each in said):
                return None
            return _(", ").join(each for each in said if each is not None) or _("none")
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def value_words(value: object, language: str) -> str:
    """A value in words: yes and no, dates and numbers as they are written here, codes by their name."""
    if value is None:
        return _("unknown")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_text(value, language)
    if isinstance(value, int | Decimal):
        return number_words(value)
    if isinstance(value, str):
        return code_words(value, language)
    if isinstance(value, list | tuple):
        return _(", ").join(value_words(each, language) for each in value) or _("none")
    if isinstance(value, Mapping):
        return _(", ").join(f"{name} {value_words(each, language)}" for name, each in value.items())
    return str(value)


def number_words(value: int | Decimal) -> str:
    """A number as people write it, with a true minus; thousands are parted from five digits on."""
    number = Decimal(value)
    text = f"{number:,f}" if abs(number) >= _LONG_NUMBER else f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def code_words(text: str, language: str) -> str:
    """A code by its name, several joined by commas each by theirs; any other text as it stands."""
    if "," in text and all(part in _NAMES for part in text.split(",")):
        return " + ".join(str(_NAMES[part]) for part in text.split(","))
    if text in _NAMES:
        return str(_NAMES[text])
    if "_" in text and text.replace("_", "").isalnum() and text.islower():
        return answer_words(text.replace("_", " "))
    return _cause_name(text, known(language)) or answer_words(text)


def _cause_name(code: str, language: str) -> str:
    if "-" not in code or not code.replace("-", "").isalnum() or not code.isupper():
        return ""
    name = name_of(code, language)
    return "" if name == code else f"{code} {name}"


def _test(test: Test, language: str) -> str | None:
    match test:
        case Match(expression):
            return node_words(expression, language)
        case Bound(operator, limit):
            return _bound(operator, limit, language)
        case Interval():
            return _interval(test, language)
        case NoneOf(tests):
            return _none_of(tests, language)
    return None


_NUMBER_BOUNDS: dict[str, Callable[[], str]] = {
    "<": lambda: _("less than %(value)s"),
    "<=": lambda: _("up to %(value)s"),
    ">": lambda: _("more than %(value)s"),
    ">=": lambda: _("%(value)s or more"),
    "=": lambda: "%(value)s",
    "!=": lambda: _("not %(value)s"),
}
_DATE_BOUNDS: dict[str, Callable[[], str]] = {
    "<": lambda: _("before %(value)s"),
    "<=": lambda: _("until %(value)s"),
    ">": lambda: _("after %(value)s"),
    ">=": lambda: _("from %(value)s"),
    "=": lambda: "%(value)s",
    "!=": lambda: _("not %(value)s"),
}


def _bound(operator: str, limit: Node, language: str) -> str | None:
    said = node_words(limit, language)
    if said is None:
        return None
    is_date = isinstance(limit, Call) or (isinstance(limit, Literal) and isinstance(limit.value, date))
    return (_DATE_BOUNDS if is_date else _NUMBER_BOUNDS)[operator]() % {"value": said}


def _interval(test: Interval, language: str) -> str | None:
    low, high = node_words(test.low, language), node_words(test.high, language)
    if low is None or high is None:
        return None
    sentences = {
        (True, True): _("%(low)s to %(high)s"),
        (True, False): _("%(low)s to under %(high)s"),
        (False, True): _("over %(low)s, up to %(high)s"),
        (False, False): _("over %(low)s, under %(high)s"),
    }
    return sentences[test.low_included, test.high_included] % {"low": low, "high": high}


def _none_of(tests: tuple[Test, ...], language: str) -> str | None:
    if len(tests) == 1 and tests[0] == Match(Literal(None)):
        return _("known")
    said = [_test(test, language) for test in tests]
    if any(each is None for each in said):
        return None
    return _("not %(value)s") % {"value": _(" or ").join(each for each in said if each is not None)}
