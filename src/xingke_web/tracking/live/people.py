"""Whose events they are: the customers behind the keys that clients send."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from xingke.engine import LakeReader
from xingke.events.compact import event_rows
from xingke.events.event import Event
from xingke.privacy import Vault
from xingke.schema.golden import IDENTITY_LINK
from xingke_web.tracking.links import users_of

Key = tuple[str, str]

_LINKS = "select system, source_id, customer_id from identity_link where source_id in (select unnest($keys))"
_SOURCES = "select source_key, min(customer_id) as customer_id from customer where source_key in (select unnest($keys)) group by source_key"


def rows_of(workspace_id: int, events: Sequence[Event], reader: LakeReader, vault: Vault) -> tuple[pa.Table, int]:
    """Events as rows of `tracked_event` with the ids of customers, and how many are of people whom nobody knows yet.

    The latter are not lost: they wait in their piece, as they do for each pass.
    """
    stated = event_rows(events, users_of(workspace_id, events, vault), vault)
    keys = list(zip(stated["system"].to_pylist(), stated["customer_key"].to_pylist(), strict=True))
    known = customers_of(reader, keys)
    numbers = pa.array([known.get(key) for key in keys], pa.int64())
    rows = stated.append_column("customer_id", numbers).filter(numbers.is_valid())
    return rows, len(keys) - rows.num_rows


def customers_of(reader: LakeReader, keys: Sequence[Key]) -> Mapping[Key, int]:
    """Customers by system and key: by the links of identity, else by the key that the bulk sources know them by."""
    wanted = sorted({key for _, key in keys})
    found = {row["source_key"]: row["customer_id"] for row in reader.rows(_SOURCES, {"keys": wanted})}
    answer = {key: found[key[1]] for key in keys if key[1] in found}
    if reader.has(IDENTITY_LINK.name):
        linked = {(row["system"], row["source_id"]): row["customer_id"] for row in reader.rows(_LINKS, {"keys": wanted})}
        answer |= {key: linked[key] for key in keys if key in linked}
    return answer
