"""Heavy tails: who holds the scatter, and second estimates that keep their level and see more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.experiment import ArmSums, NotEnoughCustomers, SecondEstimate, design_warnings, effect_of, second_effect, tail_share


def outlets(seed: int, n: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Amounts before and after of outlets of which a few are huge."""
    draw = np.random.default_rng(seed)
    size = draw.pareto(1.6, n) + 0.1
    return size * draw.gamma(4.0, 0.25, n), size * draw.gamma(4.0, 0.25, n)


def plain(is_treated: np.ndarray, response: np.ndarray, before: np.ndarray):
    treated, control = (ArmSums.from_arrays(response[rows], before[rows]) for rows in (is_treated, ~is_treated))
    return effect_of(treated, control)


def test_the_share_of_the_largest_is_counted():
    assert tail_share(np.array([1.0] * 99 + [101.0])) == pytest.approx(0.99, abs=0.001)
    assert tail_share(np.ones(50)) == 0.0
    assert tail_share(np.array([])) == 0.0


@pytest.mark.parametrize("kind", list(SecondEstimate))
def test_a_second_estimate_keeps_its_level_and_is_narrower(kind):
    before, after = outlets(1)
    draw = np.random.default_rng(2)
    claims, widths = 0, []
    for _ in range(400):
        is_treated = draw.random(after.size) < 0.7
        second = second_effect(kind, is_treated, after, before, confidence=0.95).effect.absolute
        first = plain(is_treated, after, before).absolute
        claims += not second.low <= 0 <= second.high
        widths.append((first.high - first.low) / (second.high - second.low))
    assert 8 <= claims <= 34
    assert np.median(widths) > 1.3


def test_the_largest_are_chosen_by_what_was_known_before():
    before, after = outlets(3, 500)
    is_treated = np.arange(500) % 2 == 0
    found = second_effect(SecondEstimate.WITHOUT_LARGEST, is_treated, after, before, confidence=0.95)
    other = second_effect(SecondEstimate.WITHOUT_LARGEST, is_treated, after * 3, before, confidence=0.95)
    assert found.apart == other.apart == 10
    rest = np.argsort(-before, kind="stable")[10:]
    assert found.effect.n_treated + found.effect.n_control == rest.size
    assert found.effect.mean_treated == pytest.approx(after[rest][is_treated[rest]].mean())


@given(st.lists(st.floats(0, 1e6), min_size=8, max_size=60), st.integers(0, 2**31))
def test_winsorising_leaves_everything_at_or_below_the_cut_as_it_is(values, seed):
    response = np.array(values)
    is_treated = np.arange(response.size) % 2 == 0
    found = second_effect(SecondEstimate.WINSORISED, is_treated, response, np.zeros(response.size), confidence=0.95)
    cut = np.quantile(response, 0.99, method="higher")
    assert found.apart == int((response > cut).sum())
    assert found.effect.mean_treated == pytest.approx(np.minimum(response, cut)[is_treated].mean(), abs=1e-6)


def test_an_arm_that_is_left_empty_is_refused():
    is_treated = np.array([True, True, False, False])
    with pytest.raises(NotEnoughCustomers):
        second_effect(SecondEstimate.WITHOUT_LARGEST, is_treated, np.ones(4), np.array([0.0, 0.0, 0.0, 9.0]), confidence=0.95)


def test_heavy_tails_are_warned_of_only_where_nothing_explains_them():
    before, after = outlets(4)
    is_treated = np.arange(after.size) % 2 == 0
    bare = plain(is_treated, after, np.zeros(after.size))
    assert [words["en"][:11] for words in design_warnings(bare, after)] == ["Heavy tails"]
    assert design_warnings(plain(is_treated, after, before), after) == ()
    assert design_warnings(plain(is_treated, np.arange(after.size) % 7 + 1.0, before), np.arange(after.size) % 7 + 1.0) == ()


def test_small_arms_are_warned_of():
    response = np.arange(60.0)
    found = design_warnings(plain(np.arange(60) < 12, response, np.zeros(60)), response)
    assert [words["en"][:12] for words in found] == ["Small sample"]
    assert "12" in found[0]["zh"]
