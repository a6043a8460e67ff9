"""The trained parameters of a plan: stored as JSON and used again, so that a later run needs no training."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from xingke.errors import UserFacingError
from xingke.identity.linkage.plan import LinkPlan

LEAST_M = 1e-4
LEAST_U = 1e-7
DIGITS = 12


class WrongModel(UserFacingError):
    """A model was trained for other comparisons."""


@dataclass(frozen=True, slots=True)
class Model:
    """A Fellegi-Sunter model.

    Parameters
    ----------
    plan
        Digest of the comparisons that it was trained for.
    prior
        Probability that two random records are one.
    m, u
        By comparison: share of true pairs, and of random pairs, at each level; the first value is of everything else, the last of the
        closest level.

    References
    ----------
    Fellegi and Sunter (1969), A Theory for Record Linkage, JASA 64(328).
    """

    plan: str
    prior: float
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]

    def weights(self, comparison: str) -> tuple[float, ...]:
        """Match weight of each level in bits, from everything else to the closest."""
        pairs = zip(self.m[comparison], self.u[comparison], strict=True)
        return tuple(math.log2(max(m, LEAST_M) / max(u, LEAST_U)) for m, u in pairs)

    @property
    def prior_weight(self) -> float:
        """Match weight before anything is compared, in bits."""
        return math.log2(self.prior / (1 - self.prior))

    def require(self, plan: LinkPlan) -> None:
        """Refuse a plan with other comparisons."""
        if self.plan != digest(plan):
            raise WrongModel(
                zh=f"该模型不是为匹配方案 {plan.name} 的当前比较项训练的；请重新训练",
                en=f"the model was not trained for the present comparisons of plan {plan.name}; train it again",
            )

    def to_json(self) -> str:
        """One JSON object; the same model gives the same text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Model":
        """The model that `to_json` wrote."""
        found = json.loads(text)
        return cls(found["plan"], found["prior"], *({name: tuple(each) for name, each in found[part].items()} for part in ("m", "u")))


def digest(plan: LinkPlan) -> str:
    """What a model depends on: the comparisons and their conditions, in order."""
    parts = [
        (each.name, each.missing_condition, [(level.condition, level.frequency_of) for level in each.levels]) for each in plan.comparisons
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def probability(weight: float) -> float:
    """The probability that a match weight (bits) stands for."""
    return 1 / (1 + 2.0**-weight) if weight > -1000 else 0.0


def weight_of(chance: float) -> float:
    """The match weight (bits) of a probability in (0, 1)."""
    return math.log2(chance / (1 - chance))
