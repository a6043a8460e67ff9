"""Sizes and scenarios in words, read off their switches, so that the words cannot say anything else."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from xingke.simulate.scenarios import SCENARIOS, Scenario
from xingke.simulate.sizes import Size
from xingke.words import Words, both

SWITCHES: Mapping[str, Callable[[Any], Words]] = {
    "effects": lambda value: both(f"所有动作和消息的效果 ×{value:g}", f"effects of all actions and messages x {value:g}"),
    "amounts": lambda value: both(f"销量 ×{value:g}", f"sales x {value:g}"),
    "annual_churn": lambda value: both(f"年流失 {value:.0%}", f"{value:.0%} leave in a year"),
    "supply": lambda value: both(f"紧俏与平衡品规的投放 ×{value:g}", f"supply of tight and balanced SKUs x {value:g}"),
    "shock_week": lambda value: both(
        f"第 {value} 周（按 104 周折算）提税：高价烟需求下降，投诉上升，部分需求流向非法渠道",
        f"a tax rise in week {value} of 104: less demand for dear SKUs, more complaints, some demand leaks to illicit goods",
    ),
    "drift_week": lambda value: both(
        f"自第 {value} 周（按 104 周折算）起口味与响应权重改变", f"tastes and the weights behind responses change in week {value} of 104"
    ),
    "managers_leaving": lambda value: both(f"每年 {value:.0%} 的客户经理离职", f"{value:.0%} of customer managers leave in a year"),
    "bad_routes": lambda value: both(f"{value} 条送货线路失效", f"{value} delivery routes fail"),
    "route_on_time": lambda value: both(f"失效线路准时率 {value:.0%}", f"a failing route is on time in {value:.0%}"),
    "festival_days": lambda value: both(f"节前备货提前 {value} 天", f"festival stocking comes {value} days early"),
    "wrongdoing": lambda value: both(f"违规行为 ×{value:g}", f"wrongdoing x {value:g}"),
    "cold_chain": lambda _value: both("生鲜超市第 80 至 81 周冷链故障", "the cold chain of the fresh supermarket fails in weeks 80 and 81"),
}
"""What each switch of a scenario says where it is not as in `baseline`."""


def scenario_words(scenario: Scenario) -> Words:
    """What is different about a scenario."""
    usual = SCENARIOS["baseline"]
    names = [part.name for part in fields(Scenario) if part.name not in ("name", "label")]
    told = [SWITCHES[name](getattr(scenario, name)) for name in names if getattr(scenario, name) != getattr(usual, name)]
    if not told:
        return both("一切照常", "everything as usual")
    return both("；".join(words["zh"] for words in told), "; ".join(words["en"] for words in told))


def size_words(size: Size) -> Words:
    """How large a city of a size is, and which weeks it covers."""
    cities_zh, cities_en = (f"{size.cities} 座城市，", f"{size.cities} cities, ") if size.cities > 1 else ("", "")
    return both(
        f"{cities_zh}{size.outlets:,} 户零售户，{size.skus} 个品规，自 {size.starts_on} 起 {size.history_weeks} 周",
        f"{cities_en}{size.outlets:,} outlets, {size.skus} SKUs, {size.history_weeks} weeks from {size.starts_on}",
    )
