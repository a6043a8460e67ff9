"""All tables put together, in the order in which they refer to each other."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.engine.duck import quoted
from xingke.engine.lake import LakeWriter
from xingke.loop.assemble.base import MARK, assembled, base_files, base_of, linked, numbered, restored, unchanged
from xingke.loop.assemble.facts import Balance, assemble_table, balances, waiting_rows
from xingke.loop.assemble.reading import RULES, inputs_of, open_bases, open_identity, open_links, open_pieces, own_columns
from xingke.loop.assemble.statements import CUSTOMERS, PRODUCTS
from xingke.loop.pieces import PieceStore
from xingke.schema import CUSTOMER, ORG_UNIT, PRODUCT, TABLES, Table
from xingke.schema.findings import QUARANTINE_SCHEMA, quarantine_joined
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import INTAKE_TABLES
from xingke.schema.trade.identity import SOURCE_RECORD

BALANCE = "load_balance"
"""Grain: a load and table; what became of its rows in the last pass."""

BALANCE_SCHEMA = pa.schema(
    [("load_id", pa.string()), ("table", pa.string()), *((name, pa.int64()) for name in ("rows", "loaded", "duplicate", "waiting"))]
)
IDENTITY = (IDENTITY_LINK.name, IDENTITY_REDIRECT.name)
ROOT = "/all"


def assemble(
    writer: LakeWriter,
    store: PieceStore,
    *,
    now: datetime,
    company: str,
    memory_mb: int = 700,
    progress: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Bring every canonical table up to date; tables whose inputs did not change stay as they are.

    Parameters
    ----------
    company
        The name of the root of the organisation, where no bulk source brought one.

    Returns
    -------
    dict
        Rows of pieces by what became of them: `loaded`, `duplicate`, `waiting`. Waiting rows are in `quarantine_<table>`.
    """
    bases = {name: base_files(writer, name) for name in (CUSTOMER.name, PRODUCT.name, ORG_UNIT.name)}
    with DuckEngine(memory_mb=memory_mb) as engine:
        open_identity(engine, writer)
        _organisation(engine, writer, bases, now=now, company=company)
        bases[ORG_UNIT.name] = writer.view.files(ORG_UNIT.name)
        open_bases(engine, bases)
        redirects = _redirects(engine)
        open_pieces(engine, "loaded_record", SOURCE_RECORD.name, store.pieces(SOURCE_RECORD.name))
        _customers(engine, writer, store, now=now)
        open_links(engine, writer)
        open_pieces(engine, "piece_order_line", "order_line", store.pieces("order_line"))
        open_pieces(engine, "piece_product", PRODUCT.name, store.pieces(PRODUCT.name))
        _products(engine, writer, store, now=now)
        known = []
        for name in INTAKE_TABLES:
            if name not in (PRODUCT.name, SOURCE_RECORD.name):
                if progress:
                    progress(name)
                known += _table(engine, writer, store, TABLES[name], redirects=redirects, now=now)
    writer.put(BALANCE, pa.Table.from_pylist([asdict(each) for each in known], schema=BALANCE_SCHEMA), definition=MARK)
    return {fate: sum(getattr(each, fate) for each in known) for fate in ("loaded", "duplicate", "waiting")}


def _redirects(engine: DuckEngine) -> bool:
    return bool(engine.query("select count(*) as rows from redirect").to_pylist()[0]["rows"])


def _organisation(engine: DuckEngine, writer: LakeWriter, bases: dict[str, list[str]], *, now: datetime, company: str) -> None:
    """A root, where no bulk source brought an organisation."""
    base = base_of(writer, ORG_UNIT.name)
    if base is not None and base.rows:
        restored(writer, ORG_UNIT.name)
        return
    inputs = {"company": company}
    if unchanged(writer, ORG_UNIT.name, inputs):
        return
    row = {"org_path": ROOT, "parent_path": None, "level": "company", "name": company}
    engine.load("organisation", pa.Table.from_pylist([row], schema=ORG_UNIT.arrow_schema))
    _write(engine, writer, ORG_UNIT, "select * from organisation", inputs=inputs, now=now)


def _customers(engine: DuckEngine, writer: LakeWriter, store: PieceStore, *, now: datetime) -> None:
    """The customers of the bulk sources without ids given up, and those that only records of systems speak of."""
    names = (*IDENTITY, GOLDEN_RECORD.name, ORG_UNIT.name)
    if GOLDEN_RECORD.name not in writer.tables:
        restored(writer, CUSTOMER.name)
        return
    base = base_of(writer, CUSTOMER.name)
    inputs = {name: writer.tables[name].directory for name in names if name in writer.tables}
    inputs |= inputs_of(writer, store, SOURCE_RECORD.name, ()) | ({"base": base.directory} if base else {})
    if unchanged(writer, CUSTOMER.name, inputs):
        return
    kept = "select * from base_customer anti join redirect on redirect.from_customer_id = base_customer.customer_id"
    sql = f"select * from ({kept} union all by name ({CUSTOMERS})) order by customer_id"
    _write(engine, writer, CUSTOMER, sql, inputs=inputs, now=now)


