"""Sheets of Excel workbooks as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from recoup.portfolio.cells import unescape_cell
from recoup.portfolio.reasons import (
    BROKEN_WORKBOOK,
    EMPTY_SHEET,
    LOCKED_WORKBOOK,
    NO_SHEET,
    FileRefused,
    because,
)
from recoup.portfolio.zip_limits import check_workbook_size

SheetRows = Callable[[], Iterator[tuple[int, list[str]]]]


def sheet_rows(path: Path, wanted: str = "") -> tuple[str, SheetRows]:
    """The name of a sheet, the first visible one unless named, and what reads its rows with their numbers.

    The sheet is held in memory while it is read; ``zip_limits.CELLS_MAX`` bounds it.
    Raises FileRefused when the workbook is broken, locked or too large, or has no such sheet.
    """
    _refuse_locked(path)
    check_workbook_size(path)
    sheet = _guarded(lambda: _load(path, wanted))
    if sheet.start is None:
        raise FileRefused(because(EMPTY_SHEET, sheet=sheet.name))
    return sheet.name, lambda: _rows(sheet)


def _refuse_locked(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(4) == b"\xd0\xcf\x11\xe0":
            raise FileRefused(because(LOCKED_WORKBOOK))


def _load(path: Path, wanted: str) -> Any:
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    names = workbook.sheet_names
    if (wanted and wanted not in names) or not visible:
        raise FileRefused(because(NO_SHEET, wanted=wanted or "1", sheets=", ".join(names)))
    return workbook.get_sheet_by_name(wanted or visible[0])


def _guarded(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except FileRefused:
        raise
    except BaseException as error:
        # A panic inside the reader arrives as a BaseException of its own; interrupts must pass.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit):
            raise
        raise FileRefused(because(BROKEN_WORKBOOK, problem=str(error))) from None


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    first_row, first_column = sheet.start
    blank = [""] * first_column
    for number in range(1, first_row + 1):
        yield number, []
    for number, cells in enumerate(sheet.iter_rows(), start=first_row + 1):
        yield number, blank + [cell_text(cell) for cell in cells]


def cell_text(cell: object) -> str:
    """A cell as text: dates in ISO form, numbers as plain decimals of at most 15 digits, as Excel keeps them."""
    if isinstance(cell, str):
        return unescape_cell(cell) if cell[:1] == "'" else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _duration_text(cell) if isinstance(cell, timedelta) else str(cell)


def _duration_text(duration: timedelta) -> str:
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def number_text(number: float) -> str:
    """A double as Excel shows it, without an exponent: ``0.1 + 0.2`` is ``0.3``, ``1e20`` all its digits."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(Decimal(format(number, ".15g")), "f")
