"""One table put together: the files of its base, the rows of its pieces, and the facts of customers whose id was given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.engine.duck import quoted
from xingke.engine.lake import LakeWriter, TableDraft
from xingke.engine.snapshot import TableVersion
from xingke.loop.assemble.base import MARK, assembled, base_files, base_of, linked, numbered
from xingke.loop.assemble.lines import MARKS, ON_BASE, fate_sql, identified_sql
from xingke.loop.assemble.reading import open_pieces, open_table, own_columns
from xingke.loop.assemble.statements import key_of, order_of, resolved_sql, split_sql, unknown_sql
from xingke.loop.pieces import Piece
from xingke.schema import CUSTOMER_BUCKETS, ORDER_LINE, Table
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_joined

FATES = ("loaded", "duplicate", "waiting")


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the rows of one load in one table: `rows == loaded + duplicate + waiting`."""

    load_id: str
    table: str
    rows: int
    loaded: int
    duplicate: int
    waiting: int


def assemble_table(
    engine: DuckEngine, writer: LakeWriter, table: Table, pieces: list[Piece], *, inputs: Mapping[str, str], now: datetime
) -> TableVersion:
    """Write and take the assembled version of a table.

    The relations that `xingke.loop.assemble.statements` names must be open in the engine. Afterwards `fate` holds what became of each row.
    """
    base = base_of(writer, table.name)
    open_pieces(engine, "piece", table.name, pieces)
    open_table(engine, "base_table", base_files(writer, table.name), table)
    own = own_columns(engine, base_files(writer, table.name), table)
    judge(engine, table, own, numbered=any(piece.is_numbered for piece in pieces))
    draft = writer.draft(table.name)
    _keep_base(engine, writer, table, base, draft)
    _add_rows(engine, table, own, draft)
    version = draft.finish(now=now, seconds=0.0, engine="duckdb", inputs=inputs, definitions={MARK: table.fingerprint})
    assembled(writer, table.name, version)
    return version


def judge(engine: DuckEngine, table: Table, own: Mapping[str, str], *, numbered: bool) -> None:
    """What becomes of each row of the pieces, as `fate`."""
    has_lines = table.name == ORDER_LINE.name
    _define(engine, "resolved", resolved_sql(table, own, MARKS if has_lines else ""))
    keys = ", ".join(table.key)
    _define(engine, "known_key", f"select distinct {keys} from base_table semi join resolved using ({keys})")
    if not has_lines:
        _define(engine, "fate", split_sql(table))
        return
    _define(engine, "known_line", ON_BASE)
    _define(engine, "identified", identified_sql(numbered=numbered))
    _define(engine, "fate", fate_sql(unknown_sql(table)))


def _define(engine: DuckEngine, name: str, sql: str) -> None:
    engine.drop(name)
    engine.connection.execute(f"create temp table {name} as {sql}")


def _keep_base(engine: DuckEngine, writer: LakeWriter, table: Table, base: TableVersion | None, draft: TableDraft) -> None:
    """Files of the base as they are; those that hold an id given up without its rows, which become `moved`."""
    _define(engine, "moved", "select * from base_table limit 0")
    for place, file in numbered(base):
        if base is None or not file.rows:
            continue
        path = str(writer.root / base.directory / file.path)
        if _gives_up(engine, table, path):
            _rewritten(engine, table, draft, path, place, file.buckets)
        else:
            linked(draft, writer, base, file, place)


def _gives_up(engine: DuckEngine, table: Table, path: str) -> bool:
    if "customer_id" not in table.column_names:
        return False
    engine.scan("base_file", [path])
    sql = "select count(*) as rows from base_file semi join redirect on redirect.from_customer_id = base_file.customer_id"
    return bool(engine.query(sql).to_pylist()[0]["rows"])


def _rewritten(engine: DuckEngine, table: Table, draft: TableDraft, path: str, place: int, buckets: tuple[int, ...]) -> None:
    engine.scan("base_file", [path])
    engine.connection.execute("""
        insert into moved
        select base_file.* replace (redirect.customer_id as customer_id)
        from base_file join redirect on redirect.from_customer_id = base_file.customer_id
    """)
    name = f"base-{place:03d}.parquet"
    kept = "select * from base_file anti join redirect on redirect.from_customer_id = base_file.customer_id"
    engine.write(f"{kept} order by {order_of(table)}", draft.path(name))
    draft.add(name, buckets=buckets)


def _add_rows(engine: DuckEngine, table: Table, own: Mapping[str, str], draft: TableDraft) -> None:
    """The rows of loads, in the form of the base: files of one table have the same columns, the trade's own ones included."""
    names = ", ".join((*table.column_names, *map(quoted, own)))
    moved = f"select {names} from moved"
    if "customer_id" in table.key:  # the survivor's own row of the same key holds
        keys = ", ".join(table.key)
        moved = f"select {names} from moved anti join base_table using ({keys})"
    added = f"select {names} from fate where fate = 'loaded' union all {moved}"
    buckets: list[tuple[int, ...]] = [(bucket,) for bucket in range(CUSTOMER_BUCKETS)] if table.bucketed else [()]
    for bucket in buckets:
        where = f" where customer_id % {CUSTOMER_BUCKETS} = {bucket[0]}" if bucket else ""
        rows = f"select * from ({added}){where}"
        has_rows = engine.query(f"select count(*) as rows from ({rows})").to_pylist()[0]["rows"]
        if not has_rows and (bucket or draft.has_files):
            continue
        name = f"loads-{bucket[0]:02d}.parquet" if bucket else "loads.parquet"
        engine.write(f"{_cast(table, own, rows)} order by {order_of(table)}", draft.path(name))
        draft.add(name, buckets=bucket)
    if not draft.has_files:  # no rows, but a file that says which columns there are
        engine.write(_cast(table, own, f"select {names} from base_table limit 0"), draft.path("loads.parquet"))
        draft.add("loads.parquet")


def _cast(table: Table, own: Mapping[str, str], rows: str) -> str:
    types = {column.name: column.type.sql for column in table.columns} | {quoted(name): kind for name, kind in own.items()}
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in types.items())
    return f"select {columns} from ({rows})"


def balances(engine: DuckEngine, table: str) -> list[Balance]:
    """What became of the rows, by load, in the order of the loads."""
    counts = ", ".join(f"count(*) filter (where fate = '{fate}') as {fate}" for fate in FATES)
    rows = engine.query(
        f"select load_id, count(*) as rows, {counts} from fate group by load_id, part_order order by part_order"
    ).to_pylist()
    return [Balance(row["load_id"], table, row["rows"], *(row[fate] for fate in FATES)) for row in rows]


def waiting_rows(engine: DuckEngine, table: Table) -> pa.Table:
    """The rows whose customer nobody knows, as quarantine; they are tried again in each pass."""
    key = key_of(table)
    if not key:
        return QUARANTINE_SCHEMA.empty_table()
    found = engine.query(f"""
        select '{table.name}' as "table", piece.load_id as file, piece.file_row_number + 1 as "row", '{key}' as "column",
               piece.system || '/' || piece.{key} as value, 'unknown_reference' as reason,
               cast(to_json(struct_pack(system := piece.system, {key} := piece.{key})) as varchar) as record
        from fate join piece on piece.load_id = fate.load_id and piece.file_row_number = fate.piece_row
        where fate.fate = 'waiting' order by fate.part_order, fate.piece_row
    """)
    return quarantine_joined([found])
