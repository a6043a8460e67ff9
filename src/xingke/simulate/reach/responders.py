"""How every outlet takes messages: what it needs, how it answers, which way to it is best."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.reach.curves import Flags, Floats, leaning
from xingke.simulate.reach.rates import DELIVERED, has_contact, open_chance
from xingke.simulate.store import table_of
from xingke.simulate.streams import Streams
from xingke.simulate.truth.tables import BEST_CHANNEL_TRUTH

NEED_SD = 0.935
"""With engagement and irritability standard normal this gives a base of 14.0 % and the spread of effects of `effects.effect_of`."""

NEED_BY_SIZE = 0.35
NEED_SEEN, ENGAGEMENT_SEEN, IRRITABILITY_SEEN = 0.6, 0.9, 0.6
"""Correlations: of need with the log of order size, and of the three signs with what they are signs of."""

WECOM, FOLLOWS, APP = 0.71, 0.64, 0.78
CONTACT_SLOPE = 0.7
FAVOURITES = (0.11, 0.50, 0.18, 0.03, 0.05, 0.04)
TASTES = (0.30, 0.24, 0.14, 0.14, 0.18)
HOURS = range(8, 21)
HOUR_WEIGHTS = (6, 12, 13, 8, 5, 6, 9, 10, 7, 5, 5, 7, 7)
DRIFTED_TASTES = 0.6
"""Share of outlets that get a new taste when tastes drift; a fifth of these draw the old one again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responders:
    """Traits of every outlet by its index.

    Parameters
    ----------
    need
        Normal, mean 0, sd 0.935; correlation 0.35 with the log of order size.
    engagement, irritability
        Standard normal.
    taste, later_taste
        Index into `CONTENTS`: the content it likes, and what it likes after a drift.
    best_channel
        Index into `CHANNELS`: where a message most likely arrives and is opened, by the very chances that messages are drawn with.
    best_hour
        Local hour, 8..20.
    has_wecom, follows_account, has_app, uses_wechat
        Contacts; without WeChat there is neither WeCom nor a followed account.
    need_sign, engagement_sign, irritability_sign
        Standard normal, correlated 0.6, 0.9 and 0.6 with the trait: what a population may let show in observable habits (lines an order,
        use of the app, complaints), so that a model has something to learn from. They are no truth and no column of their own.
    """

    need: Floats
    engagement: Floats
    irritability: Floats
    taste: NDArray[np.int8]
    later_taste: NDArray[np.int8]
    best_channel: NDArray[np.int8]
    best_hour: NDArray[np.int8]
    has_wecom: Flags
    follows_account: Flags
    has_app: Flags
    uses_wechat: Flags
    need_sign: Floats
    engagement_sign: Floats
    irritability_sign: Floats

    @property
    def count(self) -> int:
        """Outlets that there are."""
        return int(self.need.size)

    def has_contact(self, channel: int) -> Flags:
        """Which outlets can be reached on a channel at all."""
        return has_contact(channel, has_wecom=self.has_wecom, follows_account=self.follows_account, has_app=self.has_app)


def draw_responders(streams: Streams, count: int, uses_wechat: Flags, size_log: NDArray[np.floating]) -> Responders:
    """The traits of all outlets, newcomers of later years included.

    Parameters
    ----------
    count
        Outlets by index, 0..count-1.
    uses_wechat
        Whether the owner uses WeChat.
    size_log
        Log of the usual order size, on any scale.
    """
    normal = streams.of("reach.traits").standard_normal((6, count))
    chance = streams.of("reach.contacts").random((7, count))
    standing = _blend(NEED_BY_SIZE, _standardised(size_log), normal[0])
    engagement, irritability = normal[1], normal[2]
    has_wecom = uses_wechat & (chance[0] < _among_users(WECOM, uses_wechat, engagement))
    follows = uses_wechat & (chance[1] < _among_users(FOLLOWS, uses_wechat, engagement))
    has_app = np.asarray(chance[2] < leaning(APP, CONTACT_SLOPE, engagement))
    available = np.stack(
        [has_contact(place, has_wecom=has_wecom, follows_account=follows, has_app=has_app) for place in range(len(CHANNELS))]
    )
    taste = _chosen(np.array(TASTES)[:, None] * np.ones(count), chance[4])
    return Responders(
        need=NEED_SD * standing,
        engagement=engagement,
        irritability=irritability,
        taste=taste,
        later_taste=np.where(chance[6] < DRIFTED_TASTES, np.int8(len(CONTENTS)) * chance[6] / DRIFTED_TASTES, taste).astype(np.int8),
        best_channel=_best(_chosen(np.array(FAVOURITES)[:, None] * available, chance[3]), engagement, available),
        best_hour=(_chosen(np.array(HOUR_WEIGHTS, dtype=np.float64)[:, None] * np.ones(count), chance[5]) + HOURS.start).astype(np.int8),
        has_wecom=has_wecom,
        follows_account=follows,
        has_app=has_app,
        uses_wechat=uses_wechat,
        need_sign=_blend(NEED_SEEN, standing, normal[3]),
        engagement_sign=_blend(ENGAGEMENT_SEEN, engagement, normal[4]),
        irritability_sign=_blend(IRRITABILITY_SEEN, irritability, normal[5]),
    )


def best_channel_table(responders: Responders, outlet_ids: NDArray[np.int64]) -> pa.Table:
    """Rows of `best_channel_truth`: the channel, hour and content that each outlet answers best, before any drift."""
    return table_of(
        BEST_CHANNEL_TRUTH,
        {
            "outlet_id": outlet_ids,
            "channel": pa.array(CHANNELS).take(pa.array(responders.best_channel)),
            "hour": responders.best_hour,
            "content": pa.array(CONTENTS).take(pa.array(responders.taste)),
        },
    )


def _best(favourite: NDArray[np.int8], engagement: Floats, available: Flags) -> NDArray[np.int8]:
    """The favourite, unless another channel still gets more messages through; liking that one instead makes it the best for sure."""
    through = np.stack(
        [
            DELIVERED[name] * open_chance(place, best_channel=favourite, engagement=engagement) * available[place]
            for place, name in enumerate(CHANNELS)
        ]
    )
    return np.asarray(through.argmax(axis=0), dtype=np.int8)


def _chosen(weights: Floats, uniform: Floats) -> NDArray[np.int8]:
    """One row for each column, by weight."""
    summed = np.cumsum(weights, axis=0)
    return np.asarray((uniform * summed[-1] >= summed).sum(axis=0), dtype=np.int8)


def _among_users(share: float, uses_wechat: Flags, engagement: Floats) -> Floats:
    """Chances among users of WeChat that make a share of all outlets."""
    users = max(float(uses_wechat.mean()), 1e-9)
    return leaning(min(share / users, 0.99), CONTACT_SLOPE, engagement)


def _blend(correlation: float, known: Floats, noise: Floats) -> Floats:
    return np.asarray(correlation * known + np.sqrt(1.0 - correlation**2) * noise, dtype=np.float64)


def _standardised(values: NDArray[np.floating]) -> Floats:
    centred = np.asarray(values, dtype=np.float64) - float(values.mean())
    spread = float(centred.std())
    return centred / spread if spread > 0 else centred
