"""A workbook that people have edited, read back into the rules of the DMN file that it was made from.

Everything is looked at before anything is taken over, and every bad cell is named: sheet, row, column, reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from recoup.tables.feel import FeelError, compile_expression, compile_unary_tests
from recoup.tables.feel.types import ANY, FeelType, FunctionOf
from recoup.tables.model import DecisionTable, Model
from recoup.tables.named import named_tables
from recoup.tables.problems import ModelError, Problem
from recoup.tables.read import read_model
from recoup.tables.write import layout
from recoup.tables.write.layout import SIDES, Column, columns_of, head_of, rule_mark, text_of
from recoup.tables.write.workbook import is_unchanged, opened, text_in, written_in
from recoup.tables.write.xml import Document, Row

#: The extent of a sheet that is read: every cell of it is looked at.
ROWS_MAX, CELLS_MAX = 20_000, 600_000

_MARK = "recoup table "
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CURLY = re.compile("[“”„‘’，；（）【】]")


def read_back(data: bytes, *, file: str, base: bytes) -> bytes:
    """The base DMN file with the rules of a workbook. Raises ModelError with every problem found."""
    model = read_model(base, file="the rulebook")
    edited = _Edited(file, model)
    sheets = edited.sheets(opened(data, file))
    rows = {key: edited.rows(key, sheets[key]) for key, _, _ in named_tables(model) if key in sheets}
    edited.stop_at_problems()
    try:
        document = Document(base, model)
    except LookupError as reason:
        raise ModelError([Problem("ambiguous-table", "error", str(reason), file)]) from None
    for key, read in rows.items():
        document.set_rows(key, read)
    result = document.bytes()
    edited.check_whole(result)
    return result


@dataclass(slots=True)
class _Edited:
    """One workbook being read against its model; problems are collected."""

    file: str
    model: Model
    problems: list[Problem] = field(default_factory=list)
    tables: dict[str, tuple[str, DecisionTable]] = field(default_factory=dict)
    scopes: dict[str, dict[str, FeelType]] = field(default_factory=dict)
    #: Sheet and row of each rule as it shall be, by table and number.
    places: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = {key: (name, table) for key, name, table in named_tables(self.model)}
        self.scopes = scopes_of(self.model)

    def stop_at_problems(self) -> None:
        """Raises ModelError when there are problems."""
        if self.problems:
            raise ModelError(self.problems)

    def wrong(self, message: str, *, sheet: str = "", row: int = 0, construct: str = "", table: str = "") -> None:
        """Notes a problem."""
        place = f"sheet {sheet!r}: " if sheet and not row else f"sheet {sheet!r}, row {row}: " if sheet else ""
        self.problems.append(Problem("bad-cell", "error", place + message, self.file, row, construct[:80], table))

    # --- sheets -----------------------------------------------------------------------------------------------

    def sheets(self, book: Any) -> dict[str, Any]:
        """The sheets by the key of their table; what is missing, double or unknown is noted."""
        found: dict[str, Any] = {}
        for sheet in book.worksheets:
            mark = text_in(sheet.cell(layout.TITLE_ROW, layout.MARK_COLUMN).value)
            if not mark.startswith(_MARK):
                continue
            key = mark.removeprefix(_MARK)
            if key not in self.tables:
                self.wrong("the rulebook has no such table", sheet=sheet.title, construct=key)
            elif key in found:
                self.wrong(f"this is the same table as sheet {found[key].title!r}", sheet=sheet.title)
            elif self._is_usable(sheet):
                found[key] = sheet
        for key, (name, _) in self.tables.items():
            if key not in found and not self.problems:
                self.wrong(f"the sheet of the table {name!r} is missing", table=name)
        return found

    def _is_usable(self, sheet: Any) -> bool:
        if sheet.max_row > ROWS_MAX or sheet.max_row * sheet.max_column > CELLS_MAX:
            self.wrong(f"it spans more than {ROWS_MAX} rows or {CELLS_MAX} cells", sheet=sheet.title)
            return False
        version = text_in(sheet.cell(layout.POLICY_ROW, layout.MARK_COLUMN).value)
        if version != self.model.version:
            what = (
                f"it was made from version {version[:12] or 'unknown'}, the rulebook is now {self.model.version[:12]}"
            )
            self.wrong(f"{what}: make the workbook anew", sheet=sheet.title)
            return False
        return True

    # --- rows -------------------------------------------------------------------------------------------------

    def rows(self, key: str, sheet: Any) -> list[Row]:
        """The rules that stand on a sheet, in their order."""
        name, table = self.tables[key]
        columns = columns_of(table, name)
        marks = self._marks(sheet, columns)
        if marks is None:
            return []
        self._check_heads(sheet, table, name, columns, marks)
        places = {rule_mark(rule): place for place, rule in enumerate(table.rules)}
        rows: list[Row] = []
        for row in range(layout.FIRST_RULE_ROW, sheet.max_row + 1):
            if read := self._row(sheet, row, marks, key, places):
                self.places[name, len(rows) + 1] = (sheet.title, row)
                rows.append(read)
        return rows

    def _marks(self, sheet: Any, columns: tuple[Column, ...]) -> dict[int, Column] | None:
        """The columns by where they stand now; None where the sheet has lost too much to be read."""
        known = {column.mark: column for column in columns}
        found: dict[int, Column] = {}
        for place in range(layout.FIRST_COLUMN, sheet.max_column + 1):
            mark = text_in(sheet.cell(layout.MARK_ROW, place).value)
            if mark in known:
                found[place] = known.pop(mark)
            elif mark or self._has_text(sheet, place):
                self.wrong(f"column {get_column_letter(place)} is no column of the table", sheet=sheet.title)
        for column in known.values():
            self.wrong(f"the column {column.label!r} is missing", sheet=sheet.title)
        return None if known else found

    def _has_text(self, sheet: Any, place: int) -> bool:
        return any(text_in(sheet.cell(row, place).value) for row in range(layout.SIDE_ROW, sheet.max_row + 1))

    def _check_heads(
        self, sheet: Any, table: DecisionTable, name: str, columns: tuple[Column, ...], marks: Mapping[int, Column]
    ) -> None:
        """What stands above the rules must be as it was: a change there would be lost without a word."""
        where = {column: place for place, column in marks.items()}
        for row, texts in enumerate(head_of(table, name, columns), start=1):
            for place, text in texts.items():
                now = place if place < layout.FIRST_COLUMN else where[columns[place - layout.FIRST_COLUMN]]
                found = text_in(sheet.cell(row, now).value)
                if row != layout.SIDE_ROW and not is_unchanged(found, text):
                    told = f"{found!r} stands where {text!r} stood: only rules can be changed in a workbook"
                    self.wrong(told, sheet=sheet.title, row=row, construct=found)

    def _row(self, sheet: Any, row: int, marks: Mapping[int, Column], key: str, unused: dict[str, int]) -> Row | None:
        written = {column.mark: self._written(sheet, row, place, column) for place, column in marks.items()}
        if not any(text is None or text.strip() for text in written.values()):
            return None
        # A row that was copied has the mark of the first: only one of them is the old rule.
        was = unused.pop(text_in(sheet.cell(row, layout.MARK_COLUMN).value), None)
        name, table = self.tables[key]
        old = None if was is None else table.rules[was]
        texts: dict[str, str | None] = {}
        for place, column in marks.items():
            text = written[column.mark]
            kept = text is None or (old is not None and is_unchanged(text, text_of(old, column)))
            texts[column.mark] = None if kept else self._checked(sheet, row, place, column, str(text).strip(), key)
        sides: dict[str, list[str | None]] = {side: [] for side in SIDES}
        for column in columns_of(table, name):
            sides[column.side].append(texts[column.mark])
        conditions, conclusions, notes = (tuple(sides[side]) for side in SIDES)
        return Row(was, (conditions, conclusions, notes))

    def _written(self, sheet: Any, row: int, place: int, column: Column) -> str | None:
        cell = sheet.cell(row, place)
        try:
            return written_in(cell, feel=column.side != "note")
        except ValueError as reason:
            self._bad_cell(sheet, row, place, column, str(reason), str(cell.value))
            return None

    def _checked(self, sheet: Any, row: int, place: int, column: Column, text: str, key: str) -> str:
        """The text that a cell shall have; what is wrong with it is noted."""
        if column.side == "note":
            reason = _unwritable(text)
        elif column.side == "when":
            text = text or "-"
            reason = _unwritable(text) or self._feel_problem(key, text, tests=True)
        else:
            reason = (
                "a conclusion is missing"
                if not text
                else _unwritable(text) or self._feel_problem(key, text, tests=False)
            )
        if reason:
            self._bad_cell(sheet, row, place, column, reason, text)
        return text

    def _feel_problem(self, key: str, text: str, *, tests: bool) -> str:
        """What is wrong with a text of FEEL, where the names that it may use are known; the whole is read later."""
        scope = self.scopes.get(key)
        if scope is None or text == "-":
            return ""
        try:
            if tests:
                compile_unary_tests(text, scope)
            else:
                compile_expression(text, scope)
        except FeelError as problem:
            return f"{problem.problem}, at character {problem.column}"
        except RecursionError:
            return "it is nested too deep"
        return ""

    def _bad_cell(self, sheet: Any, row: int, place: int, column: Column, reason: str, text: str) -> None:
        where = f"column {get_column_letter(place)} ({' '.join(column.label.split())})"
        curly = ' (quotes and commas must be straight ones: " and ,)' if _CURLY.search(text) else ""
        self.wrong(f"{where}: {reason}{curly}", sheet=sheet.title, row=row, construct=text)

    # --- the whole --------------------------------------------------------------------------------------------

    def check_whole(self, result: bytes) -> None:
        """Reads the file that came out. Raises ModelError, with the sheets and rows, when it is no model any more."""
        try:
            read_model(result, file=self.file)
        except ModelError as found:
            for problem in found.problems:
                sheet, row = self.places.get((problem.table, problem.rule or 0), ("", 0))
                self.wrong(problem.message, sheet=sheet, row=row, construct=problem.construct, table=problem.table)
            self.stop_at_problems()


def _unwritable(text: str) -> str:
    """Why a text cannot stand in a file of XML."""
    return "it has characters that no text may have" if _CONTROL.search(text) else ""


def scopes_of(model: Model) -> dict[str, dict[str, FeelType]]:
    """The names that the cells of each table may use, with their types, by the key of the table.

    Tables inside other expressions have names of their own around them, and are left out.
    """
    known: dict[str, FeelType] = {fact.name: fact.type for fact in model.inputs}
    known |= {decision.name: decision.type for decision in model.decisions}
    for function in model.functions:
        known[function.name] = FunctionOf(tuple(each.type for each in function.parameters), function.type)
    for offer in model.offers:
        known[offer.name] = FunctionOf(tuple(each.type for each in offer.parameters), offer.type)
    wholes = {id(decision.logic): decision for decision in model.decisions}
    scopes = {}
    for key, _, table in named_tables(model):
        if decision := wholes.get(id(table)):
            scopes[key] = {name: known.get(name, ANY) for name in (*decision.requires, *decision.knows)}
    return scopes
