"""Mappings: how a lender's own columns become the book's. Written in TOML, read and checked here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from recoup.portfolio.columns import AMOUNT_COLUMNS, BOOK, DATE_COLUMNS, FILE_KINDS, PAYMENTS
from recoup.portfolio.date_formats import DateFormat, DateFormatError
from recoup.portfolio.sources import DELIMITERS, Reading

FORMAT = "recoup/mapping@1"
_TOP_KEYS = {"format", "title", "file", "source", "columns", "payments"}
_SOURCE_KEYS = {"encoding", "delimiter", "sheet", "numbers", "date_format", "decimal", "grouping"}
_ENTRY_KEYS = {"column", "constant", "feel", "date_format", "values", "decimal", "grouping"}
_ORIGINS = ("column", "constant", "feel")


class MappingRefused(ValueError):
    """A mapping that cannot be used; the message names the place and is fit to show."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one column of the book comes from: exactly one of a source column, a constant, an expression."""

    column: str = ""
    constant: str | None = None
    feel: str = ""
    date_format: str = ""
    values: Table[str, str] = field(default_factory=dict)
    decimal: str = "."
    grouping: str = ""


@dataclass(frozen=True, slots=True)
class PaymentSection:
    """One payment made of each row, unless ``when`` (FEEL) is not true."""

    columns: Table[str, Entry]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping. ``numbers`` are source columns that expressions see as numbers instead of text."""

    columns: Table[str, Entry]
    payments: tuple[PaymentSection, ...] = ()
    title: str = ""
    file_kind: str = BOOK
    reading: Reading = field(default_factory=Reading)
    numbers: Table[str, Entry] = field(default_factory=dict)
    text: str = field(default="", repr=False, compare=False)


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingRefused."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingRefused(f"{path.name} cannot be read: {error}") from None
    return mapping_from(text)


def mapping_from(text: str) -> Mapping:
    """The mapping written in a text. Raises MappingRefused."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(f"the mapping is not TOML: {error}") from None
    _only(read, _TOP_KEYS, "the mapping")
    if read.get("format") != FORMAT:
        raise MappingRefused(f'the mapping must begin with: format = "{FORMAT}"')
    file_kind = read.get("file", BOOK)
    if file_kind not in FILE_KINDS:
        raise MappingRefused(f"file = {file_kind!r} is none of {', '.join(FILE_KINDS)}")
    source = _table(read.get("source", {}), "[source]")
    _only(source, _SOURCE_KEYS, "[source]")
    return _mapping(read, source, file_kind, text)


def _mapping(read: dict[str, Any], source: dict[str, Any], file_kind: str, text: str) -> Mapping:
    columns = _entries(read.get("columns", {}), source, FILE_KINDS[file_kind].columns, "columns")
    if not columns:
        raise MappingRefused("the mapping has no [columns]")
    sections = read.get("payments", [])
    if not isinstance(sections, list) or (sections and file_kind != BOOK):
        raise MappingRefused("[[payments]] is a list of tables, and belongs to a mapping of a book")
    return Mapping(
        columns=columns,
        payments=tuple(_section(each, source, f"payments {at}") for at, each in enumerate(sections, start=1)),
        title=str(read.get("title", "")),
        file_kind=file_kind,
        reading=_reading(source),
        numbers=_numbers(source),
        text=text,
    )


def _reading(source: dict[str, Any]) -> Reading:
    wanted = {name: source.get(name, "") for name in ("encoding", "delimiter", "sheet")}
    if not all(isinstance(value, str) for value in wanted.values()):
        raise MappingRefused("[source]: encoding, delimiter and sheet are texts")
    if wanted["delimiter"] and wanted["delimiter"] not in DELIMITERS:
        raise MappingRefused("[source]: the delimiter is a comma, a semicolon or a tab")
    return Reading(**wanted)


def _numbers(source: dict[str, Any]) -> dict[str, Entry]:
    names = source.get("numbers", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MappingRefused("[source]: numbers is a list of column names")
    separators = {key: source[key] for key in ("decimal", "grouping") if key in source}
    return {name: _entry({"column": name, **separators}, "[source] numbers") for name in names}


def _section(read: Any, source: dict[str, Any], where: str) -> PaymentSection:
    table = dict(_table(read, where))
    when = table.pop("when", "")
    if not isinstance(when, str):
        raise MappingRefused(f"{where}: when is a FEEL expression in quotes")
    # A reversal must find its payment, which may stand further down: it needs a payments file of its own.
    entries = _entries(table, source, FILE_KINDS[PAYMENTS].columns - {"reverses"}, where)
    missing = [name for name in ("paid_on", "amount", "payment_ref") if name not in entries]
    if missing:
        raise MappingRefused(f"{where}: {', '.join(missing)} is missing")
    return PaymentSection(entries, when)


def _entries(read: Any, source: dict[str, Any], known: frozenset[str], where: str) -> dict[str, Entry]:
    table = _table(read, where)
    unknown = sorted(set(table) - known)
    if unknown:
        raise MappingRefused(f"{where}: the book has no column {', '.join(unknown)}")
    return {name: _entry(_with_defaults(name, value, source), f"{where}.{name}") for name, value in table.items()}


def _with_defaults(name: str, value: Any, source: dict[str, Any]) -> Any:
    """The separators and the date format of the whole file hold for every column that is read as it stands."""
    entry = {"column": value} if isinstance(value, str) else value
    if not isinstance(entry, dict) or "column" not in entry:
        return entry
    keys = ("date_format",) if name in DATE_COLUMNS else ("decimal", "grouping") if name in AMOUNT_COLUMNS else ()
    return {**{key: source[key] for key in keys if key in source}, **entry}


def _entry(value: Any, where: str) -> Entry:
    entry = dict(_table(value, where))
    _only(entry, _ENTRY_KEYS, where)
    origins = [name for name in _ORIGINS if name in entry]
    if len(origins) != 1:
        raise MappingRefused(f"{where}: give one of column, constant, feel")
    if "constant" in entry:
        entry["constant"] = _constant(entry["constant"], where)
    values = _table(entry.get("values", {}), where)
    if not all(isinstance(text, str) for text in (*values.values(), *(entry[key] for key in set(entry) - {"values"}))):
        raise MappingRefused(f"{where}: everything but a constant is text in quotes")
    _check_notation(entry, where)
    return Entry(**entry)


def _check_notation(entry: dict[str, Any], where: str) -> None:
    if entry.get("date_format"):
        try:
            DateFormat(entry["date_format"])
        except DateFormatError as error:
            raise MappingRefused(f"{where}: {error}") from None
    decimal, grouping = entry.get("decimal", "."), entry.get("grouping", "")
    if decimal not in (".", ",") or grouping not in ("", ".", ",", " ", "'", "\u00a0", "\u202f") or decimal == grouping:
        raise MappingRefused(f"{where}: decimal is '.' or ',', grouping another sign or nothing")


def _constant(value: Any, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | date):
        raise MappingRefused(f"{where}: a constant is a text, a whole number or a date")
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MappingRefused(f"{where}: a table is expected")
    return value


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise MappingRefused(f"{where}: unknown key {', '.join(unknown)}")
