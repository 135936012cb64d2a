"""The day's run: cases open, climb, fall and are cured by the state of their debts, each on its own date."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from recoup.book.models import Debt, DebtFacts, Posting
from recoup.book.operations import mark_for_rebuild, pause_ageing, record_payment, save_ladder, set_terms, state_of
from recoup.casework.models import BranchDay, Case, CaseStage, DayRun, TeamMember, WorkItem
from recoup.casework.operations import run_day
from recoup.contact.operations import stop_contact
from recoup.domain.ladder import Step
from recoup.domain.posting import Terms
from tests.casework.contents import contents, differences, rows_here
from tests.casework.lateness import case_of, day, has_case, history, item_of, owes, pays, person, run, team_of
from tests.casework.made_branch import build
from tests.people_and_book import NOW, TODAY, House, creditor, debt, debtor, house, instalments

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> House:
    return house()


# --- opening, climbing, falling, cure


@pytest.mark.parametrize(
    ("days", "stage", "bucket"),
    [
        (0, None, "current"),  # due today
        (1, "S1", "M1"),
        (7, "S1", "M1"),
        (8, "S2", "M1"),
        (30, "S2", "M1"),
        (31, "S3", "M2"),
        (60, "S3", "M2"),
        (61, "S4", "M3"),
        (180, "S4", "M6"),
        (181, "S5", "M7"),
        (4_000, "S5", "M7"),  # elsewhere days above the last range had no bucket at all
    ],
)
def test_a_case_opens_on_the_stage_of_its_days(days: int, stage: str | None, bucket: str, people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", days, branch=people.riverside)
    report = run()
    assert report["by_bucket"][bucket] == report["debts"] == 1
    assert has_case(zhou) == (stage is not None)
    if stage:
        assert (case_of(zhou).stage, report["by_stage"][stage], report["cases_opened"]) == (stage, 1, 1)


def test_one_case_gathers_all_overdue_debts_of_a_debtor_to_a_creditor(people: House) -> None:
    zhou = person()
    for place, days in enumerate((5, 40, 0)):
        owes(zhou, f"HL-{place}", days, branch=people.riverside)
    elsewhere = debtor("D-1", "Zhou", creditor("north", "North Finance"))
    owes(elsewhere, "NF-1", 3)
    assert run()["cases_opened"] == 2, "one to each creditor"
    assert (case_of(zhou).stage, case_of(elsewhere).stage) == ("S3", "S1")


def test_a_case_is_cured_only_when_all_its_debts_are(people: House) -> None:
    # The defect seen elsewhere: the last invoice decides, so unpaid + paid = resolved.
    zhou = person()
    first, last = owes(zhou, "HL-1", 40), owes(zhou, "HL-2", 5)
    run()
    pays(last, TODAY)
    assert run(1)["cases_cured"] == 0
    assert case_of(zhou).stage == "S3"
    pays(first, day(2))
    assert run(2)["cases_cured"] == 1
    assert not has_case(zhou)


def test_cure_closes_team_work_and_stage_on_its_day(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 40, branch=people.riverside)
    run()
    case = case_of(zhou)
    assert item_of(case)
    assert team_of(case)
    pays(loan, day(3))
    run(3)
    case.refresh_from_db()
    assert (case.closed_on, case.closed_why) == (day(3), "cured")
    assert (item_of(case), team_of(case)) == (None, {})
    assert set(TeamMember.objects.filter(case=case).values_list("left_on", flat=True)) == {day(3)}
    assert history(case)[-1] == ("S3", -9, 3)


def test_new_arrears_after_cure_open_a_new_case(people: House) -> None:
    zhou = person()
    loan = debt(zhou, "HL-1")
    instalments(loan, day(-10), 2, principal=100_000)
    run()
    first = case_of(zhou)
    pays(loan, day(1))
    run(1)
    run(21)
    second = case_of(zhou)
    assert (second.pk != first.pk, second.stage, second.opened_on) == (True, "S1", day(21))
    assert [case.ref for case in Case.objects.order_by("pk")] == ["harbour-00001", "harbour-00002"]


def test_a_case_falls_with_its_most_delinquent_debt(people: House) -> None:
    zhou = person()
    worst = owes(zhou, "HL-1", 70, branch=people.riverside)
    owes(zhou, "HL-2", 10, branch=people.riverside)
    run()
    assert case_of(zhou).stage == "S4"
    pays(worst, day(1))
    report = run(1)
    case = case_of(zhou)
    assert (case.stage, case.stage_since, report["cases_escalated"]) == ("S2", day(1), 0)
    assert set(team_of(case)) == {"relationship_manager", "risk_manager"}
    assert history(case)[-2:] == [("S4", -9, 1), ("S2", 1, None)]


def test_a_missed_night_skips_no_step(people: House) -> None:
    # The defect seen elsewhere: steps chosen by equality of days are lost with the night on which they would have come.
    zhou = person()
    owes(zhou, "HL-1", 2, branch=people.riverside)
    run()
    assert run(90)["cases_escalated"] == 1
    case = case_of(zhou)
    assert history(case) == [("S1", -1, 6), ("S2", 6, 29), ("S3", 29, 59), ("S4", 59, None)]
    assert (case.stage, case.stage_since, case.opened_on) == ("S4", day(59), TODAY)


def test_a_case_that_opens_late_has_every_step_with_its_own_date(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 100)
    run()
    assert history(case_of(zhou)) == [("S1", -99, -92), ("S2", -92, -69), ("S3", -69, -39), ("S4", -39, None)]


def test_the_dates_of_steps_leave_paused_days_out(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 20)
    pause_ageing(loan, starts_on=day(-15), ends_on=day(-5), reason="hardship", by=people.mei, at=NOW, on=TODAY)
    run()
    assert history(case_of(zhou)) == [("S1", -19, -2), ("S2", -2, None)]


def test_a_day_run_every_night_or_once_at_the_end_leaves_the_same_history(people: House) -> None:
    nightly, seldom = person("D-1", "Zhou"), person("D-2", "Wu")
    owes(nightly, "HL-1", 0)
    for offset in range(70):
        run(offset)
    owes(seldom, "HL-2", 0)
    run(70)
    assert history(case_of(nightly)) == history(case_of(seldom))


def test_a_part_payment_skips_no_step_later(people: House) -> None:
    # The defect seen elsewhere: a state is skipped after a partial payment.
    zhou = person()
    loan = owes(zhou, "HL-1", 6, branch=people.riverside)
    run()
    pays(loan, day(1), 40_000)
    for offset in (1, 2, 3):
        run(offset)
    assert history(case_of(zhou)) == [("S1", -5, 2), ("S2", 2, None)]


def test_grace_keeps_a_debt_overdue_without_a_case(people: House) -> None:
    zhou = person()
    set_terms(creditor(), "loan", terms=Terms(grace_days=5), accruals=[], by=people.mei, at=NOW)
    owes(zhou, "HL-1", 5)
    report = run()
    assert (report["overdue"], report["by_bucket"]["M1"], report["cases_opened"]) == (1, 1, 0)
    assert run(1)["cases_opened"] == 1


# --- what came after the run, or is dated later


def test_a_posting_dated_later_waits_for_its_day(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 10)
    pays(loan, day(3))
    run()
    assert has_case(zhou)
    run(2)
    assert has_case(zhou)
    assert run(3)["cases_cured"] == 1


def test_a_payment_backdated_after_the_run_is_seen_by_its_repeat(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 10)
    assert run()["overdue"] == 1
    pays(loan, day(-9))
    again = run()
    assert (again["overdue"], again["cases_cured"]) == (0, 1)
    assert not has_case(zhou)


def test_a_payment_entered_by_hand_is_seen_at_once_and_its_case_cured_by_the_next_run(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 10)
    run()
    record_payment(loan, amount_minor=100_000, paid_on=TODAY, ref="P", method="cash", by=people.mei, at=NOW, on=TODAY)
    assert DebtFacts.objects.get(debt=loan).bucket_rank == 0
    assert has_case(zhou)
    assert run(1)["cases_cured"] == 1


def test_a_payment_that_comes_back_lets_the_case_climb_again(people: House) -> None:
    zhou = person()
    loan = debt(zhou, "HL-1")
    instalments(loan, day(-70), 3, principal=100_000)
    run()
    payment = pays(loan, day(1))
    run(1)
    assert case_of(zhou).stage == "S3"
    line = {"creditor": loan.creditor, "debt": loan, "kind": "reversal", "amount_minor": 100_000, "recorded_at": NOW}
    Posting.objects.create(dated_on=day(4), reverses=payment, **line)
    mark_for_rebuild([loan.pk])
    run(4)
    assert history(case_of(zhou))[-3:] == [("S4", -9, 1), ("S3", 1, 4), ("S4", 4, None)]


# --- reports


def test_a_date_before_the_last_run_says_what_was_said_then_and_changes_nothing(people: House) -> None:
    zhou, wu = person("D-1", "Zhou"), person("D-2", "Wu")
    loan = owes(zhou, "HL-1", 5, branch=people.riverside)
    owes(wu, "HL-2", 20, branch=people.hillside)
    pays(loan, day(5))
    said = [run(offset) for offset in range(9)]
    before = contents(rows_here)
    assert [run(offset) for offset in range(8)] == said[:8]
    assert differences(before, contents(rows_here)) == {}


def test_a_date_that_was_never_run_reports_its_postings(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 0)
    run(60)
    report = run(8)
    assert (report["debts"], report["overdue"], report["by_bucket"]["M1"]) == (1, 1, 1)
    assert (report["cases_opened"], report["work_items"]) == (0, 0)
    assert not DayRun.objects.filter(on=day(8)).exists()


def test_the_figures_equal_a_count_of_every_debt_and_case() -> None:
    build()
    report = run_day(TODAY, at=NOW)
    buckets: Counter[str] = Counter()
    for owed in Debt.objects.all():
        state = state_of(owed, TODAY)
        buckets[state.buckets.ladder.step_on(state.standing.days_past_due).name] += 1
    stages = Counter(Case.objects.filter(closed_on=None).values_list("stage", flat=True))
    assert {name: count for name, count in report["by_bucket"].items() if count} == dict(buckets)
    assert {name: count for name, count in report["by_stage"].items() if count} == dict(stages)
    assert report["debts"] == Debt.objects.count()
    assert report["overdue"] == report["debts"] - buckets["current"]
    assert report["work_items"] == sum(stages.values()) == WorkItem.objects.count()
    assert (report["cases_opened"], report["cases_cured"]) == (
        Case.objects.filter(opened_on=TODAY).count(),
        Case.objects.filter(closed_on=TODAY).count(),
    )
    assert run_day(TODAY - timedelta(days=5), at=NOW)["by_stage"] == _kept_report(5)["by_stage"]
    _branches_sum_up_to(report)


def _kept_report(back: int) -> dict[str, Any]:
    return dict(DayRun.objects.get(on=TODAY - timedelta(days=back)).report)


def _branches_sum_up_to(report: dict[str, Any]) -> None:
    figures = [row.figures for row in BranchDay.objects.filter(on=TODAY)]
    assert sum(row["debts"] for row in figures) == report["debts"]
    assert sum(row["overdue_debts"] for row in figures) == report["overdue"]
    assert sum(stage["cases"] for row in figures for stage in row["stages"].values()) == report["work_items"]
    assert sum(row.get("cases_open", 0) for row in figures) == report["work_items"]
    cash = Posting.objects.filter(kind="payment", dated_on=TODAY).values_list("amount_minor", flat=True)
    back = Posting.objects.filter(kind="reversal", dated_on=TODAY).values_list("amount_minor", flat=True)
    assert sum(row["cash_minor"] for row in figures) == sum(cash) - sum(back)


def test_an_empty_book_runs_and_reports_nothing(people: House) -> None:
    report = run()
    assert (report["debts"], report["overdue"], report["work_items"]) == (0, 0, 0)
    assert set(report["by_bucket"].values()) == {0}
    assert list(report["by_stage"]) == ["S1", "S2", "S3", "S4", "S5"]


def test_sums_in_several_currencies_are_never_added(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 10, amount=100_000)
    owes(zhou, "HL-2", 5, amount=900, currency="JPY")
    run()
    item = item_of(case_of(zhou))
    assert item is not None
    assert (item.overdue_minor, item.currency, item.other_currencies) == (100_000, "CNY", True)
    by_currency = {row.currency: row.figures for row in BranchDay.objects.filter(on=TODAY)}
    assert by_currency["CNY"]["buckets"]["M1"]["overdue_minor"] == 100_000
    assert by_currency["JPY"]["buckets"]["M1"]["overdue_minor"] == 900


# --- stops, ladders, references


def test_a_stop_alone_never_pauses_ageing(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 5)
    stop_contact(zhou, reason="bankruptcy", starts_on=TODAY, proof="letter of the court", by=people.kai, at=NOW)
    run()
    run(30)
    case = case_of(zhou)
    assert case.stage == "S3"
    item = item_of(case)
    assert item is not None
    assert (item.reason, item.stopped_by) == ("stopped", "bankruptcy")


def test_open_cases_take_the_new_name_of_their_stage(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 40)
    run()
    steps = [("S0", 0, 0), ("S1", 1, 7), ("S2", 8, 30), ("third", 31, 60), ("S4", 61, 180), ("S5", 181, None)]
    save_ladder(None, "stage", [Step(*step) for step in steps], by=people.mei, at=NOW)
    report = run()
    assert (case_of(zhou).stage, report["by_stage"]["third"], report["cases_escalated"]) == ("third", 1, 0)
    assert CaseStage.objects.get(case=case_of(zhou), left_on=None).stage == "third"


def test_a_ladder_with_fewer_steps_takes_open_cases_along(people: House) -> None:
    zhou = person()
    owes(zhou, "HL-1", 400)
    run()
    save_ladder(None, "stage", [Step("S0", 0, 0), Step("late", 1)], by=people.mei, at=NOW)
    assert run(1)["by_stage"] == {"late": 1}


def test_a_ladder_saved_while_the_run_goes_on_is_not_lost(people: House) -> None:
    zhou = person()
    loan = owes(zhou, "HL-1", 40)
    said: list[str] = []

    def save_another(step: str, done: int) -> None:
        if not said:
            save_ladder(None, "bucket", [Step("current", 0, 0), Step("late", 1)], by=people.mei, at=NOW)
        said.append(step)

    report = run_day(TODAY, at=NOW, progress=save_another)
    assert report["by_bucket"] == {"current": 0, "late": 1}
    assert DebtFacts.objects.get(debt=loan).bucket_rank == 1
    assert said[:2] == ["aged", "aged"], "the debt was looked at again"


def test_creditors_whose_names_differ_by_a_slash_have_cases_of_their_own(people: House) -> None:
    for place, code in enumerate(("a/b", "a-b")):
        owes(debtor("D", "Zhou", creditor(code, code)), f"L-{place}", 10)
    assert run()["cases_opened"] == 2
    assert Case.objects.values("ref").distinct().count() == 2
