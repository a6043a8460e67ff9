"""One label a customer out of codes that every system has its own of.

The words of the shared list (the pack's, where one is given) mean themselves. What any other code of a system stands for is learned from
the customers that a second system labels: letters, other words, or one code for two labels are all the same to it. A code that too few
such customers explain stands for nothing: its customers have no label, rather than a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xingke.identity.golden.claims import Claims, Floats, Ints

ROUNDS = 15
SMOOTHING = 0.5
AGREES = 0.85
"""What a code of the shared list is thought to be worth before anything is learned."""
SHARED_BY = 0.5
"""Where no list is given, a code belongs to the shared one if at least this share of the systems use it."""
FEWEST_SEEN = 5
"""Customers whom another system labels in words of the list, before a code is thought to be understood."""
MEANS = 0.8
"""Least probability of what a code is thought to mean."""


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
    is_said
        By customer and label: whether a record says it in a word of the list, or in a code that is understood.
    """

    names: Sequence[str]
    probability: Floats
    meaning: Mapping[tuple[int, str], Floats]
    is_said: NDArray[np.bool_]

    @property
    def chosen(self) -> Ints:
        """By customer the most probable of the labels that some record says, -1 where none does."""
        if not self.names:
            return np.full(len(self.probability), -1, dtype=np.int64)
        likely = np.where(self.is_said, self.probability, -1.0)
        return np.where(self.is_said.any(axis=1), likely.argmax(axis=1), -1)


def labels_of(claims: Claims, customers: int, systems: int, words: Mapping[str, str] | None = None) -> Labels:
    """The label of every customer.

    Parameters
    ----------
    words
        By `plain` word of the list the label that it means. Without a list it is the codes that most systems share.

    References
    ----------
    Dawid and Skene (1979), Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied Statistics 28(1), with
    observers whose answers are codes of their own.
    """
    if words:
        claims = _in_words(claims, words)
    shared = _listed(claims, words) if words else _shared(claims, systems)
    names = [claims.values[code] for code in shared.tolist()]
    if not names:
        return Labels([], np.zeros((customers, 0)), {}, np.zeros((customers, 0), dtype=np.bool_))
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
    understood = _understood(claims, place, np.isin(code, shared), meaning)
    label = np.where(np.isin(code, shared), np.searchsorted(shared, code), np.where(understood, meaning.argmax(axis=1), -1))
    is_said = np.zeros((customers, len(names) + 1), dtype=np.bool_)
    is_said[claims.customer, label[place]] = True
    return Labels(names, probability, by_code, is_said[:, :-1])


def plain(word: str) -> str:
    """A word of a list as it is compared: folded, and without the ending that says it is a kind (便利店类).

    >>> plain(" 便利店 類"), plain("Convenience Store")
    ('便利店', 'conveniencestore')
    """
    from xingke.identity.chinese.characters import folded

    return folded(word).removesuffix("类")


def _in_words(claims: Claims, words: Mapping[str, str]) -> Claims:
    """The claims with every word of the list as the label that it means."""
    meant = [words.get(plain(value), value) for value in claims.values]
    values = sorted(set(meant))
    at = {value: place for place, value in enumerate(values)}
    return replace(claims, value=np.array([at[value] for value in meant], dtype=np.int64)[claims.value], values=values)


def _listed(claims: Claims, words: Mapping[str, str]) -> Ints:
    """The labels of the list that somebody says."""
    labels = set(words.values())
    return np.array([place for place, value in enumerate(claims.values) if value in labels], dtype=np.int64)


def _understood(claims: Claims, place: Ints, is_word: NDArray[np.bool_], meaning: Floats) -> NDArray[np.bool_]:
    """By code of a system: whether enough customers of it are labelled in words too, and it means one label."""
    in_words = np.isin(claims.customer, claims.customer[is_word[place]])
    seen = np.unique(np.stack([place[in_words], claims.customer[in_words]], axis=1), axis=0)[:, 0]
    found: NDArray[np.bool_] = (np.bincount(seen, minlength=is_word.size) >= FEWEST_SEEN) & (meaning.max(axis=1) >= MEANS)
    return found


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
