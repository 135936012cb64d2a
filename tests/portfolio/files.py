"""Files for tests: small books, and files that are not what they claim."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADER = "creditor,debt_ref,debtor_ref,debtor_name,kind,currency,due_on,due_principal"
ZHOU = "Harbour,L-1,Z-1,周明,loan,CNY,2026-03-01,100.00"
BOOK = f"{HEADER}\n{ZHOU}\n"


def written(folder: Path, content: str | bytes, name: str = "book.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, rows: Sequence[Sequence[object]], name: str = "book.xlsx") -> Path:
    """A workbook with one sheet."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def with_sheet_xml(path: Path, sheet_xml: bytes) -> Path:
    """The same workbook with another first sheet, byte for byte as given."""
    held = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            is_sheet = part.filename == "xl/worksheets/sheet1.xml"
            after.writestr(part.filename, sheet_xml if is_sheet else before.read(part))
    path.write_bytes(held.getvalue())
    return path
