"""The audit: who read or wrote what, for compliance."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.http import HttpResponse

from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.audit_words import ACTIONS, action_text, detail_text, purpose_text, subject_text
from recoup.desk.pages import page
from recoup.people.models import AuditEntry
from recoup.people.permissions import Action
from recoup.people.queries import AUDIT_PAGE, audit_page


class Line(NamedTuple):
    """One line of the audit, in words."""

    at: datetime
    who: str
    action: str
    subject: str
    purpose: str
    detail: str


def _line(entry: AuditEntry) -> Line:
    return Line(
        at=entry.at,
        who=entry.actor_name or "–",
        action=action_text(entry.action),
        subject=f"{subject_text(entry.subject_kind)} {entry.subject_ref}",
        purpose=purpose_text(entry.purpose),
        detail=detail_text(entry.detail),
    )


@staff_only(Action.READ_AUDIT, methods=("GET", "HEAD"))
def audit(request: DeskRequest) -> HttpResponse:
    """One page of the audit, newest first, for one person, action or subject."""
    wanted = {name: request.GET.get(name, "").strip() for name in ("actor", "action", "subject_ref")}
    before = request.GET.get("before", "")
    entries = audit_page(before_id=int(before) if before.isdecimal() else None, **wanted)
    context = {
        "entries": [_line(entry) for entry in entries[:AUDIT_PAGE]],
        "actions": list(ACTIONS.items()),
        "wanted": wanted,
        "before": entries[AUDIT_PAGE - 1].pk if len(entries) > AUDIT_PAGE else None,
    }
    return page(request, "audit.html", context, here="audit")
