"""Every figure on a world whose values are computed by hand beside it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xingke.simulate.score import Score, score_world
from xingke.simulate.score.cause import best_cause
from xingke.simulate.score.pilot import pilot_power, smallest_gain
from xingke.simulate.score.seasonal import week_last_year

OUTLETS, STARTS_ON = np.arange(100, 120), date(2023, 12, 4)


def monday(week: int) -> date:
    return STARTS_ON + timedelta(days=7 * week)


def scored(world: Path, answers: Path | None = None) -> Score:
    return score_world(world, answers, resamples=20, progress=lambda _: None)


def leaver(outlet: int, onset: int, left: int | None, *, signs: bool = True) -> dict[str, Any]:
    return {"outlet_id": outlet, "onset_week": onset, "left_week": left, "has_precursors": signs}


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_city_forecast_is_scored_against_what_is_asked_for(make_world: Any, make_answers: Any) -> None:
    # Half of what is expected is asked for until week 22, then 10 % less than that.
    weeks = np.arange(30)
    demand = {
        "product_id": np.ones(30, int),
        "week": weeks,
        "asked_cartons": np.where(weeks < 22, 50, 45),
        "expected_cartons": np.full(30, 100.0),
    }
    world = make_world(truth={"demand_truth": demand})
    days = [monday(week) for week in range(22, 30)]
    answers = make_answers(forecast={"level": ["city"] * 8, "product_id": [1] * 8, "from_on": days, "quantity_cartons": [48.0] * 8})
    got = scored(world, answers)
    assert got.metrics["forecast_city_week_accuracy"] == pytest.approx(1 - 3 / 45)
    assert got.baselines["forecast_city_week_accuracy_known"] == pytest.approx(1.0)  # one SKU is the whole city, whose total is known
    # 20 outlets ask for 2 cartons each of SKU 1, and, as observed, for as many of three SKUs that the truth knows nothing of.
    assert got.baselines["forecast_city_week_accuracy_baseline"] == pytest.approx(1 - (5 + 3 * 40) / 45)


def test_outlet_forecast_by_week_and_month_counts_open_outlets_only(make_world: Any, make_answers: Any) -> None:
    weeks = np.arange(4, 30)
    asked = np.where(weeks % 2 == 0, 12.0, 4.0)
    truth = {
        "outlet_week": {
            "outlet_id": np.repeat([100, 101], 26),
            "week": np.tile(weeks, 2),
            "asked_cartons": np.concatenate([asked, 16.0 - asked]),
            "expected_cartons": np.full(52, 16.0),
        }
    }
    answers = make_answers(
        forecast={
            "level": ["outlet_month"] * 4,
            "customer_id": [100, 100, 101, 101],
            "from_on": [monday(22), monday(26)] * 2,
            "quantity_cartons": [30.0, 32.0, 32.0, 32.0],
        }
    )
    got = scored(make_world(truth=truth), answers)
    # Half the expected cartons come, now to one outlet, now to the other; 8 cartons a week are right by the month alone.
    assert got.baselines["forecast_outlet_week_accuracy_known"] == pytest.approx(0.5, abs=0.02)
    assert got.baselines["forecast_outlet_month_accuracy_known"] == pytest.approx(1.0, abs=0.03)
    assert got.baselines["forecast_outlet_week_accuracy_baseline"] == pytest.approx(1 - 4 / 8)
    assert got.baselines["forecast_outlet_month_accuracy_baseline"] == pytest.approx(1.0)
    assert got.metrics["forecast_outlet_month_accuracy"] == pytest.approx(1 - 2 / 128)
    assert "forecast_outlet_week_accuracy" not in got.metrics


def test_the_turn_of_an_outlet_that_orders_every_other_week_is_known(make_world: Any) -> None:
    weeks = np.arange(4, 30)
    asked = np.where(weeks % 2 == 0, 16.0, 0.0)
    truth = {
        "outlet_week": {
            "outlet_id": np.repeat([118, 119], 26),
            "week": np.tile(weeks, 2),
            "asked_cartons": np.concatenate([np.full(26, 8.0), asked]),
            "expected_cartons": np.full(52, 8.0),
        }
    }
    got = scored(make_world(truth=truth))
    assert got.baselines["forecast_outlet_week_accuracy_known"] == pytest.approx(1.0)


def test_whoever_knows_demand_knows_who_puts_stock_by(make_world: Any) -> None:
    weeks = np.arange(4, 30)
    asked = np.where(weeks >= 22, 24.0, 8.0)
    truth = {
        "outlet_week": {
            "outlet_id": np.repeat([100, 101], 26),
            "week": np.tile(weeks, 2),
            "asked_cartons": np.concatenate([np.full(26, 8.0), asked]),
            "expected_cartons": np.full(52, 8.0),
        },
        "hoarder_truth": {"outlet_id": [101], "kind": ["seasonal"], "factor": [3.0]},
    }
    assert scored(make_world(truth=truth)).baselines["forecast_outlet_week_accuracy_known"] == pytest.approx(1.0)


def test_cells_are_grouped_by_what_is_expected(make_world: Any, make_answers: Any) -> None:
    truth = {
        "cell_truth": {
            "outlet_id": [100, 101, 102],
            "product_id": [1, 1, 1],
            "week": [22, 22, 22],
            "expected_cartons": [1.0, 3.0, 10.0],
            "demand_cartons": [2, 3, 8],
        }
    }
    answers = make_answers(
        forecast={"level": ["cell"], "customer_id": [102], "product_id": [1], "from_on": [monday(22)], "quantity_cartons": [7.0]}
    )
    got = scored(make_world(truth=truth), answers)
    assert got.baselines["forecast_cell_accuracy_mean_1_ceiling"] == pytest.approx(0.5)
    assert got.baselines["forecast_cell_accuracy_mean_3_baseline"] == pytest.approx(1 - 1 / 3)
    assert got.baselines["forecast_cell_accuracy_mean_10_ceiling"] == pytest.approx(
        1 - 1 / 8
    )  # the median of negative binomial demand with a mean of 10 is 9
    assert got.metrics["forecast_cell_accuracy_mean_10"] == pytest.approx(1 - 1 / 8)


def test_last_year_is_lunar_near_the_festival_and_solar_else() -> None:
    assert week_last_year(date(2025, 1, 27)) == date(2024, 2, 5)  # the weeks of Spring Festival 2025-01-29 and 2024-02-10
    assert week_last_year(date(2025, 1, 13)) == date(2024, 1, 22)
    assert week_last_year(date(2024, 11, 4)) == date(2023, 11, 6)


def churn_truth() -> dict[str, Any]:
    # Outlet 100 leaves in week 18 with signs since week 13, outlet 101 in week 23 at once, outlet 102 was kept.
    rows = [leaver(100, 13, 18), leaver(101, 23, 23, signs=False), leaver(102, 14, None)]
    return {"churn_truth": columns(rows)}


def churn_answer(score_of: dict[tuple[int, int], float], weeks: range) -> dict[str, Any]:
    rows = [(int(outlet), week) for week in weeks for outlet in OUTLETS]
    return {
        "customer_id": [outlet for outlet, _ in rows],
        "as_of": [monday(week) for _, week in rows],
        "probability": [score_of.get(row, 0.0) for row in rows],
    }


def test_leavers_are_those_whose_silence_begins_within_30_days(make_world: Any, make_answers: Any) -> None:
    # Slices are weeks 14, 18 and 22. Outlet 100 leaves within 30 days of weeks 14 and 18, outlet 101 of week 22.
    score_of = {(100, 14): 0.9, (100, 18): 0.5, (103, 18): 0.7, (102, 22): 0.1}
    got = scored(make_world(truth=churn_truth()), make_answers(churn_score=churn_answer(score_of, range(12, 23))))
    # Pairs: 19 of 19 in week 14, 18 of 19 in week 18; in week 22 one is above and the others are tied, outlet 100 among them,
    # of which nobody knows that it has gone.
    assert got.metrics["churn_auc"] == pytest.approx((19 + 18 + 9) / (19 + 19 + 19))
    assert got.metrics["churn_auc_without_sudden"] == pytest.approx((19 + 18) / 38)
    # The top 5 % are one outlet a slice: outlets 100, 103 and 102.
    assert got.metrics["churn_recall_top_5"] == pytest.approx(1 / 3)
    assert got.metrics["churn_precision_top_1"] == pytest.approx(1 / 3)


def test_whoever_came_back_counts_again(make_world: Any, make_answers: Any) -> None:
    # Outlet 100 left in week 13, came back in week 17 and leaves for good in week 22.
    weeks = [(int(outlet), week) for outlet in OUTLETS for week in range(30) if outlet != 100 or week < 13 or 17 <= week < 22]
    truth = {
        "churn_truth": columns([leaver(100, 5, 13), leaver(100, 19, 22)]),
        "outlet_week": {"outlet_id": [outlet for outlet, _ in weeks], "week": [week for _, week in weeks]},
    }
    score_of = {(100, 18): 1.0, (101, 22): 0.5}
    got = scored(make_world(truth=truth), make_answers(churn_score=churn_answer(score_of, range(12, 23))))
    # Not there in week 14; in week 18 it leaves within 30 days and is on top; in week 22 it is one of 19 with the lowest score.
    assert got.metrics["churn_auc"] == pytest.approx((19 + 9) / 38)
    assert got.metrics["churn_recall_top_5"] == pytest.approx(1 / 2)


def test_flags_count_weeks_before_that_of_the_last_order(make_world: Any, make_answers: Any) -> None:
    # The last order falls into week 17; the outlet is on top on Mondays 14 and 15 alone.
    score_of = {(100, 14): 0.9, (100, 15): 0.9, **{(119, week): 0.5 for week in range(12, 23)}}
    got = scored(make_world(truth=churn_truth()), make_answers(churn_score=churn_answer(score_of, range(12, 23))))
    assert got.metrics["churn_flagged_2_weeks_before"] == 1.0
    assert got.metrics["churn_flagged_4_weeks_before"] == 0.0
    assert got.metrics["churn_flagged_ever"] == 1.0


def test_answers_for_some_days_are_scored_on_those(make_world: Any, make_answers: Any) -> None:
    got = scored(make_world(truth=churn_truth()), make_answers(churn_score=churn_answer({(100, 14): 1.0}, range(14, 15))))
    assert got.metrics["churn_auc"] == 1.0
    assert "churn_flagged_ever" not in got.metrics
    assert any("1 of 3" in note for note in got.notes)


def test_the_rule_flags_who_orders_less_or_changes_channels(make_world: Any) -> None:
    cartons = np.full((20, 30, 4), 2)
    cartons[0, 14:] = 1  # outlet 100 halves its orders from week 14 on and leaves in week 19
    switching = {(101, 14): "web", (101, 17): "phone", (102, 16): "web"}  # outlet 101 twice by another channel, outlet 102 once
    world = make_world(truth={"churn_truth": columns([leaver(100, 14, 19)])}, cartons=cartons, channels=switching)
    got = scored(world)
    # Of 20 outlets in weeks 14, 18 and 22: outlet 100 in week 18 (a leaver) and 22 (when it has left), outlet 101 in weeks 18 and 22.
    assert got.baselines["churn_rule_or_flagged_baseline"] == pytest.approx(4 / 60)
    assert got.baselines["churn_rule_or_precision_baseline"] == pytest.approx(1 / 4)
    assert got.baselines["churn_rule_or_recall_baseline"] == pytest.approx(1.0)
    assert got.baselines["churn_rule_and_flagged_baseline"] == 0.0


def test_recency_and_the_true_state_stand_beside(make_world: Any) -> None:
    cartons = np.full((20, 30, 4), 2)
    cartons[0, 17:] = 0  # silent since week 17, gone from week 18: the order of week 17 was missed
    state = [
        {"outlet_id": int(outlet), "week": week, "hazard": 0.001, "is_at_risk": bool(outlet == 100 and 13 <= week < 18)}
        for outlet in OUTLETS
        for week in range(22)
        if not (outlet == 100 and week >= 18)
    ]
    truth = {"churn_truth": columns([leaver(100, 13, 18)]), "outlet_week": columns(state)}
    got = scored(make_world(truth=truth, cartons=cartons))
    assert got.baselines["churn_auc_known"] == pytest.approx(1.0)
    assert got.baselines["churn_auc_baseline"] == pytest.approx((19 * 0.5 + 19) / 38)  # nothing to see in week 14, a gap in week 18


def test_causes_named_in_time_count(make_world: Any, make_answers: Any) -> None:
    truth = {
        "cause_truth": {
            "outlet_id": [100, 101, 102, 103, 104],
            "week": [20, 20, 20, 20, 20],
            "cause": ["service", "supply", "service", "sudden", "none"],
            "service_evidence": [True, False, True, True, False],
            "supply_evidence": [False, True, False, False, False],
            "price_evidence": [False] * 5,
            "closing_evidence": [False] * 5,
        }
    }
    named = {
        "customer_id": [100, 100, 101, 102],
        "as_of": [monday(w) for w in (14, 19, 19, 8)],
        "cause": ["price", "service", "supply", "service"],
    }
    got = scored(make_world(truth=truth), make_answers(churn_cause=named))
    assert got.metrics["cause_accuracy"] == pytest.approx(2 / 3)  # the later word counts; one from 12 weeks before does not
    assert got.baselines["cause_accuracy_baseline"] == pytest.approx(2 / 3)
    assert got.baselines["cause_accuracy_known"] == 1.0


def test_naming_by_evidence_reaches_what_its_frequencies_allow() -> None:
    draw = np.random.default_rng(1)
    cause = draw.choice(4, 20_000, p=[0.30, 0.325, 0.15, 0.225])
    chance = np.where(cause[:, None] == np.arange(4), [0.75, 0.80, 0.70, 0.80], [0.12, 0.25, 0.15, 0.10])
    assert (best_cause(draw.random((20_000, 4)) < chance, cause) == cause).mean() == pytest.approx(0.70, abs=0.01)


def test_tiers_are_judged_after_the_festival(make_world: Any, make_answers: Any) -> None:
    # Of 20 outlets 2 are value: really 100 and 101. Outlet 102 hoards before the festival and looks larger than 101.
    cartons = np.full((20, 30, 4), 2)
    cartons[0], cartons[1], cartons[2, 5:10] = 8, 4, 20
    truth = {
        "tier_truth": {
            "outlet_id": np.tile(OUTLETS, 2),
            "year": np.repeat([2023, 2024], 20),
            "lasting_yuan": np.tile(np.concatenate([[9.0, 8.0], np.linspace(3, 1, 18)]), 2),
            "tier": (["value"] * 2 + ["potential"] * 4 + ["base"] * 14) * 2,
        },
        "hoarder_truth": {"outlet_id": [102, 103], "kind": ["seasonal", "seasonal"], "factor": [3.0, 3.0]},
    }
    answers = make_answers(tier={"customer_id": [100, 101, 103], "as_of": [monday(10)] * 3, "tier": ["value", "potential", "value"]})
    got = scored(make_world(truth=truth, cartons=cartons), answers)
    assert got.baselines["tier_precision_festival_baseline"] == pytest.approx(0.5)
    assert got.baselines["hoarders_promoted_share_baseline"] == pytest.approx(0.5)
    assert got.baselines["tier_precision_festival_known"] == 1.0
    assert got.baselines["hoarders_promoted_share_known"] == 0.0
    assert got.metrics["tier_precision_festival"] == pytest.approx(0.5)
    assert got.metrics["hoarders_promoted_share"] == pytest.approx(0.5)
    assert got.metrics["tier_accuracy_festival"] == pytest.approx(1 / 20)


def campaign(effects: dict[str, list[float]], converted: dict[str, list[bool]], randomised: dict[str, bool]) -> dict[str, Any]:
    """Campaigns of all 20 outlets, the even ones treated; 10 % convert without the message."""
    keys = list(effects)
    members = {"customer_id": np.tile(OUTLETS, len(keys)), "campaign_key": np.repeat(keys, 20)}
    return {
        "observed": {
            "campaign": {"campaign_key": keys, "is_randomised": [randomised[key] for key in keys], "started_on": [monday(15)] * len(keys)},
            "campaign_member": {
                **members,
                "arm": ["treated", "control"] * 10 * len(keys),
                "converted": np.concatenate([converted[key] for key in keys]),
            },
        },
        "truth": {
            "effect_truth": {
                **members,
                "chance_untreated": np.full(20 * len(keys), 0.1),
                "chance_treated": 0.1 + np.concatenate([effects[key] for key in keys]),
            }
        },
    }


def test_uplift_is_the_share_of_persuadables_in_the_top_fifth(make_world: Any, make_answers: Any) -> None:
    effect = [0.2, 0.2, 0.1, 0.1] + [0.0] * 16
    parts = campaign({"a": effect}, {"a": [False, True] * 10}, {"a": True})
    score = [9.0, 8.0, 0.0, 0.0, 7.0, 6.0] + [0.0] * 14
    answers = make_answers(uplift={"campaign_key": ["a"] * 20, "customer_id": OUTLETS, "score": score})
    got = scored(make_world(**parts), answers)
    assert got.metrics["uplift_persuadables_top_20"] == pytest.approx(0.5)
    assert got.metrics["uplift_effect_top_20_points"] == pytest.approx(10.0)
    assert got.baselines["uplift_persuadables_top_20_ceiling"] == 1.0
    assert 0 <= got.baselines["uplift_persuadables_top_20_baseline"] <= 1


def test_effects_are_held_against_the_mean_true_effect(make_world: Any, make_answers: Any) -> None:
    hits = [True, True, True, False] + [False] * 16
    parts = campaign(
        {"a": [0.1] * 20, "b": [0.0] * 20, "c": [0.0] * 20}, {"a": hits, "b": hits, "c": [False] * 20}, {"a": True, "b": True, "c": False}
    )
    answers = make_answers(
        effect={"campaign_key": ["a", "b", "c"], "estimate": [0.12, 0.02, 0.05], "low": [0.05, 0.01, 0.01], "high": [0.2, 0.03, 0.09]}
    )
    got = scored(make_world(**parts), answers)
    assert got.metrics["effect_coverage_randomised"] == pytest.approx(0.5)
    assert got.metrics["effect_bias_points_randomised"] == pytest.approx(2.0)
    assert got.metrics["effect_error_points_randomised"] == pytest.approx(2.0)
    assert got.metrics["effect_width_points_randomised"] == pytest.approx((15 + 2) / 2)
    assert got.metrics["effect_false_claims_randomised"] == 1.0
    assert got.metrics["effect_bias_points_confounded"] == pytest.approx(5.0)
    # Two of ten treated and one of ten others convert: a difference of ten points each.
    assert got.baselines["effect_bias_points_randomised_baseline"] == pytest.approx((0 + 10) / 2)
    assert got.baselines["effect_false_claims_randomised_baseline"] == 0.0


def cases() -> dict[str, Any]:
    return {
        "anomaly_truth": {
            "case_id": [1, 2, 3, 4],
            "outlet_id": [100, 101, 102, 103],
            "kind": ["diversion", "diversion", "empty_shell", "honest_look_alike"],
            "from_week": [15, 15, 0, 15],
            "until_week": [17, 17, 29, 16],
            "is_wrong": [True, True, True, False],
        }
    }


def test_suspicions_are_true_in_the_time_of_the_episode(make_world: Any, make_answers: Any) -> None:
    answers = make_answers(
        anomaly={
            "customer_id": [100, 101, 103, 104],
            "kind": ["diversion"] * 4,
            "from_on": [monday(15), monday(25), monday(15), monday(3)],
            "score": [3.0, 9.0, 2.0, 1.0],
        }
    )
    got = scored(make_world(truth=cases()), answers)
    assert got.metrics["diversion_recall"] == pytest.approx(0.5)
    assert got.metrics["diversion_precision"] == pytest.approx(0.25)
    assert got.metrics["diversion_recall_at_precision_30"] == pytest.approx(0.5)  # right at the second place: precision 1/2
    assert got.metrics["look_alikes_accused_share"] == 1.0
    assert "empty_shell_recall" not in got.metrics


def test_the_ratio_rule_sees_dear_orders_that_stand_out(make_world: Any) -> None:
    cartons = np.full((20, 30, 4), 8)
    cartons[0, 15, 0] = 20  # 2.5 times the three before, while diverting
    cartons[5, 9, 0] = 30  # an honest one
    cartons[6, 9, 1] = 30  # not dear
    cartons[7, 9, 0] = 17  # not 2.2 times as many
    cartons[8, :, 0], cartons[8, 9, 0] = 2, 6  # three times as many, but only 4 cartons more
    got = scored(make_world(truth=cases(), cartons=cartons))
    assert got.baselines["diversion_recall_baseline"] == pytest.approx(0.5)
    assert got.baselines["diversion_precision_baseline"] == pytest.approx(0.5)
    assert got.baselines["look_alikes_accused_share_baseline"] == 0.0


def records() -> dict[str, Any]:
    """Outlet 100 has three records (two with its licence), outlet 101 two, and one record is of nobody."""
    systems, ids = ["crm", "erp", "app", "crm", "erp", "crm"], ["1", "1", "1", "2", "2", "9"]
    right = {"name_is_right": [True, False, True, True, True, False]}
    fields = ("owner_name", "phone", "address", "licence_no", "format")
    return {
        "observed": {
            "source_record": {
                "system": systems,
                "source_id": ids,
                "name": ["A", "a", "A", "B", "B", "X"],
                "owner_name": ["o"] * 6,
                "phone": ["p"] * 6,
                "address": ["d"] * 6,
                "licence_no": ["L1", "L1", "L9", "L2", "L2", "L9"],
                "format": ["f"] * 6,
            }
        },
        "truth": {
            "entity_link": {
                "system": systems,
                "source_id": ids,
                "outlet_id": [100, 100, 100, 101, 101, None],
                **right,
                **{f"{field}_is_right": [True] * 5 + [False] for field in fields},
            }
        },
    }


def test_pairs_of_records_and_golden_fields(make_world: Any, make_answers: Any) -> None:
    golden = {"cluster_id": ["x", "y"], "name": ["A", "A"], **{field: ["?", "?"] for field in ("owner_name", "phone")}}
    answers = make_answers(
        entity_cluster={
            "system": ["crm", "erp", "app", "crm", "erp"],
            "source_id": ["1", "1", "1", "2", "2"],
            "cluster_id": ["x", "x", "y", "y", "y"],
        },
        golden_record={**golden, "address": ["d", "d"], "licence_no": ["L1", "L2"], "format": ["f", "f"]},
    )
    got = scored(make_world(**records()), answers)
    # Four pairs belong together; the answer makes 1 + 3 pairs of which 2 are right.
    assert got.metrics["entity_pair_recall"] == pytest.approx(2 / 4)
    assert got.metrics["entity_pair_precision"] == pytest.approx(2 / 4)
    assert got.metrics["entity_pair_f1"] == pytest.approx(0.5)
    # By licence: {1, 1}, {app 1, crm 9}, {2, 2}: 2 of 3 pairs are right.
    assert got.baselines["entity_pair_precision_baseline"] == pytest.approx(2 / 3)
    # Cluster x is outlet 100 (name, address, licence, format right), y is 101 (address, licence, format).
    assert got.metrics["field_accuracy"] == pytest.approx((4 + 3) / 12)
    assert got.baselines["field_accuracy_baseline"] == pytest.approx((2 / 3 + 5 + 6) / 12)
    assert got.baselines["field_accuracy_ceiling"] == 1.0


def test_recommendations_hit_and_gain(make_world: Any, make_answers: Any) -> None:
    cartons = np.full((20, 30, 4), 2)
    cartons[:2, :, 2:] = 0  # outlets 100 and 101 never had SKUs 3 and 4
    cartons[5, 20, 2] = 9  # so SKU 3 is the more popular of the two
    truth = {"next_product_truth": {"outlet_id": [100, 100, 101], "product_id": [3, 4, 4], "expected_cartons": [2.0, 4.0, 1.0]}}
    answers = make_answers(recommendation={"customer_id": [100, 101], "product_id": [3, 4], "rank": [1, 1]})
    got = scored(make_world(truth=truth, cartons=cartons), answers)
    best = 4 + 2 / np.log2(3)
    assert got.metrics["recommendation_hit_5"] == pytest.approx(0.5)
    assert got.metrics["recommendation_ndcg_5"] == pytest.approx((2 / best + 1) / 2)
    assert got.baselines["recommendation_ndcg_5_ceiling"] == pytest.approx(1.0)
    assert got.baselines["recommendation_hit_5_baseline"] == 1.0
    assert got.baselines["recommendation_ndcg_5_baseline"] == pytest.approx(((2 + 4 / np.log2(3)) / best + 1 / np.log2(3)) / 2)


def test_leaders_are_looked_for_in_the_top(make_world: Any, make_answers: Any) -> None:
    referrals = {"referral_edge": {"from_customer_id": [100, 101, 102], "to_customer_id": [105, 105, 106]}}
    world = make_world(truth={"leader_truth": {"outlet_id": [106], "followers": [9]}}, observed=referrals)
    got = scored(world, make_answers(leader={"customer_id": [106, 107], "score": [2.0, 1.0]}))
    assert got.metrics["leader_precision_top_1"] == 1.0
    assert got.baselines["leader_precision_top_1_baseline"] == 0.0
    assert got.baselines["leader_precision_top_1_ceiling"] == 1.0
    assert got.metrics["leader_precision_100"] == pytest.approx(1 / 20)


def test_a_pilot_of_375_an_arm_finds_about_seven_points() -> None:
    uniforms = np.random.default_rng(2).random((2, 4_000))
    # 2.80 * sqrt((0.12 * 0.88 + 0.194 * 0.806) / 375) = 0.074
    assert 100 * smallest_gain(0.12, 375, uniforms) == pytest.approx(7.4, abs=0.3)
    assert pilot_power(0.12, 0.08, 375, uniforms) == pytest.approx(0.85, abs=0.03)
    assert pilot_power(0.12, 0.0, 375, uniforms) == pytest.approx(0.05, abs=0.015)


def test_whoever_looks_open_is_ranked_and_whoever_does_not_is_not(make_world: Any, make_answers: Any) -> None:
    """An outlet that left without a word stays in the ranking for eight weeks, one whose closure is in the register does not."""
    cartons = np.full((20, 30, 4), 2)
    cartons[0, 12:], cartons[1, 16:] = 0, 0
    truth = {"churn_truth": columns([leaver(100, 6, 12), leaver(101, 10, 16), leaver(102, 14, 19)])}
    world = make_world(truth=truth, cartons=cartons)
    score_of = {(100, 18): 0.9, (101, 18): 0.9, (102, 18): 0.5}
    got = scored(world, make_answers(churn_score=churn_answer(score_of, range(12, 23))))
    # Week 14: 101 leaves, tied with the 19 others (100 among them). Week 18: 102 leaves; 100 and 101 are above it, 17 below.
    assert got.metrics["churn_auc"] == pytest.approx((9.5 + 17) / 38)
