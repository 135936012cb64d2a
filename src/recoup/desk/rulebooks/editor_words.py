"""The words of the DMN editor in the reader's language; it is made in English and asks for each of its words."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def editor_words() -> str:
    """The editor's own words and ours for them, as JSON."""
    ours = {
        "When": pgettext("condition", "When"),
        "Then": _("Then"),
        "And": _("And"),
        "Hit policy:": _("Which rows count:"),
        "Unique": _("Exactly one"),
        "First": _("The first"),
        "Priority": _("The highest"),
        "Any": _("Any, all agree"),
        "Rule order": _("All, from the top"),
        "Output order": _("All, the highest first"),
        "Collect": _("All"),
        "Collect (Sum)": _("Sum"),
        "Collect (Min)": _("Smallest"),
        "Collect (Max)": _("Largest"),
        "Collect (Count)": _("Count"),
        "Add rule": _("Add a row"),
        "Add rule above": _("Add a row above"),
        "Add rule below": _("Add a row below"),
        "Remove rule": _("Take this row out"),
        "Add input": _("Add a condition"),
        "Add output": _("Add an answer"),
        "Add left": _("Add to the left"),
        "Add right": _("Add to the right"),
        "Remove": _("Take out"),
        "Copy": _("Copy"),
        "Cut": _("Cut"),
        "Clear": _("Empty it"),
        "Rule": _("Row"),
        "Input": _("Condition"),
        "Output": _("Answer"),
        "Expression": _("Expression"),
        "Type": _("Type"),
        "Label": _("Label"),
        "Edit input": _("Change the condition"),
        "Edit output": _("Change the answer"),
    }
    return json.dumps({word: own for word, own in ours.items() if word != own}, ensure_ascii=False)
