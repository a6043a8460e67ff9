"""One message to many outlets: who gets it, opens it, clicks, converts or opts out, as rows and as masks."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.reach import rates
from xingke.simulate.reach.curves import Flags, Floats
from xingke.simulate.reach.effects import base_chance, effect_of, has_drifted, weights_in
from xingke.simulate.reach.fatigue import FatigueState
from xingke.simulate.reach.plans import DAYS_A_WEEK, CampaignPlan
from xingke.simulate.reach.responders import Responders
from xingke.simulate.reach.rows import Outcome, campaign_rows, effect_rows, member_rows, message_rows, response_rows
from xingke.simulate.scenarios import Scenario
from xingke.simulate.sizes import Size
from xingke.simulate.streams import Streams

DRAWS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What one message did.

    Parameters
    ----------
    campaign, members, messages, responses
        Observed rows of `campaign`, `campaign_member`, `message` and `response`.
    effects
        Rows of `effect_truth`.
    fatigue
        The state after it.
    member, treated, delivered, opened, clicked, converted, opted_out
        Masks by outlet index. `converted` is there for both arms, the others for the treated.
    """

    campaign: pa.Table
    members: pa.Table
    messages: pa.Table
    responses: pa.Table
    effects: pa.Table
    fatigue: FatigueState
    member: Flags
    treated: Flags
    delivered: Flags
    opened: Flags
    clicked: Flags
    converted: Flags
    opted_out: Flags


@dataclass(frozen=True, slots=True, eq=False)
class _Chances:
    """Chances of every outlet if it were sent the message."""

    deliver: Floats
    open: Floats
    click: Floats
    opt_out: Floats
    untreated: Floats
    once_delivered: Floats

    @property
    def treated(self) -> Floats:
        """To convert if the message is sent, whether or not it arrives."""
        return self.untreated + self.deliver * (self.once_delivered - self.untreated)


def run_message(
    streams: Streams,
    plan: CampaignPlan,
    responders: Responders,
    *,
    outlet_ids: NDArray[np.int64],
    member: Flags,
    treated: Flags,
    is_open: Flags,
    fatigue: FatigueState,
    scenario: Scenario,
    size: Size,
) -> Reached:
    """Send one campaign's message to its treated members and see what both arms do.

    Members that are closed or have opted out before take no part, in either arm. One uniform for each campaign and outlet decides on
    conversion under both treatments, so an outlet with a gain never converts less for being treated, and treating one more outlet changes
    nothing for another.

    The effect works through delivery: it is divided by the channel's chance of delivery, so that over all treated members with a contact
    the mean is the effect itself. A treated member without a contact gets a message that does not arrive, and no effect.

    Parameters
    ----------
    outlet_ids
        Customer ids by outlet index.
    member, treated
        Masks by outlet index; treated outlets are members.
    fatigue
        The state before it, of any earlier day.
    """
    state = fatigue.on(plan.week * DAYS_A_WEEK + plan.day)
    takes_part = (member | treated) & is_open & ~state.opted_out
    sent = treated & takes_part
    chances = _chances(plan, responders, state, scenario, size)
    uniform = streams.of("reach.message", plan.number).random((DRAWS, responders.count))
    arrives = uniform[0] < chances.deliver
    converts_untreated = uniform[3] < chances.untreated
    converts_treated = uniform[3] < np.where(arrives, chances.once_delivered, chances.untreated)
    delivered = sent & arrives
    opened = delivered & (uniform[1] < chances.open)
    outcome = Outcome(
        member=takes_part,
        treated=sent,
        delivered=delivered,
        opened=opened,
        clicked=opened & (uniform[2] < chances.click),
        converted=takes_part & np.where(sent, converts_treated, converts_untreated),
        opted_out=delivered & (uniform[4] < chances.opt_out),
    )
    return Reached(
        campaign=campaign_rows(plan, size),
        members=member_rows(plan, outcome, outlet_ids),
        messages=message_rows(streams, plan, size, outcome, outlet_ids),
        responses=response_rows(streams, plan, size, outcome, outlet_ids),
        effects=effect_rows(
            plan, outcome, outlet_ids, chances=(chances.untreated, chances.treated), converts=(converts_untreated, converts_treated)
        ),
        fatigue=state.after(delivered=outcome.delivered, opted_out=outcome.opted_out),
        member=outcome.member,
        treated=outcome.treated,
        delivered=outcome.delivered,
        opened=outcome.opened,
        clicked=outcome.clicked,
        converted=outcome.converted,
        opted_out=outcome.opted_out,
    )


def _chances(plan: CampaignPlan, responders: Responders, state: FatigueState, scenario: Scenario, size: Size) -> _Chances:
    channel = CHANNELS.index(plan.channel)
    taste = responders.later_taste if has_drifted(plan.week, scenario=scenario, size=size) else responders.taste
    weights = weights_in(plan.week, scenario=scenario, size=size)
    tired = state.response_factor()
    untreated = base_chance(responders, weights)
    effect = scenario.effects * tired * effect_of(responders, plan.effect, weights)
    arrives = rates.DELIVERED[plan.channel]
    return _Chances(
        deliver=np.where(responders.has_contact(channel), arrives, 0.0),
        open=tired * rates.open_chance(channel, best_channel=responders.best_channel, engagement=responders.engagement),
        click=rates.click_chance(
            engagement=responders.engagement,
            content_matches=taste == CONTENTS.index(plan.content),
            hour_matches=rates.hour_match(responders.best_hour, plan.hour),
        ),
        opt_out=rates.opt_out_chance(irritability=responders.irritability, extra_touches=state.extra_touches()),
        untreated=untreated,
        once_delivered=np.clip(untreated + effect / arrives, 0.0, 1.0),
    )
