"""Imports from a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recoup.book.models import Debt, ImportRun
from tests.desk.conftest import signed_in
from tests.people_and_book import Book

BOOK = (
    "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,due_on,due_principal\n"
    "Harbour,N-1,P-1,Chen Bo,loan,CNY,2026-10-01,100.00\n"
    "Harbour,N-1,P-1,Chen Bo,loan,CNY,2026-11-01,100.00\n"
    "Harbour,N-2,P-2,Luo Mi,loan,CNY,2026-13-01,50.00\n"
)


@pytest.fixture(autouse=True)
def _at_once(settings: Any, tmp_path: Path) -> None:
    """Jobs run where they are asked for, files go to a folder of the test's own."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.RECOUP_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def given(client: Client, text: str | bytes, name: str = "book.csv") -> ImportRun:
    """A file that somebody gave on the page."""
    data = text.encode() if isinstance(text, str) else text
    client.post("/imports/", {"file": SimpleUploadedFile(name, data)})
    return ImportRun.objects.latest("pk")


def test_a_file_is_looked_at_before_anything_is_read(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, BOOK)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Chen Bo" in page
    assert "utf-8" in page.lower()
    assert not Debt.objects.filter(ref="N-1").exists()


def test_importing_keeps_the_good_rows_and_gives_the_bad_ones_back(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, BOOK)
    client.post(f"/imports/{run.pk}/start/", {"read": "1"})
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert Debt.objects.filter(ref="N-1").exists()
    assert "Rejected" in page
    answer: Any = client.get(f"/imports/{run.pk}/rejects/")
    assert b"2026-13-01" in b"".join(answer.streaming_content)
    assert list((Path(run.stored_file).parent).glob("*")) == []


def test_a_trial_keeps_nothing_and_says_what_it_found(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, BOOK)
    client.post(f"/imports/{run.pk}/start/", {"try": "1"})
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "What the trial found" in page
    assert not Debt.objects.filter(ref="N-1").exists()
    client.post(f"/imports/{run.pk}/start/", {"read": "1"})
    assert Debt.objects.filter(ref="N-1").exists()


def test_a_mapping_is_made_by_choosing_columns(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, "客户,合同,姓名,到期日,金额\nP-9,K-9,陈波,2026/10/01,88.00\n".encode("gb18030"), "台账.csv")
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "gb18030" in page.lower()
    chosen = {
        "kind": "book",
        "date_format": "YYYY/MM/DD",
        "decimal": ".",
        "constant-creditor": "Harbour",
        "constant-kind": "loan",
        "constant-currency": "CNY",
        "column-debt_ref": "合同",
        "column-debtor_ref": "客户",
        "column-debtor_name": "姓名",
        "column-due_on": "到期日",
        "column-due_principal": "金额",
    }
    assert client.post(f"/imports/{run.pk}/columns/", chosen).status_code == 302
    client.post(f"/imports/{run.pk}/start/", {"read": "1"})
    assert Debt.objects.get(ref="K-9").debtor.name == "陈波"


def test_a_file_that_is_no_table_is_refused_in_the_readers_language(book: Book) -> None:
    client = signed_in(book.house.ada, "zh-hans")
    run = given(client, b"%PDF-1.7 nothing here", "book.csv")
    client.post(f"/imports/{run.pk}/start/", {"read": "1"})
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "无法读取" in page


def test_a_leader_sees_only_imports_of_their_own(book: Book) -> None:
    run = given(signed_in(book.house.ada), BOOK)
    assert signed_in(book.house.mei).get(f"/imports/{run.pk}/").status_code == 404
    assert "book.csv" not in signed_in(book.house.mei).get("/imports/").content.decode()


def test_the_page_guesses_what_a_lenders_columns_mean(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, "客户号,借据号,姓名,到期日,应还本金\nP-9,K-9,陈波,2026-10-01,88.00\n")
    rows = {row["name"]: row["chosen"] for row in client.get(f"/imports/{run.pk}/").context["column_rows"]}
    assert "Reference of the debt" in client.get(f"/imports/{run.pk}/").content.decode()
    assert rows["debt_ref"] == "借据号"
    assert rows["due_principal"] == "应还本金"


def test_what_is_odd_about_a_file_is_said_in_the_readers_language(book: Book) -> None:
    client = signed_in(book.house.ada, "zh-hant")
    run = given(client, BOOK.replace("due_principal\n", "due_principal,shoe_size\n").replace(".00\n", ".00,42\n"))
    assert "沒有用到的欄" in client.get(f"/imports/{run.pk}/").content.decode()
    client.post(f"/imports/{run.pk}/start/", {"read": "1"})
    assert "沒有用到的欄：shoe_size" in client.get(f"/imports/{run.pk}/").content.decode()


def test_the_page_that_waits_for_a_trial_is_taken_to_what_it_found(book: Book) -> None:
    client = signed_in(book.house.ada)
    run = given(client, BOOK)
    client.post(f"/imports/{run.pk}/start/", {"try": "1"})
    answer = client.get(f"/imports/{run.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/imports/{run.pk}/"
