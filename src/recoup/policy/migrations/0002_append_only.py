"""Rows of these tables are never changed or deleted."""

from typing import ClassVar

from django.db import migrations

from recoup.people.append_only import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("policy", "0001_initial")]
    operations: ClassVar = [
        append_only("policy_rulebookversion"),
        append_only("policy_drafttext"),
        append_only("policy_withdrawal"),
        append_only("policy_secondlook"),
    ]
