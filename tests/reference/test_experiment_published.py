"""Numbers that others have published, with their source."""

import json
import os
from pathlib import Path

import pytest

from xingke.experiment import ArmSums, effect_of, sample_ratio, size_mean, size_proportion

VECTORS = Path(os.environ.get("XINGKE_DATA", "")) / "expected_values" / "growthbook_ab_vectors_dev.json"
SIDES = {"two_sided_t": "two_sided", "one_sided_treatment_greater": "greater", "one_sided_treatment_lesser": "less"}


def vectors():
    if "XINGKE_DATA" not in os.environ or not VECTORS.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="XINGKE_DATA does not name a folder with the published vectors"))]
    found = json.loads(VECTORS.read_text())["vectors"]
    return [pytest.param(each, id=each["id"]) for each in found if each.get("engine") == "frequentist"]


def arm(facts):
    if facts["type"] == "proportion":
        return ArmSums.of_counts(n=facts["n"], responders=facts["sum"])
    return ArmSums.of(n=facts["n"], total_y=facts["sum"], total_y2=facts["sum_squares"])


@pytest.mark.parametrize("vector", vectors())
def test_growthbook_statistics_come_out_to_five_decimals(vector):
    sequential = vector["test"] == "sequential_two_sided"
    found = effect_of(
        arm(vector["b"]),
        arm(vector["a"]),
        confidence=1 - vector["alpha"],
        proportion=vector["a"]["type"] == "proportion",
        alternative=SIDES.get(vector["test"], "two_sided"),
        tuning=vector.get("sequential_tuning_parameter", 5000),
    )
    absolute, relative = (found.sequential, found.sequential_relative) if sequential else (found.absolute, found.relative)
    estimate = relative if vector["difference"] == "relative" else absolute
    expected = vector["expected"]
    got = (estimate.value, estimate.standard_error, estimate.p_value)
    assert got == pytest.approx((expected["effect"], expected["se"], expected["p"]), abs=6e-6)
    for bound, wanted in zip((estimate.low, estimate.high), expected["ci"], strict=True):
        assert wanted is None or bound == pytest.approx(wanted, abs=6e-6)


def test_kohavi_2009_customers_for_a_conversion_rate():
    # Kohavi et al. (2009), Controlled experiments on the web, section 3.2: 5 % conversion, a change of
    # 5 % of it, needs 121,600 users an arm by n = 16 variance / difference**2.
    assert size_proportion(base=0.05, effect=0.0025).n_treated == pytest.approx(121_600, rel=0.02)


def test_kohavi_2009_customers_for_an_amount():
    # The same section: 3.75 dollars a visitor with a standard deviation of 30, a change of 5 %, needs 409,600 users an arm.
    assert size_mean(variance=30.0**2, effect=0.05 * 3.75).n_treated == pytest.approx(409_600, rel=0.02)


def test_kohavi_tang_xu_2020_sample_ratio():
    # Trustworthy Online Controlled Experiments, chapter 3: 821,588 and 815,482 users on an even split have p = 1.8E-6.
    found = sample_ratio({"control": 821_588, "treatment": 815_482}, {"control": 0.5, "treatment": 0.5})
    assert found.p_value == pytest.approx(1.8e-6, rel=0.03)
    assert not found.holds


def test_student_1908_sleep():
    # Student (1908), The probable error of a mean, table of sleep gained;
    # Welch's test as printed by R's t.test(extra ~ group): t = -1.8608, p = 0.07939.
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = effect_of(ArmSums.from_arrays(one), ArmSums.from_arrays(other)).absolute
    assert found.p_value == pytest.approx(0.07939, abs=5e-6)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)
