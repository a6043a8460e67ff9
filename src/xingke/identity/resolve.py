"""One new record against everybody who is known, without forming the clusters again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.engine.duck import DuckEngine
from xingke.identity.linkage.model import Model, probability
from xingke.identity.linkage.plan import RECORD_ID, Block, Key, LinkPlan
from xingke.identity.linkage.records import RECORDS, key_expression, load_records
from xingke.identity.linkage.scoring import scored
from xingke.identity.linkage.waterfall import Step, waterfall

NEW = -1
"""Id of the record that is asked about."""

NEW_TABLE, KNOWN_TABLE = "resolve_new", "resolve_known"

MOST_CANDIDATES = 2000
"""Records compared with one new record; those that share the rarer keys come first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who may be the one.

    Parameters
    ----------
    customer_id, record_id
        The customer, and the closest of its records.
    probability
        0..1; 1 where a key settles it.
    weight
        Match weight in bits; the steps of the waterfall add up to it.
    rule
        `model`, or the name of the key.
    """

    customer_id: int
    record_id: int
    probability: float
    weight: float
    rule: str
    waterfall: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """The records of each key of one block: sorted keys and the rows that hold them."""

    keys: NDArray[np.uint64]
    rows: NDArray[np.int32]
    limit: int

    def rows_of(self, key: int) -> NDArray[np.int32]:
        """The rows of a key; none where too many share it."""
        first, last = np.searchsorted(self.keys, np.uint64(key), side="left"), np.searchsorted(self.keys, np.uint64(key), side="right")
        return self.rows[first:last] if last - first <= self.limit else self.rows[:0]


class Resolver:
    """Everybody who is known, indexed by the blocks of a plan.

    Parameters
    ----------
    records
        `record_id`, `customer_id`, and the columns of the plan in normal form.
    model
        As `link` trained it.

    Raises
    ------
    BadRecords, WrongModel
        The records lack a column or repeat an id; the model belongs to other comparisons.
    """

    def __init__(self, records: pa.Table, plan: LinkPlan, model: Model, *, memory_mb: int = 2048) -> None:
        model.require(plan)
        self._plan, self._model = plan, model
        self._engine = DuckEngine(memory_mb=memory_mb)
        load_records(self._engine, records, plan, also=("customer_id",))
        self._records = self._engine.query(f"select * from {RECORDS} order by {RECORD_ID}").combine_chunks()
        blocks: list[Block | Key] = [*plan.keys, *plan.blocks]
        self._index = [self._indexed(block) for block in blocks]
        self._prepare(blocks)
        self._engine.drop(RECORDS)

    def close(self) -> None:
        """Free memory."""
        self._engine.close()

    def resolve(self, record: Mapping[str, object], *, least: float | None = None) -> list[Candidate]:
        """The customers who may be the one that a record describes, likeliest first; none where it describes somebody new.

        Parameters
        ----------
        record
            The columns of the plan in normal form; what is not there is missing.
        least
            Probability from which a customer is named; by default where a person should look.
        """
        floor = self._plan.review_from if least is None else least
        schema = self._records.schema
        values = {RECORD_ID: NEW, **{name: record.get(name) for name in self._plan.columns}}
        new = pa.table({name: pa.array([value], schema.field(name).type) for name, value in values.items()})
        connection = self._engine.connection
        connection.begin()
        try:
            known, found = self._compared(new)
        finally:
            connection.rollback()  # the two small tables are empty again, and never grow
        best: dict[int, Candidate] = {}
        customers = dict(zip(known[RECORD_ID].to_pylist(), known["customer_id"].to_pylist(), strict=True))
        for pair in found:
            candidate = self._candidate(pair, customers[pair["right_id"]])
            held = best.get(candidate.customer_id)
            if candidate.probability >= floor and (held is None or _closeness(candidate) < _closeness(held)):
                best[candidate.customer_id] = candidate
        return sorted(best.values(), key=_closeness)

    def _indexed(self, block: Block | Key) -> _Index:
        place = f"cast(row_number() over (order by {RECORD_ID}) - 1 as integer) as place"
        keyed = f"select {key_expression(block.columns)} as key, {place} from {RECORDS}"
        table = self._engine.query(f"select * from ({keyed}) where key is not null order by key, place")
        return _Index(table["key"].to_numpy(), table["place"].to_numpy(), block.limit)

    def _compared(self, new: pa.Table) -> tuple[pa.Table, list[dict[str, Any]]]:
        """The known records that share a key with the new one, and their scores."""
        connection = self._engine.connection
        connection.register("new_rows", new)
        connection.execute(f"insert into {NEW_TABLE} by name select * from new_rows")
        keys = connection.execute("execute resolve_keys").fetchone()
        known = self._records.take(pa.array(self._rows(keys)))
        if not known.num_rows:
            return known, []
        connection.register("known_rows", known)
        connection.execute(f"insert into {KNOWN_TABLE} by name select * from known_rows")
        rows: list[dict[str, Any]] = connection.execute("execute resolve_scores").to_arrow_table().to_pylist()
        return known, rows

    def _rows(self, keys: Sequence[int | None]) -> NDArray[np.int32]:
        """Rows that share a key, those of the rarer keys first where there are too many."""
        parts = [index.rows_of(key) for index, key in zip(self._index, keys, strict=True) if key is not None]
        parts = sorted((part for part in parts if len(part)), key=len)
        if not parts:
            return np.zeros(0, np.int32)
        rows = np.concatenate(parts)
        _, first = np.unique(rows, return_index=True)
        found: NDArray[np.int32] = np.sort(rows[np.sort(first)[:MOST_CANDIDATES]])
        return found

    def _prepare(self, blocks: Sequence[Block | Key]) -> None:
        """Two small tables, and the two statements over them, planned once: planning takes longer than running."""
        plan, connection = self._plan, self._engine.connection
        connection.execute(f"create temp table {KNOWN_TABLE} as select * from {RECORDS} limit 0")
        connection.execute(f"create temp table {NEW_TABLE} as select * exclude (customer_id) from {RECORDS} limit 0")
        connection.execute("set threads = 1")  # a handful of rows: more threads only cost time
        cases = " ".join(
            f"when {' and '.join(f'{name}_l = {name}_r' for name in key.columns)} and not coalesce({key.veto}, false) then '{key.name}'"
            for key in plan.keys
        )
        rule = f"case {cases} else 'model' end as rule" if cases else "'model' as rule"
        keys = ", ".join(key_expression(block.columns) for block in blocks)
        connection.execute(f"prepare resolve_keys as select {keys} from {NEW_TABLE}")
        connection.execute(f"prepare resolve_scores as {scored(plan, self._model, pairs='', left=NEW_TABLE, right=KNOWN_TABLE, also=rule)}")

    def _candidate(self, pair: Mapping[str, Any], customer: int) -> Candidate:
        chance = probability(pair["weight"]) if pair["rule"] == "model" else 1.0
        steps = waterfall(self._plan, self._model, pair)
        return Candidate(customer, pair["right_id"], chance, pair["weight"], pair["rule"], steps)


def _closeness(candidate: Candidate) -> tuple[float, float, int, int]:
    """Order of candidates: likeliest first, ties by id."""
    return (-candidate.probability, -candidate.weight, candidate.customer_id, candidate.record_id)
