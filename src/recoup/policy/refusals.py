"""What an order about rulebooks may be refused for; every message is fit to show."""

from __future__ import annotations

from collections.abc import Sequence

from recoup.tables.problems import Problem


class PolicyRefusal(ValueError):
    """An order about a rulebook that cannot be carried out."""


class UnknownRulebook(PolicyRefusal):
    """No rulebook has this name."""


class UnknownDraft(PolicyRefusal):
    """There is no such draft or version."""


class NotAllowed(PolicyRefusal):
    """The person may not do this to rulebooks."""


class SamePerson(PolicyRefusal):
    """Somebody would approve, undo or look at what they themselves brought in."""


class WhyMissing(PolicyRefusal):
    """The order needs a reason and came without one."""


class WrongState(PolicyRefusal):
    """A draft or a version is not where this order could act on it."""


class DraftChanged(PolicyRefusal):
    """Somebody saved another revision meanwhile; nothing of it was overwritten, nothing of this was saved."""


class DraftOvertaken(PolicyRefusal):
    """Another version was published since the draft was begun; publishing the draft would silently undo it."""


class NothingChanged(PolicyRefusal):
    """The draft says what is in force already."""


class DryRunMissing(PolicyRefusal):
    """The draft was not tried on the book as it stands now, or the version it was compared with is not the latest."""


class UnusableDate(PolicyRefusal):
    """The date lies in the past, or before that of a version already published."""


class FileTooLarge(PolicyRefusal):
    """A file or text is larger than a rulebook may be."""


class RulesUnsound(PolicyRefusal):
    """The check found errors, or warnings that nobody acknowledged; ``problems`` holds them."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


class RulebookUnreadable(PolicyRefusal):
    """A published version that this release cannot read: the program stops rather than guess."""
