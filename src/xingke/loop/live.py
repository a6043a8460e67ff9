"""Tags between two passes: the same definitions, computed again for the customers of whom something has just come in.

The steps are those of the full pass, restricted to the tags that events can change and to the customers concerned. They are true for the
day after today, so that what happened a second ago counts; a pass that is itself true for that day makes them superfluous.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from xingke.engine import DuckEngine, Snapshot
from xingke.engine.run import bound_steps, composed
from xingke.schema import CUSTOMER, CUSTOMER_BUCKETS, TRACKED_EVENT
from xingke.tags import PORTRAIT, Grain, TagLibrary

RECENT = pa.schema([TRACKED_EVENT.arrow_schema.field(name) for name in ("customer_id", "happened_on", "event_id", "kind", "name")])


@dataclass(frozen=True, slots=True)
class Change:
    """One tag of one customer that has another value than before."""

    customer_id: int
    tag: str
    old: Any
    new: Any


class LiveTags:
    """The values of the tags that events change, for the customers that had any since the last pass.

    Grain of `values`: a customer. Not safe for use by several threads at once.

    Parameters
    ----------
    snapshot
        What the last pass published; its events and those added here are counted once each, by their id.
    as_of
        The day the values are true for: the day after the newest event that is to count.
    """

    def __init__(self, snapshot: Snapshot, library: TagLibrary, *, as_of: date, memory_mb: int = 256) -> None:
        self._snapshot = snapshot
        self._library = library.reading(Grain.EVENT)
        self._engine = DuckEngine(memory_mb=memory_mb, threads=1)
        self._engine.load("no_event", RECENT.empty_table())
        self._engine.connection.execute("create temp table recent as select * from no_event")
        self._query = composed(bound_steps(self._library.steps(), as_of=as_of), (PORTRAIT,))[-1].query
        self.as_of = as_of
        self.values = pa.table({"customer_id": pa.array([], pa.int64())})

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the tags that are kept up to date."""
        return tuple(tag.name for tag in self._library.tags)

    def add(self, events: pa.Table) -> list[Change]:
        """Take events in and compute their customers again.

        Parameters
        ----------
        events
            Rows of `tracked_event`, at least the columns of `RECENT`; one whose id is known already changes nothing.

        Returns
        -------
        list of Change
            What the values were before and are now, of customers that the snapshot has; unchanged values are left out.
        """
        if not events.num_rows:
            return []
        self._engine.load("arrived", events.select(RECENT.names))
        self._engine.connection.execute("insert into recent select distinct on (event_id) * from arrived anti join recent using (event_id)")
        numbers = sorted(set(events["customer_id"].to_pylist()))
        before = self._values_of(numbers)
        now = self._computed(numbers)
        self._keep(now)
        return list(_changes(before, now))

    def close(self) -> None:
        """Free the memory."""
        self._engine.close()

    def _values_of(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What the customers' values are now: kept ones, else those of the snapshot."""
        names = ", ".join(("customer_id", *self.tags))
        wanted = _listed(numbers)
        files = self._snapshot.files_in_buckets(PORTRAIT, frozenset(number % CUSTOMER_BUCKETS for number in numbers))
        found: dict[int, dict[str, Any]] = {}
        if files:
            self._engine.scan("stored_portrait", files)
            rows = self._engine.query(f"select {names} from stored_portrait where customer_id in ({wanted})").to_pylist()
            found = {row["customer_id"]: row for row in rows}
        if self.values.num_rows:
            self._engine.load("kept", self.values)
            rows = self._engine.query(f"select {names} from kept where customer_id in ({wanted})").to_pylist()
            found |= {row["customer_id"]: row for row in rows}
        return found

    def _computed(self, numbers: Sequence[int]) -> pa.Table:
        wanted = _listed(numbers)
        buckets = frozenset(number % CUSTOMER_BUCKETS for number in numbers)
        self._restrict(CUSTOMER.name, f"select * from stored_customer where customer_id in ({wanted})", self._snapshot.files(CUSTOMER.name))
        columns = ", ".join(RECENT.names)
        recent = f"select {columns} from recent where customer_id in ({wanted})"
        files = self._snapshot.files_in_buckets(TRACKED_EVENT.name, buckets) if TRACKED_EVENT.name in self._snapshot.tables else []
        stored = f"select {columns} from stored_tracked_event where customer_id in ({wanted}) union all " if files else ""
        self._restrict(TRACKED_EVENT.name, f"select distinct on (event_id) * from ({stored}{recent})", files)
        return self._engine.query(self._query)

    def _restrict(self, name: str, sql: str, files: Sequence[str]) -> None:
        if files:
            self._engine.scan(f"stored_{name}", files)
        self._engine.connection.execute(f"create or replace temp table {name} as {sql}")

    def _keep(self, now: pa.Table) -> None:
        import pyarrow.compute as pc

        if self.values.num_rows:
            others = self.values.filter(pc.invert(pc.is_in(self.values["customer_id"], value_set=now["customer_id"].combine_chunks())))
            now = pa.concat_tables([others, now])
        self.values = now.sort_by("customer_id")


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _changes(before: dict[int, dict[str, Any]], now: pa.Table) -> Iterable[Change]:
    for row in now.to_pylist():
        number = row.pop("customer_id")
        old = before.get(number, {})
        yield from (Change(number, tag, old.get(tag), value) for tag, value in row.items() if old.get(tag) != value)
