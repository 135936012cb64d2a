"""Charges for lateness that tried rules would make otherwise in the days ahead, if nothing is paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from recoup.book.operations import CHUNK, Treatment, charges_of
from recoup.book.operations.lines import DebtLines, read_lines
from recoup.casework.operations.dry_run.compare import CHARGE
from recoup.casework.operations.dry_run.found import Change
from recoup.casework.operations.dry_run.reading import Owed
from recoup.domain.money import decimal_text

#: So many days ahead are looked at: each charge by month comes up once.
DAYS_AHEAD = 31


def charge_changes(
    debts: Iterable[Owed], on: date, until: date, *, old: Treatment, new: Treatment
) -> dict[int, list[Change]]:
    """By debt: the charges of ``on <= day <= until`` that differ between two treatments."""
    refs = {owed.debt_id: owed.ref for owed in debts if (owed.creditor_id, owed.kind) in new.accruals}
    debt_ids, found = list(refs), {}
    for start in range(0, len(debt_ids), CHUNK):
        for lines in read_lines(debt_ids[start : start + CHUNK]):
            before, after = _charges(lines, on, until, old), _charges(lines, on, until, new)
            found[lines.debt_id] = [
                Change(CHARGE, before.get(key, ""), after.get(key, ""), refs[lines.debt_id])
                for key in sorted(before.keys() | after.keys())
                if before.get(key) != after.get(key)
            ]
    return found


def _charges(lines: DebtLines, on: date, until: date, treatment: Treatment) -> dict[tuple[str, str], str]:
    found = {}
    for charge in charges_of(lines, until, treatment):
        if charge.dated_on >= on:
            amount = decimal_text(charge.amount_minor, lines.currency)
            found[charge.rule, charge.period] = f"{charge.rule} {amount} {lines.currency}"
    return found
