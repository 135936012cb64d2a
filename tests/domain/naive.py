"""A naive reading of a debt, one day at a time and one instalment at a time, to hold the replay against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from recoup.domain.ageing import Pause
from recoup.domain.posting import Posting, Terms

_DAY = timedelta(days=1)


def left_on(postings: Sequence[Posting], day: date, terms: Terms) -> list[dict[str, int | date]]:
    """What each instalment lacks at the end of a day, read from the postings dated up to it."""
    lines: list[dict[str, int | date]] = [
        {
            "due_on": due.dated_on,
            "fees": due.fees_minor,
            "interest": due.interest_minor,
            "principal": due.principal_minor,
            "no": int(due.instalment_no),
        }
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
            next(line for line in lines if line["no"] == int(event.instalment_no))["fees"] += event.fees_minor  # type: ignore[operator]
        elif event.id not in undone:
            waiting += event.amount_minor
        waiting = _cover(lines, waiting, terms)
    return lines


def _cover(lines: list[dict[str, int | date]], money: int, terms: Terms) -> int:
    for line in lines:
        for part in terms.order:
            while money and line[part]:
                step = min(money, line[part], 7)  # type: ignore[type-var]  # small steps: no cleverness to share
                line[part] -= step  # type: ignore[operator]
                money -= step  # type: ignore[operator]
    return money


def oldest_on(postings: Sequence[Posting], day: date, terms: Terms) -> date | None:
    """Due date of the first instalment that lacks principal or interest beyond the tolerance."""
    for line in left_on(postings, day, terms):
        if line["interest"] + line["principal"] > terms.tolerance_minor:  # type: ignore[operator]
            return line["due_on"]  # type: ignore[return-value]
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
