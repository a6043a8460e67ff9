"""How far each system is to be believed about a field, found from where the systems agree."""

from dataclasses import dataclass

import numpy as np

from xingke.identity.golden.claims import Claims, Floats, Ints, firsts

START = 0.8
"""What is thought of a system before it is known; counts as much as `START_CLAIMS` claims."""
START_CLAIMS = 20.0
WRONG_VALUES = 10
"""How many wrong values a field is thought to have: two systems seldom make up the same one."""
ROUNDS = 12
LEAST, MOST = 0.05, 0.995


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed about a field.

    Parameters
    ----------
    customer, value
        Grain: a value that some record of a customer says.
    probability
        That it is the right one.
    place
        By claim: its row here.
    accuracy
        By system: share of its claims that are thought right.
    """

    customer: Ints
    value: Ints
    probability: Floats
    place: Ints
    accuracy: Floats


def believed(claims: Claims, systems: int) -> Belief:
    """Weigh the values of every customer by the reliability of the systems that say them, and the systems by the values, in turns.

    A system that is right with probability a speaks with ln(n a / (1 - a)) for its value. Only customers with two claims or more teach.

    References
    ----------
    Dong, Berti-Equille and Srivastava (2009), Integrating Conflicting Data: The Role of Source Dependence, PVLDB 2(1), section 3 (ACCU).
    """
    span = len(claims.values) + 1
    pair, place = np.unique(claims.customer * span + claims.value, return_inverse=True)
    customer, value = pair // span, pair % span
    starts = np.flatnonzero(firsts(customer))
    sizes = np.diff(np.append(starts, customer.size))
    heard = np.add.reduceat(np.bincount(place, minlength=pair.size), starts) if pair.size else np.zeros(0, np.int64)
    teaches = np.repeat(heard >= 2, sizes)[place] if pair.size else np.zeros(0, np.bool_)
    accuracy = np.full(systems, START)
    probability = np.ones(pair.size)
    for _ in range(ROUNDS if pair.size else 0):
        weight = np.log(WRONG_VALUES * accuracy / (1 - accuracy))
        score = np.bincount(place, weights=weight[claims.system], minlength=pair.size).astype(np.float64)
        probability = _softmax(score, starts, sizes)
        right = np.bincount(claims.system[teaches], weights=probability[place][teaches], minlength=systems)
        said = np.bincount(claims.system[teaches], minlength=systems)
        accuracy = np.clip((right + START * START_CLAIMS) / (said + START_CLAIMS), LEAST, MOST)
    return Belief(customer, value, probability, place, accuracy)


def _softmax(score: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Probabilities of the values of each customer; what nobody says has a share too."""
    top = np.maximum(np.maximum.reduceat(score, starts), 0.0)
    share = np.exp(score - np.repeat(top, sizes))
    unsaid = np.maximum(WRONG_VALUES + 1 - sizes, 1) * np.exp(-top)
    return np.asarray(share / np.repeat(np.add.reduceat(share, starts) + unsaid, sizes), dtype=np.float64)
