"""What the platform can do to outlets, and what each action does to each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xingke.errors import UnknownName, UserFacingError
from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.city.habits import CAUSES, Habits
from xingke.simulate.scenarios import Scenario
from xingke.simulate.streams import Streams
from xingke.words import both

HAZARD_FACTORS: Mapping[str, tuple[str | None, float, float]] = {
    "service_recovery": ("service", 0.45, 0.90),
    "supply_guarantee": ("supply", 0.45, 0.95),
    "price_upkeep": ("price", 0.60, 1.0),
    "dedicated_manager": (None, 0.75, 0.75),
    "growth_programme": (None, 0.90, 0.90),
}
"""Factor on the hazard of leaving: for the named cause, and for all others."""
AMOUNT_SHARES: Mapping[str, float] = {"dedicated_manager": 0.03, "growth_programme": 0.04, "training": 0.005}
MIX_SHARE = 0.02
"""Training moves the mix up by so much: classes 1 and 2 gain it."""
MANAGER_SATISFACTION = 0.06
REMINDED_SHARE = 0.35
ADVICE_STOCKOUT, ADVICE_OVERSTOCK = 0.15, 0.10
WIN_BACK: Mapping[str, float] = {"untreated": 0.08, "generic": 0.18, "matched": 0.25}
LASTING = ("service_recovery", "supply_guarantee", "price_upkeep", "dedicated_manager", "growth_programme", "training", "festival_advice")
"""Actions whose strength fades by half in eight weeks."""
KINDS = (*LASTING, "message", "visit", "reminder", "win_back")
HALF_LIFE_WEEKS = 8.0
FADING = 0.5 ** (1 / HALF_LIFE_WEEKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a week on some outlets.

    Parameters
    ----------
    kind
        One of `KINDS`.
    outlet_ids
        Whom it reaches.
    channel, content, hour, campaign_key
        Of a message or reminder: by which channel, about what, at which hour (8..20, Shanghai), under which key.
    control_ids
        Of a message: who was kept out by chance, so that the campaign's members are known.
    cause
        Of a win-back: which cause of leaving its offer answers; none for a generic one.
    """

    kind: str
    outlet_ids: Sequence[int]
    channel: str = "wecom"
    content: str = "business_tips"
    hour: int = 10
    campaign_key: str = ""
    control_ids: Sequence[int] = field(default=())
    cause: str | None = None

    def __post_init__(self) -> None:
        for name, kind, known in (
            (self.kind, both("动作", "action"), KINDS),
            (self.channel, both("渠道", "channel"), CHANNELS),
            (self.content, both("内容类别", "kind of content"), CONTENTS),
            (self.cause or CAUSES[0], both("流失原因", "cause of leaving"), CAUSES),
        ):
            if name not in known:
                raise UnknownName(kind=kind, name=name, known=known)
        if not 8 <= self.hour <= 20:
            raise UserFacingError(
                zh=f"发送时间应在 8 至 20 点之间，收到 {self.hour}", en=f"the hour of a message is 8 to 20, not {self.hour}", hour=self.hour
            )


@dataclass(frozen=True, slots=True)
class Effects:
    """What each action does to each outlet at its full strength, by outlet index.

    Parameters
    ----------
    hazard
        Factor on the hazard, by action of `HAZARD_FACTORS`.
    amount
        Share added to the amount, by action of `AMOUNT_SHARES`.
    """

    hazard: Mapping[str, NDArray[np.float64]]
    amount: Mapping[str, NDArray[np.float64]]
    satisfaction: NDArray[np.float64]
    mix: NDArray[np.float64]
    reminder: NDArray[np.float64]
    win_back_generic: NDArray[np.float64]
    win_back_matched: NDArray[np.float64]
    stockout: NDArray[np.float64]
    overstock: NDArray[np.float64]

    def hazard_factor(self, strength: NDArray[np.float32]) -> NDArray[np.float64]:
        """The factor of all actions together, each at its strength; `strength` is by `LASTING` and outlet."""
        factor = np.ones(strength.shape[1])
        for name, full in self.hazard.items():
            factor *= 1.0 - strength[LASTING.index(name)] * (1.0 - full)
        return factor

    def amount_factor(self, strength: NDArray[np.float32]) -> NDArray[np.float64]:
        """The factor on the amount of all actions together."""
        factor = np.ones(strength.shape[1])
        for name, full in self.amount.items():
            factor *= 1.0 + strength[LASTING.index(name)] * full
        return factor


def draw_effects(
    streams: Streams, habits: Habits, engagement: NDArray[np.float64], in_value_tier: NDArray[np.bool_], scenario: Scenario
) -> Effects:
    """Individual effects: their standard deviation is half their mean; all of them nothing in `no_effect`."""
    draw = streams.of("effects")
    count = habits.cause.size

    def scattered(mean: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(mean * np.clip(draw.normal(1.0, 0.5, count), 0.0, 2.0) * scenario.effects)

    hazard = {}
    for name, (cause, for_cause, for_others) in HAZARD_FACTORS.items():
        fits = np.ones(count, dtype=bool) if cause is None else habits.cause == CAUSES.index(cause)
        hazard[name] = np.clip(1.0 - scattered(np.where(fits, 1.0 - for_cause, 1.0 - for_others)), 0.02, 1.0)
    eager = engagement > 0.5
    return Effects(
        hazard=hazard,
        amount={
            "dedicated_manager": scattered(np.where(in_value_tier, AMOUNT_SHARES["dedicated_manager"], 0.0)),
            "growth_programme": scattered(np.where(eager, AMOUNT_SHARES["growth_programme"], 0.0)),
            "training": scattered(AMOUNT_SHARES["training"]),
        },
        satisfaction=scattered(MANAGER_SATISFACTION),
        mix=scattered(MIX_SHARE),
        reminder=scattered(REMINDED_SHARE),
        win_back_generic=WIN_BACK["untreated"] + scattered(WIN_BACK["generic"] - WIN_BACK["untreated"]),
        win_back_matched=WIN_BACK["untreated"] + scattered(WIN_BACK["matched"] - WIN_BACK["untreated"]),
        stockout=scattered(ADVICE_STOCKOUT),
        overstock=scattered(ADVICE_OVERSTOCK),
    )
