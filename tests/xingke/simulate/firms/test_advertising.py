"""Advertising: what was planted is found again from what can be observed."""

import numpy as np
import pytest

DEAR = """
    select channel, date_diff('week', date '2023-01-02', week_on) as week,
           spend_yuan::double / new_customers / planned_cac_yuan::double as ratio
    from ad_spend
"""


@pytest.mark.parametrize(("seed", "scenario"), [(7, "baseline"), (7, "no_effect"), (8, "baseline")])
def test_douyin_is_dear_in_weeks_20_31_and_32_and_no_channel_in_any_other(world, seed: int, scenario: str) -> None:
    found = {(channel, week): ratio for channel, week, ratio in world("leads", scenario, seed=seed).rows(f"{DEAR} where ratio > 1.2")}
    assert found == {
        ("douyin", 20): pytest.approx(1.40, abs=0.001),
        ("douyin", 31): pytest.approx(1.25, abs=0.001),
        ("douyin", 32): pytest.approx(1.27, abs=0.001),
    }


def test_clicks_convert_a_third_under_the_benchmark_in_week_44_alone(world) -> None:
    found = world("leads").rows("""
        select channel, date_diff('week', date '2023-01-02', week_on), new_customers / clicks / benchmark_rate - 1 as gap
        from ad_spend where gap < -0.3
    """)
    assert found == [("douyin", 44, pytest.approx(-0.33, abs=0.005))]


def test_adstock_and_saturation_are_recovered_from_the_weekly_truth(world) -> None:
    for channel, adstock, ceiling, rate in world("leads").rows("select channel, adstock, ceiling, rate_per_yuan from true_channel_truth"):
        rows = world("leads").rows(f"""
            select spend_yuan::double, adstock_yuan, expected_customers, efficiency
            from ad_spend join true_channel_week as t on t.channel = ad_spend.channel and week_on = date '2023-01-02' + 7 * week::int
            where t.channel = '{channel}' order by week
        """)
        spend, stock, expected, efficiency = (np.array(column) for column in zip(*rows, strict=True))
        assert np.allclose(stock[1:], spend[1:] + adstock * stock[:-1])
        assert np.allclose(expected, efficiency * ceiling * (1 - np.exp(-rate * stock)))


def test_channels_claim_more_than_they_bring_and_search_most_of_all(world) -> None:
    factor = dict(world("leads").rows("select channel, claimed_customers / incremental_customers from true_channel_truth"))
    assert min(factor.values()) > 1
    assert max(factor, key=factor.__getitem__) == "baidu_search"
    assert factor["baidu_search"] > 2
    (shares,) = world("leads").one("select sum(true_share) from true_channel_truth")
    assert shares == pytest.approx(1)


def test_new_customers_of_a_week_are_those_of_the_channels_and_those_of_nobody(world) -> None:
    least, most = world("leads").one("""
        with claimed as (select week_on, sum(new_customers) as claimed from ad_spend group by 1)
        select min(new_customers - claimed), max(new_customers - claimed) from new_customer_week join claimed using (week_on)
    """)
    assert 80 < least < most < 250


@pytest.mark.parametrize(("size", "part"), [("xs", 1.0), pytest.param("m", 0.35, marks=pytest.mark.slow)])
def test_30_of_100_conversions_by_advertising_take_two_touches(world, size: str, part: float) -> None:
    (share,) = world("leads", size=size).one("select avg((touches_needed = 2)::int) from true_conversion_truth where is_incremental")
    assert share == pytest.approx(0.30, abs=0.11 * part)


@pytest.mark.parametrize(("size", "part"), [("xs", 1.0), pytest.param("m", 0.35, marks=pytest.mark.slow)])
def test_what_a_touch_does_halves_every_five_days(world, size: str, part: float) -> None:
    (days,) = world("leads", size=size).one("""
        select median(date_diff('second', touched_at, converted_at)) / 86400
        from true_credit_truth join ad_touch using (touch_id) where credit = 1 and touched_on < date '2024-10-01'
    """)
    assert days == pytest.approx(5, abs=1.8 * part)


def test_credit_of_a_conversion_adds_up_to_one_and_lies_on_earlier_touches(world) -> None:
    made = world("leads")
    least, most, late = made.one("""
        with credit as (select t.customer_id, sum(credit) as credit, count(*) filter (touched_at > converted_at) as late
                        from true_credit_truth as t join ad_touch using (touch_id) group by 1)
        select min(credit), max(credit), sum(late) from credit
    """)
    assert (least, most, late) == (pytest.approx(1), pytest.approx(1), 0)
    caused = "select count(*) from true_conversion_truth where is_incremental"
    assert made.one("select count(distinct customer_id) from true_credit_truth") == made.one(caused)


def test_last_touch_gives_search_more_than_its_true_share(world) -> None:
    (last,) = world("leads").one("""
        with last as (select arg_max(channel, touched_at) as channel from ad_touch where touched_at <= converted_at group by customer_id)
        select avg((channel = 'baidu_search')::int) from last
    """)
    (true,) = world("leads").one("select sum(panel_credit) filter (channel = 'baidu_search') / sum(panel_credit) from true_channel_truth")
    assert last > true + 0.1


def test_without_effects_people_see_the_same_and_come_only_by_themselves(world) -> None:
    real, none = world("leads"), world("leads", "no_effect")
    for seen in ("select * exclude (converted_at) from ad_touch", "select channel, week_on, spend_yuan from ad_spend"):
        assert real.digest(seen) == none.digest(seen)
    assert none.one("select count(*) filter (is_incremental), count(*) from true_conversion_truth")[0] == 0
    assert none.one("select sum(incremental_customers) from true_channel_truth") == (0,)
    own = "select customer_id from true_conversion_truth where would_convert_anyway"
    assert real.digest(own) == none.digest(own)
