"""A large book for measurements, written straight into the tables: schedules, payments, and who is late by design."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from recoup.book.models import REBUILD_ON, Creditor
from recoup.people.models import Branch, Staff, StaffRole

AT = datetime(2026, 11, 1, tzinfo=UTC)
INSTALMENTS = 12
FIRST_DUE_ON = date(2026, 3, 15)
_ROWS = 50_000

_ROLES = (
    "collector",
    "collector",
    "collector",
    "relationship_manager",
    "risk_manager",
    "branch_manager",
    "legal",
    "compliance",
)


def make_book(debts: int, *, overdue_share: float = 0.3, branches: int = 20, seed: int = 1) -> None:
    """Debts of twelve monthly instalments; a share of them stopped paying, most of those lately."""
    creditor = Creditor.objects.create(code="BENCH", name="Bench Bank", country="CN", time_zone="Asia/Shanghai")
    branch_ids = [_branch(number, debts) for number in range(branches)]
    with transaction.atomic():
        _insert("book_debtor", _debtors(creditor.pk, debts))
        first = _first("book_debtor")
        _insert("book_debt", _debts(creditor.pk, debts, first, branch_ids))
    first = _first("book_debt")
    rng = random.Random(seed)  # a book for measuring, nothing secret
    with transaction.atomic():
        _insert("book_posting", _postings(creditor.pk, debts, first, overdue_share, rng))
        _insert("book_debtfacts", _facts(debts, first, _first("book_debtor")))


def _branch(number: int, debts: int) -> int:
    branch = Branch.objects.create(code=f"B{number}", name=f"Branch {number}")
    for place, role in enumerate(_ROLES):
        person = Staff.objects.hire(f"b{number}p{place}", name=f"Person {number} {place}", branch=branch)
        Staff.objects.filter(pk=person.pk).update(cases_max=debts)
        StaffRole.objects.create(staff=person, role=role)
    return branch.pk


def _first(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN(id) FROM {table}")
        return int(cursor.fetchone()[0])


def _insert(table: str, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[tuple[Any, ...]] = []
    query = ""
    with connection.cursor() as cursor:
        for row in rows:
            if not query:
                query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"
            batch.append(tuple(row.values()))
            if len(batch) == _ROWS:
                cursor.executemany(query, batch)
                batch.clear()
        if batch:
            cursor.executemany(query, batch)


def _debtors(creditor_id: int, debts: int) -> Iterator[dict[str, Any]]:
    for number in range(debts):
        yield {
            "creditor_id": creditor_id,
            "ref": f"P{number:07d}",
            "name": f"Zhou {number}",
            "is_firm": False,
            "phone": "",
            "phone_doubtful": False,
            "email": "",
            "address": "",
            "country": "CN",
            "region": "",
            "time_zone": "",
            "language": "zh-hans",
            "id_number": "",
        }


def _debts(creditor_id: int, debts: int, first_debtor: int, branch_ids: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(debts):
        yield {
            "creditor_id": creditor_id,
            "debtor_id": first_debtor + number,
            "ref": f"L{number:07d}",
            "kind": "loan",
            "currency": "CNY",
            "source": "schedule",
            "contract_ref": "",
            "branch_id": branch_ids[number % len(branch_ids)],
            "relationship_manager": "",
            "particulars": "{}",
        }


def _postings(
    creditor_id: int, debts: int, first_debt: int, share: float, rng: random.Random
) -> Iterator[dict[str, Any]]:
    blank = {
        "creditor_id": creditor_id,
        "method": "",
        "rule": "",
        "period": "",
        "reason": "",
        "recorded_at": AT.isoformat(" "),
    }
    dues = [_month(FIRST_DUE_ON, number) for number in range(INSTALMENTS)]
    for number in range(debts):
        debt_id = first_debt + number
        paid = 8
        if rng.random() < share:
            paid = max(0, 7 - int(rng.expovariate(0.7)))
        for place, due_on in enumerate(dues):
            money = {"amount_minor": 110_000, "principal_minor": 100_000, "interest_minor": 10_000, "fees_minor": 0}
            yield {
                **blank,
                "debt_id": debt_id,
                "kind": "due",
                "dated_on": due_on.isoformat(),
                **money,
                "instalment_no": str(place + 1),
                "ref": "",
            }
        for place in range(paid):
            money = {"amount_minor": 110_000, "principal_minor": 0, "interest_minor": 0, "fees_minor": 0}
            yield {
                **blank,
                "debt_id": debt_id,
                "kind": "payment",
                "dated_on": (dues[place] + timedelta(days=rng.randrange(4))).isoformat(),
                **money,
                "instalment_no": "",
                "ref": f"T{number}-{place}",
            }


def _month(first: date, number: int) -> date:
    month = first.month - 1 + number
    return first.replace(year=first.year + month // 12, month=month % 12 + 1)


def _facts(debts: int, first_debt: int, first_debtor: int) -> Iterator[dict[str, Any]]:
    for number in range(debts):
        yield {
            "debt_id": first_debt + number,
            "debtor_id": first_debtor + number,
            "owed_minor": 0,
            "past_due_minor": 0,
            "bucket_rank": 0,
            "stage_rank": 0,
            "last_paid_minor": 0,
            "written_off": False,
            "next_change_on": REBUILD_ON.isoformat(),
        }
