"""What DuckDB, PostgreSQL and Spark write differently: one small class each, chosen by name."""

from __future__ import annotations

from recoup.tables.dialects.base import Dialect, NotWritable
from recoup.tables.dialects.duckdb import DuckDB
from recoup.tables.dialects.postgresql import PostgreSQL
from recoup.tables.dialects.spark import Spark

__all__ = ["Dialect", "NotWritable", "dialect_of"]

_DIALECTS: dict[str, type[Dialect]] = {"duckdb": DuckDB, "postgresql": PostgreSQL, "spark": Spark}


def dialect_of(name: str) -> Dialect:
    """The dialect of that name: ``duckdb``, ``postgresql`` or ``spark``. Raises KeyError for any other."""
    return _DIALECTS[name]()
