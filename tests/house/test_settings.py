"""What the environment says about an installation."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recoup.project.databases import UnusableDatabaseUrl, database_from
from recoup.project.secret_key import key_in


def test_without_an_address_the_book_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    database = database_from("", home=tmp_path)
    assert database["NAME"] == tmp_path / "recoup.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_every_part_of_an_address_is_understood(tmp_path: Path) -> None:
    url = "postgres://mei:p%40ss%2Fword@db.example.org:6543/north%20branch?sslmode=require&connect_timeout=3"
    database = database_from(url, home=tmp_path)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("mei", "p@ss/word")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", "6543", "north branch")
    assert database["OPTIONS"] == {"sslmode": "require", "connect_timeout": "3"}


def test_a_socket_folder_is_a_host(tmp_path: Path) -> None:
    database = database_from("postgresql://postgres:@/recoup?host=/run/postgresql", home=tmp_path)
    assert (database["HOST"], database["NAME"], database["OPTIONS"]) == ("/run/postgresql", "recoup", {})


@pytest.mark.parametrize(
    "url",
    [
        "mysql://mei@db.example.org/recoup",  # another kind of database
        "postgres://db.example.org",  # no name
        "postgres://db.example.org:port/recoup",  # no port number
        "postgres://db.example.org:99999/recoup",  # no such port
        "recoup.sqlite3",  # no address
    ],
)
def test_an_unusable_address_is_refused_by_name(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnusableDatabaseUrl, match="RECOUP_DATABASE_URL"):
        database_from(url, home=tmp_path)


def test_workers_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ThreadPoolExecutor(8) as workers:
        keys = set(workers.map(lambda _: key_in(home), range(40)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]
