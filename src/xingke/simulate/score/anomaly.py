"""Suspicions of wrongdoing against the planted cases, and against honest outlets that look alike."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.city.wrongdoing import LOOKS_LIKE
from xingke.simulate.score.answers import WRONGDOING
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.joining import has_any, matches
from xingke.simulate.score.measures import by_unit
from xingke.simulate.score.observed import codes, flags, integers, numbers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.score.suspicion import log_odds, one_rule
from xingke.simulate.truth.tables import ANOMALY_TRUTH

EARLY_WEEKS, LATE_WEEKS = 1, 2
"""A suspicion is true if it begins at most a week before its episode and two weeks after it."""
RATIO, CYCLES, LEAST_CARTONS = 2.2, 3, 10
PRECISION = 0.3


@dataclass(frozen=True, slots=True)
class Cases:
    """One row an outlet and episode, or an outlet and suspicion (which has no end of its own); `kind` by place in `WRONGDOING`."""

    outlet: NDArray[np.int64]
    kind: NDArray[np.int64]
    from_week: NDArray[np.int64]
    until_week: NDArray[np.int64]
    score: NDArray[np.float64]

    def rows(self, chosen: NDArray[np.bool_]) -> "Cases":
        """Some of the rows."""
        return Cases(self.outlet[chosen], self.kind[chosen], self.from_week[chosen], self.until_week[chosen], self.score[chosen])


def score_anomaly(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write recall and precision by kind.

    Baseline: one rule a kind, of diversion the ratio of one cycle to the three before it. Informed: all signs together.
    """
    wrong, honest = _truth(scene)
    units = scene.outlets.size
    ratio = ratio_suspicions(scene)
    for twin, given in (("_baseline", _joined(ratio, *_by_one_rule(scene))), ("_informed", _joined(*_by_all_signs(scene)))):
        for place in range(len(WRONGDOING)):
            if (wrong.kind == place).any() and (place or twin == "_baseline"):
                _put(place, wrong, given, twin, units, boot, sheet)
        if honest.outlet.size:
            _put_honest(honest, given, twin, units, boot, sheet)
    if "anomaly" in answers:
        table = answers["anomaly"]
        week = scene.days.week_of(integers(table["from_on"]))
        outlet = places(integers(table["customer_id"]), scene.outlets)
        given = Cases(outlet, codes(table["kind"], WRONGDOING), week, week, numbers(table["score"]))
        for place in np.unique(given.kind).tolist():
            _put(place, wrong, given, "", units, boot, sheet)
        _put_honest(honest, given, "", units, boot, sheet)


def ratio_suspicions(scene: Scene) -> Cases:
    """Orders of dear or tight SKUs of more than 2.2 times the mean of the outlet's three orders before, and 10 cartons more at least.

    Without the 10 cartons nine in ten outlets stand out at some time, because few dear cartons vary by more than twice.
    """
    orders = scene.orders
    outlet, week = np.nonzero(orders.amount_yuan > 0)
    dear = orders.dear_cartons[outlet, week].astype(np.float64)
    before = np.zeros(dear.size)
    for back in range(1, CYCLES + 1):
        before[CYCLES:] += dear[CYCLES - back : dear.size - back] / CYCLES
    same = np.zeros(dear.size, dtype=np.bool_)
    same[CYCLES:] = outlet[CYCLES:] == outlet[:-CYCLES]
    stands_out = same & (before > 0) & (dear > RATIO * before) & (dear >= before + LEAST_CARTONS)
    at = week[stands_out]
    kind = np.full(at.size, WRONGDOING.index("diversion"))
    return Cases(outlet[stands_out], kind, at, at, dear[stands_out] / before[stands_out])


def _by_one_rule(scene: Scene) -> list[Cases]:
    if not scene.can_show_signs:
        return []
    return [_suspected(kind, accused, accused.astype(np.float64), scene) for kind, accused in one_rule(scene.signs).items()]


def _by_all_signs(scene: Scene) -> list[Cases]:
    """Whoever is more likely guilty than not."""
    if not scene.can_show_signs:
        return []
    return [_suspected(kind, odds > 0, odds, scene) for kind, odds in log_odds(scene.signs).items()]


