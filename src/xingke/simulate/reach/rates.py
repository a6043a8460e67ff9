"""What happens to a message on its way: contact, delivery, opening, clicking, opting out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.marketing import CHANNELS
from xingke.simulate.reach.curves import Flags, Floats, leaning, logistic

DELIVERED: Mapping[str, float] = {"sms": 0.96, "wecom": 0.97, "template": 0.93, "push": 0.55, "phone": 0.62, "task": 0.99}
"""Chance that a message arrives where there is a contact on that channel."""

OPENED: Mapping[str, float] = {"sms": 0.20, "wecom": 0.45, "template": 0.28, "push": 0.09, "phone": 0.35, "task": 0.40}
"""Mean chance that a message that arrived is opened; for a call heard out, for a task confirmed as understood."""

OPENED_ON_FAVOURITE: Mapping[str, float] = {"sms": 0.62, "wecom": 0.62, "template": 0.66, "push": 0.82, "phone": 0.86, "task": 0.86}
OPENED_OTHERWISE: Mapping[str, float] = {"sms": 0.085, "wecom": 0.199, "template": 0.156, "push": 0.049, "phone": 0.292, "task": 0.357}
"""The two levels behind `OPENED`: with outlets that like this channel best, and with all others, at average engagement's mean."""

OPEN_SLOPE = 0.45
CLICK_LOW, CLICK_HIGH, CLICK_SLOPE = 0.08, 0.25, 1.2
CONTENT_MATCH, HOUR_MATCH, HOUR_REACH = 1.8, 1.35, 2
OPT_OUT, OPT_OUT_SLOPE, OPT_OUT_EXTRA = 0.001, 0.8, 0.003


def has_contact(channel: int, *, has_wecom: Flags, follows_account: Flags, has_app: Flags) -> Flags:
    """Which outlets can be reached on a channel at all; every outlet has a telephone and a manager."""
    known = {"wecom": has_wecom, "template": follows_account, "push": has_app}
    return known.get(CHANNELS[channel], np.ones_like(has_app))


def open_chance(channel: int, *, best_channel: NDArray[np.int8], engagement: Floats) -> Floats:
    """Chance that a message that arrived is opened: the favourite channel's level or the other one, leaning on engagement."""
    name = CHANNELS[channel]
    level = np.where(best_channel == channel, OPENED_ON_FAVOURITE[name], OPENED_OTHERWISE[name])
    return leaning(level, OPEN_SLOPE, engagement)


def click_chance(*, engagement: Floats, content_matches: Flags, hour_matches: Flags) -> Floats:
    """Chance that a message that was opened is clicked: 0.08 to 0.25 by engagement, more with the liked content and near the best hour."""
    own = CLICK_LOW + (CLICK_HIGH - CLICK_LOW) * logistic(CLICK_SLOPE * engagement)
    return np.asarray(own * np.where(content_matches, CONTENT_MATCH, 1.0) * np.where(hour_matches, HOUR_MATCH, 1.0), dtype=np.float64)


def hour_match(best_hour: NDArray[np.int8], hour: int) -> Flags:
    """Whether an hour of the day lies within two hours of the best one."""
    return np.asarray(np.abs(best_hour.astype(np.int64) - hour) <= HOUR_REACH)


def opt_out_chance(*, irritability: Floats, extra_touches: NDArray[Any]) -> Floats:
    """Chance that a delivered message ends in an opt-out: 0.1 % on average, and 0.3 points more for each touch above two in seven days."""
    own = OPT_OUT * np.exp(OPT_OUT_SLOPE * irritability - OPT_OUT_SLOPE**2 / 2)
    return own + OPT_OUT_EXTRA * extra_touches