def _products(engine: DuckEngine, writer: LakeWriter, store: PieceStore, *, now: datetime) -> None:
    """The products of the bulk sources and those that loads speak of; `product_of` is open afterwards."""
    engine.drop("new_product")
    engine.connection.execute(f"create temp table new_product as {PRODUCTS}")
    engine.drop("product_of")
    engine.connection.execute("""
        create temp table product_of as
        select source_key as product_key, min(product_id) as product_id, min(price_class) as price_class
        from (
            select source_key, product_id, price_class from base_product
            union all
            select source_key, product_id, price_class from new_product
        )
        group by source_key
    """)
    fresh = {**inputs_of(writer, store, PRODUCT.name, ()), "lines": inputs_of(writer, store, "order_line", ())["pieces"]}
    base = base_of(writer, PRODUCT.name)
    inputs = {**fresh, **({"base": base.directory} if base else {})}
    if not any(fresh.values()):
        restored(writer, PRODUCT.name)
    elif not unchanged(writer, PRODUCT.name, inputs):
        _write(engine, writer, PRODUCT, "select * from new_product", inputs=inputs, now=now, on_base=True)


def _write(
    engine: DuckEngine, writer: LakeWriter, table: Table, sql: str, *, inputs: dict[str, str], now: datetime, on_base: bool = False
) -> None:
    """A version of a table that is stored whole; `on_base` puts the rows behind the base's own."""
    draft = writer.draft(table.name)
    base = base_of(writer, table.name) if on_base else None
    for place, file in numbered(base):
        if base is not None and file.rows:
            linked(draft, writer, base, file, place)
    types = {column.name: column.type.sql for column in table.columns}
    columns = [f"cast({name} as {kind}) as {name}" for name, kind in types.items()]
    # What the base has beyond the canonical columns stays a column of all files; the loads do not fill it.
    own = own_columns(engine, base_files(writer, table.name), table)
    had = set(engine.query(f"select * from ({sql}) limit 0").column_names) if own else set()
    columns += [f"cast({quoted(name) if name in had else 'null'} as {kind}) as {quoted(name)}" for name, kind in own.items()]
    engine.write(f"select {', '.join(columns)} from ({sql})", draft.path("loads.parquet"))
    draft.add("loads.parquet")
    version = draft.finish(now=now, seconds=0.0, engine="duckdb", inputs=inputs, definitions={MARK: table.fingerprint})
    assembled(writer, table.name, version)


def _table(engine: DuckEngine, writer: LakeWriter, store: PieceStore, table: Table, *, redirects: bool, now: datetime) -> list[Balance]:
    """One table of facts or masters; nothing to do where no load brought rows of it and no customer of it gave up an id."""
    pieces = store.pieces(table.name)
    base = base_of(writer, table.name)
    has_moved = redirects and base is not None and bool(base.rows) and "customer_id" in table.column_names
    if not pieces and not has_moved:
        if table.name in writer.tables:
            restored(writer, table.name)
            _quarantine(writer, table, QUARANTINE_SCHEMA.empty_table())
        return []
    reads = (*IDENTITY, CUSTOMER.name, PRODUCT.name)
    inputs = {**inputs_of(writer, store, table.name, reads), "rules": RULES, **({"base": base.directory} if base else {})}
    if unchanged(writer, table.name, inputs):
        return _stored_balances(engine, writer, table.name)
    assemble_table(engine, writer, table, pieces, inputs=inputs, now=now)
    _quarantine(writer, table, waiting_rows(engine, table))
    return balances(engine, table.name)


def _stored_balances(engine: DuckEngine, writer: LakeWriter, table: str) -> list[Balance]:
    engine.scan("balance", writer.view.files(BALANCE))
    rows = engine.query('select * from balance where "table" = $table order by load_id', {"table": table}).to_pylist()
    return [Balance(**row) for row in rows]


def _quarantine(writer: LakeWriter, table: Table, waiting: pa.Table) -> None:
    """Waiting rows behind those that the bulk load set aside."""
    import pyarrow.parquet as pq

    name = f"quarantine_{table.name}"
    base = base_of(writer, name)
    if not waiting.num_rows:
        if name in writer.tables:
            restored(writer, name)
        return
    held = [pq.read_table(path, partitioning=None) for path in base_files(writer, name)]
    draft = writer.draft(name)
    pq.write_table(quarantine_joined([*held, waiting]), draft.path("part-0.parquet"), compression="zstd")
    draft.add("part-0.parquet")
    inputs = {"base": base.directory} if base else {}
    version = draft.finish(now=writer.now, seconds=0.0, engine="arrow", inputs=inputs, definitions={MARK: table.fingerprint})
    assembled(writer, name, version)
