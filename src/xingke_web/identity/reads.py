"""Which collected fields identity reads, declared for the use rate of the data."""

from collections.abc import Mapping
from typing import Final

from xingke.schema import TABLES
from xingke_web.identity.words import FIELDS
from xingke_web.ingest.facade import reads_of, use_register

RECORD: Final = TABLES["source_record"]
LINKED: Final = (
    "system", "source_id", "name", "owner_name", "phone", "address", "licence_no", "county", "format", "registered_on", "uscc", "id_number",
    "email", "open_id", "updated_on",
)  # fmt: skip
"""What `xingke.identity.chinese.records` brings into the form in which records are compared."""


def register() -> None:
    """Declare them; called once when the application is ready."""
    use_register("identity", "Records compared with each other", {RECORD.name: [name for name in LINKED if name in RECORD.column_names]})
    use_register("identity", "Customers made of records", reads_of("xingke.loop.assemble.statements"))
    use_register("page", "Review of records", _of_review)


def _of_review() -> Mapping[str, list[str]]:
    """What a steward sees of two records, and what the pages of identity ask the lake for."""
    names = ("syncing", "clusters", "figures", "moving", "resolving")
    found = {table: list(columns) for table, columns in reads_of(*(f"xingke_web.identity.{name}" for name in names))().items()}
    shown = (name for name in FIELDS if name in RECORD.column_names)
    return {**found, RECORD.name: sorted({*found.get(RECORD.name, ()), *shown})}
