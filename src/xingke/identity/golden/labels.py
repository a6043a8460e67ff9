"""One label a customer out of codes that every system has its own of.

What a code of a system stands for is learned from the customers that several systems label: letters, words in Chinese, or one code for two
labels are all the same to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xingke.identity.golden.claims import Claims, Floats, Ints

ROUNDS = 15
SMOOTHING = 0.5
AGREES = 0.85
"""What a code of the shared list is thought to be worth before anything is learned."""
SHARED_BY = 0.5
"""A code belongs to the shared list where at least this share of the systems use it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of customers, and what the systems mean.

    Parameters
    ----------
    names
        The shared list.
    probability
        By customer and label; rows of zeros where no record says anything.
    meaning
        By system and code: probability of each label given the code.
    """

    names: Sequence[str]
    probability: Floats
    meaning: Mapping[tuple[int, str], Floats]

    @property
    def chosen(self) -> Ints:
        """By customer the most probable label, -1 for none."""
        said = self.probability.sum(axis=1) > 0
        return np.where(said, self.probability.argmax(axis=1) if len(self.names) else -1, -1)


def labels_of(claims: Claims, customers: int, systems: int) -> Labels:
    """The label of every customer.

    References
    ----------
    Dawid and Skene (1979), Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied Statistics 28(1), with
    observers whose answers are codes of their own.
    """
    shared = _shared(claims, systems)
    names = [claims.values[code] for code in shared.tolist()]
    if not names:
        return Labels([], np.zeros((customers, 0)), {})
    width = len(claims.values)
    cell, place = np.unique(claims.system * width + claims.value, return_inverse=True)
    system, code = cell // width, cell % width
    emission = _first_emission(code, shared)
    prior = np.full(len(names), 1.0 / len(names))
    probability = np.zeros((customers, len(names)))
    for _ in range(ROUNDS):
        probability = _posterior(claims, place, emission, prior, customers)
        said = probability.sum(axis=1) > 0
        prior = (probability[said].sum(axis=0) + SMOOTHING) / (said.sum() + SMOOTHING * len(names))
        emission = _emission(claims, place, probability, system, code, shared)
    weighed = emission * prior
    meaning = weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-300)
    by_code = {(int(one), claims.values[other]): meaning[row] for row, (one, other) in enumerate(zip(system, code, strict=True))}
    return Labels(names, probability, by_code)


def _shared(claims: Claims, systems: int) -> Ints:
    """Codes that many systems use; all codes where none is shared."""
    pairs = np.unique(claims.value * systems + claims.system)
    users = np.bincount(pairs // systems, minlength=len(claims.values))
    speaking = np.unique(claims.system).size
    found = np.flatnonzero(users >= max(SHARED_BY * speaking, 1))
    return found if found.size > 1 else np.flatnonzero(users > 0)


def _first_emission(code: Ints, shared: Ints) -> Floats:
    """Codes of the shared list mean themselves; others may mean anything."""
    same = code[:, None] == shared[None, :]
    known = np.isin(code, shared)[:, None]
    return np.where(same, AGREES, np.where(known, (1 - AGREES) / max(shared.size - 1, 1), 1.0 / shared.size))


def _posterior(claims: Claims, place: Ints, emission: Floats, prior: Floats, customers: int) -> Floats:
    logs = np.log(np.maximum(emission, 1e-12))[place]
    score = np.stack([np.bincount(claims.customer, weights=logs[:, label], minlength=customers) for label in range(prior.size)], axis=1)
    score += np.log(prior)
    share = np.exp(score - score.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    said = np.bincount(claims.customer, minlength=customers) > 0
    return np.where(said[:, None], share, 0.0)


def _emission(claims: Claims, place: Ints, probability: Floats, system: Ints, code: Ints, shared: Ints) -> Floats:
    """How often a system says each of its codes, by what the customer really is. A code of the shared list begins with meaning itself."""
    weight = probability[claims.customer]
    counts = np.stack([np.bincount(place, weights=weight[:, label], minlength=code.size) for label in range(shared.size)], axis=1)
    counts += np.where(code[:, None] == shared[None, :], SMOOTHING * 2, SMOOTHING / 10)
    totals = np.zeros((int(system.max()) + 1, shared.size))
    np.add.at(totals, system, counts)
    return np.asarray(counts / totals[system], dtype=np.float64)
