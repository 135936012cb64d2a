"""Who works on a case: by its stage, never against its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Seat:
    """A role on a case and the staff roles that may fill it, the first preferred."""

    role: str
    filled_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """The seats that a case should have, whether they make a squad, and the road it takes."""

    seats: tuple[Seat, ...]
    squad: bool
    route: str


@dataclass(frozen=True, slots=True)
class CauseLimit:
    """What a cause allows whatever the stage: a protected debtor never gets a squad, some bear one person only."""

    protected: bool = False
    head_count_max: int | None = None


def team_on(
    rows: Sequence[Mapping[str, Any]], *, stage_rank: int, kinds: frozenset[str], overdue_units: int, cause: CauseLimit
) -> Team:
    """The team that the house table (rulebooks/house/team) gives; no seats when no row holds, as at stage 0.

    A cause that forbids a squad gets the largest team below it; its head-count cuts the team from the end.
    """
    for row in rows:
        if not _holds(row, stage_rank, kinds, overdue_units) or (row["squad"] and cause.protected):
            continue
        seats = tuple(Seat(seat["role"], tuple(seat["from"])) for seat in row["seats"])
        return Team(seats[: cause.head_count_max], bool(row["squad"]), str(row["route"]))
    return Team((), squad=False, route="team")


def _holds(row: Mapping[str, Any], stage_rank: int, kinds: frozenset[str], overdue_units: int) -> bool:
    return (
        stage_rank >= row["stage_min"]
        and kinds <= frozenset(row.get("kinds", kinds))
        and overdue_units <= row.get("overdue_max", overdue_units)
    )
