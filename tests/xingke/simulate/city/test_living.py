"""A living city: what an action changes, and that it changes nothing else."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from xingke.errors import UnknownName, UserFacingError
from xingke.simulate.city.actions import HAZARD_FACTORS, LASTING, Action
from xingke.simulate.city.state import NEVER
from xingke.simulate.city.world import World
from xingke.simulate.errors import NoSuchOutlet, OutletClosed, WeekOutOfOrder

WHO = {"customer_id", "outlet_id", "from_customer_id"}


def steps(world, weeks, actions_of=lambda world, week: ()):
    return [world.step(week, actions_of(world, week)) for week in range(world.week, world.week + weeks)]


def new(scenario="baseline", seed=7):
    return World.new(size="xs", seed=seed, scenario=scenario)


def without(table, ids):
    column = next((name for name in table.column_names if name in WHO), None)
    if column is None:
        return table
    return table.filter(pc.invert(pc.is_in(table[column], value_set=pa.array(sorted(ids), pa.int64()))))


def touched_by(world, ids, weeks):
    """Whoever an action on these outlets can reach: where their customers walk to, week after week, and those who listen to them."""
    first = int(world.population.outlet_ids[0])
    reach = {number - first for number in ids}
    for _ in range(weeks):
        reach |= {int(place) for place in world.population.graph.walk_to[list(reach)] if place >= 0}
    return {place + first for place in reach}


def test_same_seed_gives_the_same_weeks():
    one, two = steps(new(), 4), steps(new(), 4)
    assert all(a[name].equals(b[name]) for a, b in zip(one, two, strict=True) for name in a)


def test_other_seed_gives_other_weeks():
    assert not steps(new(), 1)[0]["order_line"].equals(steps(new(seed=8), 1)[0]["order_line"])


@pytest.mark.parametrize("kind", [*LASTING, "visit", "reminder"])
def test_action_changes_nobody_but_those_it_reaches(kind):
    plain, acted = new(), new()
    chosen = acted.open_outlets()[:3]
    without_action = steps(plain, 6)
    with_action = steps(acted, 6, lambda world, week: [Action(kind=kind, outlet_ids=chosen)] if week == 1 else [])
    reach = touched_by(acted, chosen, 5)
    assert len(reach) < 40
    for before, after in zip(without_action, with_action, strict=True):
        for name in before:
            if name == "campaign":  # the reminder's own row
                assert set(before[name]["campaign_key"].to_pylist()) <= set(after[name]["campaign_key"].to_pylist())
            elif name == "price":  # the street price follows the stock of the whole city
                assert before[name].num_rows == after[name].num_rows
            else:
                assert without(before[name], reach).equals(without(after[name], reach)), name


def test_visit_is_seen_and_lifts_satisfaction():
    plain, acted = new(), new()
    chosen = [number for number in acted.open_outlets() if number < 40]
    for week in range(3):
        plain.advance(week)
        acted.advance(week, [Action(kind="visit", outlet_ids=chosen)])
    rows = np.array(chosen) - 1
    there = (plain.state.left_week[rows] == NEVER) & (acted.state.left_week[rows] == NEVER)
    assert (acted.state.visit_bump[rows] >= plain.state.visit_bump[rows])[there].all()
    assert acted.state.visit_bump[rows].mean() > plain.state.visit_bump[rows].mean()


def test_every_action_together_keeps_most_of_the_leavers():
    def care(world, week):
        everybody = world.open_outlets()
        return [Action(kind=kind, outlet_ids=everybody) for kind in HAZARD_FACTORS]

    plain, cared = new("high_churn"), new("high_churn")
    steps(plain, 30)
    steps(cared, 30, care)
    assert (cared.state.left_week != NEVER).sum() < 0.6 * (plain.state.left_week != NEVER).sum()


def test_doing_more_never_makes_anybody_leave_earlier():
    plain, cared = new("high_churn"), new("high_churn")
    steps(plain, 30)
    steps(cared, 30, lambda world, week: [Action(kind="service_recovery", outlet_ids=world.open_outlets())])
    left = cared.state.left_week != NEVER
    early = cared.population.fate.early_week != NEVER
    earlier = np.where(plain.state.left_week == NEVER, 10_000, plain.state.left_week)
    assert (cared.state.left_week[left & ~early] >= earlier[left & ~early]).all()


def test_without_effects_actions_change_nothing_but_their_own_traces():
    plain, acted = new("no_effect"), new("no_effect")
    kinds = [kind for kind in LASTING if kind not in ("training", "service_recovery")]  # these leave rows: courses, quicker answers
    without_action = steps(plain, 8)
    with_action = steps(acted, 8, lambda world, week: [Action(kind=kind, outlet_ids=world.open_outlets()[:100]) for kind in kinds])
    assert all(a[name].equals(b[name]) for a, b in zip(without_action, with_action, strict=True) for name in a)


def test_growth_programme_raises_the_amount_of_the_engaged():
    plain, grown = new(), new()
    eager = grown.population.responders.engagement > 0.5
    for week in range(8):
        plain.advance(week)
        facts = grown.advance(week, [Action(kind="growth_programme", outlet_ids=grown.open_outlets())])
    same = plain.advance(8)
    facts = grown.advance(8, [Action(kind="growth_programme", outlet_ids=grown.open_outlets())])
    ratio = facts.expected.sum(axis=1) / np.maximum(same.expected.sum(axis=1), 1e-9)
    there = same.is_open & facts.is_open & (grown.state.promoted_week == plain.state.promoted_week)
    assert ratio[there & eager].mean() == pytest.approx(1.04, abs=0.01)
    assert ratio[there & ~eager].mean() == pytest.approx(1.0, abs=0.002)


def test_won_back_outlets_order_again():
    world = new("high_churn")
    steps(world, 20)
    lapsed = np.flatnonzero((world.state.left_week != NEVER) & ~world.state.licence_closed & (world.population.fate.early_week == NEVER))
    fate = world.population.fate
    world.population = replace(world.population, fate=replace(fate, return_uniform=np.zeros(fate.return_uniform.size)))
    tables = world.step(20, [Action(kind="win_back", outlet_ids=(lapsed + 1).tolist())])
    assert (world.state.left_week[lapsed] == NEVER).all()
    assert set((lapsed + 1).tolist()) & set(tables["order"]["customer_id"].to_pylist())


def test_weeks_come_in_order():
    world = new()
    with pytest.raises(WeekOutOfOrder, match="week 0"):
        world.step(1)
    world.step(0)
    with pytest.raises(WeekOutOfOrder):
        world.step(0)


def test_action_on_a_stranger_runs_nothing():
    world = new()
    with pytest.raises(NoSuchOutlet, match="999999"):
        world.step(0, [Action(kind="visit", outlet_ids=[1, 999_999])])
    assert world.week == 0
    assert world.step(0)["order"].equals(new().step(0)["order"])


def test_action_on_a_closed_outlet_runs_nothing():
    world = new("high_churn")
    steps(world, 25)
    gone = np.flatnonzero(world.state.licence_closed)[:2] + 1
    with pytest.raises(OutletClosed):
        world.step(25, [Action(kind="supply_guarantee", outlet_ids=gone.tolist())])
    assert world.week == 25


def test_nothing_tells_that_an_outlet_left_without_a_word():
    world = new("high_churn")
    steps(world, 25)
    silent = np.flatnonzero((world.state.left_week != NEVER) & ~world.state.licence_closed)[:2] + 1
    assert set(silent.tolist()) <= set(world.open_outlets())
    visits = world.step(25, [Action(kind="visit", outlet_ids=silent.tolist())])["visit"]
    seen = visits.filter(pc.is_in(visits["customer_id"], value_set=pa.array(silent)))
    assert seen["found_closed"].to_pylist() == [True, True]


def test_action_has_to_be_one_of_the_known():
    with pytest.raises(UnknownName, match="visit"):
        Action(kind="vist", outlet_ids=[1])
    with pytest.raises(UnknownName):
        Action(kind="message", outlet_ids=[1], channel="pigeon")
    with pytest.raises(UserFacingError, match="8 to 20"):
        Action(kind="message", outlet_ids=[1], hour=23)


def test_message_is_answered_by_its_members_alone():
    world = new()
    everybody = world.open_outlets()
    tables = world.step(0, [Action(kind="message", outlet_ids=everybody[:150], control_ids=everybody[150:], campaign_key="spring")])
    members = tables["campaign_member"].filter(pc.equal(tables["campaign_member"]["campaign_key"], "spring"))
    assert set(members["customer_id"].to_pylist()) == set(everybody)
    sent = tables["message"].filter(pc.equal(tables["message"]["campaign_key"], "spring"))
    assert set(sent["customer_id"].to_pylist()) == set(everybody[:150])
