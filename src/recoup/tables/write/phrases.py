"""Texts of rules in sentences for people."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE_OUTSIDE_QUOTES = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_PLAIN_STRING = re.compile(r'"([^"\\<>`,]+)"')
_TEXT_MAX = 120


def single_spaced(text: str) -> str:
    """A text with one space wherever there is space, except within quotes."""
    return _SPACE_OUTSIDE_QUOTES.sub(lambda found: found.group(1) or " ", text).strip()


def quoted(text: str) -> str:
    """A text of FEEL in a sentence: a plain string bare, what has ``<`` or ``>`` in it between backticks."""
    bare = single_spaced(text)
    if plain := _PLAIN_STRING.fullmatch(bare):
        return plain.group(1)
    if len(bare) > _TEXT_MAX:
        bare = f"{bare[:_TEXT_MAX]}…"
    return f"`{bare}`" if not bare or any(sign in bare for sign in "<>") else bare


def change(what: str, old: str, new: str) -> Iterator[str]:
    """The sentence for one changed text: nothing when it is the same."""
    if single_spaced(old) == single_spaced(new):
        return
    name = what.removesuffix(":")
    if not old.strip():
        yield f"{name} added: {quoted(new)}"
    elif not new.strip():
        yield f"{name} removed: {quoted(old)}"
    else:
        yield f"{name}: {quoted(old)} > {quoted(new)}"
