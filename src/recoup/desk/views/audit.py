"""The audit: who read or wrote what, for compliance."""

from __future__ import annotations

from django.http import HttpResponse

from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.pages import page
from recoup.people.permissions import Action
from recoup.people.queries import AUDIT_PAGE, audit_page


@staff_only(Action.READ_AUDIT, methods=("GET", "HEAD"))
def audit(request: DeskRequest) -> HttpResponse:
    """One page of the audit, newest first, for one person, action or subject."""
    wanted = {name: request.GET.get(name, "").strip() for name in ("actor", "action", "subject_ref")}
    before = request.GET.get("before", "")
    entries = audit_page(before_id=int(before) if before.isdecimal() else None, **wanted)
    context = {
        "entries": entries[:AUDIT_PAGE],
        "wanted": wanted,
        "before": entries[AUDIT_PAGE - 1].pk if len(entries) > AUDIT_PAGE else None,
    }
    return page(request, "audit.html", context, here="audit")
