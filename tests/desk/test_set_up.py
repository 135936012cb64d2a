"""Set-up: people, branches, ladders, terms, and the audit of it."""

from __future__ import annotations

from typing import Any

import pytest

from recoup.book.models import LadderStep, ProductTerms
from recoup.people.models import Absence, AuditEntry, Branch, Staff
from recoup.people.queries import roles_of
from tests.desk.conftest import signed_in
from tests.people_and_book import PASSWORD, Book

NEW: dict[str, Any] = {
    "username": "bao",
    "name": "Bao",
    "roles": ["collector", "relationship_manager"],
    "cases_max": "40",
    "language": "zh-hans",
    "email": "",
    "password": "lamp-river-stone-9",
}


def test_ada_adds_bao_who_can_sign_in(book: Book) -> None:
    client = signed_in(book.house.ada)
    answer = client.post("/set-up/people/new/", {**NEW, "branch": book.house.riverside.pk})
    bao = Staff.objects.get(username="bao")
    assert answer["Location"] == f"/set-up/people/{bao.pk}/"
    assert roles_of(bao) == {"collector", "relationship_manager"}
    assert bao.check_password(NEW["password"])
    assert AuditEntry.objects.get(action="hired").subject_ref == "bao"
    assert NEW["password"] not in str(AuditEntry.objects.get(action="hired").detail)


def test_two_people_do_not_share_a_user_name(book: Book) -> None:
    answer = signed_in(book.house.ada).post("/set-up/people/new/", {**NEW, "username": "lin"})
    assert answer.status_code == 422
    assert "Somebody signs in as “lin” already." in answer.content.decode()


def test_roles_branch_and_room_can_be_changed(book: Book) -> None:
    given = {
        "name": "Lin",
        "roles": ["collector"],
        "branch": book.house.hillside.pk,
        "cases_max": "5",
        "language": "en",
    }
    signed_in(book.house.ada).post(f"/set-up/people/{book.house.lin.pk}/", given)
    lin = Staff.objects.get(pk=book.house.lin.pk)
    assert (lin.branch, lin.cases_max) == (book.house.hillside, 5)
    assert roles_of(lin) == {"collector"}


def test_the_last_administrator_stays_one(book: Book) -> None:
    given = {"name": "Ada", "roles": ["legal"], "branch": "", "cases_max": "5", "language": "en"}
    answer = signed_in(book.house.ada).post(f"/set-up/people/{book.house.ada.pk}/", given)
    assert "the only administrator" in answer.content.decode()
    assert roles_of(book.house.ada) == {"administrator"}


def test_a_reset_password_ends_open_sessions(book: Book) -> None:
    lins = signed_in(book.house.lin)
    path = f"/set-up/people/{book.house.lin.pk}/password/"
    signed_in(book.house.ada).post(path, {"password": "lamp-river-stone-9"})
    assert lins.get("/").status_code == 302
    assert not Staff.objects.get(username="lin").check_password(PASSWORD)


def test_an_absence_is_added_and_taken_back(book: Book) -> None:
    client = signed_in(book.house.ada)
    path = f"/set-up/people/{book.house.lin.pk}/absences/"
    wrong = client.post(path, {"starts_on": "2099-01-05", "ends_on": "2099-01-05"})
    assert "An absence must end after it starts." in wrong.content.decode()
    client.post(path, {"starts_on": "2099-01-05", "ends_on": "2099-01-09", "reason": "Leave"})
    absence = Absence.objects.get()
    client.post(f"{path}{absence.pk}/remove/")
    assert not Absence.objects.exists()


def test_branches_are_opened_and_renamed(book: Book) -> None:
    client = signed_in(book.house.ada)
    client.post("/set-up/branches/", {"code": "LK", "name": "Lakeside"})
    branch = Branch.objects.get(code="LK")
    client.post(f"/set-up/branches/{branch.pk}/", {"name": "Lakeside branch"})
    branch.refresh_from_db()
    assert branch.name == "Lakeside branch"
    assert client.post("/set-up/branches/", {"code": "LK", "name": "Again"}).status_code == 422


