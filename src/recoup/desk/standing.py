"""Where a debtor's debts stand on a day, replayed from their postings: what pages show is computed, not copied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recoup.book import queries as book
from recoup.book.models import Debt
from recoup.book.operations import Treatment
from recoup.domain.ageing import Clock, Pause, Spell, Standing, clocks, spells, standing
from recoup.domain.ladder import Step
from recoup.domain.posting import Replay, Unpaid, replay


@dataclass(frozen=True, slots=True)
class DebtView:
    """One debt with its postings and what follows from them on a day."""

    debt: Debt
    entries: tuple[book.Entry, ...]
    replay: Replay
    standing: Standing
    buckets: Clock
    stages: Clock

    @property
    def bucket(self) -> Step:
        """The bucket that holds its days past due."""
        return self.buckets.ladder.steps[self.standing.bucket_rank]

    @property
    def stage(self) -> Step:
        """The stage that holds its days delinquent."""
        return self.stages.ladder.steps[self.standing.stage_rank]

    @property
    def is_overdue(self) -> bool:
        """Whether something should have been paid before the day and was not."""
        return self.standing.past_due_minor > 0

    @property
    def not_yet_due_minor(self) -> int:
        """What is owed but not asked for yet."""
        return max(self.standing.owed_minor - self.standing.past_due_minor, 0)

    def overdue_lines(self) -> list[Unpaid]:
        """Instalments that fell due before the day, with what is left of each, oldest first."""
        return [line for line in self.replay.unpaid if line.due_on < self.replay.on]

    def next_bucket(self) -> tuple[Step, date] | None:
        """The bucket that the debt rolls into if nothing is paid, and when; None at the end of the ladder."""
        oldest = self.standing.oldest_on
        if oldest is None or not self.standing.days_past_due:
            return None
        later = ((rank, day) for rank, day in self.buckets.entries(oldest) if day > self.replay.on)
        rank, day = next(later, (0, self.replay.on))
        return (self.buckets.ladder.steps[rank], day) if rank else None

    def spells(self) -> tuple[Spell, ...]:
        """Every time in a bucket above the first, until the day."""
        return spells(self.replay.marks, self.buckets, self.replay.on)

    def stage_spells(self) -> tuple[Spell, ...]:
        """Every time on a stage above the first, until the day."""
        return spells(self.replay.marks, self.stages, self.replay.on)


def views_of(
    debts: Sequence[Debt], on: date, pauses: Iterable[tuple[int, Pause]], treatment: Treatment | None = None
) -> list[DebtView]:
    """The debts replayed to ``on``, worst first. ``pauses`` names the debt of each pause."""
    treatment = treatment or Treatment.read(on)
    ids = [debt.pk for debt in debts]
    entries: defaultdict[int, list[book.Entry]] = defaultdict(list)
    for entry in book.entries_of(ids):
        entries[entry.debt_id].append(entry)
    statements = defaultdict(list)
    told = [debt.pk for debt in debts if debt.source == Debt.Source.SNAPSHOT]
    for debt_id, statement in book.statements_of(told) if told else []:
        statements[debt_id].append(statement)
    paused: defaultdict[int, list[Pause]] = defaultdict(list)
    for debt_id, pause in pauses:
        paused[debt_id].append(pause)
    found = []
    for debt in debts:
        terms = treatment.terms_for(debt.creditor_id, debt.kind)
        state = replay([entry.line for entry in entries[debt.pk]], on=on, terms=terms, snapshots=statements[debt.pk])
        both = clocks(treatment.buckets(debt.creditor_id), treatment.stages(debt.creditor_id), terms, paused[debt.pk])
        late = standing(state, *both)
        found.append(DebtView(debt, tuple(entries[debt.pk]), state, late, *both))
    return sorted(found, key=lambda view: (-view.standing.days_past_due, -view.standing.past_due_minor, view.debt.pk))
