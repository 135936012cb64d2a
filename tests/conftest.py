"""The harness of all tests: two databases, nothing skipped unseen, a browser and a running desk for those who ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.flush import flush_past_triggers
from tests.installation import Installation, new_installation

pytest_plugins = ["pytester", "tests.browser.desk", "tests.skips"]

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "installation"}


def on_postgresql() -> bool:
    """Whether this run is the one on PostgreSQL."""
    return os.environ.get("RECOUP_TEST_DATABASE", "sqlite") != "sqlite"


# A seeded sample, the same on every machine, smaller where it is the second look; `make soak` looks at many more.
SAMPLE = 20 if on_postgresql() else 60
hypothesis.settings.register_profile("sample", derandomize=True, max_examples=SAMPLE, deadline=None, database=None)
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None, database=None)
hypothesis.settings.load_profile(os.environ.get("RECOUP_EXAMPLES") or "sample")


def pytest_report_header() -> str:
    """Say in the first lines which database is tested."""
    return f"database: {'PostgreSQL' if on_postgresql() else 'SQLite'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL keep only the tests that a database can change."""
    if not on_postgresql():
        return
    kept = [item for item in items if depends_on_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def depends_on_database(item: pytest.Item) -> bool:
    """Whether a test touches the database, by its marks or by what it asks for."""
    if item.get_closest_marker("every_database"):
        return True
    if item.get_closest_marker("browser") or item.get_closest_marker("one_database"):
        return False
    asked_for = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(asked_for & DATABASE_FIXTURES)


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied() -> Iterator[None]:
    """Let Django empty the tables after tests that commit, though triggers forbid everybody else to."""
    patch = pytest.MonkeyPatch()
    patch.setattr(
        BaseDatabaseOperations,
        "execute_sql_flush",
        flush_past_triggers(BaseDatabaseOperations.execute_sql_flush),
    )
    yield
    patch.undo()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A data folder and an empty database apart from the test's own, for running the `recoup` command."""
    server = os.environ["RECOUP_TEST_DATABASE"] if on_postgresql() else ""
    with new_installation(tmp_path / "installation", server) as made:
        yield made
