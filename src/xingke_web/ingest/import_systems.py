"""Which system's numbers a file uses: that of the records in which its customers are found."""

from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.engine.lake import LakeEmpty
from xingke.loop.pieces import PieceStore
from xingke.sources.files import RawFile
from xingke.sources.mapping import InMemory, Mapping, TableMap, apply
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.loop.facade import lake_reader

LOOKED_AT = 5_000


def with_known_systems(mapping: Mapping, raw: RawFile, workspace: WorkspaceInfo) -> Mapping:
    """The mapping with tables of facts in the system that knows their customers, where the file names none itself."""
    if any(one.table in ("source_record", "member") for one in mapping.tables):
        return mapping
    tables = tuple(_placed(one, mapping, raw, workspace) for one in mapping.tables)
    return replace(mapping, tables=tables)


def _placed(table: TableMap, mapping: Mapping, raw: RawFile, workspace: WorkspaceInfo) -> TableMap:
    column = table.column("customer_key")
    if column is None:
        return table
    keys = TableMap("source_record", (replace(column, target="source_id"),), {"system": "crm"}, sheet=table.sheet, folds=True)
    _, sink = apply(replace(mapping, tables=(keys,)), raw, most_rows=LOOKED_AT)
    if not isinstance(sink, InMemory) or not sink.tables():
        return table
    found = sink.whole("source_record")["source_id"]
    counted = systems_knowing(workspace, found.to_pylist())
    if not counted:
        return table
    system, hits = counted.most_common(1)[0]
    return replace(table, constants={**table.constants, "system": system}) if hits * 2 >= len(found) else table


def systems_knowing(workspace: WorkspaceInfo, keys: list[str]) -> Counter[str]:
    """How many of the numbers each system knows."""
    counted: Counter[str] = Counter()
    for piece in PieceStore(workspace.lake_path).pieces("source_record"):
        rows = pq.read_table(piece.path, columns=["system", "source_id"], partitioning=None)
        known = rows.filter(pc.is_in(rows["source_id"], value_set=pa.array(keys, pa.string())))
        for row in known.group_by("system").aggregate([("source_id", "count_distinct")]).to_pylist():
            counted |= Counter({row["system"]: row["source_id_count_distinct"]})
    counted |= _in_lake(workspace, keys)
    return counted


def _in_lake(workspace: WorkspaceInfo, keys: list[str]) -> Counter[str]:
    sql = "select system, count(distinct source_id) as hits from source_record where list_contains($keys, source_id) group by 1"
    try:
        reader = lake_reader(workspace)
        if "source_record" not in reader.snapshot.tables:
            return Counter()
        return Counter({row["system"]: row["hits"] for row in reader.rows(sql, {"keys": keys})})
    except LakeEmpty:
        return Counter()
