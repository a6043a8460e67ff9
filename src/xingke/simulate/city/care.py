"""One week of service: complaints, requests, visits, surveys, courses, inspections, and what they do to satisfaction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.city.actions import LASTING, Effects
from xingke.simulate.city.leaving import UNHAPPY_WEEKS
from xingke.simulate.city.state import State
from xingke.simulate.city.workforce import LEFT_ALONE_DENT
from xingke.simulate.streams import Streams

COMPLAINTS = ("late_delivery", "shortage", "price_disorder", "enquiry", "wrong_or_damaged", "app", "attitude")
COMPLAINT_SHARES = (0.28, 0.26, 0.12, 0.10, 0.09, 0.08, 0.07)
COMPLAINT_CHANCE, AT_RISK_COMPLAINT = 0.006, 0.09
LATE_SHARE = 0.07
REQUESTS = ("supply", "image_upgrade", "equipment", "training", "policy", "order_help")
REQUEST_SHARES = (0.35, 0.08, 0.10, 0.09, 0.20, 0.18)
REQUEST_CHANCE = 0.018
HANDLING_HOURS, HANDLING_SIGMA, RECOVERED_HOURS = 56.0, 0.7, 20.0
SATISFIED = ((24.0, 0.95), (48.0, 0.85), (72.0, 0.70), (np.inf, 0.45))
COMPLAINT_DENT, VISIT_BUMP = 0.15, 0.03
SIGN_SLOPE = 0.6
"""How strongly a trait shows in what an outlet does: complaints of the irritable, requests of the needy, courses of the engaged."""
VISIT_FADES, COMPLAINT_FADES, STAFF_FADES = np.exp(-1 / 6), 0.5 ** (1 / 12), 0.5 ** (1 / 8)
VISIT_CYCLES = (3, 4, 5, 6)
NEGLECTED_SHARE, NEGLECTED_CYCLE = 0.06, 14
VISIT_MODES = ("door", "phone", "wechat", "video")
VISIT_MODE_SHARES = (0.70, 0.12, 0.15, 0.03)
SURVEY_EVERY, SURVEY_ANSWERS = 13, 0.22
COURSE_EVERY, COURSE_CHANCE = 4, 0.03
COURSE_TOPICS = ("陈列与服务", "经营分析", "法规与守法经营", "数字化终端使用")
INSPECTED_SHARE = 0.035
MINOR_SALES_A_YEAR = 25 / 15_000


@dataclass(frozen=True, slots=True)
class Complaints:
    """The week's complaints, one entry each; `satisfied` decides on the rating."""

    outlet: NDArray[np.int64]
    kind: NDArray[np.int32]
    weekday: NDArray[np.int64]
    minute: NDArray[np.int64]
    hours: NDArray[np.float64]
    rating: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Visits:
    """The week's visits."""

    outlet: NDArray[np.int64]
    weekday: NDArray[np.int32]
    mode: NDArray[np.int32]
    minutes: NDArray[np.int32]
    price_index: NDArray[np.float64]
    found_closed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Outlets with one number or category each, on a day of the week: requests, answers, attendances, inspections."""

    outlet: NDArray[np.int64]
    weekday: NDArray[np.int32]
    value: NDArray[np.int64]
    hours: NDArray[np.float64]


def leaning(sign: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factor on a chance by a standard normal sign, with mean 1."""
    return np.exp(SIGN_SLOPE * sign - SIGN_SLOPE**2 / 2)


def complaints_week(
    streams: Streams,
    week: int,
    is_open: NDArray[np.bool_],
    is_late: NDArray[np.bool_],
    unmet: NDArray[np.float64],
    hot: NDArray[np.float64],
    factor: NDArray[np.float64],
    recovered: NDArray[np.bool_],
) -> Complaints:
    """Complaints: of lateness where the delivery was late, of shortage where much was not supplied, more on the way out.

    Parameters
    ----------
    unmet
        Share of the asked cartons that was not supplied.
    hot
        Extra chance of those who leave over service or supply.
    factor
        On all chances: a tax rise, irritable owners.
    recovered
        Whom the platform promised an answer within 24 hours.
    """
    draw = streams.of("complaints", week)
    count = is_open.size
    late, short, other, extra, kind, hours, mood = draw.random((7, count))
    minute = draw.integers(8 * 60, 21 * 60, count)
    weekday = draw.integers(0, 7, count)
    chance = COMPLAINT_CHANCE * factor
    about_late = is_late & (late < chance * COMPLAINT_SHARES[0] / LATE_SHARE)
    about_short = short < chance * COMPLAINT_SHARES[1] * np.clip(unmet / 0.12, 0.0, 4.0)
    rest = np.cumsum(COMPLAINT_SHARES[2:]) / np.sum(COMPLAINT_SHARES[2:])
    about_other = other < chance * np.sum(COMPLAINT_SHARES[2:])
    about_hot = extra < hot
    found = np.searchsorted(rest, kind).clip(0, len(rest) - 1) + 2
    hot_kind = np.where(kind < 0.4, 0, np.where(kind < 0.8, 1, 6))
    which = np.where(about_late, 0, np.where(about_short, 1, np.where(about_hot, hot_kind, found)))
    outlet = np.flatnonzero(is_open & (about_late | about_short | about_other | about_hot))
    from scipy.special import ndtri

    natural = np.exp(np.log(HANDLING_HOURS) - HANDLING_SIGMA**2 / 2 + HANDLING_SIGMA * ndtri(np.clip(hours, 1e-6, 1 - 1e-6)))
    taken = np.where(recovered, np.minimum(natural, RECOVERED_HOURS), natural)
    pleased = np.select([taken <= limit for limit, _ in SATISFIED], [share for _, share in SATISFIED])
    rating = np.where(mood < pleased, np.where(mood < 0.6 * pleased, 5, 4), np.where(mood > 0.9, 1, 2))
    return Complaints(outlet, which[outlet].astype(np.int32), weekday[outlet], minute[outlet], np.round(taken[outlet], 1), rating[outlet])


