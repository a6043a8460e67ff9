"""What is compared to make one customer of Chinese records: outlets, and people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xingke.identity.plans.people import PEOPLE
from xingke.identity.plans.outlets import OUTLETS

if TYPE_CHECKING:
    from xingke.identity.linkage import LinkPlan

PLANS: "Mapping[str, LinkPlan]" = {"outlet": OUTLETS, "person": PEOPLE}
"""By kind of customer."""

__all__ = ["OUTLETS", "PEOPLE", "PLANS"]
