"""Names of the groups that attributes are shown in."""

from typing import Final

from xingke.tags import Family
from xingke.words import Words, both

OTHERS: Final = {"customer": both("基本信息", "Master data"), "tier": both("分层与六维", "Tiers and dimensions"), "": both("其他", "Other")}


def family_label(family: str) -> Words:
    """The name of a family of attributes."""
    if family in OTHERS:
        return OTHERS[family]
    return Family(family).label if family in set(Family) else both(family, family)
