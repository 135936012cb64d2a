"""The audit is added to and never changed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from recoup.people.models import AuditEntry
from recoup.people.operations import record_audit
from tests.people_and_book import NOW, house


@pytest.mark.django_db
def test_a_line_of_the_audit_cannot_be_changed_or_deleted() -> None:
    entry = record_audit(by=house().lin, at=NOW, action="opened case", subject_kind="case", subject_ref="HB-1")
    for change in (lambda: AuditEntry.objects.update(action="nothing"), entry.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert AuditEntry.objects.get().action == "opened case"
