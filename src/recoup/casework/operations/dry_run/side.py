"""The day's run thought through under one set of rules, chunk by chunk, without writing anything.

It goes the way of the run, by the same functions: stages, then teams in the order in which the run gives them, then
reasons and priorities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from recoup.book.models import FactsBasis
from recoup.book.operations import Treatment
from recoup.book.queries.rules import Tried
from recoup.casework.causes import UNKNOWN
from recoup.casework.models import Case, TeamMember
from recoup.casework.operations.cases import Late, Move, branch_of, climbs_of, worst_of
from recoup.casework.operations.dry_run.reading import Owed, Seen
from recoup.casework.operations.pool import Pool
from recoup.casework.operations.teams import gone_from, seat_case
from recoup.casework.queries.facts import (
    CaseFacts,
    CaseRow,
    DebtRow,
    Money,
    Stops,
    case_facts,
    money_from,
    stops_on,
)
from recoup.casework.reasons import Reason, reason_for
from recoup.casework.rules import CaseRules
from recoup.casework.seating import Seating
from recoup.domain.ageing import Clock, Pause, days_past_due
from recoup.domain.team import Team


class Placed(NamedTuple):
    """A debt on the ladders of one side."""

    owed: Owed
    bucket_rank: int
    bucket: str
    stage_rank: int


@dataclass(slots=True)
class Treated:
    """What one side does with a debtor: debts on their buckets and, where there is a case, all that is decided of it.

    ``listed`` is None for a case that is on no work list.
    """

    debts: list[Placed]
    case: Case | None = None
    team: Team | None = None
    seats: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    listed: Reason | None = None


@dataclass(slots=True)
class Chunk:
    """Debtors of one read with what both sides need of them."""

    debtor_ids: list[int]
    seen: dict[int, Seen]
    pauses: Mapping[int, tuple[Pause, ...]]
    touched: Mapping[int, date]


@dataclass(slots=True)
class Side:
    """One set of rules on a day. ``pool`` changes as seats are given; ``renewed`` where all facts are derived anew."""

    on: date
    treatment: Treatment
    rules: CaseRules
    seating: Seating
    stops: Stops
    pool: Pool
    gone: set[int]
    renewed: bool

    @classmethod
    def of(cls, on: date, tried: Tried) -> Side:
        """The rules of the day, with the tried ones in place of those in force."""
        treatment, rules, pool = Treatment.read(on, tried), CaseRules.on(on, tried), Pool.on(on)
        ladders = [ladder for (_, clock), ladder in treatment.ladders.items() if clock == "stage"]
        stages = {(step.name, rank) for ladder in ladders for rank, step in enumerate(ladder.steps)}
        basis = FactsBasis.objects.values_list("ladders", flat=True).first()
        renewed = basis is not None and basis != treatment.basis
        seating, stops = Seating.of(rules, stages), stops_on(on, rules.holds)
        return cls(on, treatment, rules, seating, stops, pool, gone_from(pool), renewed)

    def treat(self, chunk: Chunk, owed: Mapping[int, Sequence[Owed]]) -> dict[int, Treated]:
        """What the run would do with these debtors, by debtor. Cases without an id come after all others."""
        found = {debtor_id: self._placed(owed.get(debtor_id, ()), chunk) for debtor_id in chunk.debtor_ids}
        self._give_stages(found, chunk)
        for debtor_id in chunk.debtor_ids:
            if found[debtor_id].case is not None:
                self._give_team(found[debtor_id], chunk.seen.get(debtor_id))
                self._list(found[debtor_id], chunk.touched.get(debtor_id))
        return found

    def release(self, chunk: Chunk, owed: Mapping[int, Sequence[Owed]]) -> None:
        """Gives back the room that cases take which this side cures: the run cures before it seats anybody."""
        for debtor_id, seen in chunk.seen.items():
            placed = self._placed(owed.get(debtor_id, ()), chunk)
            if not any(debt.stage_rank for debt in placed.debts):
                # Whoever sat or left today had the case once on the table.
                self.pool.load.subtract({member.staff_id for member in seen.members})

    def _placed(self, debts: Iterable[Owed], chunk: Chunk) -> Treated:
        return Treated([self._on_ladders(owed, chunk.pauses.get(owed.debt_id, ())) for owed in debts])

    def _on_ladders(self, owed: Owed, pauses: tuple[Pause, ...]) -> Placed:
        buckets, stages = self.treatment.buckets(owed.creditor_id), self.treatment.stages(owed.creditor_id)
        if owed.oldest_on is None or owed.oldest_on >= self.on:
            return Placed(owed, 0, buckets.steps[0].name, 0)
        bucket_rank = buckets.rank_on(days_past_due(owed.oldest_on, self.on))
        grace_days = self.treatment.terms_for(owed.creditor_id, owed.kind).grace_days
        delinquent = Clock(stages, grace_days, pauses).days(owed.oldest_on, self.on)
        return Placed(owed, bucket_rank, buckets.steps[bucket_rank].name, stages.rank_on(delinquent))

    def _give_stages(self, found: Mapping[int, Treated], chunk: Chunk) -> None:
        moves: list[Move] = []
        for debtor_id in chunk.debtor_ids:
            seen, lines = chunk.seen.get(debtor_id), _late_lines(found[debtor_id].debts)
            if not lines:
                continue
            worst = worst_of(lines)
            found[debtor_id].case = case = copy(seen.case) if seen else self._new_case(worst, lines)
            rank_before = case.stage_rank
            case.stage = self.treatment.stages(worst.creditor_id).steps[worst.stage_rank].name
            case.stage_rank = worst.stage_rank
            if worst.stage_rank < rank_before:
                case.stage_since = self.on
            elif worst.stage_rank > rank_before:
                moves.append(Move(case.pk or 0, worst, rank_before, seen.entered_on if seen else None))
        for climb in climbs_of(moves, self.on, self.treatment):
            case_of_debtor = found[climb.move.worst.debtor_id].case
            if case_of_debtor is not None:
                case_of_debtor.stage_since = climb.dates[-1]

    def _new_case(self, worst: Late, lines: Sequence[Late]) -> Case:
        return Case(
            creditor_id=worst.creditor_id,
            debtor_id=worst.debtor_id,
            branch_id=branch_of(lines),
            opened_on=self.on,
            stage_rank=0,
            cause_code=UNKNOWN,
        )

    def _give_team(self, treated: Treated, seen: Seen | None) -> None:
        case = treated.case
        if case is None:
            return
        members = seen.members if seen else ()
        money = _money_of(treated.debts)
        treated.team = self.seating.team(
            case.stage_rank, case.cause_code, kinds=money.kinds, late_units=money.late_units
        )
        treated.seats = {member.role: member.staff_id for member in members if member.left_on is None}
        if self._needs_team(treated, case, members, seen):
            leaving, joining = seat_case(case, members, money, self.seating, self.pool, self.on)
            for member in leaving:
                del treated.seats[member.role]
            treated.seats.update({row[2]: row[1] for row in joining})

    def _needs_team(self, treated: Treated, case: Case, members: Iterable[TeamMember], seen: Seen | None) -> bool:
        """What ``operations.teams`` asks the database: which cases the run gives a team."""
        if case.team_for != self.seating.team_for(case.stage_rank, case.cause_code):
            return True
        if any(member.left_on is None and member.staff_id in self.gone for member in members):
            return True
        return self._is_held(case) or (
            case.stage_rank in self.seating.asking and self._moved_since(treated, seen.listed_on if seen else None)
        )

    def _is_held(self, case: Case) -> bool:
        days = self.seating.held_days.get(case.stage)
        if days is None or case.lead_since is None:
            return False
        limit = self.on - timedelta(days=days)
        return case.lead_since <= limit and (case.last_touched_on is None or case.last_touched_on <= limit)

    def _moved_since(self, treated: Treated, listed_on: date | None) -> bool:
        if listed_on is None:
            return False
        if self.renewed:
            return bool(treated.debts) and self.on >= listed_on
        listed = listed_on.isoformat()
        return any(debt.owed.derived_on is not None and debt.owed.derived_on >= listed for debt in treated.debts)

    def _list(self, treated: Treated, touched_on: date | None) -> None:
        facts = self._facts(treated, touched_on)
        if facts is not None:
            treated.stopped = facts.facts["stopped"] or ""
            treated.listed = reason_for(facts.facts, self.rules.priority)

    def _facts(self, treated: Treated, touched_on: date | None) -> CaseFacts | None:
        late = [_debt_row(debt) for debt in treated.debts if debt.bucket_rank]
        if treated.case is None or not late:
            return None
        row = _case_row(treated.case)
        return case_facts(row, late, self.on, self.treatment, self.rules, self.stops, touched_on)


def _late_lines(debts: Iterable[Placed]) -> list[Late]:
    return [
        Late(
            debt.owed.debtor_id,
            debt.owed.debt_id,
            debt.owed.creditor_id,
            debt.owed.branch_id,
            debt.owed.kind,
            debt.stage_rank,
            debt.owed.oldest_on,
        )
        for debt in debts
        if debt.stage_rank and debt.owed.oldest_on is not None
    ]


def _money_of(debts: Iterable[Placed]) -> Money:
    late = sorted((debt for debt in debts if debt.stage_rank), key=lambda debt: (-debt.stage_rank, debt.owed.debt_id))
    return money_from(
        [
            (
                debt.owed.kind,
                debt.owed.past_due_minor,
                debt.owed.currency,
                debt.owed.relationship_manager,
                debt.owed.last_paid_on,
            )
            for debt in late
        ]
    )


def _debt_row(debt: Placed) -> DebtRow:
    owed = debt.owed
    return DebtRow(
        owed.debtor_id,
        owed.debt_id,
        owed.currency,
        owed.past_due_minor,
        owed.oldest_on.isoformat() if owed.oldest_on else "",
        debt.bucket_rank,
        owed.last_paid_on,
        owed.last_paid_minor,
    )


def _case_row(case: Case) -> CaseRow:
    return CaseRow(
        case.pk,
        case.debtor_id,
        case.creditor_id,
        case.branch_id,
        case.lead_id,
        case.opened_on.isoformat(),
        case.stage,
        case.stage_rank,
        case.stage_since.isoformat(),
        case.cause_code,
        case.lead_since.isoformat() if case.lead_since else None,
    )
