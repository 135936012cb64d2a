"""An installation with a branch in it whose next day is still to be run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import on_postgresql
from tests.installation import Installation, new_installation
from tests.needs import ROOT


@pytest.fixture(scope="session")
def made_branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Made once; tests work on copies of it."""
    server = os.environ["RECOUP_TEST_DATABASE"] if on_postgresql() else ""
    with new_installation(tmp_path_factory.mktemp("branch") / "home", server) as made:
        made.home.mkdir(parents=True)
        run(made, "make").check_returncode()
        yield made


def run(where: Installation, *words: object) -> subprocess.CompletedProcess[str]:
    """Let another process do something with an installation (see `program`), whatever its exit code."""
    started = start(where, *words)
    output, errors = started.communicate(timeout=120)
    return subprocess.CompletedProcess(started.args, started.returncode, output, errors)


def start(where: Installation, *words: object) -> subprocess.Popen[str]:
    """Start the same and return at once."""
    arguments = [sys.executable, "-m", "tests.casework.program", *map(str, words)]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, env=where.environment, cwd=ROOT, text=True, stdout=pipe, stderr=pipe)
