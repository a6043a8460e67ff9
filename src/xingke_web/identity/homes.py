"""The number that a record brings along, remembered for ever, so that taking a merge back gives both customers their own numbers again.

A merge does not change the homes of the records: the survivor's number is used for all of them while they are together, and the other
number is a redirect for as long. A record that is new gets the number of its customer as its home; records of a group that got a number of
its own get that one.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HOME: Final = "identity_home"
HOME_SCHEMA: Final = pa.schema(
    [
        pa.field("system", pa.string(), nullable=False),
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("customer_id", pa.int64(), nullable=False),
    ]
)
"""Grain: a record that was ever seen; `customer_id` is the number that it brings along."""

_BETWEEN: Final = "\x1f"


def homes_after(homes: pa.Table, links: pa.Table) -> pa.Table:
    """What to remember after a pass.

    Parameters
    ----------
    homes
        What was remembered before (`HOME_SCHEMA`).
    links
        The customers of this pass: `system`, `source_id`, `customer_id`, each record once.

    Returns
    -------
    pa.Table
        Every record of both, sorted. Homes stay, but for records whose customer's number is new to all of its records.
    """
    links = links.select(HOME_SCHEMA.names).cast(HOME_SCHEMA)
    at = pc.fill_null(pc.index_in(_keys(links), value_set=_keys(homes)), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    now = links["customer_id"].to_numpy()
    before = homes["customer_id"].to_numpy()
    home = np.where(at >= 0, before[at] if before.size else -1, now)
    held = np.unique(now[(at >= 0) & (home == now)])
    is_fresh = (at >= 0) & ~np.isin(now, held)
    home = np.where(is_fresh, now, home)
    kept = np.ones(homes.num_rows, dtype=np.bool_)
    kept[at[at >= 0]] = False
    fresh = pa.table([links["system"], links["source_id"], pa.array(home)], schema=HOME_SCHEMA)
    return pa.concat_tables([homes.filter(pa.array(kept)), fresh]).sort_by([("system", "ascending"), ("source_id", "ascending")])


def _keys(table: pa.Table) -> pa.Array:
    joined = pc.binary_join_element_wise(table["system"], table["source_id"], _BETWEEN)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
