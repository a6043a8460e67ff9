"""A city that goes on in its own folder: each week lived is added to what can be observed of it, as the ordinary ingest reads it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.schema import Table
from xingke.simulate.city.actions import Action
from xingke.simulate.city.kept import load_arrays, save_arrays
from xingke.simulate.city.known import week_truth
from xingke.simulate.city.make import BLOCK_WEEKS, STORED
from xingke.simulate.city.world import CHECKPOINTS, LIVE_STATE, World
from xingke.simulate.sizes import size_named
from xingke.simulate.store import OBSERVED, WorldInfo
from xingke.simulate.truth import TruthFolder, TruthWriter, forget_future

LIVE_PARTS = 1_000
"""Parts of lived weeks are numbered from here, behind those that were made."""


class LiveCity:
    """The city of a folder, at the end of what is in it.

    A step that is interrupted leaves the state of the week before; running it again writes the same files over those that it left.
    """

    def __init__(self, folder: Path, info: WorldInfo, world: World) -> None:
        self._folder, self._info, self._world = folder, info, world
        self._truth = TruthWriter(TruthFolder(folder))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The city of a world folder.

        Raises
        ------
        NotAWorld
            There is no city that can go on.
        """
        world, info = World.open(folder), WorldInfo.read(folder)
        lived = folder / CHECKPOINTS / LIVE_STATE
        if lived.is_file():
            world.take_up(load_arrays(lived))
        return cls(folder, info, world)

    @property
    def week(self) -> int:
        """The next week to live."""
        return self._world.week

    @property
    def made_weeks(self) -> int:
        """Weeks that were made before it lived on."""
        return self._world.population.size.history_weeks

    def open_outlets(self) -> list[int]:
        """Customer ids of the outlets that the register shows as open."""
        return self._world.open_outlets()

    def step(self, actions: Sequence[Action] = ()) -> WorldInfo:
        """Live the next week under some actions and add it to the folder.

        Raises
        ------
        NoSuchOutlet, OutletClosed
            An action names an outlet that is not there; nothing was run or written.
        """
        week = self._world.week
        facts = self._world.advance(week, actions)
        for name, rows in self._world.observed(facts).items():
            self._put(STORED[name], LIVE_PARTS + week, rows)
        for table, rows in week_truth(self._world.population, self._world.state, facts):
            self._truth.put(table, LIVE_PARTS + week, [rows])
        size = size_named(self._info.size)
        for name, rows in self._world.registers().items():
            self._put(STORED[name], -(-size.history_weeks // BLOCK_WEEKS), rows)
        self._info = replace(self._info, ends_on=size.week_on(week + 1), weeks=week + 1)
        self._info.write(self._folder)
        save_arrays(self._folder / CHECKPOINTS / LIVE_STATE, self._world.to_arrays())
        forget_future(self._folder)
        return self._info

    def _put(self, table: Table, part: int, rows: pa.Table) -> None:
        """Store the rows as one part, whole or not at all."""
        place = self._folder / OBSERVED / table.name
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"part-{part:03d}.parquet"
        partial = path.with_suffix(".partial")
        pq.write_table(rows.select(list(table.column_names)).cast(table.arrow_schema), partial, compression="zstd")
        partial.replace(path)
