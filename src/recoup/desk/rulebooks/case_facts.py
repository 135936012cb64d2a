"""The facts of a real case for a trial, within what the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest
from recoup.desk.case_file import open_file
from recoup.desk.pages import now
from recoup.people.operations import record_audit
from recoup.people.permissions import Action
from recoup.tables.model import Model


class CaseFacts(NamedTuple):
    """The facts of the case that was asked for: None when none was; ``wrong`` says why there are none."""

    facts: Mapping[str, object] | None
    ref: str
    wrong: str


def facts_asked_for(request: DeskRequest, model: Model) -> CaseFacts:
    """What ``?case=REF`` asks for. A case that the viewer may not see is not found; looking is written to the audit."""
    ref = request.GET.get("case", "").strip()
    if not ref:
        return CaseFacts(None, request.GET.get("of", "")[:200], "")
    if not request.viewer.may(Action.SEE_CASES):
        return CaseFacts(None, "", _("You may not see cases."))
    found = casework.find(request.viewer, ref).cases
    if not found:
        return CaseFacts(None, "", _("There is no case “%(ref)s” among those you may see.") % {"ref": ref})
    file = open_file(request, found[0].pk)
    known = casework.facts_for_rules(file.case, file.on)
    record_audit(
        by=request.user, at=now(), action="tried rules on case", subject_kind="case", subject_ref=file.case.ref
    )
    return CaseFacts({fact.name: known.get(fact.name) for fact in model.inputs}, file.case.ref, "")
