"""Who may do what, and how far somebody sees: questions about one member of staff, answered without the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from recoup.people.models import Role

_WORKERS = frozenset({Role.RELATIONSHIP_MANAGER, Role.COLLECTOR})
_LEADERS = frozenset({Role.RISK_MANAGER, Role.BRANCH_MANAGER})
_WATCHERS = frozenset({Role.LEGAL, Role.COMPLIANCE})


class Action(StrEnum):
    """What a person can be allowed to do; each page and each form asks for one of these."""

    SEE_CASES = "see cases"
    WORK_ON_CASES = "work on cases"
    STOP_CONTACT = "stop contact"
    END_STOP = "end a stop"
    PAUSE_AGEING = "pause ageing"
    REASSIGN = "reassign a case"
    MOVE_MONEY = "record payments and corrections"
    SEE_BRANCH = "see the branch"
    SEE_PAUSES_AND_STOPS = "see pauses and stops"
    IMPORT = "import files"
    ADMINISTER = "administer"
    SEE_RULES = "see ladders and terms"
    READ_AUDIT = "read the audit"
    SEE_RULEBOOKS = "see rulebooks"
    PROPOSE_RULES = "propose rules"
    PUBLISH_RULES = "publish rules"


#: The roles that each action is open to. Somebody with several roles may do what any of them may.
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_CASES: _WORKERS | _LEADERS | _WATCHERS,
    Action.WORK_ON_CASES: _WORKERS | _LEADERS | {Role.LEGAL},
    Action.STOP_CONTACT: _WORKERS | _LEADERS | _WATCHERS,
    Action.END_STOP: _LEADERS | _WATCHERS,
    Action.PAUSE_AGEING: _LEADERS,
    Action.REASSIGN: _LEADERS,
    Action.MOVE_MONEY: _LEADERS,
    Action.SEE_BRANCH: _LEADERS | _WATCHERS,
    Action.SEE_PAUSES_AND_STOPS: _LEADERS | _WATCHERS,
    Action.IMPORT: frozenset({Role.ADMINISTRATOR, Role.BRANCH_MANAGER}),
    Action.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_RULES: _LEADERS | {Role.COMPLIANCE, Role.ADMINISTRATOR},
    Action.READ_AUDIT: frozenset({Role.COMPLIANCE}),
    # Who may do both still needs a second person for each change: an operation and the database see to that.
    Action.SEE_RULEBOOKS: _LEADERS | _WATCHERS | {Role.ADMINISTRATOR},
    Action.PROPOSE_RULES: frozenset({Role.RISK_MANAGER, Role.COMPLIANCE}),
    Action.PUBLISH_RULES: frozenset({Role.BRANCH_MANAGER, Role.COMPLIANCE}),
}


class Scope(StrEnum):
    """How far somebody sees into the book."""

    NOTHING = "nothing"
    OWN = "own"
    BRANCH = "branch"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a page: who they are, what they are, and where."""

    staff_id: int
    username: str
    name: str
    branch_id: int | None
    roles: frozenset[str]

    def may(self, action: Action) -> bool:
        """Whether any of their roles is open to the action."""
        return bool(self.roles & ALLOWED[action])

    @property
    def scope(self) -> Scope:
        """How far they see. A leader without a branch leads the whole lender, branches or none."""
        if self.roles & _WATCHERS:
            return Scope.EVERYTHING
        if self.roles & _LEADERS:
            return Scope.BRANCH if self.branch_id is not None else Scope.EVERYTHING
        return Scope.OWN if self.roles & _WORKERS else Scope.NOTHING
