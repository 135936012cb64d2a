"""A model's decision tables as a workbook for people who own the rules, and their changes back into the DMN file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recoup.tables.model import DecisionTable, Model
from recoup.tables.named import named_tables
from recoup.tables.problems import ModelError, Problem
from recoup.tables.write import layout
from recoup.tables.write.layout import Column, columns_of, head_of, rows_of, rule_mark
from recoup.tables.write.sheets import read_back
from recoup.tables.write.widths import width
from recoup.tables.write.workbook import escaped

__all__ = ["from_xlsx", "to_xlsx"]

#: The longest text that a cell of a workbook holds.
CELL_TEXT_MAX = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")

_HEAD = PatternFill("solid", fgColor="E8EEF4")
_THEN = PatternFill("solid", fgColor="EAF3E6")
_NOTE = PatternFill("solid", fgColor="F5F2E9")
_LINE = Side(style="thin", color="B8C0C8")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS = {"when": _HEAD, "then": _THEN, "note": _NOTE}

ABOUT_SHEET = "Rulebook"
_LISTS_SHEET = "Lists"
_HOW = (
    "How to edit",
    "Change cells below the heads, add rows at the end or between, delete rows, or move them. One row is one rule.",
    "Write as in the rulebook: texts in straight quotes (\"card\"), numbers plainly (30), ranges as [30..60], "
    "comparisons as <= 30, several values with commas, - for any value, null for an unknown one.",
    "Heads, types and allowed values are for reading: they are changed in the editor, not here.",
    "Hand the workbook back to whoever gave it to you. Every cell is checked before anything is taken over.",
)  # fmt: skip


def to_xlsx(model: Model) -> bytes:
    """The workbook of a model: its particulars, then one sheet a decision table.

    Every cell is text, so that no program makes a number, a date or a formula of a rule. Raises ModelError when a
    text is longer than a cell holds.
    """
    book: Any = Workbook()
    _write_about(book.active, model)
    lists = book.create_sheet(_LISTS_SHEET)
    titles = {ABOUT_SHEET.lower(), _LISTS_SHEET.lower()}
    for key, name, table in named_tables(model):
        sheet = book.create_sheet(_sheet_title(name, titles))
        _TableSheet(sheet, lists, model, table).write(key, name)
    if lists.cell(1, 1).value:
        book.move_sheet(lists, offset=len(book.sheetnames))
        lists.sheet_state = "hidden"
    else:
        book.remove(lists)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def from_xlsx(data: bytes, *, file: str, base: bytes) -> bytes:
    """The base DMN file with the rules of the workbook that was made from it; all else of the file stays as it was.

    ``file`` is the workbook's name in messages. Raises ModelError with every problem, each with its sheet and row;
    then nothing is taken over.
    """
    return read_back(data, file=file, base=base)


def _sheet_title(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", _CONTROL.sub(" ", name)).strip() or "Table"
    title, count = plain[:31], 1
    while title.lower() in taken:
        count += 1
        title = f"{plain[: 31 - len(str(count)) - 1]} {count}"
    taken.add(title.lower())
    return title


def _put(sheet: Any, row: int, column: int, text: str, **style: Any) -> Any:
    """Writes a text so that it stays one, whatever it looks like."""
    cell = sheet.cell(row, column)
    if text:
        if len(text) > CELL_TEXT_MAX:
            raise _too_long(sheet.title, row, text)
        cell.value = escaped(text)
        cell.data_type = "s"
    cell.number_format = "@"
    if text[:1] in ("=", "+", "-", "@", "'"):
        cell.quotePrefix = True
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _too_long(sheet: str, row: int, text: str) -> ModelError:
    message = f"sheet {sheet!r}, row {row}: the text is longer than the {CELL_TEXT_MAX} characters that a cell holds"
    return ModelError([Problem("cell-too-long", "error", message, "workbook", construct=text[:40])])


def _write_about(sheet: Any, model: Model) -> None:
    sheet.title = ABOUT_SHEET
    names = {"title": "Title", "citation": "Citation", "source": "Source", "in_force_from": "In force from"}
    names |= {"in_force_until": "In force until", "owner": "Owner", "description": "Description"}
    lines = [("Rulebook", model.name), ("File", model.file), ("Version", model.version)]
    lines += [(words, model.about[key]) for key, words in names.items() if model.about.get(key)]
    for row, (words, value) in enumerate(lines, start=1):
        _put(sheet, row, 1, words, font=Font(bold=True))
        _put(sheet, row, 2, value, alignment=Alignment(wrap_text=True, vertical="top"))
    for row, text in enumerate(_HOW, start=len(lines) + 2):
        bold = row == len(lines) + 2
        _put(sheet, row, 2, text, font=Font(bold=bold), alignment=Alignment(wrap_text=True, vertical="top"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90


class _TableSheet:
    """One sheet being filled with one table."""

    def __init__(self, sheet: Any, lists: Any, model: Model, table: DecisionTable) -> None:
        self.sheet, self.lists, self.model, self.table = sheet, lists, model, table

    def write(self, key: str, name: str) -> None:
        columns = columns_of(self.table, name)
        self._marks(key, columns)
        for place, texts in enumerate(head_of(self.table, name, columns), start=1):
            for column, text in texts.items():
                self._head(place, column, text, columns)
        for row, rule in enumerate(self.table.rules, start=layout.FIRST_RULE_ROW):
            _put(self.sheet, row, layout.MARK_COLUMN, rule_mark(rule))
            _put(self.sheet, row, layout.NUMBER_COLUMN, str(rule.number), font=Font(color="808080"))
        self._rules(columns)
        self._shape(columns)
        self._offer(columns)

    def _marks(self, key: str, columns: tuple[Column, ...]) -> None:
        _put(self.sheet, layout.TITLE_ROW, layout.MARK_COLUMN, f"recoup table {key}")
        _put(self.sheet, layout.POLICY_ROW, layout.MARK_COLUMN, self.model.version)
        for place, column in enumerate(columns, start=layout.FIRST_COLUMN):
            _put(self.sheet, layout.MARK_ROW, place, column.mark)

    def _head(self, row: int, column: int, text: str, columns: tuple[Column, ...]) -> None:
        cell = _put(self.sheet, row, column, text, font=Font(bold=row in (1, 4, 5), size=14 if row == 1 else 11))
        if row >= layout.SIDE_ROW and column >= layout.FIRST_COLUMN:
            cell.fill = _FILLS[columns[column - layout.FIRST_COLUMN].side]
            cell.border = _BOX
            cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _rules(self, columns: tuple[Column, ...]) -> None:
        wrapped = Alignment(wrap_text=True, vertical="top")
        # Some rows more than there are rules are formatted as text, so that rules can be added.
        blank = [("",) * len(columns)] * 50
        for row, texts in enumerate([*rows_of(self.table, columns), *blank], start=layout.FIRST_RULE_ROW):
            for column, text in enumerate(texts, start=layout.FIRST_COLUMN):
                _put(self.sheet, row, column, text, alignment=wrapped, border=_BOX)

    def _shape(self, columns: tuple[Column, ...]) -> None:
        sheet = self.sheet
        sheet.freeze_panes = sheet.cell(layout.FIRST_RULE_ROW, layout.FIRST_COLUMN)
        sheet.column_dimensions["A"].hidden = True
        sheet.row_dimensions[layout.MARK_ROW].hidden = True
        sheet.column_dimensions["B"].width = 6
        for place, column in enumerate(columns):
            texts = [column.label, *(texts[place] for texts in rows_of(self.table, columns))]
            longest = max(width(line) for text in texts for line in (text.splitlines() or [""]))
            letter = get_column_letter(place + layout.FIRST_COLUMN)
            sheet.column_dimensions[letter].width = min(max(longest + 2, 10), 48)
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"{layout.SIDE_ROW}:{layout.ALLOWED_ROW}"

    def _offer(self, columns: tuple[Column, ...]) -> None:
        """Lists to choose from; what is not in them may still be written, a rule can say more than one value."""
        last = layout.FIRST_RULE_ROW + len(self.table.rules) + 49
        for place, column in enumerate(columns, start=layout.FIRST_COLUMN):
            if column.offered:
                source = _listed(self.lists, column.offered)
                rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
                letter = get_column_letter(place)
                rule.add(f"{letter}{layout.FIRST_RULE_ROW}:{letter}{last}")
                self.sheet.add_data_validation(rule)


def _listed(lists: Any, values: Sequence[str]) -> str:
    """Puts values into the sheet of lists, and says where."""
    column = lists.max_column + 1 if lists.cell(1, 1).value else 1
    for row, value in enumerate(values, start=1):
        _put(lists, row, column, value)
    letter = get_column_letter(column)
    return f"'{lists.title}'!${letter}$1:${letter}${len(values)}"
