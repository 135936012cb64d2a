"""Debts made up by hypothesis, with and without a schedule, and how they get into the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from recoup.book.models import Debt, Pause, Posting, ProductTerms, Snapshot
from recoup.domain import ageing, posting
from tests.domain.test_ageing_by_replay import DAYS, START, TERMS, pauses_of_a_debt, postings_of_a_debt
from tests.people_and_book import NOW, debt, debtor

KINDS = ("loan", "card", "consumer_finance")


@dataclass(frozen=True)
class Draft:
    """A debt before it is written."""

    postings: list[posting.Posting]
    snapshots: list[posting.Snapshot]
    pauses: list[ageing.Pause]


@st.composite
def snapshots_of_a_debt(draw: st.DrawFn) -> list[posting.Snapshot]:
    found = []
    for as_of in sorted(draw(st.sets(DAYS, min_size=1, max_size=2))):
        parts = draw(st.tuples(st.integers(-50, 200), st.integers(-20, 60), st.integers(-20, 60)))
        past_due, days = draw(st.none() | st.integers(0, 200)), draw(st.integers(0, 90))
        gap = draw(st.none() | st.integers(1, 40))
        next_due = None if gap is None else as_of + timedelta(days=gap)
        found.append(posting.Snapshot(as_of, *parts, days, past_due, next_due))
    return found


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    lines = draw(postings_of_a_debt())
    if draw(st.integers(0, 3)):
        return Draft(lines, [], draw(pauses_of_a_debt()))
    money = [line for line in lines if line.kind in ("payment", "reversal")]
    return Draft(money, draw(snapshots_of_a_debt()), draw(pauses_of_a_debt()))


def write(draft: Draft, number: int, *, owner: str = "") -> Debt:
    """Writes a draft as a debt of a debtor of its own, its facts marked for rebuilding."""
    owed = debt(debtor(owner or f"D-{number}", "Zhou"), f"L-{number}", kind=KINDS[number % len(KINDS)])
    keys: dict[int | None, int] = {}
    for line in sorted(draft.postings, key=lambda each: each.id):
        keys[line.id] = Posting.objects.create(**_columns(line, owed, keys)).pk
    for shot in draft.snapshots:
        Snapshot.objects.create(debt=owed, recorded_at=NOW, **shot._asdict())
    for starts_on, ends_on in draft.pauses:
        Pause.objects.create(debt=owed, starts_on=starts_on, ends_on=ends_on, reason="agreed")
    return owed


def _columns(line: posting.Posting, owed: Debt, keys: dict[int | None, int]) -> dict[str, Any]:
    ref = "" if line.kind == "due" else f"{owed.ref}-{line.id}"
    columns: dict[str, Any] = {
        **line._asdict(),
        "creditor": owed.creditor,
        "debt": owed,
        "recorded_at": NOW,
        "ref": ref,
    }
    del columns["id"]
    columns["reverses_id"] = keys.get(line.reverses_id)
    return columns


def set_terms_of(owed: Debt, terms: posting.Terms, accruals: list[str]) -> None:
    """Terms of the debt's product, without marking anything."""
    ProductTerms.objects.update_or_create(
        creditor=owed.creditor,
        kind=owed.kind,
        defaults={
            "payment_order": ",".join(terms.order),
            "grace_days": terms.grace_days,
            "tolerance_minor": terms.tolerance_minor,
            "accruals": accruals,
        },
    )


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards: each example begins with the same database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def day(offset: int) -> date:
    """So many days after the first day of the made-up books."""
    return START + timedelta(days=offset)


__all__ = ["DAYS", "START", "TERMS", "Draft", "day", "drafts", "set_terms_of", "undone", "write"]
