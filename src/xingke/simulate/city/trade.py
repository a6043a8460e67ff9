"""What kind of shop each outlet is: format, grade, terminal, credit, order day; and its owner and licence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.places import Places
from xingke.simulate.draws import stratified
from xingke.simulate.streams import Streams

FORMATS = ("grocery", "convenience", "tobacco_shop", "other", "supermarket", "entertainment", "department_store")
FORMAT_SHARES = (0.52, 0.31, 0.06, 0.052, 0.03, 0.025, 0.003)
FORMAT_SCORE = (-0.17, 0.0, 1.15, -0.1, 0.85, -0.25, 1.9)
"""By format, how far above the average outlet its grade lies, in standard deviations before ranking."""
URBAN_SCORE = 0.62
GRADE_SHARES = (1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 1, 1)
"""In percent, from grade 30 down to grade 1: a trapezoid."""
TERMINALS = ("ordinary", "cooperative", "modern", "franchised", "direct")
TERMINAL_SHARES = (0.597, 0.20, 0.18, 0.02, 0.003)
SCANNING = ("cooperative", "modern", "franchised")
CREDIT_LEVELS = ("AA", "C", "D", "A", "AAA", "B", "")
CREDIT_SHARES = (0.967, 0.014, 0.012, 0.002, 0.002, 0.001, 0.002)
WEEKDAY_SHARES = (0.245, 0.204, 0.219, 0.219, 0.038)
TWO_WEEKLY_SHARE, TWO_WEEKLY_TO_GRADE = 0.072, 11
SENSORS_OF_15000, SAMPLES_OF_15000 = 400, 525
SHARED_OWNER_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Trade:
    """By outlet index.

    Parameters
    ----------
    format, terminal, credit
        Places in `FORMATS`, `TERMINALS`, `CREDIT_LEVELS`.
    grade
        1..30 at the start.
    weekday
        1 Monday .. 5 Friday.
    two_weekly
        Orders every other week; `odd_weeks` says which.
    owner
        Index of the owner: that of the outlet itself but where one owner holds several licences.
    """

    format: NDArray[np.int32]
    terminal: NDArray[np.int32]
    credit: NDArray[np.int32]
    grade: NDArray[np.int32]
    weekday: NDArray[np.int32]
    two_weekly: NDArray[np.bool_]
    odd_weeks: NDArray[np.bool_]
    uses_pos: NDArray[np.bool_]
    has_sensor: NDArray[np.bool_]
    is_sample: NDArray[np.bool_]
    owner: NDArray[np.int64]
    owner_is_female: NDArray[np.bool_]
    owner_age: NDArray[np.int32]
    uses_wechat: NDArray[np.bool_]
    scan_completeness: NDArray[np.float64]


def grades_by_rank(score: NDArray[np.float64]) -> NDArray[np.int32]:
    """Grades by rank of a score, the best in grade 30, with the fixed shares of each grade; ties by place."""
    count = score.size
    order = np.argsort(-score, kind="stable")
    ends = np.round(np.cumsum(GRADE_SHARES) / np.sum(GRADE_SHARES) * count).astype(int)
    grade = np.empty(count, dtype=np.int32)
    grade[order] = 30 - np.searchsorted(ends, np.arange(count), side="right")
    return grade


def draw_trade(streams: Streams, places: Places, first: int) -> Trade:
    """Draw the trade of every outlet; the first `first` are those of the first day, among whom shares are met."""
    draw = streams.of("trade")
    count = places.county.size
    kind = stratified(draw, FORMAT_SHARES, count)
    score = np.array(FORMAT_SCORE)[kind] + np.where(places.is_rural, 0.0, URBAN_SCORE) + draw.normal(0.0, 1.0, count)
    grade = np.concatenate([grades_by_rank(score[:first]), np.maximum(grades_by_rank(score[first:]) - 6, 1)])
    terminal = _by_rank(grade + draw.normal(0.0, 6.0, count), TERMINAL_SHARES)
    uses_pos = np.isin(terminal, [TERMINALS.index(name) for name in SCANNING])
    low = grade <= TWO_WEEKLY_TO_GRADE
    owner = np.arange(count)
    second = draw.random(count) < SHARED_OWNER_SHARE / 2
    owner[second] = np.floor(draw.random(count) * count).astype(np.int64)[second]
    owner = owner[owner]  # an owner of an owner's place is that owner: no chains
    owner = np.where(owner[owner] == owner, owner, np.arange(count))
    return Trade(
        format=kind,
        terminal=terminal,
        credit=stratified(draw, CREDIT_SHARES, count),
        grade=grade,
        weekday=1 + stratified(draw, WEEKDAY_SHARES, count),
        two_weekly=low & (draw.random(count) < TWO_WEEKLY_SHARE / max(low.mean(), 0.01)),
        odd_weeks=draw.random(count) < 0.5,
        uses_pos=uses_pos,
        has_sensor=_some_of(draw, uses_pos, SENSORS_OF_15000 * first / 15_000),
        is_sample=_some_of(draw, np.ones(count, dtype=bool), SAMPLES_OF_15000 * first / 15_000),
        owner=owner,
        owner_is_female=draw.random(count) < 0.45,
        owner_age=np.clip(np.round(draw.normal(46.0, 10.0, count)), 20, 75).astype(np.int32),
        uses_wechat=draw.random(count) >= 0.18,
        scan_completeness=draw.beta(8.0, 2.0, count),
    )


def _by_rank(score: NDArray[np.float64], shares: tuple[float, ...]) -> NDArray[np.int32]:
    """Categories in rising order of the score."""
    rank = np.empty(score.size)
    rank[np.argsort(score, kind="stable")] = (np.arange(score.size) + 0.5) / score.size
    return np.minimum(np.searchsorted(np.cumsum(shares), rank), len(shares) - 1).astype(np.int32)


def _some_of(draw: np.random.Generator, eligible: NDArray[np.bool_], wanted: float) -> NDArray[np.bool_]:
    chance = draw.random(eligible.size)
    return eligible & (chance < wanted / max(float(eligible.sum()), 1.0))
