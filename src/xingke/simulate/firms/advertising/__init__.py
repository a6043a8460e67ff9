"""Advertising: weekly spend and what it brings, and a panel of persons whose touches are known."""

from xingke.simulate.firms.advertising.channels import CHANNELS
from xingke.simulate.firms.advertising.panel import make_panel
from xingke.simulate.firms.advertising.spend import make_spend
from xingke.simulate.firms.workshop import Workshop

__all__ = ["CHANNELS", "make_advertising"]


def make_advertising(shop: Workshop, path: str) -> dict[str, float]:
    """Write spend, new customers, the panel and the truth; returns the figures planted."""
    weeks, figures = make_spend(shop)
    return {**figures, **make_panel(shop, weeks, path)}
