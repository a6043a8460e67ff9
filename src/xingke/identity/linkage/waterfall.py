"""Why two records are thought to be one: the match weight, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.identity.linkage.model import Model
from xingke.identity.linkage.plan import LinkPlan
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a match weight.

    Parameters
    ----------
    comparison
        Name of the comparison; `prior` for what holds before anything is compared.
    field, level
        In words: what was compared, and how far it agrees.
    weight
        Bits: each one doubles (below 0: halves) the odds that the two are one.
    """

    comparison: str
    field: Words
    level: Words
    weight: float


def waterfall(plan: LinkPlan, model: Model, pair: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps of a pair, the prior first; they add up to its `weight`.

    Parameters
    ----------
    pair
        A row of `LinkResult.pairs`: `level_<name>` and `weight_<name>` for each comparison.
    """
    start = Step("prior", both("起点", "Start"), both("任意两条记录", "any two records"), model.prior_weight)
    steps = [
        Step(each.name, each.label, each.label_of(int(str(pair[f"level_{each.name}"]))), float(str(pair[f"weight_{each.name}"])))
        for each in plan.comparisons
    ]
    return (start, *steps)
