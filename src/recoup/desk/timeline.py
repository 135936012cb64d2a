"""The timeline of a case: what happened, newest first, one line of what and one line of when, who and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.book.queries import Entry
from recoup.book.wording import date_text, moment_text, money_text
from recoup.casework.models import Case, TeamRole
from recoup.casework.queries import Event
from recoup.contact.models import Channel, StopReason
from recoup.desk.standing import DebtView
from recoup.domain import posting as kinds

SHOWN = 20
_NEEDED_KINDS = frozenset({kinds.PAYMENT, kinds.REVERSAL, kinds.INTEREST, kinds.FEE, kinds.ADJUSTMENT, kinds.WRITE_OFF})

WHY_JOINED = {
    "by_table": gettext_lazy("by the table"),
    "held_too_long": gettext_lazy("the case was held too long"),
    "absent": gettext_lazy("a colleague is away"),
    "by_order": gettext_lazy("by order of a manager"),
}
_STAGE_WHY = {
    "climbed": gettext_lazy("Stage %(stage)s reached"),
    "fell": gettext_lazy("Back to stage %(stage)s"),
}
_METHODS = {
    "transfer": gettext_lazy("by transfer"),
    "bank_transfer": gettext_lazy("by transfer"),
    "direct_debit": gettext_lazy("by direct debit"),
    "cash": gettext_lazy("in cash"),
    "card": gettext_lazy("by card"),
    "cheque": gettext_lazy("by cheque"),
    "qr_code": gettext_lazy("by QR code"),
    "counter": gettext_lazy("at the counter"),
}


def method_text(method: str) -> str:
    """How money came, in words where the word is known."""
    return str(_METHODS.get(method, method))


class Happening(NamedTuple):
    """One entry, in words: a sign, what happened, when and who, and what was said or written."""

    sort: datetime
    icon: str
    title: str
    meta: str
    quote: str


class Teller:
    """Says events and postings in one language and zone."""

    def __init__(self, language: str, zone: tzinfo, on: date) -> None:
        self.language, self.zone, self.on = language, zone, on

    def entries(self, case: Case, events: Iterable[Event], views: Sequence[DebtView]) -> list[Happening]:
        """Everything up to the day, newest first."""
        told = self.case(case)
        told += self._team_changes([event for event in events if event.kind == "team"])
        told += [entry for event in events if event.kind != "team" for entry in self.event(event)]
        told += [self.money(view, entry) for view in views for entry in view.entries if self._is_news(entry)]
        return sorted(told, key=lambda entry: entry.sort, reverse=True)

    def _is_news(self, entry: Entry) -> bool:
        return entry.line.kind in _NEEDED_KINDS and entry.line.dated_on <= self.on

    def case(self, case: Case) -> list[Happening]:
        """The opening and the closing of a case."""
        opened = date_text(case.opened_on, self.language)
        found = [Happening(self._midday(case.opened_on), "stage", _("The case was opened"), opened, "")]
        if case.closed_on is not None:
            title = _("The case was cured: nothing is late any more")
            closed = date_text(case.closed_on, self.language)
            found.append(Happening(self._midday(case.closed_on), "allow", title, closed, ""))
        return found

    def event(self, event: Event) -> list[Happening]:
        """One event as one entry, or two where it began and ended; what lies after the day is left out."""
        tell = {
            "stage": self._stage,
            "attempt": self._attempt,
            "note": self._note,
            "stop": self._stop,
            "pause": self._pause,
        }[event.kind]
        return tell(event)

    def money(self, view: DebtView, entry: Entry) -> Happening:
        """One line of money."""
        line, debt = entry.line, view.debt
        amount = money_text(abs(line.amount_minor), debt.currency, self.language)
        titles = {
            kinds.PAYMENT: _("%(amount)s paid"),
            kinds.REVERSAL: _("Payment of %(amount)s came back"),
            kinds.INTEREST: _("Interest of %(amount)s charged"),
            kinds.FEE: _("Fee of %(amount)s charged"),
            kinds.ADJUSTMENT: _("Corrected: %(amount)s more")
            if line.amount_minor >= 0
            else _("Corrected: %(amount)s less"),
            kinds.WRITE_OFF: _("%(amount)s charged off; the claim remains"),
        }
        told = [date_text(line.dated_on, self.language, "long"), debt.ref, method_text(entry.method), entry.reason]
        icon = "money" if line.kind in (kinds.PAYMENT, kinds.REVERSAL) else "document"
        return Happening(self._midday(line.dated_on), icon, titles[line.kind] % {"amount": amount}, _dotted(told), "")

    def _midday(self, day: date) -> datetime:
        return datetime.combine(day, time(12), tzinfo=self.zone)

    def _at(self, event: Event) -> datetime:
        at = event.at or datetime.combine(event.on or self.on, time(0), tzinfo=self.zone)
        return at.astimezone(self.zone)

    def _when(self, event: Event) -> str:
        at = self._at(event)
        pattern = "weekday" if at.year == self.on.year else "long"
        return moment_text(at, self.language, pattern)

    def _stage(self, event: Event) -> list[Happening]:
        if event.on is None:
            return []
        title = str(_STAGE_WHY.get(event.more, _STAGE_WHY["climbed"])) % {"stage": event.word}
        return [Happening(self._start(event.on), "stage", title, date_text(event.on, self.language), "")]

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=self.zone)

    def _team_changes(self, events: Sequence[Event]) -> list[Happening]:
        """One entry for each day on which people came or went; who only changed seats has done neither."""
        came: defaultdict[date, list[Event]] = defaultdict(list)
        went: defaultdict[date, list[Event]] = defaultdict(list)
        for event in sorted(events, key=lambda event: event.key):
            if event.on is not None:
                came[event.on].append(event)
            if event.until is not None and event.until <= self.on:
                went[event.until].append(event)
        return [entry for day in {*came, *went} for entry in self._team_day(day, came[day], went[day])]

    def _team_day(self, day: date, came: list[Event], went: list[Event]) -> list[Happening]:
        left, joined = {event.who_id for event in went}, {event.who_id for event in came}
        new = [event for event in came if event.who_id not in left]
        gone = [event for event in went if event.who_id not in joined]
        seats = _(", ").join(
            _("%(name)s (%(role)s)") % {"name": event.who, "role": TeamRole(event.word).label} for event in came
        )
        why = WHY_JOINED.get(came[0].more, "") if came else ""
        meta = _dotted([date_text(day, self.language), seats, why])
        found = []
        if new:
            found.append(Happening(self._start(day), "people", _("%(name)s joined") % {"name": _names(new)}, meta, ""))
        elif came:
            found.append(Happening(self._start(day), "people", _("The seats of the team changed"), meta, ""))
        if gone:
            said = date_text(day, self.language)
            found.append(Happening(self._start(day), "people", _("%(name)s left") % {"name": _names(gone)}, said, ""))
        return found

    def _attempt(self, event: Event) -> list[Happening]:
        channel = Channel(event.word).label
        if event.more == "in":
            title = _("%(channel)s from the debtor") % {"channel": channel}
        elif event.conversation:
            title = _("%(channel)s, a conversation was held") % {"channel": channel}
        elif event.connected:
            title = _("%(channel)s, somebody answered") % {"channel": channel}
        else:
            title = _("%(channel)s, not reached") % {"channel": channel}
        icon = {"call": "phone", "voicemail": "phone", "visit": "home"}.get(event.word, "message")
        return [Happening(self._at(event), icon, title, _dotted([self._when(event), event.who]), event.text)]

    def _note(self, event: Event) -> list[Happening]:
        return [Happening(self._at(event), "note", _("Note"), _dotted([self._when(event), event.who]), event.text)]

    def _stop(self, event: Event) -> list[Happening]:
        title = _("Contact stopped: %(reason)s") % {"reason": StopReason(event.word).label}
        return self._interval(
            event, "hold", title, _("Stop ended: %(reason)s") % {"reason": StopReason(event.word).label}
        )

    def _pause(self, event: Event) -> list[Happening]:
        return self._interval(event, "clock", _("Ageing paused"), _("Ageing goes on"))

    def _interval(self, event: Event, icon: str, begun: str, over: str) -> list[Happening]:
        found = []
        if event.on is not None and event.on <= self.on:
            told = _dotted([date_text(event.on, self.language), event.who])
            found.append(Happening(self._start(event.on), icon, begun, told, event.text))
        if event.until is not None and event.until <= self.on:
            found.append(Happening(self._start(event.until), icon, over, date_text(event.until, self.language), ""))
        return found


def _dotted(parts: Iterable[object]) -> str:
    return " · ".join(str(part) for part in parts if part)


def _names(events: Sequence[Event]) -> str:
    return _(", ").join(dict.fromkeys(event.who for event in events))
