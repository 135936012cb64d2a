"""Facts, decisions and columns of the house rulebooks by the words that people use for them.

A rulebook is written in English; its names and questions are shown in the reader's language where they are known here,
as they are written where they are not.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: Names of facts, decisions and columns as they stand in the shipped rulebooks.
NAMES = (
    gettext_noop("Days past due"),
    gettext_noop("Name"),
    gettext_noop("Rank"),
    gettext_noop("Bucket"),
    gettext_noop("Cause"),
    gettext_noop("Willing"),
    gettext_noop("Able"),
    gettext_noop("Duration"),
    gettext_noop("Protected"),
    gettext_noop("Head-count"),
    gettext_noop("Who goes"),
    gettext_noop("Tone"),
    gettext_noop("Channel"),
    gettext_noop("May be offered"),
    gettext_noop("Must not be done"),
    gettext_noop("Aim for"),
    gettext_noop("Settle for"),
    gettext_noop("If that fails"),
    gettext_noop("Cause of arrears"),
    gettext_noop("Method"),
    gettext_noop("what shows it"),
    gettext_noop("X12 641"),
    gettext_noop("Charge"),
    gettext_noop("Kind"),
    gettext_noop("How often"),
    gettext_noop("Days after the due date"),
    gettext_noop("Amount"),
    gettext_noop("Share of what is unpaid"),
    gettext_noop("Share of overdue principal a day"),
    gettext_noop("Reason"),
    gettext_noop("Bars asking for money"),
    gettext_noop("Holds the ageing"),
    gettext_noop("Still allowed"),
    gettext_noop("Ended by"),
    gettext_noop("Longest, days"),
    gettext_noop("Look again after days"),
    gettext_noop("Days"),
    gettext_noop("Agreed by"),
    gettext_noop("Reason of the stop"),
    gettext_noop("Days of the pause"),
    gettext_noop("Stop"),
    gettext_noop("Pause"),
    gettext_noop("Contact stopped"),
    gettext_noop("Group of the cause"),
    gettext_noop("Stage rank"),
    gettext_noop("Kind of debt"),
    gettext_noop("Balance, whole units"),
    gettext_noop("Discount at most, per cent"),
    gettext_noop("Waived at most"),
    gettext_noop("Instalments at most"),
    gettext_noop("Stage, by its rank"),
    gettext_noop("Offer"),
    gettext_noop("Protected cause"),
    gettext_noop("Days since contact"),
    gettext_noop("Days open"),
    gettext_noop("Days to the next bucket"),
    gettext_noop("Days on the stage"),
    gettext_noop("Days since money came"),
    gettext_noop("Share that came"),
    gettext_noop("Days since the lead changed"),
    gettext_noop("Weight"),
    gettext_noop("Overdue, whole units"),
    gettext_noop("Priority"),
    gettext_noop("Days delinquent"),
    gettext_noop("Stage"),
    gettext_noop("Kinds of debt"),
    gettext_noop("Delinquent sum, whole units"),
    gettext_noop("Team"),
    gettext_noop("Squad"),
    gettext_noop("Road"),
    gettext_noop("Head-count of the cause"),
    gettext_noop("Role on the case"),
    gettext_noop("Filled by"),
    gettext_noop("or by"),
    gettext_noop("Stage, by its name"),
    gettext_noop("Seats"),
    gettext_noop("Held too long"),
)
#: What the shipped rulebooks ask.
QUESTIONS = (
    gettext_noop("In which bucket is a debt?"),
    gettext_noop("How is a debtor with this cause of arrears met?"),
    gettext_noop("What does a product that bears this charge add, and when?"),
    gettext_noop("What does a stop bar, and until when?"),
    gettext_noop("Who may agree to a pause, and when does somebody look again?"),
    gettext_noop("How much may be offered, and who must agree?"),
    gettext_noop("Why this case, and why now?"),
    gettext_noop("Where does the case stand on the list?"),
    gettext_noop("On which stage is a debt?"),
    gettext_noop("How large a team does the case need, and which road does it take?"),
    gettext_noop("Which seats does the case have, and who may fill each?"),
    gettext_noop("After how many days without money or contact does a case go to a colleague?"),
)


def fact_words(name: str, label: str = "") -> str:
    """What a column or fact is called: its label, else its name, in the reader's language, beginning with a capital."""
    text = label or name.replace("_", " ")
    capital = text[:1].upper() + text[1:]
    words = _(capital) if capital else ""
    return words if words != capital or not text else _(text)[:1].upper() + _(text)[1:]


def question_words(question: str) -> str:
    """What a decision asks, in the reader's language where it is known."""
    return _(question) if question else ""
