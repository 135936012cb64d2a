"""Reads of one case, one debtor, one debt: the object itself, its people, and everything that happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from recoup.book.models import Debt, Debtor, Pause
from recoup.casework.models import Case, CaseStage, DayRun, Note, TeamMember
from recoup.casework.queries.sight import cases_seen_by, debtors_seen_by, debts_seen_by
from recoup.casework.queries.worklist import LONG_TEXTS
from recoup.contact.models import Attempt, Stop
from recoup.people.permissions import Viewer

#: Attempts and notes older than this are not on the page.
LOOK_BACK = timedelta(days=730)

STAGE, TEAM, ATTEMPT, NOTE, STOP, PAUSE = "stage", "team", "attempt", "note", "stop", "pause"


class Event(NamedTuple):
    """Something that happened around a case. What ``word``, ``more`` and the flags say depends on ``kind``."""

    kind: str
    key: int
    on: date | None
    until: date | None
    at: datetime | None
    word: str
    more: str
    text: str
    who: str
    who_id: int | None
    connected: bool | None
    conversation: bool | None
    debt_id: int | None


def book_date() -> date | None:
    """The date to which the book was last aged: that of the latest finished run; None before the first."""
    return DayRun.objects.filter(finished_at__isnull=False).order_by("-on").values_list("on", flat=True).first()


def last_run() -> DayRun | None:
    """The latest finished run of the day."""
    return DayRun.objects.filter(finished_at__isnull=False).order_by("-on").first()


def _with_book_date(found: QuerySet[Any]) -> QuerySet[Any]:
    latest = DayRun.objects.filter(finished_at__isnull=False).order_by("-on").values("on")[:1]
    dated: QuerySet[Any] = found.annotate(book_on=Subquery(latest))
    return dated


def case_for(viewer: Viewer, case_id: int) -> Case | None:
    """A case that the viewer may see, with debtor, creditor, branch, lead, work item, ``book_on``; None otherwise."""
    found = cases_seen_by(viewer).filter(pk=case_id)
    beside = ("debtor", "creditor", "branch", "lead", "work_item__policy_version")
    short = found.select_related(*beside).defer(*(f"work_item__policy_version__{name}" for name in LONG_TEXTS))
    return _with_book_date(short).first()


def debtor_for(viewer: Viewer, debtor_id: int) -> Debtor | None:
    """A debtor that the viewer may see, with creditor and ``book_on``; None otherwise."""
    found = debtors_seen_by(viewer).filter(pk=debtor_id)
    return _with_book_date(found.select_related("creditor")).first()


def debt_for(viewer: Viewer, debt_id: int) -> Debt | None:
    """A debt that the viewer may see, with debtor, creditor, branch, facts and ``book_on``; None otherwise."""
    found = debts_seen_by(viewer).filter(pk=debt_id)
    return _with_book_date(found.select_related("debtor", "creditor", "branch", "facts")).first()


def cases_of(viewer: Viewer, debtor: Debtor) -> list[Case]:
    """The debtor's cases that the viewer may see, newest first."""
    found = cases_seen_by(viewer).filter(debtor=debtor).select_related("lead")
    return list(found.order_by("-opened_on", "-pk")[:20])


def case_people(case: Case) -> list[TeamMember]:
    """Who is on the case now, in order of joining."""
    found = TeamMember.objects.filter(case=case, left_on__isnull=True).select_related("staff")
    return list(found.order_by("joined_on", "pk"))


def _empty(field: Any) -> Any:
    return Cast(Value(None), field)


_COLUMNS: dict[str, Any] = {
    "e_on": _empty(DateField()),
    "e_until": _empty(DateField()),
    "e_at": _empty(DateTimeField()),
    "e_word": Value("", CharField()),
    "e_more": Value("", CharField()),
    "e_text": Value("", TextField()),
    "e_who": Value("", CharField()),
    "e_who_id": _empty(IntegerField()),
    "e_connected": _empty(BooleanField()),
    "e_conversation": _empty(BooleanField()),
    "e_debt_id": _empty(IntegerField()),
}


def _events(found: QuerySet[Any], kind: str, **columns: Any) -> QuerySet[Any, Any]:
    named = {f"e_{name}": expression for name, expression in columns.items()}
    line = {"e_kind": Value(kind, CharField()), "e_key": F("pk"), **_COLUMNS, **named}
    rows: QuerySet[Any, Any] = found.order_by().annotate(**line).values_list(*line)
    return rows


def _name(path: str) -> Any:
    return Coalesce(F(f"{path}__name"), Value(""))


def events_of(debtor_id: int, case_id: int | None, on: date) -> list[Event]:
    """Everything around a debtor, and around one case of theirs, in one read; the order is the reader's to choose."""
    since = datetime.combine(on - LOOK_BACK, time.min, tzinfo=UTC)
    stops = Stop.objects.filter(debtor=debtor_id)
    pauses = Pause.objects.filter(debt__debtor=debtor_id)
    attempts = Attempt.objects.filter(debtor=debtor_id, at__gte=since)
    parts = [
        _events(
            stops,
            STOP,
            on=F("starts_on"),
            until=F("ends_on"),
            word=F("reason"),
            text=F("proof"),
            who=_name("recorded_by"),
            debt_id=F("debt_id"),
        ),
        _events(
            pauses,
            PAUSE,
            on=F("starts_on"),
            until=F("ends_on"),
            text=F("reason"),
            who=_name("agreed_by"),
            debt_id=F("debt_id"),
        ),
        _events(
            attempts,
            ATTEMPT,
            at=F("at"),
            word=F("channel"),
            more=F("direction"),
            text=F("said"),
            who=_name("by"),
            connected=F("connected"),
            conversation=F("conversation"),
            debt_id=F("debt_id"),
        ),
    ]
    if case_id is not None:
        parts += _case_events(case_id)
    return [Event(*row) for row in parts[0].union(*parts[1:], all=True)]


def _case_events(case_id: int) -> list[QuerySet[Any, Any]]:
    return [
        _events(
            CaseStage.objects.filter(case=case_id),
            STAGE,
            on=F("entered_on"),
            until=F("left_on"),
            word=F("stage"),
            more=F("why"),
        ),
        _events(
            TeamMember.objects.filter(case=case_id),
            TEAM,
            on=F("joined_on"),
            until=F("left_on"),
            word=F("role"),
            more=F("why"),
            who=F("staff__name"),
            who_id=F("staff_id"),
        ),
        _events(Note.objects.filter(case=case_id), NOTE, at=F("at"), text=F("text"), who=_name("by")),
    ]
