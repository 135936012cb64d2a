"""The `recoup` command on a data folder of its own, as other tests drive it."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.installation import Installation, copy_of


def test_a_new_data_folder_gets_a_database_that_holds_no_debt(installation: Installation) -> None:
    done = installation.run("init")
    assert done.returncode == 0, done.stderr
    assert str(installation.home) in done.stdout
    assert installation.rows("SELECT count(*) FROM book_debt") == [(0,)]
    assert stat.S_IMODE(installation.home.stat().st_mode) == 0o700
    assert (installation.home / "recoup.sqlite3").exists() == (installation.database_url == "")


def test_the_day_of_an_empty_book_counts_nothing(installation: Installation) -> None:
    report = installation.figures("day", "--date", "2026-11-23")
    assert (report["date"], report["debts"], report["overdue"]) == ("2026-11-23", 0, 0)


def test_unusable_input_ends_with_its_own_exit_code(installation: Installation) -> None:
    done = installation.run("debt", "no-such-debt")
    assert done.returncode == 2
    assert "no-such-debt" in done.stderr


def test_a_copy_is_worked_on_apart(installation: Installation, tmp_path: Path) -> None:
    installation.run("init")
    with copy_of(installation, tmp_path / "copy") as copy:
        assert copy.figures("day", "--date", "2026-11-23")["debts"] == 0
        assert copy.rows("SELECT count(*) FROM casework_dayrun") == [(1,)]
    assert installation.rows("SELECT count(*) FROM casework_dayrun") == [(0,)]
