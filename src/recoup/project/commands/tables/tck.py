"""``recoup tables tck``."""

from __future__ import annotations

from typing import Any


def add(_commands: Any) -> None:
    """Adds the command."""
