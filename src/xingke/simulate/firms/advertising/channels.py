"""The seven advertising channels and what is planted in them."""

from dataclasses import dataclass

ADSTOCK = 0.5
"""Share of the adstock that is kept from one week to the next."""


@dataclass(frozen=True, slots=True)
class AdChannel:
    """One channel.

    Parameters
    ----------
    budget_yuan
        Spend of an average week.
    ceiling
        New customers a week that no spend can exceed.
    saturation
        Share of the ceiling that the average adstock reaches.
    claims
        Share of the customers who come by themselves that the channel books as its own.
    clicks_per_yuan, impressions_per_click
        What an average yuan buys.
    """

    name: str
    budget_yuan: float
    ceiling: float
    saturation: float
    claims: float
    clicks_per_yuan: float
    impressions_per_click: float


CHANNELS = (
    AdChannel("douyin", 60_000, ceiling=420, saturation=0.62, claims=0.07, clicks_per_yuan=0.35, impressions_per_click=60),
    AdChannel("wechat_moments", 45_000, ceiling=260, saturation=0.70, claims=0.08, clicks_per_yuan=0.25, impressions_per_click=70),
    AdChannel("baidu_search", 50_000, ceiling=150, saturation=0.80, claims=0.34, clicks_per_yuan=0.20, impressions_per_click=18),
    AdChannel("xiaohongshu", 30_000, ceiling=280, saturation=0.45, claims=0.06, clicks_per_yuan=0.40, impressions_per_click=45),
    AdChannel("kuaishou", 25_000, ceiling=160, saturation=0.55, claims=0.05, clicks_per_yuan=0.45, impressions_per_click=65),
    AdChannel("bilibili", 20_000, ceiling=140, saturation=0.40, claims=0.05, clicks_per_yuan=0.30, impressions_per_click=55),
    AdChannel("zhihu", 16_000, ceiling=110, saturation=0.50, claims=0.05, clicks_per_yuan=0.30, impressions_per_click=35),
)

SEARCH = next(place for place, channel in enumerate(CHANNELS) if channel.name == "baidu_search")
"""People who come by themselves often search for the name shortly before."""
ALERTED = 0
"""Place of the channel with the planted alerts."""
DEAR_WEEKS = {20: 1.40, 31: 1.25, 32: 1.27}
"""Week and cost of a new customer over the planned one. The first stands alone, the others are neighbours."""
WEAK_WEEK, WEAK_SHARE = 44, 0.33
"""Week in which the conversion of clicks lies this far under its benchmark: clicks that are worth nothing."""
