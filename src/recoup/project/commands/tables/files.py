"""Files of models on the command line: DMN, or a workbook that was made from one."""

from __future__ import annotations

from pathlib import Path

from recoup.tables.model import Model
from recoup.tables.problems import ModelError
from recoup.tables.read import read_model

WORKBOOK = ".xlsx"
BYTES_MAX = 64 * 1024 * 1024


class Unusable(Exception):
    """A file that cannot be used, and why."""


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises Unusable when it cannot be read."""
    if not path.is_file():
        raise Unusable(f"{path}: no such file")
    try:
        if path.stat().st_size > BYTES_MAX:
            raise Unusable(f"{path}: the file is larger than {BYTES_MAX // 1024 // 1024} MB")
        return path.read_bytes()
    except OSError as problem:
        raise Unusable(f"{path}: {problem.strerror or problem}") from None


def model_in(path: Path) -> Model:
    """The model in a DMN file. Raises Unusable, or ModelError with every problem of the file."""
    return read_model(bytes_of(path), file=str(path))


def reasons(refusal: ModelError) -> str:
    """The problems of a file that cannot be loaded, a line each."""
    return "\n".join(map(str, refusal.problems))
