"""``recoup tables``: check, show, compare, publish and test decision tables."""

from __future__ import annotations

from typing import Any

from recoup.project.commands.tables import check, diff, publish, show, tck


def add(commands: Any) -> None:
    """Adds ``tables`` and its own commands to the command line."""
    tables = commands.add_parser("tables", help="decision tables: check, show, diff, publish, tck")
    inner = tables.add_subparsers(metavar="COMMAND", required=True)
    for each in (check, show, diff, publish, tck):
        each.add(inner)
