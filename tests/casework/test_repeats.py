"""The day's run is the same however it is done: once or twice, in one go or in pieces."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.casework.operations import run_day
from tests.book.random_books import undone
from tests.casework.contents import contents, differences, rows_here
from tests.casework.in_pieces import cut
from tests.casework.made_branch import build
from tests.people_and_book import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_a_second_run_of_the_day_changes_nothing() -> None:
    build()
    first = run_day(TODAY, at=NOW)
    once = contents(rows_here)
    second = run_day(TODAY, at=NOW + timedelta(hours=3))
    assert first == second
    assert differences(once, contents(rows_here)) == {}
    assert min(first["cases_opened"], first["cases_escalated"], first["cases_cured"]) > 0, "the day had something to do"
    assert len(once["casework_capacityalert"]) > 1


@pytest.mark.parametrize("size", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_the_size_of_the_pieces_does_not_show(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    with undone():
        run_day(TODAY, at=NOW)
        whole = contents(rows_here)
    cut(size, monkeypatch.setattr)
    run_day(TODAY, at=NOW)
    assert differences(whole, contents(rows_here)) == {}
