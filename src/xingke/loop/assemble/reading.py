"""Pieces and stored tables as relations of one engine."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.engine.duck import file_list, quoted
from xingke.engine.lake import LakeWriter
from xingke.loop.pieces import Piece, PieceStore
from xingke.schema import CUSTOMER, ORG_UNIT, PRODUCT, Table
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import INTAKE_TABLES

LOADS = pa.schema([("file", pa.string()), ("load_id", pa.string()), ("load_order", pa.int64())])


def open_pieces(engine: DuckEngine, name: str, table: str, pieces: Sequence[Piece]) -> None:
    """The rows of a table's pieces under a name, each with its load; without any, an empty relation of the same columns."""
    form = INTAKE_TABLES[table]
    engine.load(
        f"{name}_load",
        pa.Table.from_pylist(
            [{"file": str(each.path), "load_id": each.load_id, "load_order": each.order} for each in pieces], schema=LOADS
        ),
    )
    if not pieces:
        extra = [("load_id", pa.string()), ("load_order", pa.int64()), ("file_row_number", pa.int64())]
        columns = [pa.field(field.name, field.type) for field in form.arrow_schema]
        engine.load(name, pa.schema([*columns, *(pa.field(*pair) for pair in extra)]).empty_table())
        return
    columns_sql = ", ".join(f"read.{column}" for column in form.column_names)
    files = file_list([str(each.path) for each in pieces])
    engine.drop(name)
    engine.connection.execute(f"""
        create view {quoted(name)} as
        select {columns_sql}, {name}_load.load_id, {name}_load.load_order, read.file_row_number
        from read_parquet({files}, filename = true, file_row_number = true, hive_partitioning = false) as read
        join {name}_load on {name}_load.file = read.filename
    """)


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
