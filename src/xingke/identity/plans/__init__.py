"""What is compared to make one customer of Chinese records: outlets, and people."""

from collections.abc import Mapping
from dataclasses import replace

from xingke.identity.linkage.plan import Apart, LinkPlan
from xingke.identity.plans.outlets import OUTLETS
from xingke.identity.plans.people import PEOPLE
from xingke.words import both

PLANS: Mapping[str, LinkPlan] = {"outlet": OUTLETS, "person": PEOPLE}
"""By kind of customer."""

ANCHORED = Apart("anchored", both("两个已有编号的客户", "two customers with ids of their own"), "anchor_l <> anchor_r")


def plan_for(kind: str) -> LinkPlan:
    """The plan of a kind, in which two anchored customers (column `anchor`) are never joined but by a decision."""
    plan = PLANS[kind]
    return replace(plan, columns=(*plan.columns, "anchor"), guard=replace(plan.guard, apart=(ANCHORED, *plan.guard.apart)))


__all__ = ["OUTLETS", "PEOPLE", "PLANS", "plan_for"]
