"""A naive reading of a debt, one day at a time and one instalment at a time, to hold the replay against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recoup.domain.ageing import Pause
from recoup.domain.posting import Posting, Terms

_DAY = timedelta(days=1)


@dataclass
class Instalment:
    """What one instalment lacks."""

    number: str
    due_on: date
    lacks: dict[str, int]

    def total(self) -> int:
        """Everything that it lacks."""
        return sum(self.lacks.values())


def left_on(postings: Sequence[Posting], day: date, terms: Terms) -> list[Instalment]:
    """What each instalment lacks at the end of a day, read from the postings dated up to it."""
    instalments = [
        Instalment(
            due.instalment_no,
            due.dated_on,
            {"fees": due.fees_minor, "interest": due.interest_minor, "principal": due.principal_minor},
        )
        for due in sorted(postings, key=lambda each: (each.dated_on, each.id))
        if due.kind == "due"
    ]
    undone = {each.reverses_id for each in postings if each.kind == "reversal" and each.dated_on <= day}
    events = sorted(
        (each for each in postings if each.dated_on <= day and each.kind in ("payment", "fee")),
        key=lambda each: (each.dated_on, each.kind != "fee", each.id),
    )
    waiting = 0
    for event in events:
        if event.kind == "fee":
            charged = next(line for line in instalments if line.number == event.instalment_no)
            charged.lacks["fees"] += event.fees_minor
        elif event.id not in undone:
            waiting += event.amount_minor
        waiting = _cover(instalments, waiting, terms)
    return instalments


def _cover(instalments: list[Instalment], money: int, terms: Terms) -> int:
    for line in instalments:
        for part in terms.order:
            while money and line.lacks[part]:
                step = min(money, line.lacks[part], 7)  # small steps: no cleverness to share
                line.lacks[part] -= step
                money -= step
    return money


def oldest_on(postings: Sequence[Posting], day: date, terms: Terms) -> date | None:
    """Due date of the first instalment that lacks principal or interest beyond the tolerance."""
    for line in left_on(postings, day, terms):
        if line.lacks["interest"] + line.lacks["principal"] > terms.tolerance_minor:
            return line.due_on
    return None


def clocks_on(postings: Sequence[Posting], day: date, terms: Terms, pauses: Sequence[Pause]) -> tuple[int, int]:
    """Days past due and days delinquent, counted one by one."""
    oldest = oldest_on(postings, day, terms)
    past = delinquent = 0
    while oldest is not None and oldest < day:
        oldest += _DAY
        past += 1
        if not any(pause.starts_on <= oldest and (pause.ends_on is None or oldest < pause.ends_on) for pause in pauses):
            delinquent += 1
    return past, max(delinquent - terms.grace_days, 0)
