"""The week's messages: those of history, and those that the platform sends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.actions import Action
from xingke.simulate.city.population import Population
from xingke.simulate.city.state import State
from xingke.simulate.reach import CampaignPlan, FatigueState, Reached, campaigns_of_week, draw_members, live_plan, run_message


@dataclass(frozen=True, slots=True)
class Reach:
    """What the week's messages did; `reminded` is 1 for outlets that read a reminder of their order window."""

    reached: tuple[Reached, ...]
    reminded: NDArray[np.float64]


def reach_week(population: Population, state: State, actions: tuple[Action, ...], is_open: NDArray[np.bool_]) -> Reach:
    """Send the week's messages in their order; changes the state's fatigue."""
    fatigue = FatigueState(state.touches, state.opted_out, state.fatigue_day)
    found: list[Reached] = []
    reminded = np.zeros(population.count)
    for plan, member, treated in _plans(population, state.week, actions):
        reached = run_message(
            population.streams,
            plan,
            population.responders,
            outlet_ids=population.outlet_ids,
            member=member,
            treated=treated,
            is_open=is_open,
            fatigue=fatigue,
            scenario=population.scenario,
            size=population.size,
        )
        fatigue = reached.fatigue
        found.append(reached)
        if plan.name == "reminder":
            reminded[reached.opened] = 1.0
    state.touches, state.opted_out, state.fatigue_day = fatigue.touches, fatigue.opted_out, fatigue.day
    return Reach(tuple(found), reminded)


def _plans(
    population: Population, week: int, actions: tuple[Action, ...]
) -> list[tuple[CampaignPlan, NDArray[np.bool_], NDArray[np.bool_]]]:
    plans = []
    for plan in campaigns_of_week(population.campaigns, week):
        members = draw_members(population.streams, plan, population.responders)
        plans.append((plan, members.member, members.treated))
    for place, action in enumerate(action for action in actions if action.kind in ("message", "reminder")):
        treated, control = _mask(population, action.outlet_ids), _mask(population, action.control_ids)
        plan = live_plan(
            key=action.campaign_key or f"live-{week:03d}-{place:02d}",
            name=action.kind,
            week=week,
            place=place,
            channel=action.channel,
            content=action.content,
            hour=action.hour,
            is_randomised=bool(control.any()),
        )
        plans.append((plan, treated | control, treated))
    return plans


def _mask(population: Population, outlet_ids: object) -> NDArray[np.bool_]:
    found = np.zeros(population.count, dtype=bool)
    found[np.asarray(outlet_ids, dtype=np.int64) - int(population.outlet_ids[0])] = True
    return found
