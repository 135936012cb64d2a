"""Whatever five people order in whatever order, the rules of publishing hold: a naive reading agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recoup.people.models import Role, Staff
from recoup.policy import operations as policy
from recoup.policy.models import DraftText, Origin, RulebookVersion, RuleDraft, Withdrawal
from recoup.policy.queries import history, in_force
from recoup.policy.refusals import PolicyRefusal
from tests.book.random_books import undone
from tests.generative import sampled_in_database
from tests.people_and_book import NOW, TODAY, House, hired
from tests.policy.made_rules import NAME, approve, proposed, rules, submit, tried

pytestmark = pytest.mark.django_db
DAYS = [TODAY + timedelta(days=number) for number in range(-2, 12)]


@pytest.fixture
def hua(people: House) -> Staff:
    """One more compliance officer, so that most orders find somebody who may give them."""
    return hired("hua", "Hua", None, Role.COMPLIANCE)


class Step(NamedTuple):
    """One order: by whom, about the draft or version so many from the last, with a text, a date, a page of when."""

    order: str
    by: int
    other: int
    back: int
    late_from: int
    ahead: int
    stale: bool
    passes: int


STEPS = st.lists(
    st.builds(
        Step,
        order=st.sampled_from(
            ["propose", "save", "ready", "ready", "approve", "approve", "reject", "reopen", "rebase", "withdraw",
             "publish", "publish", "publish", "publish", "take back", "go back", "go back"]
        ),
        by=st.sampled_from([0, 1, 2, 3, 4, 1, 2, 4]),
        other=st.integers(1, 4),
        back=st.sampled_from([0, 0, 0, 1, 2]),
        late_from=st.integers(20, 24),
        ahead=st.sampled_from([0, 0, 1, 3]),
        stale=st.sampled_from([False, False, False, True]),
        passes=st.sampled_from([0, 0, 1]),
    ),
    min_size=6,
    max_size=30,
)  # fmt: skip


def carried_out(step: Step, by: Staff, other: Staff, today: date) -> Any:
    """What the order gave. Raises PolicyRefusal."""
    dmn = rules(late_from=step.late_from)
    if step.order == "propose":
        return proposed(by, dmn)
    if step.order == "publish":
        on = today + timedelta(days=step.ahead)
        return approve(submit(tried(proposed(by, dmn)), by), other, on=on, today=today)
    if step.order in ("take back", "go back"):
        return _about_version(step, by, today)
    draft = _from_the_last(RuleDraft.objects.order_by("pk"), step.back)
    seen = draft.revision - step.stale
    orders: dict[str, Callable[[], Any]] = {
        "save": lambda: policy.save_draft(draft.pk, revision=seen, dmn=dmn, by=by, at=NOW),
        "ready": lambda: submit(tried(draft), by),
        "approve": lambda: policy.approve_draft(
            draft.pk, revision=seen, in_force_from=today + timedelta(days=step.ahead), by=by, at=NOW, today=today
        ),
        "reject": lambda: policy.reject_draft(draft.pk, revision=seen, why="No", by=by, at=NOW),
        "reopen": lambda: policy.reopen_draft(draft.pk, by=by, at=NOW),
        "rebase": lambda: policy.rebase_draft(draft.pk, revision=seen, by=by, at=NOW),
        "withdraw": lambda: policy.withdraw_draft(draft.pk, why="No", by=by, at=NOW),
    }
    return orders[step.order]()


def _from_the_last(rows: QuerySet[Any], back: int) -> Any:
    found = list(rows)
    return found[max(len(found) - 1 - back, 0)]


def _about_version(step: Step, by: Staff, today: date) -> Any:
    version = _from_the_last(RulebookVersion.objects.order_by("number"), step.back)
    if step.order == "take back":
        return policy.withdraw_version(version.pk, why="No", by=by, at=NOW, today=today)
    return policy.go_back(version.pk, why="No", by=by, at=NOW, today=today)


def naive(on: date, withdrawn: set[int]) -> int:
    """The version in force on a day, read off the rows one by one."""
    number = 1
    for version in RulebookVersion.objects.order_by("number"):
        if version.number not in withdrawn and version.in_force_from <= on:
            number = version.number
    return number


def agreed_by_two(version: RulebookVersion) -> bool:
    """Whether nobody published a version of their own making."""
    if version.origin == Origin.RELEASE:
        return version.number == 1
    if version.origin == Origin.RETURN:
        undone_version = version.undoes
        assert undone_version is not None
        return version.approved_by_id not in {undone_version.proposed_by_id, undone_version.edited_by_id}
    wrote = set(DraftText.objects.filter(draft=version.draft).values_list("written_by_id", flat=True))
    return version.approved_by_id not in wrote | {version.proposed_by_id, version.submitted_by_id, None}


@sampled_in_database
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_ordered_two_people_agreed_and_one_version_holds(
    people: House, wen: Staff, hua: Staff, steps: list[Step], examples: str
) -> None:
    with undone():
        staff, today = (people.han, people.yan, wen, people.mei, hua), TODAY
        proposed(people.han)
        for step in steps:
            today += timedelta(days=step.passes)
            before = list(RulebookVersion.objects.values_list("pk", "sha256"))
            try:
                carried_out(step, staff[step.by], staff[step.other], today)
            except PolicyRefusal:
                assert list(RulebookVersion.objects.values_list("pk", "sha256")) == before
            except AssertionError:
                assert step.order == "ready", "only a trial of what is published or withdrawn is not kept"
        _holds(today)


def _holds(today: date) -> None:
    versions = list(RulebookVersion.objects.order_by("number"))
    withdrawn = set(Withdrawal.objects.values_list("version__number", flat=True))
    assert [version.number for version in versions] == list(range(1, len(versions) + 1))
    assert all(agreed_by_two(version) for version in versions)
    dates = [version.in_force_from for version in versions if version.number not in withdrawn]
    assert dates == sorted(dates)
    assert [in_force(NAME, on).number for on in DAYS] == [naive(on, withdrawn) for on in DAYS]
    assert [line.version.number for line in history(NAME, today) if line.standing == "in_force"] == [
        naive(today, withdrawn)
    ]
    for draft in RuleDraft.objects.all():
        assert DraftText.objects.filter(draft=draft).count() == draft.revision, "every text ever saved is there"