def ladder(*rows: tuple[str, str, str]) -> dict[str, str]:
    """A ladder as typed into the form."""
    named = ("name", "min", "max")
    return {
        f"{part}-{at}": value for at, row in enumerate(rows, start=1) for part, value in zip(named, row, strict=True)
    }


def test_a_ladder_with_a_gap_is_refused_and_the_day_is_named(book: Book) -> None:
    rows = ladder(("S0", "0", "0"), ("S1", "1", "7"), ("S2", "9", ""))
    answer = signed_in(book.house.ada).post("/set-up/ladders/house/stage/", rows)
    assert answer.status_code == 422
    assert "No step holds day 8: there is a gap between “S1” and “S2”." in answer.content.decode()
    assert not LadderStep.objects.exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((("S0", "0", "0"), ("S1", "1", "9")), "must be open"),
        ((("S0", "0", "3"), ("S1", "4", "")), "must hold day 0 alone"),
        ((("S0", "0", "0"), ("S1", "1", "9"), ("S2", "9", "")), "both hold day 9"),
        ((("S0", "0", "0"), ("S0", "1", "")), "the same name"),
        ((("S0", "0", "0"), ("S1", "one", "")), "days are whole numbers"),
        ((), "A ladder needs steps."),
    ],
)
def test_ladders_that_leave_a_day_out_are_refused(book: Book, rows: Any, words: str) -> None:
    answer = signed_in(book.house.ada).post("/set-up/ladders/house/stage/", ladder(*rows))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_refused_ladder_is_explained_in_chinese(book: Book) -> None:
    rows = ladder(("S0", "0", "0"), ("S1", "1", "7"), ("S2", "9", ""))
    answer = signed_in(book.house.ada, "zh-hant").post("/set-up/ladders/house/stage/", rows)
    assert "第 8 天不屬於任何一段" in answer.content.decode()


def test_a_creditor_gets_buckets_of_its_own(book: Book) -> None:
    rows = ladder(("current", "0", "0"), ("early", "1", "14"), ("late", "15", ""))
    path = f"/set-up/ladders/{book.zhou.creditor_id}/bucket/"
    assert signed_in(book.house.ada).post(path, rows).status_code == 302
    assert [step.name for step in LadderStep.objects.order_by("days_min")] == ["current", "early", "late"]
    assert "late" in signed_in(book.house.mei).get(f"/cases/{book.zhous_case.pk}/").content.decode()


def test_mei_looks_at_ladders_and_changes_none(book: Book) -> None:
    client = signed_in(book.house.mei)
    assert client.get("/set-up/ladders/house/stage/").status_code == 200
    rows = ladder(("S0", "0", "0"), ("S1", "1", ""))
    assert client.post("/set-up/ladders/house/stage/", rows).status_code == 403


def test_terms_say_order_grace_tolerance_and_charges(book: Book) -> None:
    given = {
        "creditor": book.zhou.creditor_id,
        "kind": "loan",
        "payment_order": "principal,interest,fees",
        "grace_days": "3",
        "tolerance_minor": "100",
        "accruals": ["late_fee_fixed"],
    }
    assert signed_in(book.house.ada).post("/set-up/terms/", given).status_code == 302
    terms = ProductTerms.objects.get()
    assert (terms.payment_order, terms.grace_days, terms.accruals) == ("principal,interest,fees", 3, ["late_fee_fixed"])
    assert AuditEntry.objects.filter(action="changed terms").exists()


def test_yan_reads_who_did_what(book: Book) -> None:
    signed_in(book.house.lin).get(f"/cases/{book.zhous_case.pk}/")
    client = signed_in(book.house.yan)
    assert book.zhous_case.ref in client.get("/audit/").content.decode()
    assert book.zhous_case.ref in client.get("/audit/?actor=lin&action=opened+case").content.decode()
    assert "Nothing was written down that fits." in client.get("/audit/?actor=gao").content.decode()
