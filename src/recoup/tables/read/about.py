"""A rulebook's own particulars, and the version of a model's meaning."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from recoup.tables.read.grammar import ATTRIBUTES
from recoup.tables.read.pieces import Piece
from recoup.tables.read.reading import is_feel

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Parts that say nothing to engines or readers of the rules: drawings and other tools' own.
_DROPPED = frozenset({"extensionElements", "association", "group", "textAnnotation", "elementCollection"})
_DROPPED_ATTRIBUTES = frozenset(
    {"id", "namespace", "exporter", "exporterVersion", "preferredOrientation", "expressionLanguage", "typeLanguage"}
)
_DEFAULTS = {"hitPolicy": "UNIQUE", "isCollection": "false", "kind": "FEEL"}
_SPACE_OUTSIDE_QUOTES = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


def about_of(root: Piece) -> dict[str, str]:
    """The particulars by name: title, citation, source, in_force_from, owner, demands …, and the description.

    ``recoup:inForceFrom`` is ``in_force_from``, ``recoup:title.zh-Hans`` is ``title.zh-Hans``.
    """
    about = {_snake(name): value.strip() for name, value in root.own.items()}
    if description := root.text_of("description"):
        about.setdefault("description", description)
    return about


def _snake(name: str) -> str:
    first, dot, rest = name.partition(".")
    return _CAPITAL.sub("_", first).lower() + dot + rest


def version_of(root: Piece) -> str:
    """The SHA-256 of a model's content: layout, drawing, ids and the order of its elements do not count."""
    names = {piece.get("id"): f"{piece.tag} {piece.name}" for piece in root.children if piece.get("id")}
    lines = sorted("\n".join(_canonical(child, names, 1)) for child in root.children if child.tag not in _DROPPED)
    head = "\n".join(_line(root, names, 0))
    return hashlib.sha256("\n".join((head, *lines)).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(piece: Piece, names: Mapping[str, str], depth: int) -> Iterator[str]:
    yield from _line(piece, names, depth)
    for child in piece.children:
        if child.tag in _DROPPED or (child.tag == "description" and not child.text.strip()):
            continue
        yield from _canonical(child, names, depth + 1)


def _line(piece: Piece, names: Mapping[str, str], depth: int) -> Iterator[str]:
    known = ATTRIBUTES.get(piece.tag)
    shown = [
        (name, _named(value, names) if name == "href" else " ".join(value.split()))
        for name, value in piece.attributes.items()
        if name not in _DROPPED_ATTRIBUTES and _DEFAULTS.get(name) != value and (known is None or name in known)
    ]
    shown += [(f"recoup:{name}", " ".join(value.split())) for name, value in piece.own.items()]
    if not is_feel(piece.get("expressionLanguage")):
        shown.append(("expressionLanguage", piece.get("expressionLanguage")))
    text = _SPACE_OUTSIDE_QUOTES.sub(lambda found: found.group(1) or " ", piece.text).strip()
    yield f"{depth} {piece.tag} {sorted(shown)} {text!r}"


def _named(href: str, names: Mapping[str, str]) -> str:
    space, _, own = href.strip().rpartition("#")
    return names.get(own, f"{space}#{own}")
