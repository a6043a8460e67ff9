"""Two detectors to stand beside: one rule a kind of wrongdoing, and all signs weighed together by somebody who knows how often each shows.

The second is what a good answer can reach from what is observed: its odds are those with which the city was drawn, and nothing in it is
fitted to the truth of the world that it judges.
"""

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.facts import DOOR_CLOSED, FOUND_CLOSED, NOT_AS_LICENSED
from xingke.simulate.city.wrongdoing import (
    AWAY,
    FAMILY_BASKET,
    FAMILY_DEVICE,
    FAMILY_FAR,
    FAMILY_SHARE,
    FAMILY_SIZES,
    LENT,
    MANIPULATED,
    NEIGHBOUR_SHARES,
    RING_NEAR,
    RINGS,
    SHELLS,
)
from xingke.simulate.score.signs import Signs

Floats = NDArray[np.float64]
OF_15000 = 15_000
ALIKE = 0.93
"""Two baskets are alike from this cosine of the roots of their cartons on; small shops of one mix reach it over a year."""
NEAR_KM = 4.0
GRADES_UP = 5
GROWN = 1.2


def one_rule(signs: Signs) -> dict[str, NDArray[np.bool_]]:
    """By kind, the outlets that the most telling single sign accuses."""
    with np.errstate(invalid="ignore"):
        return {
            "proxy_ring": signs["group", "size"] >= 4,
            "empty_shell": (signs["door", "visits"] >= 3) & (signs["door", "closed"] >= 0.5 * signs["door", "visits"]),
            "licence_lent": (signs["away", "orders"] >= 8) & (signs["away", "away"] >= 0.5 * signs["away", "orders"]),
            "grade_manipulation": signs["grade", "up"] >= GRADES_UP,
        }


def log_odds(signs: Signs) -> dict[str, Floats]:
    """By kind, the log odds of each outlet for wrongdoing given all its signs, which count as independent within each case."""
    return {"proxy_ring": _ring(signs), "empty_shell": _shell(signs), "licence_lent": _lent(signs), "grade_manipulation": _grade(signs)}


def _binomial(hits: Floats, trials: Floats, chance: float) -> Floats:
    """Log likelihood but for the number of ways, which is the same for all that are compared."""
    return np.asarray(hits * np.log(chance) + (trials - hits) * np.log1p(-chance))


def _chance(yes: NDArray[np.bool_], share: float) -> Floats:
    return np.asarray(np.where(yes, np.log(share), np.log1p(-share)))


def _against(wrong: Floats, *honest: Floats) -> Floats:
    return np.asarray(wrong - np.logaddexp.reduce(np.stack(honest), axis=0))


def _ring(signs: Signs) -> Floats:
    """Rings against families; whoever shares no device is in neither."""
    size, near = signs["group", "size"], signs["group", "spread_km"] < NEAR_KM
    with np.errstate(invalid="ignore"):
        alike, named = signs["basket", "likeness"] >= ALIKE, signs["group", "surname"] >= 0.3
    sizes = np.array([0.0, 0.0, *(FAMILY_SIZES.get(number, 0.0) * number for number in range(2, 12))])
    of_size = np.maximum(sizes / sizes.sum(), 1e-3)[np.clip(size, 0, 11).astype(np.int64)]
    members = 6.5
    ring = np.log(RINGS * members / OF_15000) + np.where((size >= 3) & (size <= 9), np.log(1 / 6.5), np.log(0.01))
    ring += _chance(alike, 0.95) + _chance(near, RING_NEAR) + _chance(named, 0.15)
    family = np.log(FAMILY_SHARE * FAMILY_DEVICE) + np.log(of_size)
    family += _chance(alike, FAMILY_BASKET + 0.05) + _chance(near, 1 - FAMILY_FAR) + _chance(named, 0.75)
    return np.where(size >= 2, ring - family, -np.inf)


def _shell(signs: Signs) -> Floats:
    seen, closed = signs["door", "visits"], signs["door", "closed"]
    checked, shut = signs["inspection", "inspections"], signs["inspection", "closed"]
    full = (signs["caps", "lines"] >= 10) & (signs["caps", "full"] >= 0.97 * signs["caps", "lines"])
    silent, scans = signs["scanned", "scanned"] == 0, np.isfinite(signs["scanned", "scanned"])

    def told(door: float, found: float, at_cap: float, mute: float) -> Floats:
        return _binomial(closed, seen, door) + _binomial(shut, checked, found) + _chance(full, at_cap) + scans * _chance(silent, mute)

    often = NEIGHBOUR_SHARES["often_closed"]
    return _against(
        np.log(SHELLS / OF_15000) + told(DOOR_CLOSED["empty_shell"], FOUND_CLOSED["empty_shell"], 0.9, 0.99),
        np.log(often) + told(DOOR_CLOSED["often_closed"], FOUND_CLOSED["often_closed"], 0.05, 0.002),
        np.log1p(-often) + told(DOOR_CLOSED[""] + 0.01, FOUND_CLOSED[""], 0.08, 0.002),
    )


def _lent(signs: Signs) -> Floats:
    orders, away = signs["away", "orders"], signs["away", "away"]
    checked, unlike = signs["inspection", "inspections"], signs["inspection", "unlike"]

    def told(share: float, mismatch: float) -> Floats:
        return _binomial(away, orders, share) + _binomial(unlike, checked, mismatch)

    home, moved = NEIGHBOUR_SHARES["orders_from_home"], NEIGHBOUR_SHARES["moved_shop"]
    return _against(
        np.log(LENT / OF_15000) + told(AWAY["licence_lent"], 0.75 * NOT_AS_LICENSED["licence_lent"]),
        np.log(home) + told(AWAY["orders_from_home"], NOT_AS_LICENSED[""]),
        np.log(moved / 4) + told(AWAY["moved_shop"], NOT_AS_LICENSED["moved_shop"] / 4),
        np.log(moved / 2) + told(0.4, NOT_AS_LICENSED["moved_shop"] / 4),
        np.log1p(-home - moved) + told(1e-4, NOT_AS_LICENSED[""]),
    )


def _grade(signs: Signs) -> Floats:
    up = signs["grade", "up"] >= GRADES_UP - 1
    with np.errstate(invalid="ignore"):
        grown = signs["grade", "growth"] >= GROWN
    renovated = NEIGHBOUR_SHARES["renovated"]
    wrong = np.log(MANIPULATED / OF_15000) + _chance(grown, 0.15)
    return np.where(up, _against(wrong, np.log(renovated) + _chance(grown, 0.85), np.log(1e-5) + _chance(grown, 0.15)), -np.inf)
