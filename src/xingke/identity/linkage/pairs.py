"""The pairs of a linkage: which are compared, which a rule decides, and what the model says."""

import pyarrow as pa

from xingke.engine.duck import DuckEngine
from xingke.identity.linkage.model import Model, weight_of
from xingke.identity.linkage.plan import Decisions, LinkPlan
from xingke.identity.linkage.records import CANDIDATES, RECORDS, block_pairs
from xingke.identity.linkage.scoring import paired, scored

RULES = "link_rule"
CHUNK_PAIRS = 4_000_000


def candidate_pairs(engine: DuckEngine, plan: LinkPlan, decisions: Decisions) -> int:
    """Make the table `link_candidate` of all pairs that are scored, and count them."""
    block_pairs(engine, [*plan.keys, *plan.blocks], CANDIDATES)
    decided = sorted(decisions.must | decisions.cannot)
    if decided:
        engine.load("link_decided", _ids(decided))
        engine.connection.execute(
            f"insert into {CANDIDATES} select left_id, right_id from link_decided anti join {CANDIDATES} using (left_id, right_id)"
        )
        engine.drop("link_decided")
    (count,) = engine.connection.execute(f"select count(*) from {CANDIDATES}").fetchone()
    return int(count)


def key_pairs(engine: DuckEngine, plan: LinkPlan, decisions: Decisions) -> str:
    """Make the table `link_rule`: pairs that a decision or a key settles, each with the first rule that does."""
    engine.connection.execute(f"create or replace temp table {RULES} (left_id bigint, right_id bigint, rule varchar)")
    for rule, pairs in (("must", decisions.must), ("cannot", decisions.cannot)):
        if pairs:
            engine.load("link_decided", _ids(sorted(pairs)))
            engine.connection.execute(f"insert into {RULES} select left_id, right_id, '{rule}' from link_decided")
            engine.drop("link_decided")
    for key in plan.keys:
        block_pairs(engine, [key], "link_keyed")
        engine.connection.execute(
            f"insert into {RULES} select left_id, right_id, '{key.name}' from ({paired(plan, 'link_keyed', RECORDS, RECORDS)}) "
            f"anti join {RULES} using (left_id, right_id) where not coalesce({key.veto}, false)"
        )
        engine.drop("link_keyed")
    return RULES


def score_pairs(engine: DuckEngine, plan: LinkPlan, model: Model, rules: str) -> pa.Table:
    """Score all candidates and keep those that a rule settles or that reach the grey band, in chunks so that memory stays bounded."""
    least = weight_of(plan.review_from)
    engine.connection.execute("drop table if exists link_scored")
    (count,) = engine.connection.execute(f"select count(*) from {CANDIDATES}").fetchone()
    chunks = max(-(-count // CHUNK_PAIRS), 1)
    for number in range(chunks):
        part = f"(select * from {CANDIDATES} where hash(left_id) % {chunks} = {number})"
        sql = scored(plan, model, pairs=part, left=RECORDS, right=RECORDS)
        query = f"select * from ({sql}) left join {rules} using (left_id, right_id) where weight >= {least!r} or rule is not null"
        engine.connection.execute(f"create temp table link_scored as {query}" if number == 0 else f"insert into link_scored {query}")
    columns = ", ".join(f"level_{each.name}, weight_{each.name}" for each in plan.comparisons)
    chance = "when rule is null then 1 / (1 + pow(2.0::double, -weight)) when rule = 'cannot' then 0.0::double else 1.0::double"
    found = engine.query(
        f'select left_id as "left", right_id as "right", case {chance} end as probability, '
        f"weight, coalesce(rule, 'model') as rule, {columns} from link_scored order by left_id, right_id"
    )
    engine.drop("link_scored")
    return found


def _ids(pairs: list[tuple[int, int]]) -> pa.Table:
    return pa.table({"left_id": pa.array([a for a, _ in pairs], pa.int64()), "right_id": pa.array([b for _, b in pairs], pa.int64())})
