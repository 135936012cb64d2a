"""What tests let another process do with the installation that the environment names.

`make` fills it with a branch; `run DATE SIZE [N]` runs a day in pieces and is killed at the N-th statement.
"""

from __future__ import annotations

import os
import sys
from datetime import date


def make() -> None:
    """Fills an empty installation."""
    from recoup.project.commands.home import migrate
    from tests.casework.made_branch import build

    migrate()
    build()


def run(on: str, size: str, last: str | None = None) -> None:
    """Runs a day and prints how many statements that took."""
    from tests.casework.in_pieces import run_in_pieces

    done = run_in_pieces(date.fromisoformat(on), int(size), int(last) if last else None)
    sys.stdout.write(f"{done}\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "recoup.project.settings"
    import django

    django.setup()
    if sys.argv[1] == "make":
        make()
    else:
        run(*sys.argv[2:])
