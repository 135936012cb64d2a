"""A separate installation that a test drives by its command line, as a clerk or a scheduler would."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.postgresql import copy_database, create_database, drop_database

RECOUP = Path(sys.executable).parent / "recoup"
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Installation:
    """A data folder and a database of its own; `database_url` is empty for the SQLite file in the folder."""

    home: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which a program works on this installation."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RECOUP_", "DJANGO_"))}
        return kept | {"RECOUP_HOME": str(self.home), "RECOUP_DATABASE_URL": self.database_url}

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start `recoup ARGUMENTS` and return at once."""
        return subprocess.Popen(
            [str(RECOUP), *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `recoup ARGUMENTS` to its end, whatever its exit code."""
        running = self.start(*arguments)
        output, errors = running.communicate(timeout=TIMEOUT_SECONDS)
        return subprocess.CompletedProcess(running.args, running.returncode, output, errors)

    def figures(self, *arguments: str | Path) -> dict[str, Any]:
        """The one JSON object that `recoup ARGUMENTS --json` prints; it must succeed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the installation's database, read without Django."""
        if self.database_url:
            import psycopg

            with psycopg.connect(self.database_url) as connection:
                return connection.execute(query.encode()).fetchall()
        with sqlite3.connect(self.home / "recoup.sqlite3") as file:
            return file.execute(query).fetchall()


@contextmanager
def new_installation(folder: Path, server: str) -> Iterator[Installation]:
    """An installation in `folder` with no database yet; `server` is a PostgreSQL address, empty for SQLite."""
    if not server:
        yield Installation(home=folder, database_url="")
        return
    name = f"recoup_{uuid4().hex}"
    try:
        yield Installation(home=folder, database_url=create_database(server, name))
    finally:
        drop_database(server, name)


@contextmanager
def copy_of(original: Installation, folder: Path) -> Iterator[Installation]:
    """The same installation once more, to be worked on apart: `folder` must not exist yet, nothing may run on it."""
    shutil.copytree(original.home, folder)
    if not original.database_url:
        yield Installation(home=folder, database_url="")
        return
    name = f"recoup_{uuid4().hex}"
    try:
        yield Installation(home=folder, database_url=copy_database(original.database_url, name))
    finally:
        drop_database(os.environ["RECOUP_TEST_DATABASE"], name)
