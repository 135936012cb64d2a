"""Names of people and firms who do not exist, put together from names.toml beside this file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple


class Name(NamedTuple):
    """A name as written, and the ASCII spelling that an e-mail address uses."""

    written: str
    spelled: str


@cache
def _parts() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))


def person(rng: Random, language: str) -> Name:
    """A person's name in the writing of a language: ``zh-hans``, ``zh-hant`` or ``en``."""
    parts = _parts()[language]
    given, surname = rng.choice(parts["given"]), rng.choice(parts["surnames"])
    if language == "en":
        return Name(f"{given} {surname}", f"{given}.{surname}".lower())
    written, spelled = surname.split(":")
    return Name(written + given, spelled)


def firm(rng: Random, language: str, *, country: str) -> Name:
    """A firm's name; letters reach its office."""
    parts = _parts()[language]
    joint = " " if language == "en" else ""
    end = " Inc." if country == "US" else parts["firm_end"]
    return Name(rng.choice(parts["firm_heads"]) + joint + rng.choice(parts["firm_trades"]) + end, "office")
