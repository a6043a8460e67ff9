import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.experiment import Arm, InvalidDesign, arm_of, assign, assign_clusters, global_holdout, in_global_holdout
from xingke.experiment.assignment import position

ARMS = (Arm("mail", 0.3), Arm("visit", 0.2), Arm("control", 0.5))


def test_assignment_is_the_documented_hash():
    digits = hashlib.sha256(b"spring:42").hexdigest()[:13]
    assert position(42, salt="spring") == int(digits, 16) / 2**52


def test_arms_are_stable_for_ever():
    assert [arm_of(each, salt="spring-2026", arms=ARMS) for each in range(8)] == [
        "mail", "mail", "control", "control", "visit", "control", "control", "visit",
    ]  # fmt: skip


def test_duckdb_gives_the_same_positions():
    import duckdb

    rows = duckdb.sql("select i, ('0x' || sha256('s:' || i)[1:13])::ubigint / 4503599627370496.0 from range(200) t(i)").fetchall()
    assert all(position(customer, salt="s") == found for customer, found in rows)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60, unique=True), st.text("abc-1", min_size=1), st.randoms())
def test_assignment_does_not_depend_on_order_or_company(ids, salt, chance):
    together = dict(zip(ids, assign(np.array(ids), salt=salt, arms=ARMS), strict=True))
    shuffled = chance.sample(ids, len(ids))
    assert dict(zip(shuffled, assign(np.array(shuffled), salt=salt, arms=ARMS), strict=True)) == together
    assert all(arm_of(each, salt=salt, arms=ARMS) == together[each] for each in ids)


@pytest.mark.parametrize("salt", ["a", "b", "2026-autumn"])
def test_shares_are_kept_within_chance(salt):
    n = 40_000
    found = assign(np.arange(n), salt=salt, arms=ARMS)
    for arm in ARMS:
        assert abs((found == arm.name).mean() - arm.share) < 4 * np.sqrt(arm.share * (1 - arm.share) / n)


def test_two_salts_are_independent():
    ids = np.arange(40_000)
    one, other = (assign(ids, salt=salt, arms=(Arm("a", 0.5), Arm("b", 0.5))) == "a" for salt in ("one", "other"))
    assert abs((one & other).mean() - 0.25) < 0.01


def test_growing_an_arm_moves_nobody_out_of_it():
    small, large = (assign(np.arange(5_000), salt="s", arms=(Arm("treated", share), Arm("control", 1 - share))) for share in (0.05, 0.2))
    assert set(np.flatnonzero(small == "treated")) <= set(np.flatnonzero(large == "treated"))


def test_a_cluster_stays_together():
    managers = [f"manager-{each % 40}" for each in range(2_000)]
    found = assign_clusters(managers, salt="s", arms=ARMS)
    assert all(len({arm for key, arm in zip(managers, found, strict=True) if key == manager}) == 1 for manager in set(managers))
    assert len(set(found)) == 3


def test_the_global_holdout_is_its_own_draw():
    ids = np.arange(40_000)
    held = in_global_holdout(ids, salt="s", share=0.1)
    treated = assign(ids, salt="s", arms=(Arm("treated", 0.1), Arm("control", 0.9))) == "treated"
    assert abs(held.mean() - 0.1) < 0.01
    assert abs((held & treated).mean() - 0.01) < 0.002
    assert [global_holdout(each, salt="s", share=0.1) for each in range(50)] == held[:50].tolist()


@pytest.mark.parametrize(
    "arms", [(), (Arm("a", 0.5),), (Arm("a", 0.5), Arm("a", 0.5)), (Arm("a", 1.2), Arm("b", -0.2)), (Arm("a", 0), Arm("b", 1))]
)
def test_impossible_arms_are_refused(arms):
    with pytest.raises(InvalidDesign):
        arm_of(1, salt="s", arms=arms)


def test_an_impossible_holdout_is_refused():
    with pytest.raises(InvalidDesign, match="share"):
        global_holdout(1, salt="s", share=1.5)
