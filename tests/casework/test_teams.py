"""Who is on a case: by its stage and cause, from the people of the branch, by load, caps and absence."""

from __future__ import annotations

import pytest

from recoup.book.models import Debt
from recoup.book.operations import pause_ageing
from recoup.casework.models import CapacityAlert, Case, TeamMember
from recoup.casework.operations import touch_case
from recoup.people.models import Absence, Role, Staff
from tests.casework.lateness import (
    SQUAD,
    bo,
    case_of,
    day,
    item_of,
    lead_after,
    owes,
    pays,
    person,
    room,
    run,
    team_of,
    zhous_case,
)
from tests.people_and_book import NOW, TODAY, House, hired, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> House:
    return house()


def alerts(offset: int = 0) -> set[tuple[str | None, str, int]]:
    rows = CapacityAlert.objects.filter(on=day(offset)).select_related("branch")
    return {(row.branch.code if row.branch else None, row.role, row.cases) for row in rows}


# --- growth


@pytest.mark.parametrize(
    ("days", "team"),
    [
        (1, {"relationship_manager": "Lin"}),
        (8, {"relationship_manager": "Lin", "risk_manager": "Han"}),
        (31, {"relationship_manager": "Lin", "risk_manager": "Han", "branch_manager": "Mei"}),
        (61, {"lead_voice": "Lin", "second_voice": "Han", "numbers": "Mei", "recorder": "Bo", "safety_and_law": "Yan"}),
        (
            181,
            {"legal_lead": "Kai", "lead_voice": "Bo", "second_voice": "Han", "numbers": "Mei", "safety_and_law": "Yan"},
        ),
    ],
)
def test_a_case_has_the_team_of_its_stage(days: int, team: dict[str, str], people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, days)
    assert team_of(case) == team
    assert case.lead is not None
    assert case.lead.name == next(iter(team.values()))
    assert alerts() == set()


def test_whoever_is_on_a_case_stays_while_its_team_grows(people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, 5)
    for offset in (5, 30, 60):
        run(offset)
        case.refresh_from_db()
        assert (case.lead, case.lead_since) == (people.lin, TODAY)
    assert set(team_of(case)) == SQUAD
    assert team_of(case)["numbers"] == "Mei"


def test_the_team_of_each_step_is_kept_with_its_dates(people: House) -> None:
    case = zhous_case(people, 5)
    run(5)
    run(30)
    seats = TeamMember.objects.filter(case=case).order_by("pk").values_list("role", "joined_on", "left_on")
    assert list(seats) == [
        ("relationship_manager", TODAY, None),
        ("risk_manager", day(5), None),
        ("branch_manager", day(30), None),
    ]


def test_people_of_another_branch_never_join(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 40, branch=people.hillside)
    run()
    assert set(team_of(case_of(zhou)).values()) == {"Gao", "Rui"}
    assert alerts() == {("HS", "branch_manager", 1)}


def test_a_lender_without_branches_has_teams_too(people: House) -> None:
    bo(None)
    zhou = person()
    owes(zhou, "HL-1", 5)
    run()
    assert team_of(case_of(zhou)) == {"relationship_manager": "Bo"}


@pytest.mark.parametrize(
    ("kind", "amount", "route"),
    [("card", 500_000, "placement"), ("card", 500_100, "legal"), ("loan", 100, "legal")],
)
def test_the_last_stage_is_placed_or_goes_to_legal(kind: str, amount: int, route: str, people: House) -> None:
    case = zhous_case(people, 200, kind=kind, amount=amount)
    assert case.route == route
    assert ("legal_lead" in team_of(case)) == (route == "legal")


def test_a_small_card_debt_that_grows_leaves_placement_for_legal(people: House) -> None:
    case = zhous_case(people, 200, kind="card", amount=400_000)
    assert case.route == "placement"
    owes(case.debtor, "HC-2", 190, branch=people.riverside, kind="card", amount=200_000)
    run(1)
    case.refresh_from_db()
    assert (case.route, case.stage) == ("legal", "S5")
    assert "legal_lead" in team_of(case)


def test_sums_in_two_currencies_are_not_added_to_reach_a_limit(people: House) -> None:
    zhou = person()
    owes(zhou, "HC-1", 200, branch=people.riverside, kind="card", amount=400_000)
    owes(zhou, "HC-2", 200, branch=people.riverside, kind="card", amount=4_000, currency="JPY")
    run()
    assert case_of(zhou).route == "placement"


# --- who


def test_cases_go_to_whoever_has_most_room(people: House) -> None:
    bo(people.riverside, cases_max=40)
    room(people.lin, 80)
    zhang = hired("zhang", "Zhang", people.riverside, Role.RELATIONSHIP_MANAGER)
    room(zhang, 40)
    for number in range(9):
        owes(person(f"D-{number}"), f"HL-{number}", 5, branch=people.riverside)
    run()
    leads = [case.lead.name for case in Case.objects.order_by("pk") if case.lead]
    assert (leads.count("Lin"), leads.count("Zhang"), leads.count("Bo")) == (6, 3, 0), "by share, preferred role first"


@pytest.mark.parametrize("named", ["bo", "Bo"])
def test_the_relationship_manager_whom_the_debt_names_leads(named: str, people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, 5, relationship_manager=named)
    assert case.lead is not None
    assert case.lead.name == "Bo"


@pytest.mark.parametrize("named", ["gao", "han", "nobody"])
def test_a_named_relationship_manager_who_may_not_lead_is_passed_over(named: str, people: House) -> None:
    assert zhous_case(people, 5, relationship_manager=named).lead == people.lin


