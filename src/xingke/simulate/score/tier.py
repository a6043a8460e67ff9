"""Value tiers judged just after a festival, when orders say most about stock and least about trade."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.answers import TIERS
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.observed import codes, integers, numbers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.truth.tables import HOARDER_TRUTH, TIER_TRUTH

QUARTER_WEEKS, YEAR_WEEKS = 13, 52
STOCKING_WEEKS, MOST_STOCKED = 8, 1.3
"""Weeks up to the one behind the festival, in which an outlet's orders count at most so many times its usual week."""
VALUE_SHARE, POTENTIAL_SHARE = 0.08, 0.22
VALUE = TIERS.index("value")


def score_tier(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write precision of the value tier.

    Baseline: the amount of the festival quarter. Known: the lasting amount. Informed: the year, its stocking weeks capped.
    """
    week = scene.days.festival_week
    true, lasting = _truth(scene, week)
    if week is None or not (true >= 0).any():
        sheet.note("tier: no Spring Festival with eight weeks before it lies in the judged weeks")
        return
    hoards = seasonal_hoarders(scene)
    _put(true, tiers_by(quarter_amount(scene, week), true >= 0), hoards, "_baseline", boot, sheet)
    _put(true, tiers_by(lasting, true >= 0), hoards, "_known", boot, sheet)
    _put(true, tiers_by(year_amount(scene, week), true >= 0), hoards, "_informed", boot, sheet)
    if "tier" in answers:
        table = answers["tier"]
        named = np.full(scene.outlets.size, -1)
        named[places(integers(table["customer_id"]), scene.outlets)] = codes(table["tier"], TIERS)
        _put(true, named, hoards, "", boot, sheet)


def quarter_amount(scene: Scene, week: int) -> NDArray[np.float64]:
    """By outlet: the amount ordered in the 13 weeks before a week."""
    weeks = scene.orders.amount_yuan[:, max(week - QUARTER_WEEKS, 0) : week]
    return np.asarray(weeks.sum(axis=1, dtype=np.float64))


def year_amount(scene: Scene, week: int) -> NDArray[np.float64]:
    """By outlet: what it orders in a year, by the weeks that are known, without the hoarding before the festival.

    Stocking weeks count no more than the outlet's usual week, and an outlet that opened within the year is counted up to a whole one.
    """
    start, quiet = max(week - YEAR_WEEKS, 0), max(week - STOCKING_WEEKS, 1)
    amount = scene.orders.amount_yuan[:, start:week].astype(np.float64)
    lived = np.maximum(week - np.maximum(scene.opened_week, start), 1)
    usual = amount[:, : quiet - start].sum(axis=1) / np.maximum(quiet - np.maximum(scene.opened_week, start), 1)
    stocked = np.minimum(amount[:, quiet - start :].sum(axis=1), MOST_STOCKED * usual * (week - quiet))
    return np.asarray((amount[:, : quiet - start].sum(axis=1) + stocked) / lived)


def tiers_by(amount: NDArray[np.float64], counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The top 8 % of the counted outlets are value, the next 22 % potential, the rest base, ties by place; -1 for those not counted."""
    tiers = np.full(amount.size, -1)
    who = np.flatnonzero(counted)
    order = who[np.argsort(-amount[who], kind="stable")]
    value, potential = round(VALUE_SHARE * who.size), round((VALUE_SHARE + POTENTIAL_SHARE) * who.size)
    tiers[order] = TIERS.index("base")
    tiers[order[:potential]] = TIERS.index("potential")
    tiers[order[:value]] = VALUE
    return tiers


def _truth(scene: Scene, week: int | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """By outlet: its true tier in the year of the judgement (-1 without one) and its lasting amount."""
    tiers, lasting = np.full(scene.outlets.size, -1), np.zeros(scene.outlets.size)
    table = scene.truth(TIER_TRUTH)
    if week is not None and table.num_rows:
        years = integers(table["year"])
        wanted = scene.days.on(week).year
        year = min(np.unique(years).tolist(), key=lambda one: (abs(one - wanted), one))
        outlet = places(integers(table["outlet_id"]), scene.outlets)
        rows = (years == year) & (outlet >= 0)
        rows[rows] = scene.opened_week[outlet[rows]] < week
        tiers[outlet[rows]] = codes(table["tier"], TIERS)[rows]
        lasting[outlet[rows]] = numbers(table["lasting_yuan"])[rows]
    return tiers, lasting


def seasonal_hoarders(scene: Scene) -> NDArray[np.bool_]:
    """By outlet: really puts stock by before festivals."""
    table = scene.truth(HOARDER_TRUTH)
    outlet = places(integers(table["outlet_id"]), scene.outlets)
    hoards = np.zeros(scene.outlets.size, dtype=np.bool_)
    hoards[outlet[(codes(table["kind"], ["seasonal"]) == 0) & (outlet >= 0)]] = True
    return hoards


def _put(true: NDArray[np.int64], named: NDArray[np.int64], hoards: NDArray[np.bool_], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    judged = true >= 0
    promoted = judged & (named == VALUE)
    sheet.put("tier_precision_festival" + twin, boot.ratio(promoted & (true == VALUE), promoted))
    sheet.put("tier_accuracy_festival" + twin, boot.ratio(judged & (named == true), judged))
    lesser = judged & hoards & (true != VALUE)
    sheet.put("hoarders_promoted_share" + twin, boot.ratio(lesser & promoted, lesser))
