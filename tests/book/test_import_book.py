"""Books and snapshots come in once, whole, and never contradict what is known."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from openpyxl import Workbook

from recoup.book.imports import ImportRefused, import_file, known, operations
from recoup.book.models import REBUILD_ON, Creditor, Debt, DebtFacts, Debtor, ImportRun, Party, Posting, Snapshot
from recoup.people.models import Branch
from recoup.portfolio.sources import Reading
from tests.book.book_content import content
from tests.book.lenders_files import (
    AT,
    BOOK,
    PAYMENTS,
    SNAPSHOT,
    WU_1,
    ZHOU_1,
    ZHOU_2,
    ZHOUS_CARD,
    counts,
    reasons,
    sent,
    take,
    with_cells,
)

pytestmark = pytest.mark.django_db


def test_a_schedule_becomes_debtors_debts_and_instalments(tmp_path: Path) -> None:
    report = take(tmp_path, BOOK, ZHOU_1, ZHOU_2, WU_1)
    assert counts(report) == (3, 3, 0, 0)
    assert (report.debts, report.debtors, report.payments, report.rejects) == (2, 2, 0, None)
    debt = Debt.objects.get(creditor__code="harbour", ref="L-1")
    assert (debt.debtor.ref, debt.debtor.name, debt.kind, debt.currency, debt.source) == (
        "Z-1",
        "周明",
        "loan",
        "CNY",
        "schedule",
    )
    dues = debt.postings.order_by("dated_on").values_list(
        "kind", "dated_on", "amount_minor", "principal_minor", "interest_minor", "instalment_no", "recorded_at"
    )
    assert list(dues) == [
        ("due", date(2026, 9, 1), 10550, 10000, 550, "1", AT),
        ("due", date(2026, 10, 1), 10450, 10000, 450, "2", AT),
    ]


def test_the_same_reference_of_two_creditors_is_two_debts(tmp_path: Path) -> None:
    take(tmp_path, BOOK, ZHOU_1, WU_1)
    assert sorted(Debt.objects.values_list("creditor__code", "ref", "currency")) == [
        ("harbour", "L-1", "CNY"),
        ("jade", "L-1", "HKD"),
    ]


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    rows = (ZHOU_1, ZHOU_2, WU_1)
    take(tmp_path, BOOK, *rows)
    before = content()
    assert counts(take(tmp_path, BOOK, *rows)) == (3, 3, 3, 0)
    assert content() == before


def test_a_row_that_stands_twice_in_one_file_counts_once(tmp_path: Path) -> None:
    assert counts(take(tmp_path, BOOK, ZHOU_1, ZHOU_1)) == (2, 2, 1, 0)
    assert Posting.objects.count() == 1


@pytest.mark.parametrize(
    ("column", "cell", "found_in"),
    [
        ("due_on", "2026-09-02", "instalment_no"),
        ("due_principal", "100.01", "instalment_no"),
        ("due_interest", "0", "instalment_no"),
        ("debtor_ref", "Z-2", "debtor_ref"),
        ("kind", "card", "kind"),
        ("currency", "USD", "currency"),
    ],
)
@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_row_that_contradicts_what_is_known_is_rejected(
    tmp_path: Path, column: str, cell: str, found_in: str, in_one_file: bool
) -> None:
    other = with_cells(ZHOU_1, BOOK, **{column: cell})
    if in_one_file:
        report = take(tmp_path, BOOK, ZHOU_1, other, ZHOU_2)
    else:
        take(tmp_path, BOOK, ZHOU_1)
        report = take(tmp_path, BOOK, ZHOU_2, other)
    assert report.rejected == 1
    [(row, found, _)] = reasons(report)
    assert (row, found) == ("3", found_in)
    assert Posting.objects.count() == 2
    assert Debtor.objects.count() == 1


def test_a_contradiction_says_what_is_known(tmp_path: Path) -> None:
    report = take(tmp_path, BOOK, ZHOU_1, with_cells(ZHOU_1, BOOK, due_principal="1"))
    assert reasons(report) == [
        ("3", "instalment_no", "instalment 1 is known with other content: 2026-09-01, 100.00 + 5.50 + 0.00")
    ]


def test_an_instalment_without_a_number_goes_by_its_due_date(tmp_path: Path) -> None:
    bare = with_cells(ZHOU_1, BOOK, instalment_no="")
    assert counts(take(tmp_path, BOOK, bare, bare)) == (2, 2, 1, 0)
    assert take(tmp_path, BOOK, with_cells(bare, BOOK, due_principal="1")).rejected == 1
    assert take(tmp_path, BOOK, with_cells(bare, BOOK, due_on="2026-11-01")).rejected == 0
    assert Posting.objects.count() == 2


def test_a_mended_rejects_file_completes_the_book(tmp_path: Path) -> None:
    report = take(tmp_path, BOOK, ZHOU_1, with_cells(ZHOU_2, BOOK, due_principal="1OO.00"))
    assert counts(report) == (2, 1, 0, 1)
    assert report.rejects is not None
    rejects = Path(report.rejects)
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("1OO.00", "100.00"), encoding="utf-8-sig")
    again = import_file(rejects, at=AT)
    assert (counts(again), again.warnings) == ((1, 1, 0, 0), [])
    assert Posting.objects.count() == 2


def test_contacts_follow_the_latest_file_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    header = f"{BOOK},phone,email,branch,annual_rate,opened_on,term_months"
    take(tmp_path, header, f"{ZHOU_1},+86 138 5550 0142,zhou@example.com,north,0.18,2026-08-01,12")
    take(tmp_path, header, f"{ZHOU_2},+86 138 5550 0199,,,,,")
    debt = Debt.objects.get()
    assert (debt.debtor.phone, debt.debtor.email) == ("+86 138 5550 0199", "zhou@example.com")
    assert (debt.branch, str(debt.annual_rate), debt.opened_on) == (Branch.objects.get(), "0.180000", date(2026, 8, 1))
    assert debt.particulars == {"term_months": 12}
    take(tmp_path, header, f"{ZHOU_1},,,south,0.12,,24")
    debt.refresh_from_db()
    assert (str(debt.branch), str(debt.annual_rate), debt.particulars) == ("south", "0.120000", {"term_months": 24})


def test_a_doubtful_phone_is_kept_marked_and_told(tmp_path: Path) -> None:
    report = take(tmp_path, f"{BOOK},phone", f"{ZHOU_1},ask his sister", f"{ZHOU_2},ask his sister")
    assert report.warnings == ["1 values of phone look wrong and are kept as they are"]
    debtor = Debtor.objects.get()
    assert (debtor.phone, debtor.phone_doubtful) == ("ask his sister", True)
    take(tmp_path, f"{BOOK},phone", f"{ZHOU_1},+86 138 5550 0142")
    debtor.refresh_from_db()
    assert not debtor.phone_doubtful


def test_a_guarantor_becomes_a_party_once(tmp_path: Path) -> None:
    header = f"{BOOK},guarantor_name,guarantor_phone"
    take(tmp_path, header, f"{ZHOU_1},吴芳,", f"{ZHOU_2},吴芳,+86 138 5550 0143")
    take(tmp_path, header, f"{ZHOU_1},吴芳,")
    assert list(Party.objects.values_list("role", "name", "phone")) == [("guarantor", "吴芳", "+86 138 5550 0143")]


def test_a_snapshot_is_kept_and_a_later_one_updates_the_debt(tmp_path: Path) -> None:
    later = with_cells(ZHOUS_CARD, SNAPSHOT, as_of="2026-11-30", balance_principal="-3.00", days_overdue="0")
    assert counts(take(tmp_path, SNAPSHOT, ZHOUS_CARD)) == (1, 1, 0, 0)
    assert counts(take(tmp_path, SNAPSHOT, ZHOUS_CARD, later)) == (2, 2, 1, 0)
    assert sorted(Snapshot.objects.values_list("as_of", "balance_principal_minor", "days_overdue")) == [
        (date(2026, 10, 31), 25000, 12),
        (date(2026, 11, 30), -300, 0),
    ]
    assert DebtFacts.objects.get().owed_minor == -300


def test_a_snapshot_of_the_same_day_with_other_content_is_rejected(tmp_path: Path) -> None:
    take(tmp_path, SNAPSHOT, ZHOUS_CARD)
    report = take(tmp_path, SNAPSHOT, with_cells(ZHOUS_CARD, SNAPSHOT, days_overdue="13"))
    assert [found[1] for found in reasons(report)] == ["as_of"]
    assert Snapshot.objects.get().days_overdue == 12


def test_a_debt_has_a_schedule_or_snapshots_never_both(tmp_path: Path) -> None:
    take(tmp_path, BOOK, ZHOU_1)
    report = take(tmp_path, SNAPSHOT, with_cells(ZHOUS_CARD, SNAPSHOT, debt_ref="L-1", kind="loan"))
    assert [found[1:] for found in reasons(report)] == [
        ("as_of", "the debt has a schedule: it cannot have snapshots as well")
    ]
    take(tmp_path, SNAPSHOT, ZHOUS_CARD)
    report = take(tmp_path, BOOK, with_cells(ZHOU_1, BOOK, debt_ref="C-1", kind="card"))
    assert [found[1] for found in reasons(report)] == ["due_on"]


def test_the_date_of_a_snapshot_may_come_from_the_clerk(tmp_path: Path) -> None:
    header, row = SNAPSHOT.replace("as_of,", ""), ZHOUS_CARD.replace("2026-10-31,", "")
    with pytest.raises(ImportRefused, match="a snapshot needs its date"):
        take(tmp_path, header, row)
    take(tmp_path, header, row, as_of=date(2026, 10, 31))
    assert Snapshot.objects.get().as_of == date(2026, 10, 31)


def test_facts_are_rebuilt_from_what_came_in(tmp_path: Path) -> None:
    take(tmp_path, BOOK, ZHOU_1, ZHOU_2)
    facts = DebtFacts.objects.get()
    assert (facts.owed_minor, facts.next_change_on == REBUILD_ON) == (21000, False)
    take(tmp_path, BOOK, with_cells(ZHOU_2, BOOK, due_on="2026-11-01", instalment_no="3"))
    facts.refresh_from_db()
    assert facts.owed_minor == 31450


def test_a_dry_run_answers_the_same_and_writes_nothing(tmp_path: Path) -> None:
    rows = (ZHOU_1, ZHOU_1, ZHOU_2, with_cells(ZHOU_2, BOOK, due_principal="1"), "harbour")
    before = content()
    trial = take(tmp_path, BOOK, *rows, dry_run=True)
    assert content() == before
    assert not ImportRun.objects.exists()
    earnest = take(tmp_path, BOOK, *rows)
    assert trial == earnest
    assert counts(earnest) == (5, 3, 1, 2)


def test_a_run_remembers_what_was_read_and_what_came_of_it(tmp_path: Path) -> None:
    heard: list[int] = []
    take(tmp_path, BOOK, ZHOU_1, with_cells(ZHOU_2, BOOK, kind="boat"), progress=heard.append)
    run = ImportRun.objects.get()
    assert (run.file_name, run.file_kind, run.rows_read, run.rows_total) == ("file.csv", "book", 2, 2)
    assert (run.started_at, run.finished_at, run.failure, len(run.sha256)) == (AT, AT, "", 64)
    assert (run.report["accepted"], run.report["rejected"]) == (1, 1)
    assert (operations.rejects_folder() / run.rejects_file).exists()
    assert heard == [2]


def test_a_failure_is_written_down_and_what_was_finished_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK_ROWS", 1)

    def stop(rows: int) -> None:
        if rows == 2:
            raise RuntimeError("the machine is switched off")

    with pytest.raises(RuntimeError):
        take(tmp_path, BOOK, ZHOU_1, ZHOU_2, WU_1, progress=stop)
    run = ImportRun.objects.get()
    assert (run.finished_at, run.failure, run.rows_read) == (None, "RuntimeError: the machine is switched off", 2)
    assert Posting.objects.count() == 2
    assert counts(take(tmp_path, BOOK, ZHOU_1, ZHOU_2, WU_1)) == (3, 3, 2, 0)


def test_a_file_that_breaks_at_its_end_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="row 4: a quote is opened"):
        take(tmp_path, BOOK, ZHOU_1, ZHOU_2, '"harbour,L-2')
    assert not Creditor.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_payments_file_that_cannot_be_read_keeps_the_book_out_too(tmp_path: Path) -> None:
    payments = sent(tmp_path, PAYMENTS.replace("amount,", ""), name="payments.csv")
    with pytest.raises(ImportRefused, match=r"payments\.csv: columns are missing: amount"):
        take(tmp_path, BOOK, ZHOU_1, payments=payments)
    assert not Creditor.objects.exists()


def test_a_mapping_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text("format = 1")
    with pytest.raises(ImportRefused, match=r"mapping\.toml: the mapping must begin"):
        take(tmp_path, BOOK, ZHOU_1, mapping=mapping)


def test_every_notation_of_a_file_makes_the_same_book(tmp_path: Path) -> None:
    rows = (ZHOU_1, ZHOU_2)
    take(tmp_path, BOOK, *rows)
    before = content()
    text = "\n".join([BOOK, *rows])
    (tmp_path / "gb.csv").write_bytes(text.replace(",", ";").encode("gb18030"))
    (tmp_path / "utf16.csv").write_bytes(text.replace(",", "\t").encode("utf-16"))
    book = Workbook()
    sheet: Any = book.active
    for at, line in enumerate([BOOK, *rows]):
        cells: list[Any] = line.split(",")
        sheet.append([*cells[:6], date.fromisoformat(cells[6]), float(cells[7]), *cells[8:]] if at else cells)
    book.save(tmp_path / "book.xlsx")
    for name in ("gb.csv", "utf16.csv", "book.xlsx"):
        assert counts(import_file(tmp_path / name, at=AT)) == (2, 2, 2, 0), name
    assert content() == before


def test_an_encoding_may_be_told(tmp_path: Path) -> None:
    path = tmp_path / "western.csv"
    path.write_bytes("\n".join([BOOK, with_cells(ZHOU_1, BOOK, debtor_name="Élodie")]).encode("cp1252"))
    with pytest.raises(ImportRefused, match="name its encoding"):
        import_file(path, at=AT)
    import_file(path, at=AT, reading=Reading(encoding="cp1252"))
    assert Debtor.objects.get().name == "Élodie"


def test_ten_thousand_bad_rows_do_not_keep_the_good_one_out(tmp_path: Path) -> None:
    bad = [with_cells(ZHOU_1, BOOK, due_principal=f"-{at}") for at in range(1, 10_001)]
    report = take(tmp_path, BOOK, *bad[:5000], ZHOU_1, *bad[5000:])
    assert counts(report) == (10_001, 1, 0, 10_000)
    assert len(reasons(report)) == 10_000


def test_the_size_of_the_chunks_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    rows = [
        f"{creditor},{kind}-{debt},P-{debt % 4},Name {debt % 4},{kind},CNY,2026-{month:02}-01,{month}.00,0,{month}"
        for creditor in ("harbour", "jade")
        for kind in ("loan", "card")
        for debt in range(6)
        for month in range(1, 8)
    ]
    rows += rng.sample(rows, 20)
    rng.shuffle(rows)
    told = [f"{row},{rng.choice(['', '5550 0142', '5550 0143'])},{rng.choice(['', 'north', 'south'])}" for row in rows]
    found = []
    for size, remembered in ((1, 3), (7, 5), (10_000, 100_000), (7, 100_000)):
        monkeypatch.setattr(operations, "CHUNK_ROWS", size)
        monkeypatch.setattr(known, "_DEBTS_MAX", remembered)
        with transaction.atomic():
            report = take(tmp_path, f"{BOOK},phone,branch", *told)
            assert counts(report) == (len(rows), len(rows), 20, 0)
            found.append((content(), report.debts, report.debtors))
            transaction.set_rollback(True)
    assert all(each == found[0] for each in found[1:])
