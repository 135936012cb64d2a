"""What a trial on the book compares, and its answers, by the words that people use."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.desk.rulebooks.cell_words import code_words
from recoup.desk.rulebooks.fact_words import fact_words

_METHOD = "method."
_WHAT = {
    "bucket": gettext_lazy("Bucket"),
    "stage": gettext_lazy("Stage"),
    "team": gettext_lazy("Seats of the team"),
    "squad": gettext_lazy("Squad"),
    "route": gettext_lazy("Road"),
    "lead": gettext_lazy("Who leads"),
    "people": gettext_lazy("Who is on it"),
    "stopped": gettext_lazy("Contact stopped"),
    "reason": gettext_lazy("Why it is on the list"),
    "weight": gettext_lazy("Weight on the list"),
    "place": gettext_lazy("Place on the list"),
    "charge": gettext_lazy("Charge for lateness"),
}
_NOTHING = {
    "stage": gettext_lazy("no case"),
    "stopped": gettext_lazy("not stopped"),
    "charge": gettext_lazy("no charge"),
}
#: Answers that are names of people or figures: shown as they are.
_AS_THEY_ARE = frozenset({"lead", "people", "weight", "place", "charge", "bucket", "stage"})


def what_words(what: str) -> str:
    """A kind of change: the decision's name, or the column of the table of causes."""
    if what.startswith(_METHOD):
        return _("Method: %(what)s") % {"what": fact_words(what.removeprefix(_METHOD))}
    return str(_WHAT.get(what, fact_words(what)))


def answer_of(what: str, code: str, language: str) -> str:
    """One answer in words; nothing where there was none."""
    if not code:
        return str(_NOTHING.get(what, "–"))
    if code in {"true", "false"}:
        return _("yes") if code == "true" else _("no")
    if code == "current":
        return _("current")
    if what in _AS_THEY_ARE:
        return code
    if what == "team":
        return _(", ").join(code_words(each, language) for each in code.split(", "))
    return code_words(code, language)
