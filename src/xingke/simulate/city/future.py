"""The weeks in which answers are judged: made for the scorer from where the city stands, and closed like the truth."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from xingke.simulate.city.known import week_truth
from xingke.simulate.city.make import STORED
from xingke.simulate.city.world import CHECKPOINTS, LIVE_STATE, World, checkpoint
from xingke.simulate.errors import NotACity
from xingke.simulate.sizes import JUDGED_WEEKS, Size, size_named
from xingke.simulate.store import OBSERVED, WorldInfo, require_present
from xingke.simulate.truth import TruthWriter, future_of

Progress = Callable[[int, int, str], None]


def reveal(world: Path, *, progress: Progress = lambda *_: None) -> WorldInfo:
    """Make the weeks behind what can be observed, as they are if nobody does anything, and keep them beside the truth.

    A future that is there already stays; it is gone once the city has lived on.

    Raises
    ------
    NotAWorld
        There is no world, or an earlier version made it.
    NotACity
        It is a world of another kind.
    """
    info = WorldInfo.read(world)
    if info.kind != "city":
        raise NotACity(path=world, kind=info.kind)
    require_present(world, info)
    place = future_of(world)
    if place.is_dir():
        return info
    size = size_named(info.size)
    making = Path(tempfile.mkdtemp(prefix=".future-", dir=place.parent))
    try:
        for city in range(size.cities):
            _make(making, _standing(world, info, size, city), city, size, progress)
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return info


def _standing(world: Path, info: WorldInfo, size: Size, city: int) -> World:
    lived = (world / CHECKPOINTS / LIVE_STATE).is_file()
    return World.at(world, LIVE_STATE if lived else checkpoint(size, size.history_weeks, city), info, city=city)


def _make(making: Path, city: World, number: int, size: Size, progress: Progress) -> None:
    truth, observed = TruthWriter(making), TruthWriter(making / OBSERVED)
    for done in range(JUDGED_WEEKS):
        part = number * (JUDGED_WEEKS + 1) + done
        facts = city.advance(city.week)
        for name, rows in city.observed(facts).items():
            observed.put(STORED[name], part, [rows])
        for table, rows in week_truth(city.population, city.state, facts):
            truth.put(table, part, [rows])
        progress(number * JUDGED_WEEKS + done + 1, size.cities * JUDGED_WEEKS, str(size.week_on(facts.week)))
    for name, rows in city.registers().items():
        observed.put(STORED[name], number * (JUDGED_WEEKS + 1) + JUDGED_WEEKS, [rows])
