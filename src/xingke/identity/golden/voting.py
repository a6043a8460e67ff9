"""Which value of a field survives, and which record it is taken from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from xingke.identity.chinese.characters import folded_all
from xingke.identity.golden.claims import Claims, Floats, Ints, firsts
from xingke.identity.golden.reliability import Belief, believed

ALMOST = 1e-6
TWO = 2
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


def survivors(claims: Claims, customers: int, *, trust: Ints, day: Ints, registers: Sequence[int] = ()) -> Survivor:
    """The value of each customer: the most probable that passes the checks; in a tie of the system trusted most, then the newest.

    Parameters
    ----------
    trust
        By system: its place in the order of trust, 0 the first.
    day
        By record: when it was last changed; 0 where that is not known.
    registers
        Systems that hear of a change first: what two of them say stands against any number of others, who may all be late.
    """
    belief = believed(claims, trust.size)
    pairs = belief.customer.size
    valid = np.bincount(belief.place, weights=claims.is_valid, minlength=pairs) > 0
    in_registers = np.zeros(pairs, dtype=np.int64)
    for register in registers:
        in_registers[np.unique(belief.place[claims.system == register])] += 1
    score = belief.probability * np.where(valid, 1.0, INVALID) + (valid & (in_registers >= TWO))
    rank, newest = np.full(pairs, trust.size), np.zeros(pairs, dtype=np.int64)
    np.minimum.at(rank, belief.place, trust[claims.system])
    np.maximum.at(newest, belief.place, day[claims.row])
    order = np.lexsort((belief.value, -newest, rank, -np.round(score / ALMOST), belief.customer))
    best = order[firsts(belief.customer[order])]
    chosen = np.full(customers, -1, dtype=np.int64)
    chosen[belief.customer[best]] = best
    return _described(claims, belief, chosen, trust, day)


def survivors_by_family(
    claims: Claims, family: Ints, families: Sequence[str], customers: int, *, trust: Ints, day: Ints, registers: Sequence[int]
) -> Survivor:
    """As `survivors`, in two steps: first which family of values, such as names that sound the same, then which value of it.

    Parameters
    ----------
    family
        By claim its family, a place among `families`.

    Returns
    -------
    Survivor
        Claims are numbered as in `claims`; the figures are those of the family's vote, `confidence` the product of both.
    """
    grouped = replace(claims, value=family, values=families)
    first = survivors(grouped, customers, trust=trust, day=day, registers=registers)
    chosen = np.append(family, -1)[first.claim]
    rows = np.flatnonzero(family == chosen[claims.customer])
    inside = replace(
        claims,
        row=claims.row[rows], customer=claims.customer[rows], system=claims.system[rows], value=claims.value[rows], form=claims.form[rows],
        is_valid=claims.is_valid[rows],
    )  # fmt: skip
    second = survivors(inside, customers, trust=trust, day=day)
    claim = np.where(second.claim >= 0, np.append(rows, -1)[second.claim], -1)
    return replace(first, claim=claim, confidence=first.confidence * second.confidence, agree=second.agree)


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
    )


def _odd(forms: list[str]) -> list[bool]:
    """Which are written with traditional, variant or full-width characters: the worse of two ways of writing one value."""
    return [plain != form.lower() for form, plain in zip(forms, folded_all(forms), strict=True)]
