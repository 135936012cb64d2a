"""Texts of rulebooks as models: parsed once a process, compiled when first asked, checked with what the program needs.

Kept by the text's own hash, so that another text can never be taken for it and nothing need ever be thrown away early.
Readers, engines and checks are imported when first used: most commands and pages never need them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from recoup.policy.shipped import shipped_text
from recoup.policy.texts import as_bytes, sha256_of
from recoup.rulebooks.fit import misfits
from recoup.tables.model import Decision, Model
from recoup.tables.problems import ModelError, Problem

if TYPE_CHECKING:
    from recoup.tables.row import Compiled

#: So many models stay parsed in a process: every rulebook in force, and those that people look at.
KEPT_MAX = 128


@dataclass(frozen=True)
class Loaded:
    """A text that was read: its model and, from the first time it is asked for, its compiled form."""

    text: str
    model: Model

    @cached_property
    def compiled(self) -> Compiled:
        """The model made ready to decide one case."""
        from recoup.tables.row import compile_model

        return compile_model(self.model)


_kept: OrderedDict[tuple[str, str], Loaded] = OrderedDict()
_turn = Lock()


def loaded(digest: str, text_of: Callable[[], str], *, file: str) -> Loaded:
    """The model of the text with that SHA-256; ``text_of`` is asked for it only when it is not kept yet.

    Raises ModelError.
    """
    from recoup.tables.read import read_model

    key = (file, digest)
    with _turn:
        if found := _kept.get(key):
            _kept.move_to_end(key)
            return found
    text = text_of()
    made = Loaded(text, read_model(as_bytes(text), file=file))
    with _turn:
        _kept[key] = made
        while len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return made


def loaded_text(text: str, *, name: str) -> Loaded:
    """The model of a text at hand. Raises ModelError."""
    return loaded(sha256_of(text), lambda: text, file=file_of(name))


def file_of(name: str) -> str:
    """The file that problems name: ``house/team.dmn``."""
    return f"{name}.dmn"


@dataclass(frozen=True)
class Checked:
    """What the check found; ``model`` is None where the text could not be read."""

    model: Model | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended before anybody can approve it, refusals to load among them."""
        return tuple(problem for problem in self.problems if problem.severity != "warning")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What must be acknowledged."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def checked(text: str, *, name: str) -> Checked:
    """Everything the check has to say of a text that would be the rulebook ``name``."""
    return _checked(text, name, shipped_text(name))


@lru_cache(maxsize=64)
def _checked(text: str, name: str, shipped: str | None) -> Checked:
    from recoup.tables.check import check

    try:
        model = loaded_text(text, name=name).model
    except ModelError as error:
        return Checked(None, error.problems)
    standard = loaded_text(shipped, name=name).model if shipped is not None else None
    demands = {word for each in (model, standard) if each for word in each.about.get("demands", "").split()}
    found = check(model, demands=sorted(demands))
    shape = shape_problems(model, standard) if standard else []
    return Checked(model, (*found, *shape, *misfits(name, model)))


def warning_key(problem: Problem) -> str:
    """By what a warning is acknowledged: the same finding keeps its key while the table around it changes."""
    said = "\n".join((problem.code, problem.table, str(problem.rule), problem.message, problem.construct))
    return sha256(said.encode()).hexdigest()[:16]


def changes_in_words(old: str, new: str, *, name: str) -> list[str]:
    """What a text says otherwise than another, one sentence a change. Raises ModelError."""
    from recoup.tables.write.difference import differences

    return differences(loaded_text(old, name=name).model, loaded_text(new, name=name).model)


def same_meaning(one: str, other: str, *, name: str) -> bool:
    """Whether two texts decide and say the same; layout and diagrams do not count. Raises ModelError."""
    return one == other or loaded_text(one, name=name).model.version == loaded_text(other, name=name).model.version


def shape_problems(model: Model, standard: Model) -> list[Problem]:
    """Where a model does not fit the program: facts that nobody gives it, answers that the program would miss.

    The shipped model is the standard: its input data are the facts there are, its last decisions those that are asked.
    """
    return [*_fact_problems(model, standard), *_answer_problems(model, standard)]


def _fact_problems(model: Model, standard: Model) -> list[Problem]:
    given = {fact.name: fact.type for fact in standard.inputs}
    found = []
    for fact in model.inputs:
        if fact.name not in given:
            said = f"there is no fact {fact.name!r}: this rulebook is given {', '.join(sorted(given))}"
            found.append(_problem("unknown-fact", said, model, fact.line))
        elif fact.type != given[fact.name]:
            found.append(_problem("fact-type", f"the fact {fact.name!r} has another type", model, fact.line))
    return found


def _answer_problems(model: Model, standard: Model) -> list[Problem]:
    there = {decision.name: decision for decision in model.decisions}
    found = []
    for wanted in _last_decisions(standard):
        decision = there.get(wanted.name)
        if decision is None:
            said = f"the decision {wanted.name!r} is missing: the program asks for it"
            found.append(_problem("missing-decision", said, model, 0))
        elif _shape(decision) != _shape(wanted):
            said = f"the decision {wanted.name!r} must answer with the names and types that the program reads"
            found.append(_problem("answer-type", said, model, decision.line))
        elif _allowed(decision) != _allowed(wanted):
            said = f"the decision {wanted.name!r} allows other answers than the shipped one: can everybody use them?"
            found.append(_problem("answer-values", said, model, decision.line, warning=True))
    return found


def _last_decisions(model: Model) -> list[Decision]:
    required = {name for decision in model.decisions for name in decision.requires}
    return [decision for decision in model.decisions if decision.name not in required]


def _shape(decision: Decision) -> object:
    table = decision.table
    if table is None:
        return decision.type
    return table.hit_policy.gives_one, {output.name: output.type for output in table.outputs}


def _allowed(decision: Decision) -> object:
    outputs = decision.table.outputs if decision.table else ()
    return {output.name: output.allowed.text if output.allowed else "" for output in outputs}


def _problem(code: str, said: str, model: Model, line: int, *, warning: bool = False) -> Problem:
    return Problem(code, "warning" if warning else "error", said, model.file, line)
