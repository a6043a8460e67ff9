"""Randomised messages of the gym: a trial lesson of one course, or a discount on a pack of lessons."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.firms.gym.activity import COURSES, Training
from xingke.simulate.firms.horizon import WEEKS
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.pushing import TREATED, Push
from xingke.simulate.firms.truth_tables import MEMBER_OUTCOME
from xingke.simulate.firms.workshop import Workshop

COURSE_WEEKS = tuple(range(5, WEEKS - 4, 8))
DISCOUNT_WEEKS = tuple(range(9, WEEKS - 4, 8))
DRAWN = 0.30
"""Share of card holders drawn into a campaign."""
MATCHED_SHARE = 0.5
MATCHED_BASE, OTHER_BASE = 0.08, 0.04
MATCHED_EFFECT, OTHER_EFFECT = 0.09, 0.01
"""Mean effect on the chance to take a trial lesson within 14 days, of the course liked best and of another one."""
COURSE_DAYS = 14
DISCOUNT_BASE, DISCOUNT_EFFECT, DISCOUNT_DAYS = 0.05, 0.03, 7
LATER_BASE, LATER_DAYS = 0.06, 28
"""From the 8th to the 28th day the discount has no effect any more."""
MINUTE = 17.0 * 60


@dataclass(frozen=True, slots=True)
class Acts:
    """What members do in the course of a campaign, one place an act: on which day, and of what."""

    member: NDArray[np.int64]
    day: NDArray[np.int64]
    subject: NDArray[np.int64]


def course_push(shop: Workshop, members: Members, training: Training, number: int, week: int, can: NDArray[np.bool_]) -> tuple[Push, Acts]:
    """A campaign about courses: everyone drawn has one course planned, by lot the one liked best or another.

    Parameters
    ----------
    can
        Who has a card until the campaign is over.

    Returns
    -------
    tuple
        The campaign, and the trial lessons with their course.
    """
    drawn, arm, match, other, lot, when = shop.streams.of("courses", number).random((6, members.count))
    is_matched = match < MATCHED_SHARE
    step = 1 + (other * (len(COURSES) - 1)).astype(np.int64)
    course = np.where(is_matched, training.taste, (training.taste + step) % len(COURSES))
    before = np.where(is_matched, MATCHED_BASE, OTHER_BASE)
    effect = np.where(is_matched, MATCHED_EFFECT, OTHER_EFFECT) * members.responsiveness * shop.scenario.effects
    chosen = np.flatnonzero(can & (drawn < DRAWN))
    push = _push(
        "course", number, COURSE_DAYS, members, chosen, np.array(COURSES)[course], week, arm, lot, before, np.minimum(before + effect, 0.9)
    )
    takes = chosen[push.converted]
    return push, Acts(takes, week * 7 + 1 + np.floor(when[takes] * (COURSE_DAYS - 1)).astype(np.int64), course[takes])


def discount_push(shop: Workshop, members: Members, number: int, week: int, can: NDArray[np.bool_]) -> tuple[Push, Acts]:
    """A campaign of a discount on a pack of lessons, bought more often in its first week and no more often later.

    Returns
    -------
    tuple
        The campaign with its outcome of the first week, and all packs bought until the 28th day; subject 0 in the first week, else 1.
    """
    drawn, arm, lot, when, later_lot, later_when = shop.streams.of("discounts", number).random((6, members.count))
    effect = DISCOUNT_EFFECT * members.responsiveness * shop.scenario.effects
    before = np.full(members.count, DISCOUNT_BASE)
    chosen = np.flatnonzero(can & (drawn < DRAWN))
    subject = np.full(members.count, "团课包")
    push = _push("discount", number, DISCOUNT_DAYS, members, chosen, subject, week, arm, lot, before, before + effect)
    soon, late = chosen[push.converted], chosen[later_lot[chosen] < LATER_BASE]
    days = np.concatenate([np.floor(when[soon] * DISCOUNT_DAYS), DISCOUNT_DAYS + np.floor(later_when[late] * (LATER_DAYS - DISCOUNT_DAYS))])
    is_late = np.repeat([0, 1], [soon.size, late.size])
    return push, Acts(np.concatenate([soon, late]), week * 7 + days.astype(np.int64), is_late)


def _push(
    kind: str,
    number: int,
    outcome_days: int,
    members: Members,
    chosen: NDArray[np.int64],
    subject: NDArray[np.str_],
    week: int,
    arm: NDArray[np.float64],
    lot: NDArray[np.float64],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
) -> Push:
    day, minute = np.full(chosen.size, week * 7), np.full(chosen.size, MINUTE)
    first = 0 if kind == "course" else len(COURSE_WEEKS)
    return Push(
        first + number, f"gym-{kind}-{number:02d}", kind, outcome_days, members.customer_id[chosen], subject[chosen], day, minute,
        arm[chosen] < TREATED, before[chosen], after[chosen], lot[chosen] < before[chosen], lot[chosen] < after[chosen],
    )  # fmt: skip


def write_outcomes(shop: Workshop, members: Members) -> None:
    """Potential outcomes of the three messages, as `member_outcome`."""
    actions = (
        ("course_matched", "trial_within_14_days", MATCHED_BASE, MATCHED_EFFECT),
        ("course_other", "trial_within_14_days", OTHER_BASE, OTHER_EFFECT),
        ("discount_push", "pack_within_7_days", DISCOUNT_BASE, DISCOUNT_EFFECT),
        ("discount_push", "pack_day_8_to_28", LATER_BASE, 0.0),
    )
    for part, (action, measure, base, effect) in enumerate(actions):
        shop.know(
            MEMBER_OUTCOME,
            {
                "customer_id": members.customer_id,
                "action": np.full(members.count, action),
                "measure": np.full(members.count, measure),
                "untreated": np.full(members.count, base),
                "treated": np.minimum(base + effect * members.responsiveness * shop.scenario.effects, 0.9),
            },
            part=part,
        )
