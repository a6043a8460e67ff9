"""Tiers: the value pyramid, five-level RFM and the six dimensions of the radar."""

from xingke.tiers.build import TIER, TIER_TAGS, tier_step
from xingke.tiers.dimensions import DIMENSIONS, Dimension
from xingke.tiers.scheme import Boundary, FiveLevels, Pyramid, RfmLevel, TierScheme, ValueTier

__all__ = [
    "DIMENSIONS",
    "TIER",
    "TIER_TAGS",
    "Boundary",
    "Dimension",
    "FiveLevels",
    "Pyramid",
    "RfmLevel",
    "TierScheme",
    "ValueTier",
    "tier_step",
]
