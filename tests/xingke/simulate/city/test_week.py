"""What holds in every week of a city, whatever happens."""

import numpy as np
import pytest

from xingke.schema import TABLES
from xingke.simulate.city.asks import diverted_cartons
from xingke.simulate.city.facts import week_tables
from xingke.simulate.city.make import STORED
from xingke.simulate.city.products import SUPPLY
from xingke.simulate.city.world import World


@pytest.fixture(scope="module", params=["baseline", "black_market", "festival_shift", "supply_crunch"])
def weeks(request):
    world = World.new(size="xs", seed=11, scenario=request.param, is_clean=True)
    return world, [world.advance(week) for week in range(14)]


def test_no_carton_appears_or_vanishes(weeks):
    world, found = weeks
    for facts in found:
        gone = diverted_cartons(world.population, facts.week, facts.plan, facts.delivered)
        left = facts.stock_before + facts.delivered - facts.sold.sold - (0 if gone is None else gone)
        assert np.array_equal(left, facts.stock)
        assert facts.stock.min() >= 0


def test_delivered_is_at_most_ordered_at_most_the_cap_and_the_asked(weeks):
    for facts in weeks[1]:
        assert (facts.delivered <= facts.asked.ordered).all()
        assert (facts.asked.ordered <= facts.asked.asked).all()
        assert (facts.asked.ordered <= facts.asked.caps).all()


def test_nobody_orders_who_is_closed_or_not_due(weeks):
    for facts in weeks[1]:
        assert not facts.asked.asked[~facts.placed.orders].any()
        assert not (facts.placed.orders & ~facts.is_open).any()


def test_retired_and_unborn_products_are_neither_wanted_nor_ordered(weeks):
    world, found = weeks
    for facts in found:
        dead = ~world.population.products.is_live(facts.week)
        assert not facts.expected[:, dead].any()
        assert not facts.asked.ordered[:, dead].any()


def test_caps_do_not_fall_as_the_grade_rises(weeks):
    for facts in weeks[1]:
        assert (np.diff(facts.plan.caps, axis=2) >= 0).all()


def test_tight_products_are_the_least_filled(weeks):
    totals = {name: [0, 0] for name in SUPPLY}
    for facts in weeks[1]:
        for place, name in enumerate(SUPPLY):
            columns = facts.plan.supply_class == place
            totals[name][0] += int(facts.asked.ordered[:, columns].sum())
            totals[name][1] += int(facts.asked.asked[:, columns].sum())
    fill = {name: ordered / asked for name, (ordered, asked) in totals.items() if asked}
    assert fill["tight"] < fill["balanced"] < fill["full"]


def test_every_table_keeps_its_schema(weeks):
    world, found = weeks
    for name, table in week_tables(world.population, found[-1]).items():
        assert table.schema.equals(STORED[name].arrow_schema), name
        for column in STORED[name].columns:
            assert not (column.required and table[column.name].null_count), (name, column.name)
    for name, table in world.registers().items():
        assert table.schema.equals(STORED[name].arrow_schema), name
        assert name in TABLES


def test_keys_are_unique_within_a_clean_week(weeks):
    world, found = weeks
    for name, table in week_tables(world.population, found[6]).items():
        keys = list(zip(*(table[column].to_pylist() for column in STORED[name].key), strict=True))
        assert len(keys) == len(set(keys)), name
