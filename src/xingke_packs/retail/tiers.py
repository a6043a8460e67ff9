"""The tier scheme of retail: shares of the members, and the five RFM levels with the shop's own mean basket."""

from decimal import Decimal

from xingke.tiers import Boundary, Pyramid, TierScheme
from xingke.words import both

TIER_SCHEMES = (
    TierScheme(
        "member_pyramid",
        both("会员价值金字塔（8 / 22 / 70）与 RFM 五级", "Member pyramid (8 / 22 / 70) and five RFM levels"),
        pyramid=Pyramid(boundary=Boundary.SHARE, value_share=Decimal("0.08"), potential_share=Decimal("0.22")),
    ),
)
