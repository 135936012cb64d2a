"""Everything that an installation's database holds, by natural keys: two databases are the same when these are equal.

Surrogate keys and the instants of writing are left out: a run that was cut off and repeated writes them differently.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

from recoup.book.models import Creditor, Debt, Debtor, ImportRun, Posting
from recoup.casework.models import Case
from recoup.people.models import Branch, Staff
from recoup.policy.models import Rulebook, RulebookVersion

Rows = Callable[[str], list[tuple[Any, ...]]]
Row = tuple[Any, ...]
_Field = Any  # Django's fields, read by their documented attributes
_Known = dict[type[models.Model], dict[Any, Row]]

#: The columns by which rows are known that others point to.
_KEYS: dict[type[models.Model], tuple[str, ...]] = {
    Branch: ("code",),
    Staff: ("username",),
    Creditor: ("code",),
    Debtor: ("creditor", "ref"),
    Debt: ("creditor", "ref"),
    Case: ("ref",),
    Rulebook: ("name", "scope"),
    RulebookVersion: ("rulebook", "number"),
    Posting: ("debt", "kind", "dated_on", "amount_minor", "instalment_no", "ref", "rule", "period"),
}
_LEFT_OUT = {"password", "last_login", "recorded_at", "at", "started_at", "turn_of"}


def contents(rows: Rows) -> dict[str, list[Row]]:
    """All rows of all tables, sorted; `rows` gives what a query finds."""
    known: _Known = {}
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in ("people", "book", "contact", "casework") and model is not ImportRun:
            fields = [field for field in model._meta.concrete_fields if _is_kept(field)]
            read = [_natural(fields, row, rows, known) for row in _rows_of(model, fields, rows)]
            found[model._meta.db_table] = sorted(read, key=repr)
    return found


def _is_kept(field: _Field) -> bool:
    is_surrogate = field.primary_key and field.related_model is None
    return not is_surrogate and field.name not in _LEFT_OUT


def differences(one: dict[str, list[Row]], other: dict[str, list[Row]]) -> dict[str, tuple[list[Row], list[Row]]]:
    """By table, the rows that only one or only the other has; empty when both hold the same."""
    found = {}
    for table in one.keys() | other.keys():
        left, right = one.get(table, []), other.get(table, [])
        if left != right:
            found[table] = (
                [row for row in left if row not in right][:5],
                [row for row in right if row not in left][:5],
            )
    return found


def rows_here(query: str) -> list[Row]:
    """What a query finds in the test's own database."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _rows_of(model: type[models.Model], fields: list[_Field], rows: Rows) -> list[Row]:
    names = ", ".join(f'"{field.column}"' for field in fields)
    return rows(f'SELECT {names} FROM "{model._meta.db_table}"')


def _natural(fields: list[_Field], row: Row, rows: Rows, known: _Known) -> Row:
    """The row with natural keys in place of references."""
    return tuple(_value(field, value, rows, known) for field, value in zip(fields, row, strict=True))


def _value(field: _Field, value: Any, rows: Rows, known: _Known) -> Any:
    target = field.related_model
    if value is None or target is None or isinstance(target, str):
        return _plain(field, value)
    if target not in known:
        key, fields = target._meta.pk, [target._meta.get_field(name) for name in _KEYS[target]]
        found = _rows_of(target, [key, *fields], rows)
        known[target] = {row[0]: _natural(fields, row[1:], rows, known) for row in found}
    return known[target][value]


def _plain(field: _Field, value: Any) -> Any:
    if field.name == "finished_at":
        return value is not None
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)
    if isinstance(field, models.BooleanField) and value is not None:
        return bool(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
