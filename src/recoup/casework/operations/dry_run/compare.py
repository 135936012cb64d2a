"""What two sides decide otherwise of one debtor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recoup.casework.causes import rows_of_causes
from recoup.casework.operations.dry_run.found import Change
from recoup.casework.operations.dry_run.side import Treated
from recoup.domain.team import Team
from recoup.rulebooks import Rules

#: What a change may be of. ``stage`` says opened and closed too: one of its sides is empty then.
BUCKET, STAGE, TEAM, SQUAD, ROUTE, LEAD, PEOPLE = "bucket", "stage", "team", "squad", "route", "lead", "people"
STOPPED, REASON, WEIGHT, PLACE, CHARGE = "stopped", "reason", "weight", "place", "charge"
#: What comes before the name of a column of the table of causes.
METHOD = "method."


def changes_between(old: Treated, new: Treated, names: Mapping[int, str]) -> Iterator[Change]:
    """What differs, the cause before its consequences. ``names`` are the user names of staff."""
    yield from _of_debts(old, new)
    if old.case is None and new.case is None:
        return
    before, after = old.case.stage if old.case else "", new.case.stage if new.case else ""
    if before != after:
        yield Change(STAGE, before, after)
    if old.case is None or new.case is None:
        return
    yield from _of_team(old, new, names)
    yield from _of_list(old, new)


def _of_debts(old: Treated, new: Treated) -> Iterator[Change]:
    for before, after in zip(old.debts, new.debts, strict=True):
        if before.bucket != after.bucket:
            yield Change(BUCKET, before.bucket, after.bucket, before.owed.ref)


def _of_team(old: Treated, new: Treated, names: Mapping[int, str]) -> Iterator[Change]:
    if old.case is None or new.case is None or old.team is None or new.team is None:
        return
    roles, others = _roles(old.team), _roles(new.team)
    if roles != others:
        yield Change(TEAM, roles, others)
    if old.team.squad != new.team.squad:
        yield Change(SQUAD, _yes_or_no(old.team.squad), _yes_or_no(new.team.squad))
    if old.team.route != new.team.route:
        yield Change(ROUTE, old.team.route, new.team.route)
    if old.case.lead_id != new.case.lead_id:
        yield Change(LEAD, _name(old.case.lead_id, names), _name(new.case.lead_id, names))
    if old.seats != new.seats and roles == others and old.case.lead_id == new.case.lead_id:
        yield Change(PEOPLE, _people(old.seats, names), _people(new.seats, names))


def _of_list(old: Treated, new: Treated) -> Iterator[Change]:
    if old.stopped != new.stopped:
        yield Change(STOPPED, old.stopped, new.stopped)
    before, after = old.listed, new.listed
    if before is None or after is None:
        return
    if before.id != after.id:
        yield Change(REASON, before.id, after.id)
    if before.priority == after.priority:
        return
    # Within one weight the place is by the sum: the weight is what somebody who reads the table knows.
    if before.weight != after.weight:
        yield Change(WEIGHT, str(before.weight), str(after.weight))
    else:
        yield Change(PLACE, str(before.priority), str(after.priority))


def method_changes(old: Rules, new: Rules, cause_code: str) -> list[Change]:
    """What a cause's method says otherwise, column by column."""
    if old.model.version == new.model.version:
        return []
    before, after = _method(old, cause_code), _method(new, cause_code)
    columns = dict.fromkeys([*before, *after])
    changed = [name for name in columns if before.get(name) != after.get(name)]
    return [Change(METHOD + name, _text(before.get(name)), _text(after.get(name))) for name in changed]


def _method(rules: Rules, cause_code: str) -> Mapping[str, Any]:
    row = rows_of_causes(rules).get(cause_code, {})
    return {name: value for name, value in row.items() if name not in ("code", "rule", "name", "x12_641")}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _yes_or_no(value)
    return "" if value is None else str(value)


def _yes_or_no(value: object) -> str:
    return "true" if value else "false"


def _roles(team: Team) -> str:
    return ", ".join(seat.role for seat in team.seats)


def _people(seats: Mapping[str, int], names: Mapping[int, str]) -> str:
    return ", ".join(sorted(_name(staff_id, names) for staff_id in seats.values()))


def _name(staff_id: int | None, names: Mapping[int, str]) -> str:
    return names.get(staff_id, "") if staff_id is not None else ""
