"""Which database an installation uses, and how it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# WAL lets readers go on while one writes; NORMAL may lose the last commits on power loss but never corrupts.
# The cache holds the upper levels of the indexes of a book with a million debts.
# With recursive triggers a row that REPLACE would push aside counts as deleted, which append-only tables refuse.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA recursive_triggers = ON;"
    "PRAGMA cache_size = -65536;"
    "PRAGMA mmap_size = 268435456;"
    "PRAGMA temp_store = MEMORY;"
)
SQLITE_WAIT_SECONDS = 30


class UnusableDatabaseUrl(ValueError):
    """RECOUP_DATABASE_URL is not an address of a PostgreSQL database."""


def database_from(url: str, *, home: Path) -> dict[str, Any]:
    """Django's description of the database at `url`, or of the SQLite file in `home` when `url` is empty.

    Raises UnusableDatabaseUrl when the address has another scheme, no database name or a bad port.
    """
    if not url:
        return sqlite_file(home / "recoup.sqlite3")
    return postgresql_at(urlsplit(url))


def sqlite_file(path: Path) -> dict[str, Any]:
    """A SQLite file. Writing transactions take their lock at the start, so two writers wait instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": SQLITE_WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        },
    }


def postgresql_at(address: SplitResult) -> dict[str, Any]:
    """A PostgreSQL database; query parameters (`sslmode`, `connect_timeout`, `host` for a socket ...) go to libpq."""
    name = unquote(address.path.lstrip("/"))
    if address.scheme not in {"postgres", "postgresql"} or not name:
        raise UnusableDatabaseUrl("RECOUP_DATABASE_URL must look like postgres://user:password@host:5432/name")
    options: dict[str, Any] = dict(parse_qsl(address.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": options.pop("host", unquote(address.hostname or "")),
        "PORT": port_of(address),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def port_of(address: SplitResult) -> str:
    """The port as written, empty when none is. Raises UnusableDatabaseUrl when it is no port."""
    try:
        return str(address.port or "")
    except ValueError as error:
        raise UnusableDatabaseUrl("RECOUP_DATABASE_URL: the port must be a number from 0 to 65535") from error
