"""What a release ships is adopted once; what a later release changes waits as a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from recoup.people.queries import viewer_of
from recoup.policy import operations as policy
from recoup.policy import refusals, shipped
from recoup.policy.models import Origin, RulebookVersion, RuleDraft
from recoup.policy.queries import check_text, in_force, rulebooks_list, waiting_for
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import EARLIER, LAID_OUT, NAME, approve, published, rules, ship, submit, tried

pytestmark = pytest.mark.django_db


def released(folder: Path, text: str, *, name: str = NAME) -> policy.Adopted:
    """What taking in a later release does, whose file says something else."""
    ship(folder, text, name=name)
    shipped.shipped_texts.cache_clear()
    return policy.adopt_shipped(at=NOW)


def test_a_release_is_adopted_once(release: Path) -> None:
    first = policy.adopt_shipped(at=NOW)
    again = policy.adopt_shipped(at=NOW)
    assert (first.published, again.published, again.drafted) == ([NAME], [], [])
    version = RulebookVersion.objects.get()
    assert (version.number, version.origin, version.approved_by) == (1, Origin.RELEASE, None)


def test_the_same_files_again_cost_one_query(people: House, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        policy.adopt_shipped(at=NOW)


def test_a_new_rulebook_of_a_later_release_is_its_version_1(people: House, release: Path) -> None:
    assert released(release, rules(), name="house/other").published == ["house/other"]
    assert in_force("house/other", TODAY).number == 1


def test_a_changed_file_waits_as_a_draft_and_changes_nothing(people: House, release: Path) -> None:
    assert released(release, EARLIER).drafted == [NAME]
    assert policy.adopt_shipped(at=NOW).drafted == []
    draft = RuleDraft.objects.get()
    assert (draft.origin, draft.proposed_by, draft.base and draft.base.number) == (Origin.RELEASE, None, 1)
    assert in_force(NAME, TODAY).number == 1
    assert waiting_for(viewer_of(people.han)).from_release == [draft]


def test_a_draft_of_a_release_needs_two_people_like_any_other(people: House, release: Path) -> None:
    released(release, EARLIER)
    draft = submit(tried(RuleDraft.objects.get()), people.yan)
    with pytest.raises(refusals.SamePerson):
        approve(draft, people.yan)
    assert approve(draft, people.mei).number == 2
    assert in_force(NAME, TODAY).number == 2


def test_a_file_that_is_only_laid_out_otherwise_is_no_news(people: House, release: Path) -> None:
    assert released(release, LAID_OUT).drafted == []
    assert not RuleDraft.objects.exists()


def test_a_file_that_says_what_the_lender_says_already_is_no_news(people: House, release: Path) -> None:
    published(people.han, people.mei)
    assert released(release, EARLIER).drafted == []
    assert RuleDraft.objects.count() == 1


def test_a_lenders_own_rules_stay_in_force_whatever_is_released(people: House, release: Path) -> None:
    published(people.han, people.mei, rules(late_from=15))
    assert released(release, EARLIER).drafted == [NAME]
    assert in_force(NAME, TODAY).number == 2


def test_the_latest_release_withdraws_the_draft_of_the_one_before(people: House, release: Path) -> None:
    released(release, EARLIER)
    released(release, rules(late_from=15))
    assert list(RuleDraft.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "draft"]


def test_a_release_that_comes_again_after_another_is_proposed_again(people: House, release: Path) -> None:
    for text in (EARLIER, rules(late_from=15), EARLIER):
        assert released(release, text).drafted == [NAME]
    assert list(RuleDraft.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "withdrawn", "draft"]


@pytest.mark.parametrize("name", sorted(shipped.shipped_texts()))
def test_no_file_that_recoup_ships_has_errors(name: str) -> None:
    errors = [str(found.problem) for found in check_text(shipped.shipped_texts()[name], name=name) if found.blocks]
    assert errors == [], "nobody could submit a change of it"


def test_the_list_names_every_rulebook_with_its_title(people: House, release: Path) -> None:
    ship(release, rules(title="Other"), name="risk/card/score")
    shipped.shipped_texts.cache_clear()
    lines = rulebooks_list(TODAY)
    assert [(line.name, line.number, line.about["title"]) for line in lines] == [
        (NAME, 1, "Team"),
        ("risk/card/score", 0, "Other"),
    ]
