"""Worlds of small firms against their truth: what pushes did, which leads are won, whose records belong together, what channels brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.schema import Table
from xingke.simulate.firms.truth_tables import CHANNEL_TRUTH, LEAD_TRUTH, MEMBER_LINK
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.campaigns import Chances, Members
from xingke.simulate.score.checking import Known
from xingke.simulate.score.effect import score_effect
from xingke.simulate.score.identity import Records, put_pairs
from xingke.simulate.score.measures import Ranking
from xingke.simulate.score.observed import ObservedTables, codes, flags, integers, numbers, places, texts
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.store import WorldInfo
from xingke.simulate.truth import TruthReader
from xingke.simulate.truth.tables import EFFECT_TRUTH

Answers = Mapping[str, pa.Table]
FIRM_ANSWERS = ("effect", "entity_cluster", "lead_score", "channel_share")
"""Answer tables that a firm's world can be asked for, as far as it has what they are about."""


@dataclass(frozen=True)
class FirmScene:
    """A firm's world as the scorer sees it."""

    world: Path
    info: WorldInfo

    @cached_property
    def observed(self) -> ObservedTables:
        """What everybody may see."""
        return ObservedTables(self.world)

    def truth(self, table: Table) -> pa.Table:
        """A table of truth."""
        return TruthReader(self.world).table(table)

    @cached_property
    def customers(self) -> NDArray[np.int64]:
        """Ids of all customers, sorted."""
        return np.unique(integers(self.observed.table("customer", ["customer_id"])["customer_id"]))

    @cached_property
    def campaigns(self) -> tuple[str, ...]:
        """Keys of the pushes."""
        return tuple(sorted(pc.unique(self.observed.table("push", ["campaign_key"])["campaign_key"]).to_pylist()))

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Advertising channels."""
        return tuple(sorted(pc.unique(self.observed.table("ad_spend", ["channel"])["channel"]).to_pylist()))

    def known(self) -> Known:
        """What an answer may refer to."""
        records = self.observed.table("source_record", ["system", "source_id"])
        joined = pc.binary_join_element_wise(records["system"], records["source_id"], "/").combine_chunks()
        ids = {
            "customer_id": pa.array(self.customers),
            "campaign_key": pa.array(self.campaigns, pa.string()),
            "channel": pa.array(self.channels, pa.string()),
        }
        return Known(ids=ids, days={}, months=(), pairs={"entity_cluster": joined})


def score_firm(scene: FirmScene, answers: Answers, boot: Bootstrap, sheet: Sheet) -> None:
    """Write every figure that the firm's world can give."""
    if scene.campaigns:
        members = _members(scene)
        score_effect(answers, members, _chances(scene, members), boot, sheet)
    _put_identity(scene, answers, boot, sheet)
    _put_leads(scene, answers, boot, sheet)
    _put_channels(scene, answers, sheet)


def _members(scene: FirmScene) -> Members:
    table = scene.observed.table("push", ["customer_id", "campaign_key", "arm", "converted"])
    campaign, customer = codes(table["campaign_key"], scene.campaigns), places(integers(table["customer_id"]), scene.customers)
    rows = np.lexsort((customer, campaign))
    rows = rows[(campaign[rows] >= 0) & (customer[rows] >= 0)]
    count = len(scene.campaigns)
    return Members(
        keys=scene.campaigns,
        is_randomised=np.ones(count, dtype=np.bool_),
        week=np.zeros(count, dtype=np.int64),
        campaign=campaign[rows],
        outlet=customer[rows],
        is_treated=(codes(table["arm"], ["treated"]) == 0)[rows],
        converted=flags(table["converted"])[rows],
    )


def _chances(scene: FirmScene, members: Members) -> Chances:
    truth = scene.truth(EFFECT_TRUTH)
    size = scene.customers.size
    key = codes(truth["campaign_key"], members.keys) * size + places(integers(truth["customer_id"]), scene.customers)
    order = np.argsort(key, kind="stable")
    row = np.append(order, -1)[places(members.campaign * size + members.outlet, key[order])]
    untreated = np.append(numbers(truth["chance_untreated"]), np.nan)[row]
    return Chances(untreated, np.append(numbers(truth["chance_treated"]), np.nan)[row] - untreated)


