"""Campaigns laid out for scoring: members, arms, what came of it, and what would have come of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.observed import codes, flags, integers, numbers, places, texts
from xingke.simulate.score.scene import Scene
from xingke.simulate.truth.tables import EFFECT_TRUTH


@dataclass(frozen=True, slots=True)
class Members:
    """What is observed: one row a campaign and member, sorted by both; campaigns by place in `keys`.

    Parameters
    ----------
    is_randomised, week
        By campaign.
    """

    keys: tuple[str, ...]
    is_randomised: NDArray[np.bool_]
    week: NDArray[np.int64]
    campaign: NDArray[np.int64]
    outlet: NDArray[np.int64]
    is_treated: NDArray[np.bool_]
    converted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chances:
    """What is true, by row of the members; `nan` where the truth has no such member.

    Parameters
    ----------
    effect
        What the message adds to the chance to convert.
    """

    untreated: NDArray[np.float64]
    effect: NDArray[np.float64]

    def mean_effect(self, members: Members) -> NDArray[np.float64]:
        """By campaign: the mean true effect over its members."""
        size = np.bincount(members.campaign, minlength=len(members.keys))
        return np.asarray(np.bincount(members.campaign, weights=self.effect, minlength=len(members.keys)) / np.maximum(size, 1))


def members_of(scene: Scene) -> Members:
    """All members of all campaigns."""
    keys = tuple(texts(scene.campaigns["campaign_key"]))
    table = scene.observed.table("campaign_member", ["customer_id", "campaign_key", "arm", "converted"])
    key = _key(codes(table["campaign_key"], keys), places(integers(table["customer_id"]), scene.outlets), scene)
    rows = np.argsort(key, kind="stable")
    rows = rows[key[rows] >= 0]
    return Members(
        keys=keys,
        is_randomised=flags(scene.campaigns["is_randomised"]),
        week=scene.days.week_of(integers(scene.campaigns["started_on"])),
        campaign=key[rows] // scene.outlets.size,
        outlet=key[rows] % scene.outlets.size,
        is_treated=(codes(table["arm"], ["treated"]) == 0)[rows],
        converted=flags(table["converted"])[rows],
    )


def chances_of(scene: Scene, members: Members) -> Chances:
    """The true chances of the members."""
    truth = scene.truth(EFFECT_TRUTH)
    key = _key(codes(truth["campaign_key"], members.keys), places(integers(truth["customer_id"]), scene.outlets), scene)
    order = np.argsort(key, kind="stable")
    at = places(members.campaign * scene.outlets.size + members.outlet, key[order])
    row = np.append(order, -1)[at]
    untreated = np.append(numbers(truth["chance_untreated"]), np.nan)[row]
    return Chances(untreated, np.append(numbers(truth["chance_treated"]), np.nan)[row] - untreated)


def _key(campaign: NDArray[np.int64], outlet: NDArray[np.int64], scene: Scene) -> NDArray[np.int64]:
    return np.where((campaign >= 0) & (outlet >= 0), campaign * scene.outlets.size + outlet, -1)
