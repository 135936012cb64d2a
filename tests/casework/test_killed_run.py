"""The day's run is cut off at any moment, or two run at once: a repeat leaves the database of an undisturbed run."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.casework.conftest import run, start
from tests.casework.contents import contents, differences
from tests.conftest import on_postgresql
from tests.installation import Installation, copy_of
from tests.people_and_book import TODAY

pytestmark = pytest.mark.every_database

DAY = TODAY.isoformat()
SIZE = 20


class Undisturbed:
    """What one run in one go leaves and says, and how much there is to interrupt."""

    def __init__(self, made: Installation, folder: Path) -> None:
        with copy_of(made, folder / "pieces") as copy:
            self.statements = int(run(copy, "run", DAY, SIZE).stdout)
        with copy_of(made, folder / "whole") as copy:
            begun = time.monotonic()
            self.report = copy.figures("day", "--date", DAY)
            self.seconds = time.monotonic() - begun
            self.contents = contents(copy.rows)


@pytest.fixture(scope="module")
def undisturbed(made_branch: Installation, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(made_branch, tmp_path_factory.mktemp("undisturbed"))


def moments(count: int, last: int) -> list[int]:
    return sorted(random.Random(2).sample(range(1, last + 1), count))


def is_repeated_whole(copy: Installation, undisturbed: Undisturbed) -> dict[str, Any]:
    """Runs the day again, as the clerk would, and says what is not as it should be: nothing."""
    report = copy.figures("day", "--date", DAY)
    assert report == undisturbed.report
    return differences(undisturbed.contents, contents(copy.rows))


def check_moments(count: int, made: Installation, undisturbed: Undisturbed, folder: Path) -> None:
    for moment in moments(count, undisturbed.statements):
        with copy_of(made, folder / str(moment)) as copy:
            killed = run(copy, "run", DAY, SIZE, moment)
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            assert is_repeated_whole(copy, undisturbed) == {}, f"after {moment} of {undisturbed.statements} statements"


def test_a_run_killed_in_the_middle_is_finished_by_a_repeat(
    made_branch: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    check_moments(1 if on_postgresql() else 5, made_branch, undisturbed, tmp_path)


@pytest.mark.soak
def test_a_run_killed_at_fifty_moments_is_finished_by_a_repeat(
    made_branch: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    check_moments(50, made_branch, undisturbed, tmp_path)


@pytest.mark.soak
def test_a_run_killed_by_the_clock_fifty_times_is_finished_by_a_repeat(
    made_branch: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    rng = random.Random(3)
    for number in range(50):
        with copy_of(made_branch, tmp_path / str(number)) as copy:
            running = copy.start("day", "--date", DAY)
            time.sleep(rng.uniform(0, undisturbed.seconds))
            running.kill()
            running.communicate()
            assert is_repeated_whole(copy, undisturbed) == {}


@pytest.mark.soak
def test_a_run_killed_again_and_again_gets_there_in_the_end(
    made_branch: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    with copy_of(made_branch, tmp_path / "again") as copy:
        for moment in (5, 40, 90, 140, 200, 260):
            run(copy, "run", DAY, SIZE, moment)
        assert is_repeated_whole(copy, undisturbed) == {}


def test_two_runs_at_once_leave_what_one_leaves(
    made_branch: Installation, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    with copy_of(made_branch, tmp_path / "two") as copy:
        both = [start(copy, "run", DAY, SIZE) for _ in range(2)]
        assert [one.wait(120) for one in both] == [0, 0]
        assert differences(undisturbed.contents, contents(copy.rows)) == {}


def test_runs_of_two_dates_at_once_leave_the_later_one_whole(made_branch: Installation, tmp_path: Path) -> None:
    tomorrow = TODAY.replace(day=TODAY.day + 1).isoformat()
    with copy_of(made_branch, tmp_path / "dates") as copy:
        both = [start(copy, "run", day, SIZE) for day in (DAY, tomorrow)]
        assert [one.wait(120) for one in both] == [0, 0]
        left = contents(copy.rows)
        report = copy.figures("day", "--date", tomorrow)
        assert report["date"] == tomorrow
        assert differences(left, contents(copy.rows)) == {}, "nothing was left to do"
