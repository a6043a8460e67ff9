"""Who gets what: a salted hash of the customer id, so every engine and every order of rows gives the same arm.

The position of a customer is the first 13 hexadecimal digits (52 bits) of SHA-256 of `salt:customer_id`, divided by 2**52.
DuckDB's `sha256` and Spark's `sha2` give the same digits, and 52 bits are exact in a float.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.experiment.errors import InvalidDesign

POSITION_DIGITS = 13
POSITION_RANGE = float(16**POSITION_DIGITS)
HOLDOUT_SUFFIX = "/global-holdout"

CustomerId = int | str


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of an experiment; `share` in (0, 1] of the customers, all shares adding up to 1."""

    name: str
    share: float


def position(customer_id: CustomerId, *, salt: str) -> float:
    """Where the customer falls in [0, 1) under this salt."""
    digest = hashlib.sha256(f"{salt}:{customer_id}".encode()).hexdigest()
    return int(digest[:POSITION_DIGITS], 16) / POSITION_RANGE


def positions(customer_ids: NDArray[np.generic], *, salt: str) -> NDArray[np.float64]:
    """`position` of every customer of an array."""
    seed = hashlib.sha256(f"{salt}:".encode())
    found = np.empty(len(customer_ids), dtype=np.float64)
    for at, customer_id in enumerate(customer_ids.tolist()):
        digest = seed.copy()
        digest.update(str(customer_id).encode())
        found[at] = int(digest.hexdigest()[:POSITION_DIGITS], 16) / POSITION_RANGE
    return found


def arm_of(customer_id: CustomerId, *, salt: str, arms: Sequence[Arm]) -> str:
    """The arm of one customer; the same for ever under the same salt, names, shares and order of arms."""
    limits = _limits(arms)
    found = position(customer_id, salt=salt)
    return next(arm.name for arm, limit in zip(arms, limits, strict=True) if found < limit)


def assign(customer_ids: NDArray[np.generic], *, salt: str, arms: Sequence[Arm]) -> NDArray[np.str_]:
    """The arm of every customer of an array, in the order given; equal to `arm_of` of each."""
    limits = _limits(arms)
    names = np.array([arm.name for arm in arms], dtype=np.str_)
    chosen: NDArray[np.str_] = names[np.searchsorted(np.array(limits), positions(customer_ids, salt=salt), side="right")]
    return chosen


def assign_clusters(cluster_keys: Sequence[CustomerId], *, salt: str, arms: Sequence[Arm]) -> NDArray[np.str_]:
    """The arm of every customer by the key of its cluster (manager, route, group), so that neighbours share an arm."""
    arm_by_key = {key: arm_of(key, salt=salt, arms=arms) for key in set(cluster_keys)}
    return np.array([arm_by_key[key] for key in cluster_keys], dtype=np.str_)


def global_holdout(customer_id: CustomerId, *, salt: str, share: float) -> bool:
    """Whether the customer belongs to those who get no marketing at all; independent of every experiment's own arms."""
    _require_share(share)
    return position(customer_id, salt=salt + HOLDOUT_SUFFIX) < share


def in_global_holdout(customer_ids: NDArray[np.generic], *, salt: str, share: float) -> NDArray[np.bool_]:
    """`global_holdout` of every customer of an array."""
    _require_share(share)
    held: NDArray[np.bool_] = positions(customer_ids, salt=salt + HOLDOUT_SUFFIX) < share
    return held


def _require_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise InvalidDesign(zh=f"比例为 {share}，应在 0 与 1 之间", en=f"share={share}; it must lie between 0 and 1", share=share)


def _limits(arms: Sequence[Arm]) -> list[float]:
    names = [arm.name for arm in arms]
    if not arms or len(set(names)) != len(names):
        raise InvalidDesign(zh="实验组不能为空，名称不能重复", en="an experiment needs arms, each with its own name", names=names)
    total = math.fsum(arm.share for arm in arms)
    if any(not 0 < arm.share <= 1 for arm in arms) or abs(total - 1) > 1e-9:
        raise InvalidDesign(
            zh=f"各组比例应大于 0 且合计为 1，现为 {total:.6g}",
            en=f"the shares of the arms must be above 0 and add up to 1; they add up to {total:.6g}",
            total=total,
        )
    limits = [math.fsum(arm.share for arm in arms[: at + 1]) for at in range(len(arms))]
    limits[-1] = 1.0
    return limits
