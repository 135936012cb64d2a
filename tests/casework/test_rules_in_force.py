"""The day's run lives by the versions in force on its day, and every decision names the version it was taken under."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from recoup.book.models import REBUILD_ON, Debt, DebtFacts, FactsBasis, Posting
from recoup.book.operations import derive_facts, save_ladder, set_terms, settle_facts
from recoup.book.queries import ladders
from recoup.book.queries.rules import shipped
from recoup.casework.models import CaseStage, TeamMember, TeamRole, WorkItem
from recoup.casework.operations import dry_run, run_day
from recoup.casework.reasons import why_listed
from recoup.domain.ladder import LadderError, Step
from recoup.domain.posting import Terms
from recoup.people.models import Role
from recoup.policy.models import RulebookVersion
from recoup.policy.operations import adopt_shipped, go_back
from recoup.policy.queries import as_if_in_force, check_draft
from recoup.policy.refusals import RulesUnsound
from recoup.policy.shipped import shipped_texts
from recoup.rulebooks.fit import SEAT_ROLES, SENTENCE_FACTS, STAFF_ROLES, misfits
from tests.casework.contents import contents, differences, rows_here
from tests.casework.lateness import case_of, day, history, owes, person, run, team_of
from tests.casework.made_drafts import Edit, drafted, published
from tests.people_and_book import NOW, TODAY, House, creditor, house

pytestmark = pytest.mark.django_db

SHORT_FIRST_STAGE: tuple[Edit, ...] = (("(0..7]", "(0..3]"), ("(7..30]", "(3..30]"))
LONG_SECOND_BUCKET: tuple[Edit, ...] = (("(30..60]", "(30..75]"), ("(60..90]", "(75..90]"))


@pytest.fixture
def people() -> House:
    """The house with its shipped rules published as the first versions."""
    adopt_shipped(at=NOW)
    return house()


def publish(people: House, name: str, *edits: Edit, on: date = TODAY) -> RulebookVersion:
    """A changed rulebook, in force from a day."""
    draft = drafted(people, name, *edits)
    published(people, draft, on)
    return RulebookVersion.objects.get(draft=draft)


def version(name: str, number: int) -> RulebookVersion:
    return RulebookVersion.objects.get(rulebook__name=name, number=number)


def late(people: House, days: int, ref: str = "HL-1") -> Debt:
    return owes(person(f"D-{ref}"), ref, days, branch=people.riverside)


def test_a_version_is_obeyed_from_the_run_of_its_date_on_and_not_before(people: House) -> None:
    owed = late(people, 4)
    publish(people, "house/stages", *SHORT_FIRST_STAGE, on=day(2))
    stages = []
    for offset in range(4):
        run(offset)
        stages.append(case_of(owed.debtor).stage)
    assert stages == ["S1", "S1", "S2", "S2"]


@pytest.mark.parametrize(("days", "bucket_rank"), [(60, 2), (61, 2), (75, 2), (76, 3)])
def test_debts_that_time_alone_would_leave_are_aged_by_the_new_buckets(
    people: House, days: int, bucket_rank: int
) -> None:
    owed = late(people, days)
    run()
    publish(people, "house/buckets", *LONG_SECOND_BUCKET, on=day(0))
    report = run()
    assert DebtFacts.objects.get(debt=owed).bucket_rank == bucket_rank
    assert report["by_bucket"][f"M{bucket_rank}"] == 1
    assert WorkItem.objects.get().bucket == f"M{bucket_rank}"


def test_a_repeat_under_the_new_version_changes_nothing(people: House) -> None:
    for number, days in enumerate([3, 5, 20, 40, 100, 200]):
        late(people, days, f"HL-{number}")
    run()
    for name, edits in (("house/stages", SHORT_FIRST_STAGE), ("house/buckets", LONG_SECOND_BUCKET)):
        publish(people, name, *edits, on=day(1))
    run(1)
    once = contents(rows_here)
    run(1)
    assert differences(once, contents(rows_here)) == {}


def test_a_version_that_says_the_same_days_rebuilds_nothing(people: House) -> None:
    owed = late(people, 40)
    run()
    publish(people, "house/buckets", ('"M2"', '"second"'), on=day(1))
    run(1)
    assert DebtFacts.objects.get(debt=owed).derived_on == TODAY
    assert WorkItem.objects.get().bucket == "second"
    assert ladders()[None, "bucket"].steps[2].name == "second"


def test_what_is_derived_by_other_ladders_than_the_book_stays_marked_for_the_run(people: House) -> None:
    owed = late(people, 5)
    run()
    publish(people, "house/stages", *SHORT_FIRST_STAGE, on=day(1))
    with transaction.atomic():
        derive_facts([owed.pk], day(1), at=NOW)
    assert DebtFacts.objects.get(debt=owed).next_change_on == REBUILD_ON
    run(1)
    facts = DebtFacts.objects.get(debt=owed)
    assert (facts.stage_rank, facts.next_change_on != REBUILD_ON) == (2, True)


def test_money_entered_for_an_earlier_day_than_the_run_is_aged_again_by_the_next(people: House) -> None:
    owed = late(people, 5)
    publish(people, "house/stages", *SHORT_FIRST_STAGE, on=day(1))
    run(1)
    with transaction.atomic():
        derive_facts([owed.pk], TODAY, at=NOW)
    run(2)
    assert DebtFacts.objects.get(debt=owed).stage_rank == 2


def test_facts_settled_after_an_import_are_aged_by_the_ladder_of_the_first_run(people: House) -> None:
    owed = late(people, 5)
    publish(people, "house/stages", *SHORT_FIRST_STAGE)
    DebtFacts.objects.update(next_change_on=REBUILD_ON)
    with transaction.atomic():
        assert settle_facts() == 1
    run()
    assert DebtFacts.objects.get(debt=owed).stage_rank == 2
    assert FactsBasis.objects.get().on == TODAY


def test_every_decision_names_the_version_it_was_taken_under(people: House) -> None:
    owed = late(people, 20)
    run()
    second = publish(people, "house/priority", ("<text>480</text>", "<text>490</text>"), on=day(3))
    run(3)
    case, item = case_of(owed.debtor), WorkItem.objects.get()
    assert (item.policy_version, item.rule, item.priority // 1_000_000) == (second, 8, 490)
    assert item.bucket_version == version("house/buckets", 1)
    assert item.holds_version is None, "nothing stops contact"
    assert (case.team_version, case.team_rule) == (version("house/team", 1), 5)
    assert {member.policy_version for member in TeamMember.objects.all()} == {version("house/team", 1)}
    assert {stage.policy_version for stage in CaseStage.objects.all()} == {version("house/stages", 1)}


def test_an_old_stage_keeps_the_version_under_which_it_was_entered(people: House) -> None:
    owed = late(people, 5)
    run()
    second = publish(people, "house/stages", *SHORT_FIRST_STAGE, on=day(1))
    run(1)
    case = case_of(owed.debtor)
    # By the new ladder the stage was reached two days ago, but until today that ladder held for nobody.
    assert [(stage, left) for stage, _, left in history(case)] == [("S1", 1), ("S2", None)]
    found = CaseStage.objects.filter(case=case).order_by("pk").values_list("stage", "policy_version")
    assert list(found) == [("S1", version("house/stages", 1).pk), ("S2", second.pk)]


def test_every_team_is_looked_at_again_under_another_table_and_keeps_who_fits(people: House) -> None:
    owed = late(people, 5)
    run()
    before = team_of(case_of(owed.debtor))
    second = publish(people, "house/team", ("1", 4, '"two"'), on=day(1))
    run(1)
    assert before == {"relationship_manager": "Lin"}
    assert team_of(case_of(owed.debtor)) == {"relationship_manager": "Lin", "risk_manager": "Han"}
    joined = TeamMember.objects.order_by("pk").values_list("staff__name", "policy_version")
    assert list(joined) == [("Lin", version("house/team", 1).pk), ("Han", second.pk)]
    assert case_of(owed.debtor).team_version == second


def test_the_sentence_of_an_item_is_that_of_its_version(people: House) -> None:
    late(people, 5)
    run()
    publish(people, "house/priority", ("Passed to you on", "Yours since"), ("New since", "Fresh since"), on=day(1))
    assert why_listed(WorkItem.objects.get(), "en").startswith("New since"), "the list is still yesterday's"
    run(1)
    assert why_listed(WorkItem.objects.get(), "en").startswith("Fresh since")


def test_going_back_is_obeyed_by_the_next_run(people: House) -> None:
    owed = late(people, 5)
    second = publish(people, "house/stages", *SHORT_FIRST_STAGE)
    run()
    assert case_of(owed.debtor).stage == "S2"
    go_back(second.pk, why="Too early.", by=people.mei, at=NOW, today=TODAY)
    run()
    assert case_of(owed.debtor).stage == "S1"


def test_a_published_ladder_ends_what_the_house_saved_before_and_is_changed_in_its_rulebook_alone(
    people: House,
) -> None:
    late(people, 5)
    steps = [Step("current", 0, 0), Step("new", 1, 9), Step("old", 10)]
    save_ladder(None, "bucket", steps, by=people.mei, at=NOW)
    run()
    assert WorkItem.objects.get().bucket == "new"
    draft = drafted(people, "house/buckets", *LONG_SECOND_BUCKET)
    assert dry_run("house/buckets", as_if_in_force(draft), TODAY)["changes"][0]["moves"] == [["new", "M1", 1]]
    published(people, draft, TODAY)
    run()
    assert (WorkItem.objects.get().bucket, ladders()[None, "bucket"].steps[1].name) == ("M1", "M1")
    with pytest.raises(LadderError, match="propose a change there"):
        save_ladder(None, "bucket", steps, by=people.mei, at=NOW)
    assert save_ladder(creditor(), "bucket", steps, by=people.mei, at=NOW).steps[1].name == "new"


def test_a_past_day_is_told_by_the_rules_of_that_day(people: House) -> None:
    late(people, 5)
    run()
    publish(people, "house/buckets", ("(0..30]", "(0..4]"), ("(30..60]", "(4..60]"), on=day(1))
    assert run(1)["by_bucket"]["M2"] == 1
    assert run_day(TODAY, at=NOW)["by_bucket"]["M1"] == 1


def charged(owed: Debt) -> list[tuple[int, int]]:
    found = Posting.objects.filter(debt=owed).exclude(rule="").order_by("dated_on", "pk")
    return [((row.dated_on - TODAY).days, row.amount_minor) for row in found]


def test_a_charge_follows_the_version_in_force_on_its_own_day(people: House) -> None:
    terms: dict[str, Any] = {"terms": Terms(("fees", "interest", "principal")), "accruals": ["late_fee_fixed"]}
    set_terms(creditor(), "loan", **terms, by=people.mei, at=NOW)
    early, later = late(people, 4, "HL-1"), late(people, 2, "HL-2")
    publish(people, "house/charges", ("60.00", "80.00"), on=day(3))
    for offset in range(6):
        run(offset)
    assert charged(early) == [(2, 6_000)], "charged the day before the new amount, and never corrected to it"
    assert charged(later) == [(4, 8_000)]


@pytest.mark.parametrize(
    ("name", "edits", "complaint"),
    [
        ("house/buckets", (("<text>2</text>", "<text>7</text>"),), "is step 2 by its days but has another rank"),
        ("house/buckets", (("&gt; 180", "(180..40000]"),), "must be open"),
        ("house/stages", (('"S2"', '"S1"'),), "same name"),
        ("house/stages", (('"S2"', '"a stage with a very long name"'),), "more than 20 letters"),
        ("house/holds", (('"death"', 2, "true"),), "never holds the ageing"),
        ("house/priority", (("{rolls_on}", "{rolls on}"),), "{ in a sentence is no fact"),
        ("house/priority", (("{rolls_on}", "{id_number}"),), "{id_number} in a sentence is no fact"),
        ("house/team", (('<text>"recorder"</text>', '<text>"chauffeur"</text>'),), "chauffeur"),
    ],
)
def test_rules_that_the_run_could_not_live_by_are_not_published(
    people: House, name: str, edits: tuple[Edit, ...], complaint: str
) -> None:
    draft = drafted(people, name, *edits)
    found = [str(finding.problem) for finding in check_draft(draft) if finding.blocks]
    assert any(complaint in said for said in found), found
    with pytest.raises(RulesUnsound):
        published(people, draft, TODAY)


def test_the_shipped_rules_are_rules_that_the_run_can_live_by() -> None:
    for name in shipped_texts():
        assert misfits(name, shipped(name).model) == []


def test_the_facts_of_a_sentence_are_those_that_an_item_keeps(people: House) -> None:
    late(people, 5)
    run()
    assert set(WorkItem.objects.get().reason_facts) == SENTENCE_FACTS


def test_the_roles_of_the_team_table_are_those_of_cases_and_of_staff() -> None:
    assert set(TeamRole.values) == SEAT_ROLES
    assert set(Role.values) - {Role.ADMINISTRATOR} == STAFF_ROLES


def test_a_weight_may_be_as_large_as_anybody_writes_it(people: House) -> None:
    late(people, 5)
    publish(people, "house/priority", *((f"<text>{weight}</text>", "<text>900000</text>") for weight in (480, 500)))
    run()
    assert WorkItem.objects.get().priority == 900_000 * 1_000_000 + 1_000
