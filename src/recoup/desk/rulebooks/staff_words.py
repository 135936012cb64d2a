"""Owners of rulebooks: roles by their name, anybody else as written."""

from __future__ import annotations

from recoup.people.models import Role


def owner_words(owner: str) -> str:
    """The role's name where the owner is a role."""
    return str(Role(owner).label) if owner in Role.values else owner