def test_nobody_gets_more_than_they_may_have_even_when_named(people: House) -> None:
    room(people.lin, 1)
    second = bo(people.riverside)
    for number in range(3):
        owes(person(f"D-{number}"), f"HL-{number}", 5, branch=people.riverside, relationship_manager="lin")
    run()
    assert [case.lead for case in Case.objects.order_by("pk")] == [people.lin, second, second]


def test_an_alert_says_how_many_cases_found_nobody(people: House) -> None:
    room(people.lin, 2)
    for number in range(5):
        owes(person(f"D-{number}"), f"HL-{number}", 5, branch=people.riverside)
    run()
    assert alerts() == {("RS", "relationship_manager", 3)}
    assert Case.objects.filter(lead=None).count() == 3
    run()
    assert alerts() == {("RS", "relationship_manager", 3)}


def test_room_that_opens_is_used_by_the_next_run_and_the_alert_ends(people: House) -> None:
    room(people.lin, 1)
    first, second = person("D-1"), person("D-2")
    loan = owes(first, "HL-1", 5, branch=people.riverside)
    owes(second, "HL-2", 5, branch=people.riverside)
    run()
    assert case_of(second).lead is None
    pays(loan, day(1))
    run(1)
    assert case_of(second).lead == people.lin
    assert (alerts(), alerts(1)) == ({("RS", "relationship_manager", 1)}, set())


def test_whoever_leaves_a_case_that_goes_on_has_room_again_tomorrow(people: House) -> None:
    """Otherwise a repeat of the run would find room that the first had not, and give other teams."""
    room(people.han, 1)
    smaller, larger = person("D-1"), person("D-2")
    owes(smaller, "HL-1", 5, branch=people.riverside)
    loan = owes(larger, "HL-2", 10, branch=people.riverside)
    owes(larger, "HL-3", 1, branch=people.riverside)
    run()
    pays(loan, day(3))
    run(3)  # the first reaches S2 and wants a risk manager, the second falls to S1 and lets him go
    for _ in range(2):
        assert "risk_manager" not in team_of(case_of(smaller))
        run(3)
    run(4)
    assert team_of(case_of(smaller))["risk_manager"] == "Han"


# --- absence, and cases held too long


def away(staff: Staff, starts: int, ends: int) -> None:
    Absence.objects.create(staff=staff, starts_on=day(starts), ends_on=day(ends))


@pytest.mark.parametrize(
    ("starts", "ends", "lead"),
    [
        (0, 1, "Bo"),  # away today
        (-3, 1, "Bo"),
        (-3, 0, "Lin"),  # back today
        (1, 3, "Lin"),  # away from tomorrow
    ],
)
def test_who_is_away_gets_no_case(starts: int, ends: int, lead: str, people: House) -> None:
    bo(people.riverside)
    away(people.lin, starts, ends)
    found = zhous_case(people, 5).lead
    assert found is not None
    assert found.name == lead


def test_a_colleague_stands_in_and_the_reason_is_kept(people: House) -> None:
    case = zhous_case(people, 5)
    bo(people.riverside)
    away(people.lin, 1, 2)
    run(1)
    case.refresh_from_db()
    assert team_of(case) == {"relationship_manager": "Bo"}
    seats = TeamMember.objects.filter(case=case).order_by("pk").values_list("staff__name", "left_on", "why")
    assert list(seats) == [("Lin", day(1), "by_table"), ("Bo", None, "absent")]


def test_whoever_left_the_house_leaves_their_cases(people: House) -> None:
    case = zhous_case(people, 5)
    bo(people.riverside)
    Staff.objects.filter(pk=people.lin.pk).update(is_active=False)
    run(1)
    assert team_of(case) == {"relationship_manager": "Bo"}


HELD = 45  # days on stage 3, by the house table


def held_case(people: House) -> Case:
    """Lin has led it since TODAY; on the day HELD it is 76 days late, but paused on stage 3."""
    case = zhous_case(people, 31)
    bo(people.riverside)
    loan = Debt.objects.get(ref="HL-1")
    pause_ageing(loan, starts_on=day(1), ends_on=None, reason="hardship", by=people.mei, at=NOW, on=TODAY)
    return case


def test_a_case_held_too_long_goes_to_a_colleague(people: House) -> None:
    case = held_case(people)
    assert lead_after(case, HELD - 1) == "Lin"
    assert lead_after(case, HELD) == "Bo"
    assert case.lead_since == day(HELD)
    assert TeamMember.objects.get(case=case, left_on=None, role="relationship_manager").why == "held_too_long"
    assert lead_after(case, HELD + 1) == "Bo", "the clock begins anew"
    item = item_of(case)
    assert item is not None
    assert (item.staff, item.reason) == (Staff.objects.get(username="bo"), "new_lead")


def test_contact_or_money_keeps_a_case_with_its_lead(people: House) -> None:
    spoken = held_case(people)
    touch_case(spoken, day(20))
    assert lead_after(spoken, HELD) == "Lin"
    assert lead_after(spoken, 20 + HELD) == "Bo"


def test_money_that_came_in_keeps_a_case_with_its_lead(people: House) -> None:
    case = held_case(people)
    pays(Debt.objects.get(ref="HL-1"), day(30), 10_000)
    assert lead_after(case, HELD) == "Lin"
    assert lead_after(case, 30 + HELD) == "Bo"


def test_a_case_held_too_long_stays_when_nobody_else_is_there_and_is_not_new_to_its_lead(people: House) -> None:
    case = held_case(people)
    room(Staff.objects.get(username="bo"), 0)
    assert lead_after(case, HELD) == "Lin"
    assert case.lead_since == TODAY
    room(Staff.objects.get(username="bo"), 5)
    assert lead_after(case, HELD + 1) == "Bo"
