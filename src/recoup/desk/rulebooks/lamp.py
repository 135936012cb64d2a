"""The lamp of a rulebook: what the check says of it, as a sign and a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recoup.tables.problems import Problem

#: How bad a finding is, as the desk shows permission: sign, colour, word.
MEANINGS = {"refused": "refuse", "error": "refuse", "warning": "require"}


class Lamp(NamedTuple):
    """A sign with its word."""

    meaning: str
    words: str


def lamp_of(problems: Iterable[Problem], failure: str = "") -> Lamp:
    """Complete; or how many gaps, overlaps and other findings there are."""
    found = list(problems)
    if failure or any(problem.severity == "refused" for problem in found):
        return Lamp("refuse", _("Cannot be read"))
    if not found:
        return Lamp("allow", _("Complete, no gaps"))
    gaps = sum(problem.code.startswith("gap") for problem in found)
    overlaps = sum(problem.code.startswith("overlap") for problem in found)
    rest = len(found) - gaps - overlaps
    words = [
        ngettext("%(count)d gap", "%(count)d gaps", gaps) % {"count": gaps} if gaps else "",
        ngettext("%(count)d overlap", "%(count)d overlaps", overlaps) % {"count": overlaps} if overlaps else "",
        ngettext("%(count)d remark", "%(count)d remarks", rest) % {"count": rest} if rest else "",
    ]
    is_wrong = any(problem.severity == "error" for problem in found)
    return Lamp("refuse" if is_wrong else "require", _(", ").join(word for word in words if word))
