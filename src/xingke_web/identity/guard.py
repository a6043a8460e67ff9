"""The triggers that keep decisions append-only even for whoever writes SQL, on both databases."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE: Final = "identity_decision"
_SAYS: Final = "decisions about identity are append-only"

_SQLITE_ON: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS decision_no_{verb.lower()} BEFORE {verb} ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    for verb in ("UPDATE", "DELETE")
)
_SQLITE_OFF: Final = ("DROP TRIGGER IF EXISTS decision_no_update", "DROP TRIGGER IF EXISTS decision_no_delete")
_POSTGRESQL_ON: Final = (
    f"CREATE OR REPLACE FUNCTION decision_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$ LANGUAGE plpgsql",
    f"CREATE OR REPLACE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON {_TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION decision_append_only()",
)
_POSTGRESQL_OFF: Final = (f"DROP TRIGGER IF EXISTS decision_no_change ON {_TABLE}",)


def guard_on(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, _POSTGRESQL_ON if connection.vendor == "postgresql" else _SQLITE_ON)


def guard_off(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for undoing the migration, and for tests that empty every table."""
    _run(connection, _POSTGRESQL_OFF if connection.vendor == "postgresql" else _SQLITE_OFF)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
