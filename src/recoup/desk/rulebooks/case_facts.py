"""The facts of a real case for a trial, within what the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest
from recoup.people.permissions import Action
from recoup.tables.model import Model


class CaseFacts(NamedTuple):
    """The facts of the case that was asked for: None when none was; ``wrong`` says why there are none."""

    facts: Mapping[str, object] | None
    ref: str
    wrong: str


def facts_asked_for(request: DeskRequest, rulebook: str, model: Model) -> CaseFacts:
    """What ``?case=REF`` asks for. A case that the viewer may not see is not found."""
    ref = request.GET.get("case", "").strip()
    if not ref:
        return CaseFacts(None, request.GET.get("of", "")[:200], "")
    if not request.viewer.may(Action.SEE_CASES):
        return CaseFacts(None, "", _("You may not see cases."))
    found = casework.find(request.viewer, ref).cases
    if not found:
        return CaseFacts(None, "", _("There is no case “%(ref)s” among those you may see.") % {"ref": ref})
    facts = casework.facts_for_rules(found[0], rulebook)
    return CaseFacts({fact.name: facts.get(fact.name) for fact in model.inputs}, found[0].ref, "")
