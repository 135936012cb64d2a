"""Stops and attempts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from recoup.contact.models import Attempt
from recoup.contact.operations import AttemptInFuture, StopRefused, end_stop, record_attempt, stop_contact
from recoup.contact.queries import stops_in_force
from tests.people_and_book import NOW, TODAY, debtor, house

pytestmark = pytest.mark.django_db


def test_a_stop_is_in_force_from_its_first_day_until_the_day_before_its_end() -> None:
    lin, zhou = house().lin, debtor("D-1", "Zhou Wen")
    end = TODAY + timedelta(days=10)
    stop_contact(zhou, reason="dispute_open", starts_on=TODAY, ends_on=end, proof="Letter", by=lin, at=NOW)
    days = {
        TODAY - timedelta(days=1): 0,  # before
        TODAY: 1,  # first day
        end - timedelta(days=1): 1,  # last day
        end: 0,  # half-open
    }
    assert {day: stops_in_force(day).count() for day in days} == days


def test_a_stop_needs_what_shows_it() -> None:
    with pytest.raises(StopRefused):
        stop_contact(debtor("D-1", "Zhou"), reason="death", starts_on=TODAY, proof=" ", by=house().lin, at=NOW)


def test_a_stop_is_ended_once() -> None:
    mei, zhou = house().mei, debtor("D-1", "Zhou")
    stop = stop_contact(zhou, reason="attorney", starts_on=TODAY, proof="Letter", by=mei, at=NOW)
    end_stop(stop, ends_on=TODAY, by=mei, at=NOW)
    assert stop.ends_on == TODAY + timedelta(days=1)
    later = date(2027, 1, 1)
    with pytest.raises(StopRefused):
        end_stop(stop, ends_on=later, by=mei, at=NOW)


def test_an_attempt_is_written_once_and_never_changed() -> None:
    lin, zhou = house().lin, debtor("D-1", "Zhou")
    for _time in range(2):
        record_attempt(
            zhou,
            at=NOW,
            channel="call",
            direction="out",
            person="nobody",
            connected=False,
            conversation=False,
            said="",
            key="k",
            by=lin,
            recorded_at=NOW,
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Attempt.objects.update(said="other words")
    assert Attempt.objects.get().said == ""


def test_an_attempt_does_not_lie_in_the_future() -> None:
    with pytest.raises(AttemptInFuture):
        record_attempt(
            debtor("D-1", "Zhou"),
            at=NOW + timedelta(hours=1),
            channel="call",
            direction="out",
            person="nobody",
            connected=False,
            conversation=False,
            said="",
            key="k",
            by=house().lin,
            recorded_at=NOW,
        )
