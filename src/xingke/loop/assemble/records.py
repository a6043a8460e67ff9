"""The records of all systems: those of the bulk sources, and those of the loads, of which the last word about each column holds."""

from datetime import datetime

from xingke.engine import DuckEngine
from xingke.engine.lake import LakeWriter
from xingke.loop.assemble.base import MARK, assembled, base_files, base_of, restored, unchanged
from xingke.loop.assemble.reading import RULES, inputs_of, open_pieces, open_table
from xingke.loop.assemble.statements import last_said_sql
from xingke.loop.pieces import PieceStore
from xingke.schema.intake import RECORD
from xingke.schema.trade.identity import SOURCE_RECORD

_KEY = ("system", "source_id")
_SAID = ", ".join(name if name in _KEY else f"{last_said_sql(name, 'earlier')} as {name}" for name in RECORD.column_names)
_RECORDS = f"""
    select {", ".join(RECORD.column_names)} from (
        select {_SAID}, row_number() over (
            partition by system, source_id order by load_order desc, part_order desc, file_row_number desc
        ) as turn from (
            select * exclude (load_id) from piece
            union all by name
            select *, 0 as load_order, 0 as part_order, 0 as file_row_number, []::varchar[] as emptied from base_record
        )
        window earlier as (
            partition by system, source_id order by load_order, part_order, file_row_number
            rows between unbounded preceding and current row
        )
    ) where turn = 1 order by system, source_id
"""


def assemble_records(writer: LakeWriter, store: PieceStore, *, now: datetime, memory_mb: int = 700) -> int:
    """Put the records of all systems together; returns how many there are.

    Writes `source_record` (grain: a record in a system, columns `xingke.schema.intake.RECORD`), identifying columns sealed as they are
    stored. Without pieces it stays what the bulk sources brought; without either there is none.
    """
    name = SOURCE_RECORD.name
    pieces = store.pieces(name)
    if not pieces:
        if name in writer.tables:
            restored(writer, name)
        return writer.tables[name].rows if name in writer.tables else 0
    base = base_of(writer, name)
    inputs = {**inputs_of(writer, store, name, ()), "rules": RULES, **({"base": base.directory} if base else {})}
    if not unchanged(writer, name, inputs):
        draft = writer.draft(name)
        with DuckEngine(memory_mb=memory_mb) as engine:
            open_pieces(engine, "piece", name, pieces)
            open_table(engine, "base_record", base_files(writer, name), SOURCE_RECORD)
            engine.write(_RECORDS, draft.path("part-00.parquet"))
        draft.add("part-00.parquet")
        version = draft.finish(now=now, seconds=0.0, engine="duckdb", inputs=inputs, definitions={MARK: RECORD.fingerprint})
        assembled(writer, name, version)
    return writer.tables[name].rows
