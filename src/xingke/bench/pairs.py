"""How good a grouping is: pairs, with an interval by resampling entities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairScore:
    """Precision, recall and F1 over pairs of records, 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pair_score(cluster: Ints, entity: Ints, *, side: Ints | None = None) -> PairScore:
    """Pairs inside the clusters against pairs inside the entities.

    Parameters
    ----------
    cluster, entity
        What was found and what is true, by record.
    side
        Where given, only pairs of records of different sides count.
    """
    return PairScore(*_ratios(*_entity_counts(cluster, entity, side)))


def pair_f1_interval(cluster: Ints, entity: Ints, *, side: Ints | None = None, seed: int, resamples: int = 500) -> tuple[float, float]:
    """The 95 % interval of F1 over resampled entities; a wrong pair counts half for each of its two entities."""
    both, found, true = _entity_counts(cluster, entity, side)
    draw = np.random.default_rng(seed)
    scores = []
    for _ in range(resamples):
        rows = draw.integers(0, len(true), len(true))
        scores.append(PairScore(*_ratios(both[rows], found[rows], true[rows])).f1)
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def _ratios(both: Floats, found: Floats, true: Floats) -> tuple[float, float]:
    hits = float(both.sum())
    return hits / max(float(found.sum()), 1e-12) if found.sum() else 1.0, hits / max(float(true.sum()), 1e-12) if true.sum() else 1.0


def _entity_counts(cluster: Ints, entity: Ints, side: Ints | None) -> tuple[Floats, Floats, Floats]:
    """By entity: pairs found and true, pairs found (a wrong one half to each entity), true pairs."""
    where = np.zeros(len(entity), np.int64) if side is None else side
    _, names = np.unique(entity, return_inverse=True)
    count = int(names.max(initial=-1)) + 1
    true = _pairs_by(names, where, count)
    joint = np.unique(np.column_stack([cluster, names]), axis=0, return_inverse=True)
    cell = joint[1].reshape(-1)
    owner = joint[0][:, 1]
    both = np.bincount(owner, weights=_pairs_by(cell, where, len(owner)), minlength=count)
    # pairs of a record with the others of its cluster, halved, so that each pair is counted once
    _, groups = np.unique(cluster, return_inverse=True)
    sizes = np.bincount(groups)
    sides = np.unique(np.column_stack([groups, where]), axis=0, return_inverse=True)
    same = np.bincount(sides[1].reshape(-1))[sides[1].reshape(-1)]
    partners = sizes[groups] - (same if side is not None else 1)
    found = np.bincount(names, weights=partners / 2, minlength=count)
    return both.astype(float), found.astype(float), true


def _pairs_by(group: Ints, where: Ints, count: int) -> Floats:
    """Pairs inside each group, without those on one side where there are two."""
    sizes = np.bincount(group, minlength=count).astype(float)
    total: Floats = sizes * (sizes - 1) / 2
    if len(np.unique(where)) < 2:
        return total
    for value in np.unique(where):
        part = np.bincount(group[where == value], minlength=count).astype(float)
        total -= part * (part - 1) / 2
    return total


def labelled_score(cluster: Ints, labels: Sequence[tuple[int, int, bool]]) -> PairScore:
    """Labelled pairs alone: a pair is found where both records are in one cluster."""
    found = np.array([cluster[left] == cluster[right] for left, right, _ in labels])
    true = np.array([label for _, _, label in labels])
    return decided_score(found, true)


def decided_score(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> PairScore:
    """Decisions about given pairs against their labels."""
    hits = float((found & true).sum())
    return PairScore(hits / max(float(found.sum()), 1.0), hits / max(float(true.sum()), 1.0))
