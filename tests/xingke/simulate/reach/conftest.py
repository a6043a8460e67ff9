"""A city of 15,000 outlets with nothing in it but how they take messages, and a way to send them some."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from xingke.simulate.reach import CampaignPlan, EffectKind, FatigueState, Reached, Responders, draw_responders, run_message
from xingke.simulate.scenarios import SCENARIOS
from xingke.simulate.sizes import SIZES
from xingke.simulate.streams import Streams

COUNT = 15_000
STREAMS = Streams(7)
IDS = np.arange(COUNT, dtype=np.int64) + 100_000
PLAN = CampaignPlan(
    key="T", number=900, name="测试", channel="sms", content="policy", week=20, day=1, hour=10, is_randomised=True, outcome_days=14
)
Send = Callable[..., Reached]


@pytest.fixture(scope="session")
def size_log() -> np.ndarray:
    return np.random.default_rng(2).normal(3.0, 0.9, COUNT)


@pytest.fixture(scope="session")
def outlets(size_log: np.ndarray) -> Responders:
    return draw_responders(STREAMS, COUNT, np.random.default_rng(3).random(COUNT) < 0.82, size_log)


@pytest.fixture(scope="session")
def halves() -> np.ndarray:
    return np.random.default_rng(4).random(COUNT) < 0.5


@pytest.fixture
def send(outlets: Responders) -> Send:
    everybody = np.ones(COUNT, dtype=np.bool_)

    def sent(
        *,
        treated: np.ndarray = everybody,
        member: np.ndarray = everybody,
        is_open: np.ndarray = everybody,
        fatigue: FatigueState | None = None,
        scenario: str = "baseline",
        kind: EffectKind = EffectKind.NORMAL,
        **plan: object,
    ) -> Reached:
        return run_message(
            STREAMS,
            replace(PLAN, effect=kind, **plan),
            outlets,
            outlet_ids=IDS,
            member=member,
            treated=treated,
            is_open=is_open,
            fatigue=fatigue or FatigueState.fresh(COUNT),
            scenario=SCENARIOS[scenario],
            size=SIZES["l"],
        )

    return sent
