"""What a test may need that not every machine has: it skips with a message, and under RECOUP_NO_SKIPS=1 that fails."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RECOUP_SHARED") or ROOT / "../shared").resolve()
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def shared_file(name: str) -> Path:
    """A file of the shared folder (RECOUP_SHARED, else `../shared` beside the checkout), such as `data/README.md`."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs ../shared/{name}: set RECOUP_SHARED to the folder that holds it")
    return path


def program(*names: str) -> str:
    """The first of these programs that the machine has."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"needs {' or '.join(names)} on this machine")


def chromium_path() -> str:
    """Chromium's program: RECOUP_CHROMIUM, else the usual names."""
    return os.environ.get("RECOUP_CHROMIUM") or program(*CHROMIUM_NAMES)


def front_end_file(name: str) -> Path:
    """A file of the installed npm packages, such as `axe-core/axe.min.js`."""
    path = ROOT / "node_modules" / name
    if not path.exists():
        pytest.skip(f"needs node_modules/{name}: run `make setup`")
    return path
