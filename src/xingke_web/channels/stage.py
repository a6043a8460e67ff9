"""Carrying what happened with messages into the lake, each fact once."""

from typing import Any

import pyarrow as pa

from xingke.engine.lake import LakeWriter
from xingke.schema import CUSTOMER_BUCKETS, TOUCH
from xingke.words import both
from xingke_web.channels.models import Touch
from xingke_web.loop.facade import BUSINESS_ZONE, RunContext, Stage, When, stage_register

PREFIX = "xk-"
CURSOR = "operational_touches"


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(Stage("touches", both("导入触达与反馈", "Bring in touches and answers"), When.BEFORE_DERIVING, touches_stage, order=10))


def touches_stage(context: RunContext) -> dict[str, int]:
    """Append the facts that the lake's `touch` table does not hold yet.

    What the table holds decides, not a remembered number: a source that replaces the table, or facts that were committed out of order,
    lose nothing and bring nothing twice. The highest number is kept with the table version, for its lineage.
    """
    import pyarrow.compute as pc

    stored = _stored(context.writer)
    held = {
        int(text.removeprefix(PREFIX))
        for text in stored.column("touch_id").filter(pc.starts_with(stored.column("touch_id"), PREFIX)).to_pylist()
    }
    rows = Touch.objects.filter(workspace_id=context.workspace_id).order_by("id")
    fresh = [
        row
        for row in rows.values_list("id", "customer_number", "kind", "channel", "campaign_key", "detail", "at").iterator(chunk_size=5000)
        if row[0] not in held
    ]
    if fresh:
        _write(context, pa.concat_tables([stored, _as_table(fresh)]), cursor=max(max(held, default=0), fresh[-1][0]))
    return {"appended": len(fresh), "held": len(held)}


def _stored(writer: LakeWriter) -> pa.Table:
    import pyarrow.parquet as pq

    if TOUCH.name not in writer.tables:
        return TOUCH.arrow_schema.empty_table()
    files = writer.view.files(TOUCH.name)
    tables = [pq.read_table(path, schema=TOUCH.arrow_schema, partitioning=None) for path in files]
    return pa.concat_tables(tables) if tables else TOUCH.arrow_schema.empty_table()


def _as_table(rows: list[tuple[Any, ...]]) -> pa.Table:
    ids, numbers, kinds, channels, keys, details, instants = zip(*rows, strict=True)
    columns = {
        "customer_id": list(numbers),
        "touched_on": [at.astimezone(BUSINESS_ZONE).date() for at in instants],
        "touched_at": list(instants),
        "touch_id": [f"{PREFIX}{number}" for number in ids],
        "kind": list(kinds),
        "channel": list(channels),
        "campaign_key": list(keys),
        "detail": [detail or None for detail in details],
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in TOUCH.arrow_schema}, schema=TOUCH.arrow_schema)


def _write(context: RunContext, table: pa.Table, *, cursor: int) -> None:
    """A new version of the table, one file a customer bucket, sorted as the lake stores it."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    before = context.writer.tables.get(TOUCH.name)
    draft = context.writer.draft(TOUCH.name)
    ids = table.column("customer_id").to_numpy()
    for bucket in range(CUSTOMER_BUCKETS):
        part = table.filter(pa.array(ids % CUSTOMER_BUCKETS == bucket))
        if not part.num_rows:
            continue
        order = pc.sort_indices(part, [("customer_id", "ascending"), ("touched_at", "ascending"), ("touch_id", "ascending")])
        name = f"part-{bucket:02d}.parquet"
        pq.write_table(part.take(order), draft.path(name), compression="zstd")
        draft.add(name, buckets=(bucket,))
    definitions = {**(before.definitions if before else {}), CURSOR: str(cursor)}
    inputs = dict(before.inputs) if before else {}
    context.writer.take(
        draft.finish(
            now=context.now, seconds=0.0, engine="arrow", as_of=before.as_of if before else None, inputs=inputs, definitions=definitions
        )
    )
