"""The `recoup` command."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from recoup import __version__


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    from recoup.project.commands import book, casework, decide, home, tables

    top = argparse.ArgumentParser(prog="recoup", description="Get back what is owed, lawfully and humanely.")
    top.add_argument("--version", action="version", version=f"recoup {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for noun in (home, book, casework, decide, tables):
        noun.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; exit code 0 done, 1 refused or a check failed, 2 unusable input."""
    args = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recoup.project.settings")
    import django

    django.setup()
    # A whole book makes millions of short-lived values; looking for cycles among them would cost a fifth of the run.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    try:
        _migrate_when_new(args)
        return int(args.run(args))
    except BrokenPipeError:
        # The reader of a long list (`recoup cases | head`) went away; that is no failure of ours.
        sys.stderr.close()
        return 0


def _migrate_when_new(args: argparse.Namespace) -> None:
    """The first command in an empty data folder makes the database, so that importing needs no step before it."""
    from recoup.project.commands.home import migrate

    if args.run.__name__ in {"_import", "_day", "_debt", "_cases"}:
        migrate()


if __name__ == "__main__":
    sys.exit(main())
