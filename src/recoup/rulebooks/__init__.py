"""Rules as data: rows with citation and dates, which a lawyer or a credit manager may change without code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


class RulebookError(ValueError):
    """A rulebook that lacks something every rulebook must say; names the file."""


@cache
def read(name: str) -> dict[str, Any]:
    """The rulebook at ``name``, such as ``"house/team"``, as plain values. Callers must not change them.

    Raises RulebookError when it has no title, citation or in-force date.
    """
    text = files(__name__).joinpath(*f"{name}.toml".split("/")).read_text(encoding="utf-8")
    rulebook = tomllib.loads(text)
    for needed in ("title", "citation", "in_force_from"):
        if needed not in rulebook:
            raise RulebookError(f"rulebook {name}: {needed} is missing")
    return rulebook
