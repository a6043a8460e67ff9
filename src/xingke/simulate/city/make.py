"""Making a world folder: week by week, block by block, so that an interrupted run goes on where it stopped."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from xingke.schema import ORG_UNIT, TABLES, TRACKED_EVENT
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.simulate.city.kept import load_arrays, save_arrays
from xingke.simulate.city.known import Tiers, lasting_truth, next_products, week_truth
from xingke.simulate.city.world import CHECKPOINTS, World, checkpoint
from xingke.simulate.dirt.records import source_records
from xingke.simulate.errors import WorldExists, WorldInTheMaking
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.store import ObservedWriter, WorldInfo
from xingke.simulate.truth import TruthFolder, TruthWriter
from xingke.simulate.truth import tables as truth

Progress = Callable[[int, int, str], None]
BLOCK_WEEKS = 13
PARTIAL = ".partial"
MARK = "making.json"
STORED = {
    name: table
    for name, table in {**TABLES, "product": SKU, "order_line": CITY_ORDER_LINE, "org_unit": ORG_UNIT}.items()
    if name != TRACKED_EVENT.name
}
"""Every table of a city, in the form in which it is stored; nobody in it uses an app that tells of clicks."""


def make_city(size: Size, scenario: Scenario, *, seed: int, out: Path, clean: bool, progress: Progress) -> WorldInfo:
    """Make a city's world folder: its history. What comes after is made when it is revealed, or lived.

    It grows in `<out>.partial` and takes its name at the end; the same call goes on with a partial folder of the same world.

    Raises
    ------
    WorldExists
        `out` exists and is not empty.
    WorldInTheMaking
        Another run makes a world there.
    """
    info = WorldInfo(
        kind="city",
        size=size.name,
        scenario=scenario.name,
        seed=seed,
        is_clean=clean,
        starts_on=size.starts_on,
        history_ends_on=size.week_on(size.history_weeks),
        ends_on=size.history_ends_on,
        weeks=size.history_weeks,
    )
    with _one_at_a_time(out):
        return _made(_begun(out, info), info, size, out, progress)


def _made(partial: Path, info: WorldInfo, size: Size, out: Path, progress: Progress) -> WorldInfo:
    truth_writer = TruthWriter(TruthFolder(partial))
    for city in range(size.cities):
        if (partial / CHECKPOINTS / f"city-{city}.done").exists():
            continue
        _CityMaker(partial, truth_writer, info, size, city, progress).run()
    _finish(partial, info, size)
    if out.exists():
        out.rmdir()
    partial.rename(out)
    return info


@contextmanager
def _one_at_a_time(out: Path) -> Iterator[None]:
    """Keep a second run from writing to the same place; the lock goes with the process that holds it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    path = out.with_name(f".{out.name}.lock")
    with path.open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorldInTheMaking(path=out) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _begun(out: Path, info: WorldInfo) -> Path:
    """The partial folder: that of an interrupted run of the same world, else a fresh one."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WorldExists(path=out)
    partial = out.with_name(out.name + PARTIAL)
    wanted = json.dumps([info.format, info.size, info.scenario, info.seed, info.is_clean])
    if partial.exists() and (not (partial / MARK).exists() or (partial / MARK).read_text(encoding="utf-8") != wanted):
        shutil.rmtree(partial)
    partial.mkdir(parents=True, exist_ok=True)
    TruthFolder(partial).make()
    (partial / MARK).write_text(wanted, encoding="utf-8")
    return partial


def _finish(partial: Path, info: WorldInfo, size: Size) -> None:
    """Write what the world is, and keep of the checkpoints those from which it can go on: the end of history."""
    info.write(partial)
    (partial / MARK).unlink()
    kept = {checkpoint(size, size.history_weeks, city) for city in range(size.cities)}
    for path in (partial / CHECKPOINTS).iterdir():
        if path.name not in kept:
            path.unlink()


class _CityMaker:
    """Makes one city's part of a world."""

    def __init__(self, partial: Path, truth_writer: TruthWriter, info: WorldInfo, size: Size, city: int, progress: Progress) -> None:
        self._partial, self._truth, self._info, self._size, self._city, self._progress = partial, truth_writer, info, size, city, progress
        self._world = World.new(size=size.name, seed=info.seed, scenario=info.scenario, city=city, is_clean=info.is_clean)
        self._tiers = Tiers(self._world.population)
        self._ordered_ever = np.zeros(self._world.population.base.shape, dtype=bool)
        self._blocks = -(-size.history_weeks // BLOCK_WEEKS)

    def run(self) -> None:
        """Run all weeks that are not done yet, then write the registers."""
        writer = ObservedWriter(self._partial)
        first = self._resume()
        writer.start_at(self._city * (self._blocks + 1) + first)
        for block in range(first, self._blocks):
            self._run_block(writer, block)
        self._write_registers(writer)
        self._write_lasting_truth()
        (self._partial / CHECKPOINTS / f"city-{self._city}.done").touch()

    def _checkpoint(self, week: int) -> Path:
        return self._partial / CHECKPOINTS / checkpoint(self._size, week, self._city)

    def _gathered(self, week: int) -> Path:
        return self._checkpoint(week).with_name(self._checkpoint(week).name.replace("week", "gathered"))

    def _resume(self) -> int:
        """The first block to run; takes up the state of the last finished one."""
        for block in range(self._blocks, 0, -1):
            week = min(block * BLOCK_WEEKS, self._size.history_weeks)
            if self._checkpoint(week).exists() and self._gathered(week).exists():
                self._world.take_up(load_arrays(self._checkpoint(week)))
                kept = load_arrays(self._gathered(week))
                self._ordered_ever = kept["ordered_ever"].astype(bool)
                years = kept["years"].tolist()
                self._tiers.yuan = {year: kept["yuan"][place].astype(np.float64) for place, year in enumerate(years)}
                self._tiers.profit = {year: kept["profit"][place].astype(np.float64) for place, year in enumerate(years)}
                return block
        return 0

    def _run_block(self, writer: ObservedWriter, block: int) -> None:
        last = min((block + 1) * BLOCK_WEEKS, self._size.history_weeks)
        gathered: dict[str, list[pa.Table]] = {}
        while self._world.week < last:
            week = self._world.week
            facts = self._world.advance(week)
            for name, rows in self._world.observed(facts).items():
                writer.put(STORED[name], rows)
            for table, rows in week_truth(self._world.population, self._world.state, facts):
                gathered.setdefault(table.name, []).append(rows)
            self._tiers.add(facts)
            self._ordered_ever |= facts.asked.ordered > 0
            done = self._city * self._size.history_weeks + week + 1
            self._progress(done, self._size.cities * self._size.history_weeks, str(self._size.week_on(week)))
        writer.close_block()
        part = self._city * (self._blocks + 1) + block
        for name, pieces in gathered.items():
            self._truth.put(truth.TRUTH_TABLES[name], part, pieces)
        years = sorted(self._tiers.yuan)
        gathered_so_far = {
            "ordered_ever": self._ordered_ever,
            "years": np.array(years),
            "yuan": np.stack([self._tiers.yuan[year] for year in years]),
            "profit": np.stack([self._tiers.profit[year] for year in years]),
        }
        save_arrays(self._gathered(last), gathered_so_far)
        save_arrays(self._checkpoint(last), self._world.to_arrays())

    def _write_registers(self, writer: ObservedWriter) -> None:
        tables = self._world.registers()
        for name, rows in tables.items():
            shared = self._city > 0 and name in ("product", "calendar_day")  # the province has one list of each
            if not shared:
                writer.put(STORED[name], rows.slice(1) if self._city > 0 and name == "org_unit" else rows)
        records, links = source_records(
            self._world.population.streams,
            outlet=tables["outlet"],
            owner=tables["owner"],
            licence=tables["licence"],
            scenario=self._world.scenario,
            clean=self._info.is_clean,
            as_of=self._size.history_ends_on,
        )
        writer.put(STORED["source_record"], records)
        writer.close_block()
        self._truth.put(truth.ENTITY_LINK, self._part, [links])

    @property
    def _part(self) -> int:
        return self._city * (self._blocks + 1) + self._blocks

    def _write_lasting_truth(self) -> None:
        population = self._world.population
        for table, rows in lasting_truth(population):
            self._truth.put(table, self._part, [rows])
        self._truth.put(truth.TIER_TRUTH, self._part, [self._tiers.table()])
        self._truth.put(truth.NEXT_PRODUCT_TRUTH, self._part, [next_products(population, self._ordered_ever)])
