"""What was written down about money and contact stays: neither database changes or deletes it, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from recoup.book.models import Posting, Snapshot
from recoup.contact.models import Attempt
from recoup.people.models import AuditEntry
from tests.people_and_book import NOW, TODAY, debt, debtor, house, paid

pytestmark = pytest.mark.django_db

#: A column of each that somebody might wish were different.
TABLES = {
    "book_posting": "amount_minor",
    "book_snapshot": "days_overdue",
    "contact_attempt": "said",
    "people_auditentry": "action",
}


@pytest.fixture
def written() -> dict[str, models.Model]:
    """One row of each: Zhou paid, his lender stated a balance, Lin called him, and that was recorded."""
    people = house()
    zhou = debtor("D-1", "Zhou")
    loan = debt(zhou, "HL-1", branch=people.riverside)
    attempt = {"at": NOW, "channel": "call", "direction": "out", "person": "debtor", "recorded_at": NOW, "key": "k1"}
    balance = {"balance_principal_minor": 500, "balance_interest_minor": 0, "balance_fees_minor": 0, "days_overdue": 9}
    entry = {"at": NOW, "actor": people.lin, "actor_name": "Lin", "action": "read", "subject_kind": "debtor"}
    return {
        "book_posting": paid(loan, 100, TODAY, "P-1"),
        "book_snapshot": Snapshot.objects.create(debt=loan, as_of=TODAY, recorded_at=NOW, **balance),
        "contact_attempt": Attempt.objects.create(debtor=zhou, connected=True, conversation=True, **attempt),
        "people_auditentry": AuditEntry.objects.create(subject_ref="D-1", **entry),
    }


def is_refused(change: Callable[[], Any]) -> bool:
    """Whether the database refuses a change as one of an append-only table, and goes on working."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def execute(statement: str, *params: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_not_changed_by_a_program(table: str, written: dict[str, models.Model]) -> None:
    row = written[table]
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    column = TABLES[table]
    assert is_refused(row.save)
    assert is_refused(lambda: rows.update(**{column: 7}))
    assert is_refused(lambda: rows.bulk_update([row], [column]))


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_not_deleted_by_a_program(table: str, written: dict[str, models.Model]) -> None:
    row = written[table]
    rows = type(row)._default_manager.filter(pk=row.pk)
    assert is_refused(row.delete)
    assert is_refused(rows.delete)
    assert rows.exists()


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_not_changed_or_deleted_by_hand(table: str, written: dict[str, models.Model]) -> None:
    key = written[table].pk
    column = TABLES[table]
    before = _row(table, key)
    assert is_refused(lambda: execute(f"UPDATE {table} SET {column} = {column} WHERE id = %s", key))
    assert is_refused(lambda: execute(f"UPDATE {table} SET {column} = %s", "7"))
    assert is_refused(lambda: execute(f"DELETE FROM {table} WHERE id = %s", key))
    assert is_refused(lambda: execute(f"DELETE FROM {table}"))
    assert _row(table, key) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_not_replaced_by_another_with_its_key(table: str, written: dict[str, models.Model]) -> None:
    key = written[table].pk
    before = _row(table, key)
    names = ", ".join(_columns(table))
    if connection.vendor == "sqlite":
        assert is_refused(lambda: execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    same = (
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET id = 99"
    )
    assert is_refused(lambda: execute(same))
    assert _row(table, key) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_not_emptied_at_once(table: str, written: dict[str, models.Model]) -> None:
    if connection.vendor == "sqlite":
        return  # SQLite has no TRUNCATE; a DELETE of everything is refused above
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # what this transaction wrote would forbid it for a reason of its own
    assert is_refused(lambda: execute(f"TRUNCATE {table} CASCADE"))


def test_what_is_wrong_is_put_right_by_another_line(written: dict[str, models.Model]) -> None:
    payment = written["book_posting"]
    assert isinstance(payment, Posting)
    line = {
        "creditor": payment.creditor,
        "debt": payment.debt,
        "kind": "reversal",
        "dated_on": TODAY,
        "amount_minor": 100,
    }
    Posting.objects.create(reverses=payment, recorded_at=NOW, **line)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(reverses=payment, recorded_at=NOW, **line)


def _row(table: str, key: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [key])
        return list(cursor.fetchall())


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]
