"""The harness itself: what later tests rely on."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.flush import triggers_set_aside

NOTE = "Mei joins the branch"
NO_MODELS: Any = None


def add_audit_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE house_note (text varchar(80))")
        cursor.execute("INSERT INTO house_note VALUES (%s)", [NOTE])


def notes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM house_note")
        return [text for (text,) in cursor.fetchall()]


@pytest.fixture
def sealed_note(transactional_db: None) -> Any:
    """A table outside Django's models that is sealed exactly as the slices seal theirs."""
    from recoup.people.append_only import append_only

    seal = append_only("house_note")
    add_audit_row()
    with connection.schema_editor() as editor:
        seal.code(NO_MODELS, editor)
    yield
    with connection.schema_editor() as editor:
        seal.reverse_code(NO_MODELS, editor)  # type: ignore[misc]
        editor.execute("DROP TABLE house_note")


@pytest.mark.parametrize("change", ["UPDATE house_note SET text = 'nobody'", "DELETE FROM house_note"])
def test_an_append_only_row_is_neither_changed_nor_deleted(sealed_note: None, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert notes() == [NOTE]


def test_an_append_only_table_is_not_emptied_at_once(sealed_note: None) -> None:
    # SQLite knows no TRUNCATE: there an unconditional DELETE is one.
    order = "TRUNCATE house_note" if connection.vendor == "postgresql" else "DELETE FROM house_note"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(order)
    assert notes() == [NOTE]


def test_the_triggers_come_back_after_tables_were_emptied(sealed_note: None) -> None:
    with triggers_set_aside(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM house_note WHERE text <> %s", [NOTE])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM house_note")
    assert notes() == [NOTE]


def test_tables_with_refusing_triggers_can_be_emptied_between_tests(sealed_note: None) -> None:
    from recoup.people.models import Branch

    Branch.objects.create(code="north", name="North")
    call_command("flush", verbosity=0, interactive=False)
    assert not Branch.objects.exists()
    assert notes() == [NOTE]


@pytest.mark.every_database
def test_the_run_is_on_the_database_it_names() -> None:
    asked_for = os.environ.get("RECOUP_TEST_DATABASE", "sqlite")
    assert connection.vendor == ("sqlite" if asked_for == "sqlite" else "postgresql")


@pytest.mark.one_database
@pytest.mark.django_db
def test_sqlite_keeps_order_between_writers_and_between_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]
