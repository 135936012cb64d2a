"""Changes of a rulebook in the reader's words: cells of rows by the names and values that its tables show."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from recoup.desk.rulebooks.cell_words import code_words, condition_words
from recoup.desk.rulebooks.fact_words import fact_words
from recoup.tables.feel import FeelError, compile_unary_tests
from recoup.tables.model import Cell, Model

_TABLE = re.compile(r"(?P<table>[^:`]+): (?P<rest>row \d+.*|.*of row \d+.*)", re.S)
_CELLS = re.compile(r"row (?P<row>\d+)(?: \(was (?P<was>\d+)\))?: (?P<cells>.+)", re.S)
_MOVED = re.compile(r"row (?P<was>\d+) moved to (?P<now>\d+)")
_NEW = re.compile(r"row (?P<row>\d+) (?P<how>added|removed): (?P<told>.+)", re.S)
_TOLD = re.compile(r"(?:always|when (?P<when>.*?)) then (?P<then>.*)", re.S)
_NOTE = re.compile(r"(?P<what>.+?) of row (?P<row>\d+)(?: \(was \d+\))?(?P<how>:| added:| removed:) (?P<said>.+)", re.S)


class _Speaker:
    """Says changes of one model in one language."""

    def __init__(self, model: Model | None, language: str) -> None:
        self.language = language
        self.labels = _labels(model) if model else {}
        # The longest name first: `stage` must not be taken for the beginning of `stage_rank`.
        self.names = sorted(self.labels, key=len, reverse=True)

    def say(self, sentence: str) -> str:
        """The sentence in the reader's words; as it stands, with a capital, when it is of another kind."""
        found = _TABLE.fullmatch(sentence)
        table, rest = (found["table"], found["rest"]) if found else ("", sentence)
        words = self._row(rest)
        if words is None:
            return sentence[:1].upper() + sentence[1:]
        return f"{fact_words(table)}{_(': ')}{words}" if table else words

    def _row(self, text: str) -> str | None:
        if found := _CELLS.fullmatch(text):
            return self._cells(found["row"], found["cells"])
        if found := _MOVED.fullmatch(text):
            return _("Row %(was)s moved to %(now)s") % {"was": found["was"], "now": found["now"]}
        if found := _NEW.fullmatch(text):
            return self._new(found["row"], found["how"], found["told"])
        if found := _NOTE.fullmatch(text):
            return self._note(found["what"], found["row"], found["said"])
        return None

    def _cells(self, row: str, cells: str) -> str | None:
        said = [self._cell(each) for each in cells.split("; ")]
        if any(each is None for each in said):
            return None
        return _("Row %(row)s: %(cells)s") % {"row": row, "cells": "; ".join(each for each in said if each)}

    def _cell(self, text: str) -> str | None:
        name, said = self._named(text)
        was, sign, now = said.partition(" > ")
        if not name or not sign:
            return None
        return f"{self.labels[name]}{_(': ')}{self._value(was)} → {self._value(now)}"

    def _named(self, text: str) -> tuple[str, str]:
        name = next((each for each in self.names if text.startswith(each + " ")), "")
        return name, text[len(name) + 1 :]

    def _new(self, row: str, how: str, told: str) -> str | None:
        found = _TOLD.fullmatch(told)
        if found is None:
            return None
        when, then = self._list(found["when"] or "", " and "), self._list(found["then"], ", ")
        sentences = {
            ("added", True): _("Row %(row)s is new: when %(when)s, then %(then)s"),
            ("added", False): _("Row %(row)s is new: otherwise %(then)s"),
            ("removed", True): _("Row %(row)s is taken out: when %(when)s, then %(then)s"),
            ("removed", False): _("Row %(row)s is taken out: otherwise %(then)s"),
        }
        return sentences[how, bool(when)] % {"row": row, "when": when, "then": then}

    def _list(self, text: str, joint: str) -> str:
        """``stage S3 and days 4``: each with its label. What does not begin with a name belongs to the one before."""
        said: list[str] = []
        for each in text.split(joint):
            name, value = self._named(each)
            if name or not said:
                said.append(f"{self.labels.get(name, '')} {self._value(value if name else each)}".strip())
            else:
                said[-1] += f"{joint}{each}"
        return _(", ").join(each for each in said if each)

    def _note(self, what: str, row: str, said: str) -> str:
        words = _("Row %(row)s, %(what)s: %(said)s")
        return words % {"row": row, "what": fact_words(what), "said": said.replace(" > ", " → ").replace("`", "")}

    def _value(self, text: str) -> str:
        bare = text.strip("`")
        if bare in {"", "null"}:
            return "–"
        try:
            tests = compile_unary_tests(bare).tests
        except FeelError:
            return code_words(bare, self.language)
        return condition_words(Cell(bare, tests), self.language).text


def _labels(model: Model) -> dict[str, str]:
    """What columns are called: by the expression or name that sentences of changes use."""
    found: dict[str, str] = {}
    for decision in model.decisions:
        if decision.table is not None:
            for clause in decision.table.inputs:
                found[" ".join(clause.expression.text.split())] = fact_words(clause.expression.text, clause.label)
            for output in decision.table.outputs:
                name = output.name or output.label or decision.name
                found[name] = fact_words(name, output.label)
    return found


def changes_shown(sentences: Iterable[str], model: Model | None, language: str) -> list[str]:
    """Sentences of changes as a reader of the language sees them."""
    speaker = _Speaker(model, language)
    return [speaker.say(sentence) for sentence in sentences]
