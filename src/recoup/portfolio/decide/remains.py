"""What runs that were killed left behind: each carries the number of its process, and goes when that runs no more."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def clear_remains(folder: Path, before: str, after: str = "") -> None:
    """Removes files and folders of ``folder`` that are named ``before``, a number, ``after``, if nobody uses them."""
    named = re.compile(re.escape(before) + "([0-9]+)" + re.escape(after) + ("" if after else "-.*"))
    for path in _listed(folder):
        found = named.fullmatch(path.name)
        if found and not _runs(int(found[1])):
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
