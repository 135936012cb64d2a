"""Lenders' files into the book."""

from recoup.book.imports.operations import ImportRefused, import_file, rejects_folder
from recoup.book.imports.report import ImportReport

__all__ = ["ImportRefused", "ImportReport", "import_file", "rejects_folder"]
