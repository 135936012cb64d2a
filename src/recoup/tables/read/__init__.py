"""DMN files into models, safely and all problems at once.

>>> read_model(b"<definitions/>", file="empty.dmn")
Traceback (most recent call last):
...
recoup.tables.problems.ModelError: empty.dmn:1: the file does not begin with <definitions> of a namespace known here ...
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recoup.tables.model import Model
from recoup.tables.problems import ModelError, Problem
from recoup.tables.read.about import about_of, version_of
from recoup.tables.read.elements import ElementReader
from recoup.tables.read.grammar import CHILDREN
from recoup.tables.read.graph import Graph
from recoup.tables.read.pieces import Piece, pieces_of
from recoup.tables.read.reading import Reading
from recoup.tables.read.types import Types

__all__ = ["ParsedFile", "parse", "read_model"]


def read_model(data: bytes, *, file: str, only: Collection[str] | None = None) -> Model:
    """The model written in a DMN file (1.1 to 1.5); ``file`` is its name in messages.

    ``only`` names decisions, functions or decision services: then they and what they need are read, and what else
    stands in the file may be beyond what Recoup supports. Raises ModelError with every problem found, each with file,
    line and construct.
    """
    return parse(data, file=file).model(only)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A DMN file that is safe XML, out of which models can be read, as a whole or in part, without parsing it again."""

    file: str
    root: Piece
    version: str

    def model(self, only: Collection[str] | None = None) -> Model:
        """The model, or the part of it that ``only`` names. Raises ModelError as ``read_model`` does."""
        try:
            return _model(self, only)
        except RecursionError:
            problem = Problem("too-deep", "refused", "the model is nested too deep", self.file)
            raise ModelError([problem]) from None


def parse(data: bytes, *, file: str) -> ParsedFile:
    """The file as safe XML. Raises ModelError where it is none."""
    root = pieces_of(data, file=file)
    return ParsedFile(file, root, version_of(root))


def _model(parsed: ParsedFile, only: Collection[str] | None) -> Model:
    root, file = parsed.root, parsed.file
    reading = Reading(file)
    _check_top(root, reading, everything=only is None)
    types, graph = Types.of(root, reading), Graph.of(root, reading)
    wanted = None if only is None else [" ".join(name.split()) for name in only]
    elements = ElementReader(reading, types, graph)
    elements.read(graph.ordered(wanted))
    if only is None:
        types.read_all()
    if reading.problems:
        raise ModelError(reading.problems)
    return Model(
        name=root.name,
        namespace=root.get("namespace"),
        file=file,
        version=parsed.version,
        inputs=tuple(elements.inputs),
        decisions=tuple(elements.decisions),
        functions=tuple(elements.functions),
        offers=tuple(elements.offers),
        item_types=types.known,
        about=about_of(root),
    )


def _check_top(root: Piece, reading: Reading, *, everything: bool) -> None:
    reading.is_language_known(root)
    if not everything:
        return
    for child in root.children:
        if child.tag == "import":
            reading.refuse("other models are not read into this one", child, child.get("namespace")[:80])
        elif child.tag not in CHILDREN["definitions"]:
            reading.refuse(f"<definitions> holds no <{child.tag}> that Recoup knows", child)
