"""The debt page, the debtor page, and orders on money."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from recoup.book.models import Posting
from recoup.people.models import AuditEntry
from tests.desk.conftest import signed_in
from tests.people_and_book import Book

PAYMENT = {"amount": "2,386.40", "paid_on": "2026-11-23", "method": "transfer", "ref": "T-100"}


def order(book: Book, name: str, given: dict[str, Any], who: str = "mei") -> Any:
    """An order on Zhou's loan."""
    return signed_in(book.house.everybody()[who]).post(f"/debts/{book.loan.pk}/{name}/", given)


def page_of(book: Book, who: str = "lin") -> str:
    """Zhou's loan as somebody sees it."""
    return signed_in(book.house.everybody()[who]).get(f"/debts/{book.loan.pk}/").content.decode()


def test_the_schedule_says_what_is_left_of_each_instalment(book: Book) -> None:
    text = page_of(book)
    assert text.count("2,386.40") > 10
    assert "overdue" in text
    assert "not yet due" in text


def test_mei_records_a_payment_and_the_debt_is_younger(book: Book) -> None:
    answer = order(book, "payment", PAYMENT)
    assert answer.status_code == 302
    assert "16</span>" in page_of(book)
    entry = AuditEntry.objects.get(action="posted")
    assert entry.actor == book.house.mei


def test_the_same_payment_twice_counts_once_and_another_under_its_reference_is_refused(book: Book) -> None:
    for _time in range(2):
        assert order(book, "payment", PAYMENT).status_code == 302
    assert Posting.objects.filter(ref="T-100").count() == 1
    answer = order(book, "payment", {**PAYMENT, "amount": "5.00"})
    assert answer.status_code == 422
    assert "stands for something else already" in answer.content.decode()


def test_amounts_are_read_strictly(book: Book) -> None:
    for amount, words in (
        ("-5", "cannot be negative"),
        ("1.234", "more decimals"),
        ("lots", "is not an amount"),
        ("0", "more than nothing"),
    ):
        answer = order(book, "payment", {**PAYMENT, "amount": amount})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_lin_records_no_payments(book: Book) -> None:
    assert order(book, "payment", PAYMENT, who="lin").status_code == 403
    assert "Record a payment" not in page_of(book, "lin")


def test_a_payment_that_came_back_is_reversed_once(book: Book) -> None:
    order(book, "payment", PAYMENT)
    payment = Posting.objects.get(ref="T-100")
    given = {"posting": payment.pk, "dated_on": "2026-11-23", "reason": "Direct debit returned"}
    for _time in range(2):
        assert order(book, "reversal", given).status_code == 302
    assert Posting.objects.filter(kind="reversal").count() == 1
    assert "came back" in page_of(book)


def test_a_payment_of_another_debt_is_not_reversed_here(book: Book) -> None:
    elsewhere = Posting.objects.get(ref="P-2")
    given = {"posting": elsewhere.pk, "dated_on": "2026-11-23", "reason": "Wrong"}
    assert order(book, "reversal", given).status_code == 404


def test_a_correction_has_a_sign_and_a_reason(book: Book) -> None:
    given = {"key": "c-1", "interest": "−100.00", "dated_on": "2026-11-23", "reason": "Charged twice"}
    assert order(book, "adjustment", given).status_code == 302
    line = Posting.objects.get(kind="adjustment")
    assert (line.amount_minor, line.interest_minor, line.reason) == (-10_000, -10_000, "Charged twice")
    assert order(book, "adjustment", {**given, "key": "c-2", "reason": ""}).status_code == 422


def test_guarantors_are_masked_and_shown_with_the_debtor(book: Book) -> None:
    client = signed_in(book.house.lin)
    path = f"/debtors/{book.zhou.pk}/"
    masked = client.get(path).content.decode()
    assert "Zhou Li" not in masked
    assert "···· 0199" in masked
    assert "Zhou Li" in client.post(f"{path}show/", {"purpose": "write"}).content.decode()


def test_debt_and_debtor_pages_ask_at_most_twelve_queries(book: Book) -> None:
    client = signed_in(book.house.mei)
    for path in (f"/debts/{book.loan.pk}/", f"/debtors/{book.zhou.pk}/"):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 12, path
