"""The case page and the orders given on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recoup.book.models import Pause
from recoup.casework.models import Case, Note, TeamMember, WorkItem
from recoup.contact.models import Attempt, Stop
from recoup.people.models import AuditEntry
from tests.desk.conftest import signed_in
from tests.people_and_book import TODAY, Book


def page_of(book: Book, who: str = "lin", language: str = "en", query: str = "") -> str:
    """Zhou's case as somebody sees it."""
    client = signed_in(book.house.everybody()[who], language)
    return client.get(f"/cases/{book.zhous_case.pk}/{query}").content.decode()


def give(book: Book, name: str, given: dict[str, Any], who: str = "lin") -> Any:
    """An order on Zhou's case."""
    return signed_in(book.house.everybody()[who]).post(f"/cases/{book.zhous_case.pk}/{name}/", given)


def test_zhou_is_masked_until_the_name_is_needed(book: Book) -> None:
    text = page_of(book)
    assert "Zhou ••" in text
    assert "Zhou Wen" not in text
    assert "12 Harbour Road" not in text
    assert "Phone ending 0142" in text


def test_the_name_is_shown_once_for_a_purpose_and_the_audit_says_so(book: Book) -> None:
    client = signed_in(book.house.lin)
    path = f"/cases/{book.zhous_case.pk}/"
    shown = client.post(f"{path}show/", {"purpose": "call"}).content.decode()
    assert "Zhou Wen" in shown
    assert "+86 138 5550 0142" in shown
    entry = AuditEntry.objects.get(action="read personal data")
    assert (entry.actor, entry.purpose, entry.subject_ref) == (book.house.lin, "call", book.zhous_case.ref)
    assert "Zhou Wen" not in client.get(path).content.decode()


def test_the_name_is_not_shown_without_a_purpose(book: Book) -> None:
    path = f"/cases/{book.zhous_case.pk}/show/"
    assert signed_in(book.house.lin).post(path, {"purpose": "curiosity"}).status_code == 404
    assert not AuditEntry.objects.filter(action="read personal data").exists()


def test_opening_a_case_is_written_to_the_audit(book: Book) -> None:
    page_of(book)
    assert AuditEntry.objects.get(action="opened case").subject_ref == book.zhous_case.ref


def test_what_is_owed_adds_up_and_says_what_is_not_asked_for(book: Book) -> None:
    """Loan: two instalments of 2,386.40 unpaid. Card: two of 2,000.00 less 800.00. Nothing else is due."""
    text = page_of(book)
    for amount in ("3,702.72", "1,070.08", "4,772.80", "3,200.00", "¥7,972.80"):
        assert amount in text
    assert "Principal, due 7 Oct and 7 Nov" in text
    assert "Paid 14 Nov: −¥800.00" in text
    assert "Not yet due: ¥33,023.20" in text


def test_the_strip_ends_where_the_case_goes_if_nothing_is_paid(book: Book) -> None:
    assert "December 2026 ends in M3 if nothing is paid." in page_of(book)


def test_amounts_and_dates_are_said_in_the_readers_language(book: Book) -> None:
    assert "2026年11月23日" in page_of(book, language="zh-hans")
    assert "2026 年 11 月 23 日" in page_of(book, language="zh-hant")
    assert "本金，10月7日 和 11月7日 到期" in page_of(book, language="zh-hans")


def test_a_case_page_asks_at_most_twelve_queries_whatever_happened(book: Book) -> None:
    for number in range(30):
        give(book, "note", {"text": f"Note {number}", "key": f"k{number}"})
    client = signed_in(book.house.lin)
    client.get(f"/cases/{book.zhous_case.pk}/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/cases/{book.zhous_case.pk}/").status_code == 200
    assert len(asked) <= 12


def test_a_note_sent_twice_is_written_once(book: Book) -> None:
    for _time in range(2):
        assert give(book, "note", {"text": "Wages come on the 25th.", "key": "k-1"}).status_code == 302
    assert Note.objects.count() == 1
    assert "Wages come on the 25th." in page_of(book)


def test_what_somebody_writes_is_text_and_never_a_page(book: Book) -> None:
    give(book, "note", {"text": "<script>alert(1)</script>", "key": "k-1"})
    text = page_of(book)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


CALL = {
    "key": "a-1",
    "channel": "call",
    "direction": "out",
    "person": "debtor",
    "at": "2026-11-20T09:30",
    "connected": "on",
    "conversation": "on",
    "said": "Pays on Friday.",
}


def test_a_call_is_logged_once_and_touches_the_case(book: Book) -> None:
    for _time in range(2):
        assert give(book, "contact", CALL).status_code == 302
    attempt = Attempt.objects.get()
    assert (attempt.person, attempt.conversation, attempt.by) == ("debtor", True, book.house.lin)
    book.zhous_case.refresh_from_db()
    assert book.zhous_case.last_touched_on is not None
    assert "Call, a conversation was held" in page_of(book)


