"""Whether the program can live by a house rulebook: what a model may say as a model, and the day's run could not do.

Found when a draft is checked, so that no version is published which would stop a night's run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recoup.domain.ladder import LadderError
from recoup.rulebooks.ladders import LADDERS, ladder_of
from recoup.tables.feel.nodes import Literal
from recoup.tables.model import DecisionTable, Model, Rule
from recoup.tables.problems import Problem

#: Letters that the database keeps of a step's name and of a reason.
STEP_NAME_MAX, REASON_MAX = 20, 40
#: Facts that a sentence beside a reason may name in braces.
SENTENCE_FACTS = frozenset(
    {
        "stage", "days_in_stage", "days_open", "days_past_due", "next_bucket", "days_to_roll", "rolls_on",
        "days_since_touched", "days_since_touched_or_open", "cause_name", "stopped_name", "opened_on", "stage_since",
        "lead_since", "overdue_money", "paid_money", "paid_on",
    }
)  # fmt: skip
#: Roles on a case, and roles of staff that may fill them.
SEAT_ROLES = frozenset(
    {
        "relationship_manager", "risk_manager", "branch_manager", "lead_voice", "second_voice", "recorder", "numbers",
        "safety_and_law", "legal_lead", "specialist",
    }
)  # fmt: skip
STAFF_ROLES = frozenset({"relationship_manager", "risk_manager", "branch_manager", "collector", "legal", "compliance"})
_BRACES = re.compile(r"\{(\w*)\}|[{}]")


def misfits(name: str, model: Model) -> list[Problem]:
    """Everything that keeps the program from living by the model as the rulebook ``name``; none for other rulebooks."""
    return list(_CHECKS[name](model)) if name in _CHECKS else []


def _ladder(model: Model) -> Iterator[Problem]:
    try:
        ladder = ladder_of(model)
    except LadderError as error:
        yield Problem("no-ladder", "error", str(error).removeprefix(f"{model.file}: "), model.file)
        return
    for step in ladder.steps:
        if len(step.name) > STEP_NAME_MAX:
            said = f"the step {step.name!r} has a name of more than {STEP_NAME_MAX} letters"
            yield Problem("long-name", "error", said, model.file)


def _sentences(model: Model) -> Iterator[Problem]:
    for table, rule in _rules_of(model, "Reason"):
        reason = _written(table, rule, "id")
        if reason is not None and not 0 < len(str(reason)) <= REASON_MAX:
            yield _problem(model, table, rule, "long-name", f"a reason has 1 to {REASON_MAX} letters")
        for column, text in zip(table.annotation_names, rule.annotations, strict=False):
            if column.startswith("text "):
                yield from _braces(model, table, rule, text)


def _braces(model: Model, table: DecisionTable, rule: Rule, text: str) -> Iterator[Problem]:
    for found in _BRACES.finditer(text):
        if found.group(1) not in SENTENCE_FACTS:
            said = f"{found.group()} in a sentence is no fact that it can tell"
            yield _problem(model, table, rule, "unknown-fact", said, text)


def _seats(model: Model) -> Iterator[Problem]:
    for table, rule in _rules_of(model, "Seats"):
        if (role := _written(table, rule, "role")) not in SEAT_ROLES:
            yield _problem(model, table, rule, "unknown-role", f"there is no role {role!r} on a case")
        for place in ("first", "second"):
            if (role := _written(table, rule, place)) not in STAFF_ROLES and (role is not None or place == "first"):
                yield _problem(model, table, rule, "unknown-role", f"nobody has the role {role!r}")


def _stops(model: Model) -> Iterator[Problem]:
    for table, rule in _rules_of(model, "Stop"):
        if _written(table, rule, "pauses_ageing") is not False:
            said = "a stop never holds the ageing: agree on a pause beside it"
            yield _problem(model, table, rule, "stop-holds-ageing", said)


_CHECKS: dict[str, Callable[[Model], Iterator[Problem]]] = {
    **dict.fromkeys(LADDERS.values(), _ladder),
    "house/priority": _sentences,
    "house/team": _seats,
    "house/holds": _stops,
}


def _rules_of(model: Model, decision: str) -> Iterator[tuple[DecisionTable, Rule]]:
    for each in model.decisions:
        if each.name == decision and each.table is not None:
            yield from ((each.table, rule) for rule in each.table.rules)


def _written(table: DecisionTable, rule: Rule, output: str) -> object:
    """The value that a rule writes out for an output; None where it computes one."""
    for clause, entry in zip(table.outputs, rule.conclusions, strict=True):
        if clause.name == output and isinstance(entry.node, Literal):
            return entry.node.value
    return None


def _problem(model: Model, table: DecisionTable, rule: Rule, code: str, said: str, construct: str = "") -> Problem:
    return Problem(code, "error", said, model.file, rule.line, construct, table.name, rule.number)
