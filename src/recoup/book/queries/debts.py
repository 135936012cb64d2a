"""Reads of debtors, debts and their lines, of pauses and imports. Whom somebody may see is asked above,
where cases are known: these reads take what was found to be visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from recoup.book.models import (
    Collateral,
    Creditor,
    Debt,
    Debtor,
    ImportRun,
    Party,
    Pause,
    Posting,
    PostingKind,
    Snapshot,
)
from recoup.domain.posting import Posting as Line
from recoup.domain.posting import Snapshot as Statement

#: Debts of one debtor that a page replays; the rest is counted, not shown.
DEBTS_SHOWN = 40


class Entry(NamedTuple):
    """One posting with what people wrote beside it."""

    debt_id: int
    line: Line
    ref: str
    method: str
    rule: str
    reason: str
    recorded_at: datetime
    recorded_by: str | None


def begins(field: str, text: str) -> Q:
    """The field starts with the text, in a form that each database answers from its index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + "\U0010ffff"})


def debts_of(debtor_ids: Sequence[int]) -> list[Debt]:
    """Debts of these debtors with facts, branch and creditor: the latest first, at most DEBTS_SHOWN."""
    found = Debt.objects.filter(debtor__in=debtor_ids).select_related("facts", "branch", "creditor")
    return list(found.order_by("-facts__stage_rank", "-facts__past_due_minor", "pk")[:DEBTS_SHOWN])


_LINE = (
    "id",
    "kind",
    "dated_on",
    "amount_minor",
    "principal_minor",
    "interest_minor",
    "fees_minor",
    "instalment_no",
    "reverses_id",
)
_BESIDE = ("ref", "method", "rule", "reason", "recorded_at", "recorded_by__name")


def entries_of(debt_ids: Sequence[int]) -> list[Entry]:
    """All postings of these debts in order of date."""
    rows = Posting.objects.filter(debt__in=debt_ids).order_by("dated_on", "pk")
    return [
        Entry(row[0], Line(*row[1:10]), *row[10:]) for row in rows.values_list("debt_id", *_LINE, *_BESIDE).iterator()
    ]


def statements_of(debt_ids: Sequence[int]) -> list[tuple[int, Statement]]:
    """The lender's own balances of these debts, oldest first."""
    rows = Snapshot.objects.filter(debt__in=debt_ids).order_by("as_of")
    columns = ("as_of", "balance_principal_minor", "balance_interest_minor", "balance_fees_minor", "days_overdue")
    return [
        (row[0], Statement(*row[1:]))
        for row in rows.values_list("debt_id", *columns, "past_due_minor", "next_due_on").iterator()
    ]


def pauses_of(debt_ids: Sequence[int]) -> list[Pause]:
    """Pauses of these debts, newest first, with who agreed to them."""
    return list(Pause.objects.filter(debt__in=debt_ids).select_related("agreed_by").order_by("-starts_on", "-pk"))


def parties_of(debt_ids: Sequence[int]) -> list[Party]:
    """Guarantors, co-debtors, owners and representatives of these debts."""
    return list(Party.objects.filter(debt__in=debt_ids).order_by("role", "pk")[: 4 * DEBTS_SHOWN])


def collateral_of(debt_id: int) -> list[Collateral]:
    """What stands behind a debt, the latest valuation first."""
    return list(Collateral.objects.filter(debt=debt_id).order_by("-valued_on"))


def posting_of(debt_id: int, posting_id: int) -> Posting | None:
    """One posting of a debt."""
    return Posting.objects.select_related("debt__creditor").filter(debt=debt_id, pk=posting_id).first()


def pause_by_id(pause_id: int) -> Pause | None:
    """One pause with its debt."""
    return Pause.objects.select_related("debt__creditor").filter(pk=pause_id).first()


def pauses_not_over(on: date) -> QuerySet[Pause]:
    """Pauses in force on a date or later, newest first, with debt and creditor."""
    found = Pause.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return found.select_related("debt__creditor", "debt__debtor", "agreed_by").order_by("-pk")


def same_people(debtor: Debtor) -> QuerySet[Debtor]:
    """The same person or firm as other creditors know them, by identity number."""
    if not debtor.id_number:
        return Debtor.objects.none()
    found = Debtor.objects.filter(id_number=debtor.id_number).exclude(pk=debtor.pk)
    return found.select_related("creditor").order_by("pk")


def creditors() -> QuerySet[Creditor]:
    """All creditors by name."""
    return Creditor.objects.order_by("name")


def creditor_by_id(creditor_id: int) -> Creditor | None:
    """One creditor."""
    return Creditor.objects.filter(pk=creditor_id).first()


def any_debt() -> bool:
    """Whether the book holds anything yet."""
    return Debt.objects.exists()


def import_runs(by_id: int | None, before_id: int | None = None, limit: int = 20) -> list[ImportRun]:
    """Imports of one person (None: of everybody), newest first; one more than ``limit`` when there are older ones."""
    found = ImportRun.objects.select_related("by").order_by("-pk")
    found = found if by_id is None else found.filter(by=by_id)
    return list((found.filter(pk__lt=before_id) if before_id is not None else found)[: limit + 1])


def import_run(run_id: int) -> ImportRun | None:
    """One import."""
    return ImportRun.objects.select_related("by").filter(pk=run_id).first()


def paid_between(debtors: QuerySet[Any, Any], first: date, last: date) -> list[tuple[str, int]]:
    """Currency and sum of the standing payments of these debtors (ids) dated first to last, both included.

    Facts name the debts that were paid lately, so that only their postings are read.
    """
    undone = Exists(Posting.objects.filter(reverses=OuterRef("pk")))
    paid = Posting.objects.filter(
        ~undone,
        debt__facts__debtor__in=debtors,
        debt__facts__last_paid_on__gte=first,
        kind=PostingKind.PAYMENT,
        dated_on__range=(first, last),
    )
    sums = paid.order_by().values("debt__currency").annotate(total=Sum("amount_minor"))
    return [(row["debt__currency"], row["total"]) for row in sums]
