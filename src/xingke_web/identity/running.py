"""One identification of a workspace: records in clear in memory, what stewards decided, and the tables that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from xingke.engine.lake import LakeWriter
from xingke.extensions import pack
from xingke.schema import CUSTOMER
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import RECORD
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.identity.corrections import corrected
from xingke_web.identity.decisions import decisions_table, last_decision_id
from xingke_web.identity.digests import table_digest
from xingke_web.identity.homes import HOME, HOME_SCHEMA, homes_after
from xingke_web.identity.models import LinkModel
from xingke_web.identity.plans import PLAN_OF
from xingke_web.identity.syncing import REVIEW
from xingke_web.identity.weights import weights_keep, weights_of
from xingke_web.loop.facade import RunContext

ANCHOR_SYSTEM: Final = "ordering"
"""The system that bulk sources speak for: its keys are those of the customers that are there."""

REVIEW_SCHEMA: Final = pa.schema(
    [(f"{side}_{name}", pa.string()) for side in ("left", "right") for name in ("system", "id")]
    + [(f"{side}_customer_id", pa.int64()) for side in ("left", "right")]
    + [("kind", pa.string()), ("probability", pa.float64()), ("weight", pa.float64()), ("reason", pa.string()), ("parts", pa.string())]
)
"""Grain: two records that a person should look at. `parts` are the match weights (JSON), without values of records."""

SEEN: Final = "decisions"
DIGEST: Final = "identity"
TABLES: Final = (IDENTITY_LINK.name, GOLDEN_RECORD.name, IDENTITY_REDIRECT.name, REVIEW, HOME)


@dataclass(frozen=True)
class _Found:
    """What the kinds of customers add up to."""

    links: pa.Table
    golden: pa.Table
    redirects: pa.Table
    review: pa.Table


def identify_pass(context: RunContext) -> dict[str, int]:
    """Find who is who among the records of this pass, and write what was found; nothing where nothing changed.

    Writes `identity_link`, `golden_record` (identifying columns sealed), `identity_redirect`, `identity_review` and `identity_home`.
    """
    writer = context.writer
    if RECORD.name not in writer.tables or not writer.tables[RECORD.name].rows:
        return _nothing(writer)
    records = records_read(context)
    decisions = decisions_table(context.workspace_id)
    digest = table_digest(records, decisions, _models(context), key=vault_of(context.workspace_id))
    if _is_unchanged(writer, digest):
        return {"records": records.num_rows, "skipped": 1, SEEN: last_decision_id(context.workspace_id)}
    homes = _stored(writer, HOME, HOME_SCHEMA)
    found = _identify(context, records, decisions, homes)
    digest = table_digest(records, decisions, _models(context), key=vault_of(context.workspace_id))
    _write(context, found, homes_after(homes, found.links), digest)
    joined = pc.sum(pc.not_equal(found.links["rule"], "alone")).as_py() or 0
    return {
        "records": records.num_rows,
        "customers": found.golden.num_rows,
        "joined": joined,
        "to_decide": found.review.num_rows,
        "redirects": found.redirects.num_rows,
        SEEN: last_decision_id(context.workspace_id),
    }


def records_read(context: RunContext) -> pa.Table:
    """The records of this pass in the clear, all columns of the form, sorted by system and key."""
    files = context.writer.view.files(RECORD.name)
    stored = pa.concat_tables([pq.read_table(path, partitioning=None) for path in files], promote_options="default")
    opened = vault_of(context.workspace_id).open_table(stored, RECORD)
    columns = {
        field.name: opened[field.name].cast(field.type) if field.name in opened.column_names else pa.nulls(opened.num_rows, field.type)
        for field in RECORD.arrow_schema
    }
    return pa.table(columns).sort_by([("system", "ascending"), ("source_id", "ascending")])


def _nothing(writer: LakeWriter) -> dict[str, int]:
    for name in TABLES:
        if name in writer.tables and name != HOME:
            writer.forget(name)
    return {"records": 0}


def _is_unchanged(writer: LakeWriter, digest: str) -> bool:
    return all(name in writer.tables and writer.tables[name].definitions.get(DIGEST) == digest for name in TABLES)


def _identify(context: RunContext, records: pa.Table, decisions: pa.Table, homes: pa.Table) -> _Found:
    """Each kind of plan by itself; numbers go on from one to the next."""
    from xingke.identity.identify import identify

    kinds = _kinds(context.pack, records)
    base = _base_customers(context.writer)
    anchors = anchors_of(records, base)
    largest = max([0, *(int(pc.max(table["customer_id"]).as_py() or 0) for table in (base, homes) if table.num_rows)])
    parts = []
    for plan in dict.fromkeys(PLAN_OF.values()):
        chosen = pc.is_in(kinds, value_set=pa.array([kind for kind, of in PLAN_OF.items() if of == plan]))
        some = records.filter(chosen)
        if not some.num_rows:
            continue
        weights = weights_of(context.workspace_id, plan)
        result = identify(
            some,
            kind=plan,
            anchors=anchors,
            previous=homes,
            decisions=_as_asked(decisions),
            model=weights,
            largest_id=largest,
            formats=pack(context.pack).format_words,
        )
        if weights is None:
            weights_keep(context.workspace_id, plan, result.model, records=some.num_rows, at=context.now)
        links = result.links
        largest = max(largest, int(pc.max(links["customer_id"]).as_py()))
        golden = _with_kinds(result.golden, links, some, kinds.filter(chosen), base)
        parts.append(_Found(links, golden, result.redirects, result.review))
    return _together(parts)


def _as_asked(decisions: pa.Table) -> pa.Table:
    """Decisions in the words of the library."""
    kind = pc.if_else(pc.equal(decisions["kind"], "merge"), "must", "cannot")
    names = {"left_system": "left_system", "left_id": "left_source_id", "right_system": "right_system", "right_id": "right_source_id"}
    return pa.table({**{to: decisions[name] for name, to in names.items()}, "decision": kind})


def _kinds(pack_name: str, records: pa.Table) -> pa.Array:
    """The kind of customer of each record; where the system does not say, the first one of the pack."""
    usual = next(iter(pack(pack_name).customer_kinds), "outlet")
    return pc.fill_null(records["kind"], usual).combine_chunks()


def _base_customers(writer: LakeWriter) -> pa.Table:
    """Number, key and kind of the customers that the bulk sources brought."""
    from xingke.loop.assemble.base import base_files

    names = ["customer_id", "source_key", "kind"]
    found = [pq.read_table(path, columns=names, partitioning=None) for path in base_files(writer, CUSTOMER.name)]
    return pa.concat_tables(found) if found else CUSTOMER.arrow_schema.empty_table().select(names)


def anchors_of(records: pa.Table, base: pa.Table) -> pa.Table:
    """Records of the anchor system whose customer is given: their key is the key or the number of a customer of the bulk sources."""
    own = records.filter(pc.equal(records["system"], ANCHOR_SYSTEM)).select(["system", "source_id"])
    by_key = pa.table({"source_id": base["source_key"], "customer_id": base["customer_id"]})
    by_number = pa.table({"source_id": pc.cast(base["customer_id"], pa.string()), "customer_id": base["customer_id"]})
    known = pa.concat_tables([by_key, by_number.join(by_key.select(["source_id"]), "source_id", join_type="left anti")])
    if not own.num_rows or not known.num_rows:
        return HOME_SCHEMA.empty_table()
    at = pc.index_in(own["source_id"], value_set=known["source_id"].combine_chunks())
    fits = pc.is_valid(at)
    numbers = known["customer_id"].combine_chunks().take(at.filter(fits).combine_chunks())
    kept = own.filter(fits)
    return pa.table([kept["system"], kept["source_id"], numbers], schema=HOME_SCHEMA)


def _with_kinds(golden: pa.Table, links: pa.Table, records: pa.Table, kinds: pa.Array, base: pa.Table) -> pa.Table:
    """The golden records with the kind that the bulk sources or most of the records say."""
    said = pa.table({"system": records["system"], "source_id": records["source_id"], "said": kinds})
    counted = (
        said.join(links.select(["system", "source_id", "customer_id"]), ["system", "source_id"])
        .group_by(["customer_id", "said"])
        .aggregate([([], "count_all")])
        .sort_by([("count_all", "descending"), ("said", "ascending")])
    )
    kind: dict[int, str] = {}
    for number, one in zip(counted["customer_id"].to_pylist(), counted["said"].to_pylist(), strict=True):
        kind.setdefault(number, one)
    kind |= dict(zip(base["customer_id"].to_pylist(), base["kind"].to_pylist(), strict=True))
    column = pa.array([kind[number] for number in golden["customer_id"].to_pylist()], pa.string())
    return golden.set_column(golden.schema.get_field_index("kind"), golden.schema.field("kind"), column)


def _together(parts: list[_Found]) -> _Found:
    return _Found(
        links=pa.concat_tables(part.links for part in parts).sort_by([("system", "ascending"), ("source_id", "ascending")]),
        golden=pa.concat_tables(part.golden for part in parts).sort_by("customer_id"),
        redirects=pa.concat_tables(part.redirects for part in parts).sort_by("from_customer_id"),
        review=pa.concat_tables(part.review.select(REVIEW_SCHEMA.names).cast(REVIEW_SCHEMA) for part in parts),
    )


def _write(context: RunContext, found: _Found, homes: pa.Table, digest: str) -> None:
    vault = vault_of(context.workspace_id)
    golden = vault.seal_table(corrected(found.golden, context.workspace_id, vault), GOLDEN_RECORD)
    tables = {IDENTITY_LINK.name: found.links, GOLDEN_RECORD.name: golden, IDENTITY_REDIRECT.name: found.redirects}
    tables |= {REVIEW: found.review, HOME: homes}
    inputs = {RECORD.name: context.writer.tables[RECORD.name].directory}
    for name, table in tables.items():
        _put(context.writer, name, table, inputs=inputs, digest=digest, now=context.now)


def _put(writer: LakeWriter, name: str, table: pa.Table, *, inputs: Mapping[str, str], digest: str, now: datetime) -> None:
    draft = writer.draft(name)
    pq.write_table(table, draft.path("part-0.parquet"), compression="zstd")
    draft.add("part-0.parquet")
    writer.take(draft.finish(now=now, seconds=0.0, engine="arrow", inputs=inputs, definitions={DIGEST: digest}))


def _stored(writer: LakeWriter, name: str, schema: pa.Schema) -> pa.Table:
    if name not in writer.tables:
        return schema.empty_table()
    return pa.concat_tables([pq.read_table(path, partitioning=None) for path in writer.view.files(name)]).cast(schema)


def _models(context: RunContext) -> list[str]:
    found = LinkModel.objects.filter(workspace_id=context.workspace_id).order_by("kind").values_list("kind", "parameters")
    return [f"{kind} {parameters}" for kind, parameters in found]


@transaction.atomic
def full_run_ask(viewer: Viewer) -> None:
    """Forget the trained weights, so that the next pass trains them and identifies all records anew."""
    LinkModel.objects.filter(workspace_id=viewer.workspace.id).delete()
    record("identity.run_asked", viewer=viewer)
