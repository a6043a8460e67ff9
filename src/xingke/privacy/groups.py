"""Groups that are large enough to hide in, and rows under pseudonyms: what may leave for analysis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from xingke.errors import UserFacingError
from xingke.privacy.vault import Vault
from xingke.schema import ColumnType, Table

K: Final = 10
"""The smallest group of persons that share everything by which somebody could be told apart."""

PSEUDONYM: Final = "pseudonym"
_LEFT_OUT: Final = frozenset(
    {"display_name", "source_key", "name", "licence_no", "uscc", "latitude", "longitude", "provenance", "properties"}
)
_PERSON_KEYS: Final = ("customer_id", "outlet_id", "owner_id")


class GroupsTooSmall(UserFacingError):
    """Nothing can be given out, because every group is smaller than the limit."""


@dataclass(frozen=True)
class Grouped:
    """Rows of which each shares its quasi-identifiers with at least k - 1 others.

    Parameters
    ----------
    hidden
        Rows whose quasi-identifiers were emptied because their group was too small.
    left_out
        Rows that were left out, because even together the emptied ones were too few.
    """

    rows: pa.Table
    hidden: int
    left_out: int


def k_anonymous(rows: pa.Table, quasi: Sequence[str], *, k: int = K) -> Grouped:
    """Rows in which nobody stands out: small groups lose their quasi-identifiers, and go where that is not enough.

    References
    ----------
    Sweeney (2002), k-anonymity: a model for protecting privacy, section 3; suppression after Samarati (2001).

    Raises
    ------
    GroupsTooSmall
        No row would be left of some.
    """
    names = [name for name in quasi if name in rows.column_names]
    if not names:
        return _refused_below(rows, rows, k, 0)
    counted = rows.select(names).append_column("_row", pa.array(range(rows.num_rows), pa.int64()))
    sizes = counted.group_by(names).aggregate([("_row", "count"), ("_row", "list")])
    small = pc.less(sizes["_row_count"], k)
    places = (
        pc.list_flatten(sizes["_row_list"].combine_chunks().filter(small.combine_chunks())) if rows.num_rows else pa.array([], pa.int64())
    )
    hide = pc.is_in(pa.array(range(rows.num_rows), pa.int64()), places)
    hidden = len(places)
    changed = rows
    for name in names:
        position = changed.schema.get_field_index(name)
        kind = changed.schema.field(name).type
        changed = changed.set_column(position, pa.field(name, kind), pc.if_else(hide, pa.scalar(None, kind), changed[name]))
    if not hidden:
        return _refused_below(rows, changed, k, 0)
    empty = _all_empty(changed, names)
    if pc.sum(empty).as_py() < k:
        changed = changed.filter(pc.invert(empty))
    return _refused_below(rows, changed, k, hidden - (rows.num_rows - changed.num_rows))


def smallest_group(rows: pa.Table, quasi: Sequence[str]) -> int:
    """How many rows the smallest group of equal quasi-identifiers has; 0 without rows."""
    names = [name for name in quasi if name in rows.column_names]
    if not rows.num_rows or not names:
        return len(rows)
    counted = rows.select(names).append_column("_row", pa.array(range(rows.num_rows), pa.int64()))
    sizes: list[int] = counted.group_by(names).aggregate([("_row", "count")])["_row_count"].to_pylist()
    return min(sizes)


def pseudonymised(rows: pa.Table, schema: Table, vault: Vault, *, salt: str = "") -> pa.Table:
    """Rows for the analysis zone: nothing that identifies, a keyed pseudonym for the person, places and days made coarse.

    Identifying columns, names, keys and exact places are left out. The key of the person becomes `pseudonym` (16 hex digits, the same for
    one `salt` of the workspace: a salt of its own for each file keeps files from being joined). Days become the first of their month,
    postcodes keep three digits, years of birth their decade.
    """
    out: dict[str, Any] = {}
    key = next((name for name in _PERSON_KEYS if name in rows.column_names), None)
    if key is not None:
        out[PSEUDONYM] = _pseudonyms(rows[key], vault, salt)
    for column in schema.columns:
        if column.name in rows.column_names and not column.identifies and column.name not in _LEFT_OUT and not column.name.endswith("_id"):
            out[column.name] = _coarse(rows[column.name], column.name, column.type)
    return pa.table(out)


def _pseudonyms(keys: pa.ChunkedArray, vault: Vault, salt: str) -> pa.Array:
    known: Mapping[Any, str] = {key: vault.blind(f"{salt}{key}", PSEUDONYM)[:16] for key in pc.unique(keys).to_pylist() if key is not None}
    return pa.array([known.get(key) for key in keys.to_pylist()], pa.string())


def _coarse(values: pa.ChunkedArray, name: str, kind: ColumnType) -> pa.ChunkedArray:
    if name == "postcode":
        return pc.utf8_slice_codeunits(values, 0, 3)
    if name == "birth_year":
        return pc.multiply(pc.divide(values, 10), 10)
    if kind is ColumnType.DAY:
        return pc.floor_temporal(values.cast(pa.timestamp("s")), unit="month").cast(pa.date32())
    if kind is ColumnType.INSTANT:
        return pc.floor_temporal(values, unit="day")
    return values


def _all_empty(rows: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    empty = pc.is_null(rows[names[0]])
    for name in names[1:]:
        empty = pc.and_(empty, pc.is_null(rows[name]))
    return empty


def _refused_below(before: pa.Table, after: pa.Table, k: int, hidden: int) -> Grouped:
    if before.num_rows and after.num_rows < k:
        raise GroupsTooSmall(
            zh=f"涉及个人的导出每组至少 {k} 人，所选只有 {before.num_rows} 人，无法导出；请放宽筛选条件",
            en=f"an export about persons needs groups of {k} or more; these are {before.num_rows}. Widen the filters",
            k=k,
            rows=before.num_rows,
        )
    return Grouped(after, hidden, before.num_rows - after.num_rows)
