"""Churn scores: who leaves within 30 days, and how long before the last order it was seen."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.churn_state import NEVER, ChurnState
from xingke.simulate.score.figures import WEEKS_BEFORE
from xingke.simulate.score.habits import has_switched, is_down, overdue
from xingke.simulate.score.measures import Ranking, by_unit, top_share
from xingke.simulate.score.observed import integers, numbers, places
from xingke.simulate.score.scene import Scene
from xingke.simulate.score.sheet import Sheet

Scores = NDArray[np.float64]


def score_churn(scene: Scene, answers: Mapping[str, pa.Table], boot: Bootstrap, sheet: Sheet) -> None:
    """Write the figures of `churn_score` with recency as baseline, and what somebody says who knows the true state."""
    state = ChurnState(scene)
    every = np.isin(state.weeks, scene.days.slices)
    _put(state, overdue(scene, state.weeks), every, "_baseline", boot, sheet)
    _put(state, state.true_score, every, "_known", boot, sheet)
    _rules(scene, state, every, boot, sheet)
    if "churn_score" in answers:
        scores, answered = _answered(scene, state, answers["churn_score"])
        judged = every & answered
        if not judged.all(where=every):
            sheet.note(f"churn_score: {int(judged.sum())} of {int(every.sum())} four-weekly days are answered; the figures are of these")
        if judged.any():
            _put_slices(state, scores, judged, "", boot, sheet)
        if answered.all():
            _put_flags(state, scores, "", boot, sheet)
        else:
            sheet.note("churn_score: not every Monday is answered, so nothing is said about how early leavers were flagged")


def _answered(scene: Scene, state: ChurnState, table: pa.Table) -> tuple[Scores, NDArray[np.bool_]]:
    """Scores by outlet and judged week, -1 where there is none; and which weeks have any."""
    scores = np.full(state.is_open.shape, -1.0)
    column = scene.days.week_of(integers(table["as_of"])) - state.weeks[0]
    scores[places(integers(table["customer_id"]), scene.outlets), column] = numbers(table["probability"])
    answered = np.zeros(state.weeks.size, dtype=np.bool_)
    answered[column] = True
    return scores, answered


def _put(state: ChurnState, scores: Scores, judged: NDArray[np.bool_], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    _put_slices(state, scores, judged, twin, boot, sheet)
    _put_flags(state, scores, twin, boot, sheet)


def _put_slices(state: ChurnState, scores: Scores, judged: NDArray[np.bool_], twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    unit, week = np.nonzero(state.is_open & judged)
    score, leaves = scores[unit, week], state.leaves[unit, week]
    units = state.is_open.shape[0]
    for name, rows in (("churn_auc", np.ones(unit.size, dtype=np.bool_)), ("churn_auc_without_sudden", ~state.leaves_at_once[unit, week])):
        sheet.put(name + twin, boot.statistic(units, Ranking.of(score[rows], week[rows], leaves[rows], unit[rows]).area))
    top = top_share(score, week, 0.05)
    sheet.put("churn_recall_top_5" + twin, boot.ratio(by_unit(unit, leaves & top, units), by_unit(unit, leaves, units)))
    top = top_share(score, week, 0.01)
    sheet.put("churn_precision_top_1" + twin, boot.ratio(by_unit(unit, leaves & top, units), by_unit(unit, top, units)))


def _put_flags(state: ChurnState, scores: Scores, twin: str, boot: Bootstrap, sheet: Sheet) -> None:
    """How early leavers with signs came into the weekly top, of those whose whole way out lies in the judged weeks."""
    ways = state.leavings
    whole = ways.has_signs & (ways.left < NEVER) & (ways.onset >= state.weeks[0]) & (ways.left <= state.weeks[-1] + 1)
    outlet, onset, left = ways.outlet[whole], ways.onset[whole], ways.left[whole]
    unit, week = np.nonzero(state.is_open)
    for share, tail in ((0.05, ""), (0.10, "_top_10")):
        flagged = np.zeros(state.is_open.shape, dtype=np.bool_)
        flagged[unit, week] = top_share(scores[unit, week], week, share)
        since_onset = flagged[outlet] & (state.weeks >= onset[:, None])
        for weeks in (*WEEKS_BEFORE, 0):
            early = (since_onset & (state.weeks <= left[:, None] - 1 - weeks)).any(axis=1)
            name = f"churn_flagged_{weeks}_weeks_before" if weeks else "churn_flagged_ever"
            sheet.put(name + tail + twin, boot.mean(early))


def _rules(scene: Scene, state: ChurnState, judged: NDArray[np.bool_], boot: Bootstrap, sheet: Sheet) -> None:
    down, switched = is_down(scene, state.weeks), has_switched(scene, state.weeks)
    unit, week = np.nonzero(state.is_open & judged)
    leaves, units = state.leaves[unit, week], state.is_open.shape[0]
    for rule, flags in (("or", down | switched), ("and", down & switched)):
        flagged = flags[unit, week]
        hit = by_unit(unit, leaves & flagged, units)
        sheet.put(f"churn_rule_{rule}_flagged_baseline", boot.ratio(by_unit(unit, flagged, units), by_unit(unit, flagged | True, units)))
        sheet.put(f"churn_rule_{rule}_recall_baseline", boot.ratio(hit, by_unit(unit, leaves, units)))
        sheet.put(f"churn_rule_{rule}_precision_baseline", boot.ratio(hit, by_unit(unit, flagged, units)))
