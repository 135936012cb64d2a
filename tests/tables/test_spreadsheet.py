"""Tables as a workbook, changed by people who own the rules, and back into the same file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from recoup.tables.named import named_tables
from recoup.tables.problems import ModelError
from recoup.tables.read import read_model
from recoup.tables.write.spreadsheet import from_xlsx, to_xlsx
from recoup.tables.write.workbook import escaped, is_unchanged, text_in
from tests.generative import sampled
from tests.needs import ROOT, shared_file
from tests.tables.loans_dmn import LOANS

FIRST = 8  # the row of the first rule
HOUSE = sorted((ROOT / "src/recoup/rulebooks/house").glob("*.dmn"))


def model_of(data: bytes) -> Any:
    return read_model(data, file="loans.dmn")


def edited(change: Callable[[Any], object], base: bytes = LOANS) -> bytes:
    """The base after somebody opened its workbook, changed it and saved it."""
    book = load_workbook(io.BytesIO(to_xlsx(model_of(base))))
    change(book)
    return from_xlsx(saved(book), file="loans.xlsx", base=base)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rules(data: bytes, table: str = "Bucket") -> list[tuple[str, ...]]:
    logic = model_of(data).decision(table).table
    return [tuple(each.text for each in (*rule.conditions, *rule.conclusions)) for rule in logic.rules]


def refusal(change: Callable[[Any], object]) -> list[str]:
    with pytest.raises(ModelError) as found:
        edited(change)
    return [each.message for each in found.value.problems]


def put(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


# --- there and back ----------------------------------------------------------------------------------------------


def test_a_workbook_that_nobody_changed_gives_back_the_very_bytes() -> None:
    assert edited(lambda _book: None) == LOANS


@pytest.mark.parametrize("path", HOUSE, ids=lambda path: path.stem)
def test_house_rulebooks_come_back_as_they_went(path: Path) -> None:
    data = path.read_bytes()
    assert edited(lambda _book: None, data) == data


def test_every_table_of_the_kit_comes_back_as_it_went() -> None:
    went = 0
    for path in sorted(shared_file("tck/level-2").glob("*/*.dmn")):
        data = path.read_bytes()
        if next(named_tables(model_of(data)), None) is not None:
            assert edited(lambda _book: None, data) == data
            went += 1
    assert went >= 15


def test_every_cell_is_text_even_where_it_looks_like_a_formula() -> None:
    book = load_workbook(io.BytesIO(to_xlsx(model_of(LOANS))))
    sheet = book["Bucket"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert sheet.cell(FIRST + 2, 5).value == "=1+1 is no formula"
    assert sheet.cell(FIRST + 2, 5).quotePrefix


def test_another_reader_of_workbooks_reads_the_same_texts() -> None:
    data = to_xlsx(model_of(LOANS))
    ours = load_workbook(io.BytesIO(data))["Bucket"]
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Bucket").to_python()
    for row, texts in enumerate(theirs, start=1):
        assert texts == [ours.cell(row, column).value or "" for column in range(1, len(texts) + 1)]
    assert theirs[FIRST + 1][4] == "=1+1 is no formula"


def test_strings_that_are_shared_among_sheets_are_read_as_well() -> None:
    # Spreadsheet programs keep texts in a list of their own, where this library writes them into the cells.
    base, stream = tricky_loans(), io.BytesIO()
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found.group(2))
        return found.group(1).replace(b"inlineStr", b"s") + b"<v>%d</v></c>" % (len(texts) - 1)

    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with (
        zipfile.ZipFile(io.BytesIO(to_xlsx(model_of(base)))) as whole,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        parts = {name: whole.read(name) for name in whole.namelist()}
        for name, part in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = re.sub(rb"(<c [^>]*inlineStr[^>]*>)<is>(.*?)</is></c>", shared, part, flags=re.DOTALL)
        strings = b"".join(b"<si>%s</si>" % text for text in texts)
        parts["xl/sharedStrings.xml"] = b"<sst %s>%s</sst>" % (space, strings)
        if b"sharedStrings" not in parts["[Content_Types].xml"]:
            kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", part)
        for name, part in parts.items():
            archive.writestr(name, part)
    assert len(texts) > 50
    assert from_xlsx(stream.getvalue(), file="x.xlsx", base=base) == base


def test_a_sheet_says_what_a_reader_needs() -> None:
    book = load_workbook(io.BytesIO(to_xlsx(model_of(LOANS))))
    sheet = book["Bucket"]
    said = [str(cell.value) for row in sheet.iter_rows(max_row=FIRST - 1) for cell in row if cell.value]
    assert "Days\n(days overdue)" in said
    assert '"none","early","late"' in said
    assert any("U (unique" in text for text in said)
    assert sheet.freeze_panes == "C8"
    assert sheet.column_dimensions["A"].hidden
    assert book["Lists"].sheet_state == "hidden"
    (offered,) = sheet.data_validations.dataValidation
    assert offered.formula1 == "'Lists'!$A$1:$A$3"
    about = [str(cell.value) for row in book["Rulebook"].iter_rows() for cell in row if cell.value]
    assert {"Loan desk", "Credit manual, 3", "2026-01-01", model_of(LOANS).version} <= set(about)


# --- changes ------------------------------------------------------------------------------------------------------


def test_a_changed_cell_changes_that_cell_and_nothing_else() -> None:
    result = edited(put("Bucket", "D10", '"early"'))
    assert rules(result)[2] == ("> 30", '"early"')
    before, after = LOANS.decode().splitlines(), result.decode().splitlines()
    different = [new.strip() for old, new in zip(before, after, strict=True) if old != new]
    assert different == ['<outputEntry id="b3o"><text>"early"</text></outputEntry>']
    assert b"<![CDATA[(0..30]]]>" in result


def test_what_people_do_not_see_in_the_workbook_is_kept() -> None:
    result = edited(put("Bucket", "D10", '"early"'))
    for kept in (
        b"<!-- kept by the credit committee -->",
        b"<!-- the first month -->",
        b"agreed in May",
        b'<own:size w="3"/>',
    ):
        assert kept in result


def test_a_row_that_is_deleted_is_a_rule_that_is_gone() -> None:
    result = edited(lambda book: book["Bucket"].delete_rows(FIRST + 1))
    assert rules(result) == [("<= 0", '"none"'), ("> 30", '"late"')]
    assert b'id="b2"' not in result


def test_a_row_that_is_emptied_is_a_rule_that_is_gone() -> None:
    def empty(book: Any) -> None:
        book["Bucket"]["C9"] = book["Bucket"]["D9"] = None

    assert len(rules(edited(empty))) == 2


def test_rows_that_are_added_are_rules_with_ids_of_their_own() -> None:
    def add(book: Any) -> None:
        for column, text in zip("CDE", ("(30..60]", '"late"', "3.4"), strict=True):
            book["Bucket"][f"{column}12"] = text

    result = edited(add)
    assert rules(result)[3] == ("(30..60]", '"late"')
    rule = model_of(result).decision("Bucket").table.rules[3]
    assert rule.annotations == ("3.4",)
    assert rule.id not in ("", "b1", "b2", "b3")
    assert b"\n      <rule id=" in result[result.index(b"b3o") :]  # laid out like its neighbours


def test_rows_that_are_moved_keep_their_ids_and_comments() -> None:
    def swap(book: Any) -> None:
        sheet = book["Bucket"]
        for column in "ABCDE":
            sheet[f"{column}8"].value, sheet[f"{column}9"].value = sheet[f"{column}9"].value, sheet[f"{column}8"].value

    result = edited(swap)
    assert [rule.id for rule in model_of(result).decision("Bucket").table.rules] == ["b2", "b1", "b3"]
    assert result.index(b"the first month") < result.index(b'id="b2"') < result.index(b"nobody is late yet")
    assert result.index(b"nobody is late yet") < result.index(b'id="b1"')


def test_a_row_that_is_copied_is_a_new_rule() -> None:
    def copy(book: Any) -> None:
        for column in "ABCDE":
            book["Bucket"][f"{column}11"] = book["Bucket"][f"{column}9"].value

    assert [rule.id for rule in model_of(edited(copy)).decision("Bucket").table.rules][:3] == ["b1", "b2", "b3"]
    assert len(rules(edited(copy))) == 4


def test_tables_without_ids_are_told_apart_too() -> None:
    bare = LOANS.replace(b'id="t_bucket" ', b"").replace(b'id="t_letter" ', b"")
    assert rules(edited(put("Letter", "E8", '"last"'), bare), "Letter")[0] == ('"late"', '"card"', '"last"')


def test_a_condition_that_is_emptied_holds_for_everything() -> None:
    assert rules(edited(put("Letter", "D8", None)), "Letter")[0] == ('"late"', "-", '"final"')


@pytest.mark.parametrize(
    ("typed", "text"),
    [(3, "3"), (3.0, "3"), (0.1, "0.1"), (1e16, "10000000000000000"), (-2, "-2"), ("> 3 ", "> 3"), (" 7", "7")],
)
def test_a_number_that_a_program_made_of_a_cell_is_read_as_its_text(typed: object, text: str) -> None:
    assert rules(edited(put("Bucket", "C10", typed)))[2][0] == text


def test_a_date_that_a_program_made_of_a_note_is_read_as_its_text() -> None:
    result = edited(put("Bucket", "E10", datetime.fromisoformat("2026-01-31")))
    assert model_of(result).decision("Bucket").table.rules[2].annotations == ("2026-01-31",)


TRICKY = [
    "_x0041_",
    "_x005F_x0041_",
    "=",
    "'",
    "+1",
    "@SUM(1)",
    '"',
    "a\nb",
    "  spaced  ",
    "1",
    "2026-01-31",
    "TRUE",
    "#N/A",
]
TRICKY += ["=1+1", "-", "\U0001f600", "\u5df2\u903e\u671f", "a\tb", "\u00a0", "]]>", "&amp;"]


def tricky_loans() -> bytes:
    rule = '<rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>"late"</text></outputEntry>'
    rows = "".join(
        f"{rule.format(number)}<annotationEntry><text>{escape(text)}</text></annotationEntry></rule>"
        for number, text in enumerate(TRICKY, start=100)
    )
    return LOANS.replace(b"</decisionTable>", rows.encode() + b"</decisionTable>", 1)


def test_notes_that_look_like_anything_else_come_back_as_they_were() -> None:
    base = tricky_loans()
    assert edited(lambda _book: None, base) == base
    result = model_of(edited(put("Bucket", "D10", '"early"'), base))
    notes = [rule.annotations[0] for rule in result.decision("Bucket").table.rules[3:]]  # nobody touched them
    assert notes == [text.strip() for text in TRICKY]


@sampled
@given(st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda words: "\r" not in words))
def test_any_text_is_read_as_it_was_written(examples: str, words: str) -> None:
    assert text_in(escaped(words)) == words
    assert is_unchanged(words, words)


# --- refusals -----------------------------------------------------------------------------------------------------


def test_every_bad_cell_is_named_at_once_and_nothing_is_taken_over() -> None:
    def spoil(book: Any) -> None:
        book["Bucket"]["C8"] = "<= nobody"
        book["Bucket"]["D9"] = None
        book["Letter"]["E8"] = '"unclosed'

    said = refusal(spoil)
    assert len(said) == 3
    assert said[0].startswith("sheet 'Bucket', row 8: column C (Days (days overdue)): unknown name 'nobody'")
    assert said[1] == "sheet 'Bucket', row 9: column D (Bucket): a conclusion is missing"
    assert said[2].startswith("sheet 'Letter', row 8: column E (Letter): ")


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("C8", "=1+1", "a formula cannot be a rule"),
        ("D8", "\u201cearly\u201d", "quotes and commas must be straight ones"),
        ("C8", datetime.fromisoformat("2026-01-31 10:30"), "a time cannot be read"),
        ("H9", "what is this?", "column H is no column of the table"),
        ("C5", "Weeks", "only rules can be changed"),
        ("D7", '"other"', "only rules can be changed"),
        ("B2", "Hit policy F", "only rules can be changed"),
        ("A2", "another version", "make the workbook anew"),
        ("A1", "recoup table t_else", "the rulebook has no such table"),
        ("C3", "when 9", "the column 'Days\\n(days overdue)' is missing"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_with_the_reason(cell: str, value: object, reason: str) -> None:
    said = refusal(put("Bucket", cell, value))
    assert any(reason in message for message in said), said


def test_a_sheet_that_is_missing_is_named() -> None:
    assert refusal(lambda book: book.remove(book["Letter"])) == ["the sheet of the table 'Letter' is missing"]


def test_a_sheet_that_was_copied_is_refused() -> None:
    assert "the same table" in refusal(lambda book: book.copy_worksheet(book["Letter"]))[0]


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04broken", LOANS])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="no workbook that can be read"):
        from_xlsx(data, file="x.xlsx", base=LOANS)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_opened() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (41 * 1024 * 1024))
    with pytest.raises(ModelError, match="unpacks to more than"):
        from_xlsx(stream.getvalue(), file="x.xlsx", base=LOANS)


def test_a_sheet_that_spans_a_million_rows_is_refused_at_once() -> None:
    assert (
        refusal(put("Bucket", "XFD1048576", "x"))[0] == "sheet 'Bucket': it spans more than 20000 rows or 600000 cells"
    )


def test_a_workbook_with_entities_is_refused() -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(to_xlsx(model_of(LOANS)))) as whole,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in whole.namelist():
            entity = b'<!DOCTYPE x [<!ENTITY a "b">]>' if part == "xl/workbook.xml" else b""
            archive.writestr(part, entity + whole.read(part))
    with pytest.raises(ModelError, match="a document type or an entity"):
        from_xlsx(stream.getvalue(), file="x.xlsx", base=LOANS)
