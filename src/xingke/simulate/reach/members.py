"""Who takes part in a campaign of history, and who of them gets the message."""

from dataclasses import dataclass

import numpy as np

from xingke.schema.trade.marketing import CHANNELS
from xingke.simulate.reach.curves import Flags, leaning
from xingke.simulate.reach.plans import CampaignPlan
from xingke.simulate.reach.responders import NEED_SD, Responders
from xingke.simulate.streams import Streams

PICKED_BY_NEED, PICKED_BY_ENGAGEMENT = 1.1, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Masks by outlet index; `treated` lies within `member`."""

    member: Flags
    treated: Flags


def draw_members(streams: Streams, plan: CampaignPlan, responders: Responders) -> Members:
    """A sample of the outlets with a contact on the channel, halved by chance or picked by managers.

    Managers pick outlets of high need and engagement: these convert more often anyway, so that treated and other members are no fair
    comparison. Whether a member is open and has not opted out is asked when the message goes out, and of both arms alike.
    """
    chance = streams.of("reach.members", plan.number).random((2, responders.count))
    contact = responders.has_contact(CHANNELS.index(plan.channel))
    member = contact & (chance[0] * float(contact.mean()) < plan.share)
    if plan.is_randomised:
        return Members(member, member & (chance[1] < plan.treated_share))
    slope = float(np.hypot(PICKED_BY_NEED, PICKED_BY_ENGAGEMENT))
    liking = (PICKED_BY_NEED * responders.need / NEED_SD + PICKED_BY_ENGAGEMENT * responders.engagement) / slope
    return Members(member, member & (chance[1] < leaning(plan.treated_share, slope, liking)))
