"""Customer managers: who looks after which territory, who leaves when, and whether the work is handed over. Planned for the whole world."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.organisation import Organisation
from xingke.simulate.names import people
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

HANDED_OVER_SHARE = 0.7
GOOD_HANDOVER_DAYS, LATE_HANDOVER_DAYS = 5, 38
AFTERMATH_WEEKS = 8
LEFT_ALONE_DENT = 0.10
UNSEEN_AFTER_LEAVING_WEEKS = 5
OTHER_ROLES = (("market_manager", 27), ("deliverer", 84), ("order_clerk", 8), ("inspector", 45))
"""Staff of a city of 15,000 outlets besides the customer managers."""


@dataclass(frozen=True, slots=True)
class Workforce:
    """The changes of managers, in order of the week.

    Parameters
    ----------
    territory, week, handover_days
        Whose manager leaves, when, and after how many days the successor has taken over.
    is_planted
        The two changes that every world has.
    """

    territory: NDArray[np.int32]
    week: NDArray[np.int32]
    handover_days: NDArray[np.int32]
    is_planted: NDArray[np.bool_]

    def left_alone(self, week: int, territories: int) -> NDArray[np.bool_]:
        """Territories whose manager left without handover within the last eight weeks."""
        return self._within(week, territories, self.handover_days > 7, AFTERMATH_WEEKS)

    def handed_over(self, week: int, territories: int) -> NDArray[np.bool_]:
        """Territories whose manager left with a handover within the last eight weeks."""
        return self._within(week, territories, self.handover_days <= 7, AFTERMATH_WEEKS)

    def unseen(self, week: int, territories: int) -> NDArray[np.bool_]:
        """Territories that nobody visits: the manager is gone and nobody has taken over."""
        return self._within(week, territories, self.handover_days > 7, UNSEEN_AFTER_LEAVING_WEEKS)

    def _within(self, week: int, territories: int, chosen: NDArray[np.bool_], weeks: int) -> NDArray[np.bool_]:
        found = np.zeros(territories, dtype=bool)
        found[self.territory[chosen & (self.week <= week) & (week < self.week + weeks)]] = True
        return found


def plan_workforce(streams: Streams, organisation: Organisation, size: Size, scenario: Scenario) -> Workforce:
    """Plan who leaves: some by chance, and two that can be found: one leaves the largest territory without a word, one hands over."""
    draw = streams.of("workforce")
    territories = organisation.territories
    leaves = draw.random(territories) < scenario.managers_leaving * size.weeks / 52
    weeks = draw.integers(4, max(size.weeks - 4, 5), territories)
    good = draw.random(territories) < HANDED_OVER_SHARE
    members = np.bincount(organisation.territory, minlength=territories)
    largest = np.argsort(-members, kind="stable")[:2]
    leaves[largest] = False
    chance = np.flatnonzero(leaves)
    territory = np.concatenate([largest[: min(2, territories)], chance]).astype(np.int32)
    planted = np.arange(territory.size) < min(2, territories)
    week = np.concatenate([size.leaving_weeks[: min(2, territories)], weeks[chance]]).astype(np.int32)
    hands_over = np.concatenate([np.array([False, True])[: min(2, territories)], good[chance]])
    order = np.argsort(week, kind="stable")
    days = np.where(hands_over, GOOD_HANDOVER_DAYS, LATE_HANDOVER_DAYS).astype(np.int32)
    return Workforce(territory[order], week[order], days[order], planted[order])


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody employed at any time; managers first: territory after territory, then the successors in order of the changes."""

    name: NDArray[np.object_]
    role: NDArray[np.object_]
    unit: NDArray[np.object_]
    joined_week: NDArray[np.int32]
    left_week: NDArray[np.int32]


def hire_staff(streams: Streams, organisation: Organisation, workforce: Workforce, first_outlets: int) -> Staff:
    """Names and units of the staff; a manager who leaves is followed by a new one with the next free number."""
    draw = streams.of("staff")
    paths = organisation.territory_paths()
    others = [(role, max(1, round(number * first_outlets / 15_000))) for role, number in OTHER_ROLES]
    successors = workforce.territory.size
    managers = organisation.territories + successors
    total = managers + sum(number for _, number in others)
    role = np.repeat(np.array(["customer_manager", *(name for name, _ in others)], dtype=object), [managers, *(n for _, n in others)])
    unit = np.concatenate([paths, paths[workforce.territory], np.full(total - managers, organisation.units[1].path, dtype=object)])
    joined = np.full(total, -260, dtype=np.int32)
    joined[organisation.territories : managers] = workforce.week + workforce.handover_days // 7
    left = np.full(total, -1, dtype=np.int32)
    left[workforce.territory] = workforce.week
    return Staff(people(draw, draw.random(total) < 0.4), role, unit, joined, left)


def manager_of(organisation: Organisation, workforce: Workforce, week: int) -> NDArray[np.int32]:
    """The staff index of each territory's manager in a week."""
    manager = np.arange(organisation.territories, dtype=np.int32)
    for place in np.flatnonzero(workforce.week <= week):
        manager[workforce.territory[place]] = organisation.territories + place
    return manager
