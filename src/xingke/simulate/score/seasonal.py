"""Two forecasts to stand beside: the same week of last year, and what somebody would say who knows the true expected demand."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.scene import Scene

NEAR_WEEKS = 8
YEAR_WEEKS = 52
RECENT_WEEKS = 8


def seasonal_naive(scene: Scene, asked: NDArray[Any]) -> NDArray[np.float64]:
    """By row of `asked` and week to be forecast: what was asked for in the same week of last year.

    Where that week lies before the world, or the row asked for nothing in it, the mean of the 8 weeks before the last judgement.

    Parameters
    ----------
    asked
        Cartons by outlet or SKU, and week of the world; weeks from the last judgement on are not looked at.
    """
    last = scene.days.last
    recent = asked[:, max(last - RECENT_WEEKS, 0) : last].astype(np.float64).mean(axis=1)
    naive = np.repeat(recent[:, None], scene.days.forecast.size, axis=1)
    for column, week in enumerate(scene.days.forecast):
        source = (week_last_year(scene.days.on(int(week))) - scene.days.starts_on).days // 7
        if 0 <= source < last:
            before = asked[:, source].astype(np.float64)
            naive[:, column] = np.where(before > 0, before, recent)
    return naive


def week_last_year(monday: date) -> date:
    """The Monday that compares: as many weeks from Spring Festival within 8 weeks of it, else 52 weeks before."""
    from xingke.calendar import festival_days, lunar_week

    away = lunar_week(monday)
    if abs(away) > NEAR_WEEKS:
        return monday - timedelta(weeks=YEAR_WEEKS)
    festival = min(festival_days("spring_festival", monday.year - 1, monday.year), key=lambda day: abs((monday - day).days - 7 * away))
    before = festival_days("spring_festival", festival.year - 1, festival.year - 1)[0]
    return before - timedelta(days=before.weekday()) + timedelta(weeks=away)


def expected_orders(
    scene: Scene,
    asked: NDArray[np.float64],
    expected: NDArray[np.float64],
    span: int,
    *,
    every_other: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """By row and week to be forecast: the true expected demand, times what was asked for per expected carton in the weeks before.

    The weeks before move along with the week to be forecast, so this knows more than anybody who forecasts all of them at once.

    Parameters
    ----------
    asked, expected
        By row and week of the world.
    span
        How many weeks before, even.
    every_other
        Rows that order every other week: for them only weeks of the same turn are compared.
    """
    turns = np.zeros(asked.shape[0], dtype=np.bool_) if every_other is None else every_other
    found = np.zeros((asked.shape[0], scene.days.forecast.size))
    for column, week in enumerate(scene.days.forecast):
        before = np.arange(max(int(week) - span, 0), int(week))
        same_turn = before[(week - before) % 2 == 0]
        ratio = np.where(turns, _ratio(asked[:, same_turn], expected[:, same_turn]), _ratio(asked[:, before], expected[:, before]))
        found[:, column] = expected[:, week] * ratio
    return found


def to_totals(said: NDArray[np.float64], real: NDArray[np.float64], marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What was said, scaled week by week so that the marked rows and the others add up to what they really do."""
    scaled = said.copy()
    for group in (marked, ~marked):
        total = said[group].sum(axis=0)
        scaled[group] *= np.where(total > 0, real[group].sum(axis=0) / np.where(total > 0, total, 1.0), 1.0)
    return scaled


def _ratio(asked: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Asked for per expected carton by row, 1 where nothing was expected."""
    total = expected.sum(axis=1)
    return np.where(total > 0, asked.sum(axis=1) / np.where(total > 0, total, 1.0), 1.0)
