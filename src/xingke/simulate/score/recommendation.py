"""Recommended SKUs and opinion leaders: lists against the true ones."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.joining import has_any, ranks_within
from xingke.simulate.score.measures import by_unit
from xingke.simulate.score.observed import integers, numbers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.truth.tables import LEADER_TRUTH, NEXT_PRODUCT_TRUTH

FIRST = 5
LEADER_SHARE, LEADERS = 0.01, 100


def score_recommendation(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write hit rate of the best SKU and discounted gain of the first five; baseline the most ordered SKUs that the outlet has not had.

    Gain is what would sell in a week, discounted by log2(1 + rank): Jarvelin and Kekalainen (2002), ACM TOIS 20:422.
    """
    table = scene.truth(NEXT_PRODUCT_TRUTH)
    outlet, product = places(integers(table["outlet_id"]), scene.outlets), places(integers(table["product_id"]), scene.products)
    known = (outlet >= 0) & (product >= 0)
    if not known.any():
        sheet.note("recommendation: the world has no fitting SKUs")
        return
    key = outlet[known] * scene.products.size + product[known]
    order = np.argsort(key, kind="stable")
    key, gain = key[order], numbers(table["expected_cartons"])[known][order]
    _put(scene, key, gain, *_popular(scene, np.unique(outlet[known])), "_baseline", boot, sheet)
    _put(scene, key, gain, *_fitting(scene, np.unique(outlet[known])), "_informed", boot, sheet)
    best = np.lexsort((-gain, key // scene.products.size))
    _put(scene, key, gain, key[best], ranks_within(key[best] // scene.products.size), "_ceiling", boot, sheet)
    if "recommendation" in answers:
        given = answers["recommendation"]
        by, what = places(integers(given["customer_id"]), scene.outlets), places(integers(given["product_id"]), scene.products)
        order = np.lexsort((what, integers(given["rank"]), by))
        _put(scene, key, gain, (by * scene.products.size + what)[order], ranks_within(by[order]), "", boot, sheet)


def _popular(scene: Scene, outlets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and ranks of the five SKUs most asked for in the city among those that each outlet never ordered."""
    popular = scene.orders.recent_cartons.astype(np.float64).sum(axis=0)
    return _first_fresh(scene, outlets, np.broadcast_to(popular, (outlets.size, popular.size)))


def _fitting(scene: Scene, outlets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same by popularity bent towards the price at which each outlet buys: as the city was drawn, taste aside, which nobody can see."""
    recent = scene.orders.recent_cartons.astype(np.float64)
    popular, price = recent.sum(axis=0), scene.wholesale_yuan
    log_price = np.log(price) - np.log(price).mean()
    tilts = np.linspace(-3.0, 3.0, 61)
    weights = np.maximum(popular, 1e-9) * np.exp(tilts[:, None] * log_price)
    means = (weights @ price) / weights.sum(axis=1)
    own = recent[outlets]
    paid = np.where(own.sum(axis=1) > 0, (own @ price) / np.maximum(own.sum(axis=1), 1e-9), means[tilts.size // 2])
    return _first_fresh(scene, outlets, popular * np.exp(np.interp(paid, means, tilts)[:, None] * log_price))


def _first_fresh(scene: Scene, outlets: NDArray[np.int64], score: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and ranks of the five SKUs of the highest score that each outlet never ordered."""
    order = np.argsort(-score, axis=1, kind="stable")
    fresh = np.take_along_axis(~scene.orders.was_ordered[outlets], order, axis=1)
    row, column = np.nonzero(fresh & (np.cumsum(fresh, axis=1) <= FIRST))
    return outlets[row] * scene.products.size + order[row, column], ranks_within(row)


def _put(
    scene: Scene,
    key: NDArray[np.int64],
    gain: NDArray[np.float64],
    given: NDArray[np.int64],
    rank: NDArray[np.int64],
    twin: str,
    boot: Bootstrap,
    sheet: Sheet,
) -> None:
    units, skus = scene.outlets.size, scene.products.size
    given, rank = given[rank < FIRST], rank[rank < FIRST]
    at = places(given, key)
    got = np.where(at >= 0, gain[at], 0.0) / np.log2(2 + rank)
    outlets = np.unique(key // skus)
    best = np.lexsort((-gain, key // skus))
    place = ranks_within(key[best] // skus)
    hit = np.isin(key[best][place == 0], given)
    most = by_unit((key // skus)[best], np.where(place < FIRST, gain[best], 0.0) / np.log2(2 + place), units)[outlets]
    sheet.put("recommendation_hit_5" + twin, boot.mean(hit))
    sheet.put("recommendation_ndcg_5" + twin, boot.mean(by_unit(given // skus, got, units)[outlets] / np.maximum(most, 1e-12)))


def score_leaders(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write the share of true leaders in the top 1 % and the top 100; baseline how many name an outlet in the referrals."""
    leaders = places(integers(scene.truth(LEADER_TRUTH)["outlet_id"]), scene.outlets)
    if not (leaders >= 0).any():
        sheet.note("leader: the world has no leaders")
        return
    is_leader = has_any(leaders[leaders >= 0], scene.outlets.size)
    named = places(integers(scene.observed.table("referral_edge", ["to_customer_id"])["to_customer_id"]), scene.outlets)
    _put_leaders(is_leader, np.bincount(named[named >= 0], minlength=scene.outlets.size).astype(np.float64), "_baseline", boot, sheet)
    _put_leaders(is_leader, is_leader.astype(np.float64), "_ceiling", boot, sheet)
    if "leader" in answers:
        score = np.full(scene.outlets.size, -np.inf)
        score[places(integers(answers["leader"]["customer_id"]), scene.outlets)] = numbers(answers["leader"]["score"])
        _put_leaders(is_leader, score, "", boot, sheet)


def _put_leaders(is_leader: NDArray[np.bool_], score: NDArray[np.float64], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    order = np.argsort(-score, kind="stable")
    for name, count in (("leader_precision_top_1", int(np.ceil(LEADER_SHARE * score.size))), ("leader_precision_100", LEADERS)):
        top = has_any(order[:count], score.size)
        sheet.put(name + twin, boot.ratio(top & is_leader, top))
