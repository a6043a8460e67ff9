import numpy as np
import pytest

from xingke.experiment import InvalidDesign, NotEnoughCustomers, difference_in_differences


def market(chance, *, effect=0.0, drift=0.0, regions=30, customers=20):
    """Regions with their own level and their own shock each period; the treated half may drift already before the campaign."""
    key = np.repeat(np.arange(regions), customers)
    treated = key < regions // 2
    level = chance.normal(100, 20, regions)[key]
    shock = chance.normal(0, 2, (3, regions))[:, key]
    noise = chance.normal(0, 5, (3, len(key)))
    earlier, before, after = (level + shock[at] + noise[at] + 4 * at + drift * at * treated for at in range(3))
    return {"treated": treated, "earlier": earlier, "before": before, "after": after + effect * treated, "clusters": key}


def test_the_truth_lies_in_the_interval_of_ninety_five_markets_in_a_hundred():
    chance, runs = np.random.default_rng(1), 500
    found = [difference_in_differences(**market(chance, effect=3.0)) for _ in range(runs)]
    assert 0.93 <= np.mean([each.effect.low <= 3.0 <= each.effect.high for each in found]) <= 0.975
    assert 0.92 <= np.mean([each.placebo_holds for each in found]) <= 0.98


def test_ignoring_the_regions_would_claim_too_much():
    chance, runs = np.random.default_rng(2), 300
    alone = [difference_in_differences(**{**market(chance), "clusters": None}).effect for _ in range(runs)]
    assert np.mean([each.p_value < 0.05 for each in alone]) > 0.2


def test_groups_that_drift_apart_before_the_campaign_fail_the_placebo():
    found = difference_in_differences(**market(np.random.default_rng(3), drift=5.0))
    assert found.placebo_holds is False
    assert "不可归因" in found.words["zh"]


def test_regions_that_hold_both_kinds_of_customer_are_allowed():
    facts = market(np.random.default_rng(4), effect=3.0)
    facts["treated"] = np.arange(600) % 2 == 0
    facts["after"] = facts["before"] + 3.0 * facts["treated"] + np.random.default_rng(5).normal(0, 1, 600)
    found = difference_in_differences(**facts)
    assert found.effect.low <= 3.0 <= found.effect.high
    assert (found.n_treated, found.n_control, found.clusters) == (300, 300, 30)


def test_without_an_earlier_period_the_words_say_what_was_not_checked():
    facts = market(np.random.default_rng(6))
    found = difference_in_differences(**{**facts, "earlier": None})
    assert found.placebo is None
    assert "unchecked" in found.words["en"]


def test_bad_input_is_refused():
    facts = market(np.random.default_rng(7))
    with pytest.raises(InvalidDesign, match="each customer"):
        difference_in_differences(**{**facts, "before": facts["before"][1:]})
    with pytest.raises(InvalidDesign, match="missing"):
        difference_in_differences(**{**facts, "after": facts["after"] * np.nan})
    with pytest.raises(NotEnoughCustomers):
        difference_in_differences(**{**facts, "clusters": np.where(facts["treated"], -1, facts["clusters"])})
