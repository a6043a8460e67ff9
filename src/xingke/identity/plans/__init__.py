"""What is compared to make one customer of Chinese records: outlets, and people."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from xingke.identity.linkage.model import Model
from xingke.identity.linkage.plan import Apart, LinkPlan
from xingke.identity.plans.outlets import OUTLETS
from xingke.identity.plans.people import PEOPLE
from xingke.words import both

PLANS: Mapping[str, LinkPlan] = {"outlet": OUTLETS, "person": PEOPLE}
"""By kind of customer."""

LIKELIEST = 0.02
"""Most that is thought of two random records, however few there are."""

RAREST = 0.005
"""Least share of true pairs at any level: shops move and counties are split, whatever a synthetic city does."""

ANCHORED = Apart("anchored", both("两个已有编号的客户", "two customers with ids of their own"), "anchor_l <> anchor_r")


def plan_for(kind: str) -> LinkPlan:
    """The plan of a kind, in which two anchored customers (column `anchor`) are never joined but by a decision."""
    plan = PLANS[kind]
    return replace(plan, columns=(*plan.columns, "anchor"), guard=replace(plan.guard, apart=(ANCHORED, *plan.guard.apart)))


def model_for(kind: str, records: int) -> Model:
    """The parameters that come with the product, for records too few to learn from.

    They were learned, without labels, from the records of a synthetic city and of a synthetic supermarket. How likely two records are one
    depends on how many there are: about one other record of each is expected.
    """
    model = Model.from_json(files(__package__).joinpath(f"{kind}.json").read_text(encoding="utf-8"))
    careful = {name: tuple(max(chance, RAREST) for chance in levels) for name, levels in model.m.items()}
    return replace(model, prior=min(2 / max(records - 1, 1), LIKELIEST), m=careful)


__all__ = ["OUTLETS", "PEOPLE", "PLANS", "model_for", "plan_for"]
