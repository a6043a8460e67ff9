"""Which campaigns there are: those of history, drawn once, and those that the live world is asked for."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from xingke.errors import UnknownName
from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.reach.curves import Floats
from xingke.simulate.reach.effects import EffectKind
from xingke.simulate.reach.errors import InvalidMessage
from xingke.simulate.reach.titles import title_of
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams
from xingke.words import both

RANDOMISED = 24
LIVE_FROM, LIVE_A_WEEK = 1000, 100
FIRST_WEEK, LAST_BEFORE_END = 1, 5
"""The longest window, 28 days from a Friday on, is over when history ends."""

DAYS_A_WEEK = 7
OUTCOME_DAYS = (7, 14, 21, 28)
SMALLEST_SHARE = 4_000 / 15_000
RANDOMISED_EFFECTS = (
    *[EffectKind.NORMAL] * 16, *[EffectKind.NULL] * 4, *[EffectKind.LIFT] * 2, *[EffectKind.HARMFUL] * 2
)  # fmt: skip
TARGETED_EFFECTS = (*[EffectKind.NORMAL] * 23, *[EffectKind.NULL] * 4, *[EffectKind.LIFT] * 1, *[EffectKind.HARMFUL] * 2)
RANDOMISED_CHANNELS = (0.25, 0.35, 0.25, 0.15, 0.0, 0.0)
TARGETED_CHANNELS = (0.10, 0.35, 0.05, 0.0, 0.20, 0.30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """One campaign: one kind of message on one channel at one hour.

    Parameters
    ----------
    key
        Unique over all cities and weeks.
    number
        0..53 in history, from 1000 on live; chance is drawn by it.
    week, day, hour
        When it is sent: the world's week, 0 (Monday) to 6, and the hour in Asia/Shanghai.
    share
        Share of the city's outlets that become members.
    treated_share
        Share of the members that get the message.
    outcome_days
        Length of the outcome window; the day of sending is its first.
    """

    key: str
    number: int
    name: str
    channel: str
    content: str
    week: int
    day: int
    hour: int
    is_randomised: bool
    outcome_days: int
    effect: EffectKind = EffectKind.NORMAL
    share: float = 1.0
    treated_share: float = 0.5


def history_campaigns(streams: Streams, size: Size) -> tuple[CampaignPlan, ...]:
    """The 24 randomised and 30 manager-targeted campaigns of history, by number; every scenario has the same ones."""
    return (*_drawn(streams, size, is_randomised=True), *_drawn(streams, size, is_randomised=False))


def campaigns_of_week(plans: tuple[CampaignPlan, ...], week: int) -> tuple[CampaignPlan, ...]:
    """The campaigns that are sent in a week, in the order in which they go out."""
    return tuple(sorted((plan for plan in plans if plan.week == week), key=lambda plan: (plan.day, plan.hour, plan.number)))


def live_plan(
    *, key: str, name: str, week: int, place: int, channel: str, content: str, hour: int, day: int = 0, is_randomised: bool = False
) -> CampaignPlan:
    """The plan of a message that somebody asks for in a week; its outcome window ends with that week, so that a step shows no later week.

    Parameters
    ----------
    place
        Which message of the week it is, 0..99.

    Raises
    ------
    UnknownName
        No such channel or kind of content.
    InvalidMessage
        `hour`, `day` or `place` is out of range.
    """
    for kind, given, known in ((both("渠道", "channel"), channel, CHANNELS), (both("内容类别", "kind of content"), content, CONTENTS)):
        if given not in known:
            raise UnknownName(kind=kind, name=given, known=known)
    for field, value, high in (("hour", hour, 23), ("day", day, DAYS_A_WEEK - 1), ("place", place, LIVE_A_WEEK - 1)):
        if not 0 <= value <= high:
            raise InvalidMessage(field=field, value=value, low=0, high=high)
    return CampaignPlan(
        key=key,
        number=LIVE_FROM + week * LIVE_A_WEEK + place,
        name=name,
        channel=channel,
        content=content,
        week=week,
        day=day,
        hour=hour,
        is_randomised=is_randomised,
        outcome_days=DAYS_A_WEEK - day,
    )


def _drawn(streams: Streams, size: Size, *, is_randomised: bool) -> tuple[CampaignPlan, ...]:
    name, effects, channels, first = (
        ("reach.randomised", RANDOMISED_EFFECTS, RANDOMISED_CHANNELS, 0)
        if is_randomised
        else ("reach.targeted", TARGETED_EFFECTS, TARGETED_CHANNELS, RANDOMISED)
    )
    stream = streams.of(name)
    count = len(effects)
    chance, effect_order, content_order = stream.random((count, 7)), stream.permutation(count), stream.permutation(count)
    return tuple(
        _plan(
            streams,
            size,
            chance[place],
            slot=(place, count),
            number=first + place,
            content=CONTENTS[content_order[place] % len(CONTENTS)],
            effect=effects[effect_order[place]],
            channels=channels,
        )
        for place in range(count)
    )


def _plan(
    streams: Streams,
    size: Size,
    chance: Floats,
    *,
    slot: tuple[int, int],
    number: int,
    content: str,
    effect: EffectKind,
    channels: tuple[float, ...],
) -> CampaignPlan:
    is_randomised = number < RANDOMISED
    weeks = size.history_weeks - LAST_BEFORE_END - FIRST_WEEK + 1
    week = FIRST_WEEK + int((slot[0] + chance[0]) * weeks / slot[1])
    day = int(chance[1] * 5)
    return CampaignPlan(
        key=f"H{number:02d}" if streams.city == 0 else f"H{number:02d}-{streams.city}",
        number=number,
        name=title_of(content, place=number, started_on=size.week_on(week) + timedelta(days=day), is_randomised=is_randomised),
        channel=CHANNELS[int(np.searchsorted(np.cumsum(channels), chance[2] * sum(channels), side="right"))],
        content=content,
        week=week,
        day=day,
        hour=8 + int(chance[3] * 13),
        is_randomised=is_randomised,
        outcome_days=OUTCOME_DAYS[int(chance[4] * len(OUTCOME_DAYS))],
        effect=effect,
        share=SMALLEST_SHARE + (1.0 - SMALLEST_SHARE) * float(chance[5]),
        treated_share=0.5 if is_randomised else 0.15 + 0.25 * float(chance[6]),
    )
