"""Emptying append-only tables after a test that committed.

The triggers that refuse UPDATE and DELETE are part of what is tested, so they stay in force while a test runs and are
set aside only while its tables are emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

Flush = Callable[[BaseDatabaseOperations, Sequence[str]], None]


def flush_past_triggers(flush: Flush) -> Flush:
    """Django's flush, with triggers set aside while it runs."""

    def flush_with_triggers_set_aside(operations: BaseDatabaseOperations, statements: Sequence[str]) -> None:
        with triggers_set_aside(operations.connection):
            flush(operations, statements)

    return flush_with_triggers_set_aside


@contextmanager
def triggers_set_aside(connection: BaseDatabaseWrapper | Any) -> Iterator[None]:
    """No trigger fires on this connection inside the block."""
    by_vendor = {"sqlite": sqlite_triggers_dropped, "postgresql": postgresql_replica_role}
    with by_vendor[connection.vendor](connection):
        yield


@contextmanager
def sqlite_triggers_dropped(connection: Any) -> Iterator[None]:
    """SQLite has no switch, so the triggers are dropped and made again from their own text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, text in triggers:
                cursor.execute(text)


@contextmanager
def postgresql_replica_role(connection: Any) -> Iterator[None]:
    """PostgreSQL lets a superuser silence triggers for a connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")


def close_all() -> None:
    """Close this thread's connections, so that another program may take the database."""
    connections.close_all()
