"""The first rule that holds, as nested CASEs: what several rules ask in common is asked once.

Where the rules that share a cell exclude all others by that cell, they make a CASE of their own: a case that enters it
never has to come out again. That halves what a database looks at in the tables that people write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recoup.tables.column.choices import case_of
from recoup.tables.column.fragments import FALSE, NULL, TRUE, Sql, all_of


@dataclass(frozen=True, slots=True)
class Ladder:
    """For each rule its conditions by column, and for each column what each rule covers there (see ``regions``)."""

    conditions: Sequence[Sequence[Sql]]
    covered: Sequence[Sequence[int | None]]

    def rule(self, place: int) -> Sql:
        """The whole condition of a rule."""
        return all_of(self.conditions[place])

    def first(self, order: Sequence[int]) -> Sql:
        """The number of the first rule in an order that holds, null when none does."""
        kept = [place for place in order if self.rule(place) != FALSE]
        return self._first(kept, frozenset(range(len(self.covered))))

    def _first(self, order: Sequence[int], columns: frozenset[int]) -> Sql:
        """``columns`` are those that still have to be looked at."""
        for column in sorted(columns):
            groups = self._groups(order, column)
            if groups is not None:
                rest = columns - {column}
                return case_of([(self.conditions[each[0]][column], self._first(each, rest)) for each in groups], NULL)
        cases: list[tuple[Sql, Sql]] = []
        for place in order:
            condition = all_of(self.conditions[place][column] for column in sorted(columns))
            if condition == TRUE:
                return case_of(cases, Sql(str(place + 1)))
            cases.append((condition, Sql(str(place + 1))))
        return case_of(cases, NULL)

    def _groups(self, order: Sequence[int], column: int) -> list[list[int]] | None:
        """The rules by their cell in a column; None unless cells are shared and exclude each other."""
        groups: dict[Sql, list[int]] = {}
        for place in order:
            groups.setdefault(self.conditions[place][column], []).append(place)
        if not 1 < len(groups) < len(order):
            return None
        taken = 0
        for members in groups.values():
            regions = self.covered[column][members[0]]
            if regions is None or regions & taken:
                return None
            taken |= regions
        return list(groups.values())
