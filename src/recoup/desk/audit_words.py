"""The audit's own words, which are English in the tables, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recoup.desk.forms.casework import ShowForm

ACTIONS = {
    "signed in": gettext_lazy("signed in"),
    "opened case": gettext_lazy("opened a case"),
    "opened debtor": gettext_lazy("opened a debtor"),
    "opened debt": gettext_lazy("opened a debt"),
    "read personal data": gettext_lazy("read personal data"),
    "wrote note": gettext_lazy("wrote a note"),
    "recorded cause": gettext_lazy("recorded a cause"),
    "set aside": gettext_lazy("set a case aside"),
    "reassigned": gettext_lazy("handed a case over"),
    "contact stopped": gettext_lazy("stopped contact"),
    "stop ended": gettext_lazy("ended a stop"),
    "posted": gettext_lazy("posted money"),
    "paused ageing": gettext_lazy("paused ageing"),
    "ended pause": gettext_lazy("ended a pause"),
    "changed ladder": gettext_lazy("changed a ladder"),
    "changed terms": gettext_lazy("changed product terms"),
    "started import": gettext_lazy("started an import"),
    "hired": gettext_lazy("added somebody"),
    "changed": gettext_lazy("changed somebody"),
    "deactivated": gettext_lazy("deactivated somebody"),
    "reactivated": gettext_lazy("activated somebody again"),
    "password reset": gettext_lazy("reset a password"),
    "password changed": gettext_lazy("changed the own password"),
    "second factor on": gettext_lazy("turned a second factor on"),
    "second factor off": gettext_lazy("turned a second factor off"),
    "absence added": gettext_lazy("added an absence"),
    "absence removed": gettext_lazy("removed an absence"),
    "branch opened": gettext_lazy("opened a branch"),
    "branch renamed": gettext_lazy("renamed a branch"),
    "tried rules on case": gettext_lazy("tried rules with the facts of a case"),
    "rules proposed": gettext_lazy("proposed rules"),
    "rules edited": gettext_lazy("edited a draft of rules"),
    "rules brought up to date": gettext_lazy("compared a draft of rules with the newer version"),
    "rules tried": gettext_lazy("tried rules on the book"),
    "draft withdrawn": gettext_lazy("gave a draft of rules up"),
    "rules submitted": gettext_lazy("gave rules to a second person"),
    "rules taken back": gettext_lazy("took a draft of rules back"),
    "rules sent back": gettext_lazy("sent a draft of rules back"),
    "rules published": gettext_lazy("agreed to rules and published them"),
    "rules adopted": gettext_lazy("took in rules that came with Recoup"),
    "version withdrawn": gettext_lazy("withdrew rules before they began"),
    "rules gone back": gettext_lazy("went back to earlier rules"),
    "going back seen": gettext_lazy("looked at a going back"),
}
_SUBJECTS = {
    "case": gettext_lazy("case"),
    "debtor": gettext_lazy("debtor"),
    "debt": gettext_lazy("debt"),
    "staff": gettext_lazy("person"),
    "branch": gettext_lazy("branch"),
    "creditor": gettext_lazy("creditor"),
    "import": gettext_lazy("import"),
    "rulebook": gettext_lazy("rulebook"),
}


def action_text(action: str) -> str:
    """What was done; the audit's own word when nobody translated it."""
    return str(ACTIONS.get(action, action))


def subject_text(kind: str) -> str:
    """On what kind of thing."""
    return str(_SUBJECTS.get(kind, kind))


def purpose_text(purpose: str) -> str:
    """What for."""
    return str(dict(ShowForm.PURPOSES).get(purpose, purpose))


def detail_text(detail: dict[str, object]) -> str:
    """What else is known, name by name."""
    return _("; ").join(f"{name}: {value}" for name, value in detail.items())
