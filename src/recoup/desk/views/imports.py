"""Imports: give a file, look at it, say how it is to be read, try it, read it, see what came of it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recoup.book import queries as book
from recoup.book.imports import rejects_folder
from recoup.book.jobs import read_upload
from recoup.book.models import ImportRun
from recoup.book.operations import uploads
from recoup.desk.access import DeskRequest, staff_only
from recoup.desk.column_words import column_text
from recoup.desk.forms.imports import KINDS, ColumnsForm, ReadingForm, UploadForm
from recoup.desk.import_preview import (
    Look,
    book_columns,
    guessed,
    has_own_columns,
    is_common,
    look_at,
    mapping_text,
)
from recoup.desk.pages import done, now, page, refused
from recoup.desk.refusals import in_words
from recoup.people.permissions import Action
from recoup.portfolio.mapping import MappingRefused, mapping_from
from recoup.portfolio.reasons import Reason

_FIGURES = ("rows", "accepted", "repeated", "rejected", "debts", "debtors", "payments")
_SHOWN = 20
_ONLY = staff_only(Action.IMPORT)
_ONLY_POST = staff_only(Action.IMPORT, methods=("POST",))


@_ONLY
def import_list(request: DeskRequest) -> HttpResponse:
    """Past imports, and a form for the next file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = uploads.keep_upload(file.name, file.chunks(), by=request.user, at=now())
        return redirect("import", run.pk)
    before = request.GET.get("before", "")
    runs = book.import_runs(_whose(request), int(before) if before.isdecimal() else None, _SHOWN)
    context = {
        "form": form,
        "runs": [(run, _state(run)) for run in runs[:_SHOWN]],
        "before": runs[_SHOWN - 1].pk if len(runs) > _SHOWN else None,
    }
    return page(request, "imports.html", context, here="imports", code=422 if form.is_bound else 200)


def _whose(request: DeskRequest) -> int | None:
    """Files hold the debtors of every branch: only administrators see what others imported."""
    return None if request.viewer.may(Action.ADMINISTER) else request.viewer.staff_id


def _found(request: DeskRequest, run_id: int) -> ImportRun:
    run = book.import_run(run_id)
    own = _whose(request)
    if run is None or (own is not None and run.by_id != own):
        raise Http404
    return run


def _state(run: ImportRun) -> str:
    """Where an import stands: new, waiting, reading, done, or failed."""
    if run.finished_at is not None:
        return "done"
    if run.report.get("state") == uploads.NEW:
        return "new"
    if run.failure:
        return "failed"
    return "reading" if run.rows_total is not None else "waiting"


@_ONLY
def import_page(request: DeskRequest, run_id: int) -> HttpResponse:
    """One import: before it is read, while it is read, afterwards. A POST says how to read the file."""
    run = _found(request, run_id)
    state = _state(run)
    if state == "new":
        if request.headers.get("HX-Request"):
            # A trial is over: the page that waited for it becomes the page that shows what it found.
            return HttpResponse(headers={"HX-Redirect": reverse("import", args=[run.pk])})
        return _describe(request, run)
    context = {
        "run": run,
        "state": state,
        "figures": _figures(run),
        "warnings": [in_words(warning) for warning in run.report.get("warnings", [])],
        "share": round(100 * run.rows_read / run.rows_total) if run.rows_total else 0,
    }
    template = "import_progress.html" if request.headers.get("HX-Request") else "import.html"
    return page(request, template, context, here="imports")


def _figures(run: ImportRun) -> list[tuple[str, str]]:
    labels = {
        "rows": _("Rows"),
        "accepted": _("Accepted"),
        "repeated": _("Known already"),
        "rejected": _("Rejected"),
        "debts": _("Debts"),
        "debtors": _("Debtors"),
        "payments": _("Payments"),
    }
    return [(labels[name], f"{run.report[name]:,}") for name in _FIGURES if name in run.report]


def _describe(request: DeskRequest, run: ImportRun, columns: ColumnsForm | None = None) -> HttpResponse:
    known = {name: run.report.get(name, "") for name in ("file_kind", "encoding", "delimiter")}
    posted = request.POST if request.method == "POST" and columns is None else None
    form = ReadingForm(posted, request.FILES or None, initial={**known, "as_of": run.as_of})
    if posted is not None and form.is_valid():
        given = dict(form.cleaned_data)
        mapping = given.pop("mapping_file") or ("" if "forget_mapping" in request.POST else run.mapping)
        uploads.describe_upload(run, mapping=mapping, as_of=given.pop("as_of"), **given)
        return done(request, _("Noted. Look at the first rows again, then try or import."), "import", run.pk)
    look = look_at(uploads.path_of(run), run)
    preview = look.preview
    problem = preview.problem if preview is not None else look.refused
    context = {
        "run": run,
        "form": form,
        "preview": preview,
        "is_whole": look.is_whole,
        "problem": _in_words(problem) if problem else "",
        "faults": [(fault.number, fault.column, _in_words(fault.reason)) for fault in preview.faults]
        if preview
        else [],
        "failure": _failure(run),
        "needs_mapping": preview is not None and has_own_columns(preview) and not run.mapping,
        "tried": _figures(run) if run.report.get("dry_run") and "rows" in run.report else [],
        **_choices(request, run, look, columns),
    }
    at_fault = (form.is_bound and not form.is_valid()) or columns is not None
    return page(request, "import_new.html", context, here="imports", code=422 if at_fault else 200)


