"""Drafts of rulebooks: what changes, the check, the trial on the book, and the orders that lead to a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.fields import DeskForm
from recoup.desk.forms.rulebooks import ApproveForm, FileForm, ReasonForm, SubmitForm
from recoup.desk.pages import done, language_of_page, now, page, working_day
from recoup.desk.rulebooks import life
from recoup.desk.rulebooks.change_words import changes_shown
from recoup.desk.rulebooks.content import tables_of
from recoup.desk.rulebooks.dry_run import dry_run_of
from recoup.desk.rulebooks.overview import title_by_name
from recoup.desk.rulebooks.problem_words import facts_in_words, labels_of, problems_shown, words_of
from recoup.desk.rulebooks.steps import is_tried, may_edit, steps_of, why_not_approve
from recoup.desk.views.rulebooks import file_of
from recoup.people.permissions import Action
from recoup.policy import operations as orders
from recoup.policy import queries as policy
from recoup.policy.models import RuleDraft
from recoup.policy.refusals import PolicyRefusal, RulesUnsound
from recoup.tables.problems import ModelError

_SEE = staff_only(Action.SEE_RULEBOOKS, methods=("GET", "HEAD"))
_PROPOSE = staff_only(Action.PROPOSE_RULES, methods=("POST",))


def found_draft(draft_id: int) -> RuleDraft:
    """The draft, or 404."""
    draft = policy.draft_by_id(draft_id)
    if draft is None:
        raise Http404
    return draft


@_SEE
def draft_page(request: DeskRequest, draft_id: int) -> HttpResponse:
    """A draft: what it changes, what the check says, what it would do to the book, and what comes next."""
    draft = found_draft(draft_id)
    order = request.GET.get("do", "")
    form = ORDERS[order].form(request, draft, None) if order in ORDERS and offered(request, draft, order) else None
    return show_draft(request, draft, order=order, form=form)


def show_draft(
    request: DeskRequest, draft: RuleDraft, *, order: str = "", form: forms.Form | None = None, **more: Any
) -> HttpResponse:
    """The page of a draft, with the form of an order open when one is given."""
    language, name = language_of_page(), draft.rulebook.name
    context: dict[str, Any] = {
        "draft": draft,
        "draft_id": draft.pk,
        "title": title_by_name(name, language),
        "rulebook_url": reverse("rulebook", args=[name]),
        "shown": life.draft_shown(draft, language),
        "based_on": draft.base.number if draft.base else 0,
        "steps": steps_of(draft),
        "editable": may_edit(draft, request.viewer),
        "dry_run": dry_run_of(draft, request.viewer, language),
        "orders": [each for key in ORDERS if (each := _offer(request, draft, key)) is not None],
        "order": order if form is not None else "",
        "giving": ORDERS.get(order) if form is not None else None,
        "order_form": form,
        "may_try": may_still(draft) and may_try(request, draft),
        "tried_on_book": is_tried(draft),
        "why_not": why_not_approve(draft, request.viewer),
        "file_form": FileForm(),
        "sheet_url": reverse("draft-file", args=[draft.pk, "xlsx"]),
        "dmn_url": reverse("draft-file", args=[draft.pk, "dmn"]),
        "overtaken": _overtaken(draft),
        **_content(request, draft),
        **more,
    }
    is_refused = form is not None and form.is_bound
    return page(request, "rulebook_draft.html", context, here="rules", code=422 if is_refused else 200)


def _content(request: DeskRequest, draft: RuleDraft) -> dict[str, Any]:
    """Tables, findings and differences; for a text that cannot be read only why."""
    name = draft.rulebook.name
    try:
        rules = policy.as_if_in_force(draft)
        tables = tables_of(request, rules.loaded, name=name, url=reverse("draft", args=[draft.pk]))
        changes = changes_shown(policy.draft_differences(draft), rules.model, language_of_page())
        return {**tables, "changes": changes}
    except ModelError as error:
        return {"findings": problems_shown(error.problems, None, language_of_page()), "unreadable": True, "changes": []}


def _overtaken(draft: RuleDraft) -> int:
    """The number of a version that was published since the draft was begun; 0 when none was."""
    latest = policy.latest_version(draft.rulebook.name, scope=draft.rulebook.scope)
    return latest.number if latest is not None and may_still(draft) and latest.pk != draft.base_id else 0


def may_still(draft: RuleDraft) -> bool:
    """Whether anything can still be done with a draft."""
    return draft.state not in (RuleDraft.State.PUBLISHED, RuleDraft.State.WITHDRAWN)


def may_try(request: DeskRequest, draft: RuleDraft) -> bool:
    """Whether the viewer may have a draft tried on the book."""
    asks = request.viewer.may(Action.PROPOSE_RULES) or request.viewer.may(Action.PUBLISH_RULES)
    return asks and draft.dry_run != RuleDraft.DryRun.RUNNING


@_SEE
def draft_file(_request: DeskRequest, draft_id: int, ending: str) -> HttpResponse:
    """The draft's latest text as a file."""
    draft = found_draft(draft_id)
    try:
        rules = policy.as_if_in_force(draft)
    except ModelError:
        if ending != "dmn":
            raise Http404 from None
        answer = HttpResponse(policy.draft_text(draft), content_type="application/xml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="draft-{draft.pk}.dmn"'
        return answer
    return file_of(rules, draft.rulebook.name, ending, f"draft-{draft.pk}-{draft.revision}")


@_PROPOSE
def draft_upload(request: DeskRequest, draft_id: int) -> HttpResponse:
    """An edited spreadsheet or DMN file becomes the draft's next text."""
    draft = found_draft(draft_id)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_draft(request, draft, order="upload", form=form, file_form=form)
    file = form.cleaned_data["file"]
    common: dict[str, Any] = {"revision": revision_shown(request), "by": request.user, "at": now()}
    try:
        if file.name.lower().endswith(".xlsx"):
            orders.save_spreadsheet(draft.pk, sheet=file.read(), file_name=file.name, **common)
        else:
            orders.save_draft(draft.pk, dmn=file.read(), **common)
    except RulesUnsound as refusal:
        form.refuse(refusal)
        problems = problems_shown(refusal.problems, None, language_of_page())
        return show_draft(request, draft, order="upload", form=form, file_form=form, file_problems=problems)
    except PolicyRefusal as refusal:
        form.refuse(refusal)
        return show_draft(request, draft, order="upload", form=form, file_form=form)
    return done(request, _("Saved. Look at what changes, then try it on the book."), "draft", draft.pk)


def revision_shown(request: DeskRequest) -> int:
    """The revision that the page showed when the form was made."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


# --- orders -----------------------------------------------------------------------------------------------------------

FormOf = Callable[[DeskRequest, RuleDraft, Any], forms.Form]
CarryOut = Callable[[DeskRequest, RuleDraft, dict[str, Any]], object]


class Order(NamedTuple):
    """One order on a draft: who may, in which states, its form, how it is carried out, what is said afterwards."""

    action: Action
    states: tuple[str, ...]
    label: Any
    happens: Any
    form: FormOf
    carry_out: CarryOut
    said: Any


class Offer(NamedTuple):
    """An order that the reader could give."""

    name: str
    label: str
    happens: str


def _plain(_request: DeskRequest, _draft: RuleDraft, data: Any) -> forms.Form:
    return DeskForm(data)


def _reason(_request: DeskRequest, _draft: RuleDraft, data: Any) -> forms.Form:
    return ReasonForm(data)


def _submit_form(_request: DeskRequest, draft: RuleDraft, data: Any) -> forms.Form:
    found = policy.check_draft(draft)
    labels = {} if any(finding.blocks for finding in found) else labels_of(policy.as_if_in_force(draft).model)
    warnings = [(finding.key, _warning(finding, labels)) for finding in found if not finding.blocks]
    return SubmitForm(data, warnings=warnings)


def _warning(finding: policy.Finding, labels: dict[str, str]) -> str:
    example = facts_in_words(finding.problem.example, labels, language_of_page())
    said = f"{finding.problem.table} {words_of(finding.problem)}".strip()
    return f"{said} ({example})" if example else said


def _approve_form(_request: DeskRequest, draft: RuleDraft, data: Any) -> forms.Form:
    return ApproveForm(data, day=first_day_for(draft))


def first_day_for(draft: RuleDraft) -> date:
    """The day proposed for the start: tomorrow, whose run is the first that could obey, or the latest version's day."""
    tomorrow = working_day(casework.book_date()) + timedelta(days=1)
    latest = policy.latest_version(draft.rulebook.name, scope=draft.rulebook.scope)
    return max(tomorrow, latest.in_force_from) if latest is not None else tomorrow


def _submit(request: DeskRequest, draft: RuleDraft, given: dict[str, Any]) -> object:
    acknowledged = given.get("acknowledged", [])
    return orders.submit_draft(
        draft.pk, revision=revision_shown(request), acknowledged=acknowledged, by=request.user, at=now()
    )


def _approve(request: DeskRequest, draft: RuleDraft, given: dict[str, Any]) -> object:
    return orders.approve_draft(
        draft.pk,
        revision=revision_shown(request),
        in_force_from=given["in_force_from"],
        by=request.user,
        at=now(),
        today=working_day(casework.book_date()),
    )


def _reject(request: DeskRequest, draft: RuleDraft, given: dict[str, Any]) -> object:
    return orders.reject_draft(draft.pk, revision=revision_shown(request), why=given["why"], by=request.user, at=now())


def _withdraw(request: DeskRequest, draft: RuleDraft, given: dict[str, Any]) -> object:
    return orders.withdraw_draft(draft.pk, why=given["why"], by=request.user, at=now())


def _reopen(request: DeskRequest, draft: RuleDraft, _given: dict[str, Any]) -> object:
    return orders.reopen_draft(draft.pk, by=request.user, at=now())


def _rebase(request: DeskRequest, draft: RuleDraft, _given: dict[str, Any]) -> object:
    return orders.rebase_draft(draft.pk, revision=revision_shown(request), by=request.user, at=now())


_WRITING = (RuleDraft.State.DRAFT, RuleDraft.State.REJECTED)
_OPEN = (*_WRITING, RuleDraft.State.SUBMITTED)

ORDERS: dict[str, Order] = {
    "submit": Order(
        Action.PROPOSE_RULES, (RuleDraft.State.DRAFT,), gettext_lazy("Give it to a second person"),
        gettext_lazy("Somebody else reads it and agrees or sends it back. Until then nothing changes."),
        _submit_form, _submit, gettext_lazy("A second person is asked now."),
    ),
    "approve": Order(
        Action.PUBLISH_RULES, (RuleDraft.State.SUBMITTED,), gettext_lazy("Agree and publish"),
        gettext_lazy("From that day on decisions are taken by these rules. Earlier decisions keep their version. "
                     "You can go back in one click."),
        _approve_form, _approve, gettext_lazy("Published. Decisions from that day on show this version."),
    ),
    "reject": Order(
        Action.PUBLISH_RULES, (RuleDraft.State.SUBMITTED,), gettext_lazy("Send it back"),
        gettext_lazy("It goes back to whoever proposed it, with your reason. Nothing changes."),
        _reason, _reject, gettext_lazy("Sent back."),
    ),
    "reopen": Order(
        Action.PROPOSE_RULES, (RuleDraft.State.SUBMITTED,), gettext_lazy("Take it back to work on it"),
        gettext_lazy("It is a draft again and must be given to a second person anew."),
        _plain, _reopen, gettext_lazy("It is a draft again."),
    ),
    "rebase": Order(
        Action.PROPOSE_RULES, _WRITING, gettext_lazy("Compare with the version in force"),
        gettext_lazy("The draft keeps its text and is compared with the newer version from now on. "
                     "Look at what changes."),
        _plain, _rebase, gettext_lazy("The draft is compared with the newer version now."),
    ),
    "withdraw": Order(
        Action.PROPOSE_RULES, _OPEN, gettext_lazy("Give it up"),
        gettext_lazy("The draft ends and stays to be read. Nothing changes."),
        _reason, _withdraw, gettext_lazy("The draft is withdrawn."),
    ),
}  # fmt: skip


def offered(request: DeskRequest, draft: RuleDraft, order: str) -> bool:
    """Whether an order could be given as things stand."""
    each = ORDERS[order]
    if not request.viewer.may(each.action) or draft.state not in each.states:
        return False
    if order == "approve":
        return policy.may_approve(draft, request.viewer)
    if order == "submit":
        return is_tried(draft)
    return order != "rebase" or bool(_overtaken(draft))


def _offer(request: DeskRequest, draft: RuleDraft, order: str) -> Offer | None:
    if not offered(request, draft, order):
        return None
    return Offer(order, str(ORDERS[order].label), str(ORDERS[order].happens))


@staff_only(Action.PROPOSE_RULES, Action.PUBLISH_RULES, methods=("POST",))
def draft_order(request: DeskRequest, draft_id: int, order: str) -> HttpResponse:
    """Carries out an order on a draft, or shows its form again with what is wrong."""
    if order not in ORDERS:
        raise Http404
    each = ORDERS[order]
    if not request.viewer.may(each.action):
        raise PermissionDenied
    draft = found_draft(draft_id)
    form = each.form(request, draft, request.POST)
    if form.is_valid():
        try:
            each.carry_out(request, draft, dict(form.cleaned_data))
        except PolicyRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, str(each.said), "draft", draft.pk)
    return show_draft(request, found_draft(draft_id), order=order, form=form)