def test_a_call_that_has_not_happened_yet_is_refused(book: Book) -> None:
    answer = give(book, "contact", {**CALL, "at": "2199-01-01T09:30"})
    assert answer.status_code == 422
    assert "cannot be written down before it happened" in answer.content.decode()
    assert not Attempt.objects.exists()


def test_nobody_holds_a_conversation_with_nobody(book: Book) -> None:
    answer = give(book, "contact", {**CALL, "person": "nobody"})
    assert "A conversation needs somebody who answered." in answer.content.decode()


def test_the_cause_is_recorded_with_what_shows_it(book: Book) -> None:
    assert give(book, "cause", {"code": "ABT-2", "evidence": "Pay slips of October."}).status_code == 302
    assert "Income fell or wages come late" in page_of(book)
    assert give(book, "cause", {"code": "ABT-2", "evidence": ""}).status_code == 422


def test_a_stop_bars_contact_and_shows_on_the_case_until_it_is_ended(book: Book) -> None:
    given = {"reason": "dispute_open", "starts_on": TODAY.isoformat(), "proof": "Letter of 22 November"}
    assert give(book, "stop", given).status_code == 302
    assert "Contact is stopped" in page_of(book)
    assert not Pause.objects.exists()
    stop = Stop.objects.get()
    answer = signed_in(book.house.mei).post(f"/stops/{stop.pk}/end/", {"case": book.zhous_case.pk})
    assert answer["Location"] == f"/cases/{book.zhous_case.pk}/"
    stop.refresh_from_db()
    assert stop.ends_on is not None


def test_a_stop_says_what_shows_it_and_ends_after_it_starts(book: Book) -> None:
    given = {"reason": "attorney", "starts_on": "2026-11-23", "ends_on": "2026-11-23", "proof": "Letter"}
    assert "A stop must end after it starts." in give(book, "stop", given).content.decode()


def test_a_pause_stops_the_clock_of_one_debt_and_only_leaders_agree_to_it(book: Book) -> None:
    given = {"debt": book.loan.pk, "starts_on": "2026-11-01", "reason": "Flood relief"}
    assert give(book, "pause", given, who="lin").status_code == 403
    assert give(book, "pause", given, who="mei").status_code == 302
    assert Pause.objects.get().debt == book.loan
    assert "Ageing of HL-7731 is paused" in page_of(book)


def test_mei_hands_the_case_over_to_han(book: Book) -> None:
    assert give(book, "lead", {"staff": book.house.han.pk}, who="lin").status_code == 403
    assert give(book, "lead", {"staff": book.house.han.pk}, who="mei").status_code == 302
    book.zhous_case.refresh_from_db()
    assert book.zhous_case.lead == book.house.han


def test_the_case_is_not_handed_to_another_branch(book: Book) -> None:
    assert give(book, "lead", {"staff": book.house.gao.pk}, who="mei").status_code == 422


def test_forms_open_on_the_page_without_a_script(book: Book) -> None:
    text = page_of(book, query="?do=contact")
    assert 'name="said"' in text
    assert 'name="said"' not in page_of(book)
    assert 'name="staff"' not in page_of(book, query="?do=lead")


def test_a_case_set_aside_waits_until_tomorrow(book: Book) -> None:
    client = signed_in(book.house.lin)
    client.post(f"/cases/{book.zhous_case.pk}/set-aside/")
    assert WorkItem.objects.get(case=book.zhous_case).set_aside_on == TODAY
    text = client.get("/").content.decode()
    assert "Zhou ••" not in text
    assert "Zhou ••" in client.get("/?show=aside").content.decode()


def test_a_closed_case_can_be_read_and_takes_no_new_lead(book: Book) -> None:
    Case.objects.filter(pk=book.zhous_case.pk).update(closed_on=TODAY, closed_why="cured")
    text = page_of(book, who="mei")
    assert "closed 23 Nov 2026" in text
    assert "Hand over" not in text


@pytest.mark.parametrize(
    ("name", "country", "is_firm", "shown"),
    [
        ("周文", "CN", False, "周••"),
        ("欧阳修远", "CN", False, "欧阳••"),
        ("Zhou Wen", "CN", False, "Zhou ••"),
        ("Ann Miller", "US", False, "Miller ••"),
        ("Miller, Ann", "US", False, "Miller ••"),
        ("Northlight Trading Ltd", "GB", True, "Northlight Trading Ltd"),
        ("", "CN", False, " ••"),
    ],
)
def test_a_name_is_masked_to_the_family_and_two_dots(name: str, country: str, is_firm: bool, shown: str) -> None:
    from recoup.desk.masking import masked_name

    assert masked_name(name, is_firm=is_firm, country=country) == shown


def test_whoever_only_changed_seats_neither_joined_nor_left(book: Book) -> None:
    case, lin = book.zhous_case, book.house.lin
    later = TODAY - timedelta(days=0)
    TeamMember.objects.filter(case=case, staff=lin).update(left_on=later, joined_on=date(2026, 11, 1))
    TeamMember.objects.create(case=case, staff=lin, role="lead_voice", joined_on=later, why="by_table")
    text = page_of(book)
    assert "The seats of the team changed" in text or "joined" in text
    assert "Lin left" not in text
