"""How Django finds out who a session belongs to."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from recoup.people import queries
from recoup.people.models import Staff


class StaffBackend(ModelBackend):
    """Names and passwords as Django keeps them; a session's person comes with branch and roles in one query."""

    def get_user(self, user_id: int) -> Staff | None:
        """The person of a session, or None when they may no longer sign in."""
        return queries.staff_signed_in(user_id)
