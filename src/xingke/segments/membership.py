"""Versioned membership: who entered a segment, who left, and since when each member is in."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CustomerIds = npt.NDArray[np.int64]

MEMBERSHIP_SCHEMA = pa.schema(
    [
        pa.field("segment_key", pa.string(), nullable=False),
        pa.field("customer_id", pa.int64(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("entered_on", pa.date32(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a refresh did to one segment; every array of ids is ascending.

    Parameters
    ----------
    table
        The members now (`MEMBERSHIP_SCHEMA`), one row each, by id.
    """

    entered: CustomerIds
    left: CustomerIds
    stayed: CustomerIds
    table: pa.Table

    @property
    def is_empty(self) -> bool:
        """Whether nobody entered and nobody left."""
        return not len(self.entered) and not len(self.left)


def no_members() -> pa.Table:
    """The membership before the first refresh."""
    return MEMBERSHIP_SCHEMA.empty_table()


def membership_change(previous: pa.Table, current_ids: npt.ArrayLike, *, segment_key: str, version: int, as_of: date) -> Change:
    """Compare a segment's last membership with its members now.

    Parameters
    ----------
    previous
        Rows of `segment_membership`; those of other segments are passed over.
    current_ids
        Ids of the members now, in any order; a repeated id counts once.
    version
        The version of the segment's definition that found them.
    as_of
        The day on which new members enter; whoever stays keeps the day of entry.
    """
    before, entered_before = _members_before(previous, segment_key)
    now = np.unique(np.asarray(current_ids, dtype=np.int64))
    place = np.searchsorted(before, now)
    known = np.zeros(len(now), dtype=bool)
    inside = place < len(before)
    known[inside] = before[place[inside]] == now[inside]
    entered_on = np.full(len(now), np.datetime64(as_of, "D"))
    entered_on[known] = entered_before[place[known]]
    table = pa.table(
        {
            "segment_key": pa.repeat(pa.scalar(segment_key, pa.string()), len(now)),
            "customer_id": pa.array(now),
            "version": pa.repeat(pa.scalar(version, pa.int64()), len(now)),
            "entered_on": pa.array(entered_on, type=pa.date32()),
        },
        schema=MEMBERSHIP_SCHEMA,
    )
    return Change(entered=now[~known], left=np.setdiff1d(before, now, assume_unique=True), stayed=now[known], table=table)


def _members_before(previous: pa.Table, segment_key: str) -> tuple[CustomerIds, npt.NDArray[np.datetime64]]:
    """Ids and days of entry of one segment, ascending by id."""
    rows = previous.filter(pc.equal(previous.column("segment_key"), segment_key))
    ids = rows.column("customer_id").to_numpy().astype(np.int64)
    days = rows.column("entered_on").to_numpy().astype("datetime64[D]")
    unique, first = np.unique(ids, return_index=True)
    return unique, days[first]