def _in_words(problem: Reason | str) -> str:
    return _said(problem.template, problem.values) if isinstance(problem, Reason) else problem


def _said(template: str, values: dict[str, Any]) -> str:
    return _(template) % values if values else _(template)


def _failure(run: ImportRun) -> str:
    why = run.report.get("refused")
    return _said(why["template"], why["values"]) if why else run.failure


def _choices(request: DeskRequest, run: ImportRun, look: Look, columns: ColumnsForm | None) -> dict[str, Any]:
    """The choice of columns: for each column of the book, a column of the file or a constant."""
    kind = request.POST.get("kind") or request.GET.get("kind") or run.report.get("file_kind") or "book"
    kind = kind if kind in {"book", "payments", "parties", "collateral"} else "book"
    chosen, constants = _known_mapping(run)
    likely = guessed(look.preview) if not run.mapping else {}
    rows = [
        {
            "name": name,
            "words": column_text(name),
            "must": must,
            "chosen": request.POST.get(f"column-{name}", chosen.get(name, likely.get(name, ""))),
            "constant": request.POST.get(f"constant-{name}", constants.get(name, "")),
        }
        for name, must in book_columns(kind)
    ]
    return {
        "columns_form": columns or ColumnsForm(initial={"kind": kind}),
        "column_rows": [row for row in rows if _comes_first(row)],
        "more_rows": [row for row in rows if not _comes_first(row)],
        "open_columns": bool(columns) or "kind" in request.GET,
        "kinds": [(name, label, name == kind) for name, label in KINDS if name],
    }


def _comes_first(row: dict[str, Any]) -> bool:
    return bool(row["must"] or row["chosen"] or row["constant"] or is_common(row["name"]))


def _known_mapping(run: ImportRun) -> tuple[dict[str, str], dict[str, str]]:
    if not run.mapping:
        return {}, {}
    try:
        entries = mapping_from(run.mapping).columns
    except MappingRefused:
        return {}, {}
    columns = {name: entry.column for name, entry in entries.items() if entry.column}
    return columns, {name: entry.constant for name, entry in entries.items() if entry.constant is not None}


@_ONLY_POST
def map_columns(request: DeskRequest, run_id: int) -> HttpResponse:
    """Keeps the mapping that the choices make."""
    run = _found(request, run_id)
    if _state(run) != "new":
        raise Http404
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        return _describe(request, run, form)
    given = form.cleaned_data
    kind = given["kind"]
    names = [name for name, _must in book_columns(kind)]
    try:
        text = mapping_text(
            kind,
            {name: request.POST.get(f"column-{name}", "") for name in names},
            {name: request.POST.get(f"constant-{name}", "").strip() for name in names},
            date_format=given["date_format"],
            decimal=given["decimal"],
        )
    except MappingRefused as error:
        form.add_error(None, str(error))
        return _describe(request, run, form)
    known = {name: run.report.get(name, "") for name in ("encoding", "delimiter")}
    uploads.describe_upload(run, mapping=text, as_of=run.as_of, file_kind=kind, **known)
    return done(request, _("The mapping is kept. Try it before you import."), "import", run.pk)


@_ONLY
def mapping_file(request: DeskRequest, run_id: int) -> HttpResponse:
    """The mapping as a file, for the command line and for the next time."""
    run = _found(request, run_id)
    if not run.mapping:
        raise Http404
    answer = HttpResponse(run.mapping, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mapping.toml"'
    return answer


@_ONLY_POST
def start_import(request: DeskRequest, run_id: int) -> HttpResponse:
    """Hands the file to the background job: to read it, or only to try."""
    run = _found(request, run_id)
    if _state(run) != "new" or not run.stored_file:
        return refused(request, _("This file was read or is being read."), "import", run.pk)
    if uploads.queue_upload(run, dry_run="try" in request.POST, by=request.user, at=now()):
        read_upload.enqueue(run.pk)
    return redirect("import", run.pk)


@_ONLY
def rejects_file(request: DeskRequest, run_id: int) -> HttpResponseBase:
    """The rows that were not taken, with the reason beside each; mended, they can be imported."""
    run = _found(request, run_id)
    path = rejects_folder() / run.rejects_file
    if not run.rejects_file or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=run.rejects_file, content_type="text/csv")
