"""Pair scores against counting every pair."""

import itertools

import numpy as np
import pytest

from xingke.bench.pairs import decided_score, labelled_score, pair_f1_interval, pair_score

CLUSTER = np.array([0, 0, 0, 3, 3, 5, 6])
ENTITY = np.array([9, 9, 4, 4, 4, 7, 7])


def counted(side: list[int] | None) -> tuple[float, float]:
    pairs = [pair for pair in itertools.combinations(range(7), 2) if side is None or side[pair[0]] != side[pair[1]]]
    found = {pair for pair in pairs if CLUSTER[pair[0]] == CLUSTER[pair[1]]}
    true = {pair for pair in pairs if ENTITY[pair[0]] == ENTITY[pair[1]]}
    return len(found & true) / len(found), len(found & true) / len(true)


@pytest.mark.parametrize("side", [None, [0, 1, 0, 1, 0, 0, 1]])
def test_precision_and_recall_are_those_of_all_pairs(side: list[int] | None) -> None:
    score = pair_score(CLUSTER, ENTITY, side=None if side is None else np.array(side))
    assert (score.precision, score.recall) == pytest.approx(counted(side))


def test_a_perfect_grouping_scores_one_and_its_interval_is_a_point() -> None:
    assert pair_score(ENTITY, ENTITY).f1 == 1.0
    assert pair_f1_interval(ENTITY, ENTITY, seed=1, resamples=50) == (1.0, 1.0)


def test_an_interval_holds_the_score_and_repeats() -> None:
    entity = np.repeat(np.arange(200), 3)
    cluster = np.where(np.arange(600) % 30 == 0, 1000 + np.arange(600), entity)
    low, high = pair_f1_interval(cluster, entity, seed=4)
    assert low < pair_score(cluster, entity).f1 < high
    assert pair_f1_interval(cluster, entity, seed=4) == (low, high)


def test_labelled_pairs_alone_are_judged() -> None:
    score = labelled_score(CLUSTER, [(0, 1, True), (0, 2, False), (5, 6, True)])
    assert (score.precision, score.recall) == (0.5, 0.5)
    assert decided_score(np.array([False]), np.array([True])).f1 == 0.0
