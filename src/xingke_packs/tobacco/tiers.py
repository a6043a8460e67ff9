"""The tier scheme of the tobacco trade: yearly amounts in yuan."""

from decimal import Decimal

from xingke.tiers import Boundary, Pyramid, TierScheme
from xingke.words import both

TIER_SCHEMES = (
    TierScheme(
        "retailer_pyramid",
        both("零售户价值金字塔（10 万 / 5 万元）", "Retailer pyramid (¥100,000 / ¥50,000 a year)"),
        pyramid=Pyramid(boundary=Boundary.AMOUNT, value_from_yuan=Decimal(100_000), potential_from_yuan=Decimal(50_000)),
    ),
)
