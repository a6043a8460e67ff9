"""How the values of each tag are spread over the customers: what the tag catalogue shows."""

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.schema import ColumnType
from xingke.tags import PORTRAIT, Tag, TagLibrary

PROFILE = "tag_profile"
QUANTILES = (("p10", 0.10), ("p50", 0.50), ("p90", 0.90))
MEASURABLE = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)

PROFILE_SCHEMA = pa.schema(
    [
        ("tag", pa.string()),
        ("customers", pa.int64()),
        ("with_value", pa.int64()),
        ("distinct_values", pa.int64()),
        ("true_share", pa.float64()),
        ("minimum", pa.float64()),
        *((name, pa.float64()) for name, _ in QUANTILES),
        ("maximum", pa.float64()),
    ]
)


def profile_table(engine: DuckEngine, library: TagLibrary) -> pa.Table:
    """One row a tag: coverage, distinct values, and quantiles of what can be measured."""
    columns = [column for tag in library.tags for column in _columns(tag)]
    row = engine.query(f"select count(*) as customers, {', '.join(columns)} from {PORTRAIT}").to_pylist()[0]
    records = [
        {
            "tag": tag.name,
            "customers": row["customers"],
            **{name: row.get(f"{tag.name}__{name}") for name in PROFILE_SCHEMA.names[2:]},
        }
        for tag in library.tags
    ]
    return pa.Table.from_pylist(records, schema=PROFILE_SCHEMA)


def _columns(tag: Tag) -> list[str]:
    columns = [f"count({tag.name}) as {tag.name}__with_value"]
    if tag.type is ColumnType.FLAG:
        return [*columns, f"avg(case when {tag.name} then 1.0 else 0.0 end) as {tag.name}__true_share"]
    if tag.type is ColumnType.TEXT:
        return [*columns, f"count(distinct {tag.name}) as {tag.name}__distinct_values"]
    if tag.type in MEASURABLE:
        number = f"cast({tag.name} as double)"
        columns += [f"min({number}) as {tag.name}__minimum", f"max({number}) as {tag.name}__maximum"]
        columns += [f"quantile_cont({number}, {at}) as {tag.name}__{name}" for name, at in QUANTILES]
    return columns
