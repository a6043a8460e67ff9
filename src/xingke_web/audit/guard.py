"""The triggers that keep the log append-only even for whoever writes SQL, on both databases."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE: Final = "audit_auditentry"
_SAYS: Final = "audit entries are append-only"

_SQLITE_ON: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    for verb in ("UPDATE", "DELETE")
)
_SQLITE_OFF: Final = ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete")
_POSTGRESQL_ON: Final = (
    f"CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$ LANGUAGE plpgsql",
    f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)
_POSTGRESQL_OFF: Final = (
    f"DROP TRIGGER IF EXISTS audit_no_change ON {_TABLE}",
    f"DROP TRIGGER IF EXISTS audit_no_truncate ON {_TABLE}",
)


def guard_on(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, _POSTGRESQL_ON if connection.vendor == "postgresql" else _SQLITE_ON)


def guard_off(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for undoing the migration, and for tests that empty every table."""
    _run(connection, _POSTGRESQL_OFF if connection.vendor == "postgresql" else _SQLITE_OFF)


def guard_count(connection: BaseDatabaseWrapper) -> int:
    """How many of the two triggers exist; a rebuilt table loses them silently on SQLite."""
    statement = (
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'audit_no_%'"
        if connection.vendor == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_no_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
