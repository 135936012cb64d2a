"""What a draft would do to today's book: figures with their base, a picture of each kind of change, and the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recoup.book.wording import date_text
from recoup.casework import queries as casework
from recoup.casework.models import Case
from recoup.desk.rows import person_of
from recoup.desk.rulebooks.flow import Flow, flow_of
from recoup.desk.rulebooks.move_words import answer_of, what_words
from recoup.people.permissions import Viewer
from recoup.policy.models import RuleDraft

#: A table of more answers than this is read by nobody: the largest are shown, the list has all.
_ANSWERS_MAX = 9
#: Longer answers do not fit beside a bar: their moves are told line by line.
_LABEL_MAX = 16
_CASES_SHOWN = 60
_CASES_READ = 500


class Figure(NamedTuple):
    """One figure of the strip."""

    label: str
    value: str
    remark: str


class MatrixCell(NamedTuple):
    """How many go from one answer to another; ``kind`` is moved or nil."""

    cases: str
    kind: str


class MatrixLine(NamedTuple):
    """One old answer with where its cases go."""

    name: str
    cells: tuple[MatrixCell, ...]


class Group(NamedTuple):
    """One kind of change: its picture and the same numbers as a table."""

    title: str
    remark: str
    words: str
    flow: Flow | None
    columns: tuple[str, ...]
    lines: tuple[MatrixLine, ...]
    moves: tuple[tuple[str, str, str], ...]


class CaseShown(NamedTuple):
    """One case that would be treated otherwise, in one respect."""

    person: str
    ref: str
    url: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DryRunShown:
    """How the trial stands and what it found."""

    state: str
    is_fresh: bool
    failure: str
    sentence: str = ""
    base: str = ""
    figures: tuple[Figure, ...] = ()
    groups: tuple[Group, ...] = ()
    cases: tuple[CaseShown, ...] = ()
    cases_remark: str = ""


def dry_run_of(draft: RuleDraft, viewer: Viewer, language: str) -> DryRunShown:
    """Where the trial stands and, when it is over, what it found; cases within the viewer's sight only."""
    is_fresh = draft.dry_run_revision == draft.revision
    if draft.dry_run != RuleDraft.DryRun.DONE:
        return DryRunShown(draft.dry_run, is_fresh, draft.dry_run_failure)
    figures = draft.dry_run_figures
    cases, remark = _cases(figures, viewer, language)
    return DryRunShown(
        state=draft.dry_run,
        is_fresh=is_fresh,
        failure="",
        sentence=sentence_of(figures),
        base=_base(figures, draft.dry_run_book_on, language),
        figures=_strip(figures, draft.dry_run_book_on, language),
        groups=tuple(_group(each, language) for each in figures.get("changes", [])),
        cases=cases,
        cases_remark=remark,
    )


def sentence_of(figures: Mapping[str, Any]) -> str:
    """The finding in one sentence, with its base."""
    total, otherwise = int(figures.get("cases", 0)), int(figures.get("otherwise", 0))
    if figures.get("unused"):
        return _("Nothing decides by this rulebook yet, so that nobody is treated otherwise.")
    if not otherwise:
        return _("Nobody of %(total)s would be treated otherwise.") % {"total": f"{total:,}"}
    said = ngettext(
        "%(count)s of %(total)s would be treated otherwise.",
        "%(count)s of %(total)s would be treated otherwise.",
        otherwise,
    )
    return said % {"count": f"{otherwise:,}", "total": f"{total:,}"}


def _base(figures: Mapping[str, Any], book_on: date | None, language: str) -> str:
    day = date_text(book_on, language, "short") if book_on else "–"
    return _("%(total)s looked at, book of %(day)s") % {"total": f"{int(figures.get('cases', 0)):,}", "day": day}


def _strip(figures: Mapping[str, Any], book_on: date | None, language: str) -> tuple[Figure, ...]:
    total, otherwise = int(figures.get("cases", 0)), int(figures.get("otherwise", 0))
    share = f"{100 * otherwise / total:.1f}" if total else "0"
    day = date_text(book_on, language) if book_on else "–"
    return (
        Figure(_("Looked at"), f"{total:,}", _("open cases and late debtors, book of %(day)s") % {"day": day}),
        Figure(_("Treated otherwise"), f"{otherwise:,}", _("%(share)s %% of them") % {"share": share}),
        Figure(_("In so many respects"), f"{int(figures.get('lines', 0)):,}", ""),
        Figure(_("As before"), f"{total - otherwise:,}", ""),
    )


def _group(change: Mapping[str, Any], language: str) -> Group:
    what = str(change["what"])
    moves: dict[tuple[str, str], int] = {}
    for old, new, count in change.get("moves", []):
        pair = (answer_of(what, old, language), answer_of(what, new, language))
        moves[pair] = moves.get(pair, 0) + int(count)
    kept = dict(sorted(moves.items(), key=lambda item: -item[1])[: _ANSWERS_MAX * 2])
    olds, news = _ends(kept, 0), _ends(kept, 1)
    left_out = int(change.get("moves_left_out", 0)) + sum(moves.values()) - sum(kept.values())
    number = int(change["count"])
    remark = ngettext("%(count)s change", "%(count)s changes", number) % {"count": f"{number:,}"}
    is_short = all(len(name) <= _LABEL_MAX for name in (*olds, *news))
    if left_out:
        remark += _(", %(count)s of them not in the picture") % {"count": f"{left_out:,}"}
    return Group(
        title=what_words(what),
        remark=remark,
        words=_("; ").join(f"{old} → {new}: {count:,}" for (old, new), count in kept.items()),
        flow=flow_of(kept) if is_short else None,
        columns=news,
        lines=tuple(MatrixLine(old, tuple(_cell(kept.get((old, new), 0)) for new in news)) for old in olds),
        moves=tuple((old, new, f"{count:,}") for (old, new), count in kept.items()),
    )


def _ends(moves: Mapping[tuple[str, str], int], side: int) -> tuple[str, ...]:
    return tuple(sorted({pair[side] for pair in moves}))


def _cell(count: int) -> MatrixCell:
    return MatrixCell(f"{count:,}", "moved") if count else MatrixCell("–", "nil")


def _cases(figures: Mapping[str, Any], viewer: Viewer, language: str) -> tuple[tuple[CaseShown, ...], str]:
    """The listed changes of cases that the viewer may see, and how many others there are."""
    lines: Sequence[Mapping[str, Any]] = figures.get("list", [])[:_CASES_READ]
    keys = {line["case"] for line in lines if line.get("case")}
    seen = {case.pk: case for case in casework.cases_seen_by(viewer).filter(pk__in=keys).select_related("debtor")}
    shown = [line for line in lines if line.get("case") in seen]
    rows = tuple(_case(line, seen[line["case"]], language) for line in shown[:_CASES_SHOWN])
    hidden = int(figures.get("lines", 0)) - len(rows)
    remark = _("the first %(count)s") % {"count": len(rows)} if len(shown) > len(rows) else ""
    if hidden > 0:
        more = ngettext("%(count)d more not listed here", "%(count)d more not listed here", hidden) % {"count": hidden}
        remark = f"{remark} · {more}" if remark else more
    return rows, remark


def _case(line: Mapping[str, Any], case: Case, language: str) -> CaseShown:
    what = str(line["what"])
    debt = f" {line['debt']}" if line.get("debt") else ""
    return CaseShown(
        person=person_of(case.debtor),
        ref=case.ref,
        url=reverse("case", args=[case.pk]),
        what=what_words(what) + debt,
        old=answer_of(what, str(line["old"]), language),
        new=answer_of(what, str(line["new"]), language),
    )
