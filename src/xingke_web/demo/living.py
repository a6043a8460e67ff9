"""The synthetic city lives on under the demo's campaign: whoever was reached takes part in what it offers, and the orders answer.

This closes the loop: the platform decides whom it reaches, the city decides what comes of it, and the measurement has to find out. What it
should find is in the truth of the world, which neither the platform nor this module reads.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xingke.words import both
from xingke_web.accounts.facade import workspace_info
from xingke_web.demo.contracts import Tell
from xingke_web.demo.replay import launched_campaign
from xingke_web.demo.samples import Sample, SampleWorld
from xingke_web.demo.world import location_of
from xingke_web.loop.facade import lake_reader

if TYPE_CHECKING:
    from xingke.simulate import Action

LIVING = both("星城继续生活：计划带来的变化按周发生", "The city lives on: what the programme changes happens week by week")
COURSE_EVERY_WEEKS = 4
REACHED = """
    select distinct customer_id from touch where campaign_key = $key and kind = 'delivered' order by 1
"""


def city_lives_on(sample: Sample, world: SampleWorld, tell: Tell) -> None:
    """Live the weeks between the launch and the end of the sample; weeks already lived are not lived again."""
    from xingke.simulate import WorldInfo, live_city

    place = location_of(sample)
    if place is None:
        return
    info = WorldInfo.read(place)
    if (info.ends_on - info.history_ends_on).days // 7 >= world.live_weeks:
        return  # a world that an earlier version made and lived stays as it is
    city = live_city(place)
    reached = frozenset(_reached(sample))
    last = city.made_weeks + world.live_weeks
    while city.week < last:
        lived = city.week - city.made_weeks
        open_now = city.open_outlets()
        city.step(_actions([number for number in open_now if number in reached], with_course=lived % COURSE_EVERY_WEEKS == 0))
        tell(LIVING, lived + 1, world.live_weeks)


def _actions(members: Sequence[int], *, with_course: bool) -> "list[Action]":
    from xingke.simulate import Action

    kinds = ("growth_programme", "training") if with_course else ("growth_programme",)
    return [Action(kind=kind, outlet_ids=members) for kind in kinds]


def _reached(sample: Sample) -> list[int]:
    """Who got the message of the campaign, as the lake knows it."""
    workspace = workspace_info(sample.slug)
    rows = lake_reader(workspace).query(REACHED, {"key": launched_campaign(sample).key})
    return [int(number) for number in rows.column(0).to_pylist()]
