"""Cells that a spreadsheet could take for formulas: defused on every export, restored on import."""

from __future__ import annotations

import re

# A spreadsheet evaluates a cell that begins so (OWASP, CSV injection; full-width signs count in East Asian locales).
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def is_dangerous(cell: str) -> bool:
    """Whether a spreadsheet might run this cell, or it looks like one that was defused; plain numbers are harmless."""
    return _DANGEROUS.match(cell) is not None and _PLAIN_NUMBER.fullmatch(cell.lstrip("'")) is None


def escape_cell(cell: str) -> str:
    """The cell as it may stand in an exported CSV or XLSX: an apostrophe before what could run."""
    return "'" + cell if is_dangerous(cell) else cell


def unescape_cell(cell: str) -> str:
    """Undoes escape_cell and nothing else: ``unescape_cell(escape_cell(cell)) == cell`` for every cell."""
    return cell[1:] if cell[:1] == "'" and is_dangerous(cell) else cell
