"""The smallest effect a campaign could show, from what its audience really bought."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from xingke.experiment import InvalidDesign, size_mean
from xingke.words import both
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.campaigns.audience import Numbers
from xingke_web.campaigns.contracts import Detectable
from xingke_web.campaigns.models import Campaign
from xingke_web.loop.facade import lake_reader

MOST_CORRELATION = 0.995
FEWEST = 20
_SUMS = {
    "amount": "sum(amount_yuan)",
    "orders": "count(*)",
}

Values = npt.NDArray[np.float64]


def detectable_of(workspace: WorkspaceInfo, campaign: Campaign, numbers: Numbers) -> Detectable:
    """The smallest effect a customer that the design shows with 80 % probability.

    Variance and correlation are those of the audience over the last `outcome_days` and the `before_days` before them.
    """
    if len(numbers) < FEWEST:
        return _none(
            f"可触达客户不足 {FEWEST} 位，无法估计", f"Fewer than {FEWEST} customers may be reached; there is nothing to estimate from."
        )
    if campaign.control_share == 0:
        return _none("没有对照组，测不出效果", "Without a control group no effect can be measured.")
    after, before = _history(workspace, campaign, numbers)
    variance = float(np.var(after, ddof=1))
    if variance == 0:
        return _none("这些客户近期没有差异，无法估计", "These customers did not differ lately; there is nothing to estimate from.")
    correlation = _correlation(after, before)
    try:
        size = size_mean(
            variance=variance,
            n=len(numbers),
            base=float(after.mean()),
            treated_share=1 - float(campaign.control_share),
            correlation=correlation,
        )
    except InvalidDesign as refused:
        return Detectable(None, None, None, None, refused.words)
    return Detectable(size.detectable, size.relative, float(after.mean()), correlation, size.words)


def _history(workspace: WorkspaceInfo, campaign: Campaign, numbers: Numbers) -> tuple[Values, Values]:
    """What each member did in the window that would be measured, and in the one before; nothing counts as zero."""
    middle = workspace.as_of - timedelta(days=campaign.outcome_days)
    start = middle - timedelta(days=campaign.before_days)
    sums = _SUMS[campaign.goal_metric]
    query = f"""
        select customer_id,
               coalesce({sums} filter (where ordered_on >= $middle), 0)::double as after,
               coalesce({sums} filter (where ordered_on < $middle), 0)::double as before
        from customer_order where ordered_on >= $start and ordered_on < $as_of group by customer_id
    """  # noqa: S608 - the sums are those above
    found = lake_reader(workspace).query(query, {"start": start, "middle": middle, "as_of": workspace.as_of})
    after, before = np.zeros(len(numbers)), np.zeros(len(numbers))
    if found.num_rows:
        ids = found.column("customer_id").to_numpy()
        places = np.searchsorted(numbers, ids)
        places[places == len(numbers)] = 0
        known = numbers[places] == ids
        after[places[known]] = found.column("after").to_numpy()[known]
        before[places[known]] = found.column("before").to_numpy()[known]
    return after, before


def _correlation(after: Values, before: Values) -> float:
    if not np.var(before) or not np.var(after):
        return 0.0
    return float(np.clip(np.corrcoef(after, before)[0, 1], -MOST_CORRELATION, MOST_CORRELATION))


def _none(zh: str, en: str) -> Detectable:
    return Detectable(None, None, None, None, both(zh, en))
