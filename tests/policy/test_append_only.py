"""The database itself keeps what was published, and asks for a second person, whoever writes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from recoup.policy import operations as policy
from recoup.policy.models import DraftText, RulebookVersion
from tests.people_and_book import NOW, TODAY, House
from tests.policy.made_rules import TOMORROW, published, rules

pytestmark = pytest.mark.django_db

#: A column of each that somebody might wish were different.
TABLES = {
    "policy_rulebookversion": "dmn",
    "policy_drafttext": "dmn",
    "policy_withdrawal": "why",
    "policy_secondlook": "by_id",
}


@pytest.fixture
def written(people: House) -> dict[str, models.Model]:
    """One row of each."""
    version = published(people.han, people.mei)
    returned = policy.go_back(version.pk, why="Worse", by=people.mei, at=NOW, today=TODAY)
    planned = published(people.han, people.mei, rules(late_from=15), on=TOMORROW)
    return {
        "policy_rulebookversion": version,
        "policy_drafttext": DraftText.objects.filter(draft=version.draft).get(),
        "policy_withdrawal": policy.withdraw_version(planned.pk, why="No", by=people.mei, at=NOW, today=TODAY),
        "policy_secondlook": policy.look_again(returned.pk, by=people.yan, at=NOW),
    }


def is_refused(change: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_neither_changed_nor_deleted(table: str, written: dict[str, models.Model]) -> None:
    row, column = written[table], TABLES[table]
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    statements = (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table} WHERE id = {row.pk}",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            assert is_refused(lambda text=statement: cursor.execute(text))  # type: ignore[misc]
    assert is_refused(row.save)
    assert is_refused(lambda: rows.update(**{column: 1}))
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def forged(version: RulebookVersion, **other: Any) -> None:
    """Writes a version past the operations, like another one but for ``other``."""
    names = [field.attname for field in RulebookVersion._meta.concrete_fields if field.name not in ("id", "draft")]
    fields = {name: getattr(version, name) for name in names} | {"number": 99} | other
    with transaction.atomic():
        RulebookVersion.objects.create(**fields)


def test_the_database_asks_for_a_second_person(people: House) -> None:
    version = published(people.han, people.mei)
    draft = policy.propose_draft("house/lead", why="More", key="forged", by=people.han, at=NOW)
    forgeries: list[dict[str, Any]] = [
        {"approved_by_id": people.han.pk},
        {"proposed_by_id": people.yan.pk, "edited_by_id": people.yan.pk, "approved_by_id": people.yan.pk},
        {"edited_by_id": people.mei.pk},
        {"submitted_by_id": people.mei.pk},
        {"proposed_by_id": people.mei.pk},
        {"approved_by_id": None},
        {"submitted_by_id": None},
        {"draft_id": None},
        {"origin": "release", "draft_id": None},
        {"origin": "release", "draft_id": None, "number": 0},
        {"origin": "return", "draft_id": None},
    ]
    for forgery in forgeries:
        with pytest.raises(IntegrityError):
            forged(version, **{"draft_id": draft.pk, **forgery})
    forged(version, draft_id=draft.pk)


def test_a_number_and_a_draft_are_published_once(people: House) -> None:
    version = published(people.han, people.mei)
    draft = policy.propose_draft("house/lead", why="More", key="forged", by=people.han, at=NOW)
    for twice in ({"number": 2, "draft_id": draft.pk}, {"draft_id": version.draft_id}):
        with pytest.raises(IntegrityError):
            forged(version, **twice)
