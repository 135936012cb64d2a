"""Who works on a case: the seats that the house's table gives it, and what a cause allows whatever the stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """A role on a case and the staff roles that may fill it, the first preferred."""

    role: str
    filled_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """The seats that a case should have, whether they make a squad, and the road it takes.

    ``rule`` is the number of the table's row that said so; None where none did.
    """

    seats: tuple[Seat, ...]
    squad: bool
    route: str
    rule: int | None = None


@dataclass(frozen=True, slots=True)
class CauseLimit:
    """What a cause allows whatever the stage: a protected debtor never gets a squad, some bear one person only."""

    protected: bool = False
    head_count_max: int | None = None
