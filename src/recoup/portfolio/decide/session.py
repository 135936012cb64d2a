"""An embedded DuckDB for one run: bounded memory, nothing fetched from anywhere, progress while it works."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from recoup.portfolio.decide.remains import clear_remains
from recoup.portfolio.decide.stored import literal

#: Told the step and its share done, in percent.
Progress: TypeAlias = Callable[[str, int], None]

#: What DuckDB may hold. With less than 350 it waits for its own writing and uses one core; a large run takes about 280
#: of real memory, the program and its libraries included, however many rows there are.
MEMORY_MB = 384
_LOOK_SECONDS = 0.2
_PREFIX = "recoup-decide-"


def say_nothing(_step: str, _percent: int) -> None:
    """Progress for nobody."""


class Session:
    """A connection that is used by one run and then closed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
        self.connection = connection
        self.folder = folder
        self.progress = progress

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self.connection.execute(query).fetchall()

    def columns(self, query: str) -> list[tuple[str, Any]]:
        """The names and types of the columns of a query, without running it."""
        relation = self.connection.sql(query)
        return list(zip(relation.columns, relation.types, strict=True))

    def work(self, step: str, statement: str) -> list[tuple[Any, ...]]:
        """Runs a long statement, telling the share done as it goes; interrupts it when the caller is interrupted."""
        done = threading.Event()
        teller = threading.Thread(target=self._tell, args=(step, done), daemon=True)
        teller.start()
        try:
            return self.connection.execute(statement).fetchall()
        finally:
            done.set()
            teller.join()

    def _tell(self, step: str, done: threading.Event) -> None:
        while not done.wait(_LOOK_SECONDS):
            self.progress(step, max(0, int(self.connection.query_progress())))


@contextmanager
def session(progress: Progress = say_nothing, settings: Sequence[str] = ()) -> Iterator[Session]:
    """A new DuckDB in memory that spills into a folder of its own, removed at the end."""
    clear_remains(Path(tempfile.gettempdir()), _PREFIX)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        connection = duckdb.connect(":memory:")
        try:
            for setting in (*_settings(Path(folder)), *settings):
                connection.execute(f"SET {setting}")
            yield Session(connection, Path(folder), progress)
        finally:
            connection.close()


def _settings(folder: Path) -> Iterator[str]:
    yield f"memory_limit = '{MEMORY_MB}MB'"
    yield f"temp_directory = {literal(str(folder))}"
    yield "preserve_insertion_order = true"
    yield "enable_progress_bar = true"
    yield "enable_progress_bar_print = false"
    yield "autoinstall_known_extensions = false"
    yield "autoload_known_extensions = false"
    yield "TimeZone = 'UTC'"
