"""What may be different about a world: one switch a scenario, everything else as in `baseline`."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.errors import UnknownName
from xingke.words import Words, both


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The switches of one scenario.

    Parameters
    ----------
    effects
        Factor on the effect of every action and message; 0 in `no_effect`.
    amounts
        Factor on what every outlet sells.
    annual_churn
        Share of outlets that leave in a year.
    supply
        Factor on the weekly supply of tight and balanced SKUs.
    shock_week
        Week of a tax rise in a world of 104 weeks (scaled to the length of others): less demand for dear SKUs, more complaints, some of the
        demand leaks to illicit goods. None without one.
    drift_week
        Week, on the same scale, from which tastes and the weights behind responses have changed.
    managers_leaving
        Share of customer managers who leave in a year.
    bad_routes
        How many routes fail in the planted weeks.
    route_on_time
        Share on time of a failing route.
    festival_days
        By how many days the festival peak comes earlier than in the calendar (shoppers buy ahead).
    wrongdoing
        Factor on the planted wrongdoing.
    cold_chain
        Whether the cold chain of the fresh supermarket fails in weeks 80 and 81.
    """

    name: str
    label: Words
    effects: float = 1.0
    amounts: float = 1.0
    annual_churn: float = 0.12
    supply: float = 1.0
    shock_week: int | None = None
    drift_week: int | None = None
    managers_leaving: float = 0.12
    bad_routes: int = 1
    route_on_time: float = 0.61
    festival_days: int = 0
    wrongdoing: float = 1.0
    cold_chain: bool = False


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="baseline", label=both("基准", "Baseline")),
        Scenario(name="literal", label=both("金额按字面", "Amounts taken literally"), amounts=0.214),
        Scenario(name="high_churn", label=both("高流失", "High churn"), annual_churn=0.18),
        Scenario(name="tax_shock", label=both("提税冲击", "Tax rise"), shock_week=70),
        Scenario(name="supply_crunch", label=both("货源收紧", "Supply crunch"), supply=0.75),
        Scenario(name="manager_exit", label=both("客户经理流失", "Managers leaving"), managers_leaving=0.36),
        Scenario(name="route_failure", label=both("送货线路失效", "Routes failing"), bad_routes=4, route_on_time=0.45),
        Scenario(name="cold_chain", label=both("冷链故障", "Cold chain failing"), cold_chain=True),
        Scenario(name="festival_shift", label=both("节前提前备货", "Festival stocking comes early"), festival_days=14),
        Scenario(name="black_market", label=both("违规加剧", "More wrongdoing"), wrongdoing=3.0),
        Scenario(name="drift", label=both("口味漂移", "Tastes drift"), drift_week=100),
        Scenario(name="no_effect", label=both("零效果", "No effect"), effects=0.0),
    )
}


def scenario_named(name: str) -> Scenario:
    """The scenario of that name; `UnknownName` where there is none."""
    found = SCENARIOS.get(name)
    if found is None:
        raise UnknownName(kind=both("情景", "scenario"), name=name, known=SCENARIOS)
    return found
