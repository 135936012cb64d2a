"""The rulebooks that come with Recoup: DMN files under ``recoup/rulebooks``, by their path without ending."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from recoup.policy.texts import as_text

#: Where the release keeps its rulebooks.
FOLDER: Traversable = files("recoup.rulebooks")
_ENDING = ".dmn"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")


@cache
def shipped_texts() -> Mapping[str, str]:
    """The text of each shipped rulebook by name, such as ``"house/team"``. Read once a process."""
    found = {name: as_text(file.read_bytes()) for name, file in _dmn_files(FOLDER, "")}
    return MappingProxyType(dict(sorted(found.items())))


def shipped_text(name: str) -> str | None:
    """The text of a shipped rulebook, None when none has the name."""
    return shipped_texts().get(name)


def is_name(name: str) -> bool:
    """Whether this could name a rulebook: small letters, digits, hyphens, parts parted by a slash."""
    return len(name) <= 120 and _NAME.fullmatch(name) is not None


def _dmn_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _dmn_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_ENDING):
            yield prefix + entry.name.removesuffix(_ENDING), entry
