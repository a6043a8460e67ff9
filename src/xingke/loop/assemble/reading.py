"""Pieces and stored tables as relations of one engine."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.engine.duck import file_list, quoted
from xingke.engine.lake import LakeWriter
from xingke.loop.pieces import Piece, PieceStore
from xingke.schema import CUSTOMER, ORG_UNIT, PRODUCT, Table
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import INTAKE_TABLES

LOADS = pa.schema(
    [
        ("file", pa.string()),
        ("load_id", pa.string()),
        ("load_order", pa.int64()),
        ("part_order", pa.int64()),
        ("is_whole", pa.bool_()),
        ("is_numbered", pa.bool_()),
        ("emptied", pa.list_(pa.string())),
    ]
)
"""What is known of each piece: `load_order` is the place of its reading among all, `part_order` its own."""

RULES: Final = "2"
"""Grows when the same pieces give other tables than before, so that all are put together anew."""


def open_pieces(engine: DuckEngine, name: str, table: str, pieces: Sequence[Piece]) -> None:
    """The rows of a table's pieces under a name, each with its load; without any, an empty relation of the same columns.

    Pieces of an earlier version may lack columns, which are empty then, or have them in another type.
    """
    form = INTAKE_TABLES[table]
    engine.load(f"{name}_load", pa.Table.from_pylist(_loads(pieces), schema=LOADS))
    if not pieces:
        columns = [pa.field(field.name, field.type) for field in form.arrow_schema]
        engine.load(name, pa.schema([*columns, *list(LOADS)[1:], pa.field("file_row_number", pa.int64())]).empty_table())
        return
    there = {column for each in pieces for column in each.columns}
    columns_sql = ", ".join(
        f"cast({f'read.{column.name}' if column.name in there else 'null'} as {column.type.sql}) as {column.name}"
        for column in form.columns
    )
    marks_sql = ", ".join(f"{name}_load.{field}" for field in LOADS.names[1:])
    files = file_list([str(each.path) for each in pieces])
    engine.drop(name)
    engine.connection.execute(f"""
        create view {quoted(name)} as
        select {columns_sql}, {marks_sql}, read.file_row_number
        from read_parquet({files}, filename = true, file_row_number = true, hive_partitioning = false, union_by_name = true) as read
        join {name}_load on {name}_load.file = read.filename
    """)


def _loads(pieces: Sequence[Piece]) -> list[dict[str, object]]:
    begun: dict[str, int] = {}
    for each in pieces:
        begun[each.reading] = min(each.order, begun.get(each.reading, each.order))
    return [
        {
            "file": str(each.path),
            "load_id": each.load_id,
            "load_order": begun[each.reading],
            "part_order": each.order,
            "is_whole": each.is_whole,
            "is_numbered": each.is_numbered,
            "emptied": list(each.emptied),
        }
        for each in pieces
    ]


def open_table(engine: DuckEngine, name: str, files: Sequence[str], table: Table) -> None:
    """A stored table under a name; without files, an empty relation of its columns."""
    if files:
        engine.scan(name, files)
    else:
        engine.load(name, table.arrow_schema.empty_table())


def own_columns(engine: DuckEngine, files: Sequence[str], table: Table) -> dict[str, str]:
    """The columns that a stored table has beyond the canonical ones, those of its trade, with their types in SQL."""
    if not files:
        return {}
    rows = f"select * from read_parquet({file_list(files[:1])}, hive_partitioning = false)"
    found = engine.query(f"select column_name, column_type from (describe {rows})").to_pylist()
    return {row["column_name"]: row["column_type"] for row in found if row["column_name"] not in table.column_names}


def open_identity(engine: DuckEngine, writer: LakeWriter) -> None:
    """`linked`, `golden` and `redirect`: what identity made of the records, empty before it ran."""
    for name, table in (("linked", IDENTITY_LINK), ("golden", GOLDEN_RECORD), ("redirect", IDENTITY_REDIRECT)):
        files = writer.view.files(table.name) if table.name in writer.tables else []
        open_table(engine, name, files, table)


def open_links(engine: DuckEngine, writer: LakeWriter) -> None:
    """`link_of`: the links of the customers that there are, once these are put together."""
    open_table(engine, "present", writer.view.files(CUSTOMER.name), CUSTOMER)
    engine.connection.execute("create or replace temp table link_of as select * from linked semi join present using (customer_id)")


def open_bases(engine: DuckEngine, bases: Mapping[str, list[str]]) -> None:
    """`base_customer`, `base_product`, `unit`, and `customer_of`: who goes by which key in the bulk sources, ids given up replaced."""
    open_table(engine, "base_customer", bases[CUSTOMER.name], CUSTOMER)
    open_table(engine, "base_product", bases[PRODUCT.name], PRODUCT)
    open_table(engine, "unit", bases[ORG_UNIT.name], ORG_UNIT)
    engine.connection.execute("""
        create or replace temp table customer_of as
        select base.source_key, min(coalesce(redirect.customer_id, base.customer_id)) as customer_id
        from base_customer as base left join redirect on redirect.from_customer_id = base.customer_id
        group by base.source_key
    """)


def inputs_of(writer: LakeWriter, store: PieceStore, name: str, reads: Sequence[str]) -> dict[str, str]:
    """What an assembled table was made from, by name: versions of tables, and the pieces in their order."""
    found = {read: writer.tables[read].directory for read in reads if read in writer.tables}
    found["pieces"] = " ".join(f"{piece.load_id}:{piece.path.stat().st_mtime_ns}" for piece in store.pieces(name))
    return found
