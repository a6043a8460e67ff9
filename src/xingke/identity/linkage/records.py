"""Records, their blocking keys and their pairs, as tables of one DuckDB database."""

from collections.abc import Sequence

import pyarrow as pa

from xingke.engine.duck import DuckEngine, quoted
from xingke.errors import UserFacingError
from xingke.identity.linkage.plan import RECORD_ID, Block, Key, LinkPlan, Own

ALSO_WRITTEN = 0.15
"""Of the strangers who share a wider form (the core of a name), those who may write the whole one as well."""

UNSEEN, UNSEEN_BY_SHORT, UNSEEN_AT_MOST = 0.04, 20.0, 0.5
"""Strangers that a system does not know and that have the value all the same: so many, and in a short list more (divided by its length)."""

RECORDS, CANDIDATES = "link_record", "link_candidate"


class BadRecords(UserFacingError):
    """Records that cannot be linked."""


def frequency_columns(plan: LinkPlan) -> list[str]:
    """The columns whose rare values weigh more."""
    return list(dict.fromkeys(level.frequency_of for each in plan.comparisons for level in each.levels if level.frequency_of))


def load_records(engine: DuckEngine, records: pa.Table, plan: LinkPlan, *, also: Sequence[str] = ()) -> None:
    """Make the table `link_record`: the id and the plan's columns, without placeholders, and what is counted of their values.

    `tf_<column>` is the share of the records that have the value; `holders_<column>` how many hold one that should be one customer's own.

    Parameters
    ----------
    also
        Further columns to keep.

    Raises
    ------
    BadRecords
        A column is missing, or an id comes twice.
    """
    require_records(records, (RECORD_ID, *plan.columns, *also))
    engine.connection.execute("set enable_progress_bar = false")  # it would write into what a command answers
    engine.load("link_input", records.select([RECORD_ID, *plan.columns, *also]))
    by_system = "system" in plan.columns
    wider = {level.frequency_of: level.wider for each in plan.comparisons for level in each.levels if level.frequency_of and level.wider}
    shares = "".join(f", {_share(name, wider.get(name), by_system=by_system)} as tf_{name}" for name in frequency_columns(plan))
    own = {each.column: each for each in plan.own}
    counts = "".join(
        f", count({quoted(name)}) over (partition by {quoted(name)}, system) as in_system_{name}, "
        f"count({quoted(name)}) over (partition by system) as of_system_{name}"
        for name in frequency_columns(plan)
        if by_system
    )
    columns = ", ".join(
        f"case when holders_{name} <= {own[name].most} then {quoted(name)} end as {quoted(name)}, holders_{name}"
        if name in own
        else quoted(name)
        for name in (*plan.columns, *also)
    )
    joins = "".join(f" left join ({_holders(each)}) using ({quoted(each.column)})" for each in plan.own)
    counted = f"(select *{counts} from link_input)"
    engine.connection.execute(
        f"create or replace temp table {RECORDS} as "
        f"select cast({RECORD_ID} as bigint) as {RECORD_ID}, {columns}{shares} from {counted}{joins} order by {RECORD_ID}"
    )
    engine.drop("link_input")


def _share(name: str, wider: str | None, *, by_system: bool) -> str:
    """How often strangers have the value of a record: its share of all records, or what one system knows beyond the customer's own record.

    Where each of twelve systems lists a shop once, a name that it alone has stands in twelve records and is not twelve times as common.
    """
    value = quoted(name)
    if not by_system:
        return f"count(*) over (partition by {value}) / nullif(count({value}) over (), 0)"
    known, length = f"max(in_system_{name}) over (partition by {value})", f"max(of_system_{name}) over ()"
    more = f" + {ALSO_WRITTEN} * (max(in_system_{wider}) over (partition by {quoted(wider)}) - {known})" if wider else ""
    unseen = f"least({UNSEEN} + {UNSEEN_BY_SHORT} / {length}, {UNSEEN_AT_MOST})"
    return f"case when {value} is not null then ({known} - 1 + {unseen}{more}) / {length} end"


def _holders(own: Own) -> str:
    """By value the most names under which one system knows it."""
    value = quoted(own.column)
    by_system = (
        f"select {value}, count(distinct {quoted(own.by)}) as names from link_input where {value} is not null group by {value}, system"
    )
    return f"select {value}, cast(greatest(max(names), 1) as double) as holders_{own.column} from ({by_system}) group by {value}"


def require_records(records: pa.Table, columns: Sequence[str]) -> None:
    """Refuse records without a column, or with an id that is missing or comes twice."""
    missing = [name for name in columns if name not in records.column_names]
    if missing:
        raise BadRecords(zh=f"记录缺少列：{'、'.join(missing)}", en=f"the records lack columns: {', '.join(missing)}")
    if records.num_rows != len(records[RECORD_ID].unique().drop_null()):
        raise BadRecords(zh="记录编号为空或重复", en="a record id is missing or comes twice")


def key_expression(columns: Sequence[str]) -> str:
    """The columns of a block as one integer; null where any is missing."""
    present = " and ".join(f"{quoted(name)} is not null" for name in columns)
    return f"case when {present} then hash({', '.join(quoted(name) for name in columns)}) end"


def block_pairs(engine: DuckEngine, blocks: Sequence[Block | Key], into: str) -> int:
    """Make a table of all pairs (`left_id` < `right_id`) that agree on a block, each once, and count them."""
    parts = []
    for number, block in enumerate(blocks):
        name = f"link_key_{number}"
        keyed = f"select {key_expression(block.columns)} as key, {RECORD_ID} from {RECORDS}"
        shared = f"select *, count(*) over (partition by key) as shared from ({keyed}) where key is not null"
        engine.connection.execute(
            f"create or replace temp table {name} as select key, {RECORD_ID} from ({shared}) where shared between 2 and {block.limit}"
        )
        both = f"{name} a join {name} b on a.key = b.key and a.{RECORD_ID} < b.{RECORD_ID}"
        parts.append(f"select a.{RECORD_ID} as left_id, b.{RECORD_ID} as right_id from {both}")
    union = " union ".join(parts) if len(parts) > 1 else f"select distinct * from ({parts[0]})"
    engine.connection.execute(f"create or replace temp table {into} as {union}")
    for number in range(len(blocks)):
        engine.drop(f"link_key_{number}")
    (count,) = engine.connection.execute(f"select count(*) from {into}").fetchone()
    return int(count)
