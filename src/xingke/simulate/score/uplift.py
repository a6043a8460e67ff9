"""Uplift scores: whether those whom the message gains are in the top fifth."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.campaigns import Chances, Members
from xingke.simulate.score.measures import by_unit, top_share
from xingke.simulate.score.observed import codes, integers, numbers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet

TOP = 0.20
GAINED = 0.08 + 1e-9
"""A member is persuadable where the message adds more than 8 points to its chance; exactly 8, give or take rounding, do not count."""
BEFORE_WEEKS = 8
STEPS, RIDGE = 12, 1e-3


def score_uplift(scene: Scene, answers: Mapping[str, pa.Table], members: Members, chances: Chances, boot: Bootstrap, sheet: Sheet) -> None:
    """Write the share of persuadables in the top 20 % of each randomised campaign.

    Baseline: a response model, the chance to convert learnt from those treated. Ceiling: the true effect.
    """
    judged = members.is_randomised[members.campaign]
    if not judged.any():
        sheet.note("uplift: the world has no randomised campaign")
        return

    def put(judged: NDArray[np.bool_], score: NDArray[np.float64], twin: str) -> None:
        outlet, effect = members.outlet[judged], chances.effect[judged]
        top = top_share(score[judged], members.campaign[judged], TOP)
        gained, units = effect > GAINED, scene.outlets.size
        sheet.put("uplift_persuadables_top_20" + twin, boot.ratio(by_unit(outlet, gained & top, units), by_unit(outlet, gained, units)))
        points = boot.ratio(by_unit(outlet, 100 * effect * top, units), by_unit(outlet, top, units))
        sheet.put("uplift_effect_top_20_points" + twin, points)

    put(judged, response_score(scene, members), "_baseline")
    put(judged, chances.effect, "_ceiling")
    if "uplift" in answers:
        table = answers["uplift"]
        size = scene.outlets.size
        key = codes(table["campaign_key"], members.keys) * size + places(integers(table["customer_id"]), scene.outlets)
        order = np.argsort(key, kind="stable")
        at = places(members.campaign * size + members.outlet, key[order])
        given = numbers(table["score"])[order]
        score = np.where(at >= 0, given[at], -np.inf) if given.size else np.full(at.size, -np.inf)
        answered = judged & np.isin(members.campaign, members.campaign[at >= 0])
        if answered.sum() < judged.sum():
            some, whole = np.unique(members.campaign[answered]).size, int(members.is_randomised.sum())
            sheet.note(f"uplift: {some} of {whole} randomised campaigns are answered")
        put(answered, score, "")


def response_score(scene: Scene, members: Members) -> NDArray[np.float64]:
    """Log odds to convert by a logistic regression on the treated of randomised campaigns, from what their orders and master data say."""
    features = _features(scene, members)
    learnt = members.is_treated & members.is_randomised[members.campaign]
    return features @ logistic(features[learnt], members.converted[learnt])


def _features(scene: Scene, members: Members) -> NDArray[np.float64]:
    total = np.cumsum(np.pad(scene.orders.amount_yuan.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    week = members.week[members.campaign].clip(0, scene.days.weeks)
    recent = total[members.outlet, week] - total[members.outlet, (week - BEFORE_WEEKS).clip(0)]
    earlier = total[members.outlet, (week - BEFORE_WEEKS).clip(0)] - total[members.outlet, (week - 2 * BEFORE_WEEKS).clip(0)]
    columns = (
        np.log1p(recent),
        np.log1p(recent) - np.log1p(earlier),
        scene.grade[members.outlet].astype(np.float64),
        np.log1p((week - scene.opened_week[members.outlet]).clip(0)),
        _converted_before(members),
    )
    standard = [(column - column.mean()) / (column.std() or 1.0) for column in columns]
    return np.stack([np.ones(members.outlet.size), *standard], axis=1)


def _converted_before(members: Members) -> NDArray[np.float64]:
    """The share of earlier campaigns in which the member converted, drawn towards the mean share by one campaign."""
    order = np.lexsort((members.campaign, members.week[members.campaign], members.outlet))
    outlet, hit = members.outlet[order], members.converted[order].astype(np.float64)
    starts = np.concatenate([[True], np.diff(outlet) != 0]) if outlet.size else np.zeros(0, dtype=np.bool_)
    first = np.maximum.accumulate(np.where(starts, np.arange(outlet.size), 0))
    through = np.cumsum(hit) - hit
    tried = np.arange(outlet.size) - first
    share = np.empty(outlet.size)
    share[order] = (through - through[first] + members.converted.mean()) / (tried + 1)
    return share


def logistic(features: NDArray[np.float64], outcome: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients of a logistic regression by Newton steps with a small ridge; zeros without rows."""
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS if outcome.size else 0):
        chance = 1 / (1 + np.exp(-(features @ weights).clip(-30, 30)))
        curve = features.T @ (features * (chance * (1 - chance))[:, None]) + RIDGE * np.eye(weights.size)
        weights += np.linalg.solve(curve, features.T @ (outcome - chance) - RIDGE * weights)
    return weights
