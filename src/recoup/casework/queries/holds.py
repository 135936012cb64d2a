"""Pauses and stops that are not over, within what their viewer may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from recoup.book.models import Pause
from recoup.book.queries import pauses_not_over
from recoup.casework.queries.sight import debtors_seen_by
from recoup.contact.models import Stop
from recoup.contact.queries import stops_not_over
from recoup.people.permissions import Scope, Viewer

HOLDS_SHOWN = 50


def stops_seen_by(viewer: Viewer, on: date, before_id: int | None = None) -> list[Stop]:
    """One page of stops, newest first, older than ``before_id``; one more than a page when there are more."""
    found = stops_not_over(on)
    if viewer.scope != Scope.EVERYTHING:
        found = found.filter(Exists(debtors_seen_by(viewer).filter(pk=OuterRef("debtor"))))
    return list((found if before_id is None else found.filter(pk__lt=before_id))[: HOLDS_SHOWN + 1])


def pauses_seen_by(viewer: Viewer, on: date, before_id: int | None = None) -> list[Pause]:
    """The same of pauses."""
    found = pauses_not_over(on)
    if viewer.scope != Scope.EVERYTHING:
        found = found.filter(Exists(debtors_seen_by(viewer).filter(pk=OuterRef("debt__debtor"))))
    return list((found if before_id is None else found.filter(pk__lt=before_id))[: HOLDS_SHOWN + 1])