def _suspected(kind: str, accused: NDArray[np.bool_], score: NDArray[np.float64], scene: Scene) -> Cases:
    """Suspicions that begin with the last week that can be seen, or, of grades, with their rise."""
    outlet = np.flatnonzero(accused)
    week = (
        scene.signs["grade", "week"][outlet].astype(np.int64) if kind == "grade_manipulation" else np.full(outlet.size, scene.days.seen - 1)
    )
    return Cases(outlet, np.full(outlet.size, WRONGDOING.index(kind)), week, week, score[outlet])


def _joined(*parts: Cases) -> Cases:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Cases(none, none, none, none, np.zeros(0))
    return Cases(*(np.concatenate([getattr(part, name.name) for part in parts]) for name in fields(Cases)))


def _truth(scene: Scene) -> tuple[Cases, Cases]:
    """True episodes, and the honest neighbours of each kind, the latter under the kind that they look like."""
    table = scene.truth(ANOMALY_TRUTH)
    outlet = places(integers(table["outlet_id"]), scene.outlets)
    is_wrong = flags(table["is_wrong"])
    honest = codes(table["kind"], tuple(LOOKS_LIKE))
    like = np.array([*(WRONGDOING.index(kind) for kind in LOOKS_LIKE.values()), -1])[honest]
    whole = Cases(
        outlet,
        np.where(is_wrong, codes(table["kind"], WRONGDOING), like),
        integers(table["from_week"]),
        integers(table["until_week"]),
        np.zeros(outlet.size),
    )
    known = (outlet >= 0) & (whole.kind >= 0)
    return whole.rows(known & is_wrong), whole.rows(known & ~is_wrong)


def _hits(given: Cases, true: Cases) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a suspicion and an episode of the same outlet, kind and time."""
    kinds = len(WRONGDOING)
    mine, theirs = matches(given.outlet * kinds + given.kind, true.outlet * kinds + true.kind)
    at = given.from_week[mine]
    fits = (at >= true.from_week[theirs] - EARLY_WEEKS) & (at <= true.until_week[theirs] + LATE_WEEKS)
    return mine[fits], theirs[fits]


def _put(place: int, wrong: Cases, given: Cases, twin: str, units: int, boot: Bootstrap, sheet: Sheet) -> None:
    kind = WRONGDOING[place]
    mine, true = given.rows(given.kind == place), wrong.rows(wrong.kind == place)
    suspicion, episode = _hits(mine, true)
    hit, found = has_any(suspicion, mine.outlet.size), has_any(episode, true.outlet.size)
    sheet.put(f"{kind}_recall{twin}", boot.ratio(by_unit(true.outlet, found, units), np.bincount(true.outlet, minlength=units)))
    sheet.put(f"{kind}_precision{twin}", boot.ratio(by_unit(mine.outlet, hit, units), np.bincount(mine.outlet, minlength=units)))
    if kind == "diversion" and true.outlet.size:
        order = np.argsort(-mine.score, kind="stable")
        rank = np.empty(order.size, dtype=np.int64)
        rank[order] = np.arange(order.size)
        first = np.full(true.outlet.size, order.size)
        np.minimum.at(first, episode, rank[suspicion])
        new = np.bincount(first, minlength=order.size + 1)[: order.size]
        outlet, right = mine.outlet[order], hit[order]

        def reached(weight: NDArray[np.float64]) -> float:
            taken = weight[outlet]
            precise = np.cumsum(taken * right) >= PRECISION * np.cumsum(taken)
            recall = np.cumsum(taken * new) / max(float(weight[true.outlet].sum()), 1.0)
            return float(recall[precise].max(initial=0.0))

        sheet.put(f"diversion_recall_at_precision_30{twin}", boot.statistic(units, reached))


def _put_honest(honest: Cases, given: Cases, twin: str, units: int, boot: Bootstrap, sheet: Sheet) -> None:
    accused = has_any(_hits(given, honest)[1], honest.outlet.size)
    measured = boot.ratio(by_unit(honest.outlet, accused, units), np.bincount(honest.outlet, minlength=units))
    sheet.put("look_alikes_accused_share" + twin, measured)
