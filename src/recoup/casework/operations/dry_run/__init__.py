"""A rulebook tried on the book: what the day's run would do otherwise with it than with the rules in force.

Both are thought through for the same day on the same rows; nothing is written. The figures, ready for JSON::

    {"rulebook": "house/stages", "book_on": "2026-11-23", "until": "2026-12-24", "unused": false,
     "cases": 1200, "otherwise": 57, "lines": 93,
     "changes": [{"what": "stage", "count": 57, "moves": [["S2", "S3", 40], ["", "S1", 17]], "moves_left_out": 0}, ...],
     "list": [{"case": 7, "ref": "HB-00007", "debtor": "D-1", "what": "stage", "old": "S2", "new": "S3", "debt": ""}]}

``cases`` were looked at (open cases, and debtors who are late without one), ``otherwise`` of them are treated
otherwise, in ``lines`` respects; ``list`` holds the first LISTED_MAX of these, ``changes`` counts all by what they are
of (see ``compare``). A ``stage`` without old value is a case that would be opened, without new value one that would be
closed. ``until`` is given where charges are looked for in the days ahead. ``unused``: nothing decides by this rulebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recoup.book.models import Debtor
from recoup.book.queries.rules import CHARGES
from recoup.casework.models import DayRun
from recoup.casework.operations.dry_run.charges import DAYS_AHEAD, charge_changes
from recoup.casework.operations.dry_run.compare import changes_between, method_changes
from recoup.casework.operations.dry_run.found import LISTED_MAX, Change, Found, Subject
from recoup.casework.operations.dry_run.reading import (
    Owed,
    Seen,
    cases_by_chunk,
    debtors_by_chunk,
    owed_by,
    pauses_of,
)
from recoup.casework.operations.dry_run.side import Chunk, Side, Treated
from recoup.casework.queries.facts import last_contacts
from recoup.casework.rules import CAUSES, HOLDS, PRIORITY, TEAM
from recoup.people.models import Staff
from recoup.rulebooks import Rules
from recoup.rulebooks.ladders import LADDERS

__all__ = ["LISTED_MAX", "BookMoved", "dry_run"]

#: What the day's run decides by. Other rulebooks are kept and shown, but nothing asks them yet.
USED = frozenset({*LADDERS.values(), CHARGES, TEAM, CAUSES, PRIORITY, HOLDS})
_ATTEMPTS = 3


class BookMoved(RuntimeError):
    """The day was run while the book was looked at, again and again: what was found would be of two days."""


def dry_run(rulebook: str, rules: Rules, on: date) -> dict[str, Any]:
    """The figures of a trial of ``rules`` in place of the rulebook in force, on the book as of ``on``.

    ``on`` is the day of the last run, to see what would stand on today's lists, or a later one. Raises BookMoved, and
    LadderError for rules that are no ladder where one is needed.
    """
    for _ in range(_ATTEMPTS):
        with suppress(_Moved):
            return _dry_run(rulebook, rules, on)
    raise BookMoved("the day's run was at work on the book all the while; try again when it is through")


class _Moved(Exception):
    """A run began or went on while the book was read."""


def _dry_run(rulebook: str, rules: Rules, on: date) -> dict[str, Any]:
    figures: dict[str, Any] = {"rulebook": rulebook, "book_on": on.isoformat(), "unused": rulebook not in USED}
    if rulebook not in USED:
        return {**figures, **Found().figures({})}
    before = _turns()
    trial = _Trial.of(rulebook, rules, on)
    found = trial.run()
    if _turns() != before:
        raise _Moved
    if rulebook == CHARGES:
        figures["until"] = trial.until.isoformat()
    debtors = Debtor.objects.filter(pk__in={subject.debtor_id for subject, _ in found.listed})
    return {**figures, **found.figures(dict(debtors.values_list("pk", "ref")))}


def _turns() -> list[tuple[Any, ...]]:
    """What changes whenever a run takes its turn."""
    return list(DayRun.objects.order_by("on").values_list("on", "turn_of", "finished_at"))


@dataclass(slots=True)
class _Trial:
    """Both sides of a trial on a day."""

    rulebook: str
    on: date
    old: Side
    new: Side
    names: dict[int, str]

    @classmethod
    def of(cls, rulebook: str, rules: Rules, on: date) -> _Trial:
        names = dict(Staff.objects.values_list("pk", "username"))
        return cls(rulebook, on, Side.of(on, {}), Side.of(on, {rulebook: rules}), names)

    @property
    def until(self) -> date:
        """The last day of which charges are looked for."""
        return self.on + timedelta(days=DAYS_AHEAD)

    def run(self) -> Found:
        """Both sides through the whole book. Cures come first, as in the run: they make room for others."""
        for seen in cases_by_chunk(self.on):
            chunk, old, new = self._read([each.case.debtor_id for each in seen], seen)
            self.old.release(chunk, old)
            self.new.release(chunk, new)
        found = Found()
        for debtor_ids, seen in self._chunks():
            self._compare(*self._read(debtor_ids, seen), found)
        return found

    def _chunks(self) -> Iterator[tuple[list[int], list[Seen]]]:
        for seen in cases_by_chunk(self.on):
            yield [each.case.debtor_id for each in seen], seen
        late_by = self.until if self.rulebook == CHARGES else self.on
        for debtor_ids in debtors_by_chunk(self.on, late_by):
            yield debtor_ids, []

    def _read(
        self, debtor_ids: list[int], seen: list[Seen]
    ) -> tuple[Chunk, dict[int, list[Owed]], dict[int, list[Owed]]]:
        old = owed_by(debtor_ids, self.on, self.old.treatment)
        # Only other charges change what is owed before any ladder looks at it.
        new = owed_by(debtor_ids, self.on, self.new.treatment) if self.rulebook == CHARGES else old
        every = [owed for debts in old.values() for owed in debts]
        by_debtor = {each.case.debtor_id: each for each in seen}
        touched = last_contacts(debtor_ids, self.on)
        return Chunk(debtor_ids, by_debtor, pauses_of(every), touched), old, new

    def _compare(self, chunk: Chunk, old: dict[int, list[Owed]], new: dict[int, list[Owed]], found: Found) -> None:
        before, after = self.old.treat(chunk, old), self.new.treat(chunk, new)
        charged = self._charged([owed for debts in old.values() for owed in debts])
        for debtor_id in chunk.debtor_ids:
            seen = chunk.seen.get(debtor_id)
            subject = Subject(seen.case.pk, seen.case.ref, debtor_id) if seen else Subject(None, "", debtor_id)
            changes = [
                *(change for owed in old.get(debtor_id, ()) for change in charged.get(owed.debt_id, ())),
                *self._of_cause(before[debtor_id], after[debtor_id]),
                *changes_between(before[debtor_id], after[debtor_id], self.names),
            ]
            found.add(subject, changes)

    def _charged(self, debts: list[Owed]) -> dict[int, list[Change]]:
        if self.rulebook != CHARGES:
            return {}
        treatments = {"old": self.old.treatment, "new": self.new.treatment}
        return charge_changes(debts, self.on, self.until, **treatments)

    def _of_cause(self, old: Treated, new: Treated) -> list[Change]:
        case = new.case or old.case
        return method_changes(self.old.rules.causes, self.new.rules.causes, case.cause_code) if case else []
