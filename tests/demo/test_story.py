"""What happened on the made-up debts: contacts at decent hours, stops that are kept, pauses that overlap."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from recoup.casework.causes import causes
from recoup.contact.models import Attempt, Channel, StopReason
from recoup.demo.causes import STOPS, cause_of
from recoup.demo.debts import book_of
from recoup.demo.sayings import cause_codes, cause_evidence, cause_said
from recoup.demo.story import Story, run_dates, story_of
from recoup.domain.ageing import Pause, merged
from tests.demo.books import SMALL, TODAY, whole_book


@cache
def story() -> Story:
    return story_of(whole_book(), 1, TODAY)


def test_the_same_seed_tells_the_same_story() -> None:
    assert story_of(book_of(7, TODAY, SMALL), 7, TODAY) == story_of(book_of(7, TODAY, SMALL), 7, TODAY)


def test_attempts_go_both_ways_on_every_usual_channel() -> None:
    attempts = story().attempts
    assert len(attempts) > 4_000
    assert {each.direction for each in attempts} == set(Attempt.Direction.values)
    assert {each.channel for each in attempts} <= set(Channel.values)
    assert {"call", "sms", "letter", "visit", "email"} <= {each.channel for each in attempts}
    assert {each.person for each in attempts} == set(Attempt.Person.values)
    assert min(each.at.date() for each in attempts) < TODAY - timedelta(days=600)


def test_nobody_is_contacted_at_night_on_sundays_or_twice_a_day() -> None:
    zones = {debt.key: ZoneInfo(debt.debtor.contact.place.time_zone) for debt in whole_book()}
    for each in story().attempts:
        local = each.at.astimezone(zones[each.debt])
        assert time(9) <= local.time() < time(19)
        assert local.isoweekday() <= 5
    assert max(Counter((each.debtor, each.at.date()) for each in story().attempts).values()) == 1


def test_every_attempt_has_a_key_of_its_own_and_lies_behind_us() -> None:
    attempts = story().attempts
    assert len({each.key for each in attempts}) == len(attempts)
    assert all(each.at.date() < TODAY for each in attempts)
    assert all(each.connected or not each.conversation for each in attempts)


def test_a_stopped_debtor_is_not_contacted_but_may_call() -> None:
    stopped = {stop.debt.debtor_key: stop for stop in story().stops}
    after = [
        each for each in story().attempts if each.debtor in stopped and each.at.date() >= stopped[each.debtor].starts_on
    ]
    assert all(each.direction == "in" for each in after)


def test_stops_have_reasons_that_the_product_knows_and_a_proof() -> None:
    stops = story().stops
    assert {stop.reason for stop in stops} >= {"dispute_open", "death"}
    assert {rule.reason for rule in STOPS.values()} <= set(StopReason.values)
    assert all(stop.proof for stop in stops)


def test_some_pauses_of_one_debt_overlap() -> None:
    pauses: dict[tuple[str, str], list[Pause]] = {}
    for each in story().pauses:
        pauses.setdefault(each.debt.key, []).append(Pause(each.starts_on, each.ends_on))
    joined = [key for key, found in pauses.items() if len(merged(found)) < len(found)]
    assert len(pauses) > 40
    assert len(joined) > 5


def test_every_cause_is_in_the_rulebook_and_has_words_in_three_writings() -> None:
    assert cause_codes() <= set(causes())
    assert {debt.debtor.cause for debt in whole_book()} <= cause_codes()
    for code in cause_codes():
        for language in ("en", "zh-hans", "zh-hant"):
            assert cause_said(code, language)
            assert cause_evidence(code, language)


def test_a_firm_is_never_ill() -> None:
    from random import Random

    drawn = {cause_of(Random(place), "sales_contract") for place in range(400)}
    assert not any(code.startswith("PRT") for code in drawn)


def test_the_day_is_run_at_month_ends_and_on_each_of_the_last_days() -> None:
    dates = run_dates(TODAY)
    assert dates[-1] == TODAY
    assert dates[-14:] == [TODAY - timedelta(days=back) for back in reversed(range(14))]
    assert max((after - before).days for before, after in pairwise(dates)) <= 31
    assert sum((day + timedelta(days=1)).day == 1 for day in dates) >= 6
