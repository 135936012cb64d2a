"""Which rules hold on a day: asked often, answered fast, and noticed at once when others were published."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models

from recoup.policy import operations as policy
from recoup.policy import reading, refusals
from recoup.policy.models import HOUSE, RulebookVersion, UnderPolicy
from recoup.policy.queries import as_if_in_force, base_of, draft_by_id, in_force
from recoup.policy.shipped import shipped_texts
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import EARLIER, NAME, TOMORROW, approve, proposed, published, rules, submit, tried

pytestmark = pytest.mark.django_db


def lead(days: int, on: date, **scope: str) -> Any:
    """Who leads a case of so many days under the rules in force."""
    return in_force(NAME, on, **scope).compiled.decide({"days": days}).values["Lead"]


def test_the_rules_in_force_decide(people: House) -> None:
    published(people.han, people.mei, on=TOMORROW)
    assert [lead(25, TODAY), lead(25, TOMORROW)] == ["collector", "risk_manager"]
    outcome = in_force(NAME, TOMORROW).compiled.decide({"days": 25})
    assert outcome.version == in_force(NAME, TOMORROW).content_hash
    assert RulebookVersion.objects.get(number=2).content_hash == outcome.version


def test_without_a_version_the_shipped_file_holds(release: Path) -> None:
    rules_in_force = in_force(NAME, TODAY)
    assert (rules_in_force.version_id, rules_in_force.number) == (None, 0)
    assert rules_in_force.in_force_from == date(2026, 1, 1)
    assert lead(31, TODAY) == "risk_manager"


def test_before_the_first_versions_date_that_one_holds(people: House) -> None:
    assert in_force(NAME, date(2005, 10, 1)).number == 1
    published(people.han, people.mei)
    assert in_force(NAME, date(2005, 10, 1)).number == 1


def test_a_shipped_file_whose_date_is_to_come_holds_from_the_day_it_is_taken_in(release: Path) -> None:
    (release / "house/lead.dmn").write_text(rules().replace("2026-01-01", "2030-01-01"), encoding="utf-8")
    shipped_texts.cache_clear()
    policy.adopt_shipped(at=NOW)
    assert RulebookVersion.objects.get().in_force_from == NOW.date()


def test_asking_again_is_one_small_query_and_reads_nothing_anew(
    people: House, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    first = in_force(NAME, TODAY)
    compiled = first.compiled
    monkeypatch.setattr("recoup.tables.read.read_model", lambda *_a, **_k: pytest.fail("it was read again"))
    with django_assert_num_queries(1) as queries:
        assert in_force(NAME, TODAY).compiled is compiled
    assert '"dmn"' not in queries.captured_queries[0]["sql"], "the text stays where it is"


def test_what_is_no_longer_kept_is_read_again(people: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "KEPT_MAX", 1)
    for late_from in (5, 6):
        proposed(people.han, rules(late_from=late_from))
    assert lead(31, TODAY) == "risk_manager"
    assert len(reading._kept) == 1


def test_a_creditor_has_rules_of_its_own_from_their_date_and_the_houses_before(people: House) -> None:
    scope = "creditor:harbour"
    draft = tried(proposed(people.han, EARLIER, scope=scope))
    approve(submit(draft, people.han), people.mei, on=TOMORROW)
    assert [lead(25, day, scope=scope) for day in (TODAY, TOMORROW)] == ["collector", "risk_manager"]
    assert [lead(25, TOMORROW), lead(25, TOMORROW, scope="creditor:north")] == ["collector", "collector"]
    assert in_force(NAME, TOMORROW, scope=scope).number == 1


@pytest.mark.parametrize("scope", ["", "creditor:", "branch:RS", "house2", "creditor:" + "x" * 120])
def test_a_scope_that_means_nothing_is_refused(people: House, scope: str) -> None:
    with pytest.raises(refusals.UnknownRulebook):
        proposed(people.han, scope=scope)


def test_a_draft_is_tried_beside_what_it_would_replace(people: House) -> None:
    draft = draft_by_id(proposed(people.han).pk)
    assert draft is not None
    tried_rules, base = as_if_in_force(draft), base_of(draft)
    answers = [each.compiled.decide({"days": 25}).values["Lead"] for each in (base, tried_rules)]
    assert answers == ["collector", "risk_manager"]
    assert (base.number, tried_rules.version_id) == (1, None)


def test_a_version_that_this_release_cannot_read_stops_the_program(people: House) -> None:
    RulebookVersion.objects.create(
        rulebook=RulebookVersion.objects.get().rulebook,
        number=2,
        dmn="<definitions",
        sha256="0" * 64,
        content_hash="0" * 64,
        in_force_from=TODAY,
        origin="return",
        approved_by=people.mei,
        undoes=RulebookVersion.objects.get(),
        says_again=RulebookVersion.objects.get(),
        proposed_at=NOW,
        published_at=NOW,
    )
    assert in_force(NAME, TODAY - timedelta(days=1)).number == 1
    with pytest.raises(refusals.RulebookUnreadable, match="version 2 of house/lead"):
        in_force(NAME, TODAY)


@pytest.mark.django_db(transaction=True)
def test_everybody_notices_a_publication_at_once(people: House) -> None:
    import threading

    from django.db import connections

    seen: list[int] = []

    def elsewhere() -> None:
        seen.append(in_force(NAME, TODAY).number)
        connections.close_all()

    for _time in range(2):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(timeout=30)
        if len(seen) == 1:
            published(people.han, people.mei)
    assert seen == [1, 2]


def test_a_decision_keeps_the_version_it_was_taken_under() -> None:
    field = UnderPolicy._meta.get_field("policy_version")
    assert isinstance(field, models.ForeignKey)
    assert (field.null, field.remote_field.on_delete, field.related_model) == (True, models.PROTECT, RulebookVersion)
    assert HOUSE == "house"
    assert connection.vendor in ("sqlite", "postgresql")
