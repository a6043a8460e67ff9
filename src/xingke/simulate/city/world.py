"""A living city: it advances a week at a time under the actions of the platform and shows what the systems would record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.city.actions import Action
from xingke.simulate.city.arriving import Arriving
from xingke.simulate.city.facts import week_tables
from xingke.simulate.city.kept import load_arrays
from xingke.simulate.city.population import Population, draw_population, first_state
from xingke.simulate.city.registers import registers
from xingke.simulate.city.state import State
from xingke.simulate.city.week import WeekFacts, run_week
from xingke.simulate.dirt.facts import dirty_week
from xingke.simulate.errors import NoSuchOutlet, NotAWorld, OutletClosed, WeekOutOfOrder
from xingke.simulate.scenarios import Scenario, scenario_named
from xingke.simulate.sizes import Size, size_named
from xingke.simulate.store import WorldInfo, require_present
from xingke.words import both

CHECKPOINTS = "truth/state"
LIVE_STATE = "live.state"
"""The file that holds where a city stands that has lived on."""


def checkpoint(size: Size, week: int, city: int = 0) -> str:
    """The name of the file that holds where a city stands before a week."""
    return f"week-{week:03d}.state" if size.cities == 1 else f"city-{city}-week-{week:03d}.state"


@dataclass(slots=True)
class World:
    """One city and where it stands.

    Parameters
    ----------
    is_clean
        Whether the feeds are without the systems' dirt.
    arriving
        Rows of earlier weeks that are still on their way.
    """

    population: Population
    state: State
    is_clean: bool = False
    arriving: Arriving = field(default_factory=Arriving)

    @classmethod
    def new(cls, *, size: str, seed: int, scenario: str = "baseline", city: int = 0, is_clean: bool = False) -> Self:
        """A city before its first week.

        Raises
        ------
        UnknownName
            No such size or scenario.
        """
        population = draw_population(size_named(size), scenario_named(scenario), seed, city)
        return cls(population, first_state(population), is_clean)

    @classmethod
    def open(cls, world: Path, *, scenario: str | None = None) -> Self:
        """The city of a world folder, at the end of its history.

        Parameters
        ----------
        scenario
            Go on under another scenario than the one it was made with.

        Raises
        ------
        NotAWorld
            There is none, or it is a world of another kind or of several cities, or made by an earlier version.
        """
        info = WorldInfo.read(world)
        size = size_named(info.size) if info.kind == "city" else None
        if size is None or size.cities > 1:
            raise NotAWorld(path=world, reason=both("没有可以继续的城市", "no city that can go on"))
        return cls.at(world, checkpoint(size, size.history_weeks), info, scenario=scenario)

    @classmethod
    def at(cls, world: Path, state: str, info: WorldInfo, *, scenario: str | None = None, city: int = 0) -> Self:
        """A city of a world folder where one of its files of state says.

        Raises
        ------
        NotAWorld
            There is no such file, or an earlier version made the world.
        """
        require_present(world, info)
        path = world / CHECKPOINTS / state
        if not path.is_file():
            raise NotAWorld(path=world, reason=both("没有可以继续的城市", "no city that can go on"))
        population = draw_population(size_named(info.size), scenario_named(scenario or info.scenario), info.seed, city)
        found = cls(population, first_state(population), info.is_clean)
        found.take_up(load_arrays(path))
        return found

    def take_up(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Go on from what `to_arrays` gave."""
        self.state, self.arriving = State.from_arrays(arrays), Arriving.from_arrays(arrays)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Where the city stands, to be stored."""
        return {**self.state.to_arrays(), **self.arriving.to_arrays()}

    @property
    def week(self) -> int:
        """The next week to run."""
        return self.state.week

    @property
    def scenario(self) -> Scenario:
        """The scenario in force."""
        return self.population.scenario

    def open_outlets(self) -> list[int]:
        """Customer ids of the outlets that the register shows as open; some of them may have stopped ordering without a word."""
        listed = (self.population.habits.opens_week <= self.state.week) & ~self.state.licence_closed
        return [int(number) for number in self.population.outlet_ids[listed]]

    def step(self, week: int, actions: Sequence[Action] = ()) -> dict[str, pa.Table]:
        """Run a week and return what would be observed of it, by table name.

        Same seed, same actions: the same tables to the byte. With one more action only what follows from that action differs.

        Raises
        ------
        WeekOutOfOrder
            `week` is not the next one.
        NoSuchOutlet, OutletClosed
            An action names an outlet that does not exist, or one that the register shows as closed; the week was not run. On an outlet that
            has left without a word an action does nothing, so that no refusal tells what nobody can know.
        """
        return self.observed(self.advance(week, actions))

    def advance(self, week: int, actions: Sequence[Action] = ()) -> WeekFacts:
        """Run a week and return everything that happened in it, the unobservable included; for the generator and its tests."""
        if week != self.state.week:
            raise WeekOutOfOrder(asked=week, expected=self.state.week)
        for action in actions:
            self._check(action)
        return run_week(self.population, self.state, tuple(actions))

    def observed(self, facts: WeekFacts) -> dict[str, pa.Table]:
        """What the systems have recorded by the end of a week, with their dirt unless the world is clean; to be asked for week after week.

        What becomes known later, such as when a complaint was closed, comes with the week in which it does.
        """
        size, tables = self.population.size, week_tables(self.population, facts)
        if not self.is_clean:
            tables = dirty_week(self.population.streams, facts.week, tables, size)
        return self.arriving.by(np.datetime64(size.week_on(facts.week + 1)), tables)

    def registers(self) -> dict[str, pa.Table]:
        """The registers as they stand now."""
        return registers(self.population, self.state)

    def _check(self, action: Action) -> None:
        for ids in (action.outlet_ids, action.control_ids):
            given = np.asarray(ids, dtype=np.int64)
            index = given - int(self.population.outlet_ids[0])
            unknown = given[(index < 0) | (index >= self.population.count)]
            if unknown.size:
                raise NoSuchOutlet(action=action.kind, outlets=[int(number) for number in unknown])
            shut = self.state.licence_closed[index] | (self.population.habits.opens_week[index] > self.state.week)
            if shut.any():
                raise OutletClosed(action=action.kind, outlets=[int(number) for number in given[shut]])
