"""Whom a visitor may sign in as where the book is a demonstration: a file in the data folder says so, nothing else."""

from __future__ import annotations

import json
from typing import NamedTuple

from django.conf import settings

from recoup.people.models import Role


class DemoStaff(NamedTuple):
    """A made-up colleague with a password that everybody may read."""

    username: str
    name: str
    password: str
    roles: str


def demonstration_staff() -> list[DemoStaff]:
    """The staff of the demonstration book; empty in every other installation and when the file cannot be read."""
    try:
        marker = json.loads((settings.RECOUP_HOME / "demo.json").read_text(encoding="utf-8"))
        return [_one(row) for row in marker["staff"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _one(row: dict[str, object]) -> DemoStaff:
    roles = row["roles"]
    labels = [str(Role(role).label) for role in roles] if isinstance(roles, list) else []
    return DemoStaff(str(row["username"]), str(row["name"]), str(row["password"]), ", ".join(labels))
