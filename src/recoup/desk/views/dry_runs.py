"""A draft tried on today's book: started, watched, read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from recoup.casework.jobs import try_rules
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.pages import language_of_page, now, page, refused
from recoup.desk.rulebooks.dry_run import dry_run_of
from recoup.desk.rulebooks.overview import title_by_name
from recoup.desk.views.drafts import found_draft, revision_shown
from recoup.people.permissions import Action
from recoup.policy import operations as orders
from recoup.policy.models import RuleDraft
from recoup.policy.refusals import PolicyRefusal


@staff_only(Action.SEE_RULEBOOKS)
def dry_run(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Who would be treated otherwise. A POST starts the trial; the page then looks again by itself until it is over."""
    draft = found_draft(draft_id)
    if request.method == "POST":
        return _start(request, draft)
    language = language_of_page()
    context: dict[str, Any] = {
        "draft": draft,
        "draft_id": draft.pk,
        "title": title_by_name(draft.rulebook.name, language),
        "rulebook_url": reverse("rulebook", args=[draft.rulebook.name]),
        "dry_run": dry_run_of(draft, request.viewer, language),
    }
    template = "rulebook_dry_run_found.html" if request.headers.get("HX-Request") else "rulebook_dry_run.html"
    return page(request, template, context, here="rules")


def _start(request: DeskRequest, draft: RuleDraft) -> HttpResponse:
    if not (request.viewer.may(Action.PROPOSE_RULES) or request.viewer.may(Action.PUBLISH_RULES)):
        raise PermissionDenied
    revision = revision_shown(request)
    try:
        starts = orders.start_dry_run(draft.pk, revision=revision, by=request.user, at=now())
    except PolicyRefusal as refusal:
        return refused(request, str(refusal), "draft", draft.pk)
    if starts:
        try_rules.enqueue(draft.pk, revision)
    return redirect("draft-dry-run", draft.pk)
