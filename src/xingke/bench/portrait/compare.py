"""Holding two portraits against each other: counts, money, days and words exactly, other numbers to 1e-9."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.schema import ColumnType
from xingke.tags import Family, Tag, general_tags

RELATIVE, ABSOLUTE = 1e-9, 1e-12


class PortraitsDiffer(Exception):
    """Two contenders gave different tags, so their times mean nothing."""


def compared_tags() -> tuple[Tag, ...]:
    """What the peers compute too: every tag but those of touches, of which a wholesaler's lines hold none."""
    return tuple(tag for tag in general_tags() if tag.family not in (Family.RESPONSE, Family.BEHAVIOUR))


def require_same(ours: list[str], peer: Path) -> None:
    """Compare two stored portraits tag by tag.

    Raises
    ------
    PortraitsDiffer
        Naming each tag that differs, the number of customers and the first of them.
    """
    left, right = (pq.ParquetDataset(files, partitioning=None).read().sort_by("customer_id") for files in (ours, [str(peer)]))
    if not left["customer_id"].equals(right["customer_id"]):
        raise PortraitsDiffer(f"{peer.name} holds other customers: {right.num_rows} instead of {left.num_rows}")
    findings = [text for tag in compared_tags() if (text := difference(tag, left, right))]
    if findings:
        raise PortraitsDiffer(f"{peer.name}: " + "; ".join(findings))


def difference(tag: Tag, ours: pa.Table, peer: pa.Table) -> str:
    """What differs in one tag, empty where nothing does."""
    if tag.name not in peer.column_names:
        return f"{tag.name} is not there"
    left, right = _comparable(ours[tag.name], tag), _comparable(peer[tag.name], tag)
    missing = pc.xor(pc.is_null(left), pc.is_null(right))
    if tag.type is ColumnType.NUMBER:
        a, b = (np.asarray(pc.fill_null(column, 0.0)) for column in (left, right))
        unequal = ~np.isclose(a, b, rtol=RELATIVE, atol=ABSOLUTE)
    else:
        unequal = np.asarray(pc.fill_null(pc.not_equal(left, right), False))
    rows = np.flatnonzero(np.asarray(missing) | unequal)
    if not len(rows):
        return ""
    at = int(rows[0])
    return f"{tag.name} differs for {len(rows)} customers, at customer {ours['customer_id'][at]}: {left[at]} and {right[at]}"


def _comparable(column: pa.ChunkedArray, tag: Tag) -> pa.ChunkedArray:
    """Money in cents, whole numbers as int64, other numbers as float64 with NaN as missing."""
    if tag.type is ColumnType.MONEY:
        if pa.types.is_decimal(column.type):
            column = pc.multiply(column.cast(pa.decimal128(16, 2)), pa.scalar(100, pa.int16()))
        return column.cast(pa.int64())
    if tag.type is ColumnType.INTEGER:
        return column.cast(pa.int64())
    if tag.type is ColumnType.NUMBER:
        number = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(number), pa.scalar(None, pa.float64()), number)
    return column.cast({ColumnType.TEXT: pa.string(), ColumnType.FLAG: pa.bool_(), ColumnType.DAY: pa.date32()}[tag.type])
