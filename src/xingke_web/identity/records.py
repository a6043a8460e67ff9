"""Records of source systems and golden records, read from the lake and opened in memory for one page."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from xingke.engine import LakeEmpty, LakeReader
from xingke.schema.golden import GOLDEN_RECORD
from xingke.schema.intake import RECORD
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.identity.contracts import RecordKey
from xingke_web.loop.facade import lake_reader

RECORDS: Final = RECORD.name
LINKS: Final = "identity_link"
GOLDEN: Final = GOLDEN_RECORD.name

NOT_IN_LIST: Final = "not_in_list"
"""The rule of a field whose word the trade's list does not have."""

_BY_KEY: Final = f"""
    select record.*, link.customer_id, link.rule, link.probability
    from {RECORDS} as record
    join (select unnest($systems::varchar[]) as system, unnest($keys::varchar[]) as source_id) as asked using (system, source_id)
    left join {LINKS} as link on link.system = record.system and link.source_id = record.source_id
"""  # noqa: S608 - names above
_BY_CUSTOMER: Final = f"""
    select record.*, link.customer_id, link.rule, link.probability
    from {LINKS} as link join {RECORDS} as record on record.system = link.system and record.source_id = link.source_id
    where link.customer_id in (select unnest($numbers::bigint[]))
    order by link.customer_id, record.system, record.source_id
"""  # noqa: S608 - names above


@dataclass(frozen=True)
class Record:
    """What one system says; values are readable, so a record never leaves the request that asked for it."""

    key: RecordKey
    number: int | None
    rule: str
    probability: float | None
    values: Mapping[str, Any]

    def text(self, field: str) -> str:
        """A value as text, empty where the system says nothing."""
        value = self.values.get(field)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Origin:
    """Where a field of a golden record comes from."""

    system: str
    key: str
    rule: str
    agree: int
    said_on: str


@dataclass(frozen=True)
class Golden:
    """The golden record of a customer with the origin of each field.

    Parameters
    ----------
    unlisted
        What the system itself writes, by field, where that is in no list of the trade and the golden record has therefore no value.
    """

    number: int
    kind: str
    values: Mapping[str, Any]
    origins: Mapping[str, Origin]
    unlisted: Mapping[str, str] = field(default_factory=dict)


def has_identity(reader: LakeReader) -> bool:
    """Whether a pass has identified the records of this lake."""
    return reader.has(LINKS) and reader.has(RECORDS)


def records_by_key(workspace: WorkspaceInfo, keys: Sequence[RecordKey]) -> dict[RecordKey, Record]:
    """Records by their keys; those that are gone are left out."""
    reader = lake_reader(workspace)
    if not keys or not has_identity(reader):
        return {}
    asked = {"systems": [key.system for key in keys], "keys": [key.key for key in keys]}
    return {record.key: record for record in _opened(workspace, reader.query(_BY_KEY, asked))}


def records_of(workspace: WorkspaceInfo, numbers: Sequence[int]) -> list[Record]:
    """Every record of some customers."""
    reader = lake_reader(workspace)
    if not numbers or not has_identity(reader):
        return []
    return _opened(workspace, reader.query(_BY_CUSTOMER, {"numbers": list(numbers)}))


def keys_of_customers(workspace: WorkspaceInfo, numbers: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """System and key of every record of some customers, by customer; nothing before the first pass."""
    reader = lake_reader(workspace)
    try:
        if not has_identity(reader):
            return {}
    except LakeEmpty:
        return {}
    sql = f"select customer_id, system, source_id from {LINKS} where customer_id in (select unnest($numbers::bigint[]))"  # noqa: S608 - a name above
    found: dict[int, list[tuple[str, str]]] = {}
    for row in reader.rows(sql, {"numbers": list(numbers)}):
        found.setdefault(row["customer_id"], []).append((row["system"], row["source_id"]))
    return found


def systems_of(workspace: WorkspaceInfo, number: int) -> list[tuple[str, int]]:
    """The systems that know a customer, with the number of their records."""
    reader = lake_reader(workspace)
    if not has_identity(reader):
        return []
    sql = f"select system, count(*) as records from {LINKS} where customer_id = $number group by 1 order by 2 desc, 1"  # noqa: S608 - a name above
    return [(row["system"], row["records"]) for row in reader.rows(sql, {"number": number})]


def golden_of(workspace: WorkspaceInfo, number: int) -> Golden | None:
    """The golden record of a customer; None where the lake has none."""
    reader = lake_reader(workspace)
    if not reader.has(GOLDEN):
        return None
    table = reader.query(f"select * from {GOLDEN} where customer_id = $number", {"number": number})  # noqa: S608 - a name above
    rows = vault_of(workspace.id).open_table(table, GOLDEN_RECORD).to_pylist()
    if not rows:
        return None
    row = rows[0]
    origins = origins_of(row["provenance"])
    asked = [RecordKey(origin.system, origin.key) for origin in origins.values() if origin.rule == NOT_IN_LIST]
    return Golden(number, row["kind"], row, origins, unlisted_words(origins, records_by_key(workspace, asked)))


def unlisted_words(origins: Mapping[str, Origin], records: Mapping[RecordKey, Record]) -> dict[str, str]:
    """By field the word of its system that the trade's list does not have."""
    keys = {field: RecordKey(origin.system, origin.key) for field, origin in origins.items() if origin.rule == NOT_IN_LIST}
    return {field: records[key].text(field) for field, key in keys.items() if key in records}


def origins_of(text: str) -> dict[str, Origin]:
    """The provenance of a golden record; a part that cannot be read is left out."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {field: _origin(said) for field, said in found.items() if isinstance(said, dict)}


def _origin(said: Mapping[str, Any]) -> Origin:
    return Origin(
        system=str(said.get("system") or ""),
        key=str(said.get("source_id") or said.get("key") or ""),
        rule=str(said.get("rule") or ""),
        agree=int(said.get("agree") or said.get("records") or 0),
        said_on=str(said.get("updated_on") or said.get("on") or ""),
    )


def _opened(workspace: WorkspaceInfo, table: pa.Table) -> list[Record]:
    rows: Iterable[dict[str, Any]] = vault_of(workspace.id).open_table(table, RECORD).to_pylist()
    return [
        Record(RecordKey(row["system"], row["source_id"]), row["customer_id"], row["rule"] or "", row["probability"], row) for row in rows
    ]
