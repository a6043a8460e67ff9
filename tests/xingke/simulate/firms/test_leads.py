"""Sales leads: what was planted is found again from what can be observed."""

import numpy as np
import pytest
from scipy.stats import rankdata

SIZES = [pytest.param("xs", 0.06, id="xs"), pytest.param("m", 0.02, id="m", marks=pytest.mark.slow)]


@pytest.mark.parametrize(("size", "tolerance"), SIZES)
def test_12_of_100_leads_are_won(world, size: str, tolerance: float) -> None:
    chance, won = world("leads", size=size).one("select avg(chance), avg(is_won::int) from true_lead_truth")
    assert chance == pytest.approx(0.12, abs=1e-6)
    assert won == pytest.approx(0.12, abs=tolerance)
    (closed,) = world("leads", size=size).one("select avg(is_won::int) from lead where closed_on is not null")
    assert closed == pytest.approx(0.12, abs=tolerance)


def test_the_vertical_platform_brings_15_of_100_leads_won_more_than_twice_as_often(world) -> None:
    share, factor = world("leads").one("""
        select avg((channel = 'vertical_platform')::int),
               avg(chance) filter (channel = 'vertical_platform') / avg(chance) filter (channel <> 'vertical_platform')
        from lead join true_lead_truth using (customer_id)
    """)
    assert share == pytest.approx(0.15, abs=0.01)
    assert factor == pytest.approx(2.3, rel=1e-6)


@pytest.mark.slow
def test_truth_ranks_the_leads_with_an_auc_of_86(world) -> None:
    rows = [row for seed in (7, 8, 9, 10) for row in world("leads", size="m", seed=seed).rows("select chance, is_won from true_lead_truth")]
    chance, won = (np.array(column) for column in zip(*rows, strict=True))
    winners = won.sum()
    auc = (rankdata(chance)[won].sum() - winners * (winners + 1) / 2) / winners / (won.size - winners)
    assert auc == pytest.approx(0.86, abs=0.02)


def test_every_hour_until_the_answer_costs_seven_percent_of_the_odds_up_to_a_day(world) -> None:
    made = world("leads")
    odds = dict(made.rows("select delay_hours, avg(ln(chance / (1 - chance))) from true_lead_outcome group by 1"))
    assert odds[2.0] - odds[1.0] == pytest.approx(np.log(0.93))
    assert odds[24.0] - odds[0.5] == pytest.approx(23.5 * np.log(0.93))
    assert odds[48.0] == pytest.approx(odds[24.0])
    assert made.one("""
        select count(*) from true_lead_outcome as slow join true_lead_outcome as fast using (customer_id)
        where slow.delay_hours > fast.delay_hours and slow.is_won and not fast.is_won
    """) == (0,)
    (gap,) = made.one("""
        select max(abs(ln(chance / (1 - chance)) - ln(chance_at_once / (1 - chance_at_once)) - ln(0.93) * least(delay, 24)))
        from (select customer_id, responded_after_hours as delay from lead where responded_after_hours is not null)
             join true_lead_truth using (customer_id)
    """)
    assert gap < 1e-6


@pytest.mark.parametrize(("size", "tolerance"), [("xs", 5.0), pytest.param("m", 1.5, marks=pytest.mark.slow)])
def test_a_lead_is_closed_after_21_days_on_average(world, size: str, tolerance: float) -> None:
    (days,) = world("leads", size=size).one("""
        select avg(closed_on - created_at::date) from lead where created_at < timestamptz '2024-07-01' and closed_on is not null
    """)
    assert days == pytest.approx(21, abs=tolerance)


def test_open_leads_say_nothing_and_won_ones_have_an_order(world) -> None:
    assert world("leads").one("""
        select count(*) from lead left join order_line using (customer_id)
        where (closed_on is null) <> (is_won is null) or (coalesce(is_won, false) <> (order_id is not null))
              or (is_won and lead.amount_yuan <> order_line.amount_yuan) or (not is_won and lead.amount_yuan is not null)
    """) == (0,)


def test_without_effects_the_delay_changes_nothing_and_leads_are_the_same(world) -> None:
    real, none = world("leads"), world("leads", "no_effect")
    seen = "select * exclude (is_won, amount_yuan) from lead"
    assert real.digest(seen) == none.digest(seen)
    assert none.one("select count(*) from true_lead_truth where chance <> chance_at_once") == (0,)
    at_once = "select customer_id, fit, intent, chance_at_once, would_win_at_once from true_lead_truth"
    assert real.digest(at_once) == none.digest(at_once)
