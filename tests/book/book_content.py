"""The whole book by natural keys: two databases hold the same book when these are equal, whatever their ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

_OF_DEBT = "JOIN book_debt d ON d.id = t.debt_id JOIN book_creditor c ON c.id = d.creditor_id"
QUERIES = {
    "creditors": "SELECT code, name FROM book_creditor",
    "branches": "SELECT code, name FROM people_branch",
    "debtors": "SELECT c.code, t.ref, t.name, t.phone, t.email, t.address, t.country, t.region, t.time_zone,"
    " t.language, t.id_number FROM book_debtor t JOIN book_creditor c ON c.id = t.creditor_id",
    "debts": "SELECT c.code, d.ref, b.ref, d.kind, d.currency, d.source, CAST(d.opened_on AS TEXT), d.contract_ref,"
    " d.relationship_manager FROM book_debt d JOIN book_creditor c ON c.id = d.creditor_id"
    " JOIN book_debtor b ON b.id = d.debtor_id",
    "postings": "SELECT c.code, d.ref, t.kind, CAST(t.dated_on AS TEXT), t.amount_minor, t.principal_minor,"
    " t.interest_minor, t.fees_minor, t.instalment_no, t.ref, t.method, p.ref"
    f" FROM book_posting t {_OF_DEBT} LEFT JOIN book_posting p ON p.id = t.reverses_id",
    "snapshots": "SELECT c.code, d.ref, CAST(t.as_of AS TEXT), t.balance_principal_minor, t.balance_interest_minor,"
    " t.balance_fees_minor, t.days_overdue, t.past_due_minor, CAST(t.next_due_on AS TEXT)"
    f" FROM book_snapshot t {_OF_DEBT}",
    "parties": f"SELECT c.code, d.ref, t.role, t.name, t.phone FROM book_party t {_OF_DEBT}",
    "collateral": "SELECT c.code, d.ref, t.kind, CAST(t.valued_on AS TEXT), t.value_minor"
    f" FROM book_collateral t {_OF_DEBT}",
    "facts": "SELECT c.code, d.ref, CAST(t.derived_on AS TEXT), t.owed_minor, t.past_due_minor,"
    f" CAST(t.oldest_on AS TEXT), CAST(t.next_change_on AS TEXT) FROM book_debtfacts t {_OF_DEBT}",
}
Content = dict[str, list[tuple[Any, ...]]]


def content(rows: Callable[[str], list[tuple[Any, ...]]] | None = None) -> Content:
    """Every row of every table, in an order of their own; from the test's database unless another is asked."""
    return {name: sorted((rows or _rows)(query), key=str) for name, query in QUERIES.items()}


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]
