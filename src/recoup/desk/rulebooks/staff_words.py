"""Owners of rulebooks: roles by their name, anybody else in the reader's language where that is known."""

from __future__ import annotations

from recoup.desk.rulebooks.answer_words import answer_words
from recoup.people.models import Role


def owner_words(owner: str) -> str:
    """The role's name where the owner is a role."""
    return str(Role(owner).label) if owner in Role.values else answer_words(owner)
