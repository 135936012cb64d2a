"""Files as lenders send them, for tests of the import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recoup.book.imports import ImportReport, import_file

AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
BOOK = "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,due_on,due_principal,due_interest,instalment_no"
SNAPSHOT = "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,as_of,balance_principal,days_overdue"
PAYMENTS = "creditor,debt_ref,paid_on,amount,currency,payment_ref,method,reverses"
#: Zhou's loan in two instalments, and Wu's with another creditor.
ZHOU_1 = "harbour,L-1,Z-1,周明,loan,CNY,2026-09-01,100.00,5.50,1"
ZHOU_2 = "harbour,L-1,Z-1,周明,loan,CNY,2026-10-01,100.00,4.50,2"
WU_1 = "jade,L-1,W-1,吳芳,loan,HKD,2026-09-01,70.00,0,1"
ZHOUS_CARD = "harbour,C-1,Z-1,周明,card,CNY,2026-10-31,250.00,12"


def sent(folder: Path, header: str, *rows: str, name: str = "file.csv") -> Path:
    """A file with these rows."""
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def take(folder: Path, header: str, *rows: str, **options: Any) -> ImportReport:
    """Imports a file with these rows."""
    return import_file(sent(folder, header, *rows), at=AT, **options)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Rows, accepted, repeated, rejected."""
    return report.rows, report.accepted, report.repeated, report.rejected


def reasons(report: ImportReport) -> list[tuple[str, str, str]]:
    """Row, column and reason of each line of the rejects file."""
    if report.rejects is None:
        return []
    import csv

    with Path(report.rejects).open(encoding="utf-8-sig", newline="") as stream:
        return [(row[-3], row[-2], row[-1]) for row in csv.reader(stream)][1:]


def with_cells(row: str, header: str, **cells: str) -> str:
    """The row with some cells changed."""
    changed: Sequence[str] = [
        cells.get(name, cell) for name, cell in zip(header.split(","), row.split(","), strict=True)
    ]
    return ",".join(changed)
