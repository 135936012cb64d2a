"""Citations and dates that a rulebook demands, of itself and of each of its rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from recoup.tables.feel.values import date_from
from recoup.tables.model import DecisionTable, Model, Rule
from recoup.tables.problems import Problem, Severity

#: A demand by its name, and the key of ``Model.about`` that meets it for the whole rulebook.
_OF_THE_RULEBOOK = {
    "citation": "citation",
    "source": "source",
    "in-force-from": "in_force_from",
    "in-force-until": "in_force_until",
    "owner": "owner",
}
_FROM, _UNTIL = "in force from", "in force until"


def demands_of(model: Model, more: Collection[str] = ()) -> list[str]:
    """What must be written: what the rulebook itself demands, and what the caller does."""
    own = model.about.get("demands", "").split()
    return list(dict.fromkeys(each.strip().lower().replace("_", "-").replace(" ", "-") for each in (*own, *more)))


def rulebook_problems(model: Model, demands: list[str]) -> Iterator[Problem]:
    """Particulars of the rulebook that are missing, or dates in it that are not dates or not in order."""
    for demand in demands:
        key = _OF_THE_RULEBOOK.get(demand)
        if key is None:
            yield Problem(
                "unknown-demand", "error", f"nothing is known of the demand {demand!r}", model.file, construct=demand
            )
        elif not model.about.get(key, "").strip():
            yield Problem(f"missing-{demand}", "error", f"the rulebook has no {_spoken(demand)}", model.file)
    yield from _order_problems(
        model.about.get("in_force_from", ""), model.about.get("in_force_until", ""), _Place(model.file)
    )


def rule_problems(
    table: DecisionTable, name: str, file: str, demands: list[str], on: date | None = None
) -> Iterator[Problem]:
    """Annotations that are missing in rules, dates in them that are not dates, and rules out of force on a day."""
    columns = {written.strip().lower(): place for place, written in enumerate(table.annotation_names)}
    for demand in demands:
        if demand in _OF_THE_RULEBOOK and _spoken(demand) not in columns and table.rules:
            yield Problem(
                f"missing-{demand}",
                "error",
                f"no column of annotations is named {_spoken(demand)!r}",
                file,
                line=table.line,
                table=name,
            )
    for rule in table.rules:
        place = _Place(file, name, rule)
        for demand in demands:
            column = columns.get(_spoken(demand))
            if column is not None and not _annotation(rule, column):
                yield place.problem(f"missing-{demand}", "error", f"the rule has no {_spoken(demand)}")
        dates = [_annotation(rule, columns[column]) if column in columns else "" for column in (_FROM, _UNTIL)]
        yield from _order_problems(dates[0], dates[1], place)
        yield from _out_of_force(dates[0], dates[1], place, on)


class _Place:
    """Where a finding belongs: the rulebook, or a rule of a table."""

    def __init__(self, file: str, table: str = "", rule: Rule | None = None) -> None:
        self.file, self.table, self.rule = file, table, rule

    def problem(self, code: str, severity: Severity, message: str, construct: str = "") -> Problem:
        """A finding at this place."""
        return Problem(
            code,
            severity,
            message,
            self.file,
            line=self.rule.line if self.rule else 0,
            construct=construct,
            table=self.table,
            rule=self.rule.number if self.rule else None,
        )


def _spoken(demand: str) -> str:
    return demand.replace("-", " ")


def _annotation(rule: Rule, column: int) -> str:
    return rule.annotations[column].strip() if column < len(rule.annotations) else ""


def _order_problems(first: str, last: str, place: _Place) -> Iterator[Problem]:
    for text, what in ((first, _FROM), (last, _UNTIL)):
        if text and day_of(text) is None:
            yield place.problem("not-a-date", "error", f"{what} is not a date such as 2026-01-31", text)
    begins, ends = day_of(first), day_of(last)
    if begins and ends and ends <= begins:
        yield place.problem("dates-out-of-order", "error", f"in force until {ends} is not after {begins}")


def _out_of_force(first: str, last: str, place: _Place, on: date | None) -> Iterator[Problem]:
    begins, ends = day_of(first), day_of(last)
    if on is None:
        return
    if ends and ends <= on:
        yield place.problem("out-of-force", "warning", f"the rule is out of force since {ends}")
    elif begins and begins > on:
        yield place.problem("not-yet-in-force", "warning", f"the rule is in force only from {begins}")


def day_of(text: str) -> date | None:
    """The day that an annotation means, written plainly or as FEEL: ``2026-01-31``, ``date("2026-01-31")``."""
    bare = text.strip().removeprefix("date(").removesuffix(")").removeprefix("@").strip().strip('"')
    day = date_from(bare)
    return day if isinstance(day, date) else None
