"""The tier schemes of the tobacco trade: yearly amounts in yuan, and shares of the retailers; the last one is in force.

An average licence turns over about 186,000 yuan a year, so limits of 100,000 and 50,000 yuan put half of all retailers into the value tier.
The shares keep the pyramid whatever the level of the amounts.
"""

from decimal import Decimal

from xingke.tiers import Boundary, Pyramid, TierScheme
from xingke.words import both

TIER_SCHEMES = (
    TierScheme(
        "retailer_pyramid",
        both("零售户价值金字塔（10 万 / 5 万元）", "Retailer pyramid (¥100,000 / ¥50,000 a year)"),
        pyramid=Pyramid(boundary=Boundary.AMOUNT, value_from_yuan=Decimal(100_000), potential_from_yuan=Decimal(50_000)),
    ),
    TierScheme(
        "retailer_share_pyramid",
        both("零售户价值金字塔（8 / 22 / 70）", "Retailer pyramid (8 / 22 / 70)"),
        pyramid=Pyramid(boundary=Boundary.SHARE, value_share=Decimal("0.08"), potential_share=Decimal("0.22")),
    ),
)
