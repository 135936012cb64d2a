"""Home, search and the branch overview."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recoup.book.models import Debtor
from recoup.casework.models import Case, WorkItem
from tests.desk.conftest import signed_in
from tests.people_and_book import TODAY, Book, creditor


def test_lins_home_names_the_next_case_and_says_why_now(book: Book) -> None:
    text = signed_in(book.house.lin).get("/").content.decode()
    assert "Next case" in text
    assert "Why now:" in text
    assert "Zhou ••" in text
    assert "Northlight Trading Ltd" in text
    assert "Wu ••" not in text


def test_a_list_of_many_cases_is_read_page_by_page_without_losing_any(book: Book) -> None:
    owner = creditor()
    for number in range(95):
        someone = Debtor.objects.create(creditor=owner, ref=f"X-{number}", name=f"Person {number}", country="GB")
        case = Case.objects.create(
            ref=f"X-{number}",
            creditor=owner,
            debtor=someone,
            branch=book.house.riverside,
            opened_on=TODAY,
            stage="S1",
            stage_rank=1,
            stage_since=TODAY,
            lead=book.house.lin,
        )
        WorkItem.objects.create(
            case=case,
            staff=book.house.lin,
            branch=book.house.riverside,
            listed_on=TODAY,
            priority=500 + number % 3,
            reason="never_touched",
            reason_facts={"days_open": 3},
            overdue_minor=100,
            currency="CNY",
            oldest_on=TODAY,
            bucket="M1",
            bucket_rank=1,
        )
    client = signed_in(book.house.lin)
    seen: list[str] = []
    path = "/"
    for _page in range(5):
        answer = client.get(path)
        seen += [row.ref for row in answer.context["rows"]]
        if not answer.context["after"]:
            break
        path = f"/?after={answer.context['after']}"
    assert len(seen) == len(set(seen)) == 97


def test_mei_sees_the_list_of_the_branch_and_nobody_elses(book: Book) -> None:
    client = signed_in(book.house.mei)
    assert "Zhou ••" in client.get("/").content.decode()
    assert client.get(f"/?list={book.house.hillside.pk}").status_code == 404
    assert client.get("/?list=own").status_code == 200


@pytest.mark.parametrize("query", ["?after=x", "?after=1.2.3", "?show=nonsense", "?after=-1.5"])
def test_typed_addresses_do_no_harm(book: Book, query: str) -> None:
    assert signed_in(book.house.lin).get(f"/{query}").status_code == 200


@pytest.mark.parametrize(
    ("who", "wanted", "found"),
    [
        ("lin", "Zhou", True),
        ("lin", "zhou", True),
        ("lin", "D-1", True),
        ("lin", "HL-7731", True),
        ("lin", "harbour-00001", True),
        ("lin", "hou", False),
        ("gao", "Zhou", False),
        ("gao", "HL-7731", False),
        ("yan", "HL-7731", True),
    ],
)
def test_search_finds_beginnings_and_references_within_sight(book: Book, who: str, wanted: str, found: bool) -> None:
    text = signed_in(book.house.everybody()[who]).get("/find/", {"q": wanted}).content.decode()
    assert ("Zhou ••" in text) is found
    assert ("Nothing found" in text) is not found


def test_a_search_does_not_scan_the_book(book: Book) -> None:
    with CaptureQueriesContext(connection) as asked:
        signed_in(book.house.lin).get("/find/", {"q": "Zh"})
    if connection.vendor == "sqlite":
        assert not [query for query in asked.captured_queries if " LIKE " in query["sql"]]


def test_the_branch_overview_says_its_numbers_as_text(book: Book) -> None:
    client = signed_in(book.house.mei)
    with CaptureQueriesContext(connection) as asked:
        text = client.get("/branch/").content.decode()
    assert len(asked) <= 12
    assert "Riverside branch" in text
    assert "¥7,972.80" in text
    assert 'role="img"' in text


def test_a_leader_looks_at_no_other_branch(book: Book) -> None:
    assert signed_in(book.house.mei).get(f"/branch/?branch={book.house.hillside.pk}").status_code == 404
    assert signed_in(book.house.yan).get(f"/branch/?branch={book.house.hillside.pk}").status_code == 200


def test_pages_that_show_people_are_kept_in_no_cache(book: Book) -> None:
    assert signed_in(book.house.lin).get("/")["Cache-Control"] == "no-store"
