"""Rulebooks: the list, the readable page of each, its versions, files to take along, and going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recoup.casework import queries as casework
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.forms.rulebooks import ProposeForm, ReasonForm
from recoup.desk.pages import done, language_of_page, now, page, working_day
from recoup.desk.rulebooks import life
from recoup.desk.rulebooks.answer_words import citation_words
from recoup.desk.rulebooks.content import tables_of
from recoup.desk.rulebooks.overview import lines_of, waiting_lines
from recoup.desk.rulebooks.problem_words import problems_shown
from recoup.desk.rulebooks.sheet import title_of
from recoup.desk.rulebooks.staff_words import owner_words
from recoup.people.permissions import Action
from recoup.policy import operations as orders
from recoup.policy import queries as policy
from recoup.policy.models import RulebookVersion
from recoup.policy.refusals import PolicyRefusal, RulebookUnreadable, RulesUnsound, UnknownRulebook
from recoup.tables.write.spreadsheet import to_xlsx

_SEE = staff_only(Action.SEE_RULEBOOKS, methods=("GET", "HEAD"))
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DMN = "application/xml; charset=utf-8"


@_SEE
def rulebook_list(request: DeskRequest) -> HttpResponse:
    """Every rulebook: what is in force since when, how the check stands, what is on the way, what waits for me."""
    language, on = language_of_page(), working_day(casework.book_date())
    context = {
        "waiting": waiting_lines(policy.waiting_for(request.viewer), language),
        "lines": lines_of(policy.rulebooks_list(on), on, language),
    }
    return page(request, "rulebook_list.html", context, here="rules")


@_SEE
def rulebook(request: DeskRequest, name: str) -> HttpResponse:
    """One rulebook as it holds today, with its history and a trial."""
    proposing = ProposeForm() if "propose" in request.GET and request.viewer.may(Action.PROPOSE_RULES) else None
    return _page_of(request, name, proposing=proposing)


def _in_force(name: str) -> policy.InForce:
    try:
        return policy.in_force(name, working_day(casework.book_date()))
    except UnknownRulebook:
        raise Http404 from None


def _page_of(request: DeskRequest, name: str, *, proposing: ProposeForm | None, **more: Any) -> HttpResponse:
    try:
        rules = _in_force(name)
    except RulebookUnreadable as refusal:
        return page(request, "rulebook_unreadable.html", {"name": name, "refusal": str(refusal)}, here="rules")
    language = language_of_page()
    version = policy.version_by_id(rules.version_id) if rules.version_id else None
    context = {
        **tables_of(request, rules.loaded, name=name, url=reverse("rulebook", args=[name])),
        **_particulars(request, rules, version),
        "version": {"number": rules.number, "is_old": False},
        "drafts": life.drafts_shown(policy.open_drafts(name), language),
        "proposing": proposing,
        "sheet_url": reverse("rulebook-file", args=[name, "xlsx"]),
        "dmn_url": reverse("rulebook-file", args=[name, "dmn"]),
        **more,
    }
    return page(request, "rulebook.html", context, here="rules", code=422 if proposing and proposing.is_bound else 200)


def _particulars(request: DeskRequest, rules: policy.InForce, version: RulebookVersion | None) -> dict[str, Any]:
    """Title, the line below it, and the history."""
    language, about = language_of_page(), rules.model.about
    on = working_day(casework.book_date())
    facts = [
        _("Version %(number)s since %(day)s")
        % {"number": rules.number, "day": life.day_text(rules.in_force_from, language)}
        if rules.number
        else _("As shipped with Recoup"),
        _("owner: %(name)s") % {"name": owner_words(about["owner"])} if about.get("owner") else "",
    ]
    shown = version.pk if version else None
    return {
        "title": title_of(rules.model, language),
        "citation": citation_words(about.get("citation", "")),
        "facts": [fact for fact in facts if fact],
        "versions": life.versions_shown(policy.history(rules.rulebook, on), request.viewer, language, shown=shown),
    }


@staff_only(Action.PROPOSE_RULES, methods=("POST",))
def propose(request: DeskRequest, name: str) -> HttpResponse:
    """A draft is begun: from the rules in force, or from a file that somebody edited."""
    _in_force(name)
    form = ProposeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page_of(request, name, proposing=form)
    given = form.cleaned_data
    file = given["file"]
    common: dict[str, Any] = {"why": given["why"], "key": given["key"], "by": request.user, "at": now()}
    try:
        if file is None:
            draft = orders.propose_draft(name, **common)
        elif file.name.lower().endswith(".xlsx"):
            draft = orders.propose_spreadsheet(name, sheet=file.read(), file_name=file.name, **common)
        else:
            draft = orders.propose_draft(name, dmn=file.read(), **common)
    except RulesUnsound as refusal:
        form.refuse(refusal)
        problems = problems_shown(refusal.problems, None, language_of_page())
        return _page_of(request, name, proposing=form, problems=problems)
    except PolicyRefusal as refusal:
        form.refuse(refusal)
        return _page_of(request, name, proposing=form)
    return done(request, _("The draft is begun. Nothing changes before it is published."), "draft", draft.pk)


@_SEE
def rulebook_file(_request: DeskRequest, name: str, ending: str) -> HttpResponse:
    """The rules in force as a spreadsheet or as DMN."""
    rules = _in_force(name)
    return file_of(rules, name, ending, f"v{rules.number}")


def file_of(rules: policy.InForce, name: str, ending: str, which: str) -> HttpResponse:
    """Rules as a file to take along."""
    if ending == "xlsx":
        answer = HttpResponse(to_xlsx(rules.model), content_type=_XLSX)
    elif ending == "dmn":
        answer = HttpResponse(rules.loaded.text, content_type=_DMN)
    else:
        raise Http404
    saved_as = f"{name.replace('/', '-')}-{which}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    return answer


def _version(version_id: int) -> RulebookVersion:
    version = policy.version_by_id(version_id)
    if version is None:
        raise Http404
    return version


@_SEE
def version_page(request: DeskRequest, version_id: int) -> HttpResponse:
    """One published version as it stood, whether it holds today or not."""
    version = _version(version_id)
    order = request.GET.get("do", "")
    form = _order_form(version, order) if order in ORDERS else None
    return _version_page(request, version, order, form)


def _version_page(request: DeskRequest, version: RulebookVersion, order: str, form: ReasonForm | None) -> HttpResponse:
    name = version.rulebook.name
    try:
        rules = policy.version_loaded(version, name)
    except RulebookUnreadable as refusal:
        return page(request, "rulebook_unreadable.html", {"name": name, "refusal": str(refusal)}, here="rules")
    url = reverse("rulebook-version", args=[version.pk])
    particulars = _particulars(request, rules, version)
    standing = next((each for each in particulars["versions"] if each.is_shown), None)
    is_now = standing is not None and standing.state == "now"
    context = {
        **tables_of(request, rules.loaded, name=name, url=url),
        **particulars,
        "version": {
            "number": version.number,
            "key": version.pk,
            "is_old": True,
            "remark": _remark(version, is_now=is_now),
        },
        "is_now": is_now,
        "rulebook_url": reverse("rulebook", args=[name]),
        "why": version.why,
        "who": life.people_of(version),
        "changes": life.changes_of(version, language_of_page()),
        "order": order if form is not None else "",
        "order_form": form,
        "order_words": _order_words(order, version) if form is not None else {},
        "sheet_url": reverse("rulebook-version-file", args=[version.pk, "xlsx"]),
        "dmn_url": reverse("rulebook-version-file", args=[version.pk, "dmn"]),
    }
    return page(
        request, "rulebook.html", context, here="rules", code=422 if form is not None and form.is_bound else 200
    )


def _remark(version: RulebookVersion, *, is_now: bool) -> str:
    day = life.day_text(version.in_force_from, language_of_page())
    if is_now:
        return _("This version holds since %(day)s.") % {"day": day}
    if getattr(version, "withdrawal", None) is not None:
        return _("This version was withdrawn before it began.")
    if version.in_force_from > working_day(casework.book_date()):
        return _("This version will hold from %(day)s.") % {"day": day}
    return _(
        "This is how the rules stood from %(day)s. They hold no more; decisions of that time were taken by them."
    ) % {"day": day}


@_SEE
def version_file(_request: DeskRequest, version_id: int, ending: str) -> HttpResponse:
    """A published version as a file."""
    version = _version(version_id)
    rules = policy.version_loaded(version, version.rulebook.name)
    return file_of(rules, version.rulebook.name, ending, f"v{version.number}")


Order = Callable[[DeskRequest, RulebookVersion, str], object]


def _back(request: DeskRequest, version: RulebookVersion, why: str) -> object:
    today = working_day(casework.book_date())
    return orders.go_back(version.pk, why=why, by=request.user, at=now(), today=today)


def _withdraw(request: DeskRequest, version: RulebookVersion, why: str) -> object:
    today = working_day(casework.book_date())
    return orders.withdraw_version(version.pk, why=why, by=request.user, at=now(), today=today)


def _seen(request: DeskRequest, version: RulebookVersion, _why: str) -> object:
    return orders.look_again(version.pk, by=request.user, at=now())


ORDERS: dict[str, tuple[tuple[Action, ...], Order]] = {
    "back": ((Action.PUBLISH_RULES,), _back),
    "withdraw": ((Action.PUBLISH_RULES,), _withdraw),
    "seen": ((Action.PUBLISH_RULES, Action.PROPOSE_RULES), _seen),
}


def _order_form(version: RulebookVersion, order: str, data: Any = None) -> ReasonForm:
    form = ReasonForm(data)
    if order == "seen":
        del form.fields["why"]
    elif order == "back":
        form.fields["why"].initial = _("Back from version %(number)s") % {"number": version.number}
    return form


def _order_words(order: str, version: RulebookVersion) -> dict[str, str]:
    """What an order is called, what will happen by it and when, and what is said afterwards."""
    number = {"number": version.number}
    words = {
        "back": (
            _("Go back"),
            _("What held before version %(number)s holds again at once, as a new version. The next run of the day "
              "obeys. Decisions taken under version %(number)s keep it. A second person is asked to look at it later."),
            _("The earlier rules hold again from today."),
        ),
        "withdraw": (
            _("Withdraw"),
            _("Version %(number)s will not come into force; what holds today goes on."),
            _("The version is withdrawn. What holds today goes on."),
        ),
        "seen": (
            _("I have seen it"),
            _("Somebody went back to earlier rules alone. Say that you have seen it."),
            _("Noted."),
        ),
    }[order]  # fmt: skip
    return {"button": words[0], "happens": words[1] % number, "said": words[2]}


@staff_only(Action.SEE_RULEBOOKS, methods=("POST",))
def version_order(request: DeskRequest, version_id: int, order: str) -> HttpResponse:
    """Goes back, withdraws, or notes that somebody saw a going back."""
    if order not in ORDERS:
        raise Http404
    actions, carry_out = ORDERS[order]
    if not any(request.viewer.may(action) for action in actions):
        raise PermissionDenied
    version = _version(version_id)
    form = _order_form(version, order, request.POST)
    if form.is_valid():
        try:
            carry_out(request, version, form.cleaned_data.get("why", ""))
        except PolicyRefusal as refusal:
            form.refuse(refusal)
        else:
            said = _order_words(order, version)["said"]
            return done(request, said, "rulebook", version.rulebook.name)
    return _version_page(request, version, order, form)
