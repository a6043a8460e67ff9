"""When the firm knows what: rows whose last fact lies behind the week that they belong to arrive with the week in which it became known.

So nothing in what is observed up to a day depends on that day or a later one.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
from numpy.typing import NDArray

PREFIX = "waiting:"
"""Arrays in a file of state whose names begin so hold tables of rows that are still to arrive."""
Days = NDArray[np.datetime64]
_DAY = np.timedelta64(1, "D")
_SHANGHAI = np.timedelta64(8, "h")


def _closed_on(rows: pa.Table) -> Days:
    instants = pc.coalesce(rows["closed_at"], rows["opened_at"]).cast(pa.timestamp("us")).to_numpy()
    return np.asarray((np.asarray(instants, dtype="datetime64[us]") + _SHANGHAI).astype("datetime64[D]"))


def _answered_on(rows: pa.Table) -> Days:
    hours = np.ceil(rows["handling_hours"].to_numpy() / 24.0)
    return np.asarray(_days(rows, "opened_on") + hours.astype(np.int64) * _DAY)


def _days(rows: pa.Table, name: str) -> Days:
    return np.asarray(rows[name].to_numpy(), dtype="datetime64[D]")


KNOWN_ON: Mapping[str, Callable[[pa.Table], Days]] = {
    "order": lambda rows: _days(rows, "received_on"),
    "pos_line": lambda rows: _days(rows, "received_on"),
    "delivery": lambda rows: _days(rows, "delivered_on"),
    "complaint": _closed_on,
    "request": _answered_on,
}
"""By table, the day on which the last thing in a row became known. Lines go with their order."""
LINES = ("order_line", "unmet_line")


class Arriving:
    """Rows that are still to arrive, by table."""

    def __init__(self, waiting: Mapping[str, pa.Table] | None = None) -> None:
        self._waiting: dict[str, pa.Table] = dict(waiting or {})

    def by(self, day: np.datetime64, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """What has arrived before a day, of a week's tables and of what was waiting; the rest waits on."""
        late_orders = self._late_orders(day, tables)
        found: dict[str, pa.Table] = {}
        for name, rows in tables.items():
            early = self._waiting.pop(name, None)
            whole = rows if early is None else pa.concat_tables([early, rows])
            if name in KNOWN_ON:
                late = pa.array(KNOWN_ON[name](whole) >= day)
            elif name in LINES:
                late = pc.is_in(whole["order_id"], value_set=late_orders)
            else:
                found[name] = whole
                continue
            if pc.any(late).as_py():
                self._waiting[name] = whole.filter(late)
                whole = whole.filter(pc.invert(late))
            found[name] = whole
        return found

    def _late_orders(self, day: np.datetime64, tables: Mapping[str, pa.Table]) -> pa.Array:
        """Orders that have not arrived at all; one that is replayed later has."""
        late: list[pa.Array] = []
        here: list[pa.Array] = []
        for rows in (self._waiting.get("order"), tables.get("order")):
            if rows is not None:
                known = KNOWN_ON["order"](rows) < day
                ids = rows["order_id"].combine_chunks()
                late.append(ids.filter(pa.array(~known)))
                here.append(ids.filter(pa.array(known)))
        if not late:
            return pa.array([], pa.int64())
        missing, arrived = pa.concat_arrays(late), pa.concat_arrays(here)
        return missing.filter(pc.invert(pc.is_in(missing, value_set=arrived)))

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """What waits, as named arrays to be stored beside a state."""
        found: dict[str, NDArray[np.generic]] = {}
        for name in sorted(self._waiting):
            sink = pa.BufferOutputStream()
            rows = self._waiting[name].combine_chunks()
            with ipc.new_stream(sink, rows.schema) as stream:
                stream.write_table(rows)
            found[PREFIX + name] = np.frombuffer(sink.getvalue(), dtype=np.uint8)
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Arriving":
        """What was stored."""
        return cls(
            {
                name.removeprefix(PREFIX): ipc.open_stream(pa.py_buffer(values.tobytes())).read_all()
                for name, values in arrays.items()
                if name.startswith(PREFIX)
            }
        )