def _put_identity(scene: FirmScene, answers: Answers, boot: Bootstrap, sheet: Sheet) -> None:
    rows = scene.observed.table("source_record", ["system", "source_id", "phone"])
    if not rows.num_rows:
        return
    truth = scene.truth(MEMBER_LINK)
    key = pc.binary_join_element_wise(rows["system"], rows["source_id"], "/").combine_chunks()
    at = integers(pc.index_in(key, value_set=pc.binary_join_element_wise(truth["system"], truth["source_id"], "/").combine_chunks()))
    rows, key, at = rows.filter(pa.array(at >= 0)), key.filter(pa.array(at >= 0)), at[at >= 0]
    customer = places(integers(truth["customer_id"]), scene.customers)[at]
    records = Records(rows, customer, np.zeros((at.size, 0), dtype=np.bool_), scene.customers.size)
    phone = integers(rows["phone"].combine_chunks().dictionary_encode().indices)
    put_pairs(records, np.where(phone >= 0, phone, phone.size + np.arange(phone.size)), "_baseline", boot, sheet)
    if "entity_cluster" in answers:
        given = answers["entity_cluster"]
        place = integers(pc.index_in(key, value_set=pc.binary_join_element_wise(given["system"], given["source_id"], "/").combine_chunks()))
        cluster = np.append(integers(given["cluster_id"].combine_chunks().dictionary_encode().indices), -1)[place]
        put_pairs(records, np.where(cluster >= 0, cluster, given.num_rows + np.arange(cluster.size)), "", boot, sheet)


def _put_leads(scene: FirmScene, answers: Answers, boot: Bootstrap, sheet: Sheet) -> None:
    """Leads that are still open on the last day, of which nobody knows yet whether they are won."""
    rows = scene.observed.table("lead", ["customer_id", "channel", "closed_on", "is_won"])
    if not rows.num_rows:
        return
    customer = places(integers(rows["customer_id"]), scene.customers)
    is_open, won = rows["closed_on"].is_null().to_numpy(), flags(rows["is_won"])
    truth = scene.truth(LEAD_TRUTH)
    row = np.zeros(scene.customers.size, dtype=np.int64)
    row[places(integers(truth["customer_id"]), scene.customers)] = np.arange(truth.num_rows)
    real, chance = flags(truth["is_won"])[row][customer], numbers(truth["chance"])[row][customer]
    channel = integers(rows["channel"].combine_chunks().dictionary_encode().indices)
    closed = np.bincount(channel[~is_open], minlength=channel.max() + 1)
    rate = np.bincount(channel[~is_open], weights=won[~is_open], minlength=channel.max() + 1) / np.maximum(closed, 1)
    said = {"_baseline": rate[channel], "_known": chance}
    if "lead_score" in answers:
        given = np.full(scene.customers.size, -1.0)
        given[places(integers(answers["lead_score"]["customer_id"]), scene.customers)] = numbers(answers["lead_score"]["probability"])
        said[""] = given[customer]
    units = customer[is_open]
    for twin, score in said.items():
        ranking = Ranking.of(score[is_open], np.zeros(units.size, dtype=np.int64), real[is_open], units)
        sheet.put("lead_auc" + twin, boot.statistic(scene.customers.size, ranking.area))


def _put_channels(scene: FirmScene, answers: Answers, sheet: Sheet) -> None:
    """How far shares of the new customers that channels brought lie from the true ones, in points, the mean over channels."""
    if not scene.channels:
        return
    truth = scene.truth(CHANNEL_TRUTH)
    names = texts(truth["channel"])
    real = dict(zip(names, numbers(truth["true_share"]), strict=True))
    claimed = numbers(truth["claimed_customers"])
    said = {"_baseline": dict(zip(names, claimed / claimed.sum(), strict=True))}
    if "channel_share" in answers:
        given = answers["channel_share"]
        said[""] = dict(zip(texts(given["channel"]), numbers(given["share"]), strict=True))
    for twin, shares in said.items():
        sheet.put("channel_error_points" + twin, float(np.mean([100 * abs(shares.get(name, 0.0) - share) for name, share in real.items()])))
