"""How many members a firm has at each size; everything else about it stays the same."""

from collections.abc import Mapping

from xingke.errors import UnknownName
from xingke.words import both

SHARES: Mapping[str, float] = {"xs": 0.02, "m": 0.25, "l": 1.0, "xl": 1.0}
"""Share of the members (leads, persons) of the full firm, by size."""


def share_named(size: str) -> float:
    """The share of members at that size, upper or lower case; `UnknownName` where there is none."""
    found = SHARES.get(size.lower())
    if found is None:
        raise UnknownName(kind=both("规模（xs、m、l、xl）", "size of world (xs, m, l, xl)"), name=size, known=SHARES)
    return found
