"""Real facts for an evaluation: a source loaded into a lake of its own, for as long as the evaluation lasts."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xingke.engine import DuckEngine, Lake, LakeReader
from xingke.loop import load_source
from xingke.sources import DataNotFound, Source

LOADED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment written into the manifests of a lake that nobody keeps."""


@contextmanager
def loaded_lake(source: Source, location: Path | None, progress: Callable[[str], None]) -> Iterator[Lake]:
    """A lake with the facts of a source, removed at the end."""
    where = location or source.default_location()
    if where is None:
        raise DataNotFound(source=source.name, path=Path("-"), expected=source.note["en"])
    with tempfile.TemporaryDirectory(prefix="xingke-evaluate-") as directory:
        lake = Lake(Path(directory) / "lake")
        progress(f"load {source.name}")
        with lake.writer(now=LOADED_AT) as writer, closing(DuckEngine()) as engine:
            load_source(writer, source, where, connection=engine.connection, now=LOADED_AT)
            writer.publish()
        yield lake


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Amounts of every customer in two windows around a day, in the order of customer ids."""

    customer_ids: NDArray[np.int64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]


def amounts_around(reader: LakeReader, day: date, *, before_days: int, after_days: int) -> BeforeAfter:
    """What each customer ordered in `[day - before_days, day)` and in `[day, day + after_days)`.

    Customers without an order before `day` are left out: nobody could have chosen them.
    """
    table = reader.query(
        """
        select customer_id,
               cast(sum(case when days < 0 and days >= -$before_days then amount_yuan else 0 end) as double) as before,
               cast(sum(case when days >= 0 and days < $after_days then amount_yuan else 0 end) as double) as after
        from (select customer_id, amount_yuan, date_diff('day', $day, ordered_on) as days from order_line) as lines
        group by customer_id
        having min(days) < 0
        order by customer_id
        """,
        {"day": day, "before_days": before_days, "after_days": after_days},
    )
    return BeforeAfter(*(table.column(name).to_numpy() for name in ("customer_id", "before", "after")))
