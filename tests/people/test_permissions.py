"""Who may do what, and how far somebody sees."""

from __future__ import annotations

import pytest

from recoup.people.models import Role
from recoup.people.permissions import ALLOWED, Action, Scope, Viewer


def viewer(*roles: str, branch_id: int | None = 1) -> Viewer:
    """Somebody with these roles."""
    return Viewer(1, "lin", "Lin", branch_id, frozenset(roles))


@pytest.mark.parametrize(
    ("roles", "branch_id", "scope"),
    [
        (("collector",), 1, Scope.OWN),
        (("relationship_manager",), None, Scope.OWN),
        (("risk_manager",), 1, Scope.BRANCH),
        (("branch_manager",), None, Scope.EVERYTHING),  # a lender without branches
        (("legal",), 1, Scope.EVERYTHING),
        (("compliance",), None, Scope.EVERYTHING),
        (("administrator",), None, Scope.NOTHING),
        ((), 1, Scope.NOTHING),
        (("administrator", "collector"), 1, Scope.OWN),
        (("collector", "branch_manager"), 1, Scope.BRANCH),
    ],
)
def test_how_far_somebody_sees_follows_from_roles_and_branch(
    roles: tuple[str, ...], branch_id: int | None, scope: Scope
) -> None:
    assert viewer(*roles, branch_id=branch_id).scope == scope


def test_every_action_is_open_to_somebody_and_none_to_everybody() -> None:
    assert set(ALLOWED) == set(Action)
    assert all(ALLOWED[action] for action in Action)
    assert all(set(ALLOWED[action]) != set(Role) for action in Action)


def test_an_administrator_does_no_work_on_cases() -> None:
    ada = viewer("administrator")
    assert not any(ada.may(action) for action in (Action.SEE_CASES, Action.WORK_ON_CASES, Action.MOVE_MONEY))


def test_somebody_with_two_roles_may_do_what_either_may() -> None:
    both = viewer("collector", "compliance")
    assert both.may(Action.WORK_ON_CASES)
    assert both.may(Action.READ_AUDIT)
