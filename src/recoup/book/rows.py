"""Rows straight from the cursor: model objects would cost more than what a whole book is read for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

#: Rows that one read takes: below the databases' limits on parameters, large enough to be fast.
CHUNK = 2000


def rows_in(query: str, ids: Sequence[int], end: str = "") -> list[Any]:
    """Rows of a query that ends in ``IN``, for these ids; none without ids."""
    if not ids:
        return []
    return rows_of(f"{query} ({','.join(['%s'] * len(ids))}){end}", ids)


def rows_of(query: str, params: Sequence[Any] = ()) -> list[Any]:
    """All rows of one query, as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
