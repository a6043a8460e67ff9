"""Which value of a field survives, and which record it is taken from."""

from dataclasses import dataclass

import numpy as np

from xingke.identity.chinese.characters import folded_all
from xingke.identity.golden.claims import Claims, Floats, Ints, firsts
from xingke.identity.golden.reliability import Belief, believed

ALMOST = 1e-6
INVALID = 1e-3
"""Factor on the probability of a value that fails the checks of its field: it wins only where there is no other."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """One row a customer; -1 and 0 where no record says anything.

    Parameters
    ----------
    claim
        Which claim the value is taken from.
    confidence
        Probability that the value is right.
    agree, said
        Systems that say this value, and records that say any.
    others
        How many other values there are.
    """

    claim: Ints
    confidence: Floats
    agree: Ints
    said: Ints
    others: Ints
    belief: Belief


def survivors(claims: Claims, customers: int, *, trust: Ints, day: Ints) -> Survivor:
    """The value of each customer: the most probable that passes the checks; in a tie of the system trusted most, then the newest.

    Parameters
    ----------
    trust
        By system: its place in the order of trust, 0 the first.
    day
        By record: when it was last changed; 0 where that is not known.
    """
    belief = believed(claims, trust.size)
    pairs = belief.customer.size
    valid = np.bincount(belief.place, weights=claims.is_valid, minlength=pairs) > 0
    score = belief.probability * np.where(valid, 1.0, INVALID)
    rank, newest = np.full(pairs, trust.size), np.zeros(pairs, dtype=np.int64)
    np.minimum.at(rank, belief.place, trust[claims.system])
    np.maximum.at(newest, belief.place, day[claims.row])
    order = np.lexsort((belief.value, -newest, rank, -np.round(score / ALMOST), belief.customer))
    best = order[firsts(belief.customer[order])]
    chosen = np.full(customers, -1, dtype=np.int64)
    chosen[belief.customer[best]] = best
    return _described(claims, belief, chosen, trust, day)


def _described(claims: Claims, belief: Belief, chosen: Ints, trust: Ints, day: Ints) -> Survivor:
    customers = chosen.size
    wins = belief.place == chosen[claims.customer]
    claim = np.full(customers, -1, dtype=np.int64)
    rows = np.flatnonzero(wins)
    written = claims.customer[rows] * (len(claims.forms) + 1) + claims.form[rows]
    _, place, times = np.unique(written, return_inverse=True, return_counts=True)
    forms = np.unique(claims.form[rows])
    odd = np.zeros(len(claims.forms) + 1, dtype=np.int64)
    odd[forms] = _odd([claims.forms[form] for form in forms.tolist()])
    order = np.lexsort(
        (rows, -day[claims.row[rows]], trust[claims.system[rows]], odd[claims.form[rows]], -times[place], claims.customer[rows])
    )
    first = order[firsts(claims.customer[rows][order])]
    claim[claims.customer[rows][first]] = rows[first]
    systems = np.unique(claims.customer[rows] * trust.size + claims.system[rows]) // max(trust.size, 1)
    probability = np.append(belief.probability, 0.0)
    return Survivor(
        claim,
        probability[chosen],
        np.bincount(systems, minlength=customers),
        np.bincount(claims.customer, minlength=customers),
        np.maximum(np.bincount(belief.customer, minlength=customers) - 1, 0),
        belief,
    )


def _odd(forms: list[str]) -> list[bool]:
    """Which are written with traditional, variant or full-width characters: the worse of two ways of writing one value."""
    return [plain != form.lower() for form, plain in zip(forms, folded_all(forms), strict=True)]
