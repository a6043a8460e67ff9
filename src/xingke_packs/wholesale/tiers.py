"""The tier scheme of regulated wholesale: shares of the outlets, so that it fits any unit of account."""

from decimal import Decimal

from xingke.tiers import Boundary, Pyramid, TierScheme
from xingke.words import both

TIER_SCHEMES = (
    TierScheme(
        "outlet_pyramid",
        both("网点价值金字塔（8 / 22 / 70）", "Outlet pyramid (8 / 22 / 70)"),
        pyramid=Pyramid(boundary=Boundary.SHARE, value_share=Decimal("0.08"), potential_share=Decimal("0.22")),
    ),
)
