"""The trigger that keeps verdicts as they were written, on both databases; removal is refused by whatever refers to them."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE: Final = "compliance_verdict"
_SAYS: Final = "verdicts are append-only"
_SQLITE_ON: Final = (f"CREATE TRIGGER IF NOT EXISTS verdict_no_update BEFORE UPDATE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",)
_SQLITE_OFF: Final = ("DROP TRIGGER IF EXISTS verdict_no_update",)
_POSTGRESQL_ON: Final = (
    f"CREATE OR REPLACE FUNCTION verdict_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$ LANGUAGE plpgsql",
    f"CREATE TRIGGER verdict_no_update BEFORE UPDATE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION verdict_append_only()",
)
_POSTGRESQL_OFF: Final = (f"DROP TRIGGER IF EXISTS verdict_no_update ON {_TABLE}",)


def guard_on(connection: BaseDatabaseWrapper) -> None:
    """Create the trigger."""
    _run(connection, _POSTGRESQL_ON if connection.vendor == "postgresql" else _SQLITE_ON)


def guard_off(connection: BaseDatabaseWrapper) -> None:
    """Drop the trigger, for undoing the migration."""
    _run(connection, _POSTGRESQL_OFF if connection.vendor == "postgresql" else _SQLITE_OFF)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
