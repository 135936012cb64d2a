"""Many rows in one statement, for what a whole book needs: model objects would cost more than the work itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def upsert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows, replacing those whose first column is there already. Names are constants of the caller."""
    if not rows:
        return
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # names are constants, values are bound
            f" ON CONFLICT ({columns[0]}) DO UPDATE SET {changes}",
            rows,
        )


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Adds rows. Names are constants of the caller."""
    if not rows:
        return
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608  # names are constants, values are bound
            rows,
        )


def change(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Changes the rows whose id comes last in each of ``rows`` to the values of ``columns`` before it."""
    if not rows:
        return
    changes = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)  # noqa: S608  # constant names
