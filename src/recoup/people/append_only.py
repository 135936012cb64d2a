"""Append-only tables: the database itself refuses to change or delete their rows."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = """CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRESQL = """CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"""

_POSTGRESQL_AGAIN = """DROP TRIGGER {table}_append_only ON {table};
DROP TRIGGER {table}_not_emptied ON {table};
DROP FUNCTION {table}_append_only()"""


def append_only(table: str) -> migrations.RunPython:
    """A migration step after which rows of ``table`` can be added and read, never changed or deleted."""

    def forbid(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRESQL.format(table=table))
            return
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(table=table, event=event))

    def allow(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRESQL_AGAIN.format(table=table))
            return
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")

    return migrations.RunPython(forbid, allow)
