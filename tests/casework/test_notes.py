"""What people write on a case: why the debtor does not pay, who shall lead, what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from recoup.casework.causes import CauseRefused, causes
from recoup.casework.operations import LeadRefused, NoteRefused, reassign_lead, record_cause, write_note
from recoup.people.models import AuditEntry, Staff
from tests.casework.lateness import SQUAD, bo, day, item_of, lead_after, run, team_of, zhous_case
from tests.people_and_book import NOW, TODAY, House, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> House:
    return house()


@pytest.mark.parametrize("code", [code for code, row in sorted(causes().items()) if row["protected"]])
def test_a_protected_debtor_never_gets_a_squad(code: str, people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, 5)
    record_cause(case, code=code, evidence="a letter", by=people.lin, at=NOW)
    for offset in (26, 56, 176):
        run(offset)
        roles = set(team_of(case))
        assert not roles & {"lead_voice", "second_voice", "legal_lead", "recorder"}
        assert 1 <= len(roles) <= causes()[code].get("head_count_max", 3)


def test_a_protected_cause_dissolves_the_squad_at_once_and_the_next_run_fits_the_team(people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, 70)
    assert set(team_of(case)) == SQUAD
    record_cause(case, code="PRT-1", evidence="a doctor's letter", by=people.lin, at=NOW)
    assert team_of(case) == {"lead_voice": "Lin"}, "she is left to speak, alone"
    run(1)
    assert team_of(case) == {"relationship_manager": "Lin"}
    case.refresh_from_db()
    assert (case.lead, case.stage, case.cause_code) == (people.lin, "S4", "PRT-1")


def test_nobody_leaves_a_case_before_joining_it_when_the_book_runs_ahead_of_the_clock(people: House) -> None:
    case = zhous_case(people, 70)
    record_cause(case, code="PRT-1", evidence="a letter", by=people.lin, at=NOW - timedelta(days=90))
    left = case.team.exclude(left_on=None)
    assert left.count() > 1
    assert {(seat.joined_on, seat.left_on) for seat in left} == {(TODAY, TODAY)}


@pytest.mark.parametrize(("zone", "on"), [("Asia/Shanghai", 1), ("UTC", 0), ("America/New_York", 0)])
def test_the_day_of_a_note_is_that_of_the_working_zone(zone: str, on: int, people: House, settings: Any) -> None:
    settings.TIME_ZONE = zone
    case = zhous_case(people, 5)
    evening = NOW.replace(hour=22)
    write_note(case, text="He will call back", key="k1", by=people.lin, at=evening)
    case.refresh_from_db()
    assert case.last_touched_on == day(on)


def test_a_squad_gathers_when_the_protection_is_found_to_be_wrong(people: House) -> None:
    bo(people.riverside)
    case = zhous_case(people, 70)
    record_cause(case, code="PRT-1", evidence="a doctor's letter", by=people.lin, at=NOW)
    run(1)
    record_cause(case, code="WIL-1", evidence="the letter was not theirs", by=people.han, at=NOW)
    run(2)
    assert set(team_of(case)) == SQUAD


def test_a_cause_cuts_the_team_to_the_heads_that_it_bears(people: House) -> None:
    case = zhous_case(people, 40)
    record_cause(case, code="OPS-1", evidence="forgot the date", by=people.lin, at=NOW)
    assert len(team_of(case)) == 3, "it is no squad: the next run is soon enough"
    run(1)
    assert team_of(case) == {"relationship_manager": "Lin"}


def test_a_cause_needs_evidence_and_a_code_that_the_rulebook_has(people: House) -> None:
    case = zhous_case(people, 5)
    with pytest.raises(CauseRefused, match="ABC"):
        record_cause(case, code="ABC", evidence="said so", by=people.lin, at=NOW)
    with pytest.raises(NoteRefused):
        record_cause(case, code="PRT-1", evidence="  ", by=people.lin, at=NOW)
    case.refresh_from_db()
    assert case.cause_code == "UNK"
    assert not AuditEntry.objects.filter(action="recorded cause").exists()


def test_mei_gives_a_case_to_a_colleague_and_the_next_run_leaves_it_there(people: House) -> None:
    case = zhous_case(people, 40)
    second = bo(people.riverside)
    reassign_lead(case, staff=second, by=people.mei, on=TODAY, at=NOW)
    item = item_of(case)
    assert item is not None
    assert item.staff == second
    for offset in (0, 1):
        assert lead_after(case, offset) == "Bo"
        assert team_of(case) == {"relationship_manager": "Bo", "risk_manager": "Han", "branch_manager": "Mei"}


def test_a_case_is_not_given_to_another_branch_or_somebody_who_left_or_when_closed(people: House) -> None:
    case = zhous_case(people, 5)
    second = bo(people.riverside)
    Staff.objects.filter(pk=second.pk).update(is_active=False)
    second.refresh_from_db()
    for staff in (people.gao, second):
        with pytest.raises(LeadRefused):
            reassign_lead(case, staff=staff, by=people.mei, on=TODAY, at=NOW)
    case.closed_on = TODAY
    with pytest.raises(LeadRefused, match="closed"):
        reassign_lead(case, staff=people.lin, by=people.mei, on=TODAY, at=NOW)


def test_a_note_written_twice_with_one_key_is_one_note_and_counts_as_work(people: House) -> None:
    case = zhous_case(people, 5)
    for _ in range(2):
        write_note(case, text="He will call back", key="k1", by=people.lin, at=NOW + timedelta(days=1))
    assert case.notes.count() == 1
    case.refresh_from_db()
    assert case.last_touched_on == day(1)
    with pytest.raises(NoteRefused):
        write_note(case, text=" ", key="k2", by=people.lin, at=NOW)
