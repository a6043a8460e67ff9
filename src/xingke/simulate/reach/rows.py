"""What a message did, as rows of the observed tables and of the truth."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade.marketing import CAMPAIGN, CAMPAIGN_MEMBER, MESSAGE, RESPONSE
from xingke.simulate.reach.curves import Flags, Floats
from xingke.simulate.reach.plans import CampaignPlan
from xingke.simulate.sizes import Size
from xingke.simulate.store import concatenated, table_of
from xingke.simulate.streams import Streams
from xingke.simulate.truth.tables import EFFECT_TRUTH

SHANGHAI = np.timedelta64(8, "h")
MESSAGES_A_CAMPAIGN, CAMPAIGNS_A_CITY = 1_000_000, 100_000
SENDING_SECONDS = 600
OPENING_SECONDS, CLICKING_SECONDS, OPTING_OUT_SECONDS = 2_400.0, 90.0, 1_200.0
Seconds = NDArray[np.timedelta64]
Moments = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What happened, as masks by outlet index."""

    member: Flags
    treated: Flags
    delivered: Flags
    opened: Flags
    clicked: Flags
    converted: Flags
    opted_out: Flags


def campaign_rows(plan: CampaignPlan, size: Size) -> pa.Table:
    """The one row of `campaign`."""
    return table_of(
        CAMPAIGN,
        {
            "campaign_key": [plan.key],
            "name": [plan.name],
            "channel": [plan.channel],
            "content": [plan.content],
            "is_randomised": [plan.is_randomised],
            "started_on": [size.week_on(plan.week) + timedelta(days=plan.day)],
            "outcome_days": [plan.outcome_days],
        },
    )


def member_rows(plan: CampaignPlan, outcome: Outcome, outlet_ids: NDArray[np.int64]) -> pa.Table:
    """Rows of `campaign_member`, by outlet index."""
    chosen = np.flatnonzero(outcome.member)
    return table_of(
        CAMPAIGN_MEMBER,
        {
            "customer_id": outlet_ids[chosen],
            "campaign_key": pa.repeat(plan.key, chosen.size),
            "arm": pa.array(["control", "treated"]).take(pa.array(outcome.treated[chosen].astype(np.int8))),
            "converted": outcome.converted[chosen],
        },
    )


def message_rows(streams: Streams, plan: CampaignPlan, size: Size, outcome: Outcome, outlet_ids: NDArray[np.int64]) -> pa.Table:
    """Rows of `message`: one for each treated member that took part."""
    chosen = np.flatnonzero(outcome.treated)
    sent_at = _sent_at(streams, plan, size, outcome.treated.size)[chosen]
    return table_of(
        MESSAGE,
        {
            "customer_id": outlet_ids[chosen],
            "message_id": _message_ids(streams, plan, chosen),
            "campaign_key": pa.repeat(plan.key, chosen.size),
            "channel": pa.repeat(plan.channel, chosen.size),
            "content": pa.repeat(plan.content, chosen.size),
            "sent_on": _local_day(sent_at),
            "sent_at": sent_at,
            "is_delivered": outcome.delivered[chosen],
        },
    )


def response_rows(streams: Streams, plan: CampaignPlan, size: Size, outcome: Outcome, outlet_ids: NDArray[np.int64]) -> pa.Table:
    """Rows of `response`, by kind and outlet index; nothing is later than the outcome window.

    A conversion is a response to the message only where that was delivered: conversions of the control arm, and of members whose message
    did not arrive, are known from `campaign_member` alone.
    """
    sent_at = _sent_at(streams, plan, size, outcome.treated.size)
    late = _midnight(plan, size) + np.timedelta64(plan.outcome_days, "D") - SHANGHAI - np.timedelta64(1, "s")
    wait = -np.log1p(-streams.of("reach.waiting", plan.number).random((4, sent_at.size)))
    opened_at = sent_at + _seconds(OPENING_SECONDS * wait[0] ** 1.6)
    # An exponential time modulo one is a truncated one: most conversions come early in the window, none after it.
    window = (late - sent_at) / np.timedelta64(1, "s")
    moments = {
        "opened": (outcome.opened, opened_at),
        "clicked": (outcome.clicked, opened_at + _seconds(1 + CLICKING_SECONDS * wait[1])),
        "converted": (outcome.delivered & outcome.converted, sent_at + _seconds(window * (wait[2] / 3.0 % 1.0))),
        "opted_out": (outcome.opted_out, sent_at + _seconds(1 + OPTING_OUT_SECONDS * wait[3])),
    }
    return concatenated(
        RESPONSE,
        (_responses(streams, plan, kind, mask, np.minimum(moment, late), outlet_ids) for kind, (mask, moment) in moments.items()),
    )


def effect_rows(
    plan: CampaignPlan,
    outcome: Outcome,
    outlet_ids: NDArray[np.int64],
    *,
    chances: tuple[Floats, Floats],
    converts: tuple[Flags, Flags],
) -> pa.Table:
    """Rows of `effect_truth`: each pair is untreated, treated."""
    chosen = np.flatnonzero(outcome.member)
    return table_of(
        EFFECT_TRUTH,
        {
            "campaign_key": pa.repeat(plan.key, chosen.size),
            "customer_id": outlet_ids[chosen],
            "chance_untreated": chances[0][chosen],
            "chance_treated": chances[1][chosen],
            "converts_untreated": converts[0][chosen],
            "converts_treated": converts[1][chosen],
        },
    )


def _responses(streams: Streams, plan: CampaignPlan, kind: str, mask: Flags, moment: Moments, outlet_ids: NDArray[np.int64]) -> pa.Table:
    chosen = np.flatnonzero(mask)
    return table_of(
        RESPONSE,
        {
            "customer_id": outlet_ids[chosen],
            "message_id": _message_ids(streams, plan, chosen),
            "kind": pa.repeat(kind, chosen.size),
            "responded_on": _local_day(moment[chosen]),
            "responded_at": moment[chosen],
        },
    )


def _message_ids(streams: Streams, plan: CampaignPlan, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
    first = (streams.city * CAMPAIGNS_A_CITY + plan.number) * MESSAGES_A_CAMPAIGN
    return first + chosen.astype(np.int64)


def _midnight(plan: CampaignPlan, size: Size) -> np.datetime64:
    """The beginning of the day of sending, local time."""
    return np.datetime64(size.week_on(plan.week), "us") + np.timedelta64(plan.day, "D")


def _sent_at(streams: Streams, plan: CampaignPlan, size: Size, count: int) -> Moments:
    """Instants in UTC: a campaign goes out within ten minutes from its hour on."""
    start = _midnight(plan, size) + np.timedelta64(plan.hour, "h") - SHANGHAI
    return np.asarray(start + _seconds(SENDING_SECONDS * streams.of("reach.sending", plan.number).random(count)))


def _local_day(moment: Moments) -> Moments:
    return np.asarray((moment + SHANGHAI).astype("datetime64[D]"))


def _seconds(value: Floats) -> Seconds:
    return np.asarray(np.floor(value).astype("timedelta64[s]"))
