"""Refusals of the layers below in the reader's language. Pure code refuses in English; here each sentence is known."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from recoup.book.operations import PauseRefused, PostingRefused
from recoup.casework.causes import CauseRefused
from recoup.casework.operations import LeadRefused, NoteRefused
from recoup.contact.operations import ContactRefusal
from recoup.domain.ageing import PauseError
from recoup.domain.ladder import LadderError
from recoup.domain.money import MoneyError
from recoup.people.operations import StaffRefusal

#: Everything that an order may refuse with; the message is fit to show.
REFUSALS = (
    PostingRefused,
    PauseRefused,
    CauseRefused,
    LeadRefused,
    NoteRefused,
    ContactRefusal,
    StaffRefusal,
    LadderError,
    MoneyError,
    PauseError,
)


def _sentences() -> tuple[tuple[str, str], ...]:
    return (
        (r"a ladder needs steps", _("A ladder needs steps.")),
        (r"the first step, '(.+)', must hold day 0 alone", _("The first step, “%s”, must hold day 0 alone.")),
        (
            r"the last step, '(.+)', must be open: days above it would have no step",
            _("The last step, “%s”, must be open: days above it would have no step."),
        ),
        (r"two steps have the same name", _("Two steps have the same name.")),
        (r"a step has no name", _("A step has no name.")),
        (r"'(.+)' is open but '(.+)' follows it", _("“%s” is open but “%s” follows it.")),
        (r"'(.+)' ends before it begins", _("“%s” ends before it begins.")),
        (
            r"no step holds day (\d+): gap between '(.+)' and '(.+)'",
            _("No step holds day %s: there is a gap between “%s” and “%s”."),
        ),
        (r"'(.+)' and '(.+)' both hold day (\d+)", _("“%s” and “%s” both hold day %s.")),
        (r"'?(.*?)'? is not an amount", _("“%s” is not an amount. Write it like 1234.56.")),
        (r"(.+) has more decimals than (\w+) \((\d)\)", _("%s has more decimals than %s has (%s).")),
        (r"(.+) is larger than Recoup can keep", _("%s is larger than can be kept.")),
        (r"unknown currency '(.+)'", _("“%s” is not a currency.")),
        (r"a payment is more than nothing", _("A payment is more than nothing.")),
        (
            r"a payment needs a reference, so that it is posted once",
            _("A payment needs a reference, so that it is posted once."),
        ),
        (
            r"the reference (.+) stands for another (?:payment|line) already",
            _("The reference %s stands for something else already."),
        ),
        (r"only a payment can be reversed", _("Only a payment can be reversed.")),
        (r"a payment cannot be reversed before it was made", _("A payment cannot be reversed before it was made.")),
        (r"a correction needs a sum and a reason", _("A correction needs a sum and a reason.")),
        (r"a pause needs a reason", _("A pause needs a reason.")),
        (r"a pause ends after it starts", _("A pause ends after it starts.")),
        (r"no cause has the code (.+)", _("No cause has the code %s.")),
        (r"columns that nothing reads: (.+)", _("Columns that nothing reads: %s")),
        (r"(\d+) values of (.+) look wrong and are kept as they are", _("%s values of %s look wrong and are kept.")),
        (r"a note needs words", _("A note needs words.")),
        (r"a cause needs what shows it", _("Say what shows the cause.")),
        (r"a closed case has no lead", _("A closed case has no lead.")),
        (r"(.+) is not of this branch", _("%s is not of this branch.")),
    )


def in_words(said: Exception | str) -> str:
    """A refusal or warning as a sentence in the language of the page; the original words when nobody did."""
    text = str(said)
    for pattern, sentence in _sentences():
        found = re.fullmatch(pattern, text)
        if found:
            return sentence % found.groups() if found.groups() else sentence
    return text[:1].upper() + text[1:]
