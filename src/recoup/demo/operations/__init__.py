"""Writes of the demonstration book that no file carries."""

from recoup.demo.operations.events import charge_off, pause_debts, record_attempts, stop_contacts
from recoup.demo.operations.findings import find_causes, write_notes
from recoup.demo.operations.setting import debts_by_key, describe_creditors, describe_debtors, hire_colleagues

__all__ = [
    "charge_off",
    "debts_by_key",
    "describe_creditors",
    "describe_debtors",
    "find_causes",
    "hire_colleagues",
    "pause_debts",
    "record_attempts",
    "stop_contacts",
    "write_notes",
]
