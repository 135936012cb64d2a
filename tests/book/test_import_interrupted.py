"""`kill -9` at any moment of an import, then the same command again: the book is that of an undisturbed run."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.book.book_content import Content, content
from tests.book.lenders_files import BOOK, PAYMENTS, sent
from tests.installation import Installation, copy_of

pytestmark = pytest.mark.every_database

DEBTS, MONTHS = 1800, 12


def files(folder: Path, *, debts: int = DEBTS) -> tuple[Path, Path]:
    """A book of some chunks, and payments of which some are undone further up in the file."""
    rows, paid = [], []
    for debt in range(debts):
        head = f"harbour,L-{debt},P-{debt // 2},Name {debt // 2},loan,CNY"
        rows += [f"{head},2026-{month:02}-15,{100 + month}.00,1.50,{month}" for month in range(1, MONTHS + 1)]
        paid.append(f"harbour,L-{debt},2026-02-01,50.00,CNY,P-{debt},,")
        if debt % 10 == 0:
            paid.insert(0, f"harbour,L-{debt},2026-02-09,,CNY,R-{debt},,P-{debt}")
    return sent(folder, BOOK, *rows, name="book.csv"), sent(folder, PAYMENTS, *paid, name="payments.csv")


def imported(installation: Installation, book: Path, payments: Path) -> Content:
    """The content of the book after an undisturbed import."""
    figures = installation.figures("import", book, "--payments", payments)
    assert figures["accepted"] == figures["rows"]
    return content(installation.rows)


def cut(installation: Installation, book: Path, payments: Path, *, after_seconds: float) -> None:
    """Starts an import and kills it."""
    running = installation.start("import", book, "--payments", payments)
    time.sleep(after_seconds)
    running.kill()
    running.communicate()


def seconds_of(installation: Installation, book: Path, payments: Path) -> float:
    """How long an undisturbed import takes from its start."""
    start = time.monotonic()
    installation.figures("import", book, "--payments", payments)
    return time.monotonic() - start


def test_an_import_cut_at_a_few_moments_ends_like_an_undisturbed_one(
    installation: Installation, tmp_path: Path
) -> None:
    book, payments = files(tmp_path)
    installation.run("init")
    with copy_of(installation, tmp_path / "undisturbed") as other:
        whole_seconds = seconds_of(other, book, payments)
        expected = content(other.rows)
    rng = random.Random(20261123)
    for _ in range(3):
        cut(installation, book, payments, after_seconds=rng.uniform(0.3, 1) * whole_seconds)
    assert imported(installation, book, payments) == expected


def test_two_imports_of_the_same_files_at_once_do_no_harm(installation: Installation, tmp_path: Path) -> None:
    book, payments = files(tmp_path, debts=300)
    installation.run("init")
    with copy_of(installation, tmp_path / "undisturbed") as other:
        expected = imported(other, book, payments)
    running = [installation.start("import", book, "--payments", payments, "--json") for _ in range(2)]
    said = [each.communicate(timeout=120) for each in running]
    assert [each.returncode for each in running] == [0, 0], said
    assert content(installation.rows) == expected


@pytest.mark.soak
def test_an_import_cut_at_fifty_random_moments_ends_like_an_undisturbed_one(
    installation: Installation, tmp_path: Path
) -> None:
    book, payments = files(tmp_path)
    installation.run("init")
    with copy_of(installation, tmp_path / "undisturbed") as other:
        whole_seconds = seconds_of(other, book, payments)
        expected = content(other.rows)
    rng = random.Random()
    for at in range(50):
        moment = rng.uniform(0, 1.1) * whole_seconds
        with copy_of(installation, tmp_path / f"cut-{at}") as other:
            cut(other, book, payments, after_seconds=moment)
            assert imported(other, book, payments) == expected, f"cut after {moment:.3f} s of {whole_seconds:.3f} s"