def visits_week(
    streams: Streams,
    week: int,
    is_open: NDArray[np.bool_],
    is_seen: NDArray[np.bool_],
    asked_for: NDArray[np.bool_],
    index: NDArray[np.float64],
) -> Visits:
    """Visits by each outlet's own rhythm; `asked_for` are those that the platform sent somebody to, who may find the door closed."""
    fixed = streams.of("visit-rhythm")
    count = is_open.size
    cycle = fixed.choice(VISIT_CYCLES, count)
    cycle = np.where(fixed.random(count) < NEGLECTED_SHARE, NEGLECTED_CYCLE, cycle)
    offset = fixed.integers(0, NEGLECTED_CYCLE, count)
    draw = streams.of("visits", week)
    mode, minutes, skip = draw.random(count), draw.normal(25.0, 8.0, count), draw.random(count)
    weekday, noise = draw.integers(0, 5, count), draw.normal(0.0, 0.01, count)
    due = ((week + offset) % cycle == 0) & (skip > 0.05) & is_seen
    outlet = np.flatnonzero((is_open & due) | asked_for)
    how = np.searchsorted(np.cumsum(VISIT_MODE_SHARES), mode).clip(0, len(VISIT_MODES) - 1)
    return Visits(
        outlet,
        weekday[outlet].astype(np.int32),
        how[outlet].astype(np.int32),
        np.clip(np.round(minutes[outlet]), 5, 90).astype(np.int32),
        np.round(index[outlet] + noise[outlet], 3),
        ~is_open[outlet],
    )


def requests_week(streams: Streams, week: int, is_open: NDArray[np.bool_], factor: NDArray[np.float64]) -> Rows:
    """Requests in the butler app; `factor` on the chance by outlet."""
    draw = streams.of("requests", week)
    count = is_open.size
    chance, kind, hours = draw.random((3, count))
    weekday = draw.integers(0, 7, count)
    outlet = np.flatnonzero(is_open & (chance < REQUEST_CHANCE * factor))
    which = np.searchsorted(np.cumsum(REQUEST_SHARES), kind[outlet]).clip(0, len(REQUESTS) - 1)
    return Rows(outlet, weekday[outlet].astype(np.int32), which.astype(np.int64), np.round(-40.0 * np.log1p(-0.98 * hours[outlet]) + 1, 1))


def surveys_week(streams: Streams, week: int, is_open: NDArray[np.bool_], satisfaction: NDArray[np.float64]) -> Rows:
    """Every 13 weeks all are asked; 22 % answer, with what they feel and some noise."""
    draw = streams.of("surveys", week)
    count = is_open.size
    chance, noise, weekday = draw.random(count), draw.normal(0.0, 0.12, count), draw.integers(0, 7, count)
    answers = is_open & (chance < SURVEY_ANSWERS) & (week % SURVEY_EVERY == SURVEY_EVERY - 1)
    outlet = np.flatnonzero(answers)
    nps = np.round(10 * np.clip(satisfaction[outlet] + noise[outlet], 0.0, 1.0)).astype(np.int64)
    return Rows(outlet, weekday[outlet].astype(np.int32), nps, np.zeros(outlet.size))


def courses_week(streams: Streams, week: int, is_open: NDArray[np.bool_], invited: NDArray[np.bool_], factor: NDArray[np.float64]) -> Rows:
    """Every four weeks a course that a few attend; `invited` are those trained by the platform, `factor` is on the chance by outlet."""
    draw = streams.of("courses", week)
    count = is_open.size
    chance, topic, weekday = draw.random(count), draw.integers(0, len(COURSE_TOPICS), count), draw.integers(0, 5, count)
    comes = (chance < COURSE_CHANCE * factor) & (week % COURSE_EVERY == 2)
    outlet = np.flatnonzero(is_open & (comes | invited))
    return Rows(outlet, weekday[outlet].astype(np.int32), topic[outlet].astype(np.int64), np.zeros(outlet.size))


def fade(state: State) -> None:
    """Let the passing parts of satisfaction and the strength of actions fade by a week."""
    state.visit_bump *= np.float32(VISIT_FADES)
    state.complaint_dent *= np.float32(COMPLAINT_FADES)
    state.staff_dent *= np.float32(STAFF_FADES)


def satisfaction(state: State, start: NDArray[np.float64], effects: Effects) -> NDArray[np.float64]:
    """Satisfaction of everybody, 0..1."""
    managed = state.strength[LASTING.index("dedicated_manager")] * effects.satisfaction
    return np.asarray(np.clip(start + state.visit_bump - state.complaint_dent - state.staff_dent + managed, 0.0, 1.0))


def feel(state: State, complaints: Complaints, visits: Visits, newly_alone: NDArray[np.bool_]) -> None:
    """What this week did to satisfaction, and to the hazard of those who were not satisfied."""
    unhappy = complaints.outlet[complaints.rating <= 2]
    state.complaint_dent[unhappy] = np.minimum(state.complaint_dent[unhappy] + COMPLAINT_DENT, 0.5)
    state.unhappy_until[unhappy] = state.week + UNHAPPY_WEEKS
    state.visit_bump[visits.outlet] = VISIT_BUMP
    state.last_visit[visits.outlet] = state.week
    state.staff_dent[newly_alone] = LEFT_ALONE_DENT
