"""Rows of these tables are never changed or deleted."""

from typing import ClassVar

from django.db import migrations

from recoup.people.append_only import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contact", "0001_initial")]
    operations: ClassVar = [
        append_only("contact_attempt"),
    ]
