"""Bulk reads and writes of the book's tables for imports, in the fastest form that each database has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from recoup.book.rows import rows_of

#: Importers on PostgreSQL take turns, chunk by chunk: what one has looked up stays true until it has written.
_TURN = 0x5EC0_0B00


def on_postgresql() -> bool:
    """Whether the book lies in PostgreSQL."""
    return connection.vendor == "postgresql"


def take_turn() -> None:
    """Waits until no other import writes; holds until the transaction ends. SQLite's transactions do so anyway."""
    if on_postgresql():
        rows_of("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def find(
    table: str,
    columns: Sequence[str],
    keys: tuple[str, str],
    wanted: Iterable[tuple[int, str]],
    *,
    having: str = "",
    dated: bool = False,
) -> list[Any]:
    """The rows (aliased ``t``) whose two key columns, a number and a text or date, are among those wanted.

    ``having`` repeats the condition of a partial index, without which the database would not use it.
    """
    pairs = list(wanted)
    if not pairs:
        return []
    source, params = _pairs(pairs)
    names = ", ".join(name if "(" in name else f"t.{name}" for name in columns)
    second = "CAST(wanted.b AS date)" if dated and on_postgresql() else "wanted.b"
    # CROSS JOIN keeps SQLite from scanning the table in search of the few rows wanted.
    query = (
        f"SELECT {names} FROM {source} CROSS JOIN {table} t"  # noqa: S608  # names are constants, values are bound
        f" WHERE t.{keys[0]} = wanted.a AND t.{keys[1]} = {second}" + (f" AND {having}" if having else "")
    )
    return rows_of(query, params)


def _pairs(pairs: list[tuple[int, str]]) -> tuple[str, list[Any]]:
    if on_postgresql():
        source = "(SELECT DISTINCT a, b FROM unnest(%s::bigint[], %s::text[]) AS u(a, b)) AS wanted"
        return source, [[a for a, _ in pairs], [b for _, b in pairs]]
    source = (
        "(SELECT DISTINCT json_extract(value, '$[0]') AS a, json_extract(value, '$[1]') AS b"
        " FROM json_each(%s)) AS wanted"
    )
    return source, [json.dumps(pairs, ensure_ascii=False)]


def find_by(query: str, values: Iterable[str] | Iterable[int]) -> list[Any]:
    """The rows of a query that ends in ``IN`` or ``= ANY``: ``... WHERE x `` followed by the set of values."""
    wanted = list(values)
    if not wanted:
        return []
    if on_postgresql():
        return rows_of(f"{query} = ANY(%s)", [wanted])
    listed = json.dumps(wanted, ensure_ascii=False)
    return rows_of(f"{query} IN (SELECT value FROM json_each(%s))", [listed])  # noqa: S608  # constants of the caller


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Adds rows that are known to be new. Raises IntegrityError when one is not."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if on_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def change_by_ids(statement: str, ids: Iterable[int]) -> None:
    """Runs a statement that ends in ``WHERE x`` for a set of ids."""
    wanted = list(ids)
    if not wanted:
        return
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute(f"{statement} = ANY(%s)", [wanted])
        else:
            listed = json.dumps(wanted)
            cursor.execute(f"{statement} IN (SELECT value FROM json_each(%s))", [listed])  # noqa: S608  # constants


def instant(at: datetime) -> Any:
    """An instant as the database keeps it."""
    return at if on_postgresql() else at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Lists of up to ``size`` items."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
