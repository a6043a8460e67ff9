"""Which customers lack a field that everybody has to have."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

MANDATORY: Mapping[str, Sequence[str]] = {
    "outlet": ("name", "owner_name", "phone", "address", "licence_no", "county", "format"),
    "account": ("name", "phone", "address"),
    "consumer": ("name", "phone"),
    "lead": ("name", "phone"),
}
"""By kind of customer."""

MISSING = pa.schema([pa.field("customer_id", pa.int64(), nullable=False), pa.field("field", pa.string(), nullable=False)])


def completeness(golden: pa.Table, mandatory: Mapping[str, Sequence[str]] = MANDATORY) -> pa.Table:
    """The fields to be collected.

    Parameters
    ----------
    golden
        `schema.golden.GOLDEN_RECORD`.

    Returns
    -------
    pa.Table
        Grain: a customer and mandatory field that is empty: `customer_id`, `field`, in that order.
    """
    parts = [MISSING.empty_table()]
    for kind, fields in mandatory.items():
        for field in fields:
            lacks = pc.and_(pc.equal(golden["kind"], kind), pc.is_null(golden[field]))
            ids = golden["customer_id"].filter(lacks).combine_chunks()
            parts.append(pa.Table.from_arrays([ids, pa.array([field] * len(ids), pa.string())], schema=MISSING))
    return pa.concat_tables(parts).sort_by([("customer_id", "ascending"), ("field", "ascending")])
