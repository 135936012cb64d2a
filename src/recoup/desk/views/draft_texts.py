"""The text of a draft: the editor, its check while somebody types, and one row as a plain form."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.rulebooks import RowForm
from recoup.desk.pages import done, language_of_page, now, page, refused
from recoup.desk.rulebooks.editor_policy import EDITOR_POLICY
from recoup.desk.rulebooks.editor_words import editor_words
from recoup.desk.rulebooks.overview import title_by_name
from recoup.desk.rulebooks.problem_words import SHOWN, problems_shown
from recoup.desk.rulebooks.row_text import NewRow, cells_of, row_at, texts_from, with_row, without_row
from recoup.desk.rulebooks.steps import may_edit
from recoup.desk.views.drafts import found_draft, revision_shown
from recoup.people.permissions import Action
from recoup.policy import operations as orders
from recoup.policy import queries as policy
from recoup.policy.models import RuleDraft
from recoup.policy.reading import checked
from recoup.policy.refusals import DraftChanged, PolicyRefusal
from recoup.policy.texts import as_text
from recoup.tables.model import Model
from recoup.tables.problems import ModelError

_PROPOSE = staff_only(Action.PROPOSE_RULES, methods=("GET", "HEAD", "POST"))
_PROPOSE_POST = staff_only(Action.PROPOSE_RULES, methods=("POST",))


@csp_update(EDITOR_POLICY)  # type: ignore[arg-type]
@_PROPOSE
def draft_editor(request: DeskRequest, draft_id: int) -> HttpResponse:
    """The DMN editor with the check beside it; a POST saves. Who comes second keeps their text on the page."""
    draft = found_draft(draft_id)
    if request.method != "POST":
        return _editor(request, draft, policy.draft_text(draft), revision=draft.revision)
    dmn = request.POST.get("dmn", "")
    try:
        orders.save_draft(draft.pk, revision=revision_shown(request), dmn=dmn, by=request.user, at=now())
    except DraftChanged as refusal:
        latest = found_draft(draft_id)
        more = {"refusal": str(refusal), "overwrite": latest.revision, "writer": policy.texts_of(latest).first()}
        return _editor(request, latest, dmn, revision=revision_shown(request), code=409, **more)
    except PolicyRefusal as refusal:
        return _editor(request, draft, dmn, revision=revision_shown(request), code=422, refusal=str(refusal))
    if "stay" in request.POST:
        return done(request, _("Saved."), "draft-editor", draft.pk)
    return done(request, _("Saved. Look at what changes, then try it on the book."), "draft", draft.pk)


def _editor(
    request: DeskRequest, draft: RuleDraft, text: str, *, revision: int, code: int = 200, **more: Any
) -> HttpResponse:
    language = language_of_page()
    context = {
        "draft": draft,
        "title": title_by_name(draft.rulebook.name, language),
        "rulebook_url": reverse("rulebook", args=[draft.rulebook.name]),
        "text": text,
        "editor_words": editor_words(),
        "revision": revision,
        "editable": may_edit(draft, request.viewer),
        **_check(text, draft, language),
        **more,
    }
    return page(request, "rulebook_editor.html", context, here="rules", code=code)


def _check(text: str, draft: RuleDraft, language: str) -> dict[str, Any]:
    try:
        found = checked(as_text(text), name=draft.rulebook.name)
    except PolicyRefusal as refusal:
        return {"problems": [], "too_much": str(refusal)}
    return {
        "problems": problems_shown(found.problems, found.model, language, is_live=True),
        "problems_more": max(len(found.problems) - SHOWN, 0),
    }


@_PROPOSE_POST
def draft_check(request: DeskRequest, draft_id: int) -> HttpResponse:
    """What the check says of a text that is not saved."""
    draft = found_draft(draft_id)
    context = _check(request.POST.get("dmn", ""), draft, language_of_page())
    return page(request, "rulebook_check.html", context)


def _readable(draft: RuleDraft) -> Model:
    try:
        return policy.as_if_in_force(draft).model
    except ModelError:
        raise Http404 from None


@_PROPOSE
def draft_row(request: DeskRequest, draft_id: int, table: int, rule: int) -> HttpResponse:
    """One rule as a form, cell by cell; rule 0 is a new one. What is typed is checked after saving, never lost."""
    draft = found_draft(draft_id)
    if not may_edit(draft, request.viewer):
        return refused(request, _("This draft is not being worked on any more."), "draft", draft.pk)
    model = _readable(draft)
    row = row_at(model, table, rule)
    if row is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = RowForm(posted, cells=cells_of(row), rows=len(row.table.rules), is_new=isinstance(row, NewRow))
    if form.is_valid():
        place = min(form.cleaned_data.get("after") or 0, len(row.table.rules))
        says = texts_from(row, form.cleaned_data)
        text = with_row(policy.draft_text(draft), model, row, says, after=place)
        try:
            orders.save_draft(draft.pk, revision=revision_shown(request), dmn=text, by=request.user, at=now())
        except PolicyRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            number = rule or place + 1
            return redirect(reverse("draft", args=[draft.pk]) + f"#t{table}r{number}")
    context = {
        "draft": found_draft(draft_id) if form.is_bound else draft,
        "revision": revision_shown(request) if form.is_bound else draft.revision,
        "title": title_by_name(draft.rulebook.name, language_of_page()),
        "form": form,
        "row": row,
        "table": table,
        "rule": rule,
        **row.shown(form, language_of_page()),
    }
    return page(request, "rulebook_row.html", context, here="rules", code=422 if form.is_bound else 200)


@_PROPOSE_POST
def remove_row(request: DeskRequest, draft_id: int, table: int, rule: int) -> HttpResponse:
    """Takes one rule out of the draft."""
    draft = found_draft(draft_id)
    model = _readable(draft)
    row = row_at(model, table, rule)
    if row is None or isinstance(row, NewRow):
        raise Http404
    text = without_row(policy.draft_text(draft), model, row)
    try:
        orders.save_draft(draft.pk, revision=revision_shown(request), dmn=text, by=request.user, at=now())
    except PolicyRefusal as refusal:
        return refused(request, str(refusal), "draft", draft.pk)
    return done(request, _("Row %(number)s is taken out of the draft.") % {"number": rule}, "draft", draft.pk)
