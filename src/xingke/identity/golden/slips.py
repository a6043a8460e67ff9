"""Numbers that are one slip of the finger apart speak for one number."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from xingke.identity.chinese.phones import phone_alike
from xingke.identity.golden.claims import Claims, Ints


def families_of(claims: Claims) -> tuple[Ints, Sequence[str]]:
    """By claim the family of its value: values of one customer that differ by one digit, or by two that changed places, are one family."""
    said: dict[int, list[int]] = defaultdict(list)
    for customer, value in np.unique(np.stack([claims.customer, claims.value], axis=1), axis=0).tolist():
        said[customer].append(value)
    head: dict[tuple[int, int], int] = {}
    for customer, values in said.items():
        for place, value in enumerate(values):
            for other in values[:place]:
                if phone_alike(claims.values[value], claims.values[other]):
                    head[customer, value] = head.get((customer, other), other)
                    break
    if not head:
        return claims.value, claims.values
    pairs = zip(claims.customer.tolist(), claims.value.tolist(), strict=True)
    return np.array([head.get(pair, pair[1]) for pair in pairs], dtype=np.int64), claims.values
