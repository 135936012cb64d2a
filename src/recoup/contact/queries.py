"""Reads of stops and attempts."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from recoup.contact.models import Stop


def stops_in_force(on: date) -> QuerySet[Stop]:
    """Stops that bar contact on a date."""
    return Stop.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


def stops_not_over(on: date) -> QuerySet[Stop]:
    """Stops in force on a date or later, newest first, with debtor and creditor."""
    found = Stop.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return found.select_related("debtor__creditor", "debt", "recorded_by").order_by("-pk")


def stop_by_id(stop_id: int) -> Stop | None:
    """One stop with its debtor."""
    return Stop.objects.select_related("debtor__creditor").filter(pk=stop_id).first()
