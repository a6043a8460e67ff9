"""Causes of leaving: named by the answer, by the most frequent cause, and by Bayes from the four pieces of evidence."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.answers import CAUSES
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.observed import codes, flags, integers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet
from xingke.simulate.truth.tables import CAUSE_TRUTH

SIGNS = ("service", "supply", "price", "closing")
"""The causes that show beforehand; only these are judged."""
VALID_WEEKS = 8
"""The latest cause named in the weeks before the leaving counts."""


def score_cause(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write the share of causes named rightly; baseline the most frequent one, known: naive Bayes on the true evidence."""
    table = scene.truth(CAUSE_TRUTH)
    cause = codes(table["cause"], SIGNS)
    evidence = np.stack([flags(table[f"{sign}_evidence"]) for sign in SIGNS], axis=1)
    leaver = (cause >= 0) & (integers(table["week"]) <= scene.days.seen)
    if not leaver.any():
        sheet.note("cause_accuracy: nobody left with signs")
        return
    true = cause[leaver]
    sheet.put("cause_accuracy_baseline", boot.mean(true == np.bincount(true).argmax()))
    sheet.put("cause_accuracy_known", boot.mean(true == best_cause(evidence, cause)[leaver]))
    if "churn_cause" in answers:
        outlet = places(integers(table["outlet_id"]), scene.outlets)[leaver]
        named = _named(scene, answers["churn_cause"], outlet, integers(table["week"])[leaver])
        sheet.put("cause_accuracy", boot.mean(named == true))


def best_cause(evidence: NDArray[np.bool_], cause: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most likely of the four causes given the evidence, with all frequencies counted in the rows themselves.

    Evidence counts as independent given the cause. Rows of another cause (-1) are judged as well but not counted.
    """
    counted = cause >= 0
    score = np.zeros((cause.size, len(SIGNS)))
    for place in range(len(SIGNS)):
        of_cause = cause == place
        share = (evidence[of_cause].sum(axis=0) + 0.5) / (of_cause.sum() + 1.0)
        score[:, place] = np.log((of_cause.sum() + 0.5) / (counted.sum() + 1.0))
        score[:, place] += np.where(evidence, np.log(share), np.log1p(-share)).sum(axis=1)
    return np.asarray(score.argmax(axis=1), dtype=np.int64)


def _named(scene: Scene, table: pa.Table, outlet: NDArray[np.int64], week: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cause last named for each leaver in the 8 weeks up to its leaving, -1 without one."""
    if not table.num_rows:
        return np.full(outlet.size, -1)
    by = places(integers(table["customer_id"]), scene.outlets)
    at = scene.days.week_of(integers(table["as_of"]))
    order = np.lexsort((at, by))
    span = scene.days.weeks + 2
    keys = (by * span + at)[order]
    place = np.searchsorted(keys, outlet * span + week, side="right") - 1
    found = np.where(place >= 0, keys[place], -1)
    fits = (found // span == outlet) & (week - found % span <= VALID_WEEKS)
    named = codes(table["cause"], CAUSES)[order][place]
    return np.where(fits, named, -1)
