"""A living city: it advances a week at a time under the actions of the platform and shows what the systems would record."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa

from xingke.simulate.city.actions import Action
from xingke.simulate.city.facts import week_tables
from xingke.simulate.city.kept import load_arrays
from xingke.simulate.city.population import Population, draw_population, first_state
from xingke.simulate.city.registers import registers
from xingke.simulate.city.state import State
from xingke.simulate.city.week import WeekFacts, run_week
from xingke.simulate.dirt.facts import dirty_week
from xingke.simulate.errors import NoSuchOutlet, NotAWorld, OutletClosed, WeekOutOfOrder
from xingke.simulate.scenarios import Scenario, scenario_named
from xingke.simulate.sizes import size_named
from xingke.simulate.store import WorldInfo
from xingke.words import both

CHECKPOINTS = "truth/state"


@dataclass(slots=True)
class World:
    """One city and where it stands.

    Parameters
    ----------
    is_clean
        Whether the feeds are without the systems' dirt.
    """

    population: Population
    state: State
    is_clean: bool = False

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
            There is none, or it is a world of another kind or of several cities.
        """
        info = WorldInfo.read(world)
        size = size_named(info.size) if info.kind == "city" else None
        path = world / CHECKPOINTS / f"week-{size.history_weeks:03d}.state" if size else world
        if size is None or size.cities > 1 or not path.is_file():
            raise NotAWorld(path=world, reason=both("没有可以继续的城市", "no city that can go on"))
        population = draw_population(size, scenario_named(scenario or info.scenario), info.seed)
        return cls(population, State.from_arrays(load_arrays(path)), info.is_clean)

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
        """What the systems record of a week, with their dirt unless the world is clean."""
        tables = week_tables(self.population, facts)
        return tables if self.is_clean else dirty_week(self.population.streams, facts.week, tables, self.population.size)

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
