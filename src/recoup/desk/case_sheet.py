"""What the case page says of a case, in words: head, cause, team, stops and pauses."""

from __future__ import annotations

import re
from datetime import date, tzinfo
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo
from zoneinfo import available_timezones as _all_zones

from django.utils import timezone
from django.utils.translation import gettext as _

from recoup.book.wording import date_text, language_text, territory_text
from recoup.casework.causes import UNKNOWN, cause_row, causes, named
from recoup.casework.models import Case, TeamRole
from recoup.casework.queries import Event
from recoup.casework.reasons import why_listed
from recoup.contact.models import StopReason
from recoup.desk.bill import bill_of
from recoup.desk.case_file import CaseFile
from recoup.desk.masking import ending
from recoup.desk.timeline import WHY_JOINED


@cache
def available_timezones() -> frozenset[str]:
    """Zones that this machine knows, looked up once."""
    return frozenset(_all_zones())


class Head(NamedTuple):
    """The figures of the header."""

    overdue: str
    more: str
    days: int
    bucket: str
    bucket_rank: int
    rolls_to: str
    rolls_on: str
    rolls_in: int


def head_of(file: CaseFile, language: str) -> Head:
    """Overdue, days, bucket and the next roll of the worst debt."""
    sums = [each for each in bill_of(file.views, language).sums if each.overdue_minor]
    worst = file.worst
    overdue = sums[0].overdue if sums else _("nothing")
    more = " · ".join(each.overdue for each in sums[1:])
    if worst is None:
        return Head(overdue, more, 0, "", 0, "", "", 0)
    days, rank = worst.standing.days_past_due, worst.standing.bucket_rank
    rolls = worst.next_bucket()
    if rolls is None:
        return Head(overdue, more, days, worst.bucket.name, rank, "", "", 0)
    step, day = rolls
    return Head(
        overdue, more, days, worst.bucket.name, rank, step.name, date_text(day, language, "short"), (day - file.on).days
    )


def zone_of(case: Case) -> tzinfo:
    """The zone in which times are told: the debtor's, else the creditor's, else the installation's."""
    for name in (case.debtor.time_zone, case.creditor.time_zone):
        if name in available_timezones():
            return ZoneInfo(name)
    return timezone.get_current_timezone()


def region_text(region: str, language: str) -> str:
    """A region as people call it; of a bare code such as ``CN-ZJ``, the country."""
    if re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", region):
        return territory_text(region[:2], language)
    return region


def known_by(case: Case, language: str) -> list[str]:
    """What may be seen of the person without asking: last digits, place, language."""
    debtor = case.debtor
    digits = ending(debtor.phone)
    known = [
        _("Phone ending %(digits)s") % {"digits": digits} if digits else "",
        region_text(debtor.region, language),
        _("speaks %(language)s") % {"language": language_text(debtor.language, language)} if debtor.language else "",
        case.creditor.name,
    ]
    return [each for each in known if each]


def why_now(case: Case, language: str) -> str:
    """Why this case and why now, when it is on a list today."""
    item: Any = getattr(case, "work_item", None)
    return why_listed(item, language) if item is not None else ""


class Cause(NamedTuple):
    """The cause as it is known."""

    code: str
    name: str
    described: str
    is_known: bool
    is_protected: bool


_WILLING = {
    ("yes", "yes"): lambda: _("Willing and able."),
    ("yes", "no"): lambda: _("Willing, unable for now."),
    ("no", "yes"): lambda: _("Able, not willing."),
    ("no", "no"): lambda: _("Neither willing nor able."),
}
_DURATION = {"passing": lambda: _("Passing."), "lasting": lambda: _("Lasting.")}


def cause_of(case: Case, language: str) -> Cause:
    """The cause in plain words, with what the rulebook says of it."""
    row = causes(getattr(case, "book_on", None)).get(case.cause_code) or cause_row(UNKNOWN)
    will = _WILLING.get((row.get("willing", ""), row.get("able", "")))
    lasts = _DURATION.get(row.get("duration", ""))
    gap = "" if language.startswith("zh") else " "
    described = gap.join(say() for say in (will, lasts) if say)
    name = named(row, language) if row["code"] == case.cause_code else case.cause_code
    return Cause(case.cause_code, name, described, case.cause_code != UNKNOWN, bool(row["protected"]))


class Member(NamedTuple):
    """Somebody on the team."""

    name: str
    initial: str
    role: str
    since: str
    why: str


def team_now(events: list[Event], on: date, language: str) -> list[Member]:
    """Who is on the case on the day, in order of joining."""
    now_on = [event for event in events if event.kind == "team" and (event.until is None or event.until > on)]
    return [
        Member(
            name=event.who,
            initial=event.who[:1].upper(),
            role=str(TeamRole(event.word).label),
            since=date_text(event.on, language, "short") if event.on else "",
            why=str(WHY_JOINED.get(event.more, "")),
        )
        for event in sorted(now_on, key=lambda event: event.key)
    ]


class Interval(NamedTuple):
    """A stop or a pause that is not over."""

    key: int
    title: str
    proof: str
    when: str


def _interval_text(event: Event, language: str) -> str:
    start = date_text(event.on, language) if event.on else ""
    if event.until is None:
        return _("from %(start)s, no end yet") % {"start": start}
    return _("from %(start)s until %(end)s") % {"start": start, "end": date_text(event.until, language)}


def stops_now(events: list[Event], on: date, language: str) -> list[Interval]:
    """Stops in force or to come."""
    return [
        Interval(event.key, str(StopReason(event.word).label), event.text, _interval_text(event, language))
        for event in events
        if event.kind == "stop" and (event.until is None or event.until > on)
    ]


def pauses_now(file: CaseFile, language: str) -> list[Interval]:
    """Pauses in force or to come."""
    refs = {view.debt.pk: view.debt.ref for view in file.views}
    return [
        Interval(event.key, refs.get(event.debt_id or 0, ""), event.text, _interval_text(event, language))
        for event in file.events
        if event.kind == "pause" and (event.until is None or event.until > file.on)
    ]
