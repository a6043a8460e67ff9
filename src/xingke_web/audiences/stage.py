"""The part of segments in a pass of the loop: refresh every membership, then keep its numbers with the segment."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from xingke.engine import DuckEngine
from xingke.expr import Catalogue, ConditionError, from_json
from xingke.loop import workspace_catalogue
from xingke.segments import MEMBERSHIP_SCHEMA, Change, member_ids, membership_change, no_members
from xingke.words import both
from xingke_web.accounts.facade import workspace_info
from xingke_web.audiences.conditions import in_dependence, keys_in, names_of, rules_of
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import CHANGE, MEMBERSHIP
from xingke_web.audiences.services import pack_segments_create, segments_refreshed
from xingke_web.loop.facade import RunContext, Stage, When, lake_reader, stage_register, tag_library

CHANGE_SCHEMA = pa.schema(
    [
        pa.field("segment_key", pa.string(), nullable=False),
        pa.field("customer_id", pa.int64(), nullable=False),
        pa.field("change", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
    ]
)
"""Who entered and who left at the last refresh."""


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(Stage("segments", both("刷新客群", "Refresh segments"), When.AFTER_DERIVING, segments_stage))
    stage_register(
        Stage("segment_counts", both("登记客群人数", "Keep the counts of segments"), When.AFTER_PUBLISHING, _counts_stage, order=20)
    )


@dataclass
class _Refresh:
    """Memberships of one pass, as they become known."""

    engine: DuckEngine
    catalogue: Catalogue
    previous: pa.Table
    context: RunContext
    tables: list[pa.Table] = field(default_factory=list)
    changes: list[pa.Table] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"segments": 0, "entered": 0, "left": 0, "stayed": 0, "failed": 0})

    def add(self, segment: Segment, *, needed: bool) -> None:
        """Find the members of one segment; `needed` makes them readable for the rules that refer to it."""
        try:
            change = self._change(segment)
        except ConditionError:  # what the rule speaks of is gone: the membership stays as it was, the count says that one failed
            self.counts["failed"] += 1
            self.tables.append(self.previous.filter(pc.equal(self.previous.column("segment_key"), segment.key)))
            return
        self.tables.append(change.table)
        self.changes += [_moved(segment, change.entered, "entered"), _moved(segment, change.left, "left")]
        for name, ids in (("entered", change.entered), ("left", change.left), ("stayed", change.stayed)):
            self.counts[name] += len(ids)
        self.counts["segments"] += 1
        if needed:
            self.engine.load(MEMBERSHIP, pa.concat_tables(self.tables))

    def _change(self, segment: Segment) -> Change:
        tree = from_json(segment.condition, self.catalogue)
        ids = member_ids(self.engine, tree, self.catalogue, as_of=self.context.as_of)
        return membership_change(self.previous, ids, segment_key=segment.key, version=segment.version, as_of=self.context.as_of)

    def write(self) -> None:
        """Both tables, as new versions."""
        writer, as_of = self.context.writer, self.context.as_of
        inputs = {name: writer.tables[name].directory for name in ("customer", "portrait", "tier") if name in writer.tables}
        members = pa.concat_tables([MEMBERSHIP_SCHEMA.empty_table(), *self.tables])
        writer.put(MEMBERSHIP, members, as_of=as_of, inputs=inputs, definition="audiences.segments")
        changed = pa.concat_tables([CHANGE_SCHEMA.empty_table(), *self.changes])
        writer.put(CHANGE, changed, as_of=as_of, inputs={MEMBERSHIP: writer.tables[MEMBERSHIP].directory}, definition="audiences.segments")


def segments_stage(context: RunContext) -> dict[str, int]:
    """Find the members of every active segment over the tables of this pass, and write who is in, since when, and who moved."""
    created = pack_segments_create(context.workspace_id, context.pack, now=context.now)
    rules = rules_of(context.workspace_id)
    ordered = in_dependence(rules.values())
    catalogue = workspace_catalogue(tag_library(context.pack), choices={}, segments=names_of(rules))
    with DuckEngine() as engine:
        refresh = _Refresh(engine, catalogue, _open_tables(engine, context), context)
        needed = _referred_to(ordered)
        for segment in ordered:
            refresh.add(segment, needed=segment.key in needed)
        refresh.write()
    return {"created": created, **refresh.counts}


def _open_tables(engine: DuckEngine, context: RunContext) -> pa.Table:
    """Make the tables of this pass readable, all but the old membership, which is returned."""
    view = context.writer.view
    for name in view.tables:
        if view.files(name) and name not in (MEMBERSHIP, CHANGE):
            engine.scan(name, view.files(name))
    engine.load(MEMBERSHIP, no_members())
    if MEMBERSHIP not in view.tables:
        return no_members()
    engine.scan("membership_before", view.files(MEMBERSHIP))
    return engine.query("select segment_key, customer_id, version, entered_on from membership_before").cast(MEMBERSHIP_SCHEMA)


def _referred_to(segments: Sequence[Segment]) -> set[str]:
    return set().union(*(keys_in(segment.condition) for segment in segments)) if segments else set()


def _moved(segment: Segment, ids: object, change: str) -> pa.Table:
    customers = pa.array(ids, type=pa.int64())
    rows = len(customers)
    columns = (pa.array([segment.key] * rows), customers, pa.array([change] * rows), pa.array([segment.version] * rows))
    return pa.table([column.cast(of.type) for column, of in zip(columns, CHANGE_SCHEMA, strict=True)], schema=CHANGE_SCHEMA)


def _counts_stage(context: RunContext) -> dict[str, int]:
    """After publishing: what is stored with a segment is what readers of the snapshot find."""
    rows = lake_reader(workspace_info(context.workspace_slug)).rows(
        "select segment_key, max(version) as version, count(*) as customers from segment_membership group by segment_key"
    )
    counted = {row["segment_key"]: (row["version"], row["customers"]) for row in rows}
    return {"segments": segments_refreshed(context.workspace_id, counted, at=context.now)}
