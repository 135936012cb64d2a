"""The case page."""

from __future__ import annotations

from tests.desk.conftest import signed_in
from tests.people_and_book import Book


def test_lin_sees_what_zhou_owes(book: Book) -> None:
    answer = signed_in(book.house.lin).get(f"/cases/{book.zhous_case.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Zhou ••" in text
    assert "Zhou Wen" not in text
